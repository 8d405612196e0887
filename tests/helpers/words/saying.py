"""Words said at known times, for tests of whatever turns words into sentences."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from reelmaker.model import Response, Sentence, Word
from reelmaker.transcribe import word_alignment

RATE = 16_000
RESPONSE = Response("r", "a.mp4", 60_000)


def said(text: str, start_ms: int = 0, gaps: dict[int, int] | None = None, length_ms: int = 250) -> list[Word]:
    """Words one after the other, each `length_ms` long; `gaps`: silence before the word of that number."""
    words, at = [], start_ms
    for number, word in enumerate(text.split()):
        at += (gaps or {}).get(number, 50)
        words.append(Word(word, at, at + length_ms))
        at += length_ms
    return words


def flat(found: Sequence[Sentence]) -> list[Word]:
    return [word for sentence in found for word in sentence.words]


TEXTS = st.sampled_from(
    [
        *"lamp I and but late, gone. why? Dr. er... … No!” - checkout Zürich。".split(),
    ]
)


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """Words in the order they were said, with all sorts of lengths and silences."""
    at, words = draw(st.integers(0, 5000)), []
    for text in draw(st.lists(TEXTS, max_size=120)):
        at += draw(st.sampled_from([0, 0, 30, 200, 549, 550, 899, 900, 1300, 5000]))
        length = draw(st.sampled_from([0, 1, 120, 300, 900, 4000]))
        words.append(Word(text, at, at + length))
        at += length
    return words


@st.composite
def silences(draw: st.DrawFn) -> list[tuple[int, int]]:
    at, found = 0, []
    for _ in range(draw(st.integers(0, 10))):
        at += draw(st.integers(50, 3000))
        length = draw(st.integers(word_alignment.SHORTEST_PAUSE_MS, 3000))
        found.append((at, at + length))
        at += length
    return found
