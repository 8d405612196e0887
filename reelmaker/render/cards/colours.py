"""Resolves colour roles to readable colours: the brand's if set, else the template's.

A colour changes only if its contrast with its background is too low: a brand hue to a darker or lighter shade, any
other to black or white.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

from reelmaker.model import Brand

READABLE = 4.5  # WCAG: text
SEEN = 3.0  # WCAG: graphics that carry information, such as the count
NOTICED = 1.6  # ornament
STRONGEST = 0.85  # saturation of a pale colour made darker
GIVEN = ("background", "text", "primary", "accent")
ROLES = (*GIVEN, "muted", "surface", "faint")
BLACK, WHITE = "#111111", "#ffffff"

Rgb = tuple[int, int, int]


def rgb(colour: str) -> Rgb:
    """`#rrggbb` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(low: str, high: str, amount: float) -> str:
    """The colour `amount` of the way from `low` to `high`."""
    pairs = zip(rgb(low), rgb(high), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * amount):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in rgb(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG contrast, 1 to 21."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(colour: str, ground: str, least: float = READABLE) -> str:
    """The colour itself, or black or white if its contrast with this background is too low."""
    if contrast(colour, ground) >= least:
        return colour
    best = max((BLACK, WHITE), key=lambda candidate: contrast(candidate, ground))
    return best if contrast(best, ground) >= READABLE else max(("#000000", WHITE), key=lambda c: contrast(c, ground))


def toned(colour: str, ground: str, least: float) -> str:
    """The colour itself, or a darker or lighter shade with enough contrast on this background; at worst black or
    white.
    """
    if contrast(colour, ground) >= least:
        return colour
    hue, light, strength = colorsys.rgb_to_hls(*(part / 255 for part in rgb(colour)))
    step = -0.01 if contrast(BLACK, ground) > contrast(WHITE, ground) else 0.01
    while 0.08 < light + step < 0.94:
        light += step
        parts = colorsys.hls_to_rgb(hue, light, min(strength, STRONGEST))
        candidate = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
        if contrast(candidate, ground) >= least:
            return candidate
    return readable(colour, ground, least)


def palette(template_colours: Mapping[str, str], brand: Brand) -> dict[str, str]:
    """The four named colours: the brand's, else the template's; text is readable on the background."""
    named = {role: getattr(brand, role) or template_colours[role] for role in GIVEN}
    named["text"] = readable(named["text"], named["background"])
    return {role: colour.lower() for role, colour in named.items()}


def resolve(role: str, colours: Mapping[str, str], ground: str, least: float = 0.0) -> str:
    """The colour of a role on a background, with at least this contrast; the brand's own hues are kept."""
    if role in colours:
        change = toned if role in ("primary", "accent") else readable
        return change(colours[role], ground, least)
    text = readable(colours["text"], ground)
    if role == "muted":
        amounts = (0.68, 0.74, 0.8, 0.9)
        return next((c for a in amounts if contrast(c := mix(ground, text, a), ground) > 6.5), text)
    if role == "surface":
        return mix(ground, text, 0.06)
    if role == "faint":
        return mix(ground, text, 0.2)
    return readable(role.lower(), ground, least)
