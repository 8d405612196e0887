"""A line of any script -> runs from left to right, each in one font and one direction, measured and drawn.

HarfBuzz (uharfbuzz) shapes and draws, so that nothing depends on libraries of the machine: the layout of Pillow
needs FriBidi from there. The captions name the same runs to libass. Sizes are in ems unless they say pixels.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.text import bidi
from reelmaker.text.fonts import Face, coverage, face_of, own_font

if TYPE_CHECKING:
    from PIL.Image import Image

JOINERS = "\u200c\u200d"  # scripts need them; dropped where the font lacks them
# Code points whose letters stand one after the other, left to right: no shaping, no order
_SIMPLE = (
    (0x0000, 0x058F),
    (0x10A0, 0x10FF),
    (0x1D00, 0x2BFF),
    (0x2C60, 0x2CFF),
    (0xA640, 0xA6FF),
    (0xA720, 0xA7FF),
    (0xFB00, 0xFB06),
    (0xFE00, 0xFE0F),
)


@dataclass(frozen=True, slots=True)
class Flow:
    """What the lines of one text share: their direction, and whose East Asian shapes they use."""

    rtl: bool = False
    region: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Signs in the order they are read, the font, the direction; where it begins on the line and its width."""

    text: str
    face: Face
    rtl: bool
    start: float
    wide: float


def flow_of(text: str) -> Flow:
    """The direction is that of the first letter that has one."""
    if text.isascii():
        return Flow()
    return Flow(bidi.right_to_left(text), region_of(text))


def region_of(text: str) -> str:
    """Japanese by its kana, Korean by its letters, Chinese by bopomofo or else the simplified shapes; "" for none."""
    found = ""
    for character in text:
        code = ord(character)
        if 0x3041 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9F:
            return "JP"
        if 0xAC00 <= code <= 0xD7FF or 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F:
            found = "KR"
        elif 0x3100 <= code <= 0x312F:
            found = found or "TC"
        elif 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF:
            found = found or "SC"
    return found


@lru_cache(maxsize=20_000)
def plain(line: str, path: Path, rtl: bool = False) -> bool:
    """Whether the text's own font has it all and it needs neither shaping nor order."""
    if rtl:
        return False
    if line.isascii() and path == own_font():
        return True
    has = coverage(Face(path))
    return all(ord(character) in has and _simple(character) for character in line)


def _simple(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _SIMPLE)


@lru_cache(maxsize=4096)
def faces(line: str, path: Path, region: str) -> tuple[Face | None, ...]:
    """The font of each character; marks, punctuation and spaces stay in that of what they follow if it has them."""
    found: list[Face | None] = []
    before: Face | None = None
    for character in line:
        follows = before and unicodedata.category(character)[0] in "MPSZC" and ord(character) in coverage(before)
        if character in JOINERS:
            face = before if follows else None
        else:
            face = before if follows else face_of(character, path, region)
        found.append(face)
        before = face or before
    return tuple(found)


@lru_cache(maxsize=20_000)
def runs(line: str, path: Path, weight: int, optical: int, flow: Flow) -> tuple[Run, ...]:
    """The line's runs from left to right. Signs that no font has are passed over."""
    levels = bidi.levels(line, flow.rtl)
    pieces: list[tuple[str, Face, int]] = []
    for character, face, level in zip(line, faces(line, path, flow.region), levels, strict=True):
        if face is None:
            continue
        if pieces and pieces[-1][1:] == (face, level):
            pieces[-1] = (pieces[-1][0] + character, face, level)
        else:
            pieces.append((character, face, level))
    found, at = [], 0.0
    for place in bidi.order([level for *_, level in pieces]):
        text, face, level = pieces[place]
        wide = advance(text, face, weight, optical, level % 2 == 1)
        found.append(Run(text, face, level % 2 == 1, at, wide))
        at += wide
    return tuple(found)


@lru_cache(maxsize=64)
def _font(face: Face, weight: int, optical: int) -> Any:
    import uharfbuzz

    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)), face.index))
    font.set_variations({"wght": float(face.weight(weight)), "opsz": float(optical)})
    return font


def _shaped(text: str, face: Face, weight: int, optical: int, rtl: bool) -> tuple[Any, Any]:
    import uharfbuzz

    font = _font(face, weight, optical)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    uharfbuzz.shape(font, buffer, {"kern": False})  # as libass does: captions and cards are as wide
    return font, buffer


@lru_cache(maxsize=20_000)
def advance(text: str, face: Face, weight: int, optical: int, rtl: bool) -> float:
    """How far the next run stands from this one's beginning."""
    if not text:
        return 0.0
    font, buffer = _shaped(text, face, weight, optical, rtl)
    return float(sum(place.x_advance for place in buffer.glyph_positions) / font.face.upem)


@lru_cache(maxsize=4096)
def lead(text: str, face: Face, weight: int, optical: int, rtl: bool) -> float:
    """How far right of a run's beginning libass takes its left edge to be: it looks at the place of the first
    glyph of each letter, and from right to left that may be a mark."""
    font, buffer = _shaped(text, face, weight, optical, rtl)
    found, at, before = [], 0, -1
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if info.cluster != before:
            found.append(at + place.x_offset)
        at, before = at + place.x_advance, info.cluster
    return float(min(found, default=0) / font.face.upem)


def width(line: str, path: Path, weight: int, optical: int, flow: Flow) -> float:
    return sum(run.wide for run in runs(line, path, weight, optical, flow))


@lru_cache(maxsize=4096)
def box(line: str, path: Path, weight: int, optical: int, flow: Flow) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the ink, from where the baseline begins, downwards; zeros for no ink."""
    edges = []
    for run in runs(line, path, weight, optical, flow):
        font, buffer = _shaped(run.text, run.face, weight, optical, run.rtl)
        em, at = font.face.upem, 0
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            found = font.get_glyph_extents(info.codepoint)
            if found and found.width and found.height:
                left = run.start + (at + place.x_offset + found.x_bearing) / em
                top = -(place.y_offset + found.y_bearing) / em
                edges.append((left, top, left + found.width / em, top - found.height / em))
            at += place.x_advance
    if not edges:
        return 0.0, 0.0, 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def draw(
    line: str, path: Path, weight: int, optical: int, flow: Flow, px: float, shift: float = 0.0
) -> tuple[Image, int, int] | None:
    """A mask of the line at `px` pixels an em, and the pixel of its corner from where the baseline begins.

    `shift`: a part of a pixel to the right. None where there is no ink.
    """
    import uharfbuzz
    from PIL import Image

    pen = uharfbuzz.RasterDraw()
    for run in runs(line, path, weight, optical, flow):
        font, buffer = _shaped(run.text, run.face, weight, optical, run.rtl)
        scale, at = px / font.face.upem, 0
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            x, y = (at + place.x_offset) * scale + run.start * px + shift, place.y_offset * scale
            pen.transform = (scale, 0, 0, scale, x, y)
            pen.draw_glyph(font, info.codepoint)
            at += place.x_advance
    drawn = pen.render()
    if drawn is None or not drawn.extents.width or not drawn.extents.height:
        return None
    size = drawn.extents.width, drawn.extents.height
    mask = Image.frombuffer("L", size, bytes(drawn.buffer), "raw", "L", drawn.extents.stride, -1)
    return mask, drawn.extents.x_origin, -(drawn.extents.y_origin + size[1])
