"""The words of a clip that jumps over parts of its source, at the times when they are heard in it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reelmaker.model import Moment, Span, Word


def moved(moment: Moment, played_at: Callable[[int], int]) -> Moment:
    """The same words and jumps at other times.

    Args:
        played_at: a time of the source -> the time in the clip, in ms; never decreasing.
    """

    def word_moved(word: Word) -> Word:
        return replace(word, start_ms=played_at(word.start_ms), end_ms=played_at(word.end_ms))

    def span_moved(span: Span) -> Span:
        return Span(span.response, played_at(span.start_ms), played_at(span.end_ms))

    sentences = tuple(replace(s, words=tuple(map(word_moved, s.words))) for s in moment.sentences)
    holes = tuple(replace(hole, span=span_moved(hole.span)) for hole in moment.holes)
    return replace(moment, sentences=sentences, holes=holes)
