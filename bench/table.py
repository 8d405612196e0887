"""Figures beside what is asked for, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, how much, in words what it was made of, and the bound it shall keep."""

    what: str
    figure: float
    wanted: str  # such as ">= 3"; "" for none
    detail: str = ""
    digits: int = 2

    @property
    def kept(self) -> bool:
        if not self.wanted:
            return True
        sign, bound = self.wanted.split()
        return self.figure >= float(bound) if sign == ">=" else self.figure <= float(bound)


def show(rows: Sequence[Row]) -> str:
    """A table; a figure that misses its bound is marked."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':<{width}}  {'figure':>8}  {'asked':>8}"]
    for row in rows:
        mark = "" if row.kept else "  MISSED"
        lines.append(f"{row.what:<{width}}  {row.figure:>8.{row.digits}f}  {row.wanted:>8}{mark}  {row.detail}")
    return "\n".join(lines)


def said(text: str) -> None:
    """Progress, for whoever waits."""
    import sys

    print(f"  … {text}", file=sys.stderr, flush=True)
