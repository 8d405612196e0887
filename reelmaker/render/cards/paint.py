"""Placed things -> stamps (a colour or picture with a mask) -> pixels, with Pillow.

A stamp is made once a card; a frame of the motion only pastes it shifted, faded or cut.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reelmaker.render.cards import colours, pictograms
from reelmaker.render.cards.blocks import Pixels, mark_ink, optical
from reelmaker.render.cards.layout import Placed
from reelmaker.render.cards.pictograms import FINE
from reelmaker.render.cards.template import Layer, Template
from reelmaker.text import layout

if TYPE_CHECKING:
    from PIL.Image import Image

RISE, SLIDE = 0.03, 0.05  # of the shorter side
MARK_PX = 512  # an em of the quotation mark before it is made small
LOGO_SEEN = 1.8  # contrast of a logo's mean colour with its ground


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is pasted at `x`, `y` through its mask."""

    x: int
    y: int
    paint: tuple[int, int, int] | Image
    mask: Image
    sweeps: bool = False  # grows clockwise


@dataclass(frozen=True, slots=True)
class Painted:
    """A thing ready to be pasted, with how it moves."""

    stamps: tuple[Stamp, ...]
    region: Pixels  # everything it ever touches
    motion: str
    delay_ms: int
    shift: int  # pixels of a rise or slide


def paint(thing: Placed, template: Template, size: tuple[int, int]) -> Painted:
    """Draw the thing once, settled."""
    if isinstance(thing.what, Layer):
        stamps = _picture(thing, template) if thing.what.kind == "picture" else [_rect(thing)]
    elif thing.bars:
        stamps = _split(thing)
    elif thing.lines:
        stamps = _text(thing)
    elif thing.logo:
        stamps = _logo(thing)
    elif thing.what.kind == "count":
        stamps = _count(thing)
    elif thing.what.kind == "mark":
        stamps = _mark(thing)
    else:
        stamps = [_rect(thing)]
    motion = thing.what.motion
    shift = round({"rise": RISE, "slide": SLIDE}.get(motion, 0) * min(size))
    return Painted(tuple(stamps), _region(stamps, motion, shift, size), motion, thing.what.delay_ms, shift)


def paste(canvas: Image, thing: Painted, done: float, origin: tuple[int, int] = (0, 0)) -> None:
    """Paste the thing as it stands when `done` (0 to 1) of its motion is over."""
    if done <= 0 and thing.motion != "none":
        return
    left = 1.0 if thing.motion == "none" else 1 - (1 - done) ** 3  # fast first, then settling
    shift = round((1 - left) * thing.shift)
    for stamp in thing.stamps:
        x, y, mask, paint = stamp.x - origin[0], stamp.y - origin[1], stamp.mask, stamp.paint
        if left < 1 and thing.motion == "grow":
            mask, paint = _grown(stamp, thing, left)
        elif left < 1:
            mask = mask.point([round(level * left) for level in range(256)])
            x, y = (x - shift, y) if thing.motion == "slide" else (x, y + shift)
        canvas.paste(paint, (x, y, x + mask.width, y + mask.height), mask)


def _grown(stamp: Stamp, thing: Painted, part: float) -> tuple[Image, Image | tuple[int, int, int]]:
    """The stamp uncovered from the left, or from the top where it is taller than wide."""
    from PIL import Image

    if stamp.sweeps:
        return pictograms.swept(stamp.mask, part), stamp.paint
    x, y, width, height = thing.region
    if width >= height:
        box = (0, 0, min(stamp.mask.width, max(0, round(x + width * part) - stamp.x)), stamp.mask.height)
    else:
        box = (0, 0, stamp.mask.width, min(stamp.mask.height, max(0, round(y + height * part) - stamp.y)))
    mask = Image.new("L", stamp.mask.size)
    if box[2] and box[3]:
        mask.paste(stamp.mask.crop(box), box)
    return mask, stamp.paint


def _region(stamps: Sequence[Stamp], motion: str, shift: int, size: tuple[int, int]) -> Pixels:
    left = min(stamp.x for stamp in stamps) - (shift if motion == "slide" else 0)
    top = min(stamp.y for stamp in stamps)
    right = max(stamp.x + stamp.mask.width for stamp in stamps)
    bottom = max(stamp.y + stamp.mask.height for stamp in stamps) + (shift if motion == "rise" else 0)
    left, top = max(0, left), max(0, top)
    return left, top, min(right, size[0]) - left, min(bottom, size[1]) - top


def _text(thing: Placed) -> list[Stamp]:
    from PIL import Image

    assert not isinstance(thing.what, Layer)
    face = (thing.font, thing.px, thing.what.weight, optical(thing.what))
    boxes = [layout.bbox(line.text, *face, line.flow) for line in thing.lines]
    stamps = []
    for marks in (False, True):
        chosen = [(line, box) for line, box in zip(thing.lines, boxes, strict=True) if line.marks is marks]
        if not chosen:
            continue
        left = math.floor(min(line.x + box[0] for line, box in chosen)) - 1
        top = math.floor(min(line.y + box[1] for line, box in chosen)) - 1
        right = int(max(line.x + box[2] for line, box in chosen)) + 2
        bottom = int(max(line.y + box[3] for line, box in chosen)) + 2
        mask = Image.new("L", (right - left, bottom - top))
        for line, _ in chosen:
            layout.stamp(mask, (line.x - left, line.y - top), line.text, *face, line.flow)
        stamps.append(Stamp(left, top, colours.rgb(thing.second if marks else thing.colour), mask))
    return stamps


