"""The largest font size at which a text fits a box, measured with the available font; truncated only as a last resort.

The machine that opens the file may have another font, so the measure has a margin.
"""

from __future__ import annotations

from pathlib import Path

from reelmaker.text import layout

SPARE = 1.08  # how much wider another machine's font may be
LEADING, TALL_LEADING = 1.22, 1.6  # distance of lines in ems; scripts that are taller than Latin


def fit(
    text: str,
    font: Path,
    box_pt: tuple[float, float],
    largest: float,
    smallest: float,
    *,
    bold: bool = False,
) -> tuple[float, str]:
    """Size in points, and the text: complete, or cut off with "…" if not even the smallest size is enough.

    `box_pt` is width and height in points. Paragraphs are separated by newlines.
    """
    weight = 700 if bold else 400
    drawable = _drawable(text, font)
    size = largest
    while size > smallest:
        if fits(drawable, font, box_pt, size, weight):
            return size, text
        size -= 1 if size <= 24 else 2
    if fits(drawable, font, box_pt, smallest, weight):
        return smallest, text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(_drawable(_short(text, middle), font), font, box_pt, smallest, weight):
            low = middle
        else:
            high = middle - 1
    return smallest, _short(text, low)


def fits(text: str, font: Path, box_pt: tuple[float, float], size: float, weight: int) -> bool:
    """Whether the text fits at this size."""
    lines = layout.wrap(text, font, weight, box_pt[0] / size / SPARE, layout.PLAIN) or []
    leading = TALL_LEADING if layout.shaped(text, font) else LEADING
    return len(lines) * size * leading <= box_pt[1]


def _short(text: str, length: int) -> str:
    if length >= len(text):
        return text
    cut = text[:length]
    whole_words = cut.rsplit(" ", 1)[0] if " " in cut[-30:] else cut
    return f"{whole_words.rstrip()} …"


def _drawable(text: str, font: Path) -> str:
    """The text to measure: characters that no font here can draw count as a wide letter."""
    missing = layout.missing(text, font)
    return "".join("W" if character in missing else character for character in text)
