"""What the team strikes inside a clip: the clip jumps over it in the picture, the sound and every file."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import opentimelineio as otio
import pytest
from helpers.machines.command_line import run
from helpers.results.taken import CHECKER, build, text_of
from helpers.surveys import numbered
from helpers.surveys.small_survey import TOML

import reelmaker
from reelmaker import media
from reelmaker.errors import ProjectError
from reelmaker.model import Clip, Place
from reelmaker.project.config import open_project
from reelmaker.review import decisions, strikes

LONG = "My card was um refused at the, you know, payment page and it did not work but I paid later."
ANNA = [numbered.spoken("I bought a lamp.", 200), numbered.spoken(LONG, 2600)]
BERT = [numbered.spoken("The payment failed and my card was charged twice.", 500)]
LEFT = "My card was … refused at the, … payment page and it did not work but I paid later."
FILES = ("reel.srt", "reel.vtt", "quotes.csv", "quotes.md", "transcript.txt", "index.html")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numbered.anna_and_bert(tmp_path_factory.mktemp("numbered"), ANNA, 14, BERT)


def survey_in(folder: Path, films: Path) -> Path:
    shutil.copytree(films, folder / "uploads")
    toml = TOML.replace('size = "320x180"', 'size = "320x180"\ncaptions = "sidecar"')
    outputs = 'outputs = ["captions", "quotes", "documents", "deck", "page", "otio", "clips"]\n'
    (folder / "reelmaker.toml").write_text(outputs + toml, "utf-8")
    return folder


@pytest.fixture
def survey(tmp_path: Path, films: Path) -> Path:
    folder = survey_in(tmp_path / "survey", films)
    build(folder, dry_run=True)
    return folder


def proposed(folder: Path, *texts: str, unstrike: tuple[str, ...] = (), **more: Any) -> strikes.Proposal:
    asked = strikes.Asked(texts, unstrike, **more)
    return strikes.proposed(open_project(folder), numbered.anna(folder), asked, "checkout")


def strike(folder: Path, *texts: str, **more: Any) -> list[int]:
    project, proposal = open_project(folder), proposed(folder, *texts, **more)
    return [decision.number for decision in strikes.record(project, proposal)]


def planned(folder: Path) -> dict[str, Any]:
    """Anna's clip as a dry run has it."""
    document = build(folder, dry_run=True).document
    [item] = [i for i in document["items"] if i["kind"] == "clip" and i["file"] == "anna.mp4"]
    return item


# words that are named


