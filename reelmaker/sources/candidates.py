"""Offers of a source: rows of an export, or files below an address -> one offer per video, with its columns for responses.csv.

Pure: follows no link and opens no file.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from reelmaker.errors import ProjectError
from reelmaker.ingest import responses_csv
from reelmaker.sources import platforms
from reelmaker.sources.download import Found, url_policy
from reelmaker.sources.platforms import Layout
from reelmaker.sources.settings import ID, Source
from reelmaker.sources.spreadsheet import Cell, Rows

# The columns of responses.csv that mean something, beside `file`
KNOWN = (*(name for name in responses_csv.COLUMNS if name != "file"), "promised", "follow_up")
ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")
SHEET_ID = re.compile(r"[\w.-]{1,200}")


@dataclass(frozen=True, slots=True)
class Offer:
    """One video that a source offers."""

    row: str  # what identifies its row
    part: str  # which video of the row
    place: str  # a link, or the name of a file
    columns: Mapping[str, str] = field(default_factory=dict)  # for responses.csv
    found: Found | None = None  # the file, below an address

    @property
    def respondent(self) -> str:
        return self.columns.get("respondent", "").strip()

    @property
    def version(self) -> str:
        """Changes when the link or the file changes."""
        return self.found.version if self.found else url_policy.digits(self.place)


def of_export(source: Source, rows: Rows, where: str) -> list[Offer]:
    """The videos of an export; `where` is its name for messages.

    Raises:
        ProjectError: its columns are not what the source says.
    """
    layout = platforms.load(source.layout) if source.layout else None
    if not rows:
        raise ProjectError(f"{where}: the table is empty.", "Export it again.")
    sheet = _Sheet(rows, layout)
    if layout and (missing := [sign for sign in layout.signs if sheet.column(sign) < 0]):
        raise ProjectError(
            f'{where}: there is no column "{missing[0]}", so this is not an export of {layout.title}.',
            f"It has: {', '.join(sheet.names[:12])}. Use another layout, or name the columns yourself.",
        )
    ours = _ours(source, layout, sheet, where)
    films = _film_columns(source, sheet, where)
    if layout is None and not films:
        raise ProjectError(
            f'{where}: there is no column "file".',
            f'Name it with columns = {{ file = "…" }}. It has: {", ".join(sheet.names[:12])}.',
        )
    offers: list[Offer] = []
    for cells in sheet.body:
        offers += _of_row(source, layout, sheet, ours, films, cells)
    return list({(offer.row, offer.part): offer for offer in offers}.values())


def of_address(source: Source, files: Iterable[Found], rows: Rows | None, where: str) -> list[Offer]:
    """The videos below an address, with their rows of a responses.csv there."""
    columns_by_name: dict[str, dict[str, str]] = {}
    if rows:
        sheet = _Sheet(rows, None)
        ours = _ours(source, None, sheet, where)
        file_column = next(iter(_film_columns(source, sheet, where)), -1)
        for cells in sheet.body:
            if name := _text(cells, file_column):
                columns_by_name.setdefault(_same(name), _columns(source, None, sheet, ours, cells, ""))
    return [
        Offer(
            file.path,
            "",
            file.path,
            columns_by_name.get(_same(file.path)) or columns_by_name.get(_same(file.path.rsplit("/", 1)[-1])) or {},
            file,
        )
        for file in files
    ]


class _Sheet:
    """A table's header and body."""

    def __init__(self, rows: Rows, layout: Layout | None) -> None:
        heads = layout.header_rows if layout else 1
        self.names = [cell.text for cell in rows[0]]
        questions = rows[layout.question_row - 1] if layout and len(rows) >= layout.question_row else rows[0]
        self.questions, last = [], ""
        for cell in questions:  # a question above several columns is in the first one
            last = cell.text or last
            self.questions.append(last)
        self.body = [
            cells
            for cells in rows[heads:]
            if not (layout and layout.skipped and fnmatchcase(_text(cells, 0), layout.skipped))
        ]

    def column(self, name: str) -> int:
        """The index of a column, by its name or its question; -1 if there is none."""
        wanted = _plain(name)
        for names in (self.names, self.questions):
            for index, column in enumerate(names):
                if _plain(column) == wanted:
                    return index
        return -1

    def like(self, pattern: str) -> list[int]:
        """The columns whose name or question matches the pattern."""
        wanted = _plain(pattern)
        return [
            index
            for index, name in enumerate(self.names)
            if (name and fnmatchcase(_plain(name), wanted))
            or (index < len(self.questions) and _plain(self.questions[index]) == wanted)
        ]


def _ours(source: Source, layout: Layout | None, sheet: _Sheet, where: str) -> dict[str, list[int]]:
    """For each of our columns the matching ones of the export, in order of preference."""
    indexes: dict[str, list[int]] = {}
    given = {**(layout.columns if layout else {}), **source.columns}
    for ours in (ID, *KNOWN):
        if ours not in given and not layout:
            index = sheet.column(ours) if sheet.column(ours) >= 0 else sheet.column(ours.replace("_", " "))
            indexes[ours] = [index] if index >= 0 else []
    for ours, theirs in given.items():
        if ours == "file":
            continue
        if ours in source.columns and (missing := [name for name in theirs if sheet.column(name) < 0]):
            raise _no_column(where, missing[0], sheet)
        indexes[ours] = [index for name in theirs if (index := sheet.column(name)) >= 0]
    return {ours: places for ours, places in indexes.items() if places}


