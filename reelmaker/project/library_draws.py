"""The samples of audits in the library: frozen lists of customers, by their answers, in random order.

They are frozen because an audit changes the count: newly made strata would already know the verdicts. Rows contain
checksums of answers, no names; `library_erasure` removes those of a forgotten person.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from reelmaker.model.audit import Draw, Unit
from reelmaker.project import rows
from reelmaker.shapes import natural, text, whole


class Draws:
    """Draws of audits; on disk when a call returns."""

    def __init__(self, db: sqlite3.Connection, transaction: Callable[[], Any], reading: Callable[[str], Any]) -> None:
        self._db, self._transaction, self._reading = db, transaction, reading

    def of(self, problem: str) -> list[Draw]:
        """Every draw for a problem, oldest first, without forgotten people."""
        with self._reading("draws"):
            found = self._db.execute(
                "SELECT number, base, problem, asked, made, seed, size, after FROM draws WHERE problem = ? ORDER BY number",
                (problem,),
            ).fetchall()
            kinds = (natural, natural, text, text, rows.when, whole, natural, natural)
            return [replace(Draw(*rows.of_kinds(row, *kinds)), units=self._units(row[0])) for row in found]

    def _units(self, number: int) -> tuple[Unit, ...]:
        found = self._db.execute(
            "SELECT turn, stratum, response FROM drawn WHERE draw = ? ORDER BY turn, response", (number,)
        )
        answers: dict[tuple[int, int], list[str]] = {}
        for row in found:
            turn, stratum, response = rows.of_kinds(row, natural, natural, text)
            answers.setdefault((turn, stratum), []).append(response)
        return tuple(Unit(tuple(responses), stratum, turn) for (turn, stratum), responses in answers.items())

    def store(self, draw: Draw) -> None:
        """Add a draw; it gets its number here, and its `base` if that is 0."""
        with self._transaction():
            (number,) = self._db.execute(
                "INSERT INTO draws (base, problem, asked, made, seed, size, after) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING number",
                (draw.base, draw.problem, draw.asked, draw.made, draw.seed, draw.size, draw.after),
            ).fetchone()
            self._db.execute("UPDATE draws SET base = number WHERE base = 0")
            self._db.executemany(
                "INSERT INTO drawn VALUES (?, ?, ?, ?)",
                [(number, unit.turn, unit.stratum, answer) for unit in draw.units for answer in unit.answers],
            )

    def enlarge(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Ask about more customers: pairs of a draw's number and its new size; none becomes smaller."""
        with self._transaction():
            self._db.executemany(
                "UPDATE draws SET size = max(size, ?) WHERE number = ?", [(size, number) for number, size in sizes]
            )
