"""Card words + template + frame size -> things with exact boxes, in the order they are painted.

Sizes are fractions of the frame's shorter side, boxes fractions of its width and height. A stack whose
words do not fit is set smaller until they do; what is absent leaves no hole.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reelmaker.render.cards import colours, pictograms
from reelmaker.render.cards.blocks import Block, Pixels, Sheet, count_of, fitted, optical
from reelmaker.render.cards.template import Box, Design, Item, Layer, Stack
from reelmaker.text import layout
from reelmaker.text.layout import Flow

MIRRORED = {"left": "right", "center": "center", "right": "left"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words: its left edge and baseline in pixels of the frame."""

    text: str
    x: int
    y: int
    marks: bool  # drawn in the second colour
    flow: Flow


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
    plan: pictograms.Plan | None = None  # of a drawn count
    bars: tuple[tuple[Pixels, int, int], ...] = ()  # of a split: box, spoke, of
    rtl: bool = False
    logo: str = ""
    radius: int = 0
    font: Path = Path()
    ground: str = ""

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines if not line.marks)


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
    return said if any(item.kind not in ("bar", "mark") for item, _ in said) else []


def _layer(layer: Layer, sheet: Sheet, named: Mapping[str, str], ground: str) -> Placed:
    colour = colours.resolve(layer.colour, named, ground)
    return Placed(layer, sheet.pixels(layer.box), colour, radius=round(layer.radius * sheet.unit))


def _stack(
    stack: Stack, items: Sequence[tuple[Item, str]], sheet: Sheet, named: Mapping[str, str], ground: str
) -> Iterator[Placed]:
    x, y, width, height = sheet.pixels(stack.box)
    blocks, gaps = fitted(items, sheet, width, height)
    total = sum(block.height for block in blocks) + sum(gaps)
    leading = max((block for block in blocks if block.lines), key=lambda block: block.px, default=None)
    if leading and leading.rtl:  # what is read from the right begins at the right
        stack = replace(stack, align=MIRRORED[stack.align])
    top = y + {"top": 0, "middle": (height - total) // 2, "bottom": height - total}[stack.valign]
    for block, gap in zip(blocks, gaps, strict=True):
        top += gap
        yield _put(block, stack, sheet, (x, top, width), named, ground)
        top += block.height


def _words(item: Item, sheet: Sheet) -> str | None:
    """What the item says; None where it is absent."""
    if item.kind in ("bar", "mark"):
        return ""
    if item.kind == "count":
        return "" if count_of(sheet.fields) else None
    if item.kind == "logo" and sheet.brand.logo:
        return ""
    names = [name for _, name, _, _ in string.Formatter().parse(item.text) if name]
    values = {name: layout.clean(sheet.fields.get(name, ""), sheet.font) for name in names}
    if not all(values.values()):
        return None
    text = item.text.format(**values)
    if item.kind == "split" and not pictograms.parts(text):
        return None
    if item.kind not in ("list", "split"):
        text = text if item.text == "{problems}" else " ".join(text.split())
    return (text.upper() if item.capitals else text) or None


def _put(
    block: Block,
    stack: Stack,
    sheet: Sheet,
    at: tuple[int, int, int],
    named: Mapping[str, str],
    ground: str,
) -> Placed:
    """The block at its place, in colours that can be seen on its ground."""
    item, (x, top, width) = block.item, at
    spare = {"left": 0.0, "center": 0.5, "right": 1.0}[stack.align]
    left = x + round((width - block.width) * spare)
    least = {"bar": colours.NOTICED, "mark": colours.NOTICED, "count": colours.SEEN}.get(item.kind, colours.READABLE)
    words = item.kind in ("text", "list") or bool(block.lines)
    # A long bar needs a quiet track; hollow shapes must be seen one by one
    long = block.plan and not block.plan.row and not block.plan.ring
    second = "faint" if long else "text" if item.kind == "split" else item.second
    numbered = item.kind in ("list", "split")
    lines = []
    if words:
        face = (sheet.font, block.px, item.weight, optical(item))
        for text, indent, baseline, marks, flow in block.lines:
            ink, wide = layout.bbox(text, *face, flow), layout.length(text, *face, flow)
            start = x + round((width - wide) * spare) if spare else x - round(ink[0])
            if layout.shaped(text, sheet.font):  # marks may hang over at either end
                start = max(min(start, x + width - math.ceil(ink[2])), x - math.floor(ink[0]))
            if item.kind == "list":
                start = left + block.width - indent - round(wide) if block.rtl else left + indent
            if item.kind == "split":
                start = x if marks is block.rtl else x + width - math.ceil(ink[2])
            lines.append(Line(text, start, top + baseline, marks, flow))
    return Placed(
        item,
        (left, top, block.width, block.height),
        colours.resolve(item.colour, named, ground, least),
        colours.resolve(second, named, ground, colours.READABLE if numbered else 0),
        tuple(lines),
        block.px,
        (count_of(sheet.fields) or (0, 0)) if item.kind == "count" else (0, 0),
        block.plan,
        tuple(((x, top + down, width, thick), spoke, of) for down, thick, spoke, of in block.bars),
        block.rtl,
        sheet.brand.logo if item.kind == "logo" and not words else "",
        font=sheet.font,
        ground=ground,
    )
