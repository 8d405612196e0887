"""The fetch log of the library: each video of a source once, and links that failed.

Addresses are stored only as hashes, because signed links are keys. `library_erasure` removes the rows of a forgotten
person.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from reelmaker.project import rows
from reelmaker.shapes import Misshapen, natural, number, text

HERE, FAILED = "here", "failed"
LATEST = 250_000_000_000.0  # seconds since 1970: a time later than that has no date
COLUMNS = "source, row, part, file, respondent, answer, version, state, reason, tries, again, seen"


@dataclass(frozen=True, slots=True)
class Remembered:
    """One video of a source: where it is now, or why the download failed."""

    source: str
    row: str  # the row's name in the export, or the path below the address
    part: str  # which video of it
    file: str = ""  # below uploads/
    respondent: str = ""
    answer: str = ""  # checksum
    version: str = ""  # of the complete link (a hash), or of the file
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

    def __init__(self, db: sqlite3.Connection, transaction: Callable[[], Any], reading: Callable[[str], Any]) -> None:
        self._db, self._transaction, self._reading = db, transaction, reading

    def all(self) -> dict[tuple[str, str, str], Remembered]:
        with self._reading("fetched"):
            found = self._db.execute(f"SELECT {COLUMNS} FROM fetched ORDER BY source, row, part")
            return {one.key: one for one in map(_remembered, found)}

    def drop(self, keys: Iterable[tuple[str, str, str]]) -> None:
        """Remove these videos from the fetch log."""
        dropped = list(keys)
        if dropped:
            with self._transaction():
                self._db.executemany("DELETE FROM fetched WHERE source = ? AND row = ? AND part = ?", dropped)

    def store(self, videos: Iterable[Remembered]) -> None:
        with self._transaction():
            self._db.executemany(
                f"REPLACE INTO fetched ({COLUMNS}) VALUES ({', '.join('?' * 12)})",
                [astuple(video) for video in videos],
            )


def _remembered(row: Sequence[Any]) -> Remembered:
    found = Remembered(*rows.of_kinds(row, *[text] * 9, natural, number, text))
    if found.file:
        rows.path(found.file)
    if found.state not in (HERE, FAILED) or not 0 <= found.again < LATEST:
        raise Misshapen("no row of this table")
    return found
