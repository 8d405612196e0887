"""Exports as an Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Table = list[list[Any]]


def as_workbook(path: Path, table: Table, sheet: str = "Data", **more: Table) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in table:
        book.active.append(row)
    for name, other in more.items():
        added = book.create_sheet(name)
        for row in other:
            added.append(row)
    book.save(path)
    return path
