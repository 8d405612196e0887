"""Times as captions write them -> whole milliseconds. Pure."""

from __future__ import annotations

import re

# Hours are left out by some; fractions have one to three digits; frames stand behind a third colon or a semicolon
CLOCK = r"(?:\d{1,4}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,9}|[:;]\d{1,3})?"
ARROW = re.compile(rf"({CLOCK})[ \t]*-{{2,}}>[ \t]*({CLOCK})")
TIME = re.compile(CLOCK)
FRAMES = re.compile(r"(\d{1,4}):(\d{1,3}):(\d{1,2})[:;](\d{1,3})")
USUAL_RATES = (25, 30, 60, 120)


def milliseconds(text: str, rate: int = 25) -> int:
    """A time in ms; `rate`: frames per second, if the last number counts frames."""
    if match := FRAMES.fullmatch(text):
        hours, minutes, seconds, frames = (int(part) for part in match.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + frames * 1000 // rate
    clock, _, fraction = text.replace(",", ".").partition(".")
    clock_s = 0
    for part in clock.replace(";", ":").split(":"):
        clock_s = clock_s * 60 + int(part)
    return clock_s * 1000 + int(fraction[:3].ljust(3, "0") or 0)


def frame_rate(text: str) -> int:
    """The lowest usual rate that explains the frame numbers in a file."""
    highest = max((int(match[4]) for match in FRAMES.finditer(text)), default=0)
    return next((rate for rate in USUAL_RATES if highest < rate), USUAL_RATES[-1])
