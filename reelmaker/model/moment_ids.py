"""The short names of moments, such as `4f2a91@1:07.4`: writing and parsing them. Pure.

A name contains the start of the answer's checksum and the time in it, so it stays valid after re-transcription.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reelmaker.model.answers import DIGITS, Span
from reelmaker.model.reel import Moment

CLOCK = r"(?:(?:\d+:)?\d+:)?\d+(?:[.,]\d{1,3})?"
STRETCH = re.compile(rf"(?P<digits>[0-9a-f]{{4,64}})@(?P<start>{CLOCK})(?:[-–](?P<end>{CLOCK}))?", re.IGNORECASE)
IN_REEL = re.compile(r"(?:(?P<reel>[^@]+)/)?(?P<number>\d{1,4})")


@dataclass(frozen=True, slots=True)
class Named:
    """A time in an answer, or a stretch of it; `digits` are the start of the answer's id."""

    digits: str
    start_ms: int
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The clip at a position of a finished reel, counted from 1."""

    reel: str
    number: int


def name(moment: Moment, digits: int = DIGITS) -> str:
    """The moment's name: the start time, and for several sentences also the end time.

    A trimmed moment is named after the complete sentences from which it was trimmed.
    """
    if moment.whole:
        return of(moment.whole, True, digits)
    return of(moment.span, len(moment.sentences) > 1, digits)


def of(span: Span, several: bool = False, digits: int = DIGITS) -> str:
    """The name of a stretch; `several`: it has more than one sentence, so the name includes its end."""
    end = f"-{clock(span.end_ms)}" if several else ""
    return f"{span.response[:digits]}@{clock(span.start_ms)}{end}"


def read(text: str, problem: str = "") -> Named | Placed | None:
    """Parse a name; None if it is not one. `problem` is the reel in which a bare number counts."""
    text = text.strip()
    if match := STRETCH.fullmatch(text):
        end = ms_of(match["end"]) if match["end"] else None
        start = ms_of(match["start"])
        return Named(match["digits"].lower(), start, None if end is None else max(start, end))
    match = IN_REEL.fullmatch(text)
    reel = (match["reel"] or problem) if match else ""
    return Placed(reel, int(match["number"])) if match and reel else None


def clock(ms: int) -> str:
    """Minutes, seconds, tenths."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02}.{ms % 1000 // 100}"


def clocks(stretches: Iterable[Span]) -> str:
    """Begin and end of each stretch, in a list."""
    return ", ".join(f"{clock(stretch.start_ms)}–{clock(stretch.end_ms)}" for stretch in stretches)


def ms_of(text: str) -> int:
    """The milliseconds of a time such as `1:07.4`."""
    clock_part, _, fraction = text.replace(",", ".").partition(".")
    seconds = 0
    for number in clock_part.split(":"):
        seconds = seconds * 60 + int(number)
    return seconds * 1000 + int(fraction.ljust(3, "0")[:3] or 0)
