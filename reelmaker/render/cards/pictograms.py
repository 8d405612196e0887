"""Draws a count as a picture: a shape for each customer, a ring, or a bar; also the split by segment.

Sizes are in pixels; the masks let each customer be counted.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

FINE = 4  # rounded shapes are drawn this much larger, then reduced
MOST, MOST_ROWS = 60, 3
MOST_SEGMENTS = 40  # of a ring; with more it has no gaps
CLOSER, SMALLER = 0.72, 0.45  # smallest scale of shapes to save a row, and to be drawn as shapes at all
PITCH = {"dots": 1.55, "squares": 1.5, "people": 1.42}  # from shape to shape, in widths
TALL = {"dots": 1.0, "squares": 1.0, "people": 1.3}  # a shape's height, in widths
APART = {"dots": 1.55, "squares": 1.5, "people": 1.62}  # from row to row, in widths
RING, THIN = (
    0.15,
    0.05,
)  # strokes of a ring for customers who spoke of the problem and the others, relative to its diameter
GAP = 0.022  # between two segments, relative to the diameter


@dataclass(frozen=True, slots=True)
class Plan:
    """How a count is drawn: its size, the size of a shape, shapes a row (0: a bar or a ring)."""

    width: int
    height: int
    px: int
    row: int = 0
    ring: bool = False


def plan(style: str, size: float, total: int, width: int) -> Plan:
    """The drawing of `total` customers that is no wider than `width`; `size` in pixels."""
    px = max(4, round(size))
    if style == "ring":
        drawn_width = min(px, width)
        return Plan(drawn_width, drawn_width, drawn_width, ring=True)
    if style == "bar" or total > MOST:
        return _bar(width, px)
    # fewer rows of slightly smaller shapes look calmer; more than a few rows are hard to count
    rows = _rows(style, px, total, width)
    for row_count in range(1, min(rows, MOST_ROWS + 1)):
        smallest_px = (CLOSER if rows <= MOST_ROWS or row_count < MOST_ROWS else SMALLER) * px
        if _rows(style, round(smallest_px), total, width) <= row_count:
            while _rows(style, px, total, width) > row_count:
                px -= 1
            rows = row_count
            break
    if rows > MOST_ROWS:
        return _bar(width, px)
    row = math.ceil(total / rows)
    drawn_width = round(px * (PITCH[style] * (row - 1) + 1))
    drawn_height = round(px * (APART[style] * (rows - 1) + TALL[style]))
    return Plan(drawn_width, drawn_height, px, row)


def _rows(style: str, px: int, total: int, width: int) -> int:
    """How many rows shapes of this size need."""
    per_row = max(1, int((width + px * (PITCH[style] - 1)) // (px * PITCH[style])))
    return math.ceil(total / per_row)


def _bar(width: int, px: int) -> Plan:
    return Plan(min(width, round(24 * px)), max(4, round(px * 0.7)), px)


def shapes(style: str, count: tuple[int, int], plan: Plan) -> tuple[Image, Image]:
    """Masks of the filled shapes and of the hollow ones."""
    from PIL import Image, ImageDraw

    spoke, total = count
    canvas = (plan.width * FINE + FINE, plan.height * FINE + FINE)
    full, hollow = Image.new("L", canvas), Image.new("L", canvas)
    pens = ImageDraw.Draw(full), ImageDraw.Draw(hollow)
    shape_px = plan.px * FINE
    stroke = max(FINE, round(shape_px * (0.085 if style == "people" else 0.1)))
    for number in range(total):
        left = number % plan.row * shape_px * PITCH[style]
        top = number // plan.row * shape_px * APART[style]
        _shape(style, pens[number >= spoke], (left, top), shape_px, 0 if number < spoke else stroke)
    return full.reduce(FINE), hollow.reduce(FINE)


def _shape(style: str, pen: ImageDraw, corner: tuple[float, float], shape_px: int, stroke: int) -> None:
    """One customer, filled if `stroke` is 0."""
    x, y = corner
    fill, line = (None, 255) if stroke else (255, None)
    box = (x, y, x + shape_px, y + shape_px)
    if style == "squares":
        pen.rounded_rectangle(box, shape_px * 0.2, fill=fill, outline=line, width=stroke)
    elif style == "dots":
        pen.ellipse(box, fill=fill, outline=line, width=stroke)
    else:
        head, gap = shape_px * 0.56, shape_px * 0.09
        left = x + (shape_px - head) / 2
        pen.ellipse((left, y, left + head, y + head), fill=fill, outline=line, width=stroke)
        shoulders = (x, y + head + gap, x + shape_px, y + shape_px * TALL["people"])
        top = (True, True, False, False)
        pen.rounded_rectangle(shoulders, shape_px * 0.42, fill, line, stroke, corners=top)


def ring(count: tuple[int, int], size: int) -> tuple[Image, Image]:
    """Masks of a ring's thick part, for customers who spoke of the problem, and its thin part, clockwise from the top."""
    from PIL import Image

    spoke, total = count
    full, hollow = Image.new("L", (size * FINE, size * FINE)), Image.new("L", (size * FINE, size * FINE))
    middle = (1 - RING) / 2  # radius of the strokes' middle
    gap = math.degrees(GAP / middle) if 1 < total <= MOST_SEGMENTS else 0.0
    for mask, first, last, stroke in ((full, 0, spoke, RING), (hollow, spoke, total, THIN)):
        _arcs(mask, range(first, last), total, gap, middle, stroke)
    return full.reduce(FINE), hollow.reduce(FINE)


def _arcs(mask: Image, numbers: range, total: int, gap: float, middle: float, stroke: float) -> None:
    from PIL import ImageDraw

    pen, size = ImageDraw.Draw(mask), mask.width
    for number in numbers:
        begin, end = (360 * edge / total - 90 for edge in (number, number + 1))
        outer = (0.5 - middle - stroke / 2) * size, (0.5 + middle + stroke / 2) * size - 1
        pen.pieslice((outer[0], outer[0], outer[1], outer[1]), begin + gap / 2, max(begin, end - gap / 2), fill=255)
    inner = (0.5 - middle + stroke / 2) * size, (0.5 + middle - stroke / 2) * size
    pen.ellipse((inner[0], inner[0], inner[1], inner[1]), fill=0)


def swept(mask: Image, share: float) -> Image:
    """The mask uncovered clockwise from the top, up to this share of a full turn."""
    from PIL import Image, ImageChops, ImageDraw

    uncovered = Image.new("L", mask.size)
    reach = mask.width
    ImageDraw.Draw(uncovered).pieslice(
        (-reach, -reach, mask.width + reach, mask.height + reach), -90, -90 + 360 * share, fill=255
    )
    return ImageChops.multiply(mask, uncovered)


def parts(text: str) -> list[tuple[int, int, str]]:
    """The lines of a split, "4 7 new customers", as (4, 7, "new customers"); other lines are ignored."""
    matches = (re.fullmatch(r"(\d{1,6}) (\d{1,6}) (\S.*)", line) for line in text.split("\n"))
    return [(min(int(m[1]), int(m[2])), int(m[2]), m[3]) for m in matches if m and int(m[2])]
