"""Reads an exported table: CSV, TSV, Excel's "Unicode text" or XLSX.

Takes a file; returns its rows as cells, each with its text and its hyperlink. Numbers used as ids stay as they are
written (1042, not 1042.0), dates become ISO 8601, formulas their last result.
"""

from __future__ import annotations

import csv
import io
import re
import stat
from pathlib import Path

from reelmaker.errors import ProjectError
from reelmaker.ingest import table_text
from reelmaker.sources.cells import Cell, Rows
from reelmaker.text.cleaning import clean

LARGEST = 300_000_000  # bytes of an export, unpacked
LARGEST_TEXT = 100_000_000  # bytes of one that is text
MOST_ROWS = 200_000
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767  # characters, as in Excel
LONGEST_LINE = 10_000_000  # characters
XLSX = b"PK\x03\x04"
__all__ = ["Cell", "Rows", "decoded", "of_text", "read"]
LINK_FORMULA = re.compile(r'=?\s*HYPERLINK\(\s*"((?:[^"]|""){0,5000})"', re.IGNORECASE)


def read(path: Path, sheet: str = "") -> Rows:
    """Every non-empty row of the table; of a workbook, of this sheet or the first visible one.

    Raises:
        ProjectError: it cannot be read, is too large, or has no such sheet.
    """
    from reelmaker.sources import workbook

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ProjectError(f"{path}: not a plain file (a folder, a pipe or a device).", "Name the export itself.")
        with path.open("rb") as file:
            head = file.read(4)
        if head == XLSX:
            return workbook.read(path, sheet, LARGEST, MOST_ROWS)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise ProjectError(
                f"{path}: an old or password-protected Excel file.", "Save it as .xlsx without a password."
            )
        if path.stat().st_size > LARGEST_TEXT:
            raise ProjectError(f"{path}: this export is too large.", "Export fewer answers at a time.")
        return of_text(path, path.read_bytes())
    except OSError as problem:
        raise ProjectError(f"{path}: cannot be read ({problem.strerror}).", "Check its permissions.") from None


def decoded(raw: bytes) -> str:
    """The text of a file: by its byte order mark, else as UTF-8 or UTF-16, else as Windows text."""
    return raw.decode(table_text.encoding(raw), "replace").removeprefix("\ufeff")


def of_text(path: Path, raw: bytes) -> Rows:
    """The rows of a text table; `path` names it in error messages."""
    text = decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ProjectError(f"{path}: not a text table (CSV or TSV).", "Export it as CSV or XLSX.")
    first = re.match(r"sep=(.)\n", text)
    if first:  # Excel's own first line
        text = text[first.end() :]
    if max((len(line) for line in io.StringIO(text)), default=0) > LONGEST_LINE:
        raise ProjectError(
            f"{path}: a line of more than {LONGEST_LINE // 1_000_000} million characters.", "Export it again."
        )
    delimiter = first[1] if first else _delimiter(text)
    if max((line.count(delimiter) for line in io.StringIO(text)), default=0) > MOST_COLUMNS:
        raise ProjectError(f"{path}: more than {MOST_COLUMNS} columns.", "Export it again.")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: Rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append([_linked(cell) for cell in cells])
            _not_too_many(path, rows)
    except csv.Error as problem:
        raise ProjectError(
            f"{path}, line {reader.line_num}: {table_text.fault(problem)}.", "Export it again."
        ) from None
    return rows


def _delimiter(text: str) -> str:
    """The delimiter that gives the first two rows the same and the largest number of cells."""

    def cell_count(delimiter: str) -> tuple[bool, int]:
        try:
            rows = [len(row) for row, _ in zip(csv.reader(io.StringIO(text), delimiter=delimiter), "12", strict=False)]
        except csv.Error:
            return False, 0
        return len(set(rows)) == 1 and rows[0] > 1, rows[0] if rows else 0

    return max(",;\t", key=cell_count)


def shown(text: str) -> str:
    """A cell's text without hidden characters and spaces around it, of bounded length."""
    return clean(text).strip()[:LONGEST_CELL]


def _linked(text: str) -> Cell:
    """A text cell; a HYPERLINK formula exported as text keeps its link."""
    match = LINK_FORMULA.match(text) if text.startswith("=") else None
    return Cell(shown(text), match[1].replace('""', '"') if match else "")


def _not_too_many(path: Path, rows: Rows) -> None:
    if len(rows) > MOST_ROWS:
        raise ProjectError(f"{path}: more than {MOST_ROWS} rows.", "Export fewer answers at a time.")
