"""Assigns each sentence of an interview to those who ask or those who answer, and cuts it where the voice changes.

A sentence with both voices is cut at a pause or a punctuation mark between two words if the words before and after
clearly have different voices. What stays unclear counts as the interviewer's, because that is never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelmaker.model import Sentence, Word

if TYPE_CHECKING:
    import numpy as np

RATE_MS = 16  # samples in a millisecond
WINDOW_MS = 1600
SHORTEST_MS = 60  # of sound, so that there is something to listen to
CLEAR = 0.05  # how much nearer to one voice than to the other is clear
SIDE_MS = 450  # of speech on both sides of a cut, to hear who it is
PAUSE_MS = 120  # between two words where the voice may change
SCRAP_MS, SCRAP_WORDS = 900, 3  # "Okay." at the edge of a sentence, which may be the other's
SIGN = re.compile(r"[.?!…,;:。？！]\W*$")
STOP = re.compile(r"[.?!…。？！]\W*$")
ROUNDS = 3  # a sentence can be cut so often, in halves

Prints = Callable[[Sequence["np.ndarray"]], "np.ndarray"]
Words = tuple[Word, ...]
Stretch = tuple[int, int]  # start and end in ms


class Ear:
    """Gives the voiceprints of stretches of one response's sound, and listens to none of them twice."""

    def __init__(self, samples: np.ndarray, prints: Prints) -> None:
        self._samples, self._prints = samples, prints
        self._heard: dict[Stretch, np.ndarray] = {}

    def __call__(self, stretches: Sequence[Stretch]) -> np.ndarray:
        """Shape (stretches, 256), each of unit length; of at least one stretch."""
        import numpy as np

        new = [stretch for stretch in dict.fromkeys(stretches) if stretch not in self._heard]
        if new:
            sounds = [sound(self._samples, *stretch) for stretch in new]
            self._heard.update(zip(new, self._prints(sounds), strict=True))
        return np.stack([self._heard[stretch] for stretch in stretches])


@dataclass(frozen=True, slots=True)
class Pair:
    """The voiceprints of those who ask and of those who answer, shape (voices, 256) each, unit length."""

    interviewers: np.ndarray
    customers: np.ndarray

    def lean(self, voiceprints: np.ndarray) -> np.ndarray:
        """How much closer to an interviewer than to a customer, shape (stretches,)."""
        result: np.ndarray = (voiceprints @ self.interviewers.T).max(1) - (voiceprints @ self.customers.T).max(1)
        return result


def sound(samples: np.ndarray, start_ms: int, end_ms: int) -> np.ndarray:
    """A stretch of the sound, never empty."""
    import numpy as np

    piece = samples[start_ms * RATE_MS : max(end_ms, start_ms + SHORTEST_MS) * RATE_MS]
    return piece if len(piece) else np.zeros(SHORTEST_MS * RATE_MS, np.float32)


def ends(start_ms: int, end_ms: int) -> list[Stretch]:
    """The parts of a stretch of speech to compare: its start and its end, or all of a short one."""
    if end_ms - start_ms <= WINDOW_MS + SIDE_MS:
        return [(start_ms, end_ms)]
    return [(start_ms, start_ms + WINDOW_MS), (end_ms - WINDOW_MS, end_ms)]


def mark(sentences: Sequence[Sentence], ear: Ear, pair: Pair) -> tuple[Sentence, ...]:
    """The sentences in order, with `asked` if the interviewer speaks or it is not clear who does."""

    def lean(stretches: Sequence[Stretch]) -> list[float]:
        return pair.lean(ear(stretches)).tolist() if stretches else []

    pieces = [(part, sentence.unreliable) for sentence in sentences for part in _scraps_off(sentence.words)]
    for _ in range(ROUNDS):
        leans = _leans([words for words, _ in pieces], lean)
        mixed = [number for number, each in enumerate(leans) if min(each) < CLEAR and max(each) > -CLEAR]
        cuts = _cuts({number: pieces[number][0] for number in mixed}, lean)
        if not cuts:
            break
        pieces = [
            (part, doubtful)
            for number, (words, doubtful) in enumerate(pieces)
            for part in ((words[: cuts[number]], words[cuts[number] :]) if number in cuts else (words,))
        ]
    else:
        leans = _leans([words for words, _ in pieces], lean)
    response = sentences[0].response
    return tuple(
        Sentence(response, index, words, doubtful, max(each) > -CLEAR)
        for index, ((words, doubtful), each) in enumerate(zip(pieces, leans, strict=True))
    )


def _scraps_off(words: Words) -> list[Words]:
    """A sentence without the scraps attached to it: "Okay." may be the other person's."""
    parts = [words]
    for index in range(1, len(words)):
        if not STOP.search(words[index - 1].text):
            continue
        head, tail = words[:index], words[index:]
        if _scrap(head):
            return [head, *_scraps_off(tail)]
        if _scrap(tail):
            return [head, tail]
    return parts


def _scrap(words: Words) -> bool:
    return len(words) < SCRAP_WORDS and words[-1].end_ms - words[0].start_ms <= SCRAP_MS


def _leans(pieces: Sequence[Words], lean: Callable[[Sequence[Stretch]], list[float]]) -> list[list[float]]:
    """Which side the start and the end of each piece lean to; one value for a short piece."""
    stretches = [ends(words[0].start_ms, words[-1].end_ms) for words in pieces]
    values = iter(lean([stretch for piece_stretches in stretches for stretch in piece_stretches]))
    return [[next(values) for _ in piece_stretches] for piece_stretches in stretches]


def _cuts(mixed: dict[int, Words], lean: Callable[[Sequence[Stretch]], list[float]]) -> dict[int, int]:
    """Where to cut each of these pieces: the first word of the other voice."""
    places, sides = [], []
    for number, words in mixed.items():
        start, end = words[0].start_ms, words[-1].end_ms
        for index in range(1, len(words)):
            left, right = words[index - 1], words[index]
            apart = SIGN.search(left.text) or right.start_ms - left.end_ms >= PAUSE_MS
            if apart and left.end_ms - start >= SIDE_MS and end - right.start_ms >= SIDE_MS:
                places.append((number, index))
                sides += [
                    (max(start, left.end_ms - WINDOW_MS), left.end_ms),
                    (right.start_ms, min(end, right.start_ms + WINDOW_MS)),
                ]
    leans = lean(sides)
    best: dict[int, tuple[float, int]] = {}
    for (number, index), before, after in zip(places, leans[::2], leans[1::2], strict=True):
        clear = min(abs(before), abs(after)) >= CLEAR and before * after < 0
        if clear and abs(before - after) > best.get(number, (0.0, 0))[0]:
            best[number] = abs(before - after), index
    return {number: index for number, (_, index) in best.items()}
