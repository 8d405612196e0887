"""Adds rows to responses.csv, reduces consents in it and removes rows; every other byte stays as it was.

Takes the file's bytes, and the new rows or whose rows to remove; returns the changed bytes. Existing rows win, except
for consent: the narrower counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reelmaker.ingest import table_text
from reelmaker.ingest.row_matching import file_key
from reelmaker.model import consent
from reelmaker.text import cleaning

CONSENT = ("consent", "consent_until", "show_name")
MARK = b"\xef\xbb\xbf"  # byte order mark, by which Excel recognises UTF-8


@dataclass(slots=True)
class Sheet:
    """responses.csv as written: records of text, each with its line ending."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    newline: str = "\n"
    preamble: str = ""  # what stands above the header
    header: list[str] = field(default_factory=list)  # as ingest names the columns
    records: list[str] = field(default_factory=list)  # the header's first
    rows: list[dict[str, str]] = field(default_factory=list)  # of the records behind it
    places: dict[str, int] = field(default_factory=dict)  # file -> its first row

    @classmethod
    def of(cls, raw: bytes) -> Sheet:
        """Parse a table; an empty file is fine."""
        sheet = cls()
        if not raw.strip():
            return sheet
        table = table_text.parse(raw)
        sheet.encoding, sheet.delimiter, sheet.newline = table.encoding, table.delimiter, table.newline
        sheet.preamble, sheet.header = table.preamble, table.header
        sheet.records = [record.text for record in table.records]
        for record in table.records[1:]:
            sheet._row(record.row)
        return sheet

    def bytes(self) -> bytes:
        """The table as bytes to write."""
        text = self.preamble + "".join(self.records)
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:  # the Windows encoding lacks this character
            return MARK + text.encode("utf-8", "replace")

    def find(self, file: str) -> int:
        """The index of a file's row, as `responses_csv.row_of` finds it; -1 for none."""
        names = (file_key(file), file_key(file.rsplit("/", 1)[-1]))
        return next((self.places[name] for name in names if name in self.places), -1)

    def _row(self, row: dict[str, str]) -> None:
        self.places.setdefault(file_key(row.get("file", "")), len(self.rows))
        self.rows.append(row)

    def enter(self, file: str, columns: Mapping[str, str]) -> None:
        """Add a row for a file; if it already has one, only reduce its consent."""
        if self.find(file) >= 0:
            self.narrow(file, columns)
            return
        row = {"file": file, **{name: clean(text) for name, text in columns.items() if clean(text)}}
        self._columns([name for name in row if name not in self.header])
        cells = [row.get(name, "") for name in self.header]
        while not cells[-1]:
            cells.pop()
        if not self.records[-1].endswith(("\n", "\r")):
            self.records[-1] += self.newline
        self.records.append(self.delimiter.join(map(self._quoted, cells)) + self.newline)
        self._row(row)

    def narrow(self, file: str, columns: Mapping[str, str]) -> bool:
        """Take over a consent that is narrower than the row's. Returns whether it was."""
        index = self.find(file)
        row = self.rows[index]
        other = {**row, **{name: clean(columns[name]) for name in CONSENT if name in columns}}
        strict = consent.stricter(row, other)
        new = {name: strict[name] for name in CONSENT if strict.get(name, "") != row.get(name, "")}
        if not new:
            return False
        self._columns([name for name in new if name not in self.header])
        for name, text in new.items():
            self._set(index + 1, self.header.index(name), text)
        row.update(new)
        return True

    def _set(self, record: int, column: int, text: str) -> None:
        """Set one cell and leave the rest of the record as it is."""
        record_text = self.records[record]
        body = record_text.rstrip("\r\n")
        spans = _spans(body, self.delimiter)
        if column < len(spans):
            start, end = spans[column]
            body = body[:start] + self._quoted(text) + body[end:]
        else:
            body += self.delimiter * (column - len(spans) + 1) + self._quoted(text)
        self.records[record] = body + record_text[len(record_text.rstrip("\r\n")) :]

    def _columns(self, names: Sequence[str]) -> None:
        """Add columns at the end. Cells to the right of the last column name stay unnamed."""
        if not names:
            return
        if not self.records:
            self.header = list(names)
            self.records = [self.delimiter.join(map(self._quoted, names)) + self.newline]
            return
        widest = max(len(_spans(record.rstrip("\r\n"), self.delimiter)) for record in self.records)
        missing = [""] * (widest - len(self.header))
        head = self.records[0]
        body = head.rstrip("\r\n")
        body += "".join(self.delimiter + self._quoted(name) for name in (*missing, *names))
        self.records[0] = body + head[len(head.rstrip("\r\n")) :]
        self.header += [*missing, *names]

    def _quoted(self, text: str) -> str:
        if text != text.strip() or any(character in text for character in (self.delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text


def without(raw: bytes, files: Collection[str], respondents: Collection[str]) -> tuple[bytes, list[dict[str, str]]]:
    """The table without the rows of these files (paths below uploads/) and respondents; and those rows.

    A row with a name alone belongs to every file of that name. A table that has no column "file" is left as it is.
    """
    table = table_text.parse(raw)
    if "file" not in table.header:
        return raw, []
    names = {file_key(name) for file in files for name in (file, file.rsplit("/", 1)[-1])}
    wanted = set(respondents) - {""}
    head, kept_records, rows = table.records[0], list[str](), list[dict[str, str]]()
    for record in table.records[1:]:
        row = record.row
        if file_key(row.get("file", "")) in names or row.get("respondent", "") in wanted:
            rows.append(row)
        else:
            kept_records.append(record.text)
    return (table.preamble + head.text + "".join(kept_records)).encode(table.encoding), rows


def rows_of(path: Path, files: Collection[str], respondents: Collection[str]) -> list[dict[str, str]]:
    """The rows about these files and respondents in the table at `path`; empty if there is none."""
    return without(path.read_bytes(), files, respondents)[1] if path.is_file() else []


def clean(text: str) -> str:
    """A cell without hidden characters and without spaces around it."""
    return cleaning.clean(text).strip()


def _spans(body: str, delimiter: str) -> list[tuple[int, int]]:
    """The character range of each cell of a record, including its quotes."""
    spans, start, quoted, closed = [], 0, False, False
    for position, character in enumerate(body):
        if quoted:
            quoted = character != '"'
            closed = not quoted
        elif character == '"' and (position == start or closed):
            quoted, closed = True, False
        elif character == delimiter:
            spans.append((start, position))
            start, closed = position + 1, False
        else:
            closed = False
    return [*spans, (start, len(body))]
