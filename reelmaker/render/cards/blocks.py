"""Items of a stack as blocks of an exact height: text wrapped and shrunk, rows of dots, the logo.

Sizes are fractions of the frame's shorter side. Text that does not fit is set smaller until it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from reelmaker.errors import TemplateError
from reelmaker.model import Brand
from reelmaker.render.cards import pictograms
from reelmaker.render.cards.template import Box, Item, Layer, Stack, Template
from reelmaker.text import layout
from reelmaker.text.layout import Flow

if TYPE_CHECKING:
    from PIL.Image import Image

SMALLEST = 0.027  # of the shorter side: text is truncated rather than set smaller
STEP = 0.94
INDENT = 1.5  # of a list's lines, in ems
BETWEEN = 0.5  # entries of a list, in ems
ROOM = 0.985  # of the box: hinting widens words a little
BAR, BELOW_BAR = 0.3, 0.75  # of a split: a bar's thickness and the space below it, in ems
MARK = "“"
CLOSER = 0.86  # text is set this much smaller if that saves a short last line
WHOLE = 0.6  # text is set this much smaller before a word is split or more lines are used

Pixels = tuple[int, int, int, int]
Set = tuple[str, int, int, bool, Flow]  # a line, its indent, its baseline, whether it is an entry's number
T = TypeVar("T", Layer, Item, Stack, Any)


@dataclass(frozen=True, slots=True)
class Block:
    """An item at some size: its height, and lines relative to the block's corner; `rtl`: they begin at the right."""

    item: Item
    width: int
    height: int
    px: int = 0
    lines: tuple[Set, ...] = ()
    rtl: bool = False
    plan: pictograms.Plan | None = None
    bars: tuple[tuple[int, int, int, int], ...] = ()  # top, thickness, spoke, of


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a layout needs to know besides the design."""

    template: Template
    brand: Brand
    size: tuple[int, int]
    fields: Mapping[str, str]

    @property
    def unit(self) -> int:
        return min(self.size)

    @property
    def font(self) -> Path:
        return layout.font_path(self.brand)

    def shaped(self, part: T) -> T:
        """The part with its template's overrides for frames of this shape."""
        shape = self.size[1] / self.size[0]
        changes = part.tall if shape > 1.2 else part.square if shape > 0.83 else None
        return replace(part, **changes) if changes else part

    def pixels(self, box: Box) -> Pixels:
        left, top = round(box[0] * self.size[0]), round(box[1] * self.size[1])
        right, bottom = round((box[0] + box[2]) * self.size[0]), round((box[1] + box[3]) * self.size[1])
        return left, top, right - left, bottom - top


def count_of(fields: Mapping[str, str]) -> tuple[int, int] | None:
    try:
        spoke, total = int(fields["spoke"]), int(fields["of"])
    except (KeyError, ValueError):
        return None
    return (min(max(spoke, 0), total), total) if total > 0 else None


def fitted(items: Sequence[tuple[Item, str]], sheet: Sheet, width: int, height: int) -> tuple[list[Block], list[int]]:
    scale = 1.0
    while True:
        blocks = [_block(item, text, sheet, width, scale) for item, text in items]
        gaps = [0, *(round(item.gap * scale * sheet.unit) for item, _ in items[1:])]
        excess_px = sum(block.height for block in blocks) + sum(gaps) - height
        if excess_px <= 0:
            # Lines are balanced only now: this is slow and changes neither their number nor a height
            return [_block(item, text, sheet, width, scale, even=True) for item, text in items], gaps
        if scale < 0.2:
            return _shortened(blocks, excess_px), gaps
        scale *= STEP


def _shortened(blocks: list[Block], excess_px: int) -> list[Block]:
    """Remove lines from the longest text until the stack fits; its last line then ends in an ellipsis."""
    while excess_px > 0:
        longest = max(range(len(blocks)), key=lambda n: 0 if blocks[n].bars else len(blocks[n].lines))
        block = blocks[longest]
        if block.bars or len(block.lines) < 2:
            break
        text, x, y, marks, flow = block.lines[-2]
        pitch = block.lines[-1][2] - y
        cut = (*block.lines[:-2], (text.rstrip(" .,;:…")[:-1] + "…", x, y, marks, flow))
        blocks[longest] = replace(block, lines=cut, height=block.height - pitch)
        excess_px -= pitch
    return blocks


