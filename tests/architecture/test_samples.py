"""The sample survey is whole, small, and varied in the way its README says."""

from __future__ import annotations

import csv
import itertools
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from helpers.paths import SAMPLES

HOME = SAMPLES
UPLOADS = HOME / "uploads"
TRUTH = json.loads((HOME / "truth.json").read_text("utf-8"))
FILES = [response["file"] for response in TRUTH["responses"]]


def rows() -> list[dict[str, str]]:
    with (UPLOADS / "responses.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture(file: str) -> Any:
    with av.open(UPLOADS / file) as media:
        return media.streams.video[0].codec_context


def frame_times(file: str) -> Iterator[float]:
    with av.open(UPLOADS / file) as media:
        stream = media.streams.video[0]
        yield from sorted(float(p.pts * stream.time_base) for p in media.demux(stream) if p.pts is not None)


def test_every_file_has_a_row_and_a_truth_and_the_other_way_round() -> None:
    there = {path.name for path in UPLOADS.iterdir()} - {"responses.csv"}
    assert len(there) == 16
    assert there == set(FILES) == {row["file"] for row in rows()}


def test_the_survey_stays_small() -> None:
    assert sum(path.stat().st_size for path in HOME.rglob("*") if path.is_file() and not generated(path)) < 15e6


def generated(path: Path) -> bool:
    return path.relative_to(HOME).parts[0] in {
        "cache",
        "reels",
        "library.db",
        "library.db-wal",
        "library.db-shm",
    }


def test_rows_agree_with_the_truth_and_have_holes() -> None:
    table = {row["file"]: row for row in rows()}
    for response in TRUTH["responses"]:
        row = table[response["file"]]
        assert row["respondent"] == response["respondent"] and row["name"] == response["name"]
        assert row["segment"] == response["segment"] and row["score"] in ("", str(response["score"]))
        assert row["date"] == "" or "2026-07-01" <= row["date"] <= "2026-09-30"
        assert row["question"] in ("", TRUTH["question"])
    assert len({row["respondent"] for row in table.values()}) == 16
    for column, values in (("consent", {"internal", "external", ""}), ("show_name", {"yes", "no", ""})):
        assert {row[column] for row in table.values()} == values


def test_labels_are_problems_of_the_project() -> None:
    settings = HOME / "reelmaker.toml"
    if not settings.exists():
        pytest.skip("no reelmaker.toml yet")
    known = set(tomllib.loads(settings.read_text("utf-8"))["problems"])
    said = {part for r in TRUTH["responses"] for s in r["sentences"] for part in s["label"].lstrip("+").split(",")}
    assert said - {"-"} <= known


@pytest.mark.parametrize("response", TRUTH["responses"], ids=FILES)
def test_true_times_lie_inside_the_sound(response: dict[str, Any]) -> None:
    at = 0
    for sentence in response["sentences"]:
        assert at <= sentence["start_ms"] < sentence["end_ms"] and sentence["text"]
        at = sentence["end_ms"]
    assert at <= response["duration_ms"]
    with av.open(UPLOADS / response["file"]) as media:
        sound = media.streams.audio[0]
        ends = [(p.pts + p.duration) * sound.time_base * 1000 for p in media.demux(sound) if p.pts is not None]
    assert abs(max(ends) - response["duration_ms"]) < 60


@pytest.mark.parametrize(
    ("file", "coded", "shown_turned"),
    [
        ("IMG_4821.MOV", (1280, 720), -90),
        ("IMG_0077.mov", (1280, 720), 90),
        ("maya-fernhill.mp4", (1280, 720), 0),
    ],
)
def test_phones_lie_on_their_side(file: str, coded: tuple[int, int], shown_turned: int) -> None:
    with av.open(UPLOADS / file) as media:
        frame = next(media.decode(video=0))
        assert (frame.width, frame.height) == coded
        assert frame.rotation == shown_turned


@pytest.mark.parametrize(
    ("file", "size"),
    [
        ("VID_20260803_181204.mp4", (720, 1280)),
        ("PXL_20260822_101533.mp4", (1080, 1920)),
        ("Video 12.mp4", (640, 480)),
        ("puck (square).mp4", (720, 720)),
        ("George garden.mp4", (1280, 720)),
    ],
)
def test_pictures_have_many_shapes(file: str, size: tuple[int, int]) -> None:
    context = picture(file)
    assert (context.width, context.height) == size


@pytest.mark.parametrize(("file", "codec"), [("recording (3).webm", "vp9"), ("fernhill-survey (1).webm", "vp8")])
def test_browser_recordings_do_not_say_how_long_they_are(file: str, codec: str) -> None:
    with av.open(UPLOADS / file) as media:
        assert media.streams.video[0].codec_context.name in (codec, f"lib{codec}", "libvpx-vp9", "libvpx")
        assert media.streams.audio[0].codec_context.name in ("opus", "libopus")
        assert media.duration is None and media.streams.video[0].duration is None


def test_one_frame_rate_varies_and_the_others_do_not() -> None:
    def steps(file: str) -> set[int]:
        times = list(frame_times(file))
        return {round((b - a) * 1000) for a, b in itertools.pairwise(times)}

    assert {33, 67} <= steps("cafe_tables.mp4")
    assert steps("George garden.mp4") == {40}
    assert steps("Video 12.mp4") == {67}
    assert steps("alice answer FINAL.mp4") <= {41, 42}


def test_two_answers_are_sound_only() -> None:
    with (
        av.open(UPLOADS / "Voice memo 14.m4a") as memo,
        av.open(UPLOADS / "call_2026-09-14_0932.wav") as call,
    ):
        assert not memo.streams.video and memo.streams.audio[0].codec_context.name.startswith("aac")
        assert not call.streams.video and call.streams.audio[0].codec_context.name == "pcm_mulaw"
        assert (call.streams.audio[0].rate, call.streams.audio[0].channels) == (8000, 1)


def test_the_readme_names_every_file() -> None:
    readme = (HOME.parent / "README.md").read_text("utf-8")
    assert [file for file in FILES if f"`{file}`" not in readme] == []
