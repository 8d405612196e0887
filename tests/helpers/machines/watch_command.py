"""`reelmaker watch` as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "reelmaker", "watch", *map(str, words)]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(*words), capture_output=True, text=True, check=False, encoding="utf-8")
    assert "Traceback" not in done.stderr, done.stderr
    return done
