"""The sign-offs of the library: who approved which build of a reel. Rows are never deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reelmaker.model.approval import Approval
from reelmaker.project import rows
from reelmaker.shapes import natural, text

KINDS = (natural, text, natural, text, text, rows.when, text)


class Approvals:
    """Sign-offs by number; on the disk when a call returns."""

    def __init__(self, db: Any, transaction: Callable[[], Any], reading: Callable[[str], Any]) -> None:
        self._db, self._transaction, self._reading = db, transaction, reading

    def all(self) -> list[Approval]:
        """Every sign-off ever made, the withdrawn ones too, in the order they were made."""
        with self._reading("approvals"):
            found = self._db.execute(
                "SELECT number, reel, build, built, name, made, withdrawn FROM approvals ORDER BY number"
            )
            return [Approval(*rows.of_kinds(row, *KINDS)) for row in found]

    def store(self, approval: Approval) -> Approval:
        """Add a sign-off; returns it with its number."""
        with self._transaction():
            row = self._db.execute(
                "INSERT INTO approvals (reel, build, built, name, made, withdrawn) VALUES (?, ?, ?, ?, ?, ?)"
                " RETURNING number",
                (approval.reel, approval.build, approval.built, approval.name, approval.made, approval.withdrawn),
            ).fetchone()
        return replace(approval, number=int(row[0]))

    def withdraw(self, number: int, when: str) -> None:
        """Mark a sign-off as withdrawn (ISO 8601 time); its row stays."""
        with self._transaction():
            self._db.execute("UPDATE approvals SET withdrawn = ? WHERE number = ?", (when, number))
