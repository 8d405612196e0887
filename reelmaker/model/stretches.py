"""A stretch of an answer with parts left out: what remains, and which time of the answer is where in it. Pure.

All times are whole milliseconds of the response. Holes are inside the stretch, in order, and do not touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reelmaker.model.answers import Span, Word


@dataclass(frozen=True, slots=True)
class Hole:
    """What the team struck inside a moment. `exact`: to the millisecond. `silent`: no word was said there."""

    span: Span
    exact: bool = False
    silent: bool = False


def remaining(span: Span, holes: Iterable[Span]) -> tuple[Span, ...]:
    """The parts of a stretch outside its holes, in order; never empty ones."""
    parts, start = [], span.start_ms
    for hole in sorted(holes):
        if hole.start_ms > start:
            parts.append(Span(span.response, start, min(hole.start_ms, span.end_ms)))
        start = max(start, hole.end_ms)
    if start < span.end_ms:
        parts.append(Span(span.response, start, span.end_ms))
    return tuple(parts)


def spoken_parts(words: Iterable[Word], holes: Iterable[Hole]) -> list[list[Word]]:
    """The words between the holes, in order."""
    groups: list[list[Word]] = [[]]
    ahead = list(holes)
    for word in words:
        while ahead and groups[-1] and word.start_ms + word.end_ms > ahead[0].span.start_ms + ahead[0].span.end_ms:
            groups.append([])
            ahead.pop(0)
        groups[-1].append(word)
    return groups


def played_at(parts: Sequence[Span], time_ms: int) -> int:
    """Where a time of the answer is once the parts follow each other; a time between two parts is at their joint."""
    played = 0
    for part in parts:
        if time_ms < part.end_ms:
            return played + max(0, time_ms - part.start_ms)
        played += part.length_ms
    return played


def inside(parts: Iterable[Span], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """What of `start_ms`..`end_ms` is inside the parts, in order."""
    shared = [(max(start_ms, part.start_ms), min(end_ms, part.end_ms)) for part in parts]
    return [(start, end) for start, end in shared if start < end]


def whole_frames(parts: Sequence[Span], fps: int) -> tuple[Span, ...]:
    """The parts with each but the last as long as a whole number of frames, so that no joint shifts picture and sound.

    An end moves by half a frame at most, and never into the next part.
    """
    exact = []
    for number, part in enumerate(parts):
        frames = max(1, round(part.length_ms * fps / 1000))
        end = part.start_ms + round(frames * 1000 / fps)
        if number + 1 < len(parts):
            if end > parts[number + 1].start_ms and frames > 1:
                end = part.start_ms + round((frames - 1) * 1000 / fps)
            part = Span(part.response, part.start_ms, max(part.start_ms + 1, min(end, parts[number + 1].start_ms)))
        exact.append(part)
    return tuple(exact)
