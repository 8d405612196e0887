"""Card words + template + frame size -> things with exact boxes, in the order they are painted.

Sizes are fractions of the frame's shorter side, boxes fractions of its width and height. A stack whose
words do not fit is set smaller until they do; what is absent leaves no hole.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from reelmaker import typeset
from reelmaker.cards import colours
from reelmaker.cards.template import Box, Design, Item, Layer, Stack, Template
from reelmaker.errors import TemplateError
from reelmaker.model import Brand

SMALLEST = 0.027  # of the shorter side: words are cut with an ellipsis rather than set smaller
STEP = 0.94
MOST_DOTS, MOST_ROWS = 60, 3
PITCH = 1.55  # from dot to dot, in diameters
INDENT = 1.5  # of a list's lines, in ems
BETWEEN = 0.5  # entries of a list, in ems
ROOM = 0.985  # of the box: hinting widens words a little

Pixels = tuple[int, int, int, int]
T = TypeVar("T", Layer, Item, Stack, Any)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words: its left edge and baseline in pixels of the frame."""

    text: str
    x: int
    y: int
    marks: bool = False  # drawn in the second colour


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing to paint: `box` is x, y, width, height in pixels."""

    what: Item | Layer
    box: Pixels
    colour: str
    second: str = ""
    lines: tuple[Line, ...] = ()
    px: int = 0
    count: tuple[int, int] = (0, 0)
    row: int = 0  # dots a row
    logo: str = ""
    radius: int = 0
    font: Path = Path()

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines if not line.marks)


@dataclass(frozen=True, slots=True)
class _Block:
    """An item at some size: its height, and lines with their indent and top, from the block's corner."""

    item: Item
    width: int
    height: int
    px: int = 0
    lines: tuple[tuple[str, int, int, bool], ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a layout needs to know beside the design."""

    template: Template
    brand: Brand
    size: tuple[int, int]
    fields: Mapping[str, str]

    @property
    def unit(self) -> int:
        return min(self.size)

    @property
    def font(self) -> Path:
        return typeset.font_path(self.brand)

    def shaped(self, part: T) -> T:
        """The part with what its template says for frames of this shape."""
        shape = self.size[1] / self.size[0]
        changes = part.tall if shape > 1.2 else part.square if shape > 0.83 else None
        return replace(part, **changes) if changes else part

    def pixels(self, box: Box) -> Pixels:
        left, top = round(box[0] * self.size[0]), round(box[1] * self.size[1])
        right, bottom = round((box[0] + box[2]) * self.size[0]), round((box[1] + box[3]) * self.size[1])
        return left, top, right - left, bottom - top


def place(design: Design, sheet: Sheet) -> tuple[str, list[Placed]]:
    """The ground's colour, and everything that stands on it."""
    named = colours.palette(sheet.template.palette, sheet.brand)
    ground = colours.resolve(design.ground, named, named["background"])
    layers = [layer for layer in design.layer if not layer.needs or sheet.fields.get(layer.needs)]
    things = [_layer(sheet.shaped(layer), sheet, named, ground) for layer in layers]
    stacks = [sheet.shaped(stack) for stack in design.stack]
    shown = [_shown(stack, sheet) for stack in stacks]
    for number, (stack, items) in enumerate(zip(stacks, shown, strict=True)):
        if not items:
            continue
        if stack.grows and number + 1 < len(stacks) and not shown[number + 1]:
            stack = replace(stack, box=_around(stack.box, stacks[number + 1].box))
        on = colours.resolve(stack.on, named, ground) if stack.on else ground
        things += _stack(stack, items, sheet, named, on)
    return ground, things


def _around(one: Box, other: Box) -> Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[0] + one[2], other[0] + other[2]), max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def _shown(stack: Stack, sheet: Sheet) -> list[tuple[Item, str]]:
    """The items of a stack that have something to say; none where only its bars would be left."""
    said = [(item, text) for item in map(sheet.shaped, stack.item) if (text := _words(item, sheet)) is not None]
    return said if any(item.kind != "bar" for item, _ in said) else []


def _layer(layer: Layer, sheet: Sheet, named: Mapping[str, str], ground: str) -> Placed:
    colour = colours.resolve(layer.colour, named, ground)
    return Placed(layer, sheet.pixels(layer.box), colour, radius=round(layer.radius * sheet.unit))


