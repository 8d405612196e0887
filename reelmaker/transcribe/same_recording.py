"""One recording that was uploaded twice, in two encodings: recognised by what is said when, confirmed by its sound.
Pure.

Takes transcripts with the times of their words, and the sound of two answers; returns which belong together. A script
that two people read aloud does not match: their words come at other times, and their voices are louder and softer
elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reelmaker.model import Transcript

if TYPE_CHECKING:
    import numpy as np

VERSION = 1
SAME_TIME_MS = 300
FEWEST_WORDS = 20  # so few words may come at the same times by chance, or by captions that were made by hand
SHARED = 0.6  # of the longer answer's runs of three words: the two encodings may be heard a little differently
RUN = 3
FRAME = 320  # samples of 16 kHz sound: 20 ms
LAG = 15  # frames by which one may begin later
ALIKE = 0.9  # correlation of the loudness over time
SOFTEST = 0.003  # of the peak: what is softer makes no difference


def candidates(transcripts: Mapping[str, Transcript]) -> list[tuple[str, str]]:
    """Pairs of answers in which the same words come at the same times."""
    runs = {response: _runs(transcript) for response, transcript in sorted(transcripts.items())}
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
    """Whether two sounds (16 kHz mono) get louder and softer together; True if both are silent throughout."""
    import numpy as np

    first, second = _loudness(first_sound), _loudness(second_sound)
    if abs(len(first) - len(second)) > max(50, len(first) // 20):
        return False
    overlap = min(len(first), len(second)) - LAG
    if overlap <= LAG:
        return False
    best = -1.0
    for lag in range(-LAG, LAG + 1):
        a, b = first[max(0, lag) : overlap + min(0, lag)], second[max(0, -lag) : overlap - max(0, lag)]
        length = min(len(a), len(b))
        a, b = a[:length] - a[:length].mean(), b[:length] - b[:length].mean()
        scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
        best = max(best, float((a * b).sum()) / scale if scale > 1e-6 else 1.0 if a.std() == b.std() else 0.0)
    return best >= ALIKE


def _loudness(samples: np.ndarray) -> np.ndarray:
    """Loudness of each frame, log of full scale."""
    import numpy as np

    scaled = np.asarray(samples, np.float32)
    peak = float(np.abs(scaled).max()) if len(scaled) else 0.0
    frames = scaled[: len(scaled) // FRAME * FRAME].reshape(-1, FRAME) / max(peak, 1e-9)
    result: np.ndarray = np.log10(np.sqrt((frames**2).mean(1)) + SOFTEST)
    return result
