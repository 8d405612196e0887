"""Nothing half done: whatever ends a render early leaves nothing under a final name."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.pieces import CARD, CLIP, LOOK, RESPONSE, SEEN, clip_of, left_behind, made, source_of

from reelmaker import media
from reelmaker.errors import DiskFull, RenderError
from reelmaker.model import Brand, Reel, survey
from reelmaker.render import cards, piece_files, pieces


def test_an_upload_that_is_gone_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    gone = survey.Source(tmp_path / "gone.mp4", SEEN.facts)
    with pytest.raises(RenderError, match=r"gone\.mp4"):
        made(tmp_path, {RESPONSE: gone}, CLIP)
    assert left_behind(tmp_path) == []


def test_an_upload_that_has_become_rubbish_leaves_nothing_under_the_final_name(tmp_path: Path, video: Path) -> None:
    rubbish = tmp_path / "rubbish.mp4"
    rubbish.write_bytes(b"\0not a video" * 1000)
    with pytest.raises(RenderError, match=r"rubbish\.mp4"):
        made(tmp_path, {RESPONSE: survey.Source(rubbish, media.probe(video))}, CLIP)
    assert left_behind(tmp_path) == []


def test_an_interrupted_piece_leaves_nothing_under_the_final_name_and_can_be_made_later(
    tmp_path: Path, video: Path
) -> None:
    # a minute at full size takes long enough to be stopped in the middle; the last picture is held
    environment = pieces.prepare(tmp_path, LOOK.brand)
    long = Reel((), (clip_of(1000, 61_000),), {}, 1280, 720)
    [job] = pieces.plan(long, {RESPONSE: source_of(video)}, LOOK, tmp_path)
    aside = job.target.with_name(f"{job.target.stem}.part.mov")
    caught: list[Exception] = []

    def work() -> None:
        try:
            pieces.make(job, environment)
        except RenderError as problem:
            caught.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive() and not aside.exists():
        thread.join(0.005)
    media.stop_all()
    thread.join(60)
    try:
        assert not thread.is_alive() and caught, "it was stopped before it was done"
        assert left_behind(tmp_path) == []
    finally:
        media.resume()
    [again] = made(tmp_path, {RESPONSE: source_of(video)}, CLIP)
    assert len(measure.luma(again.target)) == 90


def test_a_card_whose_drawing_fails_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = cards.draw

    def fails_after_five(*arguments: Any) -> Iterator[np.ndarray]:
        yield from itertools.islice(draw(*arguments), 5)
        raise MemoryError("no more")

    monkeypatch.setattr(cards, "draw", fails_after_five)
    environment = pieces.prepare(tmp_path, Brand())
    [job] = pieces.plan(Reel((), (CARD,), {}, 640, 360), {}, LOOK, tmp_path)
    with pytest.raises(MemoryError, match="no more"):
        pieces.make(job, environment)
    assert left_behind(tmp_path) == []


def test_what_a_killed_run_left_behind_is_written_over(tmp_path: Path, video: Path) -> None:
    environment = pieces.prepare(tmp_path, LOOK.brand)
    jobs = pieces.plan(Reel((), (CARD, CLIP), {}, 320, 180), {RESPONSE: source_of(video)}, LOOK, tmp_path)
    for job in jobs:
        job.target.with_name(f"{job.target.stem}.part.mov").write_bytes(b"half a piece")
        pieces.make(job, environment)
        assert len(measure.luma(job.target)) == job.place.frames
    assert left_behind(tmp_path) == sorted(
        job.target.with_suffix(end).name for job in jobs for end in (".mov", ".sha256")
    )


def test_a_piece_that_cannot_be_renamed_leaves_nothing_aside(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = pieces.prepare(tmp_path, LOOK.brand)
    [job] = pieces.plan(Reel((), (CLIP,), {}, 320, 180), {RESPONSE: source_of(video)}, LOOK, tmp_path)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(job.target))

    monkeypatch.setattr(pieces.atomic, "put", refused)
    with pytest.raises(OSError):
        pieces.make(job, environment)
    assert left_behind(tmp_path) == [job.target.with_suffix(".sha256").name] and not piece_files.sound(job.target)


def test_whatever_lies_in_the_place_of_a_piece_gives_way_to_it(tmp_path: Path, video: Path) -> None:
    environment = pieces.prepare(tmp_path, LOOK.brand)
    [job] = pieces.plan(Reel((), (CLIP,), {}, 320, 180), {RESPONSE: source_of(video)}, LOOK, tmp_path)
    (job.target / "a folder").mkdir(parents=True)
    assert not piece_files.sound(job.target)
    pieces.make(job, environment)
    assert piece_files.sound(job.target)
    whole, note = job.target.read_bytes(), job.target.with_suffix(".sha256")
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for damaged in (b"", whole[:middle], whole + b"\0", flipped, os.urandom(len(whole))):
        job.target.write_bytes(damaged)
        assert not piece_files.sound(job.target)
    job.target.write_bytes(whole)
    assert piece_files.sound(job.target)
    other = job.target.with_name("other.mov")  # a copy under another name, with its note
    other.write_bytes(whole)
    other.with_suffix(".sha256").write_bytes(note.read_bytes())
    assert not piece_files.sound(other)
    piece_files.damage_note(job.target).write_text("7", "utf-8")  # a note that was not there when it was made
    assert not piece_files.sound(job.target)
    piece_files.remove(job.target)
    assert not note.exists() and not piece_files.sound(job.target)


def test_a_reel_that_the_disk_cannot_hold_is_not_begun(tmp_path: Path) -> None:
    endless = replace(CARD, duration_ms=10**13)  # three centuries, some 15 petabytes
    jobs = pieces.plan(Reel((), (endless,)), {}, LOOK, tmp_path)
    with pytest.raises(DiskFull, match=r"needs about \d{11} MB") as caught:
        pieces.check_space(jobs, tmp_path)
    assert str(tmp_path) in caught.value.message and caught.value.remedy
    pieces.check_space(pieces.plan(Reel((), (CARD,)), {}, LOOK, tmp_path), tmp_path)
    pieces.check_space([], tmp_path)
