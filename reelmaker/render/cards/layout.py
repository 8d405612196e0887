"""Places a card's words and shapes in exact boxes, in painting order.

Sizes are fractions of the frame's shorter side, boxes fractions of its width and height. A stack whose text does not
fit is set smaller until it does; absent items leave no gap.
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
    """A line of text: its left edge and baseline in pixels of the frame."""

    text: str
    x: int
    y: int
    marks: bool  # drawn in the second colour
    flow: Flow


@dataclass(frozen=True, slots=True)
class Placed:
    """An element to paint: `box` is x, y, width, height in pixels."""

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
    """The background colour, and everything on it."""
    named = colours.palette(sheet.template.palette, sheet.brand)
    ground = colours.resolve(design.ground, named, named["background"])
    layers = [layer for layer in design.layer if not layer.needs or sheet.fields.get(layer.needs)]
    elements = [_layer(sheet.shaped(layer), sheet, named, ground) for layer in layers]
    stacks = [sheet.shaped(stack) for stack in design.stack]
    visible_items = [_visible_items(stack, sheet) for stack in stacks]
    for number, (stack, items) in enumerate(zip(stacks, visible_items, strict=True)):
        if not items:
            continue
        if stack.grows and number + 1 < len(stacks) and not visible_items[number + 1]:
            stack = replace(stack, box=_enclosing(stack.box, stacks[number + 1].box))
        stack_ground = colours.resolve(stack.on, named, ground) if stack.on else ground
        elements += _stack(stack, items, sheet, named, stack_ground)
    return ground, elements


def _enclosing(first: Box, second: Box) -> Box:
    left, top = min(first[0], second[0]), min(first[1], second[1])
    right, bottom = max(first[0] + first[2], second[0] + second[2]), max(first[1] + first[3], second[1] + second[3])
    return left, top, right - left, bottom - top


def _visible_items(stack: Stack, sheet: Sheet) -> list[tuple[Item, str]]:
    """The items of a stack that have content; none if only its bars and marks would be left."""
    filled = [(item, text) for item in map(sheet.shaped, stack.item) if (text := _words(item, sheet)) is not None]
    return filled if any(item.kind not in ("bar", "mark") for item, _ in filled) else []


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
    if leading and leading.rtl:  # text that runs from right to left begins at the right
        stack = replace(stack, align=MIRRORED[stack.align])
    top = y + {"top": 0, "middle": (height - total) // 2, "bottom": height - total}[stack.valign]
    for block, gap in zip(blocks, gaps, strict=True):
        top += gap
        yield _place_block(block, stack, sheet, (x, top, width), named, ground)
        top += block.height


def _words(item: Item, sheet: Sheet) -> str | None:
    """The item's text; None if it is absent."""
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


def _place_block(
    block: Block,
    stack: Stack,
    sheet: Sheet,
    stack_line: tuple[int, int, int],
    named: Mapping[str, str],
    ground: str,
) -> Placed:
    """The block at its position, in colours with enough contrast on its background."""
    item, (x, top, width) = block.item, stack_line
    alignment = {"left": 0.0, "center": 0.5, "right": 1.0}[stack.align]
    left = x + round((width - block.width) * alignment)
    min_contrast = {"bar": colours.NOTICED, "mark": colours.NOTICED, "count": colours.SEEN}.get(
        item.kind, colours.READABLE
    )
    words = item.kind in ("text", "list") or bool(block.lines)
    # A long bar needs a faint track; hollow shapes must be visible individually
    is_bar = block.plan and not block.plan.row and not block.plan.ring
    second_role = "faint" if is_bar else "text" if item.kind == "split" else item.second
    numbered = item.kind in ("list", "split")
    lines = []
    if words:
        face = (sheet.font, block.px, item.weight, optical(item))
        for text, indent, baseline, marks, flow in block.lines:
            ink, line_width = layout.bbox(text, *face, flow), layout.length(text, *face, flow)
            start = x + round((width - line_width) * alignment) if alignment else x - round(ink[0])
            if layout.shaped(text, sheet.font):  # marks may hang over at either end
                start = max(min(start, x + width - math.ceil(ink[2])), x - math.floor(ink[0]))
            if item.kind == "list":
                start = left + block.width - indent - round(line_width) if block.rtl else left + indent
            if item.kind == "split":
                start = x if marks is block.rtl else x + width - math.ceil(ink[2])
            lines.append(Line(text, start, top + baseline, marks, flow))
    return Placed(
        item,
        (left, top, block.width, block.height),
        colours.resolve(item.colour, named, ground, min_contrast),
        colours.resolve(second_role, named, ground, colours.READABLE if numbered else 0),
        tuple(lines),
        block.px,
        (count_of(sheet.fields) or (0, 0)) if item.kind == "count" else (0, 0),
        block.plan,
        tuple(
            ((x, top + bar_top, width, bar_height), spoke, total) for bar_top, bar_height, spoke, total in block.bars
        ),
        block.rtl,
        sheet.brand.logo if item.kind == "logo" and not words else "",
        font=sheet.font,
        ground=ground,
    )
