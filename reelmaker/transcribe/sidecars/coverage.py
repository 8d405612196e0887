"""What captions leave out of a recording. Pure except for the network that detects speech.

Takes a transcript from captions and the recording's sound; returns whether the captions fit it, and the stretches they
cover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from reelmaker.model import Transcript
from reelmaker.transcribe import voice_activity, word_alignment
from reelmaker.transcribe.chunking import RATE, gain_of

if TYPE_CHECKING:
    import numpy as np

Fit = Literal["whole", "part", "elsewhere", "empty"]
Stretch = tuple[int, int]  # ms
CHECKED_GAP_MS = 8_000  # a gap in the captions from which on the sound is looked at
MARGIN_MS = 1_500  # by which captions may begin late or end early
MISSED_MS, MISSED_SHARE = 3_000, 0.1  # so much speech without captions, and so much of all speech
SPOKEN_SHARE = 0.2  # of the time with captions that somebody has to speak, or they are of another recording
LONGEST_S = 30.0


def worth_checking(transcript: Transcript, duration_ms: int) -> bool:
    """Whether the captions leave out so much that the sound has to be examined: most do not, which saves decoding it."""
    if not transcript.sentences:
        return duration_ms >= MARGIN_MS
    return any(end - start >= CHECKED_GAP_MS for start, end in _gaps(covered(transcript), duration_ms))


def covered(transcript: Transcript) -> list[Stretch]:
    """The stretches with captions, with some room around them, merged."""
    merged: list[list[int]] = []
    for sentence in transcript.sentences:
        start, end = max(0, sentence.span.start_ms - MARGIN_MS), sentence.span.end_ms + MARGIN_MS
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [(start, end) for start, end in merged]


def _gaps(stretches: Sequence[Stretch], duration_ms: int) -> list[Stretch]:
    edges = [0, *(edge for stretch in stretches for edge in stretch), duration_ms]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start]


def fit(transcript: Transcript, samples: np.ndarray) -> Fit:
    """How the captions fit the sound: they cover everything said, or a part, or are where nobody speaks; or are empty."""
    loud = word_alignment.levels(samples)
    spoken = voice_activity.speech(samples, gain_of(loud), loud, LONGEST_S)
    speech = [(stretch["start"] * 1000 // RATE, stretch["end"] * 1000 // RATE) for stretch in spoken]
    captions = covered(transcript)
    spoken_ms = sum(end - start for start, end in speech)
    inside = sum(max(0, min(end, stop) - max(start, begin)) for start, end in speech for begin, stop in captions)
    missed = spoken_ms - inside
    if missed < max(MISSED_MS if captions else MARGIN_MS, MISSED_SHARE * spoken_ms):
        return "whole"
    if not captions:
        return "empty"
    with_captions = sum(end - start - 2 * MARGIN_MS for start, end in captions)
    return "elsewhere" if inside < SPOKEN_SHARE * max(1, with_captions) else "part"


def without(samples: np.ndarray, stretches: Sequence[Stretch]) -> np.ndarray:
    """The sound with these stretches silent."""
    rest = samples.copy()
    for start, end in stretches:
        rest[start * RATE // 1000 : end * RATE // 1000] = 0
    return rest


def rest_of(sound: Callable[[], np.ndarray | None], stretches: Sequence[Stretch]) -> np.ndarray | None:
    """A recording's sound without the stretches that captions cover."""
    samples = sound()
    return None if samples is None else without(samples, stretches)


def completed(captions: Transcript, rest: Transcript) -> Transcript:
    """The captions, and what was transcribed from the rest of the recording.

    If the captions name an interviewer, it is unknown who speaks in the rest: it is not quoted.
    """
    stretches = covered(captions)
    interview = any(sentence.asked for sentence in captions.sentences)
    more = [
        replace(sentence, asked=sentence.asked or interview)
        for sentence in rest.sentences
        if not any(sentence.span.start_ms < end and sentence.span.end_ms > start for start, end in stretches)
    ]
    if not more:
        return captions
    together = sorted([*captions.sentences, *more], key=lambda sentence: sentence.span.start_ms)
    note = "the captions cover only a part of what is said; the rest was transcribed from the sound"
    return replace(
        captions,
        language=captions.language or rest.language,
        source=f"{captions.source}, {rest.source}",
        sentences=tuple(replace(sentence, index=index) for index, sentence in enumerate(together)),
        notes=(*captions.notes, note),
    )
