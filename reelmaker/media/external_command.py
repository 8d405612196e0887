"""A program of the team's own, told about a new reel: an argument list, no shell, a limit on its time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from reelmaker.media import ffmpeg


def command(arguments: Sequence[str], stdin: bytes, folder: Path, limit_s: float) -> int | None:
    """Run it in `folder` with `stdin`; what it writes is thrown away.

    Returns:
        Its exit code, or None where it ran past its limit and was killed with all that it started.

    Raises:
        OSError: there is no such program, or it may not be run.
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
        ffmpeg.kill(process)  # also what it left running
        process.wait()
        ffmpeg.ended(process)
