"""The team's decisions as a person makes them: on the command line, and what the next builds do with them."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.command_line import run
from helpers.messages import one_line
from helpers.results.taken import CHECKER, build, rows_of
from helpers.surveys.deciding import decide, names
from helpers.surveys.small_survey import SAYINGS, TOML, captions

from reelmaker.errors import ProjectError, UnknownMoment
from reelmaker.model import Sentence, Transcript, Word
from reelmaker.model.survey import Survey
from reelmaker.project import library
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.review import explain, lookup, search

CARD, FAILED, LAMP = SAYINGS["anna"][1], SAYINGS["bert"][1], SAYINGS["anna"][2]


def said(reel: Any) -> set[str]:
    return {clip.moment.text for clip in reel.clips}


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_dropped_moment_vanishes_and_a_kept_one_appears(small_survey: Path) -> None:
    assert said(build(small_survey)) == {CARD, FAILED}
    name = names(small_survey)
    done = run("drop", name[FAILED], "--problem", "checkout", "--note", "a test order", folder=small_survey)
    assert done.returncode == 0 and name[FAILED] in done.stdout and FAILED in done.stdout
    dropped = build(small_survey)
    assert said(dropped) == {CARD} and dropped.counts["checkout"].spoke == 1
    assert dropped.work.joined == 1, "a decision makes the reel anew"
    done = run("keep", name["My cat likes boxes."], "--problem", "checkout", folder=small_survey)
    assert done.returncode == 0
    kept = build(small_survey)
    assert said(kept) == {CARD, "My cat likes boxes."} and kept.counts["checkout"].spoke == 2
    [clip] = [item for item in kept.document["items"] if item.get("text") == "My cat likes boxes."]
    assert clip["score"] == 0.99 and clip["decided"] == "keep" and clip["why"][0] == "kept by the team"
    CHECKER.validate(dict(kept.document))
    assert [one["verdict"] for one in kept.document["decisions"]] == ["drop", "keep"]
    assert kept.document["decisions"][0]["note"] == "a test order"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_two_builds_with_decisions_are_the_same_and_the_second_does_nothing(small_survey: Path) -> None:
    build(small_survey)
    decide(small_survey, "drop", "checkout/1")
    first = build(small_survey)
    assert first.folder
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    second = build(small_survey)
    assert second.work.joined == 0 and second.document == first.document
    shutil.rmtree(small_survey / "cache")
    shutil.rmtree(first.folder)
    third = build(small_survey)
    assert third.document["items"] == first.document["items"]
    after = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    assert {name: after[name] for name in ("quotes.csv", "reel.srt")} == {
        name: before[name] for name in ("quotes.csv", "reel.srt")
    }
    now, then = (json.loads(files["manifest.json"]) for files in (after, before))
    assert now.pop("changes")["since"] == "", "nothing lay there to compare it with"
    assert then.pop("changes")["went_out"] and now == then


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_hidden_moment_stays_counted(small_survey: Path) -> None:
    build(small_survey)
    decide(small_survey, "hide", names(small_survey)[CARD])
    reel = build(small_survey)
    assert said(reel) == {FAILED} and reel.counts["checkout"].spoke == 2
    [hidden] = [m for m in reel.document["moments"] if m["text"] == CARD]
    assert hidden["decided"] == {"checkout": "hide"} and hidden["scores"]["checkout"] > 0.5


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_undo_brings_back_what_was_and_leaves_a_mark(small_survey: Path) -> None:
    before = build(small_survey)
    [number] = decide(small_survey, "drop", "checkout/1")
    assert said(build(small_survey)) != said(before)
    done = run("decisions", "--undo", number, folder=small_survey)
    assert done.returncode == 0 and "[withdrawn: 20" in done.stdout
    again = build(small_survey)
    assert again.document["items"] == before.document["items"]
    assert "decisions" not in again.document
    with Library(small_survey / "library.db") as memory:
        assert [bool(one.withdrawn) for one in memory.decisions()] == [True]
    for wrong in (number, 7):
        done = run("decisions", "--undo", wrong, folder=small_survey)
        assert done.returncode == 1 and done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1


RECUT = {
    "shifted by 400 ms": "00:00:02.400 --> 00:00:04.000\nThe payment failed and my card was charged twice.\n",
    "split": "00:00:02.000 --> 00:00:02.700\nThe payment failed.\n\n00:00:02.750 --> 00:00:03.600\n"
    "And my card was charged twice.\n",
    "merged": "00:00:00.000 --> 00:00:03.600\nHello to you all and the payment failed and my card was charged twice.\n",
}


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.parametrize("how", RECUT)
def test_decisions_outlive_a_transcript_that_is_cut_otherwise(small_survey: Path, how: str) -> None:
    build(small_survey)
    before = names(small_survey)[FAILED]
    decide(small_survey, "drop", before)
    uploads = small_survey / "uploads"
    (uploads / "bert.vtt").write_text(f"WEBVTT\n\n{RECUT[how]}\n00:00:04.400 --> 00:00:05.600\nThat is all.\n", "utf-8")
    assert said(build(small_survey)) == {CARD}
    document = search.moments(small_survey).document
    scores = {m["text"]: m["scores"]["checkout"] for m in document["moments"] if m["file"] == "bert.mp4"}
    assert len(scores) in (2, 3) and not any(scores.values()), scores
    found = explain.why(small_survey, before)
    assert any("payment failed" in m["text"] for m in found["moments"]), "the old name still finds it"
    (uploads / "bert.vtt").write_text(captions(SAYINGS["bert"]), "utf-8")
    assert said(build(small_survey)) == {CARD}


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_decisions_outlive_the_cache_and_everything_that_can_be_made_again(small_survey: Path) -> None:
    build(small_survey)
    decide(small_survey, "drop", "checkout/1")
    dropped = said(build(small_survey))
    shutil.rmtree(small_survey / "cache")
    shutil.rmtree(small_survey / "reels")
    db = sqlite3.connect(small_survey / "library.db")
    for table in ("transcripts", "results", "vectors", "reels", "uploads"):
        db.execute(f"DELETE FROM {table}")
    db.commit()
    db.close()
    assert said(build(small_survey)) == dropped and len(dropped) == 1


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_an_old_library_is_brought_up_to_date_with_a_copy(small_survey: Path) -> None:
    build(small_survey)
    with closing(sqlite3.connect(small_survey / "library.db")) as old:  # as the first version left it
        for table in re.findall(r"CREATE TABLE (\w+)", " ".join(library.MIGRATIONS[1:])):
            old.execute(f"DROP TABLE {table}")
        old.execute("PRAGMA user_version = 1")
    decide(small_survey, "drop", "checkout/1")
    assert (small_survey / "library.before-2.db").is_file()
    reel = build(small_survey)
    assert len(said(reel)) == 1 and reel.work.taken_in == 0, "nothing that was known was lost"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_decision_rests_while_its_answer_is_not_used(small_survey: Path) -> None:
    with (small_survey / "reelmaker.toml").open("a", encoding="utf-8") as settings:
        settings.write("[privacy]\nerase_withdrawn = false\n")
    build(small_survey)
    name = names(small_survey)[FAILED]
    decide(small_survey, "drop", name)
    table = small_survey / "uploads" / "responses.csv"
    table.write_text("file,consent\nbert.mp4,withdrawn\n", "utf-8")
    reel = build(small_survey)
    assert said(reel) == {CARD} and "decisions" not in reel.document
    listed = run("decisions", folder=small_survey).stdout
    assert "[resting: the answer is not used (without consent)]" in listed and FAILED not in listed
    done = run("keep", name, folder=small_survey)
    assert done.returncode == 1 and "That answer is not used: withdrawn." in done.stderr
    table.unlink()
    assert build(small_survey).counts["checkout"].spoke == 1, "it wakes up again"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_what_an_interviewer_says_is_never_quoted_even_if_kept(small_survey: Path) -> None:
    asked = "Interviewer: Was your card refused at the payment page?"
    (small_survey / "uploads" / "cleo.vtt").write_text(
        captions([asked, "Customer: My cat likes boxes.", "Customer: Boxes are fine."]), "utf-8"
    )
    build(small_survey)
    [name] = [name for text, name in names(small_survey).items() if text.startswith("Was your card")]
    done = run("keep", name, "--problem", "checkout", folder=small_survey)
    assert done.returncode == 0
    assert "Warning: " + name in done.stderr and "never quoted, whatever the team decides" in done.stderr
    reel = build(small_survey)
    assert said(reel) == {CARD, FAILED} and reel.counts["checkout"].spoke == 2
    assert "[resting: the interviewer's words]" in run("decisions", folder=small_survey).stdout
    assert "interviewer's words are never quoted" in run("why", name, folder=small_survey).stdout


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_kept_moments_that_find_no_room_are_told_in_one_line(small_survey: Path) -> None:
    settings = small_survey / "reelmaker.toml"
    build(small_survey)
    decide(small_survey, "keep", *names(small_survey).values(), problem="checkout")
    settings.write_text(TOML.replace("length = 40", "length = 15"), "utf-8")
    reel = build(small_survey, dry_run=True)
    [warning] = [one for one in reel.warnings if "kept moments" in one]
    assert warning.startswith("checkout: ") and "of 9 kept moments do not fit" in warning
    assert warning.count("@") == 3 and reel.duration_ms <= 15_000


def test_decisions_do_not_touch_a_search(small_survey: Path) -> None:
    before = search.find(small_survey, "the payment failed", 3).document["moments"]
    decide(small_survey, "drop", names(small_survey)[FAILED])
    assert search.find(small_survey, "the payment failed", 3).document["moments"] == before


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_names_stand_wherever_moments_are_listed(small_survey: Path) -> None:
    reel = build(small_survey)
    name = names(small_survey)[CARD]
    assert name.endswith("@0:02.0") and len(name) == len("4f2a91@0:02.0")
    assert reel.folder and name in {row["moment"] for row in rows_of(reel.folder / "quotes.csv")}
    assert name in {item.get("moment") for item in reel.document["items"]}
    for words in (
        ["find", "card"],
        ["moments"],
        ["moments", "--csv"],
        ["build", "--problem", "checkout", "--dry-run"],
    ):
        assert name in run(*words, folder=small_survey).stdout, words
    decide(small_survey, "drop", name)
    rows = list(csv.DictReader(run("moments", "--csv", folder=small_survey).stdout.splitlines()))
    assert {r["decision"] for r in rows if r["moment"] == name} == {"dropped by the team"}


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_without_a_problem(small_survey: Path) -> None:
    build(small_survey)
    name = names(small_survey)
    decide(small_survey, "keep", name[CARD])
    decide(small_survey, "drop", name[CARD])
    decide(small_survey, "hide", "checkout/1")
    decide(small_survey, "hide", "1", problem="checkout")
    with Library(small_survey / "library.db") as memory:
        assert [one.problem for one in memory.decisions()] == ["checkout", "", "checkout", "checkout"]
    unclear = run("keep", name[LAMP], folder=small_survey)
    assert unclear.returncode == 1 and "--problem: " in unclear.stderr and "checkout (0.00)" in unclear.stderr


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("nonsense", "is not a moment"),
        ("ffffff@0:02", "Answer ids here start with"),
        ("checkout/9", "the reel has 2 clips"),
        ("delivery/1", "There are: checkout."),
        ("{anna}@3:00", "The nearest: {anna}@0:04.0, {anna}@0:02.0."),
        ("../../x/1", "no finished reel"),
    ],
)
def test_a_name_that_means_nothing_is_one_clear_line_and_nothing_is_decided(
    small_survey: Path, moment: str, told: str
) -> None:
    build(small_survey)
    name = names(small_survey)
    anna = name[CARD].split("@")[0]
    with pytest.raises(UnknownMoment) as caught:
        decide(small_survey, "drop", name[CARD], moment.replace("{anna}", anna))
    assert told.replace("{anna}", anna) in str(caught.value) and one_line(caught.value)
    with Library(small_survey / "library.db") as memory:
        assert memory.decisions() == [], "all of them or none"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_wrong_usage_and_empty_projects(small_survey: Path) -> None:
    assert run("keep", folder=small_survey).returncode == 2
    assert "No decisions yet." in run("decisions", folder=small_survey).stdout
    with pytest.raises(ProjectError, match="nothing has been transcribed yet"):
        decide(small_survey, "keep", "4f2a91@0:02.0")
    build(small_survey)
    wrong = run("drop", "checkout/1", "--problem", "chekout", folder=small_survey)
    assert wrong.returncode == 1 and 'Did you mean "checkout"' in wrong.stderr


def test_a_name_that_means_several_moments_is_answered_with_longer_names(tmp_path: Path) -> None:
    (tmp_path / "reelmaker.toml").write_text(TOML, "utf-8")
    one, other = "4f2a91" + "a" * 58, "4f2a91" + "b" * 58
    survey = Survey(
        transcripts={
            response: Transcript(response, "en", "x", (Sentence(response, 0, (Word("Yes.", start, start + 900),)),))
            for response, start in ((one, 2000), (other, 9000))
        }
    )
    project = open_project(tmp_path)
    assert lookup.resolve(project, survey, "4f2a91@0:02").span.response == one, "the other says nothing then"
    later = Transcript(other, "en", "x", (Sentence(other, 0, (Word("No.", 2600, 3000),)),))
    survey = replace(survey, transcripts={**survey.transcripts, other: later})
    with pytest.raises(UnknownMoment) as caught:
        lookup.resolve(project, survey, "4f2a91@0:02")
    assert "matches 2 moments. Name one of 4f2a91aaaa@0:02.0, 4f2a91bbbb@0:02.6." in str(caught.value)
    assert lookup.resolve(project, survey, "4f2a91b@0:02").span.response == other


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_where_everything_is_hidden_the_build_says_so(small_survey: Path) -> None:
    build(small_survey)
    decide(small_survey, "hide", "checkout/1", "checkout/2")
    done = run("build", "--problem", "checkout", folder=small_survey)
    assert done.returncode == 4 and "the team hides it" in done.stderr
    assert (small_survey / "reels" / "checkout" / "reel.mp4").is_file(), "the old reel stays"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_the_list_as_a_document(small_survey: Path) -> None:
    build(small_survey)
    name = names(small_survey)
    decide(small_survey, "drop", name[CARD], note="  not\nours ")
    decide(small_survey, "keep", name[CARD], problem="checkout")
    document = json.loads(run("decisions", "--json", folder=small_survey).stdout)
    CHECKER.validate(document)
    first, second = document["decisions"]
    assert (first["state"], first["reason"], first["note"]) == ("holds", "", "not ours"), "keep is of one problem only"
    assert (second["state"], second["verdict"], second["text"]) == ("holds", "keep", CARD)
    decide(small_survey, "hide", name[CARD])
    document = json.loads(run("decisions", "--json", folder=small_survey).stdout)
    assert [one["state"] for one in document["decisions"]] == ["overruled", "overruled", "holds"]
