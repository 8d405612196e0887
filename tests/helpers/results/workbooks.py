"""Exports as an Excel workbook, and workbooks with parts that no program wrote."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

Table = list[list[Any]]
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


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


def patched(folder: Path, **parts: bytes) -> Path:
    """A small workbook with some parts replaced; SHEET and STRINGS by `sheet` and `strings`."""
    path = as_workbook(folder / "a.xlsx", [["file", "name"], ["anna.mp4", "Anna"]])
    with zipfile.ZipFile(path) as packed:
        whole = {name: packed.read(name) for name in packed.namelist()}
    names = {"sheet": SHEET, "strings": STRINGS}
    whole |= {names.get(name, name): body for name, body in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in whole.items():
            packed.writestr(name, body)
    return path


def sheet(rows: str) -> bytes:
    return f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>".encode()


def cell(place: str, text: str = "x") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
