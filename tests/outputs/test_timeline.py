"""reel.otio, reel.xml, reel.edl: read back, every clip stands at the manifest's times, exact to the frame."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from helpers.results.taken import ANNA, BERT, RESPONSES, SAID, build, clip_of, finished_of, reel_of
from helpers.surveys.small_survey import with_every_output
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Clip, Facts
from reelmaker.outputs import Finished, timeline

FORMATS = ("reel.otio", "reel.xml", "reel.edl")


def read(path: Path, rate: float = 30) -> Any:
    """The timeline in a file, as OpenTimelineIO reads it."""
    more = {"rate": rate} if path.suffix == ".edl" else {}
    return otio.adapters.read_from_file(str(path), **more)


def picture(made: Any) -> list[Any]:
    [track] = [track for track in made.tracks if track.kind == otio.schema.TrackKind.Video]
    return list(track)


def frames_of(items: list[Any], rate: float) -> list[tuple[int, int]]:
    for item in items:
        assert item.source_range.start_time.rate == item.source_range.duration.rate == rate
    return [(int(item.source_range.start_time.value), int(item.source_range.duration.value)) for item in items]


def with_originals(finished: Finished, folder: Path) -> Finished:
    originals = {
        id: (folder / "uploads" / response.file, Facts(90_000, (640, 360), 0, 1, channels=2))
        for id, response in RESPONSES.items()
    }
    document = {**finished.document, "reel": {**finished.document["reel"], "folder": "reels/checkout"}}
    return replace(finished, originals=originals, document=document)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60, 15, 12, 20])
def test_every_source_range_is_the_manifests_to_the_frame(
    name: str, fps: int, finished: Finished, tmp_path: Path
) -> None:
    clips = [clip_of((ANNA, BERT)[n % 2], "one two three four", 137 * n + 11, f"x{n}") for n in range(9)]
    this = with_originals(finished_of(replace(reel_of(*clips), fps=fps), finished.video), tmp_path)
    timeline.write(this, tmp_path)
    rate = timeline.rate_of(fps)
    items = picture(read(tmp_path / name, rate))
    told = this.document["items"]
    assert len(items) == len(told)
    at = 0
    for item, wanted, (first, frames) in zip(items, told, frames_of(items, rate), strict=True):
        start, end = at, at + frames
        assert start == round(wanted["start_ms"] * rate / 1000) and end == round(wanted["end_ms"] * rate / 1000)
        at = end
        if wanted["kind"] == "clip":
            assert first == round(wanted["source_start_ms"] * rate / 1000)
            length = wanted["source_end_ms"] - wanted["source_start_ms"]
            assert frames == round(length * fps / 1000) * rate // fps
            file = Path(wanted["file"]).name
            assert item.name == file
        else:
            assert isinstance(item.media_reference, otio.schema.GeneratorReference)
            assert first == 0 and next(iter(wanted["fields"].values())) in item.name


@pytest.mark.slow
def test_a_built_reel_is_in_the_manifest_as_in_the_timelines(small_survey: Path) -> None:
    reel = build(with_every_output(small_survey))
    assert reel.folder
    told = json.loads((reel.folder / "manifest.json").read_text("utf-8"))
    clips = [item for item in told["items"] if item["kind"] == "clip"]
    assert clips
    for name in FORMATS:
        items = [
            i for i in picture(read(reel.folder / name)) if isinstance(i.media_reference, otio.schema.ExternalReference)
        ]
        assert [first for first, _ in frames_of(items, 30)] == [round(c["source_start_ms"] * 0.03) for c in clips]
        assert [item.name for item in items] == [clip["file"] for clip in clips]
        for item in items:
            url = item.media_reference.target_url
            if name == "reel.xml":
                assert url.startswith("file://localhost/")
                found = Path(otio.url_utils.filepath_from_url(url.replace("file://localhost", "file://")))
            else:
                found = reel.folder / otio.url_utils.filepath_from_url(url)
            assert found.resolve().is_file() and found.resolve().parent.name == "uploads", url
            if name != "reel.edl":
                whole = item.media_reference.available_range
                assert whole.start_time.value == 0 and abs(whole.duration.value - 180) <= 2, "six seconds"


@pytest.mark.slow
def test_the_way_to_the_originals_holds_when_the_project_is_moved(small_survey: Path) -> None:
    reel = build(with_every_output(small_survey))
    assert reel.folder
    moved = small_survey.rename(small_survey.parent / "else where #2")
    for item in picture(read(moved / "reels" / "checkout" / "reel.otio")):
        if isinstance(item.media_reference, otio.schema.ExternalReference):
            way = otio.url_utils.filepath_from_url(item.media_reference.target_url)
            assert (moved / "reels" / "checkout" / way).is_file()


def test_odd_names_are_named_as_addresses(finished: Finished, tmp_path: Path) -> None:
    timeline.write(with_originals(finished, tmp_path), tmp_path)
    first = picture(read(tmp_path / "reel.otio"))[1]
    assert first.media_reference.target_url == "../../uploads/anna%27s%20100%25%20%C3%A9.mp4"
    assert first.name == "anna's 100% é.mp4"


def test_quotes_are_markers_and_cards_are_titles_with_their_words(finished: Finished, tmp_path: Path) -> None:
    this = with_originals(finished, tmp_path)
    timeline.write(this, tmp_path)
    for name in ("reel.otio", "reel.xml"):
        items = picture(read(tmp_path / name))
        assert [[mark.name for mark in item.markers] for item in items] == [
            [],
            [SAID],
            ["Paying took me three tries in all"],
            [],
        ]
        assert items[1].markers[0].marked_range == items[1].source_range
    edl = (tmp_path / "reel.edl").read_text("utf-8")
    assert f"* LOC: 00:00:02:00 GREEN   {SAID.upper()}" in edl and f"* Said by Anna, new customer: {SAID}" in edl
    made = read(tmp_path / "reel.otio")  # held: its parts live no longer than the whole
    intro, anna = picture(made)[:2]
    assert intro.metadata["reelmaker"]["fields"]["statement"] == "Customers give up"
    assert anna.metadata["reelmaker"]["response"] == ANNA
    assert "<value>Customers give up</value>" in (tmp_path / "reel.xml").read_text("utf-8")


def test_the_sound_lies_under_the_picture(finished: Finished, tmp_path: Path) -> None:
    this = with_originals(finished, tmp_path)
    mute = replace(this.originals[BERT][1], sound_track=-1)
    this = replace(this, originals={**this.originals, BERT: (this.originals[BERT][0], mute)})
    timeline.write(this, tmp_path)
    for name, sides in (("reel.otio", 1), ("reel.xml", 2)):
        made = read(tmp_path / name)
        shown = picture(made)
        tracks = [list(track) for track in made.tracks if track.kind == otio.schema.TrackKind.Audio]
        assert len(tracks) == sides
        for track in tracks:
            assert isinstance(track[0], otio.schema.Gap) and isinstance(track[1], otio.schema.Clip)
            assert track[1].source_range == shown[1].source_range
            assert all(isinstance(item, otio.schema.Gap) for item in track[2:]), "nobody is heard there"


def test_an_edit_list_tells_the_sources_apart(finished: Finished, tmp_path: Path) -> None:
    clips = [clip_of(response, "one two", 500, "x") for response in (ANNA, BERT, ANNA)]
    timeline.write(with_originals(finished_of(reel_of(*clips), finished.video), tmp_path), tmp_path)
    events = [line.split() for line in (tmp_path / "reel.edl").read_text("utf-8").splitlines() if line[:3].isdigit()]
    assert [event[1] for event in events] == ["BL", "R001", "R002", "R001", "BL"]
    assert [event[6] for event in events[1:]] == [event[7] for event in events[:-1]], "one after the other"


EVIL = (
    "x\n002  R009     V     C        00:00:00:00 00:00:01:00 00:00:02:00 00:00:03:00\n* FROM CLIP: /etc/passwd\x00 <b>&"
)


def test_words_add_no_events_and_no_elements(finished: Finished, tmp_path: Path) -> None:
    clip = clip_of(ANNA, EVIL, 500, EVIL, EVIL)
    reel = reel_of(clip)
    problem = replace(reel.problems[0], statement=EVIL)
    card = replace(reel.items[0], fields=(("statement", EVIL),))
    reel = replace(reel, problems=(problem,), items=(card, clip, reel.items[-1]))
    timeline.write(with_originals(finished_of(reel, finished.video), tmp_path), tmp_path)
    for name in FORMATS:
        items = picture(read(tmp_path / name))
        assert len(items) == 3, name
        urls = [i.media_reference.target_url for i in items if hasattr(i.media_reference, "target_url")]
        assert len(urls) == 1 and "uploads/anna" in urls[0], name


def test_without_the_originals_clips_keep_their_times(finished: Finished, tmp_path: Path) -> None:
    timeline.write(finished, tmp_path)
    for name in FORMATS:
        assert frames_of(picture(read(tmp_path / name)), 30)[1] == (1830, 72), name


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 3_600_000), st.integers(1, 40)), min_size=1, max_size=8),
    st.sampled_from([10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 48, 50, 60]),
)
def test_places_never_overlap_and_have_no_holes(rows: list[tuple[int, int]], fps: int) -> None:
    clips = [clip_of(ANNA, " ".join("a" * many), start, "x") for start, many in rows]
    reel = replace(reel_of(*clips), fps=fps)
    rate = timeline.rate_of(fps)
    made = timeline.timeline(finished_of(reel, Path("reel.mp4"), ()), timeline.Form())
    lengths = [frames for _, frames in frames_of(picture(made), rate)]
    assert sum(lengths) == round(sum(place.frames for place in reel.places()) * rate / fps)
    exact = rate % fps == 0
    for item, place, frames in zip(picture(made), reel.places(), lengths, strict=True):
        assert frames == place.frames * rate // fps if exact else abs(frames - place.frames * rate / fps) < 1.01
        if isinstance(place.item, Clip):
            assert item.source_range.start_time.value == round(place.item.span.start_ms * rate / 1000)


@pytest.mark.parametrize(
    ("timecode", "rate", "edl"),
    [
        ("01:00:00:00", 25.0, "01:01:01:00"),  # 61 s into the answer
        ("10:00:00:12", 24.0, "10:01:01:15"),  # 12 of 24 frames are half a second, 15 of 30
        ("01:00:00;00", 29.97003, "01:01:01:00"),  # dropped numbers follow the clock
        ("01:00:00:00", 29.97003, "01:01:00:28"),  # 61 s are 1828 frames
        ("", 25.0, "00:01:01:00"),
    ],
)
def test_originals_are_named_by_the_cameras_timecode(
    timecode: str, rate: float, edl: str, finished: Finished, tmp_path: Path
) -> None:
    this = with_originals(finished, tmp_path)
    originals = {
        id: (path, replace(facts, timecode=timecode, rate=rate)) for id, (path, facts) in this.originals.items()
    }
    timeline.write(replace(this, originals=originals), tmp_path)
    events = [line.split() for line in (tmp_path / "reel.edl").read_text("utf-8").splitlines() if " R001 " in line]
    assert events[0][4] == edl, "the source in, at 30 frames a second"
    first = next(
        item for item in picture(read(tmp_path / "reel.otio")) if "moment" not in item.metadata and item.markers
    )
    start = first.media_reference.available_range.start_time
    assert first.source_range.start_time.value - start.value == 61 * 30
    label = timecode.replace(";", ":") or "00:00:00:00"
    assert otio.opentime.to_timecode(start, 30)[:8] == label[:8]
    assert first.markers[0].marked_range.start_time == first.source_range.start_time
    xml = read(tmp_path / "reel.xml")
    clip = next(item for item in picture(xml) if item.markers)
    assert clip.source_range.start_time.value - clip.media_reference.available_range.start_time.value == 61 * 30
    assert clip.markers[0].marked_range.start_time.value == 61 * 30, "Final Cut counts from the first frame"
