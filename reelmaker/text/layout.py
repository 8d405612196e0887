"""Words -> lines that fit: fonts at a weight and size, what they can draw, measuring, wrapping.

In: text and the font it is set in first; other scripts come from `fonts`. Out: clean text, the characters that no
font has, lines no wider than asked. Widths are measured once and scaled, in ems, so that shrinking is cheap.
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
    """The brand's font, or the one that comes along."""
    return Path(brand.font) if brand.font else own_font()


@lru_cache(maxsize=256)
def font(path: Path, px: int, weight: int, optical: int = DISPLAY) -> FreeTypeFont:
    """The font at `px` pixels an em. A font of one weight gives that one.

    Raises:
        TemplateError: the file is no font.
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
    wanted = {b"weight": weight, b"optical size": optical}
    values: list[float] = []
    for axis in axes:
        low, high = axis["minimum"] or 0, axis["maximum"] or 0
        value = wanted.get((axis["name"] or b"").lower(), axis["default"] or 0)
        values.append(min(max(value, low), high))
    loaded.set_variation_by_axes(values)
    return loaded


def height(path: Path) -> float:
    """Ascent and descent together, in ems, as libass counts a font's size."""
    return sum(metrics(Face(path)))


def clean(text: str, path: Path) -> str:
    """The text as the fonts can draw it: composed, without control characters, without what they lack."""
    lines = []
    for line in unicodedata.normalize("NFC", text).splitlines():
        seen = "".join(
            " " if character.isspace() else character for character in line if character.isspace() or _kept(character)
        )
        if not (seen.isascii() and path == own_font()):
            faces = shaping.faces(seen, path, shaping.region_of(seen))
            seen = "".join(s for s, face in zip(seen, faces, strict=True) if face or s.isspace())
        lines.append(" ".join(seen.split()))
    return "\n".join(lines).strip("\n")


def missing(text: str, path: Path) -> set[str]:
    """The characters of the text that no font can draw; they are left out of the picture."""
    shown = "".join(s for s in unicodedata.normalize("NFC", text) if not s.isspace() and _visible(s))
    if shown.isascii() and path == own_font():
        return set()
    return {character for character, face in zip(shown, shaping.faces(shown, path, ""), strict=True) if not face}


def shaped(text: str, path: Path) -> bool:
    """Whether the text needs more than its own font and letters one after the other."""
    return not shaping.plain(clean(text, path).replace("\n", " "), path)


def used(text: str, path: Path) -> list[Face]:
    """The fonts beside its own that the text needs, in the order of need."""
    shown = clean(text, path)
    found = shaping.faces(shown, path, shaping.region_of(shown))
    return [face for face in dict.fromkeys(found) if face and face != Face(path)]


def _visible(character: str) -> bool:
    selector = "\ufe00" <= character <= "\ufe0f"
    return not selector and unicodedata.category(character) not in _INVISIBLE


def _kept(character: str) -> bool:
    return _visible(character) or character in shaping.JOINERS


@lru_cache(maxsize=20_000)
def width(text: str, path: Path, weight: int, optical: int = DISPLAY) -> float:
    """How wide the text is, in ems."""
    if shaping.plain(text, path):
        return font(path, MEASURE, weight, optical).getlength(text) / MEASURE
    flow = flow_of(text)
    left, _, right, _ = shaping.box(text, path, weight, optical, flow)
    return max(shaping.width(text, path, weight, optical, flow), right) - min(0.0, left)  # marks may hang over


def length(text: str, path: Path, px: int, weight: int, optical: int, flow: Flow) -> float:
    """How wide the line is when drawn, in pixels."""
    if shaping.plain(text, path, flow.rtl):
        return font(path, px, weight, optical).getlength(text)
    return shaping.width(text, path, weight, optical, flow) * px


def bbox(text: str, path: Path, px: int, weight: int, optical: int, flow: Flow) -> tuple[float, float, float, float]:
    """The ink of the line in pixels from where its baseline begins: left, top, right, bottom."""
    if shaping.plain(text, path, flow.rtl):
        return font(path, px, weight, optical).getbbox(text, anchor="ls")
    left, top, right, bottom = shaping.box(text, path, weight, optical, flow)
    return left * px, top * px, right * px, bottom * px


def stamp(
    mask: Image, at: tuple[int, int], text: str, path: Path, px: int, weight: int, optical: int, flow: Flow
) -> None:
    """Draw the line into the mask; `at` is where its baseline begins."""
    from PIL import ImageChops, ImageDraw

    if shaping.plain(text, path, flow.rtl):
        drawn = font(path, px, weight, optical)
        ImageDraw.Draw(mask).text(at, text, fill=255, font=drawn, anchor="ls")
        return
    found = shaping.draw(text, path, weight, optical, flow, px)
    if found:
        ink, x, y = found
        left, top = at[0] + x, at[1] + y
        place = (left, top, left + ink.width, top + ink.height)
        mask.paste(ImageChops.lighter(mask.crop(place), ink), place)


def reach(text: str, path: Path, weight: int, optical: int, flow: Flow) -> tuple[float, float]:
    """How far the line's ink goes above and below its baseline, in ems, with some air; zeros in its own font.

    Other scripts stand taller and hang lower than the font that the distance of lines was made for.
    """
    if shaping.plain(text, path, flow.rtl):
        return 0.0, 0.0
    _, top, _, bottom = shaping.box(text, path, weight, optical, flow)
    return max(0.0, -top) + AIR, max(0.0, bottom) + AIR


def wrap(
    text: str, path: Path, weight: int, room: float, optical: int = DISPLAY, *, split: bool = True
) -> list[str] | None:
    """Lines no wider than `room` ems. A word wider than that is split, or None given where it may not be."""
    lines: list[str] = []
    space = width(" ", path, weight, optical)
    for paragraph in text.split("\n"):
        line, taken = "", 0.0
        for word in paragraph.split():
            gap = space
            for phrase in line_breaks.phrases(word):
                parts = [phrase]
                if width(phrase, path, weight, optical) > room:
                    if not split:
                        return None
                    parts = _parts(phrase, path, weight, room, optical)
                for part in parts:
                    wide = width(part, path, weight, optical)
                    whole = f"{line}{' ' if gap else ''}{part}" if line else part
                    reached = taken + gap + wide if line else wide
                    if line and not shaping.plain(whole, path):
                        reached = width(whole, path, weight, optical)  # a character's font hangs on its neighbours
                    if line and reached > room:
                        lines.append(line)
                        whole, reached = part, wide
                    line, taken = whole, reached
                    gap = 0.0
        lines.append(line)
    return lines


def _parts(word: str, path: Path, weight: int, room: float, optical: int) -> list[str]:
    parts = [""]
    for letter in line_breaks.letters(word):
        whole = parts[-1] + letter
        if parts[-1] and width(whole, path, weight, optical) > room:
            parts.append(letter)
        else:
            parts[-1] = whole
    return parts


def balanced(
    text: str, path: Path, weight: int, room: float, optical: int = DISPLAY, *, split: bool = True
) -> list[str] | None:
    """As `wrap`, with lines of about the same width: no lonely last word."""
    lines = wrap(text, path, weight, room, optical, split=split)
    if lines is None or not 1 < len(lines) <= 6 or "\n" in text:
        return lines
    low, high = room / 2, room
    for _ in range(7):
        middle = (low + high) / 2
        tried = wrap(text, path, weight, middle, optical, split=False)
        if tried is not None and len(tried) == len(lines):
            lines, high = tried, middle
        else:
            low = middle
    return lines
