"""Where somebody speaks in a recording, by the small network that comes with faster-whisper.

Takes 16-bit or float32 sound at 16 kHz; returns stretches of speech, in samples.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from reelmaker.transcribe.chunking import levelled, stretches

if TYPE_CHECKING:
    import numpy as np

DETECTING = threading.Lock()  # one network, shared by all threads


def speech(samples: np.ndarray, gain: float, loud: np.ndarray, longest_s: float) -> list[dict[str, int]]:
    """Stretches of speech as `start` and `end` in samples.

    Args:
        gain: what brings the sound to the usual level, as `chunking.gain_of` gives it.
        loud: its loudness as `word_alignment.levels` gives it.
        longest_s: longer stretches are parted.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(threshold=0.4, min_silence_duration_ms=300, speech_pad_ms=100, max_speech_duration_s=longest_s)
    results: list[dict[str, int]] = []
    for begin, end in stretches(loud, len(samples)):
        with DETECTING:
            part = get_speech_timestamps(levelled(samples[begin:end], gain), options)
        results += [{"start": stretch["start"] + begin, "end": stretch["end"] + begin} for stretch in part]
    return results
