"""Builds that fail, are killed or run side by side: the old reel stays, nothing finished is lost, one line says why."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from helpers.films.videos import make_video
from helpers.surveys.building import FILES, add, build, check, prints
from helpers.surveys.small_survey import with_every_output

from reelmaker import media
from reelmaker.errors import AnotherBuild, DiskFull, RenderError
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.project.lock import one_builder
from reelmaker.publish import publish
from reelmaker.render import pieces


@pytest.mark.slow
def test_a_failing_render_keeps_the_old_reel_and_the_finished_pieces(
    small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(small_survey)
    assert first.folder
    before = prints(first.folder)
    add(
        small_survey,
        "dora",
        ["Well, good morning then.", "Every payment with this card failed since Monday.", "Goodbye now."],
    )
    make, calls, one_is_done = pieces.make, itertools.count(), threading.Event()

    def fails_at_the_second(job: pieces.Job, environment: dict[str, str]) -> None:
        if next(calls):
            assert one_is_done.wait(60)
            raise RenderError("dora.mp4: ffmpeg failed: injected.")
        make(job, environment)
        one_is_done.set()

    monkeypatch.setattr(pieces, "make", fails_at_the_second)
    with pytest.raises(RenderError, match="injected"):
        build(small_survey)
    assert prints(first.folder) == before
    monkeypatch.setattr(pieces, "make", make)
    assert build(small_survey).work.rendered == 1, "what was finished is not done again"


@pytest.mark.slow
def test_a_full_disk_is_seen_before_and_keeps_the_old_reel(small_survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(small_survey)
    assert first.folder
    before = prints(first.folder)
    usage = shutil.disk_usage(small_survey)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(DiskFull, match="1 MB are free"):
        build(small_survey, size="9:16")
    assert prints(first.folder) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_fills_while_writing_is_one_clear_line(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", 1)
    media.resume()
    with pytest.raises(DiskFull, match="no space is left"):
        media_ffmpeg.run(["-i", f"file:{source}", "-f", "mpegts", "/dev/full"], what="a.mp4")


@pytest.mark.slow
def test_a_reel_file_that_was_deleted_or_damaged_is_made_again(small_survey: Path) -> None:
    reel = build(small_survey)
    assert reel.folder
    (reel.folder / "reel.srt").unlink()
    (reel.folder / "reel.mp4").write_bytes(b"x")
    again = build(small_survey)
    assert (again.work.rendered, again.work.joined) == (0, 1)
    check(again)
    shutil.rmtree(small_survey / "cache")
    assert build(small_survey).work.joined == 0, "the cache may be deleted at any time"


def test_another_build_is_running(small_survey: Path) -> None:
    with one_builder(small_survey), pytest.raises(AnotherBuild, match=f"pid {os.getpid()}"):
        build(small_survey)


SCRIPT = "import sys, reelmaker\nprint(reelmaker.build(sys.argv[1], problems=['checkout']).folder)\n"


@pytest.mark.slow
def test_a_plain_script_without_a_main_guard_can_build(small_survey: Path, tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run([sys.executable, script, small_survey], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(small_survey / "reels" / "checkout")


@pytest.mark.slow
def test_the_same_input_gives_the_same_reel_elsewhere(small_survey: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(with_every_output(small_survey), other)
    (other / "cache").mkdir()
    first, second = build(small_survey), build(other)
    assert first.folder and second.folder and first.items == second.items
    for name in FILES - {"reel.xml"}:  # which holds full addresses, as its format wants
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes(), name


def test_every_output_is_listed_in_the_registry(small_survey: Path) -> None:
    from reelmaker import outputs

    assert set(outputs.names()) == {*FILES, "followups.csv"}, "the last only where somebody was promised an answer"
    for name in outputs.REGISTRY:
        assert callable(outputs.load(name)) and outputs.load(name).__doc__
    assert publish.VERSION
