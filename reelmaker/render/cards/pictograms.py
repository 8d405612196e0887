"""A count as a picture -> its size and its masks: a shape for each customer, a ring, a bar; the split by segment.

In: how many spoke, of how many, a style. Out: sizes in pixels; masks in which each customer can be counted.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

FINE = 4  # rounded things are drawn this much larger, then reduced
MOST, MOST_ROWS = 60, 3
MOST_SEGMENTS = 40  # of a ring; with more it has no gaps
CLOSER, SMALLER = 0.72, 0.45  # shapes are made no smaller than so to save a row, and to be shapes at all
PITCH = {"dots": 1.55, "squares": 1.5, "people": 1.42}  # from shape to shape, in widths
TALL = {"dots": 1.0, "squares": 1.0, "people": 1.3}  # a shape's height, in widths
APART = {"dots": 1.55, "squares": 1.5, "people": 1.62}  # from row to row, in widths
RING, THIN = 0.15, 0.05  # strokes of a ring for those who spoke of it and the others, in its diameter
GAP = 0.022  # between two segments, in its diameter


@dataclass(frozen=True, slots=True)
class Plan:
    """How a count is drawn: its size, the size of a shape, shapes a row (0: a bar or a ring)."""

    width: int
    height: int
    px: int
    row: int = 0
    ring: bool = False


def plan(style: str, size: float, of: int, width: int) -> Plan:
    """The drawing of `of` customers that is no wider than `width`; `size` in pixels."""
    px = max(4, round(size))
    if style == "ring":
        across = min(px, width)
        return Plan(across, across, across, ring=True)
    if style == "bar" or of > MOST:
        return _bar(width, px)
    # fewer rows of shapes that are a little smaller look calmer; more than a few rows are too many to take in
    rows = _rows(style, px, of, width)
    for wanted in range(1, min(rows, MOST_ROWS + 1)):
        least = (CLOSER if rows <= MOST_ROWS or wanted < MOST_ROWS else SMALLER) * px
        if _rows(style, round(least), of, width) <= wanted:
            while _rows(style, px, of, width) > wanted:
                px -= 1
            rows = wanted
            break
    if rows > MOST_ROWS:
        return _bar(width, px)
    row = math.ceil(of / rows)
    across = round(px * (PITCH[style] * (row - 1) + 1))
    down = round(px * (APART[style] * (rows - 1) + TALL[style]))
    return Plan(across, down, px, row)


def _rows(style: str, px: int, of: int, width: int) -> int:
    """How many rows of shapes so large it takes."""
    most = max(1, int((width + px * (PITCH[style] - 1)) // (px * PITCH[style])))
    return math.ceil(of / most)


def _bar(width: int, px: int) -> Plan:
    return Plan(min(width, round(24 * px)), max(4, round(px * 0.7)), px)


def shapes(style: str, count: tuple[int, int], plan: Plan) -> tuple[Image, Image]:
    """Masks of the filled shapes and of the hollow ones."""
    from PIL import Image, ImageDraw

    spoke, of = count
    canvas = (plan.width * FINE + FINE, plan.height * FINE + FINE)
    full, hollow = Image.new("L", canvas), Image.new("L", canvas)
    pens = ImageDraw.Draw(full), ImageDraw.Draw(hollow)
    wide = plan.px * FINE
    stroke = max(FINE, round(wide * (0.085 if style == "people" else 0.1)))
    for number in range(of):
        left = number % plan.row * wide * PITCH[style]
        top = number // plan.row * wide * APART[style]
        _shape(style, pens[number >= spoke], (left, top), wide, 0 if number < spoke else stroke)
    return full.reduce(FINE), hollow.reduce(FINE)


def _shape(style: str, pen: ImageDraw, at: tuple[float, float], wide: int, stroke: int) -> None:
    """One customer, filled where `stroke` is 0."""
    x, y = at
    fill, line = (None, 255) if stroke else (255, None)
    box = (x, y, x + wide, y + wide)
    if style == "squares":
        pen.rounded_rectangle(box, wide * 0.2, fill=fill, outline=line, width=stroke)
    elif style == "dots":
        pen.ellipse(box, fill=fill, outline=line, width=stroke)
    else:
        head, gap = wide * 0.56, wide * 0.09
        left = x + (wide - head) / 2
        pen.ellipse((left, y, left + head, y + head), fill=fill, outline=line, width=stroke)
        shoulders = (x, y + head + gap, x + wide, y + wide * TALL["people"])
        top = (True, True, False, False)
        pen.rounded_rectangle(shoulders, wide * 0.42, fill, line, stroke, corners=top)


def ring(count: tuple[int, int], size: int) -> tuple[Image, Image]:
    """Masks of a ring's broad part, for those who spoke of it, and of its thin part, both from the top clockwise."""
    from PIL import Image

    spoke, of = count
    full, hollow = Image.new("L", (size * FINE, size * FINE)), Image.new("L", (size * FINE, size * FINE))
    middle = (1 - RING) / 2  # radius of the strokes' middle
    gap = math.degrees(GAP / middle) if 1 < of <= MOST_SEGMENTS else 0.0
    for mask, first, last, stroke in ((full, 0, spoke, RING), (hollow, spoke, of, THIN)):
        _arcs(mask, range(first, last), of, gap, middle, stroke)
    return full.reduce(FINE), hollow.reduce(FINE)


def _arcs(mask: Image, numbers: range, of: int, gap: float, middle: float, stroke: float) -> None:
    from PIL import ImageDraw

    pen, size = ImageDraw.Draw(mask), mask.width
    for number in numbers:
        begin, end = (360 * edge / of - 90 for edge in (number, number + 1))
        outer = (0.5 - middle - stroke / 2) * size, (0.5 + middle + stroke / 2) * size - 1
        pen.pieslice((outer[0], outer[0], outer[1], outer[1]), begin + gap / 2, max(begin, end - gap / 2), fill=255)
    inner = (0.5 - middle + stroke / 2) * size, (0.5 + middle - stroke / 2) * size
    pen.ellipse((inner[0], inner[0], inner[1], inner[1]), fill=0)


def swept(mask: Image, part: float) -> Image:
    """The mask uncovered clockwise from the top, so much of the full turn."""
    from PIL import Image, ImageChops, ImageDraw

    seen = Image.new("L", mask.size)
    far = mask.width
    ImageDraw.Draw(seen).pieslice((-far, -far, mask.width + far, mask.height + far), -90, -90 + 360 * part, fill=255)
    return ImageChops.multiply(mask, seen)


def parts(text: str) -> list[tuple[int, int, str]]:
    """The lines of a split, "4 7 new customers", as (4, 7, "new customers"); what is none is left out."""
    found = (re.fullmatch(r"(\d{1,6}) (\d{1,6}) (\S.*)", line) for line in text.split("\n"))
    return [(min(int(m[1]), int(m[2])), int(m[2]), m[3]) for m in found if m and int(m[2])]