def _block(item: Item, text: str, sheet: Sheet, width: int, scale: float, *, even: bool = False) -> Block:
    if item.kind == "bar":
        return Block(item, min(width, round(item.width * sheet.unit)), max(2, round(item.size * sheet.unit)))
    if item.kind == "count":
        return _count(item, sheet, width, scale)
    if item.kind == "split":
        return _split(item, text, sheet, width, scale)
    if item.kind == "mark":
        return _mark(item, sheet, scale)
    if item.kind == "logo" and not text:
        return _logo(item, sheet, width, scale)
    return _words_block(item, text, sheet, width, scale, even=even)


def _words_block(item: Item, text: str, sheet: Sheet, width: int, scale: float, *, even: bool) -> Block:
    """Text set smaller until it has few enough lines: if possible without splitting a word.

    If even `WHOLE` of the size is too large for that, it gets more lines instead.
    """
    floor = round(SMALLEST * sheet.unit)
    largest = max(floor, round(item.size * scale * sheet.unit))
    smallest = max(floor, round(WHOLE * largest))
    max_lines = item.lines * _entries(item, text)
    px, split = smallest, True
    for px, split in _tries(smallest, largest):
        lines = _lines(item, text, sheet, width, px, split=split)
        if lines is not None and sum(map(len, lines)) <= max_lines:
            break
    px = px if split else _closer(item, text, sheet, width, px, smallest)
    lines = _lines(item, text, sheet, width, px, split=split, even=even)
    assert lines is not None
    return _set(item, text, lines, sheet, px)


def _tries(smallest: int, largest: int) -> Iterator[tuple[int, bool]]:
    """Sizes to try, and whether words may be split at each; the last is the smallest, with splitting."""
    for split in (False, True):
        px = largest
        while px > smallest:
            yield px, split
            px = max(smallest, min(px - 1, round(px * STEP)))
        yield smallest, split


def _closer(item: Item, text: str, sheet: Sheet, width: int, px: int, smallest: int) -> int:
    """The size at which three lines or more become one fewer, if slightly smaller text achieves that."""
    lines = _lines(item, text, sheet, width, px, split=False)
    if item.kind == "list" or lines is None or len(lines[0]) < 3:
        return px
    candidate = px
    while candidate > max(smallest, CLOSER * px):
        candidate = max(smallest, min(candidate - 1, round(candidate * 0.97)))
        fewer = _lines(item, text, sheet, width, candidate, split=False)
        if fewer is not None and len(fewer[0]) < len(lines[0]):
            return candidate
    return px


def _entries(item: Item, text: str) -> int:
    return text.count("\n") + 1 if item.kind == "list" else 1


def _lines(
    item: Item, text: str, sheet: Sheet, width: int, px: int, *, split: bool, even: bool = False
) -> list[list[str]] | None:
    """The lines of each entry (a list) or of the text."""
    indent = INDENT if item.kind == "list" else 0
    room = width * ROOM / px - indent
    entries = []
    for entry in text.split("\n") if item.kind == "list" else [text]:
        lines = (layout.balanced if even else layout.wrap)(
            entry, sheet.font, item.weight, room, optical(item), split=split
        )
        if lines is None:
            return None
        entries.append(lines)
    return entries


def optical(item: Item) -> int:
    return layout.DISPLAY if item.size >= 0.045 else layout.PLAIN + 6


def _set(item: Item, text: str, entries: Sequence[Sequence[str]], sheet: Sheet, px: int) -> Block:
    font, face = sheet.font, (item.weight, optical(item))
    is_list = item.kind == "list"
    text_flow = layout.flow_of(text)
    flows = [layout.flow_of(entry) if is_list else text_flow for entry in text.split("\n")]
    flows = [replace(flow, region=text_flow.region) for flow in flows] if is_list else flows[:1] * len(entries)
    ascent, descent = layout.font(font, px, *face).getmetrics()
    reaches = [
        layout.reach(line, font, *face, flow) for entry, flow in zip(entries, flows, strict=True) for line in entry
    ]
    above, below = (math.ceil(max(side, default=0) * px) for side in zip(*reaches, strict=True))
    pitch = max(round(item.leading * px), above + below)
    ascent, descent = max(ascent, above), max(descent, below)
    placed: list[Set] = []
    baseline, widest = 0, 0
    for number, (entry, flow) in enumerate(zip(entries, flows, strict=True), start=1):
        if placed:
            baseline += max(round(item.leading * px + BETWEEN * px), pitch)
        else:
            baseline = ascent
        for n, line in enumerate(entry):
            baseline += pitch if n else 0
            if is_list and not n:
                placed.append((str(number), 0, baseline, True, Flow()))
            indent = round(INDENT * px) if is_list else 0
            placed.append((line, indent, baseline, False, flow))
            widest = max(widest, indent + math.ceil(layout.length(line, font, px, *face, flow)))
    return Block(item, widest, baseline + descent, px, tuple(placed), rtl=text_flow.rtl)


