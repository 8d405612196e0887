"""What the team trims: the clip shows that stretch in every rebuild, in the picture, the sound and every file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.command_line import run
from helpers.messages import one_line
from helpers.results.taken import CHECKER, build, rows_of, text_of
from helpers.surveys import numbered
from helpers.surveys.small_survey import TOML

import reelmaker
from reelmaker.errors import ProjectError
from reelmaker.model import Clip
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.review import decisions, edits, explain

LONG = "My card was refused at the payment page three times and then I left."
ANNA = [
    numbered.spoken("I bought a lamp.", 200),
    numbered.spoken(LONG, 2600),
    numbered.spoken("Now about the lamp itself.", 11_200),
]
BERT = [numbered.spoken("The payment failed and my card was charged twice.", 500)]
WHOLE = (2600, 9400)  # of the long sentence


@pytest.fixture(scope="session")
def numbered_films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numbered.anna_and_bert(tmp_path_factory.mktemp("numbered"), ANNA, 15, BERT)


@pytest.fixture
def survey(tmp_path: Path, numbered_films: Path) -> Path:
    folder = tmp_path / "survey"
    shutil.copytree(numbered_films, folder / "uploads")
    toml = TOML.replace('size = "320x180"', 'size = "320x180"\ncaptions = "sidecar"')
    (folder / "reelmaker.toml").write_text(
        'outputs = ["captions", "quotes", "documents", "deck", "page"]\n' + toml, "utf-8"
    )
    return folder


def trim(folder: Path, name: str = "", begin: Any = "", end: Any = "", **more: Any) -> tuple[int, str]:
    """Trim the long sentence; edges that begin with a letter are words. Gives its number and what it shows."""
    edges = [edits.Edge(e) if e[:1].isalpha() else edits.Edge("", e) for e in (begin, end)]
    decision, _, words = edits.trim(
        open_project(folder), name or numbered.anna(folder), *edges, problem="checkout", **more
    )
    return decision.number, words


def plan(folder: Path) -> reelmaker.Reel:
    return build(folder, dry_run=True)


def planned(reel: reelmaker.Reel) -> dict[str, Any]:
    """Anna's clip as the document has it."""
    [item] = [i for i in reel.document["items"] if i["kind"] == "clip" and i["file"] == "anna.mp4"]
    return item


def clip_of(reel: reelmaker.Reel) -> tuple[dict[str, Any], list[int]]:
    """Anna's clip as the manifest has it, and the numbers of its frames in the film."""
    assert reel.folder
    for place in reel.places():
        if isinstance(place.item, Clip) and any(w.text == "refused" for w in place.item.moment.words):
            item = next(i for i in reel.document["items"] if i["kind"] == "clip" and i["start_ms"] == place.start_ms)
            return item, numbered.numbers(reel.folder / "reel.mp4", place.first_frame, place.frames)
    raise AssertionError("she is not in the reel")


