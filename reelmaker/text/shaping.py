"""Shapes a line of any script into runs from left to right, each in one font and direction; measures and draws them.

HarfBuzz (uharfbuzz) shapes and draws, so that nothing depends on the machine's libraries: Pillow's layout would need
FriBidi from there. The captions name the same runs to libass. Sizes are in ems unless they say pixels.
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
# Code points that are simply set from left to right: no shaping, no reordering
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
    """What the lines of a text share: their direction, and the region of their East Asian shapes."""

    rtl: bool = False
    region: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in reading order, their font and direction; `start` on the line and width in ems."""

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
    """Japanese if it has kana, Korean if it has Hangul, Chinese if it has bopomofo or Han characters; "" otherwise."""
    region = ""
    for character in text:
        code = ord(character)
        if 0x3041 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9F:
            return "JP"
        if 0xAC00 <= code <= 0xD7FF or 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F:
            region = "KR"
        elif 0x3100 <= code <= 0x312F:
            region = region or "TC"
        elif 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF:
            region = region or "SC"
    return region


@lru_cache(maxsize=20_000)
def is_plain(line: str, path: Path, rtl: bool = False) -> bool:
    """Whether the text's own font has all characters and neither shaping nor reordering is needed."""
    if rtl:
        return False
    if line.isascii() and path == own_font():
        return True
    code_points = coverage(Face(path))
    return all(ord(character) in code_points and _simple(character) for character in line)


def _simple(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _SIMPLE)


@lru_cache(maxsize=4096)
def faces(line: str, path: Path, region: str) -> tuple[Face | None, ...]:
    """The font of each character; marks, punctuation and spaces keep the preceding font if it has them."""
    line_faces: list[Face | None] = []
    before: Face | None = None
    for character in line:
        follows = before and unicodedata.category(character)[0] in "MPSZC" and ord(character) in coverage(before)
        if character in JOINERS:
            face = before if follows else None
        else:
            face = before if follows else face_of(character, path, region)
        line_faces.append(face)
        before = face or before
    return tuple(line_faces)


@lru_cache(maxsize=20_000)
def runs(line: str, path: Path, weight: int, optical: int, flow: Flow) -> tuple[Run, ...]:
    """The line's runs from left to right, without characters that no font has."""
    levels = bidi.levels(line, flow.rtl)
    pieces: list[tuple[str, Face, int]] = []
    for character, face, level in zip(line, faces(line, path, flow.region), levels, strict=True):
        if face is None:
            continue
        if pieces and pieces[-1][1:] == (face, level):
            pieces[-1] = (pieces[-1][0] + character, face, level)
        else:
            pieces.append((character, face, level))
    line_runs, start = [], 0.0
    for place in bidi.order([level for *_, level in pieces]):
        text, face, level = pieces[place]
        run_width = advance(text, face, weight, optical, level % 2 == 1)
        line_runs.append(Run(text, face, level % 2 == 1, start, run_width))
        start += run_width
    return tuple(line_runs)


@lru_cache(maxsize=64)
def _font(face: Face, weight: int, optical: int) -> Any:
    import uharfbuzz

    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)), face.index))
    font.set_variations({"wght": float(face.weight(weight)), "opsz": float(optical)})
    return font


def shape_run(text: str, face: Face, weight: int, optical: int, rtl: bool) -> tuple[Any, Any]:
    """The HarfBuzz font, and the buffer with the glyphs of a text in one font and direction."""
    import uharfbuzz

    font = _font(face, weight, optical)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    uharfbuzz.shape(font, buffer, {"kern": False})  # as libass does, so that captions and cards have the same width
    return font, buffer


@lru_cache(maxsize=20_000)
def advance(text: str, face: Face, weight: int, optical: int, rtl: bool) -> float:
    """The distance from the start of this run to the start of the next, in ems."""
    if not text:
        return 0.0
    font, buffer = shape_run(text, face, weight, optical, rtl)
    return float(sum(place.x_advance for place in buffer.glyph_positions) / font.face.upem)


@lru_cache(maxsize=4096)
def lead(text: str, face: Face, weight: int, optical: int, rtl: bool) -> float:
    """How far right of a run's start libass places its left edge, in ems.

    libass takes the first glyph of each letter, which in right-to-left text may be a mark.
    """
    font, buffer = shape_run(text, face, weight, optical, rtl)
    offsets, advanced, last_cluster = [], 0, -1
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if info.cluster != last_cluster:
            offsets.append(advanced + place.x_offset)
        advanced, last_cluster = advanced + place.x_advance, info.cluster
    return float(min(offsets, default=0) / font.face.upem)


def width(line: str, path: Path, weight: int, optical: int, flow: Flow) -> float:
    return sum(run.wide for run in runs(line, path, weight, optical, flow))


@lru_cache(maxsize=4096)
def box(line: str, path: Path, weight: int, optical: int, flow: Flow) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the ink in ems, relative to the start of the baseline, downwards; zeros without ink."""
    edges = []
    for run in runs(line, path, weight, optical, flow):
        font, buffer = shape_run(run.text, run.face, weight, optical, run.rtl)
        em, advanced = font.face.upem, 0
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            extents = font.get_glyph_extents(info.codepoint)
            if extents and extents.width and extents.height:
                left = run.start + (advanced + place.x_offset + extents.x_bearing) / em
                top = -(place.y_offset + extents.y_bearing) / em
                edges.append((left, top, left + extents.width / em, top - extents.height / em))
            advanced += place.x_advance
    if not edges:
        return 0.0, 0.0, 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def draw(
    line: str, path: Path, weight: int, optical: int, flow: Flow, px: float, shift: float = 0.0
) -> tuple[Image, int, int] | None:
    """A mask of the line at `px` pixels an em, and the position of its corner relative to the start of the baseline.

    `shift` moves it right by a fraction of a pixel. None if there is no ink.
    """
    import uharfbuzz
    from PIL import Image

    pen = uharfbuzz.RasterDraw()
    for run in runs(line, path, weight, optical, flow):
        font, buffer = shape_run(run.text, run.face, weight, optical, run.rtl)
        scale, advanced = px / font.face.upem, 0
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            x, y = (advanced + place.x_offset) * scale + run.start * px + shift, place.y_offset * scale
            pen.transform = (scale, 0, 0, scale, x, y)
            pen.draw_glyph(font, info.codepoint)
            advanced += place.x_advance
    drawn = pen.render()
    if drawn is None or not drawn.extents.width or not drawn.extents.height:
        return None
    size = drawn.extents.width, drawn.extents.height
    mask = Image.frombuffer("L", size, bytes(drawn.buffer), "raw", "L", drawn.extents.stride, -1)
    return mask, drawn.extents.x_origin, -(drawn.extents.y_origin + size[1])
