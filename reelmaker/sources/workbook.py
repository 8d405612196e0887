"""Reads a sheet of an Excel workbook, whatever state the file is in, within limits of time, size and memory.

Takes a file; returns its rows as cells. Rows and columns that the file only names by a high number are not filled up.
"""

from __future__ import annotations

import time
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.sources.cells import EMPTY, Cell, Rows
from reelmaker.sources.spreadsheet import LINK_FORMULA, MOST_COLUMNS, shown

LAST_ROW = 1_048_576  # of a sheet in Excel
MOST_CELLS = 20_000_000  # empty ones between others included
MOST_PARTS = 5_000  # files in the workbook
MOST_TAGS = {"sharedStrings": 6_000_000, "worksheets": 12_000_000}  # of a part, by its name; others:
MOST_OTHER_TAGS = 2_000_000
MOST_SECONDS = 120
CHECKED_EVERY = 4_096  # elements between two looks at the clock
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FEWER = "Export fewer answers at a time."


@dataclass(slots=True)
class Budget:
    """The time that one workbook may take."""

    path: Path
    ends: float
    count: int = 0

    def check(self) -> None:
        """Look at the clock now and then.

        Raises:
            ProjectError: the time is over.
        """
        self.count += 1
        if self.count % CHECKED_EVERY == 0 and time.monotonic() > self.ends:
            raise ProjectError(f"{self.path}: this workbook takes longer than {MOST_SECONDS} s to read.", FEWER)


def read(path: Path, sheet: str, largest: int, most_rows: int) -> Rows:
    """Every non-empty row of this sheet, or of the first visible one.

    Args:
        largest: bytes of all parts, unpacked.

    Raises:
        ProjectError: it cannot be read, is too large, or has no such sheet.
    """
    import openpyxl

    budget = Budget(path, time.monotonic() + MOST_SECONDS)
    try:
        _bounded(path, largest, budget)
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # about styles and extensions that are not needed here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            page = _sheet(path, book, sheet)
            links = _links(path, page._worksheet_path, budget)
            rows: Rows = []
            for cells in _rows(path, book, page, links, budget):
                rows.append(cells)
                if len(rows) > most_rows:
                    raise ProjectError(f"{path}: more than {most_rows} rows.", FEWER)
            return rows
    except ProjectError:
        raise
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno is not None:
            raise  # of the disk, not of the file's content
        raise ProjectError(
            f"{path}: this Excel workbook cannot be read.", "Export it again, or save it as CSV."
        ) from None


def _bounded(path: Path, largest: int, budget: Budget) -> None:
    """Refuse what would take too long, before any of it is understood.

    Raises:
        ProjectError: it is too large.
    """
    too_large = ProjectError(f"{path}: this export is too large.", FEWER)
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > largest:
            raise too_large
        for part in parts:
            left = next((most for name, most in MOST_TAGS.items() if name in part.filename), MOST_OTHER_TAGS)
            with packed.open(part) as file:
                while block := file.read(1_000_000):
                    left -= block.count(b"<")
                    if left < 0 or time.monotonic() > budget.ends:
                        raise too_large


def _rows(path: Path, book: Any, page: Any, links: dict[str, str], budget: Budget) -> Iterator[list[Cell]]:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet._reader import WorkSheetParser

    total = 0
    with book._archive.open(page._worksheet_path) as source:
        parser = WorkSheetParser(
            source,
            page._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, values in parser.parse():
            budget.check()
            width = max((value["column"] for value in values), default=0)
            total += width
            if not 1 <= number <= LAST_ROW or width > MOST_COLUMNS or total > MOST_CELLS:
                raise ProjectError(f"{path}: this export is too large.", FEWER)
            cells = [EMPTY] * width
            for value in values:
                text = _shown(value["value"])
                link = links.get(f"{get_column_letter(value['column'])}{number}", "") if links else ""
                if text or link:
                    cells[value["column"] - 1] = Cell(text, link)
            while cells and cells[-1] == EMPTY:
                cells.pop()
            if cells:
                yield cells


def _sheet(path: Path, book: Any, name: str) -> Any:
    if name:
        if name not in book.sheetnames:
            raise ProjectError(f'{path}: there is no sheet "{name}".', f"It has: {', '.join(book.sheetnames)}.")
        return book[name]
    visible = [page for page in book.worksheets if page.sheet_state == "visible"]
    if not visible:
        raise ProjectError(f"{path}: the workbook has no visible sheet.", "Name one with `sheet`.")
    return visible[0]


def _shown(value: Any) -> str:
    """A cell's value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == time_of_day() else value.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return shown(str(value))


def _links(path: Path, part: str, budget: Budget) -> dict[str, str]:
    """The hyperlinks of a sheet by cell name (B7). openpyxl does not give them when reading row by row."""
    part = part.removeprefix("/")
    folder, _, name = part.rpartition("/")
    links: dict[str, str] = {}
    with zipfile.ZipFile(path) as packed:
        if not _mentions(packed, part, b"hyperlink"):  # most have none, and parsing the cells twice takes twice as long
            return links
        targets: dict[str, str] = {}
        relations = f"{folder}/_rels/{name}.rels"
        if relations in packed.namelist():
            for _, element in _elements(packed, relations):
                targets[element.get("Id", "")] = element.get("Target", "")
        cell = ""
        for event, element in _elements(packed, part, starts=True):
            budget.check()
            if event == "start":
                cell = element.get("r", "") if element.tag == f"{MAIN}c" else cell
                continue
            if element.tag == f"{MAIN}f" and (formula := LINK_FORMULA.match(element.text or "")):
                links[cell] = formula[1].replace('""', '"')
            elif element.tag == f"{MAIN}hyperlink":
                target = targets.get(element.get(RELATION, ""), "")
                if target and ":" not in element.get("ref", ""):
                    links[element.get("ref", "")] = target
            if element.tag in (f"{MAIN}c", f"{MAIN}row"):
                element.clear()
    return links


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