def _film_columns(source: Source, sheet: _Sheet, where: str) -> list[int]:
    """The columns configured to hold videos; none if the layout recognises videos by their cells."""
    columns: list[int] = []
    for name in source.columns.get("file", () if source.layout else ("file",)):
        places = sheet.like(name)
        if not places and "file" in source.columns:
            raise _no_column(where, name, sheet)
        columns += [index for index in places if index not in columns]
    return columns


def _no_column(where: str, name: str, sheet: _Sheet) -> ProjectError:
    near = difflib.get_close_matches(name, [column_name for column_name in sheet.names if column_name], 1, 0.5)
    hint = f'Did you mean "{near[0]}"?' if near else f"It has: {', '.join(sheet.names[:12])}."
    return ProjectError(f'{where}: there is no column "{name}".', hint)


def _of_row(
    source: Source,
    layout: Layout | None,
    sheet: _Sheet,
    ours: Mapping[str, list[int]],
    films: Sequence[int],
    cells: Sequence[Cell],
) -> list[Offer]:
    videos: list[tuple[int, str]] = []
    for index, cell in enumerate(cells):
        text = cell.text if url_policy.is_web(cell.text) or not cell.link else cell.link
        if not text:
            continue
        if (films and index in films) or (
            not films and layout and any(_is_film(video, sheet, index, text) for video in layout.videos)
        ):
            videos += [(index, video) for video in url_policy.several(text)]
    if not videos:
        return []
    links = [(index, _linked(source, sheet, cells, video)) for index, video in videos]
    row = _first(cells, ours.get(ID, [])) or _first(cells, ours.get("respondent", []))
    if not row or url_policy.is_web(row):  # messages name rows, and a link may hold a key
        row = url_policy.identity(row or links[0][1])
    with_question = len(films) > 1 or layout is not None
    return [
        Offer(
            row,
            url_policy.digits(sheet.names[index] if index < len(sheet.names) else "", url_policy.identity(link)),
            link,
            _columns(source, layout, sheet, ours, cells, _question(layout, sheet, index) if with_question else ""),
        )
        for index, link in links
    ]


def _is_film(videos: platforms.Videos, sheet: _Sheet, index: int, text: str) -> bool:
    name = sheet.names[index] if index < len(sheet.names) else ""
    return fnmatchcase(name, videos.column) and fnmatchcase(text.lower(), videos.cell.lower())


def _linked(source: Source, sheet: _Sheet, cells: Sequence[Cell], text: str) -> str:
    """A link as it is, or built from an id with the source's `link`."""
    if not source.link or url_policy.is_web(text) or not SHEET_ID.fullmatch(text):
        return text
    row = {name: _text(cells, index) for index, name in enumerate(sheet.names)}

    def fill(hit: re.Match[str]) -> str:
        return url_policy.quoted(row.get(hit[1], "") if hit[1] else text)

    return re.sub(r"\{([^{}]*)\}", fill, source.link)


def _question(layout: Layout | None, sheet: _Sheet, index: int) -> str:
    text = sheet.questions[index] if index < len(sheet.questions) else ""
    for end in layout.question_ends if layout else ():
        text = text.removesuffix(end)
    return text.strip()


def _columns(
    source: Source,
    layout: Layout | None,
    sheet: _Sheet,
    ours: Mapping[str, list[int]],
    cells: Sequence[Cell],
    question: str,
) -> dict[str, str]:
    """The columns for responses.csv of a video of this row."""
    values = {column: _first(cells, places) for column, places in ours.items() if column != ID}
    for index, name in enumerate(sheet.names):
        key = name.strip().lower().replace(" ", "_")
        if (
            key
            and key not in (*KNOWN, "file")
            and any(fnmatchcase(_plain(name), _plain(pattern)) for pattern in source.keep)
        ):
            values[key] = _text(cells, index)
    if "consent" in values:
        stated_consent = " ".join(values["consent"].split()).casefold()
        values["consent"] = source.consent_words.get(stated_consent, values["consent"])
    if values.get("date"):
        values["date"] = _day(values["date"], layout.dates if layout else ())
    if not values.get("question") and (asked_question := source.question or question):
        values["question"] = asked_question
    return values


def _day(text: str, forms: Sequence[str]) -> str:
    """A date as ISO 8601 if it is clearly one; otherwise unchanged."""
    if match := ISO.fullmatch(text):
        return match[1]
    for form in forms:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return text


def _first(cells: Sequence[Cell], places: Sequence[int]) -> str:
    return next((text for index in places if (text := _text(cells, index))), "")


def _text(cells: Sequence[Cell], index: int) -> str:
    return cells[index].text if 0 <= index < len(cells) else ""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold()
