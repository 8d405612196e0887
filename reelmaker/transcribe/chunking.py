"""Sound in portions that fit into memory: which responses together, where a long one may be split, its level.

Takes 16-bit or float32 sound at 16 kHz, and its loudness from `word_alignment.levels`; returns the same in smaller
parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from reelmaker.model import Response
from reelmaker.transcribe import word_alignment

if TYPE_CHECKING:
    import numpy as np

RATE = 16_000
LONG_MS = 900_000  # of sound held at once by a worker, where it is that of several responses
STRETCH_S = 600  # of sound in which speech is looked for at once
LOUD_DB = -20.0  # the level that speech is brought to before it is looked for
QUIETEST_DB = -62.0  # below it there is nothing to make louder

Job = tuple[Response, Callable[[], Any]]


def batches_of(jobs: Sequence[Job], size: int) -> list[list[Job]]:
    """Up to `size` responses each, in order; a long one is alone, so that memory never contains several."""
    batches: list[list[Job]] = []
    length = 0
    for job in jobs:
        length += job[0].duration_ms
        if not batches or len(batches[-1]) >= size or length > LONG_MS:
            batches.append([])
            length = job[0].duration_ms
        batches[-1].append(job)
    return batches


def stretches(loud: np.ndarray, samples: int) -> list[tuple[int, int]]:
    """Parts of a long recording, in samples, that end where it is quietest: each is examined alone.

    The network that detects speech makes several copies of its input.
    """
    step, part, look = RATE * word_alignment.STEP_MS // 1000, STRETCH_S * 100, STRETCH_S * 10
    cuts, begin = [], 0
    while len(loud) - begin > part + look:
        # half a second around each place, so that the gap inside a word does not win
        calm = _calm(loud[begin + part - look : begin + part + look])
        end = begin + part - look + int(calm.argmin())
        cuts.append((begin * step, end * step))
        begin = end
    return [*cuts, (begin * step, samples)]


def _calm(loud: np.ndarray) -> np.ndarray:
    """The mean of half a second around each 10 ms."""
    import numpy as np

    wide = 500 // word_alignment.STEP_MS
    calm = np.convolve(loud, np.ones(wide) / wide, "same")
    calm[:wide] = calm[-wide:] = np.inf  # half of them lies outside
    return calm


def gain_of(loud: np.ndarray) -> float:
    """The factor that makes quiet speech as loud as the model expects."""
    voice = word_alignment.voice_level(loud) if len(loud) else -100.0
    if voice <= QUIETEST_DB or voice >= LOUD_DB:
        return 1.0
    return float(10 ** ((LOUD_DB - voice) / 20))


def levelled(samples: np.ndarray, gain: float) -> np.ndarray:
    """Samples at the level that the model expects, as float32."""
    import numpy as np

    loud = word_alignment.floats(samples)
    return loud if gain == 1.0 else np.clip(loud * np.float32(gain), -1, 1)
