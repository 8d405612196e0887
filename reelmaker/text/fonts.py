"""Chooses the font file for each character: the brand's, Inter, then other scripts, from installed packages only.

A `Face` also tells what the font file contains (characters, metrics). Files of other scripts are located and opened
only when a text needs them.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reelmaker.errors import TemplateError

SCRIPTS = "manimgx_fonts"  # package: Noto Sans for many scripts
EAST_ASIA = "manimgx_fonts_cjk"  # package, optional: Chinese, Japanese, Korean
NOTO_WEIGHTS, EAST_ASIA_WEIGHTS = (400, 500, 600, 700), (400, 700)
# Faces of the collection: the same character has another shape in each region
REGIONS = {"JP": 0, "KR": 1, "SC": 2, "TC": 3}
# First code point, last, the script's name in English and in the file's name ("" if there is no file)
BLOCKS: tuple[tuple[int, int, str, str], ...] = (
    (0x0530, 0x058F, "Armenian", "Armenian"),
    (0x0590, 0x05FF, "Hebrew", "Hebrew"),
    (0x0600, 0x06FF, "Arabic", "Arabic"),
    (0x0700, 0x074F, "Syriac", ""),
    (0x0750, 0x077F, "Arabic", "Arabic"),
    (0x0780, 0x07BF, "Thaana", ""),
    (0x07C0, 0x07FF, "N'Ko", ""),
    (0x0870, 0x08FF, "Arabic", "Arabic"),
    (0x0900, 0x097F, "Devanagari", "Devanagari"),
    (0x0980, 0x09FF, "Bengali", "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi", "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati", "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya", "Oriya"),
    (0x0B80, 0x0BFF, "Tamil", "Tamil"),
    (0x0C00, 0x0C7F, "Telugu", "Telugu"),
    (0x0C80, 0x0CFF, "Kannada", "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam", "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala", "Sinhala"),
    (0x0E00, 0x0E7F, "Thai", "Thai"),
    (0x0E80, 0x0EFF, "Lao", "Lao"),
    (0x0F00, 0x0FFF, "Tibetan", ""),
    (0x1000, 0x109F, "Myanmar", "Myanmar"),
    (0x10A0, 0x10FF, "Georgian", "Georgian"),
    (0x1100, 0x11FF, "Korean", "CJK"),
    (0x1200, 0x139F, "Ethiopic", "Ethiopic"),
    (0x1780, 0x17FF, "Khmer", "Khmer"),
    (0x1800, 0x18AF, "Mongolian", ""),
    (0x19E0, 0x19FF, "Khmer", "Khmer"),
    (0x1C90, 0x1CBF, "Georgian", "Georgian"),
    (0x1CD0, 0x1CFF, "Devanagari", "Devanagari"),
    (0x2D00, 0x2D2F, "Georgian", "Georgian"),
    (0x2D80, 0x2DDF, "Ethiopic", "Ethiopic"),
    (0x2E80, 0x2FFF, "Chinese", "CJK"),
    (0x3000, 0x303F, "Chinese, Japanese or Korean", "CJK"),
    (0x3040, 0x30FF, "Japanese", "CJK"),
    (0x3100, 0x312F, "Chinese", "CJK"),
    (0x3130, 0x318F, "Korean", "CJK"),
    (0x3190, 0x31EF, "Chinese", "CJK"),
    (0x31F0, 0x31FF, "Japanese", "CJK"),
    (0x3200, 0x33FF, "Chinese, Japanese or Korean", "CJK"),
    (0x3400, 0x9FFF, "Chinese", "CJK"),
    (0xA000, 0xA4CF, "Yi", ""),
    (0xA8E0, 0xA8FF, "Devanagari", "Devanagari"),
    (0xA960, 0xA97F, "Korean", "CJK"),
    (0xA9E0, 0xA9FF, "Myanmar", "Myanmar"),
    (0xAA60, 0xAA7F, "Myanmar", "Myanmar"),
    (0xAB00, 0xAB2F, "Ethiopic", "Ethiopic"),
    (0xAC00, 0xD7FF, "Korean", "CJK"),
    (0xF900, 0xFAFF, "Chinese", "CJK"),
    (0xFB1D, 0xFB4F, "Hebrew", "Hebrew"),
    (0xFB50, 0xFDFF, "Arabic", "Arabic"),
    (0xFE30, 0xFE4F, "Chinese", "CJK"),
    (0xFE70, 0xFEFE, "Arabic", "Arabic"),
    (0xFF00, 0xFFEF, "Chinese, Japanese or Korean", "CJK"),
    (0x20000, 0x3FFFF, "Chinese", "CJK"),
)
_STARTS = [block[0] for block in BLOCKS]
_ELSEWHERE = ("", "Symbols")  # file name endings for characters outside these blocks


@dataclass(frozen=True, slots=True)
class Face:
    """A font: its file, the index in a collection, the family as libass names it, and its available weights.

    No weights: the file's own weight, or any weight of a variable font.
    """

    path: Path
    index: int = 0
    family: str = ""
    weights: tuple[int, ...] = ()

    def weight(self, wanted: int) -> int:
        """The nearest weight this face has."""
        return min(self.weights, key=lambda weight: (abs(weight - wanted), -weight)) if self.weights else wanted


@lru_cache(maxsize=1)
def own_font() -> Path:
    """The built-in font (Inter: Latin, Greek, Cyrillic), never one of the machine's."""
    import fontpkg_inter

    return Path(fontpkg_inter.__file__).parent / "files" / "Inter[opsz,wght].ttf"


