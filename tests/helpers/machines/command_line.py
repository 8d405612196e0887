"""The command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ENVIRONMENT = {
    **os.environ,
    "PYTHONWARNINGS": "error::DeprecationWarning:reelmaker",
    "PYTHONIOENCODING": "utf-8",
}


def run(*words: str | Path, folder: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "reelmaker", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**ENVIRONMENT, **more},
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
