"""Reads responses.csv: one row per answer, found by its file name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reelmaker.errors import ProjectError
from reelmaker.ingest import consent_columns, row_matching, table_dates, table_file
from reelmaker.ingest.row_matching import file_key
from reelmaker.ingest.table_file import TABLE
from reelmaker.ingest.table_text import COLUMNS, Record
from reelmaker.model import Response, blur_consent, consent

__all__ = [
    "COLUMNS",
    "TABLE",
    "Table",
    "column_of",
    "file_key",
    "read_table",
    "row_of",
    "rows_of",
    "score_of",
    "select",
]

LAST_YEAR_OF_CONSENT = 9999


@dataclass(frozen=True, slots=True)
class Table:
    """responses.csv: rows by normalised file name, warnings about it, and rows that spell a file differently.

    `spelled`: normalised name of a file -> the keys of such rows, and whether each describes it or only narrows its
    consent.
    """

    rows: Mapping[str, Mapping[str, str]]
    warnings: tuple[str, ...] = ()
    spelled: Mapping[str, tuple[tuple[str, bool], ...]] = field(default_factory=dict)


def read_table(uploads: Path, dates: str = table_dates.AUTO) -> Table:
    """Read uploads/responses.csv if it exists: comma, semicolon or tab; UTF-8, UTF-16 or Windows text.

    Args:
        dates: which comes first in a date such as 03/04/2026: one of `table_dates.ORDERS`.

    Raises:
        ProjectError: the file exists but is not a table with a column `file`, or looks like it under another name.
    """
    path, warnings = table_file.find(uploads)
    if path is None:
        return Table({})
    written = table_file.read(path)
    if "file" not in written.header:
        raise ProjectError(f'{path}: the first line has no column "file".', f"Possible columns: {', '.join(COLUMNS)}.")
    records = written.records[1:]
    warnings += [f'{TABLE}: the column "{name}" is there twice; {_of_two(name)}.' for name in written.repeated]
    warnings += [f"{TABLE}: {what}" for what in consent_columns.fold(written.header, [entry.row for entry in records])]
    warnings += _dates(records, dates)
    rows: dict[str, dict[str, str]] = {}
    for record in records:
        warnings += [f"{TABLE}, line {record.line}: {what}" for what in _entered(rows, record)]
    spelled, spelling_warnings = _spelled(rows, uploads)
    return Table(rows, (*warnings, *spelling_warnings), spelled)


def _of_two(column: str) -> str:
    return "the narrower of both counts" if column in consent_columns.OURS else "the first that is filled counts"


def _dates(records: Sequence[Record], order: str) -> list[str]:
    """Write the dates of a table as ISO 8601. Returns one warning for each column with dates that stay unread."""
    cells = {
        name: [(record.line, text) for record in records if (text := record.row.get(name, ""))]
        for name in ("date", "consent_until")
    }
    last_year = {"date": consent.today().year + 1, "consent_until": LAST_YEAR_OF_CONSENT}
    if order == table_dates.AUTO:  # what one column decides holds for the other: the same program wrote both
        decided = {
            table_dates.read(dated_cells, order, last_year[name]).order for name, dated_cells in cells.items()
        } - {order}
        order = decided.pop() if len(decided) == 1 else order
    warnings: list[str] = []
    for name, dated_cells in cells.items():
        column = table_dates.read(dated_cells, order, last_year[name])
        for record in records:
            day = column.dates.get(record.line, "")
            if name == "date" and record.line in column.texts:
                record.row[name] = day
            elif record.line in column.unclear:
                record.row[name] = column.unclear[record.line][0].isoformat()
            elif len(day) == len("2026-10-03"):
                record.row[name] = day
        warnings += _told_of_dates(name, column)
    return warnings


def _told_of_dates(name: str, column: table_dates.Column) -> Iterator[str]:
    if name == "date" and column.unread:
        line, text = column.unread[0]
        more = f" (and {len(column.unread) - 1} more)" if len(column.unread) > 1 else ""
        yield (
            f'{TABLE}, line {line}: the date "{text[:40]}"{more} cannot be read; write it as 2026-10-03. '
            "Until then these answers have no date, and retention counts from the date of their files."
        )
    if column.unclear:
        line, days = next(iter(column.unclear.items()))
        more = f" (and {len(column.unclear) - 1} more)" if len(column.unclear) > 1 else ""
        then = "it stays empty, and retention counts from the file" if name == "date" else "the earlier day counts"
        yield (
            f'{TABLE}, line {line}: {name} "{column.texts[line][:40]}"{more} may be {days[0]} or {days[1]}, so {then}; '
            'set dates = "day-first" or "month-first" in reelmaker.toml.'
        )


def _entered(rows: dict[str, dict[str, str]], record: Record) -> list[str]:
    """Enter a row under its file. Returns what is unclear about it."""
    row = record.row
    if not row.get("file"):
        return ["no file name; the row is ignored."] if any(row.values()) else []
    warnings = [*consent.unclear(row), *blur_consent.unclear(row)]
    if record.surplus:
        unused = ""
        if "consent" in row:  # which of the cells is the consent?
            row["consent"], unused = f"{row['consent']} (in the wrong column?)", " The answer is not used."
        warnings.append(f"more cells than columns; put text that contains the separator in quotes.{unused}")
    key = file_key(row["file"])
    if key in rows:
        rows[key] = consent.stricter(rows[key], row)
        return [
            *warnings,
            "a second row for the same file; the first row is used, "
            "with the narrower consent of the two; the face is blurred if either row says so.",
        ]
    score = row.get("score", "")
    if score and score_of(score) is None:
        warnings.append(f'the score "{score}" is not a number.')
    if row.get("channel", "").lower() not in ("", "left", "right", "both"):
        warnings.append("channel must be left, right or both.")
    if row.get("interviewer", "").lower() not in ("", "auto", "first", "none"):
        warnings.append("interviewer must be auto, first or none.")
    rows[key] = row
    return warnings


def _spelled(
    rows: Mapping[str, Mapping[str, str]], uploads: Path
) -> tuple[dict[str, tuple[tuple[str, bool], ...]], list[str]]:
    """The rows that spell a file in uploads/ differently, by the file; and warnings about uncertain ones."""
    files = sorted(
        (Path(folder) / name).relative_to(uploads).as_posix()
        for folder, _, entries in os.walk(uploads)
        for name in entries
        if not name.startswith(".") and name != TABLE
    )
    names = row_matching.Names(files)
    described = [file for file in files if file_key(file) in rows or file_key(file.rsplit("/", 1)[-1]) in rows]
    by_file: dict[str, list[tuple[str, bool]]] = {}
    warnings = []
    for key, row in rows.items():
        if key in names.exact:
            continue
        for meant in names.meant(row["file"], described):
            refuses = consent.ended(row.get("consent", ""), row.get("consent_until", ""), consent.today())
            if not meant.sure:
                if not refuses:
                    continue
                warnings.append(
                    f'{TABLE} lists "{row["file"]}", which is not in uploads/ but is almost called like "{meant.file}": '
                    "without consent, that answer is not used either. Correct the name in the row, "
                    "or give that file a row of its own."
                )
            by_file.setdefault(file_key(meant.file), []).append((key, meant.sure))
    return {file: tuple(entries) for file, entries in by_file.items()}, warnings


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
    """The row of a file: by its path below uploads/, by its name alone, or as the row spells it; with every consent."""
    row: Mapping[str, str] = table.rows.get(file_key(file)) or table.rows.get(file_key(file.rsplit("/", 1)[-1])) or {}
    for key, sure in table.spelled.get(file_key(file), ()):
        other = table.rows.get(key)
        if other and not sure:  # an unknown word: it holds the answer back, but has nothing erased
            other = {"file": other["file"], "consent": f'{other.get("consent", "")} (row of "{other["file"]}")'}
        if other:
            row = consent_columns.narrowed(row, other) if row else other
    return row


def rows_of(file: str, table: Table) -> list[Mapping[str, str]]:
    """Every row that means a file, however it spells it."""
    keys = (
        file_key(file),
        file_key(file.rsplit("/", 1)[-1]),
        *(key for key, _ in table.spelled.get(file_key(file), ())),
    )
    return [table.rows[key] for key in dict.fromkeys(keys) if key in table.rows]


def score_of(text: str) -> float | None:
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return float(text.replace(",", "."))
    return None
