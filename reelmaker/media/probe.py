"""Probes uploads in worker processes and survives them: a crash or a hang costs one file and one worker.

Workers are started when needed and reused for the next file.
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

TIMEOUT_S = 60.0  # for an empty file; larger ones get more
BYTES_A_SECOND = 10_000_000  # a slow disk
FILES_PER_WORKER = 100  # then it is ended, to release leaked memory

# Idle workers; ended when the program ends
idle_workers: queue.SimpleQueue[ProbeWorker] = queue.SimpleQueue()


def probe(path: Path) -> Facts:
    """Open a file, decode its first picture, walk through its packets, in another process.

    Raises:
        UploadError: why the file cannot be used, including a timeout or a crash of the worker.
    """
    return Facts.of(_answer(path)["facts"])


def playable(path: Path, facts: Facts) -> str:
    """The media type under which every browser plays an upload as it is; "" if some do not."""
    if facts.interlaced or facts.transfer or any(facts.bars):
        return ""
    try:
        return str(_answer(path, tracks=[facts.picture_track, facts.sound_track])["type"])
    except UploadError:
        return ""


def _answer(path: Path, **more: Any) -> dict[str, Any]:
    """What a worker says of a file.

    Raises:
        UploadError: as `probe`.
    """
    try:
        timeout_s = TIMEOUT_S + path.lstat().st_size / BYTES_A_SECOND
    except OSError as problem:
        raise UploadError(f"{path.name}: cannot be read ({problem.strerror}).", "Check its permissions.") from None
    worker = take_worker()
    answer = worker.ask(path, timeout_s, **more)
    if answer is None and not worker.late and worker.asked > 1:
        # It may have died of another file while idle: this one is probed again
        worker.leave()
        worker = ProbeWorker()
        answer = worker.ask(path, timeout_s, **more)
    if answer is None:
        worker.leave()
        reason = f"it took longer than {timeout_s:.0f} s" if worker.late else "the decoder crashed"
        raise UploadError(f"{path.name}: could not be probed ({reason}).", "Convert it to mp4 and upload that.")
    if worker.asked < FILES_PER_WORKER:
        idle_workers.put(worker)
    else:
        worker.leave()
    if "error" in answer:
        raise UploadError(*answer["error"])
    return answer


def rest() -> None:
    """End every idle worker."""
    while True:
        try:
            idle_workers.get_nowait().leave()
        except queue.Empty:
            return


atexit.register(rest)


def take_worker() -> ProbeWorker:
    """An idle worker that is still alive, or a new one."""
    while True:
        try:
            worker = idle_workers.get_nowait()
        except queue.Empty:
            return ProbeWorker()
        if worker.alive:
            return worker
        worker.leave()


class ProbeWorker:
    """A process that probes one file at a time."""

    def __init__(self) -> None:
        self.asked, self.late = 0, False
        self.process = ffmpeg.start(
            [sys.executable, "-P", "-m", "reelmaker.media.probe_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        ffmpeg.hold(self.process.pid, FILES_PER_WORKER * TIMEOUT_S)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, path: Path, timeout_s: float, **more: Any) -> dict[str, Any] | None:
        """Its answer, or None if it died or timed out."""
        self.asked += 1
        assert self.process.stdin and self.process.stdout
        timer = threading.Timer(timeout_s, self._time_out)
        timer.daemon = True
        timer.start()
        request = {"path": str(path), "limits": dataclasses.asdict(ffmpeg.limits), **more}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def _time_out(self) -> None:
        self.late = True
        ffmpeg.kill(self.process)

    def leave(self) -> None:
        """End and unregister it."""
        ffmpeg.kill(self.process)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    pass
        ffmpeg.ended(self.process)
