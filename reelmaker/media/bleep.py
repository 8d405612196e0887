"""Bleeps: stretches of a sound are silenced and covered by a tone.

Stretches are in ms, relative to the start of the piece, which is time 0 of the ffmpeg stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Stretches = Sequence[tuple[int, int]]
TONE_HZ = 1000
TONE_DB = -18.0  # peak; as loud as speech at -18 LUFS, which is 2 LU below the clips
RAMP_MS = 8  # fade before and after the stretch, to avoid clicks
LEFT_DB = -50.0  # the highest level that may remain under a tone


def silenced(sound: Any, stretches: Stretches) -> Any:
    """The sound, silenced in the stretches."""
    if not stretches:
        return sound
    return _filtered(sound, f"(1-({_envelope(stretches)}))", "")


def bleeped(sound: Any, stretches: Stretches) -> Any:
    """The sound with the tone over the silenced stretches."""
    if not stretches:
        return sound
    tone = f"{10 ** (TONE_DB / 20):.5f}*sin(2*PI*{TONE_HZ}*t)*({_envelope(stretches)})"
    return _filtered(sound, "1", f"+{tone}")


def _filtered(sound: Any, factor: str, more: str) -> Any:
    side = "|".join(f"val({channel})*{factor}{more}" for channel in (0, 1))
    return sound.filter("aeval", side, channel_layout="stereo")


def _envelope(stretches: Stretches) -> str:
    """1 inside a stretch, 0 outside, with a short ramp between; as an expression of the time in s."""
    ramp = RAMP_MS / 1000
    return "+".join(
        f"clip(min((t-{start / 1000 - ramp:.3f})/{ramp},({end / 1000 + ramp:.3f}-t)/{ramp}),0,1)"
        for start, end in apart(stretches)
    )


def apart(stretches: Stretches) -> list[tuple[int, int]]:
    """The stretches in order; those that would touch are merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start - merged[-1][1] <= 2 * RAMP_MS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def residual_db(samples: np.ndarray, rate: int, stretches: Stretches) -> float:
    """The level (RMS, dBFS) of everything but the tone in the loudest 50 ms of the stretches."""
    import numpy as np

    loudest, step = 1e-10, rate // 20
    for start, end in stretches:
        part = samples[start * rate // 1000 : end * rate // 1000].astype(float)
        for offset in range(0, len(part) - step + 1, step):
            window = part[offset : offset + step]
            time = 2 * np.pi * TONE_HZ * np.arange(len(window)) / rate
            waves = np.stack([np.sin(time), np.cos(time)], 1)
            weights, *_ = np.linalg.lstsq(waves, window, rcond=None)
            loudest = max(loudest, float(np.mean((window - waves @ weights) ** 2)))
    return float(10 * np.log10(loudest))
