"""A table's cells, as every reader of exports gives them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and its hyperlink ("" for none)."""

    text: str = ""
    link: str = ""


Rows = list[list[Cell]]
EMPTY = Cell()
