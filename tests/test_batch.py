"""Five hundred damaged uploads and ten good ones: a bad upload stops nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import TOML
from damage import GOOD, batch, originals

import reelmaker
from reelmaker import status
from reelmaker.media import guard

MANY, SEED = 500, 20261123

pytestmark = pytest.mark.slow


def prints(folder: Path) -> dict[str, tuple[int, int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def children() -> list[str]:
    """Names of the processes that this one has started and that still run (Linux)."""
    mine = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text("utf-8", "replace").rsplit(")", 1)[1].split()
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                mine.append((entry / "comm").read_text("utf-8").strip())
        except (OSError, IndexError):
            continue
    return mine


def test_ten_good_among_five_hundred_damaged(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    project = tmp_path / "survey"
    sources = originals(tmp_path / "made")
    damaged = batch(project / "uploads", sources, MANY, SEED)
    (project / "reelmaker.toml").write_text(TOML, "utf-8")
    before, outside = prints(project / "uploads"), prints(tmp_path / "made")
    reel = reelmaker.build(project, ["checkout"], dry_run=True)
    assert reel.counts["checkout"].spoke == GOOD
    state = status.look(reelmaker.open_project(project))
    reasons = {failure.file: failure.reason for failure in (*reel.failures, *state.failures)}
    reasons |= {file: note for file, note in state.notes if file not in reasons}
    missing = [name for name in damaged if not reasons.get(name)]
    assert not missing, missing
    assert prints(project / "uploads") == before and prints(tmp_path / "made") == outside
    assert not guard._running
    if Path("/proc").is_dir():
        assert [name for name in children() if "ffmpeg" in name or "python" in name] == []
    assert {path.name for path in project.iterdir()} <= {
        "uploads", "reelmaker.toml", "library.db", "cache", ".lock",
    }  # fmt: skip
