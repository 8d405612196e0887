"""Reads responses.csv: one row per answer, found by its file name."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelmaker.errors import ProjectError
from reelmaker.model import Response, blur_consent, consent

TABLE = "responses.csv"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
COLUMNS = (
    "file",
    "respondent",
    "name",
    "date",
    "segment",
    "score",
    "question",
    "consent",
    "consent_until",
    "show_name",
    "channel",
    "interviewer",
    "blur",
)


@dataclass(frozen=True, slots=True)
class Table:
    """responses.csv: rows by normalised file name, and warnings about it."""

    rows: Mapping[str, Mapping[str, str]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it is written: its text with its line end, its last line, its cells by the names of the columns."""

    text: str
    line: int
    row: dict[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it is written, every sign of it; the first record is the header's."""

    encoding: str
    delimiter: str
    newline: str
    header: list[str]
    records: list[Record]


def taken_apart(raw: bytes) -> Written:
    """Take a table apart: comma, semicolon or tab, UTF-8 or Windows text, any line ends.

    Raises:
        csv.Error: it is no table; names the line.
    """
    coding = encoding(raw)
    lines = LINE.findall(raw.decode(coding))
    head = lines[0] if lines else ""
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader((line.rstrip("\r\n") + "\n" for line in lines), delimiter=delimiter)
    header: list[str] = []
    records: list[Record] = []
    at = 0
    try:
        for cells in reader:
            if not records:
                header = [cell.strip().lower().replace(" ", "_") for cell in cells]
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name} if records else {}
            records.append(Record("".join(lines[at : reader.line_num]), reader.line_num, row))
            at = reader.line_num
    except csv.Error as problem:
        raise csv.Error(f"line {reader.line_num}: {problem}") from None
    return Written(coding, delimiter, head[len(head.rstrip("\r\n")) :] or "\n", header, records)


def read_table(uploads: Path) -> Table:
    """Read uploads/responses.csv if it exists: comma, semicolon or tab, UTF-8 or Windows text.

    Raises:
        ProjectError: the file exists but is not a table with a column `file`.
    """
    path = uploads / TABLE
    if not path.is_file():
        return Table({})
    try:
        table = taken_apart(path.read_bytes())
    except csv.Error as problem:
        raise ProjectError(f"{path}, {problem}.", "Save the table as CSV again.") from None
    if "file" not in table.header:
        raise ProjectError(f'{path}: the first line has no column "file".', f"Possible columns: {', '.join(COLUMNS)}.")
    rows: dict[str, dict[str, str]] = {}
    warnings = []
    for record in table.records[1:]:
        number, row = record.line, record.row
        if not row.get("file"):
            if any(row.values()):
                warnings.append(f"{TABLE}, line {number}: no file name; the row is ignored.")
            continue
        key = same(row["file"])
        unclear = [*consent.unclear(row), *blur_consent.unclear(row)]
        warnings += [f"{TABLE}, line {number}: {what}" for what in unclear]
        if key in rows:
            warnings.append(
                f"{TABLE}, line {number}: a second row for the same file; the first row is used, "
                "with the narrower consent of the two; the face is blurred if either row says so."
            )
            rows[key] = consent.stricter(rows[key], row)
            continue
        score = row.get("score", "")
        if score and score_of(score) is None:
            warnings.append(f'{TABLE}, line {number}: the score "{score}" is not a number.')
        if row.get("channel", "").lower() not in ("", "left", "right", "both"):
            warnings.append(f"{TABLE}, line {number}: channel must be left, right or both.")
        if row.get("interviewer", "").lower() not in ("", "auto", "first", "none"):
            warnings.append(f"{TABLE}, line {number}: interviewer must be auto, first or none.")
        rows[key] = row
    return Table(rows, tuple(warnings))


def select(
    all_responses: Sequence[Response],
    where: Mapping[str, Sequence[str]],
    warn: Callable[[str], None],
    refused: Collection[str],
) -> list[Response]:
    """The responses whose columns have one of the wanted values, without those whose id is in `refused`."""
    known = {name for response in all_responses for name, _ in response.extra} | set(COLUMNS)
    for column in where:
        if column not in known:
            warn(f'No response has a column "{column}", so the filter on it excludes all of them.')
    return [
        response
        for response in all_responses
        if response.id not in refused
        and all(column_of(response, column).lower() in {v.lower() for v in values} for column, values in where.items())
    ]


def column_of(response: Response, column: str) -> str:
    """The value of a column of responses.csv for a response, as text; "" if empty."""
    if column in ("score",):
        return "" if response.score is None else f"{response.score:g}"
    if column == "show_name":
        return "yes" if response.show_name else "no"
    if column in COLUMNS:
        return str(getattr(response, column))
    return dict(response.extra).get(column, "")


def row_of(file: str, table: Table) -> Mapping[str, str]:
    """The row of a file, by its path below uploads/ or by its name alone."""
    return table.rows.get(same(file)) or table.rows.get(same(file.rsplit("/", 1)[-1])) or {}


def same(name: str) -> str:
    """Normalise a file name so that it compares equal across systems: Unicode composed, case folded, forward slashes."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("uploads/")


def encoding(raw: bytes) -> str:
    """The encoding of a table: UTF-8, with or without byte order mark, or Windows text."""
    for name in ("utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"):
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def score_of(text: str) -> float | None:
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return float(text.replace(",", "."))
    return None
