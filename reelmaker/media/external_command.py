"""Runs the team's own program after a new reel: an argument list, no shell, a time limit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from reelmaker.media import ffmpeg


def command(arguments: Sequence[str], stdin: bytes, folder: Path, limit_s: float) -> int | None:
    """Run it in `folder` with `stdin`; its output is discarded.

    Returns:
        Its exit code, or None if it exceeded the limit and was killed with all its children.

    Raises:
        OSError: the program does not exist or cannot be run.
    """
    process = ffmpeg.start(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=dict(os.environ),
    )
    try:
        process.communicate(stdin, timeout=limit_s)
        return process.returncode
    except subprocess.TimeoutExpired:
        return None
    finally:
        ffmpeg.kill(process)  # also children left running
        process.wait()
        ffmpeg.ended(process)
