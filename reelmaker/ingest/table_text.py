"""A table as text -> its records: comma, semicolon, tab or bar, any encoding of spreadsheet programs, any line ends.

Every byte is kept, so that `csv_editor` can change one cell and leave the rest as it was.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from reelmaker.model import blur_consent, consent
from reelmaker.text.cleaning import clean, visible

DELIMITERS = ",;\t|"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)  # Excel's own first line
MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
LONGEST_CELL = 10_000  # characters that are used of a cell
HEADER_WITHIN = 15  # lines that may stand above the names of the columns
SUBHEADERS = 2  # rows below them that describe the columns, as Qualtrics writes them
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
NOT_CLOSED = "a quotation mark is not closed, so that the rows below it would be lost"
MEDIA_NAME = re.compile(
    r"[^\"]{1,200}\.(?:mp4|mov|m4v|webm|mkv|avi|mp3|m4a|wav|ogg|opus|3gp|mpg|wmv|aac|flac)", re.IGNORECASE
)
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
# Names of columns that mean one of ours
SAME_COLUMN = {
    "filename": "file",
    "file_name": "file",
    "consent_expires": "consent_until",
    "consent_expiry": "consent_until",
    "consent_end": "consent_until",
    "consent_ends": "consent_until",
    "consent_valid_until": "consent_until",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row as written: its text with its line end, its last line, its cells by column.

    `surplus`: it has more cells with text than there are columns.
    """

    text: str
    line: int
    row: dict[str, str]
    surplus: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A table as written, character by character; the first record is the header's.

    `preamble` is everything above the header: a byte order mark, `sep=;`, empty lines, a title. The descriptions of
    columns below the header are records without cells.
    """

    encoding: str
    delimiter: str
    newline: str
    header: list[str]
    records: list[Record]
    preamble: str = ""
    repeated: tuple[str, ...] = field(default=())  # columns that are there twice


def fault(problem: csv.Error) -> str:
    """What is wrong with a table, in words that need no knowledge of the reader."""
    text = str(problem)
    return "a cell is too long, perhaps because a quotation mark is missing" if "field limit" in text else text


def parse(raw: bytes) -> Written:
    """Parse a table.

    Raises:
        csv.Error: it is no table; names the line.
    """
    if raw.startswith(WORKBOOKS):
        raise csv.Error("line 1: this is an Excel workbook that is only called .csv")
    if len(raw) > MOST_BYTES:
        raise csv.Error(f"line 1: the table is larger than {MOST_BYTES // 1_000_000} MB")
    coding = encoding(raw)
    try:
        lines: list[str] = LINE.findall(raw.decode(coding))
    except UnicodeDecodeError:
        raise csv.Error(f"line 1: damaged text ({coding})") from None
    top, delimiter = _header_line(lines)
    head = lines[top] if top < len(lines) else ""
    header, repeated = list[str](), tuple[str, ...]()
    records: list[Record] = []
    done = top
    reader = csv.reader((line.rstrip("\r\n") + "\n" for line in islice(lines, top, None)), delimiter=delimiter)
    try:
        for cells in reader:
            last = top + reader.line_num
            text = "".join(lines[done:last])
            done = last
            if not records:
                header = column_names(cells)
                repeated = tuple(dict.fromkeys(name for name in header if name and header.count(name) > 1))
                records.append(Record(text, last, {}))
                continue
            _refuse_open_quote(text, cells, header, delimiter, done == len(lines))
            surplus = any(cell.strip() for cell in cells[len(header) :])
            records.append(Record(text, last, _row(header, cells), surplus))
            if len(records) > MOST_ROWS:
                raise csv.Error(f"more than {MOST_ROWS} rows")
    except csv.Error as problem:
        raise csv.Error(f"line {top + reader.line_num}: {fault(problem)}") from None
    _without_descriptions(records, header)
    newline = head[len(head.rstrip("\r\n")) :] or "\n"
    return Written(coding, delimiter, newline, header, records, "".join(lines[:top]), repeated)


def encoding(raw: bytes) -> str:
    """The encoding of a table: UTF-8 or UTF-16, with or without byte order mark, or Windows text."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if raw.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    start = raw[:400]
    if start.count(0) * 3 > len(start) > 3:  # every second byte of Latin letters is zero
        return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
    for name in ("utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"):
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def column_names(cells: Sequence[str]) -> list[str]:
    """The names of columns as the program knows them: "Show name?" is show_name, and other columns keep their
    characters.
    """
    names = []
    for cell in cells:
        name = visible(cell).lower().strip("?:*!. ").replace(" ", "_")
        ours = re.sub(r"[\W_]+", "_", name).strip("_")
        names.append(ours if ours in COLUMNS or ours in SAME_COLUMN else name)
    return [known if (known := SAME_COLUMN.get(name, name)) not in names else name for name in names]


