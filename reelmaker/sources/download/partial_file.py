"""A file that is on its way, written aside until it is whole: its bytes, and what the sender said of them.

In: blocks. Out: a flushed file. What a broken transfer leaves is gone on with only where the sender can tell that the
file is still the same.
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

RESERVE = 200_000_000  # bytes that stay free for everything else


@dataclass(frozen=True, slots=True)
class Marks:
    """What a sender says of a file: which version it is, how long."""

    etag: str = ""
    modified: str = ""
    total: int = -1  # bytes, -1: not said

    @property
    def strong(self) -> str:
        """By what a sender can be asked whether a file is still the same; "" for nothing."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


def _started() -> float:
    """When the machine was started, or a little later."""
    return time.time() - (
        time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
    )


class Aside:
    """The place of one file that is on its way."""

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / f"{key}.part"
        self._marks = folder / f"{key}.json"

    def begun(self) -> tuple[int, Marks]:
        """How many bytes are here of which file; 0 where nothing can be gone on with.

        What was written before the machine started may have holes where the power went: it is not trusted.
        """
        try:
            marks = Marks(**json.loads(self._marks.read_text("utf-8")))
            facts = self.path.stat()
            return (facts.st_size, marks) if marks.strong and facts.st_mtime > _started() else (0, Marks())
        except (OSError, ValueError, TypeError):
            return 0, Marks()

    @contextmanager
    def anew(self, marks: Marks, most: int) -> Iterator[BinaryIO]:
        """Write the file from its first byte; on the disk when the block ends."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.away()
        self.room(marks.total if marks.total >= 0 else 0, most)
        self._marks.write_text(json.dumps(asdict(marks)), "utf-8")
        with self._open("wb") as file:
            yield file

    @contextmanager
    def further(self) -> Iterator[BinaryIO]:
        """Write behind what is here; on the disk when the block ends."""
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
            DiskFull: the disk has no room for so many bytes.
        """
        if shutil.disk_usage(self.path.parent).free < min(needed, most) + RESERVE:
            raise self.full()

    def full(self) -> DiskFull:
        return DiskFull(
            f"{self.path.parent.parent}: no space is left on the disk for more videos.",
            "Free some space and fetch again; what has come is kept.",
        )

    def away(self) -> None:
        """Take away what came."""
        self.path.unlink(missing_ok=True)
        self._marks.unlink(missing_ok=True)

    def landed(self, target: Path) -> None:
        """Move the whole file to its place."""
        self.path.replace(target)
        self._marks.unlink(missing_ok=True)
        atomic.flush(target.parent)
