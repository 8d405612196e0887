"""The order that the team gives: it belongs to moments, so that rebuilds with other answers keep to it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.machines.command_line import ENVIRONMENT, run
from helpers.messages import one_line
from helpers.results.taken import CHECKER, build, clip_of, text_of
from helpers.surveys.building import add
from hypothesis import given
from hypothesis import strategies as st

import reelmaker
from reelmaker.errors import ProjectError, UnknownMoment
from reelmaker.model import Clip, Span
from reelmaker.model.decision import Decision, End
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.review import decisions, edits
from reelmaker.select.order import ordered

SAID = {
    "dora": ["I pay by card.", "The payment page refused my card three times.", "Goodbye now."],
    "emil": ["I came back.", "The payment failed for my card.", "So be it."],
    "fred": ["I am new.", "My card failed at the payment page again.", "Thanks a lot."],
}


def who(reel: reelmaker.Reel) -> list[str]:
    return [item["file"][0] for item in reel.document["items"] if item["kind"] == "clip"]


@pytest.fixture
def survey(small_survey: Path) -> Path:
    """Four customers speak of it: anna, bert, dora, emil."""
    for number, name in enumerate(("dora", "emil")):
        add(small_survey, name, SAID[name], 700 + 100 * number)
    return small_survey


def plan(folder: Path) -> reelmaker.Reel:
    return build(folder, dry_run=True)


def numbers(reel: reelmaker.Reel, wanted: str) -> list[str]:
    return [str(who(reel).index(one) + 1) for one in wanted]


def names(reel: reelmaker.Reel, wanted: str) -> list[str]:
    told = {i["file"][0]: i["moment"] for i in reel.document["items"] if i["kind"] == "clip"}
    return [told[one] for one in wanted]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_an_order_renders_nothing_and_joins_once(survey: Path) -> None:
    before = build(survey)
    assert sorted(who(before)) == ["a", "b", "d", "e"]
    wanted = who(before)[2] + who(before)[0]
    done = run("order", "checkout", *numbers(before, wanted), "--note", "the story first", folder=survey)
    assert done.returncode == 0 and done.stdout.startswith("1  first in checkout, position 1: "), done.stderr
    reel = build(survey)
    assert (reel.work.rendered, reel.work.joined) == (0, 1)
    rest = [one for one in who(before) if one not in wanted]
    assert who(reel) == [*wanted, *rest], "the others stand as they stood"
    assert {i["response"]: i["text"] for i in reel.document["items"] if i["kind"] == "clip"} == {
        i["response"]: i["text"] for i in before.document["items"] if i["kind"] == "clip"
    }
    assert reel.counts == before.counts
    CHECKER.validate(dict(reel.document))
    placed = [item.get("placed") for item in reel.document["items"] if item["kind"] == "clip"]
    assert placed == ["first", "first", None, None]
    assert [(d["verdict"], d["rank"]) for d in reel.document["decisions"]] == [("first", 1), ("first", 2)]
    assert reel.folder
    told = text_of(reel.folder / "changes.md")
    assert (
        "## Moved: " in told
        and "moved by the team" in told
        and "The quotes are the same, but in another order." in told
    )
    sheet = run("build", "--problem", "checkout", "--dry-run", folder=survey).stdout
    assert sheet.count("placed at the start by the team: the story first") == 2
    assert build(survey).work.joined == 0


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_new_answers_stand_between_and_who_comes_back_stands_where_they_stood(survey: Path) -> None:
    before = plan(survey)
    a, b, c, d = who(before)
    edits.order(open_project(survey), "checkout", names(before, c + b), names(before, a))
    assert who(plan(survey)) == [c, b, d, a]
    add(survey, "fred", SAID["fred"], 950)
    reel = plan(survey)
    assert sorted(who(reel)) == ["a", "b", "d", "e", "f"]
    assert who(reel)[:2] == [c, b] and who(reel)[-1] == a, "the new one stands between"
    film = next((survey / "uploads").glob(f"{c}*.mp4"))
    aside = survey / film.name
    film.rename(aside)
    assert who(plan(survey))[0] == b, "whoever is gone leaves no hole"
    aside.rename(film)
    assert who(plan(survey)) == who(reel)


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_later_order_moves_only_what_it_names(survey: Path) -> None:
    before = plan(survey)
    a, b, c, d = who(before)
    project = open_project(survey)
    edits.order(project, "checkout", names(before, c + b))
    reel = plan(survey)
    assert who(reel) == [c, b, a, d]
    edits.order(project, "checkout", [], names(reel, b))
    reel = plan(survey)
    assert who(reel) == [c, a, d, b]
    edits.order(project, "checkout", names(reel, d))
    reel = plan(survey)
    assert who(reel) == [d, c, a, b]
    states = {one.decision.number: one.state for one in decisions.listed(project)}
    assert states == {1: "holds", 2: "overruled", 3: "holds", 4: "holds"}
    decisions.withdraw(project, [3])
    assert who(plan(survey)) == [d, c, b, a]
    decisions.withdraw(project, [2])
    states = {one.decision.number: one.state for one in decisions.listed(project)}
    assert states == {1: "withdrawn", 2: "withdrawn", 3: "withdrawn", 4: "holds"}, "what was given in one go"
    assert (
        "[withdrawn: 20"
        in run("order", "checkout", "--clear", folder=survey).stdout + run("decisions", folder=survey).stdout
    )
    assert who(plan(survey)) == who(before)
    again = run("order", "checkout", "--clear", folder=survey)
    assert again.returncode == 1 and "no order to clear" in again.stderr


@pytest.mark.slow
def test_an_order_outlives_other_times_of_the_words(survey: Path) -> None:
    before = plan(survey)
    edits.order(open_project(survey), "checkout", names(before, who(before)[-1] + who(before)[1]))
    reel = plan(survey)
    for path in (survey / "uploads").glob("*.vtt"):
        path.write_text(path.read_text("utf-8").replace(":02.000 -->", ":02.150 -->"), "utf-8")
    assert who(plan(survey)) == who(reel) != who(before)


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_each_chapter_has_an_order_of_its_own(survey: Path) -> None:
    add(survey, "gina", ["The parcel came late by courier.", "I like it.", "That is all."], 650)
    add(survey, "hans", ["The courier was late with my parcel delivery.", "I like it.", "That is all."], 620)
    reel = reelmaker.build(survey, all_problems=True, dry_run=True)
    shown = who(reel)
    assert set(shown[-2:]) == {"g", "h"}
    edits.order(open_project(survey), "checkout", names(reel, shown[1]))
    edits.order(open_project(survey), "delivery", names(reel, shown[-1]))
    assert who(reelmaker.build(survey, all_problems=True, dry_run=True)) == [
        shown[1],
        shown[0],
        *shown[2:-2],
        shown[-1],
        shown[-2],
    ]
    assert who(plan(survey))[0] == shown[1], "the problem's own reel has it too"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "told"),
    [
        (["9"], "the reel has 2 clips"),
        (["1", "1"], "named twice"),
        (["x"], "is not a moment"),
        (["1", "ffffff@0:02"], "Answer ids here start with"),
    ],
)
def test_an_order_that_makes_no_sense_is_one_clear_line_and_nothing_is_stored(
    small_survey: Path, first: list[str], told: str
) -> None:
    build(small_survey)
    with pytest.raises((ProjectError, UnknownMoment)) as caught:
        edits.order(open_project(small_survey), "checkout", first)
    assert told in str(caught.value) and one_line(caught.value)
    with Library(small_survey / "library.db") as memory:
        assert memory.decisions() == []


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_who_is_forgotten_leaves_the_order_and_an_export_lists_it(survey: Path) -> None:
    before = build(survey)
    file = next(i["file"] for i in before.document["items"] if i["kind"] == "clip")
    edits.order(open_project(survey), "checkout", ["3", "1"])
    edits.trim(open_project(survey), "checkout/1", edits.Edge(time="+0.2"), edits.Edge())
    wanted = who(build(survey))
    out = survey / "out"
    assert run("export", file, "--out", out, folder=survey).returncode == 0
    held = json.loads((out / "data.json").read_text("utf-8"))["decisions"]
    assert [(one["verdict"], one.get("rank"), "from_ms" in one) for one in held] == [
        ("first", 2, False),
        ("trim", None, True),
    ]
    done = run("forget", file, "--yes", folder=survey)
    assert done.returncode == 0, done.stderr
    with Library(survey / "library.db") as memory:
        assert [(one.verdict, one.order) for one in memory.decisions()] == [("first", 1)]
    assert who(build(survey)) == [one for one in wanted if one != file[0]]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_only_if_changed_makes_a_new_order_anew_and_history_brings_the_old_one_back(survey: Path) -> None:
    toml = survey / "reelmaker.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("clip_min = 1", 'clip_min = 1\nrefresh_when = "3 new clips"'),
        "utf-8",
    )
    before = build(survey)
    edits.order(open_project(survey), "checkout", ["4"])
    reel = build(survey, only_if_changed=True)
    assert reel.work.joined == 1 and who(reel)[0] == who(before)[3]
    done = run("history", "--problem", "checkout", "--restore", "1", folder=survey)
    assert done.returncode == 0
    manifest = json.loads((survey / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    assert [i["file"][0] for i in manifest["items"] if i["kind"] == "clip"] == who(before)
    assert build(survey).work.joined == 0, "it stays until something changes"
    decisions.withdraw(open_project(survey), [1])
    assert who(build(survey)) == who(before)


# the rule by itself

CLIPS = [clip_of(letter * 64, "My card was refused", 1000, letter) for letter in "abcdefgh"]


def place(letter: str, end: End, number: int, rank: int = 0, problem: str = "checkout") -> Decision:
    return Decision(number, Span(letter * 64, 1000, 2000), problem, end, "", "2026-11-01", rank=rank)


def letters(clips: list[Clip]) -> str:
    return "".join(clip.label for clip in clips)


def test_the_example_of_the_readme() -> None:
    order = [place("c", "first", 1), place("a", "first", 2, 1), place("b", "last", 3)]
    assert letters(ordered(CLIPS[:4], order)) == "cadb"
    assert letters(ordered([*CLIPS[:2], CLIPS[4], CLIPS[3]], order)) == "aedb", "c is gone, e is new"
    assert letters(ordered(CLIPS[:5], order)) == "cadeb"
    assert letters(ordered(CLIPS[:4], [*order, place("d", "first", 4)])) == "dcab"
    assert letters(ordered(CLIPS[:4], [*order, place("d", "last", 4)])) == "cabd"
    assert letters(ordered(CLIPS[:4], [replace(one, withdrawn="now") for one in order])) == "abcd"
    assert letters(ordered(CLIPS[:4], [place("d", "first", 1, problem="delivery")])) == "abcd"


@given(
    st.permutations(CLIPS),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["first", "last"])), max_size=12),
    st.sets(st.sampled_from("abcdefgh")),
)
def test_whoever_comes_or_goes_the_others_keep_their_order(
    clips: list[Clip], given: list[tuple[str, End]], gone: set[str]
) -> None:
    places = [place(letter, end, number) for number, (letter, end) in enumerate(given, start=1)]
    every = letters(ordered(clips, places))
    assert sorted(every) == list("abcdefgh")
    some = letters(ordered([clip for clip in clips if clip.label not in gone], places))
    assert some == "".join(letter for letter in every if letter not in gone)
    placed = {letter for letter, _ in given}
    assert [one for one in every if one not in placed] == [c.label for c in clips if c.label not in placed]


KILLED = """
import os, signal, sys
from pathlib import Path
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.review import edits
add, done = Library._add, []
def dying(self, decision):
    if len(done) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(decision)
    return add(self, decision)
Library._add = dying
edits.order(open_project(Path(sys.argv[1])), "checkout", ["2", "1"])
"""


@pytest.mark.sampled(0.5)
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.slow
def test_killed_while_an_order_is_stored_nothing_of_it_is_there_and_it_can_be_given_again(
    small_survey: Path,
) -> None:
    build(small_survey)
    done = subprocess.run([sys.executable, "-c", KILLED, small_survey], env=ENVIRONMENT, check=False)
    assert done.returncode == -9
    with Library(small_survey / "library.db") as memory:
        assert memory.decisions() == []
    assert run("order", "checkout", "2", "1", folder=small_survey).returncode == 0
    with Library(small_survey / "library.db") as memory:
        assert [(one.number, one.verdict, one.rank) for one in memory.decisions()] == [
            (1, "first", 0),
            (2, "first", 1),
        ]