def _rounded(width: int, height: int, radius: int) -> Image:
    from PIL import Image, ImageDraw

    if radius <= 0:
        return Image.new("L", (width, height), 255)
    mask = Image.new("L", (width * FINE, height * FINE))
    shape = (0, 0, width * FINE - 1, height * FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(shape, min(radius, min(width, height) / 2) * FINE, fill=255)
    return mask.reduce(FINE)


def _rect(thing: Placed) -> Stamp:
    x, y, width, height = thing.box
    return Stamp(x, y, colours.rgb(thing.colour), _rounded(max(1, width), max(1, height), thing.radius))


def _count(thing: Placed) -> list[Stamp]:
    """Filled shapes for those who spoke of it, hollow ones for the others; a bar where there are many."""
    assert not isinstance(thing.what, Layer) and thing.plan is not None
    (spoke, of), (x, y, width, _) = thing.count, thing.box
    if not thing.plan.row and not thing.plan.ring:
        return _bar(thing.box, spoke, of, (thing.colour, thing.second))
    if thing.plan.ring:
        full, hollow = pictograms.ring(thing.count, width)
    else:
        full, hollow = pictograms.shapes(thing.what.style, thing.count, thing.plan)
    stamps = [Stamp(x, y, colours.rgb(thing.second), hollow, thing.plan.ring)] if spoke < of else []
    return [*stamps, Stamp(x, y, colours.rgb(thing.colour), full, thing.plan.ring)] if spoke else stamps


def _bar(box: Pixels, spoke: int, of: int, tints: tuple[str, str], *, rtl: bool = False) -> list[Stamp]:
    """A track with its part filled, from the side where reading begins."""
    x, y, width, height = box
    track = Stamp(x, y, colours.rgb(tints[1]), _rounded(width, height, height // 2))
    part = max(round(width * spoke / of), height) if spoke else 0
    if not part:
        return [track]
    left = x + width - part if rtl else x
    return [track, Stamp(left, y, colours.rgb(tints[0]), _rounded(part, height, height // 2))]


def _split(thing: Placed) -> list[Stamp]:
    tints = thing.colour, colours.mix(thing.ground, thing.second, 0.2)
    bars = [stamp for box, *part in thing.bars for stamp in _bar(box, part[0], part[1], tints, rtl=thing.rtl)]
    return [*bars, *_text(replace(thing, colour=thing.second))]


def _mark(thing: Placed) -> list[Stamp]:
    """A quotation mark whose ink fills the box."""
    from PIL import Image

    assert not isinstance(thing.what, Layer)
    x, y, width, height = thing.box
    large = mark_ink(thing.font, thing.what.weight, MARK_PX)
    mask = large.resize((width, height), Image.Resampling.LANCZOS)
    return [Stamp(x, y, colours.rgb(thing.colour), mask)]


def _fit(picture: Image, box: Pixels) -> Stamp:
    """The picture as large as the box allows, aspect kept, in its middle."""
    from PIL import Image

    x, y, width, height = box
    scale = min(width / picture.width, height / picture.height)
    shape = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    small = picture.convert("RGBA").resize(shape, Image.Resampling.LANCZOS)
    left, top = x + (width - shape[0]) // 2, y + (height - shape[1]) // 2
    return Stamp(left, top, small.convert("RGB"), small.getchannel("A"))


def _picture(thing: Placed, template: Template) -> list[Stamp]:
    from PIL import Image

    assert isinstance(thing.what, Layer)
    with Image.open(template.folder / thing.what.file, formats=("PNG", "JPEG")) as picture:
        return [_fit(picture, thing.box)]


def _logo(thing: Placed) -> list[Stamp]:
    """The logo; on a plate of its own where its colours would be lost on the ground."""
    from PIL import Image, ImageStat

    with Image.open(thing.logo, formats=("PNG", "JPEG")) as picture:
        logo = picture.convert("RGBA")
    alpha = logo.getchannel("A")
    ink = ImageStat.Stat(logo.convert("RGB"), alpha.point([255 * (level > 127) for level in range(256)]))
    if alpha.getextrema()[0] == 255 or not ink.count[0]:
        return [_fit(logo, thing.box)]
    mean = "#" + "".join(f"{round(part):02x}" for part in ink.mean)
    if colours.contrast(mean, thing.ground) >= LOGO_SEEN:
        return [_fit(logo, thing.box)]
    x, y, width, height = thing.box
    pad = round(height * 0.14)
    plate = max((colours.BLACK, colours.WHITE), key=lambda colour: colours.contrast(mean, colour))
    inner = (x + pad, y + pad, max(1, width - 2 * pad), max(1, height - 2 * pad))
    return [Stamp(x, y, colours.rgb(plate), _rounded(width, height, pad)), _fit(logo, inner)]
