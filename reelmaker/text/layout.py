"""Text layout: fonts at a weight and size, which characters they can draw, measuring, wrapping.

Text is set in one font; characters of other scripts use those of `fonts`. Widths are measured once, in ems, and
scaled, so that shrinking text is cheap.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.model import Brand
from reelmaker.text import line_breaks, shaping
from reelmaker.text.fonts import Face, metrics, own_font, unreadable
from reelmaker.text.shaping import Flow, flow_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

__all__ = [
    "DISPLAY",
    "PLAIN",
    "Flow",
    "balanced",
    "bbox",
    "clean",
    "flow_of",
    "font",
    "font_path",
    "height",
    "length",
    "missing",
    "own_font",
    "reach",
    "shaped",
    "stamp",
    "used",
    "width",
    "wrap",
]
VERSION = 1  # counts up whenever words of other scripts give other pixels
MEASURE = 256  # pixels an em while measuring
DISPLAY = 32  # optical size of headings; `PLAIN` that of running text and captions
PLAIN = 14
AIR = 0.04  # ems above and below the ink of a line that is taller than its own font's
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def font_path(brand: Brand) -> Path:
    """The brand's font, or the built-in one."""
    return Path(brand.font) if brand.font else own_font()


@lru_cache(maxsize=256)
def font(path: Path, px: int, weight: int, optical: int = DISPLAY) -> FreeTypeFont:
    """The font at `px` pixels an em. `weight` has no effect on a font of a single weight.

    Raises:
        TemplateError: the file is not a font.
    """
    from PIL import ImageFont

    try:
        loaded = ImageFont.truetype(str(path), px)
    except OSError:
        raise unreadable(path) from None
    try:
        axes = loaded.get_variation_axes()
    except OSError:
        return loaded  # a font of one weight
    axis_values = {b"weight": weight, b"optical size": optical}
    values: list[float] = []
    for axis in axes:
        low, high = axis["minimum"] or 0, axis["maximum"] or 0
        value = axis_values.get((axis["name"] or b"").lower(), axis["default"] or 0)
        values.append(min(max(value, low), high))
    loaded.set_variation_by_axes(values)
    return loaded


def height(path: Path) -> float:
    """Ascent plus descent in ems, which is how libass counts a font's size."""
    return sum(metrics(Face(path)))


def clean(text: str, path: Path) -> str:
    """The text as the fonts can draw it: composed, without control characters and undrawable ones."""
    lines = []
    for line in unicodedata.normalize("NFC", text).splitlines():
        drawable = "".join(
            " " if character.isspace() else character
            for character in line
            if character.isspace() or _drawable(character)
        )
        if not (drawable.isascii() and path == own_font()):
            faces = shaping.faces(drawable, path, shaping.region_of(drawable))
            drawable = "".join(s for s, face in zip(drawable, faces, strict=True) if face or s.isspace())
        lines.append(" ".join(drawable.split()))
    return "\n".join(lines).strip("\n")


def missing(text: str, path: Path) -> set[str]:
    """The characters of the text that no font can draw; they are omitted from the picture."""
    visible = "".join(s for s in unicodedata.normalize("NFC", text) if not s.isspace() and _visible(s))
    if visible.isascii() and path == own_font():
        return set()
    return {character for character, face in zip(visible, shaping.faces(visible, path, ""), strict=True) if not face}


def shaped(text: str, path: Path) -> bool:
    """Whether the text needs another font, shaping or reordering."""
    return not shaping.is_plain(clean(text, path).replace("\n", " "), path)


def used(text: str, path: Path) -> list[Face]:
    """The additional fonts that the text needs, in order of appearance."""
    drawable = clean(text, path)
    faces = shaping.faces(drawable, path, shaping.region_of(drawable))
    return [face for face in dict.fromkeys(faces) if face and face != Face(path)]


def _visible(character: str) -> bool:
    selector = "\ufe00" <= character <= "\ufe0f"
    return not selector and unicodedata.category(character) not in _INVISIBLE


def _drawable(character: str) -> bool:
    return _visible(character) or character in shaping.JOINERS


@lru_cache(maxsize=20_000)
def width(text: str, path: Path, weight: int, optical: int = DISPLAY) -> float:
    """How wide the text is, in ems."""
    if shaping.is_plain(text, path):
        return font(path, MEASURE, weight, optical).getlength(text) / MEASURE
    flow = flow_of(text)
    left, _, right, _ = shaping.box(text, path, weight, optical, flow)
    return max(shaping.width(text, path, weight, optical, flow), right) - min(0.0, left)  # marks may hang over