@pytest.mark.slow
def test_words_are_struck_as_the_clip_says_them_and_undone(survey: Path) -> None:
    assert proposed(survey, "UM").text.startswith("My card was … refused")
    first, second = strike(survey, "um", "you know,")
    item = planned(survey)
    assert item["quote"] == LEFT and "um" not in item["text"].split()
    # "was" ends at 3.9 s, "um" lasts from 4.1 to 4.4 s, "refused" begins at 4.6 s
    [um, know] = item["struck"]
    assert 3900 <= um["start_ms"] <= 4100 and 4400 <= um["end_ms"] <= 4600, um
    assert 5900 <= know["start_ms"] <= 6100 and 6900 <= know["end_ms"] <= 7100, know
    assert item["why"][0] == "words struck by the team" and item["moment"].endswith("@0:02.6-0:12.4")
    decisions.withdraw(open_project(survey), [first])
    assert planned(survey)["quote"] == LEFT.replace("was … ", "was um ")
    proposal = proposed(survey, unstrike=("you",))
    assert proposal.taken_back == (second,) and proposal.text == LONG
    strikes.record(open_project(survey), proposal)
    assert "struck" not in planned(survey)
    listed = decisions.listed(open_project(survey))
    assert [(one.decision.verdict, one.state, one.text) for one in listed] == [
        ("strike", "withdrawn", "um"),
        ("strike", "withdrawn", "you know,"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("texts", "more", "told"),
    [
        (("ehm",), {}, 'the clip does not say "ehm". It says: "My card was um refused'),
        (("0:40-0:41",), {}, "0:40-0:41 is not inside the clip"),
        (("0:04.15-0:04.2",), {}, '0:04.1-0:04.2 is inside "um"'),
        ((LONG,), {}, "strikes every word of the clip"),
        (
            ("My card was um refused at the, you know, payment page and it did not work but I paid",),
            {},
            "less than half",
        ),
        (("card", "um"), {}, ""),
        ((), {"unstrike": ("um",)}, '"um" is not struck'),
    ],
)
def test_what_cannot_be_struck_is_said_in_one_line(
    survey: Path, texts: tuple[str, ...], more: dict[str, Any], told: str
) -> None:
    if not told:
        assert [note.split()[0] for note in proposed(survey, *texts).notes] == ['"My"', '"was"']
        return
    with pytest.raises(ProjectError) as refused:
        proposed(survey, *texts, **more)
    assert told in refused.value.message and "\n" not in str(refused.value)


@pytest.mark.slow
def test_the_same_words_twice_need_a_neighbour(survey: Path) -> None:
    with pytest.raises(ProjectError, match=r"does not say") as refused:
        proposed(survey, "the page")
    assert "payment page" in refused.value.message
    with pytest.raises(ProjectError, match=r"struck already"):
        strike(survey, "um")
        proposed(survey, "um")


@pytest.mark.slow
def test_a_pause_is_struck_to_the_millisecond_and_no_mark_tells_of_it(survey: Path) -> None:
    strike(survey, "0:03.92-0:04.08")
    item = planned(survey)
    assert item["quote"] == LONG
    [hole] = item["struck"]
    assert abs(hole["start_ms"] - 3920) <= 17 and hole["end_ms"] == 4080  # the joint is on a frame


@pytest.mark.slow
def test_a_not_and_a_but_and_a_trim_are_asked_about(survey: Path) -> None:
    assert proposed(survey, "not").risks == ('it takes away a "not" or "never"',)
    assert proposed(survey, "work").risks == (
        'a "not" or "never" is left without the words it was about',
        'a "but" is left without what it contrasts with',
    )
    assert proposed(survey, "um").risks == () and proposed(survey, "you know").risks == ()
    assert 'it takes away a "but"' in proposed(survey, "but I paid later").risks
    refused = run("trim", numbered.anna(survey), "--strike", "not", folder=survey)
    assert refused.returncode == 2 and "Confirm with --yes" in refused.stderr and "Traceback" not in refused.stderr
    done = run(
        "trim",
        numbered.anna(survey),
        "--to",
        "work",
        "--strike",
        "not",
        "--yes",
        "--problem",
        "checkout",
        folder=survey,
    )
    assert done.returncode == 0 and 'the clip now says "My card was um refused' in done.stdout, done.stderr
    item = planned(survey)
    assert item["quote"].endswith("and it did … work …")
    why = run("why", numbered.anna(survey), folder=survey).stdout
    assert "shorter by struck words" in why and ": struck" in why
    assert "leaves out 0:09.6-0:09.9" in run("decisions", folder=survey).stdout


@pytest.mark.slow
def test_the_shorter_length_counts(survey: Path) -> None:
    def explained() -> str:
        return run("why", numbered.anna(survey), "--problem", "checkout", folder=survey).stdout

    assert "struck" not in explained()
    strike(survey, "you know")
    # from the start of "you" at 6.1 s to the end of "know," at 6.9 s
    assert "9.0 s long, 0.8 s shorter by struck words" in explained(), explained()


# a real build


@dataclass
class Built:
    folder: Path
    before: reelmaker.Reel
    reel: reelmaker.Reel
    place: Place
    item: dict[str, Any]

    @property
    def clip(self) -> Clip:
        assert isinstance(self.place.item, Clip)
        return self.place.item

    def file(self, name: str) -> Path:
        assert self.reel.folder
        return self.reel.folder / name


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, films: Path) -> Built:
    folder = survey_in(tmp_path_factory.mktemp("struck") / "survey", films)
    before = build(folder)
    strike(folder, "um", "you know,", "0:08.55-0:09.05")  # the last one is "it"
    reel = build(folder)
    [place] = [p for p in reel.places() if isinstance(p.item, Clip) and p.item.holes]
    [item] = [i for i in reel.document["items"] if i["kind"] == "clip" and i["file"] == "anna.mp4"]
    return Built(folder, before, reel, place, item)


@pytest.mark.slow
def test_only_its_own_clip_is_made_again(built: Built) -> None:
    work = built.reel.work
    assert (work.taken_in, work.transcribed, work.rendered, work.joined) == (0, 0, 1, 1)
    again = build(built.folder)
    assert (again.work.rendered, again.work.joined) == (0, 0)
    CHECKER.validate(dict(built.reel.document))
    assert [d["verdict"] for d in built.reel.document["decisions"]] == ["strike"] * 3


