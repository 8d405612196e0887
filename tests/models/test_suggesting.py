"""`reelmaker suggest`: too few customers in one line; a problem taken out of the sample survey comes back."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from helpers.machines.command_line import run
from helpers.results.taken import CHECKER
from helpers.surveys import truth

from reelmaker.cli import format_results
from reelmaker.project import config
from reelmaker.review import search, suggest

SECTION = r"\[problems\.checkout\].*?(?=\n\[)"


@pytest.mark.slow
def test_too_few_customers_are_said_in_one_line(small_survey: Path) -> None:
    done = run("suggest", folder=small_survey)
    assert done.returncode == 0 and done.stdout.startswith("# No topic stands out")
    assert "Only 3 customers have a usable answer" in done.stderr
    document = json.loads(run("suggest", "--json", folder=small_survey).stdout)
    CHECKER.validate(document)
    assert document["kind"] == "suggest" and document["suggestions"] == [] == document["problems"]
    assert any("Only 3 customers" in warning for warning in document["warnings"])


@pytest.fixture(scope="module")
def without_checkout(transcribed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample survey as if nobody had written down that paying is a problem."""
    folder = tmp_path_factory.mktemp("suggest") / "fernhill"
    shutil.copytree(transcribed / "fernhill", folder)
    text = (truth.SAMPLES / "reelmaker.toml").read_text("utf-8")
    (folder / "reelmaker.toml").write_text(re.sub(SECTION, "", text, flags=re.DOTALL), "utf-8")
    return folder


@pytest.mark.slow
def test_a_problem_taken_out_comes_back_with_most_of_its_customers(without_checkout: Path) -> None:
    result = suggest.suggest(without_checkout)
    CHECKER.validate(result.document)
    assert "checkout" not in {problem["slug"] for problem in result.document["problems"]}
    wanted = truth.people_with("checkout")
    speakers = {
        problem["slug"]: {
            moment["file"] for moment in result.document["moments"] if problem["slug"] in moment["above_threshold"]
        }
        for problem in result.document["problems"][:3]
    }
    back = max(speakers, key=lambda slug: len(speakers[slug] & wanted) / len(speakers[slug] | wanted))
    assert len(speakers[back] & wanted) > len(wanted) / 2
    assert len(speakers[back] & wanted) > len(speakers[back]) / 2

    counts = {problem["slug"]: problem for problem in result.document["problems"]}
    assert (counts[back]["spoke"], counts[back]["of"]) == (len(speakers[back]), 16)
    for entry in result.document["suggestions"]:
        assert len({quote["file"] for quote in entry["quotes"]}) == 3, "three different customers"
        assert all(quote["score"] >= 0.5 for quote in entry["quotes"])

    # What is printed can be pasted as it is, and one of its sections alone finds the customers it told of
    toml = without_checkout / "reelmaker.toml"
    before = toml.read_text("utf-8")
    try:
        toml.write_text(before + "\n" + format_results.suggested(result) + "\n", "utf-8")
        pasted = config.open_project(without_checkout).problems
        assert {one.problem.slug: one.problem for one in result.suggestions}.items() <= pasted.items()
        [section] = [e["toml"] for e in result.document["suggestions"] if e["slug"] == back]
        toml.write_text(before + "\n" + section, "utf-8")
        document = search.moments(without_checkout, [back]).document
        [problem] = document["problems"]
        assert problem["spoke"] == counts[back]["spoke"]
        assert {m["file"] for m in document["moments"] if m["above_threshold"]} == speakers[back]
    finally:
        toml.write_text(before, "utf-8")


@pytest.mark.slow
def test_a_file_without_problems_gets_several(without_checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    shutil.copytree(without_checkout, folder)
    (folder / "reelmaker.toml").write_text('name = "Bare"\nlanguage = "en"\n', "utf-8")
    first, again = (suggest.suggest(folder, 4) for _ in range(2))
    assert first.document == again.document, "no chance is in it"
    assert 2 <= len(first.suggestions) <= 4
    found = [{m.sentences[0].response for m in one.moments} for one in first.suggestions]
    assert all(3 <= len(some) < 14 for some in found), "one topic does not take every complaint"
