"""Speech without any recognised word: where a window is split to transcribe its parts again.

Takes the words of a window and the stretches of speech in it; returns the pause at which to split it.
"""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker.model import Word
from reelmaker.transcribe.chunking import RATE

MISSED_MS, MISSED_SHARE = 4000, 0.25  # so much speech without words, and so much of the window's
SILENT_MS = 1200  # or one stretch of speech so long has none


def pause(words: Sequence[Word], speech: Sequence[tuple[int, int]]) -> int | None:
    """The index of the stretch (in samples) before which to split a window; None if words cover enough of it."""
    places: Sequence[int] = wordless(words, speech)
    if not places and missed(words, speech) >= max(
        MISSED_MS, MISSED_SHARE * sum(end - start for start, end in speech) * 1000 / RATE
    ):
        places = range(1, len(speech))
    return max(places, key=lambda place: speech[place][0] - speech[place - 1][1], default=None)


def missed(words: Sequence[Word], speech: Sequence[tuple[int, int]]) -> int:
    """Milliseconds of speech (stretches in samples) during which no word is said."""
    left = 0
    for start, end in speech:
        begin, stop = start * 1000 // RATE, end * 1000 // RATE
        said_ms = sum(max(0, min(w.end_ms, stop) - max(w.start_ms, begin)) for w in words)
        left += max(0, stop - begin - said_ms)
    return left


def wordless(words: Sequence[Word], speech: Sequence[tuple[int, int]]) -> list[int]:
    """The pauses (each by the index of the stretch after it) next to a long stretch of speech without a word of its
    own.

    A word that spans a pause belongs to one side only; its other end was placed wrongly.
    """
    spans = [(start * 1000 // RATE, end * 1000 // RATE) for start, end in speech]
    empty = {number for number, (start, end) in enumerate(spans) if end - start >= SILENT_MS}
    for word in words:
        over = [number for number, (start, end) in enumerate(spans) if word.start_ms < end and word.end_ms > start]
        if len(over) == 1:
            empty.discard(over[0])
    return [place for place in range(1, len(speech)) if {place - 1, place} & empty]
