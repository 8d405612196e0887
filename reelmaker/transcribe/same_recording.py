"""One recording that was uploaded twice, in two encodings: recognised by what is said when, confirmed by its sound.
Pure.

Takes transcripts with the times of their words, and the sound of two answers; returns which belong together. A script
that two people read aloud does not match: their words come at other times, and their voices are louder, softer, higher
and lower elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.model import Transcript
from reelmaker.transcribe.chunking import RATE

if TYPE_CHECKING:
    import numpy as np

VERSION = 2
SAME_TIME_MS = 300
FEWEST_WORDS = 20  # so few words may come at the same times by chance, or by captions that were made by hand
SHARED = 0.6  # of the longer answer's runs of three words: the two encodings may be heard a little differently
RUN = 3
EVERYBODYS = 50  # what so many answers say tells none of them apart, and comparing them all would take long
FRAME = 320  # samples of 16 kHz sound: 20 ms
LAG = 15  # frames by which one may begin later
ALIKE = 0.9  # correlation of the loudness over time, and of the loudness of bands of pitch
BANDS = (
    100,
    200,
    300,
    400,
    550,
    700,
    900,
    1200,
    1600,
    2200,
    3000,
    4000,
)  # edges in Hz; codecs change little below 4 kHz
SOFTEST = 0.003  # of the peak: what is softer makes no difference


def candidates(transcripts: Mapping[str, Transcript]) -> list[tuple[str, str]]:
    """Pairs of answers in which the same words come at the same times."""
    runs = {response: _runs(transcript) for response, transcript in sorted(transcripts.items())}
    answers = Counter(run for own in runs.values() for run in {run for run, _ in own})
    runs = {response: [one for one in own if answers[one[0]] <= EVERYBODYS] for response, own in runs.items()}
    runs = {response: own for response, own in runs.items() if len(own) > FEWEST_WORDS - RUN}
    users: dict[str, list[tuple[str, int]]] = defaultdict(list)
    shared: Counter[tuple[str, str]] = Counter()
    for response, own in runs.items():
        for run, start in own:
            near = {other for other, begun in users[run] if abs(begun - start) <= SAME_TIME_MS}
            shared.update((other, response) for other in near)
        for run, start in own:
            users[run].append((response, start))
    return sorted(
        (first, other)
        for (first, other), shared_runs in shared.items()
        if shared_runs >= SHARED * max(len(runs[first]), len(runs[other]))
    )


def _runs(transcript: Transcript) -> list[tuple[str, int]]:
    words = [
        (bare, word.start_ms)
        for sentence in transcript.sentences
        for word in sentence.words
        if (bare := re.sub(r"[\W_]+", "", word.text.lower()))
    ]
    if len(words) < FEWEST_WORDS:
        return []
    return [
        (" ".join(word for word, _ in words[start : start + RUN]), words[start][1])
        for start in range(len(words) - RUN + 1)
    ]


def same_sound(first_sound: np.ndarray, second_sound: np.ndarray) -> bool:
    """Whether two sounds (16 kHz mono) get louder and softer together, overall and in each band of pitch; True if both
    are silent throughout.
    """

    first, second = _loudness(first_sound), _loudness(second_sound)
    if abs(len(first) - len(second)) > max(50, len(first) // 20):
        return False
    overlap = min(len(first), len(second)) - LAG
    if overlap <= LAG:
        return False
    shifts = {shift: _correlation(first[:, 0], second[:, 0], shift, overlap) for shift in range(-LAG, LAG + 1)}
    best = max(shifts, key=lambda shift: shifts[shift])
    return shifts[best] >= ALIKE and _correlation(first[:, 1:], second[:, 1:], best, overlap) >= ALIKE


def _correlation(first: np.ndarray, second: np.ndarray, shift: int, overlap: int) -> float:
    """Of two sounds where one begins `shift` frames later; 1.0 if both are equally flat."""
    import numpy as np

    a = first[max(0, shift) : overlap + min(0, shift)]
    b = second[max(0, -shift) : overlap - max(0, shift)]
    length = min(len(a), len(b))
    a, b = a[:length] - a[:length].mean(), b[:length] - b[:length].mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    if scale > 1e-6:
        return float((a * b).sum()) / scale
    return 1.0 if a.std() == b.std() else 0.0


def _loudness(samples: np.ndarray) -> np.ndarray:
    """Log loudness of each frame, overall and in each band, shape (frames, 1 + bands)."""
    import numpy as np

    scaled = np.asarray(samples, np.float32)
    peak = float(np.abs(scaled).max()) if len(scaled) else 0.0
    frames = scaled[: len(scaled) // FRAME * FRAME].reshape(-1, FRAME) / max(peak, 1e-9)
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1)) ** 2 / FRAME**2
    edges = [round(hertz * FRAME / RATE) for hertz in BANDS]
    bands = [power[:, low:high].sum(1) for low, high in pairwise(edges)]
    overall = (frames**2).mean(1)
    result: np.ndarray = np.log10(np.sqrt(np.stack([overall, *bands], 1)) + SOFTEST)
    return result
