"""How loud a stretch of an upload is over time, to be drawn as a wave."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from reelmaker.media import audio


def levels(path: Path, track: int, start_ms: int, end_ms: int, count: int, side: str = "") -> list[float]:
    """The highest sample of each of `count` equal parts of a stretch, 0..1 of the loudest; zeros where there is no sound."""
    import numpy as np

    if track < 0 or end_ms <= start_ms:
        return [0.0] * count
    samples = np.abs(audio.pcm(path, track, start_ms, end_ms, side))
    loudest = float(samples.max(initial=0.0))
    if not loudest:
        return [0.0] * count
    edges = np.linspace(0, len(samples), count + 1).astype(int)
    return [round(float(samples[a : max(b, a + 1)].max(initial=0.0)) / loudest, 3) for a, b in pairwise(edges)]
