"""The fetch log of the library: each video of a source once, and links that failed.

No address is kept, only hashes: signed links are keys. `erasing` takes out the rows of those who are forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from typing import Any

HERE, FAILED = "here", "failed"
COLUMNS = "source, row, part, file, respondent, answer, version, state, reason, tries, again, seen"


@dataclass(frozen=True, slots=True)
class Remembered:
    """One video of a source: where it is now, or why the download failed."""

    source: str
    row: str  # what the export calls the row, or the path below the address
    part: str  # which video of it
    file: str = ""  # below uploads/
    respondent: str = ""
    answer: str = ""  # checksum
    version: str = ""  # of the whole link (a hash), or of the file
    state: str = HERE
    reason: str = ""
    tries: int = 0
    again: float = 0.0  # when it may be tried again, seconds since 1970
    seen: str = ""  # ISO 8601

    @property
    def key(self) -> tuple[str, str, str]:
        return self.source, self.row, self.part


class Fetched:
    """The fetch log; on disk when a call returns."""

    def __init__(self, db: sqlite3.Connection, transaction: Callable[[], Any]) -> None:
        self._db, self._transaction = db, transaction

    def all(self) -> dict[tuple[str, str, str], Remembered]:
        rows = self._db.execute(f"SELECT {COLUMNS} FROM fetched ORDER BY source, row, part")
        return {one.key: one for one in (Remembered(*row) for row in rows)}

    def drop(self, keys: Iterable[tuple[str, str, str]]) -> None:
        """Remove these videos from the fetch log."""
        gone = list(keys)
        if gone:
            with self._transaction():
                self._db.executemany("DELETE FROM fetched WHERE source = ? AND row = ? AND part = ?", gone)

    def store(self, things: Iterable[Remembered]) -> None:
        with self._transaction():
            self._db.executemany(
                f"REPLACE INTO fetched ({COLUMNS}) VALUES ({', '.join('?' * 12)})",
                [astuple(one) for one in things],
            )
