"""The page's light and dark colours from a brand's palette, each with readable contrast. Pure.

Hues are kept: a colour that is too faint is mixed with black or white only as far as necessary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reelmaker.render.cards import colours

CLEAR = 10.0  # a background with this contrast to black (or white) serves as the ground in light (or dark)
NAMES = ("ground", "surface", "text", "muted", "line", "primary", "accent", "fill", "on-fill")


def shades(palette: Mapping[str, str], *, dark: bool) -> dict[str, str]:
    """A colour for each of `NAMES`: `fill` is the brand's own, `on-fill` the text on it.

    Args:
        palette: background, text, primary, accent, as #rrggbb.
    """
    extreme = colours.WHITE if dark else colours.BLACK
    ground = palette["background"]
    if colours.contrast(ground, extreme) < CLEAR:
        ground = colours.mix("#0d1014" if dark else "#fdfdfc", palette["primary"], 0.05 if dark else 0.03)
    surface = colours.mix(ground, colours.WHITE, 0.06 if dark else 0.75)
    text = palette["text"]
    if min(colours.contrast(text, grounds) for grounds in (ground, surface)) < 7:
        text = "#f0f2f5" if dark else "#15181e"
    grounds = (ground, surface)
    fill = palette["primary"]
    return {
        "ground": ground,
        "surface": surface,
        "text": text,
        "muted": tinted(colours.mix(ground, text, 0.66), grounds, extreme, 5.0),
        "line": colours.mix(ground, text, 0.17),
        "primary": tinted(palette["primary"], grounds, extreme, colours.READABLE + 0.1),
        "accent": tinted(palette["accent"], grounds, extreme, colours.SEEN + 0.1),
        "fill": fill,
        "on-fill": colours.readable(colours.WHITE, fill),
    }


def tinted(colour: str, grounds: Sequence[str], extreme: str, min_contrast: float) -> str:
    """The colour, mixed with `extreme` (black or white) until it has this contrast on every ground."""
    for step in range(21):
        candidate = colours.mix(colour, extreme, step / 20)
        if min(colours.contrast(candidate, ground) for ground in grounds) >= min_contrast:
            return candidate
    return extreme


def style(palette: Mapping[str, str]) -> str:
    """The page's custom properties as CSS: light, dark if the reader's system is, light on paper."""
    light, dark = (_rules(shades(palette, dark=dark)) for dark in (False, True))
    return (
        f":root{{color-scheme:light dark;{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def _rules(shades_by_name: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in shades_by_name.items())
