"""Reads an exported table: CSV, TSV, Excel's "Unicode text" or XLSX.

In: a file. Out: its rows as cells, each with its text and its hyperlink. Numbers used as ids stay as they are
written (1042, not 1042.0), dates become ISO 8601, formulas their last result.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.ingest import responses_csv

LARGEST = 300_000_000  # bytes of an export, unpacked
MOST_ROWS = 200_000
BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
XLSX = b"PK\x03\x04"
LINK_FORMULA = re.compile(r'=?\s*HYPERLINK\(\s*"((?:[^"]|"")*)"', re.IGNORECASE)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and its hyperlink ("" for none)."""

    text: str = ""
    link: str = ""


Rows = list[list[Cell]]


def read(path: Path, sheet: str = "") -> Rows:
    """Every non-empty row of the table; of a workbook, of this sheet or the first visible one.

    Raises:
        ProjectError: it cannot be read, is too large, or has no such sheet.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if head == XLSX:
            return _workbook(path, sheet)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise ProjectError(
                f"{path}: an old or password-protected Excel file.", "Save it as .xlsx without a password."
            )
        if path.stat().st_size > LARGEST:
            raise ProjectError(f"{path}: this export is too large.", "Export fewer answers at a time.")
        return of_text(path, path.read_bytes())
    except OSError as problem:
        raise ProjectError(f"{path}: cannot be read ({problem.strerror}).", "Check its permissions.") from None


def decoded(raw: bytes) -> str:
    """The text of a file: by its byte order mark, else as UTF-8, else as Windows text."""
    for mark, encoding in BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    return raw.decode(responses_csv.encoding(raw))


def of_text(path: Path, raw: bytes) -> Rows:
    """The rows of a text table; `path` names it in error messages."""
    text = decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ProjectError(f"{path}: not a text table (CSV or TSV).", "Export it as CSV or XLSX.")
    first = re.match(r"sep=(.)\n", text)
    if first:  # Excel's own first line
        text = text[first.end() :]
    delimiter = first[1] if first else _delimiter(text)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: Rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append([_linked(cell) for cell in cells])
            _not_too_many(path, rows)
    except csv.Error as problem:
        raise ProjectError(f"{path}, line {reader.line_num}: {problem}.", "Export it again.") from None
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


def _linked(text: str) -> Cell:
    """A text cell; a HYPERLINK formula exported as text keeps its link."""
    found = LINK_FORMULA.match(text) if text.startswith("=") else None
    return Cell(text.strip(), found[1].replace('""', '"') if found else "")


def _not_too_many(path: Path, rows: Rows) -> None:
    if len(rows) > MOST_ROWS:
        raise ProjectError(f"{path}: more than {MOST_ROWS} rows.", "Export fewer answers at a time.")


def _workbook(path: Path, sheet: str) -> Rows:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    broken = ProjectError(f"{path}: this Excel workbook cannot be read.", "Export it again, or save it as CSV.")
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise ProjectError(f"{path}: this export is too large.", "Export fewer answers at a time.")
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # about styles and extensions that are not needed here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            chosen = _sheet(path, book, sheet)
            links = _links(path, chosen._worksheet_path)
            chosen.reset_dimensions()  # some programs write none, or wrong ones
            rows: Rows = []
            for row in chosen.iter_rows():
                cells = [Cell(_shown(cell.value), links.get(getattr(cell, "coordinate", ""), "")) for cell in row]
                while cells and cells[-1] == Cell():
                    cells.pop()
                if cells:
                    rows.append(cells)
                _not_too_many(path, rows)
            return rows
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        EOFError,
        SyntaxError,
        TypeError,
    ):
        raise broken from None


def _sheet(path: Path, book: Any, name: str) -> Any:
    if name:
        if name not in book.sheetnames:
            raise ProjectError(f'{path}: there is no sheet "{name}".', f"It has: {', '.join(book.sheetnames)}.")
        return book[name]
    shown = [one for one in book.worksheets if one.sheet_state == "visible"]
    if not shown:
        raise ProjectError(f"{path}: the workbook has no visible sheet.", "Name one with `sheet`.")
    return shown[0]


def _shown(value: Any) -> str:
    """A cell's value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _links(path: Path, part: str) -> dict[str, str]:
    """The hyperlinks of a sheet by cell name (B7). openpyxl does not give them when reading row by row."""
    part = part.removeprefix("/")
    folder, _, name = part.rpartition("/")
    found: dict[str, str] = {}
    with zipfile.ZipFile(path) as packed:
        if not _mentions(packed, part, b"hyperlink"):  # most have none, and parsing the cells twice takes twice as long
            return found
        targets: dict[str, str] = {}
        relations = f"{folder}/_rels/{name}.rels"
        if relations in packed.namelist():
            for _, element in _elements(packed, relations):
                targets[element.get("Id", "")] = element.get("Target", "")
        cell = ""
        for event, element in _elements(packed, part, starts=True):
            if event == "start":
                cell = element.get("r", "") if element.tag == f"{MAIN}c" else cell
                continue
            if element.tag == f"{MAIN}f" and (formula := LINK_FORMULA.match(element.text or "")):
                found[cell] = formula[1].replace('""', '"')
            elif element.tag == f"{MAIN}hyperlink":
                target = targets.get(element.get(RELATION, ""), "")
                if target and ":" not in element.get("ref", ""):
                    found[element.get("ref", "")] = target
            if element.tag in (f"{MAIN}c", f"{MAIN}row"):
                element.clear()
    return found


def _mentions(packed: zipfile.ZipFile, part: str, word: bytes) -> bool:
    """Whether a lower-case word appears anywhere in a part of the workbook."""
    last = b""
    with packed.open(part) as file:
        while block := file.read(1_000_000):
            if word in (last + block).lower():
                return True
            last = block[-len(word) :]
    return False


def _elements(packed: zipfile.ZipFile, part: str, starts: bool = False) -> Iterator[tuple[str, Any]]:
    from xml.etree.ElementTree import iterparse

    with packed.open(part) as file:
        yield from iterparse(file, events=("start", "end") if starts else ("end",))
