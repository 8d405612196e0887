"""Words -> lines that fit: fonts at a weight and size, what they can draw, measuring, wrapping.

In: text and a font file. Out: clean text, the signs it lacks, lines no wider than asked. Widths are
measured once at a large size and scaled, in ems, so that shrinking to fit costs no font loading.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.errors import TemplateError
from reelmaker.model import Brand

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

MEASURE = 256  # pixels an em while measuring
DISPLAY = 32  # optical size of headings; `PLAIN` that of running text and captions
PLAIN = 14
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = {"\u200c", "\u200d"}  # joiners: scripts and emoji need them; dropped where the font lacks them


@lru_cache(maxsize=1)
def own_font() -> Path:
    """The font that comes along (Inter: Latin, Greek, Cyrillic), never one of the machine."""
    import fontpkg_inter

    return Path(fontpkg_inter.__file__).parent / "files" / "Inter[opsz,wght].ttf"


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
        raise _unreadable(path) from None
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


def _unreadable(path: Path) -> TemplateError:
    return TemplateError(
        f"{path}: this font cannot be read.", "Give a .ttf or .otf file as the brand's font."
    )


@lru_cache(maxsize=16)
def _tables(path: Path) -> tuple[bytes, dict[bytes, int]]:
    try:
        data = path.read_bytes()
        start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
        count = struct.unpack_from(">H", data, start + 4)[0]
        rows = [start + 12 + 16 * n for n in range(count)]
        return data, {data[row : row + 4]: struct.unpack_from(">I", data, row + 8)[0] for row in rows}
    except (OSError, struct.error):
        raise _unreadable(path) from None


@lru_cache(maxsize=16)
def height(path: Path) -> float:
    """Ascent and descent together, in ems, as libass counts a font's size."""
    data, tables = _tables(path)
    try:
        em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
        ascent, descent = struct.unpack_from(">HH", data, tables[b"OS/2"] + 74)
    except (KeyError, struct.error):
        raise _unreadable(path) from None
    return float((ascent + descent) / em)


@lru_cache(maxsize=16)
def coverage(path: Path) -> frozenset[int]:
    """The code points the font has a glyph for, from its cmap table (formats 4 and 12)."""
    data, tables = _tables(path)
    found: set[int] = set()
    try:
        at = tables[b"cmap"]
        for number in range(struct.unpack_from(">H", data, at + 2)[0]):
            sub = at + struct.unpack_from(">I", data, at + 8 + 8 * number)[0]
            kind = struct.unpack_from(">H", data, sub)[0]
            if kind == 12:
                for group in range(struct.unpack_from(">I", data, sub + 12)[0]):
                    first, last = struct.unpack_from(">II", data, sub + 16 + 12 * group)
                    found.update(range(first, min(last, 0x10FFFF) + 1))
            elif kind == 4:
                found |= _format_4(data, sub)
    except (KeyError, struct.error):
        raise _unreadable(path) from None
    return frozenset(found)


def _format_4(data: bytes, sub: int) -> set[int]:
    twice = struct.unpack_from(">H", data, sub + 6)[0]
    half = twice // 2
    ends = struct.unpack_from(f">{half}H", data, sub + 14)
    starts = struct.unpack_from(f">{half}H", data, sub + 16 + twice)
    deltas = struct.unpack_from(f">{half}H", data, sub + 16 + 2 * twice)
    offsets_at = sub + 16 + 3 * twice
    offsets = struct.unpack_from(f">{half}H", data, offsets_at)
    found = set()
    for n, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", data, offsets_at + 2 * n + offset + 2 * (code - start))[0]
            if (glyph and (glyph + delta) & 0xFFFF) if offset else (code + delta) & 0xFFFF:
                found.add(code)
    return found


def clean(text: str, path: Path) -> str:
    """The text as the font can draw it: composed, without control signs, without what it lacks."""
    has = coverage(path)
    lines = []
    for line in unicodedata.normalize("NFC", text).splitlines():
        shown = "".join(" " if sign.isspace() else sign for sign in line if _drawn(sign, has))
        lines.append(" ".join(shown.split()))
    return "\n".join(lines).strip("\n")


def missing(text: str, path: Path) -> set[str]:
    """The signs of the text that the font cannot draw; they are left out of the picture."""
    has = coverage(path)
    shown = (s for s in unicodedata.normalize("NFC", text) if not s.isspace() and _visible(s))
    return {sign for sign in shown if ord(sign) not in has}


def _visible(sign: str) -> bool:
    selector = "\ufe00" <= sign <= "\ufe0f"
    return not selector and unicodedata.category(sign) not in _INVISIBLE


def _drawn(sign: str, has: frozenset[int]) -> bool:
    return sign.isspace() or ((_visible(sign) or sign in _KEPT) and ord(sign) in has)


@lru_cache(maxsize=20_000)
def width(text: str, path: Path, weight: int, optical: int = DISPLAY) -> float:
    """How wide the text is, in ems."""
    return font(path, MEASURE, weight, optical).getlength(text) / MEASURE


def wrap(
    text: str, path: Path, weight: int, room: float, optical: int = DISPLAY, *, split: bool = True
) -> list[str] | None:
    """Lines no wider than `room` ems. A word wider than that is split, or None given where it may not be."""
    lines: list[str] = []
    space = width(" ", path, weight, optical)
    for paragraph in text.split("\n"):
        line, taken = "", 0.0
        for word in paragraph.split():
            parts = [word]
            if width(word, path, weight, optical) > room:
                if not split:
                    return None
                parts = _parts(word, path, weight, room, optical)
            for part in parts:
                wide = width(part, path, weight, optical)
                if line and taken + space + wide > room:
                    lines.append(line)
                    line, taken = "", 0.0
                line, taken = (f"{line} {part}", taken + space + wide) if line else (part, wide)
        lines.append(line)
    return lines


def _parts(word: str, path: Path, weight: int, room: float, optical: int) -> list[str]:
    parts = [""]
    for sign in word:
        whole = parts[-1] + sign
        mark = unicodedata.combining(sign) or sign in _KEPT
        if parts[-1] and not mark and width(whole, path, weight, optical) > room:
            parts.append(sign)
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
