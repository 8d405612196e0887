"""Runs other programs: the team's own after a new reel, and reelmaker itself for the review window. No shell."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
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


ENDS_WITHIN_S = 20.0  # after it was asked to; then it is killed


class OwnCommand:
    """A command of reelmaker in a process of its own, which can be ended without loss at any time.

    Args:
        arguments: as after `reelmaker` on a command line.
        environment: added to this process's own.
        line: receives each line that it writes to stderr, in another thread.
    """

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], line: Callable[[str], None]) -> None:
        self._process = ffmpeg.start(
            [sys.executable, "-m", "reelmaker", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        self._line, self._output = line, b""
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_lines, self._read_output)]
        for reader in self._readers:
            reader.start()

    def wait(self) -> tuple[int, str]:
        """Wait for its end; gives its exit code, and what it wrote to stdout."""
        code = self._process.wait()
        for reader in self._readers:
            reader.join(5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()
        ffmpeg.ended(self._process)
        return code, self._output.decode("utf-8", "replace")

    def end(self) -> None:
        """Ask it to end, as Ctrl-C does; it is killed if it does not."""
        with suppress(OSError):
            self._process.terminate()
        late = threading.Timer(ENDS_WITHIN_S, ffmpeg.kill, [self._process])
        late.daemon = True
        late.start()

    def _read_lines(self) -> None:
        assert self._process.stderr
        for raw in self._process.stderr:
            self._line(raw.decode("utf-8", "replace").rstrip("\n"))

    def _read_output(self) -> None:
        assert self._process.stdout
        self._output = self._process.stdout.read()
