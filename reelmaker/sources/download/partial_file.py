"""An unfinished download: its bytes so far, and what the server said about the file.

Takes blocks of bytes; produces a file that is flushed to the disk. A broken transfer is resumed only if the server can
confirm that the file has not changed.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from reelmaker import atomic
from reelmaker.errors import DiskFull

RESERVE = 200_000_000  # bytes kept free for everything else


@dataclass(frozen=True, slots=True)
class Marks:
    """What the server says about a file: its version and length."""

    etag: str = ""
    modified: str = ""
    total: int = -1  # bytes, -1: unknown

    @property
    def strong(self) -> str:
        """The validator for resuming (strong ETag or date); "" for none."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


def _started() -> float:
    """When the machine was started, or a little later."""
    return time.time() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
    )


class PartialFile:
    """One partial file."""

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / f"{key}.part"
        self._marks = folder / f"{key}.json"

    def begun(self) -> tuple[int, Marks]:
        """How many bytes of which file are present; 0 if nothing can be resumed.

        Data written before the last start of the machine may have holes after a power cut: it is not used.
        """
        try:
            marks = Marks(**json.loads(self._marks.read_text("utf-8")))
            facts = self.path.stat()
            return (facts.st_size, marks) if marks.strong and facts.st_mtime > _started() else (0, Marks())
        except (OSError, ValueError, TypeError):
            return 0, Marks()

    @contextmanager
    def anew(self, marks: Marks, most: int) -> Iterator[BinaryIO]:
        """Write the file from its first byte; on disk when the block ends."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.away()
        self.room(marks.total if marks.total >= 0 else 0, most)
        self._marks.write_text(json.dumps(asdict(marks)), "utf-8")
        with self._open("wb") as file:
            yield file

    @contextmanager
    def further(self) -> Iterator[BinaryIO]:
        """Append to the file; on disk when the block ends."""
        with self._open("ab") as file:
            yield file

    @contextmanager
    def _open(self, mode: str) -> Iterator[BinaryIO]:
        try:
            with self.path.open(mode) as file:
                try:
                    yield file  # type: ignore[misc]
                finally:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                self.away()
                raise self.full() from None
            raise

    def room(self, needed: int, most: int) -> None:
        """
        Raises:
            DiskFull: the disk has no space for that many bytes.
        """
        if shutil.disk_usage(self.path.parent).free < min(needed, most) + RESERVE:
            raise self.full()

    def full(self) -> DiskFull:
        return DiskFull(
            f"{self.path.parent.parent}: there is no disk space left for more videos.",
            "Free some space and fetch again; finished downloads are kept.",
        )

    def away(self) -> None:
        """Remove the partial file."""
        self.path.unlink(missing_ok=True)
        self._marks.unlink(missing_ok=True)

    def landed(self, target: Path) -> None:
        """Move the finished file to its place."""
        self.path.replace(target)
        self._marks.unlink(missing_ok=True)
        atomic.flush(target.parent)
