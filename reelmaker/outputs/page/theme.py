"""A brand's palette -> the page's light and dark colours, each with readable contrast. Pure.

Hues are kept: a colour that is too faint is mixed with black or white only as far as necessary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reelmaker.render.cards import colours

CLEAR = 10.0  # a background with this contrast to black (or white) serves as the ground in light (or dark)
NAMES = ("ground", "surface", "text", "muted", "line", "primary", "accent", "fill", "on-fill")


def shades(palette: Mapping[str, str], *, dark: bool) -> dict[str, str]:
    """A colour for each of `NAMES`: `fill` is the brand's own, `on-fill` the words on it.

    Args:
        palette: background, text, primary, accent, as #rrggbb.
    """
    far = colours.WHITE if dark else colours.BLACK
    ground = palette["background"]
    if colours.contrast(ground, far) < CLEAR:
        ground = colours.mix("#0d1014" if dark else "#fdfdfc", palette["primary"], 0.05 if dark else 0.03)
    surface = colours.mix(ground, colours.WHITE, 0.06 if dark else 0.75)
    text = palette["text"]
    if min(colours.contrast(text, under) for under in (ground, surface)) < 7:
        text = "#f0f2f5" if dark else "#15181e"
    under = (ground, surface)
    fill = palette["primary"]
    return {
        "ground": ground,
        "surface": surface,
        "text": text,
        "muted": tinted(colours.mix(ground, text, 0.66), under, far, 5.0),
        "line": colours.mix(ground, text, 0.17),
        "primary": tinted(palette["primary"], under, far, colours.READABLE + 0.1),
        "accent": tinted(palette["accent"], under, far, colours.SEEN + 0.1),
        "fill": fill,
        "on-fill": colours.readable(colours.WHITE, fill),
    }


def tinted(colour: str, grounds: Sequence[str], far: str, least: float) -> str:
    """The colour, mixed with `far` (black or white) until it has this contrast on every one of the grounds."""
    for step in range(21):
        tried = colours.mix(colour, far, step / 20)
        if min(colours.contrast(tried, ground) for ground in grounds) >= least:
            return tried
    return far


def style(palette: Mapping[str, str]) -> str:
    """The page's custom properties as CSS: light, dark if the reader's system is, light on paper."""
    light, dark = (_rules(shades(palette, dark=dark)) for dark in (False, True))
    return (
        f":root{{color-scheme:light dark;{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def _rules(named: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in named.items())
