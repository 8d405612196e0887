"""Five hundred damaged uploads and ten good ones: a bad upload stops nothing, hangs nothing, leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from helpers import robustness
from helpers.surveys.damage import GOOD, MANY, SEED, batch, originals
from helpers.surveys.small_survey import TOML

import reelmaker
from reelmaker import status

LONGEST_S = 900  # a hang is one; some minutes are usual on a slow machine

pytestmark = pytest.mark.slow

BUILD = """
import json, sys
import reelmaker
from reelmaker.media import ffmpeg
reel = reelmaker.build(sys.argv[1], ["checkout"], dry_run=True)
print(json.dumps({
    "spoke": reel.counts["checkout"].spoke, "running": ffmpeg.running(),
    "reasons": {failure.file: failure.reason for failure in reel.failures},
}))
"""


def prints(folder: Path) -> dict[str, tuple[int, int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def marked(mark: str) -> list[str]:
    """Names of the processes that were started with this mark in their environment and still run (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                found.append((entry / "comm").read_text("utf-8").strip())
        except OSError:
            continue
    return found


def test_ten_good_among_five_hundred_damaged(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    project, mark = tmp_path / "survey", uuid.uuid4().hex
    sources = originals(tmp_path / "made")
    damaged = batch(project / "uploads", sources, MANY, SEED)
    for name in set(damaged) - set(robustness.share(sorted(damaged), 0.1)):
        (project / "uploads" / name).unlink()
        damaged.remove(name)
    (project / "reelmaker.toml").write_text(TOML, "utf-8")
    elsewhere = {name: tmp_path / name for name in ("home", "temporary", "here", "cache")}
    for folder in elsewhere.values():
        folder.mkdir()
    environment = os.environ | {
        "HOME": str(elsewhere["home"]),
        "TMPDIR": str(elsewhere["temporary"]),
        "REELMAKER_CACHE": str(elsewhere["cache"]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "REELMAKER_TEST_MARK": mark,
    }
    before, outside = prints(project / "uploads"), prints(tmp_path / "made")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, project],
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
        cwd=elsewhere["here"],
        env=environment,
    )
    print(f"{time.monotonic() - began:.0f} s")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["spoke"] == GOOD and said["running"] == 0
    state = status.look(reelmaker.open_project(project))
    reasons = said["reasons"] | {failure.file: failure.reason for failure in state.failures}
    reasons |= {file: note for file, note in state.notes if file not in reasons}
    missing = [name for name in damaged if not reasons.get(name)]
    assert not missing, missing
    assert all("\n" not in reason and "Traceback" not in reason for reason in reasons.values())
    assert prints(project / "uploads") == before and prints(tmp_path / "made") == outside
    for name in ("home", "temporary", "here"):  # the cache may hold the joined model
        assert list(elsewhere[name].rglob("*")) == [], name
    if Path("/proc").is_dir():
        assert marked(mark) == []
    assert {path.name for path in project.iterdir()} <= {
        "uploads",
        "reelmaker.toml",
        "library.db",
        "cache",
        ".lock",
    }
