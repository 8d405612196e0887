"""The dates of a table, read for each column as a whole -> ISO 8601.

"03/04/2026" alone may be two days; a column that also contains "13/11/2025" puts the day first. If nothing decides, a
date is not guessed: it stays unread and the column says so. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

AUTO, DAY_FIRST, MONTH_FIRST = "auto", "day-first", "month-first"
ORDERS = (AUTO, DAY_FIRST, MONTH_FIRST)
EARLIEST_YEAR = 1970
SERIALS = range(20_000, 80_000)  # days since 1899-12-30, as Excel stores a date that lost its format: 1954 to 2119
SECONDS = range(10**9, 4 * 10**9)  # since 1970, as programs write times
MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen", "янв"), 1),
    **dict.fromkeys(("feb", "fév", "fev", "фев"), 2),
    **dict.fromkeys(("mar", "mär", "maa", "mrt", "mrz", "мар"), 3),
    **dict.fromkeys(("apr", "avr", "abr", "апр"), 4),
    **dict.fromkeys(("may", "mai", "maj", "mag", "mei", "мая", "май"), 5),
    **dict.fromkeys(("jun", "juin", "giu", "июн"), 6),
    **dict.fromkeys(("jul", "juil", "lug", "июл"), 7),
    **dict.fromkeys(("aug", "aoû", "aou", "ago", "авг"), 8),
    **dict.fromkeys(("sep", "set", "сен"), 9),
    **dict.fromkeys(("oct", "okt", "ott", "out", "окт"), 10),
    **dict.fromkeys(("nov", "ноя"), 11),
    **dict.fromkeys(("dec", "dez", "déc", "dic", "дек"), 12),
}
NAME = r"([^\W\d_]{3,12})\.?"
REST = r"(?:[T,\s]+(?:at\s+|um\s+)?\d{1,2}[:.h]\d{2}.{0,40}|Z)?"  # a time, with its zone
WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){REST}")
JAPANESE = re.compile(rf"(\d{{4}})\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일]{REST}")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{4,6}.{0,20})?")
NUMBERS = re.compile(rf"{WEEKDAY}(\d{{1,2}})\s?([./-])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}}){REST}")
DAY_NAME = re.compile(
    rf"{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:de\s+)?{NAME}[\s,-]+(?:de\s+)?(\d{{4}}|\d{{2}}){REST}"
)
NAME_DAY = re.compile(rf"{WEEKDAY}{NAME}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){REST}")
PARTIAL = re.compile(r"\d{4}(-\d{2})?")


@dataclass(frozen=True, slots=True)
class Column:
    """The dates of a column by their line; of those that are unclear or no dates, the first as a warning needs it."""

    dates: Mapping[int, str]  # ISO 8601; "2026-10" and "2026" stay as they are
    order: str = AUTO  # what the column itself decides
    unread: tuple[tuple[int, str], ...] = ()  # line and text of what is no date
    unclear: Mapping[int, tuple[date, date]] = field(default_factory=dict)  # both readings
    texts: Mapping[int, str] = field(default_factory=dict)


def read(cells: Sequence[tuple[int, str]], order: str, last_year: int) -> Column:
    """Read a column: (line, text) of each cell that is not empty.

    Args:
        order: one of `ORDERS`; AUTO lets the column decide.
        last_year: later years are typing errors, or numbers that are no dates.
    """
    readings = {line: list(_readings(text.strip(), last_year)) for line, text in cells}
    texts = dict(cells)
    votes = {meanings[0][1] for meanings in readings.values() if len(meanings) == 1} - {AUTO}
    decided = votes.pop() if len(votes) == 1 else AUTO
    wanted = decided if order == AUTO else order
    dates, unread, unclear = dict[int, str](), list[tuple[int, str]](), dict[int, tuple[date, date]]()
    for line, meanings in readings.items():
        days = {day for day, _ in meanings}
        chosen = [day for day, way in meanings if way == wanted]
        if PARTIAL.fullmatch(texts[line].strip()) and _plausible(texts[line].strip(), last_year):
            dates[line] = texts[line].strip()
        elif not meanings:
            unread.append((line, texts[line]))
        elif len(days) == 1 or chosen:
            dates[line] = (chosen or list(days))[0].isoformat()
        else:
            unclear[line] = (min(days), max(days))
    return Column(dates, decided, tuple(unread), unclear, texts)


def _plausible(text: str, last_year: int) -> bool:
    return EARLIEST_YEAR <= int(text[:4]) <= last_year and 1 <= int(text[5:7] or 1) <= 12


def _readings(text: str, last_year: int) -> Iterator[tuple[date, str]]:
    """What a text may mean: (day, the order it takes), AUTO if the order is clear."""
    for year, month, day, way in _numbers(text):
        full = year if year > 99 else year + (2000 if year < 70 else 1900)
        if EARLIEST_YEAR <= full <= last_year:
            try:
                yield date(full, month, day), way
            except ValueError:
                continue


def _numbers(text: str) -> Iterator[tuple[int, int, int, str]]:
    if match := YEAR_FIRST.fullmatch(text):
        yield int(match[1]), int(match[3]), int(match[4]), AUTO
    elif match := JAPANESE.fullmatch(text) or COMPACT.fullmatch(text):
        yield int(match[1]), int(match[2]), int(match[3]), AUTO
    elif match := NUMBERS.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        yield year, second, first, DAY_FIRST
        if match[2] != "." or second > 12:  # nobody writes the month first with full stops
            yield year, first, second, MONTH_FIRST
    elif match := DAY_NAME.fullmatch(text):
        yield int(match[3]), _month(match[2]), int(match[1]), AUTO
    elif match := NAME_DAY.fullmatch(text):
        yield int(match[3]), _month(match[1]), int(match[2]), AUTO
    elif re.fullmatch(r"\d{5}([.,]\d{1,12})?", text) and int(text[:5]) in SERIALS:
        day = date(1899, 12, 30) + timedelta(int(text[:5]))
        yield day.year, day.month, day.day, AUTO
    elif re.fullmatch(r"\d{10}(\d{3})?", text) and int(text[:10]) in SECONDS:
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        yield moment.year, moment.month, moment.day, AUTO


def _month(name: str) -> int:
    """The number of a month by its name in ten languages; 0 for none."""
    word = name.lower()
    return MONTHS.get(word[:4]) or MONTHS.get(word[:3]) or 0
