"""The parts of a clip that the team struck words from, each with its edges in the pauses of the sound. Pure.

At a joint both sides are edges like any other: in the pause next to the words, never inside one that is shown.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from reelmaker.model import Moment, Span
from reelmaker.model.stretches import Hole, remaining, spoken_parts
from reelmaker.select import pauses

if TYPE_CHECKING:
    import numpy as np

VERSION = 2
LOOK_MS = 150  # how far `pauses` looks past the time of a neighbouring word
NEAR_MS = 50  # how far into a shown word an edge may move where there is no pause
LEAST_MS = 20  # of a part, and of a hole: shorter ones are neither seen nor heard


def identity(moment: Moment) -> list[Any]:
    """Everything about a moment with holes that decides where its parts begin and end."""
    exact = [moment.exact.start_ms, moment.exact.end_ms] if moment.exact else []
    words = [[part[0].start_ms, part[-1].end_ms] for part in spoken_parts(moment.words, moment.holes)]
    return [VERSION, exact, words, [[h.span.start_ms, h.span.end_ms, h.exact] for h in moment.holes]]


def silent(moment: Moment, length_ms: int) -> tuple[Span, ...]:
    """The parts in an answer without sound: exactly as they were struck."""
    span = (moment.exact or moment.span).clamp(0, length_ms)
    return remaining(span, [hole.span for hole in moment.holes]) or (span,)


def parts(
    samples: np.ndarray, offset_ms: int, moment: Moment, before_ms: int, after_ms: int, length_ms: int
) -> tuple[Span, ...]:
    """The parts of a moment with holes, in order, apart from each other and inside the answer.

    Args:
        samples, offset_ms, before_ms, after_ms: as for `pauses.edges`, of the whole moment.
        length_ms: of the answer.
    """
    spoken, holes = spoken_parts(moment.words, moment.holes), moment.holes
    spans = []
    for number, words in enumerate(spoken):
        earlier = holes[number - 1] if number else None
        later = holes[number] if number < len(holes) else None
        span = Span(moment.span.response, words[0].start_ms, max(word.end_ms for word in words))
        before = max(earlier.span.end_ms, _middle(earlier) + LOOK_MS) if earlier else before_ms
        after = min(later.span.start_ms, _middle(later) - LOOK_MS) if later else after_ms
        edges = pauses.edges(samples, offset_ms, span, before, after)
        begin_ms, stop_ms = edges.start_ms, edges.end_ms
        if earlier and begin_ms < (least := earlier.span.end_ms - _reach(earlier)):
            begin_ms = _quietest(samples, offset_ms, least, span.start_ms + NEAR_MS)
        if later and stop_ms > (most := later.span.start_ms + _reach(later)):
            stop_ms = _quietest(samples, offset_ms, span.end_ms - NEAR_MS, most)
        start = _exact(earlier, moment.exact.start_ms if moment.exact else None, begin_ms, 1)
        end = _exact(later, moment.exact.end_ms if moment.exact else None, stop_ms, 0)
        spans.append(Span(span.response, start, max(start + LEAST_MS, end)).clamp(0, length_ms))
    return apart(spans, holes)


def apart(spans: list[Span], holes: tuple[Hole, ...]) -> tuple[Span, ...]:
    """The same parts where none reaches over the middle of the hole next to it."""
    separate = list(spans)
    for number, (first, second) in enumerate(pairwise(spans)):
        if second.start_ms - first.end_ms < LEAST_MS:
            middle, half = _middle(holes[number]), LEAST_MS // 2
            end, start = min(first.end_ms, middle - half), max(second.start_ms, middle + half)
            separate[number] = Span(first.response, separate[number].start_ms, max(separate[number].start_ms + 1, end))
            separate[number + 1] = Span(second.response, start, max(start + 1, second.end_ms))
    return tuple(separate)


def _reach(hole: Hole) -> int:
    """How far an edge may reach into struck words, in ms: in running speech most of a short one would be heard."""
    return min(LOOK_MS, hole.span.length_ms // 8)


def _quietest(samples: np.ndarray, offset_ms: int, low_ms: int, high_ms: int) -> int:
    """The quietest place between two times, in ms of the answer."""
    levels = [
        (float(abs(samples[max(0, time - offset_ms - 5) * 16 : max(0, time - offset_ms + 5) * 16]).mean()), time)
        for time in range(low_ms, max(low_ms, high_ms) + 1, 5)
        if 0 <= time - offset_ms < len(samples) // 16
    ]
    return min(levels)[1] if levels else low_ms


def _exact(hole: Hole | None, moment_edge: int | None, snapped: int, side: int) -> int:
    """Where a part begins (`side` 1) or ends (0): at the edge that was given exactly, or where it was moved to."""
    if hole is None:
        return snapped if moment_edge is None else moment_edge
    return (hole.span.start_ms, hole.span.end_ms)[side] if hole.exact else snapped


def _middle(hole: Hole) -> int:
    return (hole.span.start_ms + hole.span.end_ms) // 2