def said(item: dict[str, Any]) -> str:
    return " ".join(word["text"] for word in item["words"])


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_trimmed_clip_shows_that_stretch_and_only_its_piece_is_made_again(survey: Path) -> None:
    before = build(survey)
    whole, _ = clip_of(before)
    assert said(whole) == LONG and "trimmed" not in whole
    done = run(
        "trim",
        "checkout/1" if before.clips[0].moment.text == LONG else "checkout/2",
        "--from",
        "refused AT",
        "--to",
        "three times",
        "--note",
        "the rest is slow",
        folder=survey,
    )
    assert done.returncode == 0 and '"refused at the payment page three times"' in done.stdout, done.stderr
    reel = build(survey)
    assert (reel.work.taken_in, reel.work.transcribed, reel.work.rendered, reel.work.joined) == (0, 0, 1, 1)
    item, shown = clip_of(reel)
    assert item["text"] == said(item) == "refused at the payment page three times"
    assert item["quote"] == "… refused at the payment page three times …"
    assert item["score"] == whole["score"] and reel.counts == before.counts
    assert item["why"][0] == "trimmed by the team: the rest is slow"
    assert item["moment"].endswith("@0:02.6-0:09.4") and item["trimmed"] == {
        "start_ms": 2600,
        "end_ms": 9400,
    }
    # "was" is said until 3.9 s, "refused" from 4.1 s, "times" until 7.4 s, "and" from 7.6 s
    assert 3.9 <= shown[0] / 30 <= 4.1 and 7.4 <= shown[-1] / 30 <= 7.6
    assert shown == list(range(shown[0], shown[0] + len(shown)))
    CHECKER.validate(dict(reel.document))
    [decision] = reel.document["decisions"]
    assert (decision["verdict"], decision["from_ms"], decision["to_ms"], decision["exact"]) == (
        "trim",
        4100,
        7400,
        False,
    )
    assert reel.folder
    for file in ("reel.srt", "reel.vtt", "quotes.csv", "quotes.md", "transcript.txt", "index.html"):
        text = text_of(reel.folder / file).replace("\n", " ")
        assert (
            "refused at the payment page" in text and "then I left" not in text and "My card was refused" not in text
        ), file
    assert "trimmed by the team" in text_of(reel.folder / "changes.md")
    assert (
        rows_of(reel.folder / "quotes.csv")[0]["why"].count("the team")
        + rows_of(reel.folder / "quotes.csv")[1]["why"].count("the team")
        == 1
    )
    shutil.rmtree(survey / "cache")
    shutil.rmtree(survey / "reels")
    again = build(survey)
    assert again.document["items"] == reel.document["items"] and clip_of(again)[1] == shown


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_times_and_words_say_the_same(survey: Path) -> None:
    plan(survey)
    asked = [
        ("refused", "times"),
        ("0:04.1", "0:07.4"),
        ("0:04.0", "0:07.5"),
        ("4.2", "7,3"),
        ("+1.5", "-2.0"),
        ("refused at", "7.4"),
    ]
    found = []
    for begin, end in asked:
        number, words = trim(survey, begin=begin, end=end)
        found.append(words)
        decisions.withdraw(open_project(survey), [number])
    typed = run(
        "trim", numbered.anna(survey), "--start", "+1.5", "--end", "-2.0", "--problem", "checkout", folder=survey
    )
    found.append(typed.stdout.split('"')[1])
    assert "0:02.6 shows 0:04.1-0:07.4" in typed.stdout, typed.stderr
    decisions.withdraw(open_project(survey), [number + 1])
    assert set(found) == {"refused at the payment page three times"}, found
    trim(survey, begin="refused")
    assert trim(survey, end="-0.5")[1].startswith("refused at") and trim(survey, end="+9")[1].endswith(
        "Now about the lamp itself."
    ), "what is trimmed is moved from where it is"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_only_with_exactly_a_word_is_cut(survey: Path) -> None:
    build(survey)
    trim(survey, begin="0:04.2", end="0:07.25", exactly=True)
    item, shown = clip_of(build(survey))
    assert (item["source_start_ms"], item["source_end_ms"]) == (4200, 7250)
    assert (shown[0], len(shown)) == (126, round(3.05 * 30))
    assert said(item) == "refused at the payment page three times"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_trim_may_be_wider_than_the_moment_and_than_any_other_clip(survey: Path) -> None:
    toml = survey / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8").replace("clip_min = 1", "clip_min = 1\nclip_max = 7"), "utf-8")
    build(survey)
    trim(survey, begin="a lamp", end="the lamp itself")
    reel = build(survey)
    item, shown = clip_of(reel)
    assert item["quote"] == f"… a lamp. {LONG} Now about the lamp itself."
    assert shown[0] / 30 <= 1.2 and shown[-1] / 30 >= 13.4
    assert item["moment"].endswith("@0:00.2-0:13.5")
    assert not [w for w in reel.warnings if "do not fit" in w]
    number, words = trim(survey, "checkout/1" if reel.clips[0].moment.whole else "checkout/2", end="page")
    assert words == "a lamp. My card was refused at the payment page", "the last trim is the one that is moved"
    assert clip_of(build(survey))[0]["quote"] == "… a lamp. My card was refused at the payment page …"
    states = {one.decision.number: (one.state, one.reason) for one in decisions.listed(open_project(survey))}
    assert states == {number - 1: ("overruled", f"by decision {number}"), number: ("holds", "")}


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_undo_brings_the_whole_clip_back_and_makes_nothing_again(survey: Path) -> None:
    before = build(survey)
    number, _ = trim(survey, begin="refused", end="times")
    build(survey)
    assert run("decisions", "--undo", number, folder=survey).returncode == 0
    reel = build(survey)
    assert reel.document["items"] == before.document["items"] and reel.work.rendered == 0
    assert reel.document["changes"]["reworded"][0]["why"] == "no longer trimmed by the team"


