"""Pieces -> one mp4: length, sync, chapters, captions, and what players need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.pieces import CARD, CLIP, LOOK, OTHER, RESPONSE, clip_of, made, source_of
from helpers.films.videos import ffmpeg

from reelmaker import media
from reelmaker.errors import RenderError
from reelmaker.model import Clip
from reelmaker.outputs import captions
from reelmaker.render import cards, pieces

SAYING = 'Ünless I "pay" twice & wait it\'s refused'


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[pieces.Job], Path]]:
    """Cards and clips of awkward lengths from three uploads that flash and beep at every full second."""
    folder = tmp_path_factory.mktemp("it's a 100% reel")
    sources = {}
    for number, (size, fps, rate) in enumerate((("320x180", "30", 48_000), ("180x320", "25", 44_100))):
        path = folder / f"{number}.mp4"
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            f"color=black:s={size}:r={fps}:d=6,drawbox=t=fill:c=white:enable='lt(mod(t,1),0.1)'",
            "-f",
            "lavfi",
            "-i",
            f"aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)':d=6:s={rate}",
            "-c:v",
            "libx264",
            "-c:a",
            "aac",
            path,
        )
        sources[f"{number}" * 64] = source_of(path)
    first, second = sources
    items = (
        replace(CARD, template="dark"),
        clip_of(550, 2567, SAYING, "Anna, new customer", first),
        clip_of(1433, 3450, "Hello", "Bert", second),
        replace(CARD, kind="chapter", template="dark", duration_ms=1033),
        *(clip_of(530 + 17 * at, 2540 + 31 * at, "", "", (first, second)[at % 2]) for at in range(6)),
    )
    look = replace(LOOK, template=cards.find("dark"), fill="brand", burn=False)
    jobs = made(folder, sources, *items, look=look)
    soft = folder / "soft.srt"
    cues = pieces.clip_cues(items[1], (320, 180))  # type: ignore[arg-type]
    begin = jobs[1].place.start_ms
    soft.write_text(
        captions.srt([replace(c, start_ms=c.start_ms + begin, end_ms=c.end_ms + begin) for c in cues]),
        "utf-8",
    )
    chapters = [
        media.Chapter(job.place.start_ms, job.place.end_ms, f"#{number}; a=b\\c") for number, job in enumerate(jobs)
    ]
    target = folder / "reel.mp4"
    pieces.join(jobs, target, soft, chapters, "Was kostet's? = 100%; #1", "de")
    yield jobs, target


@pytest.mark.slow
def test_the_reel_has_the_frames_of_its_pieces_and_decodes_without_complaint(
    reel: tuple[list[pieces.Job], Path],
) -> None:
    jobs, target = reel
    frames = sum(job.place.frames for job in jobs)
    assert jobs[-1].place.first_frame + jobs[-1].place.frames == frames
    assert len(measure.luma(target)) == frames
    assert abs(len(measure.sound(target)) - frames * 1600) <= 1600, "within one frame"
    assert measure.faults(target) == "" and measure.times_increase(target)


def test_every_flash_and_beep_stands_where_the_plan_says(reel: tuple[list[pieces.Job], Path]) -> None:
    jobs, target = reel
    brightness, level = measure.luma(target), np.abs(measure.sound(target))
    envelope = np.maximum.reduceat(level, np.arange(0, len(level), 48))  # one value a millisecond
    checked = 0
    for job in jobs:
        clip = job.place.item
        if not isinstance(clip, Clip):
            assert envelope[job.place.start_ms + 60 : job.place.end_ms - 60].max() < 0.01, "cards are silent"
            continue
        for second in range(6):
            at_ms = second * 1000 - clip.span.start_ms  # in the clip
            if not 200 <= at_ms <= clip.span.length_ms - 200:
                continue
            frame = job.place.first_frame + round(at_ms * 30 / 1000)
            rise = [n for n in range(frame - 5, frame + 6) if brightness[n] - brightness[n - 1] > 20]
            assert len(rise) == 1
            around = envelope[job.place.start_ms + at_ms - 150 : job.place.start_ms + at_ms + 150]
            beep_ms = job.place.start_ms + at_ms - 150 + int(np.argmax(around > 0.1))
            assert around[:100].max() < 0.05 < 0.1 < around.max()
            assert abs(rise[0] - frame) <= 1, "the flash is where the plan says"
            assert abs(beep_ms - rise[0] * 1000 / 30) <= 40, "the beep comes with it"
            checked += 1
    assert checked >= 14


def test_the_reel_can_be_played_while_it_is_still_loading(reel: tuple[list[pieces.Job], Path]) -> None:
    content = reel[1].read_bytes()
    at, boxes = 0, []
    while at < len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        boxes.append(name)
        assert length >= 8
        at += length
    assert boxes[0] == b"ftyp" and boxes.index(b"moov") < boxes.index(b"mdat")


def test_the_reel_has_chapters_a_title_and_captions_that_can_be_switched_on(
    reel: tuple[list[pieces.Job], Path],
) -> None:
    import av

    jobs, target = reel
    with av.open(str(target)) as box:
        chapters = box.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == [
            f"#{number}; a=b\\c" for number in range(len(jobs))
        ]
        for chapter, job in zip(chapters, jobs, strict=True):
            assert abs(float(chapter["start"] * chapter["time_base"]) * 1000 - job.place.start_ms) <= 1
            assert abs(float(chapter["end"] * chapter["time_base"]) * 1000 - job.place.end_ms) <= 1
        assert box.metadata["title"] == "Was kostet's? = 100%; #1"
        # a chapter track may stand among the data streams; captions are exactly one
        [soft] = box.streams.subtitles
        assert soft.codec_context.name == "mov_text" and soft.language == "deu"
        assert not soft.disposition & av.stream.Disposition.default, "burnt-in words are not shown twice"
        assert box.streams.audio[0].language == "deu"
    said = ffmpeg("-i", target, "-map", "0:s:0", "-f", "srt", "-").decode()
    words = " ".join(line for line in said.splitlines() if line and "-->" not in line and not line.isdigit())
    assert words == SAYING
    first = said.splitlines()[1].partition(" --> ")[0]
    assert first == f"00:00:{jobs[1].place.start_ms // 1000:02},{jobs[1].place.start_ms % 1000:03}"


def test_a_reel_without_words_has_no_caption_track(tmp_path: Path) -> None:
    import av

    jobs = made(tmp_path, {}, replace(CARD, duration_ms=300))
    pieces.join(jobs, tmp_path / "reel.mp4", None, [], "", "")
    with av.open(str(tmp_path / "reel.mp4")) as box:
        assert len(box.streams.subtitles) == 0 and len(box.chapters()) == 0


def test_a_missing_piece_is_named_before_anything_is_joined(tmp_path: Path, video: Path) -> None:
    jobs = made(tmp_path, {RESPONSE: source_of(video)}, CARD, CLIP)
    jobs[1].target.unlink()
    with pytest.raises(RenderError, match="1 pieces"):
        pieces.join(jobs, tmp_path / "reel.mp4", None, [], "", "en")
    assert not (tmp_path / "reel.mp4").exists()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(180, 320), (180, 180)], ids=["9:16", "1:1"])
def test_tall_and_square_reels_join_cards_and_clips_of_all_kinds(
    tmp_path: Path, video: Path, portrait: Path, size: tuple[int, int]
) -> None:
    voice = tmp_path / "voice.wav"
    ffmpeg("-i", video, "-vn", voice)
    sources = {RESPONSE: source_of(video), OTHER: source_of(portrait), "c" * 64: source_of(voice)}
    items = [clip_of(500, 1517, response=response) for response in sources]
    jobs = made(tmp_path, sources, CARD, *items, replace(CARD, kind="outro"), size=size)
    target = tmp_path / "reel.mp4"
    pieces.join(jobs, target, None, [], "T", "en")
    assert media.probe(target).picture == size
    assert len(measure.luma(target)) == 30 + 3 * 31 + 30 and measure.faults(target) == ""
