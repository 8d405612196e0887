"""Asks a looker for the facts of an upload, and outlives it: a crash or a hang costs one file and one looker.

In: a path. Out: `Facts`, or an `UploadError`. Lookers are started when needed and kept for the next file.
"""

from __future__ import annotations

import atexit
import dataclasses
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from reelmaker.errors import UploadError
from reelmaker.media import ffmpeg
from reelmaker.model import Facts

PATIENCE_S = 60.0  # for a file of no size
BYTES_A_SECOND = 10_000_000  # a slow disk
FILES_A_LOOKER = 100  # then it is sent home: what it may have lost in memory goes with it

# Lookers that wait for the next file; at the end of the program they are sent home
_idle: queue.SimpleQueue[_Looker] = queue.SimpleQueue()


def probe(path: Path) -> Facts:
    """Open a file, decode its first picture, walk through its packets, in another process.

    Raises:
        UploadError: why the file cannot be used; also where looking at it took too long or ended the looker.
    """
    try:
        patience = PATIENCE_S + path.lstat().st_size / BYTES_A_SECOND
    except OSError as problem:
        raise UploadError(f"{path.name}: cannot be read ({problem.strerror}).", "Check its permissions.") from None
    looker = _take()
    answer = looker.ask(path, patience)
    if answer is None and not looker.late and looker.asked > 1:
        # It may have died while it waited, of another file: this one is looked at anew
        looker.leave()
        looker = _Looker()
        answer = looker.ask(path, patience)
    if answer is None:
        looker.leave()
        why = f"it took longer than {patience:.0f} s" if looker.late else "the decoder crashed"
        raise UploadError(f"{path.name}: could not be looked at ({why}).", "Convert it to mp4 and upload that.")
    if looker.asked < FILES_A_LOOKER:
        _idle.put(looker)
    else:
        looker.leave()
    if "error" in answer:
        raise UploadError(*answer["error"])
    return Facts.of(answer["facts"])


def rest() -> None:
    """Send every idle looker home."""
    while True:
        try:
            _idle.get_nowait().leave()
        except queue.Empty:
            return


atexit.register(rest)


def _take() -> _Looker:
    while True:
        try:
            looker = _idle.get_nowait()
        except queue.Empty:
            return _Looker()
        if looker.alive:
            return looker
        looker.leave()


class _Looker:
    """A process that looks at one file at a time."""

    def __init__(self) -> None:
        self.asked, self.late = 0, False
        self._process = ffmpeg.start(
            [sys.executable, "-P", "-m", "reelmaker.media.probe_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        ffmpeg.hold(self._process.pid, FILES_A_LOOKER * PATIENCE_S)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, path: Path, patience_s: float) -> dict[str, Any] | None:
        """Its answer, or None where it died or was too late."""
        self.asked += 1
        assert self._process.stdin and self._process.stdout
        timer = threading.Timer(patience_s, self._too_late)
        timer.daemon = True
        timer.start()
        request = {"path": str(path), "limits": dataclasses.asdict(ffmpeg.limits)}
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def _too_late(self) -> None:
        self.late = True
        ffmpeg.kill(self._process)

    def leave(self) -> None:
        """End it and take it off the list."""
        ffmpeg.kill(self._process)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    pass
        ffmpeg.ended(self._process)
