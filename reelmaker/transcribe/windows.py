"""The stretches of sound that Whisper transcribes at a time: up to 29 s, cut where nobody speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from reelmaker.model import Word
from reelmaker.transcribe.chunking import RATE

if TYPE_CHECKING:
    import numpy as np

WINDOW_S = 29.0  # Whisper hears 30 s at once
PAD_S = 0.2  # kept around what was found to be speech
GAP_S = 4.0  # a longer silence is not listened to


@dataclass(slots=True)
class Window:
    """A stretch of a response's sound: samples from `start` on, and their results."""

    start: int
    samples: np.ndarray  # as they were decoded
    gain: float = 1.0  # that brings them to the level the model is used to
    encoded: Any = None
    language: str = ""
    tokens: list[int] = field(default_factory=list)
    probability: float = 0.0  # mean log probability of the tokens
    words: list[Word] = field(default_factory=list)
    names: tuple[str, ...] = ()  # to listen for

    def again(self, result: Decoded) -> Window:
        """The same stretch with another result, without words."""
        return replace(self, tokens=result.tokens, probability=result.probability, words=[])


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the decoder made of a window."""

    tokens: list[int]
    probability: float
    no_speech: float


def windows_of(samples: np.ndarray, speech: Sequence[dict[str, int]], gain: float = 1.0) -> list[Window]:
    """Windows of at most 29 s that contain all the speech, cut where nobody speaks."""
    pad, longest, gap = (round(seconds * RATE) for seconds in (PAD_S, WINDOW_S, GAP_S))
    groups: list[list[int]] = []
    for stretch in speech:
        if groups and stretch["end"] - groups[-1][0] <= longest - 2 * pad and stretch["start"] - groups[-1][1] <= gap:
            groups[-1][1] = stretch["end"]
        else:
            groups.append([stretch["start"], stretch["end"]])
    windows, before = [], 0
    for number, (start, end) in enumerate(groups):
        following = groups[number + 1][0] if number + 1 < len(groups) else len(samples)
        begin, stop = max(before, start - pad), min(end + pad, following, len(samples))
        windows.append(Window(begin, samples[begin:stop], gain))
        before = stop
    return windows