def _count(item: Item, sheet: Sheet, width: int, scale: float) -> Block:
    count = count_of(sheet.fields)
    assert count is not None
    plan = pictograms.plan(item.style, item.size * scale * sheet.unit, count[1], width)
    return Block(item, plan.width, plan.height, plan.px, plan=plan)


def _split(item: Item, text: str, sheet: Sheet, width: int, scale: float) -> Block:
    """For each segment its name, its count on the other side, and a bar below both."""
    font, face = sheet.font, (item.weight, optical(item))
    segments = pictograms.parts(text)
    counts = [f"{spoke} of {of}" for spoke, of, _ in segments]
    widest = max(
        layout.width(name, font, *face) + layout.width(number, font, *face) + 1
        for (*_, name), number in zip(segments, counts, strict=True)
    )
    largest = item.size * scale * sheet.unit
    px = round(max(SMALLEST * sheet.unit, WHOLE * largest, min(largest, width / widest)))
    flows = [layout.flow_of(name) for _, _, name in segments]
    reaches = [layout.reach(name, font, *face, flow) for (*_, name), flow in zip(segments, flows, strict=True)]
    ascent, descent = layout.font(font, px, *face).getmetrics()
    above = max(ascent, *(math.ceil(up * px) for up, _ in reaches))
    below = max(descent, *(math.ceil(down * px) for _, down in reaches))
    bar_height = max(3, round(BAR * px))
    pitch = above + below + bar_height + round(BELOW_BAR * px)
    lines: list[Set] = []
    for row, ((*_, name), number, flow) in enumerate(zip(segments, counts, flows, strict=True)):
        room = width / px - layout.width(number, font, *face) - 1
        lines.append((_truncated(name, sheet, item, room), 0, row * pitch + above, False, flow))
        lines.append((number, 0, row * pitch + above, True, Flow()))
    bars = tuple((row * pitch + above + below, bar_height, *part[:2]) for row, part in enumerate(segments))
    height = bars[-1][0] + bar_height
    return Block(item, width, height, px, tuple(lines), rtl=any(flow.rtl for flow in flows), bars=bars)


def _truncated(name: str, sheet: Sheet, item: Item, room: float) -> str:
    """The name, truncated with an ellipsis to at most `room` ems."""
    shortened, face = name, (sheet.font, item.weight, optical(item))
    while shortened and layout.width(shortened if shortened == name else f"{shortened}…", *face) > room:
        shortened = shortened[:-1].rstrip()
    return shortened if shortened == name else f"{shortened}…"


def _mark(item: Item, sheet: Sheet, scale: float) -> Block:
    """A quotation mark of an exact height, without the space above and below letters."""
    height = max(4, round(item.size * scale * sheet.unit))
    _, _, ink_width, ink_height = mark_ink(sheet.font, item.weight, 256).getbbox() or (0, 0, 1, 1)
    return Block(item, max(1, round(ink_width * height / ink_height)), height)


@lru_cache(maxsize=16)
def mark_ink(font: Path, weight: int, px: int) -> Image:
    """The ink of a quotation mark as a mask without a margin."""
    from PIL import Image

    mask = Image.new("L", (2 * px, 2 * px))
    layout.stamp(mask, (px // 2, px + px // 2), MARK, font, px, weight, layout.DISPLAY, Flow())
    return mask.crop(mask.getbbox() or (0, 0, 1, 1))


def _logo(item: Item, sheet: Sheet, width: int, scale: float) -> Block:
    from PIL import Image

    try:
        with Image.open(sheet.brand.logo, formats=("PNG", "JPEG")) as picture:
            shape = picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise TemplateError(
            f"{sheet.brand.logo}: this logo cannot be read.", "Give a PNG or JPEG file as the brand's logo."
        ) from None
    max_height = item.size * scale * sheet.unit * 1.6
    shrink = min(max_height / shape[1], width * 0.6 / shape[0])
    return Block(item, max(1, round(shape[0] * shrink)), max(1, round(shape[1] * shrink)))
