"""The part of the library that holds the team's corrections of misheard words: never deleted but by an erasure."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reelmaker.model import Span
from reelmaker.model.correction import Correction
from reelmaker.project import rows
from reelmaker.shapes import natural, text

KINDS = (natural, text, natural, natural, text, text, text, text, text, rows.when, text)


def _correction(row: Sequence[Any]) -> Correction:
    number, response, start_ms, end_ms, *texts = rows.of_kinds(row, *KINDS)
    return Correction(number, Span(response, start_ms, end_ms), *texts)


class Corrections:
    """Corrections by number; on the disk when a call returns."""

    def __init__(self, db: sqlite3.Connection, transaction: Callable[[], Any], reading: Callable[[str], Any]) -> None:
        self._db, self._transaction, self._reading = db, transaction, reading

    def all(self) -> list[Correction]:
        """Every correction ever made, the withdrawn ones too, in the order they were made."""
        with self._reading("corrections"):
            found = self._db.execute(
                "SELECT number, response, start_ms, end_ms, heard, said, before, after, note, made, withdrawn"
                " FROM corrections ORDER BY number"
            )
            return [_correction(row) for row in found]

    def store(self, new: Sequence[Correction]) -> list[Correction]:
        """Add corrections in one transaction; returns them with their new numbers."""
        with self._transaction():
            return [replace(correction, number=self._add(correction)) for correction in new]

    def _add(self, correction: Correction) -> int:
        span = correction.span
        row = self._db.execute(
            "INSERT INTO corrections (response, start_ms, end_ms, heard, said, before, after, note, made, withdrawn)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (
                span.response,
                span.start_ms,
                span.end_ms,
                correction.heard,
                correction.text,
                correction.before,
                correction.after,
                correction.note,
                correction.made,
                correction.withdrawn,
            ),
        ).fetchone()
        return int(row[0])

    def withdraw(self, numbers: Sequence[int], when: str) -> None:
        """Mark corrections as withdrawn (ISO 8601 time); their rows stay."""
        with self._transaction():
            self._db.executemany(
                "UPDATE corrections SET withdrawn = ? WHERE number = ?", [(when, number) for number in numbers]
            )
