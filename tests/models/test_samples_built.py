"""The sample survey built end to end with the real model and the real ffmpeg, measured against its truth."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from helpers.films import measure
from helpers.surveys import truth
from helpers.surveys.building import check, prints

import reelmaker
from reelmaker import model_files, transcribe
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.model import Clip, Response
from reelmaker.review import search

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fernhill(transcribed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, reelmaker.Reel]:
    folder = tmp_path_factory.mktemp("samples") / "fernhill"
    shutil.copytree(transcribed / "fernhill", folder)
    return folder, reelmaker.build(folder, problems=["checkout"])


@pytest.fixture(scope="module")
def document(fernhill: tuple[Path, reelmaker.Reel]) -> dict[str, Any]:
    return json.loads((fernhill[0] / "reels" / "checkout" / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def clips(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in document["items"] if item["kind"] == "clip"]


def test_all_sixteen_are_heard_and_none_fails(transcribed: Path, fernhill: tuple[Path, reelmaker.Reel]) -> None:
    first = json.loads((transcribed / "first.json").read_text("utf-8"))
    assert first == {"transcribed": 16, "failures": []}
    reel = fernhill[1]
    assert reel.failures == () and reel.work.transcribed == 0 and reel.counts["checkout"].of == 16
    check(reel)


def test_six_customers_or_more_speak_and_only_of_the_checkout(clips: list[dict[str, Any]]) -> None:
    assert len({clip["respondent"] for clip in clips}) >= 6
    assert truth.label_errors(clips, "checkout") == []


def test_the_count_on_the_intro_is_true(document: dict[str, Any]) -> None:
    [problem] = document["problems"]
    assert abs(problem["spoke"] - len(truth.people_with("checkout"))) <= 1 and problem["of"] == 16
    assert document["items"][0]["fields"]["evidence"].startswith(f"{problem['spoke']} of 16 customers spoke of this")


def test_edges_are_those_of_the_sentences(clips: list[dict[str, Any]]) -> None:
    errors = truth.edge_errors_ms(clips)
    assert median(errors) <= 120 and truth.percentile(errors, 95) <= 300, sorted(errors)
    assert truth.inside_words(clips) == []


def test_each_clip_is_as_loud_as_the_others(fernhill: tuple[Path, reelmaker.Reel]) -> None:
    reel = fernhill[1]
    assert reel.folder
    for place in reel.places():
        if isinstance(place.item, Clip):
            loud, peak = measure.loudness(reel.folder / "reel.mp4", place.start_ms / 1000, place.frames / place.fps)
            assert abs(loud + 16) <= 1.5 and peak <= -1, (place.item.label, loud, peak)


def test_what_is_heard_in_the_reel_is_what_its_captions_say(
    fernhill: tuple[Path, reelmaker.Reel], clips: list[dict[str, Any]]
) -> None:
    reel = fernhill[1]
    assert reel.folder
    samples = measure.sound(reel.folder / "reel.mp4", 16_000)
    hearing = transcribe.load("whisper", model_files.find("base", "speech"), workers=2, language="en", name="base")
    jobs = [
        (
            Response(f"{number:064}", f"{number}", 0),
            lambda c=clip: samples[c["start_ms"] * 16 : c["end_ms"] * 16],
        )
        for number, clip in enumerate(clips)
    ]
    errors = total = 0
    for response, transcript in hearing.transcribe(jobs):
        heard = " ".join(sentence.text for sentence in transcript.sentences)
        wrong, words = measure.word_errors(clips[int(response.id)]["text"], heard)
        errors, total = errors + wrong, total + words
    assert errors / total <= 0.05


def test_words_are_heard_right(fernhill: tuple[Path, reelmaker.Reel]) -> None:
    texts: dict[str, str] = {}
    for moment in search.moments(fernhill[0]).document["moments"]:
        texts[moment["file"]] = f"{texts.get(moment['file'], '')} {moment['text']}"
    assert truth.word_error_rate(texts) <= 0.025


def test_sentences_are_told_apart_by_problem(fernhill: tuple[Path, reelmaker.Reel]) -> None:
    result = truth.tagging(search.moments(fernhill[0]).document)
    precision, f1 = truth.means(result)
    assert precision >= 0.88 and f1 >= 0.80, result


def test_the_reels_of_the_other_problems_keep_to_their_subject(
    fernhill: tuple[Path, reelmaker.Reel],
) -> None:
    shown, wrong = 0, []
    for problem in truth.PAIN:
        reel = reelmaker.build(fernhill[0], problems=[problem], dry_run=True)
        clips = [item for item in reel.document["items"] if item["kind"] == "clip"]
        shown += sum(len(truth.shown(clip)) for clip in clips)
        wrong += truth.label_errors(clips, problem)
        assert abs(reel.counts[problem].spoke - len(truth.people_with(problem))) <= 2
    assert len(wrong) <= 0.15 * shown, (shown, wrong)


def test_a_second_build_changes_no_byte_and_one_more_upload_is_one_transcription(
    fernhill: tuple[Path, reelmaker.Reel], tmp_path: Path
) -> None:
    folder, first = fernhill
    before = prints(folder)
    second = reelmaker.build(folder, problems=["checkout"])
    assert prints(folder) == before and second.items == first.items
    other = tmp_path / "more"
    shutil.copytree(folder, other)
    video = next(clip["file"] for clip in first.document["items"] if clip["kind"] == "clip")
    media_ffmpeg.run(
        [
            "-i",
            f"file:{other / 'uploads' / video}",
            *"-c copy -metadata title=again".split(),
            f"file:{other / 'uploads' / 'seventeenth.mkv'}",
        ]
    )
    third = reelmaker.build(other, problems=["checkout"])
    assert third.work.transcribed == 1 and third.work.rendered <= 3