@pytest.mark.slow
def test_a_trim_stays_where_the_same_words_are_heard_at_other_times(survey: Path) -> None:
    plan(survey)
    trim(survey, begin="refused", end="times")
    moved = [[(word, start + 90, end + 90) for word, start, end in one] for one in ANNA]
    moved[1][3] = ("rejected", *moved[1][3][1:])
    numbered.transcript(survey / "uploads" / "anna.mp4", moved)
    item = planned(plan(survey))
    assert item["quote"] == "… rejected at the payment page three times …"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_trim_rests_where_other_sentences_are_heard_and_holds_again_when_they_are_back(
    survey: Path,
) -> None:
    plan(survey)
    trim(survey, begin="then", end="left.")
    other = [
        ANNA[0],
        [*ANNA[1][:10], ("again.", 7600, 7900)],
        numbered.spoken("So I bought it anyway today in town.", 8100),
    ]
    numbered.transcript(survey / "uploads" / "anna.mp4", other)
    item = planned(plan(survey))
    assert "trimmed" not in item and item["text"].startswith("My card was refused")
    [one] = decisions.listed(open_project(survey))
    assert (one.state, one.reason) == ("resting", "the transcript has other sentences there now")
    assert "[resting: the transcript has other sentences" in run("decisions", folder=survey).stdout
    numbered.transcript(survey / "uploads" / "anna.mp4", [ANNA[0], ANNA[2]])
    plan(survey)
    assert decisions.listed(open_project(survey))[0].reason == "there is no speech there"
    numbered.transcript(survey / "uploads" / "anna.mp4", ANNA)
    assert planned(plan(survey))["quote"] == "… then I left."


def test_what_is_not_to_be_shown_is_not_brought_in_by_a_trim(survey: Path) -> None:
    plan(survey)
    trim(survey, begin="a lamp", end="times")
    decisions.decide(open_project(survey), "hide", [numbered.anna(survey).replace("2.6", "0.2")])
    item = planned(plan(survey))
    assert "trimmed" not in item and item["text"] == LONG
    [one, _] = decisions.listed(open_project(survey))
    assert (one.state, one.reason) == ("resting", "it contains words that the team hid or dropped (decision 2)")


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_of_two_trims_that_share_a_sentence_the_last_holds(survey: Path) -> None:
    plan(survey)
    name = numbered.anna(survey)
    trim(survey, name, "refused", "the lamp")
    number, _ = trim(survey, name.replace("2.6", "11.2"), "0:09.0", "0:13.5")
    document = plan(survey).document
    [item] = [i for i in document["items"] if i["kind"] == "clip" and i["file"] == "anna.mp4"]
    assert item["quote"] == "… left. Now about the lamp itself."
    first, _ = decisions.listed(open_project(survey))
    assert (first.state, first.reason) == ("resting", f"its sentences belong to the clip of decision {number}")
    told = run("why", name, "--problem", "checkout", folder=survey).stdout
    assert f"decision 1: trimmed (resting: its sentences belong to the clip of decision {number})" in told, told


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_sentence_trimmed_away_is_shown_nowhere_and_why_says_so(survey: Path) -> None:
    toml = survey / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8").replace("length = 40", "length = 60\nclips_per_customer = 3"), "utf-8")
    two = [
        ANNA[0],
        numbered.spoken("The payment failed on my card.", 2600),
        numbered.spoken("My card was refused again.", 5700),
    ]
    numbered.transcript(survey / "uploads" / "anna.mp4", two)
    plan(survey)
    name = numbered.anna(survey)
    decisions.decide(open_project(survey), "keep", [name], "checkout")
    trim(survey, f"{name}-0:08.0", "my card was", "again")
    reel = plan(survey)
    texts = [clip.moment.text for clip in reel.clips]
    assert "My card was refused again." in texts and len(texts) == 2, texts
    assert not [w for w in reel.warnings if "do not fit" in w], "a kept sentence was trimmed away, not left out"
    told = explain.why(survey, name, ["checkout"])
    assert told["explained"]["problems"][0]["reel"]["reason"] == "trimmed"
    CHECKER.validate(told)
    assert "the team trimmed it away" in run("why", name, "--problem", "checkout", folder=survey).stdout
    assert "trimmed" in run("build", "--problem", "checkout", "--dry-run", folder=survey).stdout


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        ("0:09", "0:05", "there is nothing between 0:09.0 and 0:05.0"),
        ("0:30", "", "there is nothing between"),
        ("0:00.2", "0:02", "outside the moment"),
        ("lamp", "", '"lamp" is said 2 times, at 0:01.7, 0:12.7'),
        ("pineapple", "", 'nobody says "pineapple" there'),
        ("page", "card", "after the start"),
        ("then", "then", "less than half a second"),
        ("soon:3", "", "nobody says"),
        ("?", "", "is not a time"),
        ("0:09.45", "0:10.1", "less than half a second"),
    ],
)
def test_a_trim_that_makes_no_sense_is_one_clear_line_and_nothing_is_stored(
    survey: Path, begin: str, end: str, told: str
) -> None:
    plan(survey)
    with pytest.raises(ProjectError) as caught:
        trim(survey, begin=begin, end=end)
    assert told in str(caught.value) and one_line(caught.value)
    with Library(survey / "library.db") as memory:
        assert memory.decisions() == []


