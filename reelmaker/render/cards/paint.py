"""Paints placed elements with Pillow: stamps (a colour or picture with a mask), then pixels.

A stamp is made once for each card; a frame of the animation only pastes it shifted, faded or cropped.
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
MARK_PX = 512  # an em of the quotation mark before it is reduced
LOGO_SEEN = 1.8  # contrast of a logo's mean colour with its ground


@dataclass(frozen=True, slots=True)
class Stamp:
    """A colour or picture that is pasted at `x`, `y` through its mask."""

    x: int
    y: int
    paint: tuple[int, int, int] | Image
    mask: Image
    sweeps: bool = False  # grows clockwise


@dataclass(frozen=True, slots=True)
class Painted:
    """An element ready to be pasted, with its motion."""

    stamps: tuple[Stamp, ...]
    region: Pixels  # everything it ever touches
    motion: str
    delay_ms: int
    shift: int  # pixels of a rise or slide


def paint(element: Placed, template: Template, size: tuple[int, int]) -> Painted:
    """Draw the element once, at rest."""
    if isinstance(element.what, Layer):
        stamps = _picture(element, template) if element.what.kind == "picture" else [_rect(element)]
    elif element.bars:
        stamps = _split(element)
    elif element.lines:
        stamps = _text(element)
    elif element.logo:
        stamps = _logo(element)
    elif element.what.kind == "count":
        stamps = _count(element)
    elif element.what.kind == "mark":
        stamps = _mark(element)
    else:
        stamps = [_rect(element)]
    motion = element.what.motion
    shift = round({"rise": RISE, "slide": SLIDE}.get(motion, 0) * min(size))
    return Painted(tuple(stamps), _region(stamps, motion, shift, size), motion, element.what.delay_ms, shift)


def paste(canvas: Image, element: Painted, progress: float, origin: tuple[int, int] = (0, 0)) -> None:
    """Paste the element as it looks at `progress` (0 to 1) of its motion."""
    if progress <= 0 and element.motion != "none":
        return
    eased = 1.0 if element.motion == "none" else 1 - (1 - progress) ** 3  # fast at first, then slower
    shift = round((1 - eased) * element.shift)
    for stamp in element.stamps:
        x, y, mask, paint = stamp.x - origin[0], stamp.y - origin[1], stamp.mask, stamp.paint
        if eased < 1 and element.motion == "grow":
            mask, paint = _grown(stamp, element, eased)
        elif eased < 1:
            mask = mask.point([round(level * eased) for level in range(256)])
            x, y = (x - shift, y) if element.motion == "slide" else (x, y + shift)
        canvas.paste(paint, (x, y, x + mask.width, y + mask.height), mask)


def _grown(stamp: Stamp, element: Painted, share: float) -> tuple[Image, Image | tuple[int, int, int]]:
    """The stamp uncovered from the left, or from the top if it is taller than wide."""
    from PIL import Image

    if stamp.sweeps:
        return pictograms.swept(stamp.mask, share), stamp.paint
    x, y, width, height = element.region
    if width >= height:
        box = (0, 0, min(stamp.mask.width, max(0, round(x + width * share) - stamp.x)), stamp.mask.height)
    else:
        box = (0, 0, stamp.mask.width, min(stamp.mask.height, max(0, round(y + height * share) - stamp.y)))
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


def _text(element: Placed) -> list[Stamp]:
    from PIL import Image

    assert not isinstance(element.what, Layer)
    face = (element.font, element.px, element.what.weight, optical(element.what))
    boxes = [layout.bbox(line.text, *face, line.flow) for line in element.lines]
    stamps = []
    for marks in (False, True):
        lines_of_kind = [(line, box) for line, box in zip(element.lines, boxes, strict=True) if line.marks is marks]
        if not lines_of_kind:
            continue
        left = math.floor(min(line.x + box[0] for line, box in lines_of_kind)) - 1
        top = math.floor(min(line.y + box[1] for line, box in lines_of_kind)) - 1
        right = int(max(line.x + box[2] for line, box in lines_of_kind)) + 2
        bottom = int(max(line.y + box[3] for line, box in lines_of_kind)) + 2
        mask = Image.new("L", (right - left, bottom - top))
        for line, _ in lines_of_kind:
            layout.stamp(mask, (line.x - left, line.y - top), line.text, *face, line.flow)
        stamps.append(Stamp(left, top, colours.rgb(element.second if marks else element.colour), mask))
    return stamps


def _rounded(width: int, height: int, radius: int) -> Image:
    from PIL import Image, ImageDraw

    if radius <= 0:
        return Image.new("L", (width, height), 255)
    mask = Image.new("L", (width * FINE, height * FINE))
    shape = (0, 0, width * FINE - 1, height * FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(shape, min(radius, min(width, height) / 2) * FINE, fill=255)
    return mask.reduce(FINE)


def _rect(element: Placed) -> Stamp:
    x, y, width, height = element.box
    return Stamp(x, y, colours.rgb(element.colour), _rounded(max(1, width), max(1, height), element.radius))


def _count(element: Placed) -> list[Stamp]:
    """Filled shapes for the customers who spoke of the problem, hollow ones for the others; a bar if there are many."""
    assert not isinstance(element.what, Layer) and element.plan is not None
    (spoke, total), (x, y, width, _) = element.count, element.box
    if not element.plan.row and not element.plan.ring:
        return _bar(element.box, spoke, total, (element.colour, element.second))
    if element.plan.ring:
        full, hollow = pictograms.ring(element.count, width)
    else:
        full, hollow = pictograms.shapes(element.what.style, element.count, element.plan)
    stamps = [Stamp(x, y, colours.rgb(element.second), hollow, element.plan.ring)] if spoke < total else []
    return [*stamps, Stamp(x, y, colours.rgb(element.colour), full, element.plan.ring)] if spoke else stamps


def _bar(box: Pixels, spoke: int, total: int, tints: tuple[str, str], *, rtl: bool = False) -> list[Stamp]:
    """A track, partly filled from the side where reading begins."""
    x, y, width, height = box
    track = Stamp(x, y, colours.rgb(tints[1]), _rounded(width, height, height // 2))
    filled = max(round(width * spoke / total), height) if spoke else 0
    if not filled:
        return [track]
    left = x + width - filled if rtl else x
    return [track, Stamp(left, y, colours.rgb(tints[0]), _rounded(filled, height, height // 2))]


def _split(element: Placed) -> list[Stamp]:
    tints = element.colour, colours.mix(element.ground, element.second, 0.2)
    bars = [stamp for box, *part in element.bars for stamp in _bar(box, part[0], part[1], tints, rtl=element.rtl)]
    return [*bars, *_text(replace(element, colour=element.second))]


def _mark(element: Placed) -> list[Stamp]:
    """A quotation mark whose ink fills the box."""
    from PIL import Image

    assert not isinstance(element.what, Layer)
    x, y, width, height = element.box
    large = mark_ink(element.font, element.what.weight, MARK_PX)
    mask = large.resize((width, height), Image.Resampling.LANCZOS)
    return [Stamp(x, y, colours.rgb(element.colour), mask)]


def _fit(picture: Image, box: Pixels) -> Stamp:
    """The picture as large as the box allows, centred, with its aspect ratio kept."""
    from PIL import Image

    x, y, width, height = box
    scale = min(width / picture.width, height / picture.height)
    shape = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    small = picture.convert("RGBA").resize(shape, Image.Resampling.LANCZOS)
    left, top = x + (width - shape[0]) // 2, y + (height - shape[1]) // 2
    return Stamp(left, top, small.convert("RGB"), small.getchannel("A"))


def _picture(element: Placed, template: Template) -> list[Stamp]:
    from PIL import Image

    assert isinstance(element.what, Layer)
    with Image.open(template.folder / element.what.file, formats=("PNG", "JPEG")) as picture:
        return [_fit(picture, element.box)]


def _logo(element: Placed) -> list[Stamp]:
    """The logo, on a plate if its colours are too close to the background."""
    from PIL import Image, ImageStat

    with Image.open(element.logo, formats=("PNG", "JPEG")) as picture:
        logo = picture.convert("RGBA")
    alpha = logo.getchannel("A")
    ink = ImageStat.Stat(logo.convert("RGB"), alpha.point([255 * (level > 127) for level in range(256)]))
    if alpha.getextrema()[0] == 255 or not ink.count[0]:
        return [_fit(logo, element.box)]
    mean = "#" + "".join(f"{round(part):02x}" for part in ink.mean)
    if colours.contrast(mean, element.ground) >= LOGO_SEEN:
        return [_fit(logo, element.box)]
    x, y, width, height = element.box
    pad = round(height * 0.14)
    plate = max((colours.BLACK, colours.WHITE), key=lambda colour: colours.contrast(mean, colour))
    inner_box = (x + pad, y + pad, max(1, width - 2 * pad), max(1, height - 2 * pad))
    return [Stamp(x, y, colours.rgb(plate), _rounded(width, height, pad)), _fit(logo, inner_box)]