def length(text: str, path: Path, px: int, weight: int, optical: int, flow: Flow) -> float:
    """How wide the line is when drawn, in pixels."""
    if shaping.is_plain(text, path, flow.rtl):
        return font(path, px, weight, optical).getlength(text)
    return shaping.width(text, path, weight, optical, flow) * px


def bbox(text: str, path: Path, px: int, weight: int, optical: int, flow: Flow) -> tuple[float, float, float, float]:
    """The ink of the line in pixels from where its baseline begins: left, top, right, bottom."""
    if shaping.is_plain(text, path, flow.rtl):
        return font(path, px, weight, optical).getbbox(text, anchor="ls")
    left, top, right, bottom = shaping.box(text, path, weight, optical, flow)
    return left * px, top * px, right * px, bottom * px


def stamp(
    mask: Image, origin: tuple[int, int], text: str, path: Path, px: int, weight: int, optical: int, flow: Flow
) -> None:
    """Draw the line into the mask; its baseline begins at `origin`."""
    from PIL import ImageChops, ImageDraw

    if shaping.is_plain(text, path, flow.rtl):
        drawn = font(path, px, weight, optical)
        ImageDraw.Draw(mask).text(origin, text, fill=255, font=drawn, anchor="ls")
        return
    rendered = shaping.draw(text, path, weight, optical, flow, px)
    if rendered:
        ink, x, y = rendered
        left, top = origin[0] + x, origin[1] + y
        place = (left, top, left + ink.width, top + ink.height)
        mask.paste(ImageChops.lighter(mask.crop(place), ink), place)


def reach(text: str, path: Path, weight: int, optical: int, flow: Flow) -> tuple[float, float]:
    """How far the line's ink extends above and below its baseline, in ems, with a margin; zeros in its own font.

    Other scripts are taller and reach lower than the font for which the line spacing was made.
    """
    if shaping.is_plain(text, path, flow.rtl):
        return 0.0, 0.0
    _, top, _, bottom = shaping.box(text, path, weight, optical, flow)
    return max(0.0, -top) + AIR, max(0.0, bottom) + AIR


def wrap(
    text: str, path: Path, weight: int, room: float, optical: int = DISPLAY, *, split: bool = True
) -> list[str] | None:
    """Lines no wider than `room` ems. A wider word is split; without `split` the result is then None."""
    lines: list[str] = []
    space = width(" ", path, weight, optical)
    for paragraph in text.split("\n"):
        line, line_width = "", 0.0
        for word in paragraph.split():
            gap = space
            for phrase in line_breaks.phrases(word):
                parts = [phrase]
                if width(phrase, path, weight, optical) > room:
                    if not split:
                        return None
                    parts = _parts(phrase, path, weight, room, optical)
                for part in parts:
                    part_width = width(part, path, weight, optical)
                    extended = f"{line}{' ' if gap else ''}{part}" if line else part
                    extended_width = line_width + gap + part_width if line else part_width
                    if line and not shaping.is_plain(extended, path):
                        extended_width = width(
                            extended, path, weight, optical
                        )  # a character's font depends on its neighbours
                    if line and extended_width > room:
                        lines.append(line)
                        extended, extended_width = part, part_width
                    line, line_width = extended, extended_width
                    gap = 0.0
        lines.append(line)
    return lines


def _parts(word: str, path: Path, weight: int, room: float, optical: int) -> list[str]:
    parts = [""]
    for letter in line_breaks.letters(word):
        extended = parts[-1] + letter
        if parts[-1] and width(extended, path, weight, optical) > room:
            parts.append(letter)
        else:
            parts[-1] = extended
    return parts


def balanced(
    text: str, path: Path, weight: int, room: float, optical: int = DISPLAY, *, split: bool = True
) -> list[str] | None:
    """Like `wrap`, but with lines of about the same width, to avoid a single word on the last line."""
    lines = wrap(text, path, weight, room, optical, split=split)
    if lines is None or not 1 < len(lines) <= 6 or "\n" in text:
        return lines
    low, high = room / 2, room
    for _ in range(7):
        middle = (low + high) / 2
        narrower = wrap(text, path, weight, middle, optical, split=False)
        if narrower is not None and len(narrower) == len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return lines