def _header_line(lines: Sequence[str]) -> tuple[int, str]:
    """The number of the header's line, from 0, and the delimiter of the table."""
    filled: list[tuple[int, str]] = []
    delimiter = ""
    for number, line in enumerate(islice(lines, HEADER_WITHIN)):
        if number == 0 and (named := SEPARATOR_LINE.fullmatch(line)):
            delimiter = named[1]
        elif line.strip("\ufeff \t\r\n,;|"):
            filled.append((number, line))
    for number, line in filled:
        for mark in delimiter or sorted(DELIMITERS, key=line.count, reverse=True):
            cells = next(csv.reader([line], delimiter=mark), [])
            if "file" in column_names(cells):
                return number, mark
    number, line = filled[0] if filled else (0, "")
    return number, delimiter or max(DELIMITERS, key=line.count)


def _row(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells by column. Of a column that is there twice the stricter consent counts, else the first that is filled."""
    row: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        text = cell.strip() if name == "file" else clean(cell).strip()[:LONGEST_CELL]
        if name and (text or name not in row):
            row[name] = merged(name, row[name], text) if row.get(name) else text
    return row


def merged(column: str, first: str, second: str) -> str:
    """One value of two for a column; of consents the narrower."""
    if column == "consent":
        return min(first, second, key=consent.reach)
    if column == "blur":
        return blur_consent.stricter(first, second)
    if column == "show_name":
        return second if consent.shows_name({"show_name": first}) else first
    if column == "consent_until" and first != second:
        days = [consent.last_day(text) for text in (first, second)]
        return (
            f"{first} / {second}" if None in days else min(first, second, key=lambda text: str(consent.last_day(text)))
        )
    return first


def _refuse_open_quote(text: str, cells: Sequence[str], header: Sequence[str], delimiter: str, at_end: bool) -> None:
    """Refuse a row that swallowed the rows below it because a quotation mark is not closed.

    Raises:
        csv.Error: it did.
    """
    swallowed = [line for cell in cells for line in re.split("[\r\n]+", cell.strip())[1:]]
    place = header.index("file") if "file" in header else 0
    for line in swallowed:
        parts = [part.strip(' "') for part in line.split(delimiter)]
        named = parts[place] if 1 <= len(parts) - 1 >= place else ""
        if MEDIA_NAME.fullmatch(named) and (" " not in named or len(parts) >= len(header) - 1):
            raise csv.Error(NOT_CLOSED)
    if at_end and '"' in text:
        try:
            list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
        except csv.Error as problem:
            if "end of data" in str(problem):
                raise csv.Error(NOT_CLOSED) from None


def _without_descriptions(records: list[Record], header: Sequence[str]) -> None:
    """Qualtrics writes the question's text and a machine's name below each column: these rows are no answers."""
    for number, record in enumerate(records[1 : SUBHEADERS + 1], start=1):
        if any(cell.startswith('{"ImportId"') for cell in record.row.values()):
            for place in range(1, number + 1):
                records[place] = Record(records[place].text, records[place].line, {})