def _stack(
    stack: Stack, items: Sequence[tuple[Item, str]], sheet: Sheet, named: Mapping[str, str], ground: str
) -> Iterator[Placed]:
    x, y, width, height = sheet.pixels(stack.box)
    blocks, gaps = _fitted(items, sheet, width, height)
    total = sum(block.height for block in blocks) + sum(gaps)
    top = y + {"top": 0, "middle": (height - total) // 2, "bottom": height - total}[stack.valign]
    for block, gap in zip(blocks, gaps, strict=True):
        top += gap
        yield _put(block, stack, sheet, (x, top, width), named, ground)
        top += block.height


def _words(item: Item, sheet: Sheet) -> str | None:
    """What the item says; None where it is absent."""
    if item.kind == "bar":
        return ""
    if item.kind == "count":
        return "" if _count(sheet.fields) else None
    if item.kind == "logo" and sheet.brand.logo:
        return ""
    names = [name for _, name, _, _ in string.Formatter().parse(item.text) if name]
    values = {name: typeset.clean(sheet.fields.get(name, ""), sheet.font) for name in names}
    if not all(values.values()):
        return None
    text = item.text.format(**values)
    if item.kind != "list":
        text = text if item.text == "{problems}" else " ".join(text.split())
    return (text.upper() if item.capitals else text) or None


def _count(fields: Mapping[str, str]) -> tuple[int, int] | None:
    try:
        spoke, of = int(fields["spoke"]), int(fields["of"])
    except (KeyError, ValueError):
        return None
    return (min(max(spoke, 0), of), of) if of > 0 else None


def _fitted(
    items: Sequence[tuple[Item, str]], sheet: Sheet, width: int, height: int
) -> tuple[list[_Block], list[int]]:
    scale = 1.0
    while True:
        blocks = [_block(item, text, sheet, width, scale) for item, text in items]
        gaps = [0, *(round(item.gap * scale * sheet.unit) for item, _ in items[1:])]
        over = sum(block.height for block in blocks) + sum(gaps) - height
        if over <= 0:
            return blocks, gaps
        if scale < 0.2:
            return _shortened(blocks, over), gaps
        scale *= STEP


def _shortened(blocks: list[_Block], over: int) -> list[_Block]:
    """Cut lines off the longest words until the stack fits; the last line kept ends in an ellipsis."""
    while over > 0:
        at = max(range(len(blocks)), key=lambda n: len(blocks[n].lines))
        block = blocks[at]
        if len(block.lines) < 2:
            break
        text, x, y, marks = block.lines[-2]
        pitch = block.lines[-1][2] - y
        cut = (*block.lines[:-2], (text.rstrip(" .,;:…")[:-1] + "…", x, y, marks))
        blocks[at] = replace(block, lines=cut, height=block.height - pitch)
        over -= pitch
    return blocks


def _block(item: Item, text: str, sheet: Sheet, width: int, scale: float) -> _Block:
    if item.kind == "bar":
        return _Block(item, min(width, round(item.width * sheet.unit)), max(2, round(item.size * sheet.unit)))
    if item.kind == "count":
        return _dots(item, sheet, width, scale)
    if item.kind == "logo" and not text:
        return _logo(item, sheet, width, scale)
    floor = round(SMALLEST * sheet.unit)
    px = max(floor, round(item.size * scale * sheet.unit))
    started = px
    while True:
        lines = _lines(item, text, sheet, width, px, split=px < 0.6 * started or px <= floor)
        if lines is None and (px * STEP < 0.6 * started or px <= floor):
            px = started  # no size keeps the word whole: set it large and split it
            while True:
                lines = _lines(item, text, sheet, width, px, split=True)
                if px <= floor or lines is None or _rows(lines) <= item.lines:
                    break
                px = max(floor, min(px - 1, round(px * STEP)))
        if lines is not None and (_rows(lines) <= item.lines * _entries(item, text) or px <= floor):
            return _set(item, lines, sheet, px)
        px = max(floor, min(px - 1, round(px * STEP)))


def _entries(item: Item, text: str) -> int:
    return text.count("\n") + 1 if item.kind == "list" else 1


def _rows(lines: Iterable[Sequence[str]]) -> int:
    return sum(len(entry) for entry in lines)


def _lines(
    item: Item, text: str, sheet: Sheet, width: int, px: int, *, split: bool
) -> list[list[str]] | None:
    """The lines of each entry (a list) or of the one text."""
    indent = INDENT if item.kind == "list" else 0
    room = width * ROOM / px - indent
    found = []
    for entry in text.split("\n") if item.kind == "list" else [text]:
        lines = typeset.balanced(entry, sheet.font, item.weight, room, optical(item), split=split)
        if lines is None:
            return None
        found.append(lines)
    return found


def optical(item: Item) -> int:
    return typeset.DISPLAY if item.size >= 0.045 else typeset.PLAIN + 6


def _set(item: Item, entries: Sequence[Sequence[str]], sheet: Sheet, px: int) -> _Block:
    font = typeset.font(sheet.font, px, item.weight, optical(item))
    ascent, descent = font.getmetrics()
    listed = item.kind == "list"
    placed: list[tuple[str, int, int, bool]] = []
    baseline, widest = 0, 0
    for number, entry in enumerate(entries, start=1):
        if placed:
            baseline += round(item.leading * px + BETWEEN * px)
        else:
            baseline = ascent
        for n, line in enumerate(entry):
            baseline += round(item.leading * px) if n else 0
            if listed and not n:
                placed.append((str(number), 0, baseline, True))
            indent = round(INDENT * px) if listed else 0
            placed.append((line, indent, baseline, False))
            widest = max(widest, indent + math.ceil(font.getlength(line)))
    return _Block(item, widest, baseline + descent, px, tuple(placed))


def _dots(item: Item, sheet: Sheet, width: int, scale: float) -> _Block:
    counted = _count(sheet.fields)
    assert counted is not None
    of = counted[1]
    size = max(4, round(item.size * scale * sheet.unit))
    a_row = max(1, int((width + size * (PITCH - 1)) // (size * PITCH)))
    rows = math.ceil(of / a_row)
    if item.style == "bar" or of > MOST_DOTS or rows > MOST_ROWS:
        return _Block(item, min(width, round(24 * size)), max(4, round(size * 0.7)), size)
    row = math.ceil(of / rows)
    across, down = (round(size * (PITCH * (n - 1) + 1)) for n in (row, rows))
    return _Block(item, across, down, size, row=row)


def _logo(item: Item, sheet: Sheet, width: int, scale: float) -> _Block:
    from PIL import Image

    try:
        with Image.open(sheet.brand.logo, formats=("PNG", "JPEG")) as picture:
            shape = picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise TemplateError(
            f"{sheet.brand.logo}: this logo cannot be read.", "Give a PNG or JPEG file as the brand's logo."
        ) from None
    tall = item.size * scale * sheet.unit * 1.6
    shrink = min(tall / shape[1], width * 0.6 / shape[0])
    return _Block(item, max(1, round(shape[0] * shrink)), max(1, round(shape[1] * shrink)))


def _put(
    block: _Block, stack: Stack, sheet: Sheet, at: tuple[int, int, int], named: Mapping[str, str], ground: str
) -> Placed:
    """The block at its place, in colours that can be seen on its ground."""
    item, (x, top, width) = block.item, at
    spare = {"left": 0.0, "center": 0.5, "right": 1.0}[stack.align]
    left = x + round((width - block.width) * spare)
    least = {"bar": colours.NOTICED, "count": colours.SEEN}.get(item.kind, colours.READABLE)
    words = item.kind in ("text", "list") or bool(block.lines)
    lines = []
    if words:
        font = typeset.font(sheet.font, block.px, item.weight, optical(item))
        for text, indent, baseline, marks in block.lines:
            ink = font.getbbox(text, anchor="ls")
            start = x + round((width - font.getlength(text)) * spare) if spare else x - round(ink[0])
            lines.append(Line(text, left + indent if item.kind == "list" else start, top + baseline, marks))
    return Placed(
        item, (left, top, block.width, block.height), colours.resolve(item.colour, named, ground, least),
        colours.resolve(item.second, named, ground, colours.READABLE if item.kind == "list" else 0),
        tuple(lines), block.px, (_count(sheet.fields) or (0, 0)) if item.kind == "count" else (0, 0), block.row,
        sheet.brand.logo if item.kind == "logo" and not words else "", font=sheet.font,
    )  # fmt: skip