def test_wrong_usage(survey: Path) -> None:
    for words in (
        ["trim", "checkout/1"],
        ["trim", "checkout/1", "--from", "a", "--start", "1"],
        ["order", "checkout"],
        ["order", "checkout", "1", "--clear"],
    ):
        assert run(*words, folder=survey).returncode == 2, words


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_trim_for_outsiders_keeps_the_note_to_the_team(survey: Path) -> None:
    (survey / "uploads" / "responses.csv").write_text("file,consent\nanna.mp4,external\nbert.mp4,external\n", "utf-8")
    build(survey)
    trim(survey, begin="refused", end="times", note="gossip about kumquats")
    reel = build(survey, audience="external")
    assert reel.folder and "… refused at" in text_of(reel.folder / "manifest.json")
    assert not [p for p in reel.folder.iterdir() if b"kumquat" in p.read_bytes()]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_only_if_changed_and_history_go_by_trims(survey: Path) -> None:
    toml = survey / "reelmaker.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("clip_min = 1", 'clip_min = 1\nrefresh_when = "3 new clips"'),
        "utf-8",
    )
    build(survey)
    trim(survey, begin="refused", end="times")
    assert build(survey, only_if_changed=True).work.joined == 1
    assert run("history", "--restore", "1", "--problem", "checkout", folder=survey).returncode == 0
    manifest = json.loads((survey / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    assert LONG in [item.get("text") for item in manifest["items"]]
    assert build(survey).work.joined == 0, "what was brought back stays until something changes"
    trim(survey, begin="refused", end="page")
    assert clip_of(build(survey))[0]["quote"] == "… refused at the payment page …"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_word_left_out_stays_out_though_a_longer_pause_stands_on_its_other_side(tmp_path: Path) -> None:
    times = [300, 640, 1000, 1800, 1970, 2440, 2600, 2760, 3240]
    ends = [600, 960, 1400, 1930, 2400, 2560, 2720, 3200, 3330]
    words = ["Then", "my", "card", "was", "refused", "at", "the", "payment", "today."]
    said = [*zip(words, times, ends, strict=True), *numbered.spoken("Well.", 4100)]
    path = numbered.film(tmp_path / "uploads" / "anna.mp4", said, 6)
    numbered.transcript(path, [said[:-1], said[-1:]])
    (tmp_path / "reelmaker.toml").write_text(TOML, "utf-8")
    plan(tmp_path)
    trim(tmp_path, numbered.anna(tmp_path).replace("2.6", "0.3"), "refused", "payment")
    item = planned(plan(tmp_path))
    assert item["text"] == "refused at the payment"
    # "was" ends at 1.93 s after 0.4 s of silence before it; "today" begins at 3.24 s, and 0.7 s of silence follow it
    assert 1900 <= item["source_start_ms"] <= 1970 and 3200 <= item["source_end_ms"] <= 3270
