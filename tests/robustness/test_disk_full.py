"""A disk that is full: at any moment and to any degree the old reel stays, one line says why, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import robustness
from helpers.machines.killing import Stable, contents
from helpers.surveys.building import build
from helpers.surveys.growing_survey import dora, edit, run
from helpers.surveys.small_survey import FEW_OUTPUTS

from reelmaker.render import pieces as render_pieces

pytestmark = pytest.mark.slow

MB = 1_000_000
LEFT = [0, 4096, 20_000, 60_000, 120_000, 200_000, 300_000, 450_000, 700_000, MB, 2 * MB, 8 * MB]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if (
        os.name != "posix"
        or shutil.which("mount") is None
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("NOT TESTED HERE: nothing may be mounted; the other test fills no real disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def sound(folder: Path) -> None:
    db = sqlite3.connect(folder / "library.db")
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def test_a_real_disk_that_fills_up_leaves_the_old_reel_and_one_line(
    small_disk: Path, small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else fills it after the room was looked at, so that every write may be the one that fails."""
    monkeypatch.setattr(render_pieces, "check_space", lambda *_: None)
    survey = small_disk / "survey"
    shutil.copytree(small_survey, survey)
    build(survey, check=False)
    old = contents(survey / "reels" / "checkout")
    dora(survey)
    kept = small_survey.parent / "kept"
    shutil.copytree(survey, kept)
    failed = 0
    fills = robustness.share(LEFT, 0.3)
    for left in fills:
        for path in survey.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(kept, survey, dirs_exist_ok=True)
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            file.truncate(0)
            room = shutil.disk_usage(small_disk).free - left
            os.posix_fallocate(file.fileno(), 0, max(4096, room))
        done = run(survey, "build", "--problem", "checkout", "--no-check")
        if done.exit_code:
            failed += 1
            lines = [line for line in done.stderr.splitlines() if line.startswith("Error")]
            assert done.exit_code == 1 and len(lines) == 1, done.stderr
            assert "no space is left" in lines[0].lower() and "Traceback" not in done.stderr, lines
            assert contents(survey / "reels" / "checkout") == old
        pieces = {p: p.stat().st_mtime_ns for p in (survey / "cache/pieces").glob("*.mov") if ".part" not in p.name}
        filler.unlink()
        sound(survey)
        assert run(survey, "build", "--problem", "checkout", "--no-check").exit_code == 0
        assert {path: path.stat().st_mtime_ns for path in pieces} == pieces, "what was finished is kept"
        assert contents(survey / "reels" / "checkout") != old and not list(survey.glob("cache/aside-*"))
    print(f"{failed} of {len(fills)} fills ended the build")
    assert 6 <= failed < len(LEFT) if robustness.FULL else failed


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_a_disk_that_is_full_from_any_change_on_leaves_the_old_reel_and_one_line(
    small_survey: Path, tmp_path: Path
) -> None:
    """Without a disk of its own: every write from the n-th on is refused as a full disk refuses it."""
    edit(small_survey, FEW_OUTPUTS, 'outputs = ["captions"]\n')
    log, words = (
        tmp_path / "log",
        ("build", "--problem", "checkout", "--no-check", "--project", str(small_survey)),
    )
    with Stable() as stable:
        assert stable.run(*words, log=log)["code"] == 0
        old = contents(small_survey / "reels" / "checkout")
        dora(small_survey)
        kept = tmp_path / "kept"
        shutil.copytree(small_survey, kept)
        many = stable.run(*words, log=log)["changes"]
        new = contents(small_survey / "reels" / "checkout")
        failed = 0
        points = robustness.share(range(1, many + 1, 3), 0.12)
        for at in points:
            shutil.rmtree(small_survey)
            shutil.copytree(kept, small_survey)
            answer = stable.run(*words, log=log, at=at, full=small_survey)
            said = log.with_name("log.said").read_text("utf-8")
            there = contents(small_survey / "reels" / "checkout")
            sound(small_survey)
            if answer["code"]:
                failed += 1
                lines = [line for line in said.splitlines() if line.startswith("Error")]
                assert answer["code"] == 1 and len(lines) == 1 and "Traceback" not in said, (at, said)
                assert "space" in lines[0] and "unexpected" not in lines[0], (at, lines)
            assert there in (old, new), at
            assert stable.run(*words, log=log)["code"] == 0
            assert contents(small_survey / "reels" / "checkout") == new
    print(f"{failed} of {len(points)} points ended the build")
    assert failed >= (10 if robustness.FULL else 1)
