"""A thousand answers: the first build, and one with nothing to do, each as a whole command."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from helpers.surveys import thousand
from table import Row, said


def measure(folder: Path) -> list[Row]:
    """Seconds of a build with nothing to do, and its share of the first."""
    said(f"{thousand.MANY} uploads")
    project = folder / "thousand"
    project.mkdir()
    thousand.survey(project)
    first, *again = [run(project, "build", "-q", "--no-check") for _ in range(4)]
    watched = min(run(project, "watch", "--once") for _ in range(2))
    detail = (
        f"the first {first:.1f} s, {first / thousand.MANY * 1000:.0f} ms an answer; slowest of three {max(again):.2f} s"
    )
    return [
        Row(f"second build of {thousand.MANY} uploads, seconds", min(again), "<= 2.0", detail),
        Row("it / the first build of them", min(again) / first, "", digits=3),
        Row(f"watch --once over {thousand.MANY} with nothing to do, seconds", watched, "<= 2.0"),
    ]


def run(project: Path, *words: str) -> float:
    """Wall time of the whole command."""
    command = [
        sys.executable,
        "-m",
        "reelmaker",
        *words,
        "--problem",
        "checkout",
        "--project",
        str(project),
    ]
    began = time.monotonic()
    subprocess.run(command, capture_output=True, check=True)
    return time.monotonic() - began
