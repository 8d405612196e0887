"""What stands after a power cut: flushed, renamed, the folder flushed, in that order; and nothing outlives its builder."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.films.pieces import CLIP, LOOK, RESPONSE, source_of
from helpers.surveys.building import build

from reelmaker import atomic, media
from reelmaker.model import Reel
from reelmaker.render import pieces as render_pieces

pytestmark = pytest.mark.skipif(os.name != "posix", reason="looks at files by their numbers")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What happens to the disk: flushes and renames, with the name of the file or folder."""
    happened: list[tuple[str, str]] = []
    flush, rename = os.fsync, os.replace

    def flushed(number: int) -> None:
        happened.append(("flush", Path(f"/proc/self/fd/{number}").readlink().name))
        flush(number)

    def renamed(old: str | Path, new: str | Path) -> None:
        happened.append(("rename", f"{Path(old).name} {Path(new).name}"))
        rename(old, new)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", renamed)
    return happened


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks /proc for names")


@needs_proc
def test_a_file_is_flushed_then_renamed_then_its_folder_is_flushed(tmp_path: Path, disk: list[tuple[str, str]]) -> None:
    atomic.write(tmp_path / "a.json", b"new")
    aside = f".a.json.part {'a.json'}"
    assert disk == [("flush", ".a.json.part"), ("rename", aside), ("flush", tmp_path.name)]
    (tmp_path / "a.json").chmod(0o640)
    atomic.write(tmp_path / "a.json", b"newer")
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o640


@pytest.mark.slow
@needs_proc
def test_pieces_and_reels_are_on_the_disk_before_they_get_their_names(
    small_survey: Path, disk: list[tuple[str, str]]
) -> None:
    reel = build(small_survey, check=False)
    assert reel.folder
    files = [path.name for path in reel.folder.iterdir()]
    moved = [disk.index(("rename", f"{name} {name}")) for name in files]
    asked = disk.index(("rename", ".replacing.json.part replacing.json"))
    for name in files:
        assert disk.index(("flush", name)) < asked, f"{name} is flushed before anything is moved"
    assert asked < min(moved) and max(moved) < len(disk) - 1 - disk[::-1].index(("flush", "checkout"))
    assert disk[max(moved)] == ("rename", "manifest.json manifest.json"), "the manifest comes last"
    pieces = [path.name for path in (small_survey / "cache" / "pieces").glob("*.mov")]
    for name in pieces:
        part = name.replace(".mov", ".part.mov")
        at = disk.index(("rename", f"{part} {name}"))
        assert ("flush", part) in disk[:at] and ("flush", "pieces") in disk[at:]
    assert len(pieces) == 4


LONG = """
import sys
from pathlib import Path
from reelmaker.media import ffmpeg
sound = ["-f", "lavfi", "-i", "anullsrc", "-t", "100000", "-f", "null", "-"]
print("begins", flush=True)
ffmpeg.run(["-re", *sound])
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_ffmpeg_outlives_a_builder_that_is_killed_alone(tmp_path: Path, number: int) -> None:
    """It runs in a group of its own, so a kill of the builder's group does not reach it."""
    mark = f"killed-{os.getpid()}-{time.monotonic_ns()}"
    builder = subprocess.Popen(
        [sys.executable, "-c", LONG],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"REELMAKER_TEST_MARK": mark},
        cwd=tmp_path,
    )

    def running() -> list[str]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    long = b"anullsrc" in (entry / "cmdline").read_bytes()  # not one that only says its version
                    found.append((entry / "comm").read_text().strip() if long else "")
            except OSError:
                continue
        return found

    def until(wanted: bool) -> list[str]:
        ends = time.monotonic() + 30
        while any("ffmpeg" in name for name in running()) is not wanted and time.monotonic() < ends:
            time.sleep(0.02)
        return running()

    assert builder.stdout and builder.stdout.readline() == "begins\n"
    if not Path("/proc/self/environ").exists():
        builder.kill()
        pytest.skip("NOT TESTED HERE: processes are looked for in /proc")
    assert any("ffmpeg" in name for name in until(True))
    time.sleep(0.5)  # for the builder's line to the one that guards it
    os.killpg(builder.pid, number)
    builder.wait(30)
    builder.stdout.close()
    assert not any("ffmpeg" in name for name in until(False))
    ends = time.monotonic() + 10
    while running() and time.monotonic() < ends:
        time.sleep(0.02)
    assert running() == [], "nor does the one that killed it"


def test_what_still_writes_to_a_piece_of_before_does_not_write_into_the_new_one(tmp_path: Path, video: Path) -> None:
    environment = render_pieces.prepare(tmp_path, LOOK.brand)
    [job] = render_pieces.plan(Reel((), (CLIP,), {}, 320, 180), {RESPONSE: source_of(video)}, LOOK, tmp_path)
    with job.target.with_name(f"{job.target.stem}.part.mov").open("wb") as late:
        render_pieces.make(job, environment)
        late.write(b"late" * 100_000)
    assert b"latelate" not in job.target.read_bytes() and media.probe(job.target).duration_ms == 3000


def test_a_disk_that_cannot_flush_folders_is_no_trouble_and_one_that_fails_to_flush_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network folders refuse the former; the latter may have lost the file."""
    flush = os.fsync

    def refuses(number: int) -> None:
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        flush(number)

    monkeypatch.setattr(os, "fsync", refuses)
    atomic.write(tmp_path / "a", b"there")
    assert (tmp_path / "a").read_bytes() == b"there"

    def fails(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        atomic.write(tmp_path / "a", b"lost")
    assert (tmp_path / "a").read_bytes() == b"there" and [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_model_half_joined_by_one_that_was_killed_long_ago_goes_with_the_next(tmp_path: Path) -> None:
    target = tmp_path / "model.bin"
    left, fresh = tmp_path / ".model.bin.old1", tmp_path / ".model.bin.new1"
    left.write_bytes(b"half")
    fresh.write_bytes(b"half of somebody who is at it")
    os.utime(left, (time.time() - 100_000, time.time() - 100_000))
    with atomic.staged(target, shared=True) as aside:
        aside.write_bytes(b"whole")
    assert target.read_bytes() == b"whole" and not left.exists() and fresh.exists()


def test_what_fails_while_it_is_made_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    for shared in (False, True):
        with pytest.raises(ValueError, match="half"), atomic.staged(tmp_path / "a", shared=shared) as aside:
            aside.write_bytes(b"half")
            raise ValueError("half")
        assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_bytes() == b"old"
    with atomic.staged(tmp_path / "a", shared=True) as one, atomic.staged(tmp_path / "a", shared=True) as other:
        assert one != other, "two processes cannot collide"
        one.write_bytes(b"1")
        other.write_bytes(b"2")
    assert (tmp_path / "a").read_bytes() == b"1"