def block_of(character: str) -> tuple[int, int, str, str] | None:
    """The script block of the character; None if it belongs to none of `BLOCKS`."""
    index = bisect_right(_STARTS, ord(character)) - 1
    return BLOCKS[index] if index >= 0 and ord(character) <= BLOCKS[index][1] else None


def script_of(character: str) -> str:
    """The script's name for messages about a character without a font."""
    block = block_of(character)
    if block:
        return block[2]
    if unicodedata.category(character) in ("So", "Sk"):
        return "emoji and symbols"
    word = unicodedata.name(character, "").partition(" ")[0]
    return word.capitalize() if word else "unknown characters"


def face_of(character: str, primary: Path, region: str = "") -> Face | None:
    """The first font that has the character; None if none has. `region` chooses among East Asian shapes."""
    return next((face for face in _candidates(character, primary, region) if ord(character) in coverage(face)), None)


def _candidates(character: str, primary: Path, region: str) -> Iterator[Face]:
    yield Face(primary)
    if primary != own_font():
        yield Face(own_font())
    block = block_of(character)
    for name in (block[3],) if block else _ELSEWHERE:
        face = east_asia_face(region or "SC") if name == "CJK" else noto_face(name) if name or not block else None
        if face:
            yield face


@lru_cache(maxsize=64)
def noto_face(name: str) -> Face | None:
    """The Noto Sans font of a script; None if its file is not installed."""
    family = f"Noto Sans {name}".strip()
    path = _package(SCRIPTS, f"NotoSans{name}[[]wght].ttf")
    return Face(path, 0, family, NOTO_WEIGHTS) if path else None


@lru_cache(maxsize=8)
def east_asia_face(region: str) -> Face | None:
    """The font for Chinese, Japanese and Korean with the shapes of a region; None if it is not installed."""
    path = _package(EAST_ASIA, "NotoSansCJK*.ttc")
    return Face(path, REGIONS[region], f"Noto Sans CJK {region}", EAST_ASIA_WEIGHTS) if path else None


def _package(name: str, pattern: str) -> Path | None:
    """The file of an installed package, without importing it."""
    import importlib.util

    spec = importlib.util.find_spec(name)
    folders = spec.submodule_search_locations if spec else None
    return next((path for folder in folders or () for path in sorted(Path(folder).glob(pattern))), None)


def unreadable(path: Path) -> TemplateError:
    return TemplateError(f"{path}: this font cannot be read.", "Give a .ttf or .otf file as the brand's font.")


@lru_cache(maxsize=32)
def _opened(path: Path, index: int = 0) -> Any:
    import uharfbuzz

    try:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
    except (OSError, uharfbuzz.HarfBuzzError):
        raise unreadable(path) from None
    if not face.glyph_count:
        raise unreadable(path)
    return face


@lru_cache(maxsize=32)
def metrics(face: Face) -> tuple[float, float]:
    """Ascent and descent in ems, as libass counts them."""
    font = _opened(face.path, face.index)
    try:
        ascent, descent = struct.unpack_from(">HH", font.reference_table("OS/2").data, 74)
    except struct.error:
        raise unreadable(face.path) from None
    return float(ascent / font.upem), float(descent / font.upem)


def coverage(face: Face) -> frozenset[int]:
    """The code points the font has a glyph for; the faces of one collection have the same."""
    return _coverage(face.path)


@lru_cache(maxsize=32)
def _coverage(path: Path) -> frozenset[int]:
    code_points = frozenset(_opened(path).unicodes)
    if not code_points:
        raise unreadable(path)
    return code_points