@pytest.mark.slow
def test_picture_and_sound_jump_together(built: Built) -> None:
    """Every frame shows its number in the upload, and a tone is heard wherever a word is said there."""
    shown = numbered.numbers(built.file("reel.mp4"), built.place.first_frame, built.place.frames)
    wanted = [
        round(stretch.start_ms * 30 / 1000) + n
        for stretch, frames in zip(built.clip.stretches, built.clip.frames(30), strict=True)
        for n in range(frames)
    ]
    assert len(built.clip.stretches) == 4 and len(shown) == len(wanted) == built.place.frames
    assert max(abs(a - b) for a, b in zip(shown, wanted, strict=True)) <= 1
    sound = media.pcm(built.file("reel.mp4"), 1)[built.place.start_ms * 16 : built.place.end_ms * 16]
    for word in built.clip.moment.words:
        start, end = (built.clip.played_at(t) for t in (word.start_ms, word.end_ms))
        assert np.abs(sound[(start + 40) * 16 : (end - 40) * 16]).max() > 0.05, word
    pauses = [
        (built.clip.played_at(a.end_ms), built.clip.played_at(b.start_ms)) for a, b in pairwise(built.clip.moment.words)
    ]
    for start, end in pauses:
        assert end - start <= 120 or np.abs(sound[(start + 40) * 16 : (end - 40) * 16]).max() < 0.02, (start, end)


@pytest.mark.slow
def test_a_joint_neither_clicks_nor_gapes(built: Built) -> None:
    raw = subprocess.run(
        [media.ffmpeg_exe(), "-v", "error", "-i", built.file("reel.mp4"), *"-map 0:a:0 -ac 1 -f f32le -".split()],
        capture_output=True,
        check=True,
    ).stdout
    sound = np.frombuffer(raw, np.float32)
    frames = np.cumsum(built.clip.frames(30))[:-1]
    steps = np.abs(np.diff(sound))
    for joint in (built.place.first_frame + int(n) for n in frames):
        around = steps[(joint * 1600 - 960) : (joint * 1600 + 960)]
        assert around.max() <= steps.max() / 2, joint


@pytest.mark.slow
def test_every_file_has_the_words_that_are_heard(built: Built) -> None:
    assert built.item["quote"] == LEFT.replace("and it did", "and … did")
    for name in FILES:
        text = text_of(built.file(name)).replace("\n", " ")
        assert "card was" in text and " um" not in text and "you know" not in text, name
        assert "was … refused" in text or name in ("reel.srt", "reel.vtt"), name
    captions = text_of(built.file("reel.srt"))
    assert captions.count("…") == 3
    assert "cut shorter by the team" in text_of(built.file("changes.md"))
    with built.file("quotes.csv").open(encoding="utf-8-sig", newline="") as table:
        assert any("…" in row["quote"] for row in csv.DictReader(table))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reel.otio", "reel.xml", "reel.edl"])
def test_editors_get_one_event_for_each_part(built: Built, name: str) -> None:
    more = {"rate": 30} if name.endswith("edl") else {}
    made = otio.adapters.read_from_file(str(built.file(name)), **more)
    picture = next(track for track in made.tracks if track.kind == otio.schema.TrackKind.Video)
    ranges = [
        (int(item.source_range.start_time.value), int(item.source_range.duration.value))
        for item in picture
        if item.name == "anna.mp4" or "anna" in str(item.media_reference)
    ]
    wanted = [
        (round(stretch.start_ms * 30 / 1000), frames)
        for stretch, frames in zip(built.clip.stretches, built.clip.frames(30), strict=True)
    ]
    assert ranges == wanted
    total = sum(int(item.source_range.duration.value) for item in picture)
    assert total == sum(place.frames for place in built.reel.places())


@pytest.mark.slow
def test_a_restored_build_says_what_was_cut_shorter_since(built: Built, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(built.folder, folder)
    done = run("history", "--problem", "checkout", "--restore", "1", folder=folder)
    assert done.returncode == 0 and "(cut shorter)" in done.stderr, done.stderr
    manifest = json.loads((folder / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    assert not any("struck" in item for item in manifest["items"])
