"""SVG charts for the page of how many customers spoke of a problem: marks, bars by segment, columns by month.

No inline styles (the page's policy forbids them), only classes. Text is escaped; each chart has a text alternative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from reelmaker.model import NOT_TOLD, Count, Part
from reelmaker.select import headline

MARKS = 80  # up to this many customers are drawn one by one, more as a bar
A_ROW = 20
COLUMNS = 12  # up to this many months are drawn as columns, more as bars
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HIGH, ROOM, FOOT = 96, 22, 40  # heights in pixels: a column, the space above for its number and below for its month


def marks(count: Count) -> str:
    """One round mark per customer, filled for those who spoke; beyond `MARKS` one bar."""
    spoke, of = count.figure
    if not of:
        return ""
    label = f"Chart: {headline.number(count)}"
    if of > MARKS:
        return (
            f'<svg class="share" role="img" aria-label="{label}" width="100%" height="16">'
            f"{_bar(spoke, of, of, 16)}</svg>"
        )
    per_row = min(of, A_ROW) if of <= A_ROW else -(-of // -(-of // A_ROW))
    rows = -(-of // per_row)
    circles = "".join(
        f'<circle class="{"spoke" if number < spoke else "of"}" cx="{number % per_row * 24 + 12}" '
        f'cy="{number // per_row * 24 + 12}" r="9"/>'
        for number in range(of)
    )
    size = f'width="{per_row * 24}" height="{rows * 24}" viewBox="0 0 {per_row * 24} {rows * 24}"'
    return f'<svg class="marks" role="img" aria-label="{label}" {size}>{circles}</svg>'


def bars(title: str, parts: Sequence[Part]) -> str:
    """A table with one bar per part, most speakers first, those without a value last; "" if there is nothing to compare."""
    if len(parts) < 2:
        return ""
    largest = max(part.of for part in parts)
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{escape(_capital(part.value) or NOT_TOLD)}</th>'
        f'<td class="bar"><svg aria-hidden="true" focusable="false" width="100%" height="12">'
        f"{_bar(part.spoke, part.of, largest, 12)}</svg></td>"
        f'<td class="number">{part.spoke} of {part.of}</td></tr>'
        for part in sorted(parts, key=lambda part: (not part.value, -part.spoke, part.of, part.value))
    )
    return f'<table class="bars"><caption>{escape(title)}</caption><tbody>{rows}</tbody></table>'


def months(title: str, parts: Sequence[Part]) -> str:
    """Columns in order of time, with a note about customers without a date; "" if there is only one month."""
    dated = [part for part in parts if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", part.value)]
    if len(dated) < 2 or len(dated) < len([part for part in parts if part.value]):
        return ""
    if len(dated) > COLUMNS:
        return bars(title, parts)
    label = "; ".join(f"{_month(part.value)} {part.value[:4]}: {part.spoke} of {part.of}" for part in dated)
    undated = next((part for part in parts if not part.value), None)
    note = f'<p class="note">{NOT_TOLD}: {undated.spoke} of {undated.of}.</p>' if undated else ""
    largest, column_share = max(part.of for part in dated), 100 / len(dated)
    columns = "".join(_column(part, number, column_share, largest, dated) for number, part in enumerate(dated))
    return (
        f'<figure class="months"><figcaption>{escape(title)}</figcaption><svg role="img" aria-label="{escape(label)}" '
        f'width="100%" height="{HIGH + ROOM + FOOT}">{columns}</svg>{note}</figure>'
    )


def _column(part: Part, number: int, column_share: float, largest: int, dated: Sequence[Part]) -> str:
    middle, bar_width = (number + 0.5) * column_share, min(column_share * 0.56, 9)
    bar_height, spoke_height = (round(HIGH * customers / largest) for customers in (part.of, part.spoke))
    ground = HIGH + ROOM
    box = f'x="{middle - bar_width / 2:.2f}%" width="{bar_width:.2f}%" rx="4"'
    first = number == 0 or dated[number - 1].value[:4] != part.value[:4]
    year = f'<text class="year" x="{middle:.2f}%" y="{ground + 35}">{part.value[:4]}</text>' if first else ""
    filled = f'<rect class="spoke" {box} y="{ground - spoke_height}" height="{spoke_height}"/>' if spoke_height else ""
    return (
        f'<rect class="of" {box} y="{ground - bar_height}" height="{bar_height}"/>{filled}'
        f'<text class="number" x="{middle:.2f}%" y="{ground - bar_height - 7}">{part.spoke}/{part.of}</text>'
        f'<text x="{middle:.2f}%" y="{ground + 18}">{_month(part.value)}</text>{year}'
    )


def _bar(spoke: int, total: int, largest: int, height: int) -> str:
    """Two bars on one scale of customers, so that a small group looks small."""
    return "".join(
        f'<rect class="{name}" width="{100 * customers / largest:.2f}%" height="{height}" rx="{height / 2:g}"/>'
        for name, customers in (("of", total), ("spoke", spoke))
        if customers
    )


def _month(value: str) -> str:
    return MONTHS[int(value[5:7]) - 1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
