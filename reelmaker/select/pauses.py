"""Clip edges moved onto the pauses of the sound, so that no cut falls inside a word.

Takes PCM around a moment and the times of its neighbours' words; returns the exact edges of the clip.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reelmaker.model import Span

if TYPE_CHECKING:
    import numpy as np
    from pydub import AudioSegment

VERSION = 2
RATE = 16_000
AROUND_MS = 1000  # how much sound before and after the moment is examined
LEAD_MS = 80  # kept before the first sound
TAIL_MS = 120  # kept after the last one
QUIET_DB = -35  # below the speaker's own loudest level counts as a pause
STEP_MS = 10
SHORTEST_PAUSE, PLAIN_PAUSE = 4, 30  # frames


def edges(samples: np.ndarray, offset_ms: int, moment: Span, before_ms: int, after_ms: int) -> Span:
    """The moment's span with each edge in the pause next to it.

    Args:
        samples: float32 mono 16 kHz sound, shape (n,), starting at `offset_ms` of the response and
            reaching about `AROUND_MS` past the moment on both sides.
        before_ms: end of the word spoken before the moment (0 if there is none).
        after_ms: start of the word spoken after it (the response's length if there is none).
    """
    sound = _segment(samples)
    levels = [sound[position : position + STEP_MS].dBFS for position in range(0, len(sound) - STEP_MS + 1, STEP_MS)]
    if not levels:
        return moment
    first = (moment.start_ms - offset_ms) // STEP_MS
    last = (moment.end_ms - offset_ms) // STEP_MS
    peak = max(levels[max(0, first) : last + 1], default=max(levels))
    quiet = [level <= peak + QUIET_DB for level in levels]
    # A breath or a swallowed consonant may put the neighbour's word time inside the pause: look a little past it
    lowest = max(0, min(before_ms - 150, moment.start_ms - 50) - offset_ms) // STEP_MS
    highest = min(len(levels), (max(after_ms + 150, moment.end_ms + 50) - offset_ms) // STEP_MS)
    start = _start(levels, quiet, first, lowest)
    end = _end(levels, quiet, last, highest)
    begin_ms = offset_ms + start * STEP_MS
    return Span(moment.response, begin_ms, max(begin_ms + STEP_MS, offset_ms + end * STEP_MS))


def _segment(samples: np.ndarray) -> AudioSegment:
    import warnings

    import numpy as np

    # pydub looks for an ffmpeg on the PATH when imported; it is only given samples here
    warnings.filterwarnings("ignore", message="Couldn't find ffmpeg or avconv", category=RuntimeWarning)
    from pydub import AudioSegment

    pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    return AudioSegment(pcm.tobytes(), frame_rate=RATE, sample_width=2, channels=1)


def _start(levels: list[float], quiet: list[bool], first: int, lowest: int) -> int:
    """The frame to start at: `LEAD_MS` before the first sound, but no further back than its pause begins."""
    first = min(max(first, 0), len(levels) - 1)
    onset = _best(
        first,
        (
            (frame + 1, _pause(quiet, frame, -1, lowest))
            for frame in range(max(lowest, first - 40), min(first + 25, len(levels) - 2) + 1)
            if quiet[frame] and not quiet[frame + 1]
        ),
    )
    if onset is None:
        if lowest == 0 and first <= LEAD_MS // STEP_MS:
            return 0  # the response begins with the word
        low = max(lowest, first - 15)
        return _quietest(levels, low, min(first + 5, len(levels) - 1))
    room = _pause(quiet, onset - 1, -1, lowest)
    return max(0, onset - min(LEAD_MS // STEP_MS, max(2, room // 2)))


def _end(levels: list[float], quiet: list[bool], last: int, highest: int) -> int:
    last = min(max(last, 0), len(levels) - 1)
    release = _best(
        last,
        (
            (frame, _pause(quiet, frame, 1, highest))
            for frame in range(max(last - 25, 1), min(highest, last + 60, len(levels)))
            if quiet[frame] and not quiet[frame - 1]
        ),
    )
    if release is None:
        if highest >= len(levels) and last >= len(levels) - 8:
            return len(levels)  # the response ends with the word
        return _quietest(levels, max(last - 5, 0), min(highest, last + 15))
    room = _pause(quiet, release, 1, highest)
    return release + min(TAIL_MS // STEP_MS, max(2, room // 2))


def _best(wanted: int, edges: Iterable[tuple[int, int]]) -> int | None:
    """The best of these edges with the pauses next to them, in frames: long pauses close to the wanted position win.

    The silence of a "t" or a "k" inside a word is shorter than a pause, and loses to it.
    """
    worth = {frame: min(pause, PLAIN_PAUSE) - abs(frame - wanted) for frame, pause in edges if pause >= SHORTEST_PAUSE}
    return max(worth, key=lambda frame: (worth[frame], -abs(frame - wanted)), default=None)


def _pause(quiet: list[bool], frame: int, step: int, limit: int) -> int:
    """The number of consecutive quiet frames from `frame` on, in steps of `step`, up to `limit`."""
    length = 0
    while 0 <= frame < len(quiet) and quiet[frame] and (frame >= limit if step < 0 else frame < limit):
        length += 1
        frame += step
    return length


def _quietest(levels: list[float], low: int, high: int) -> int:
    frames = range(low, max(low, high) + 1)
    return min((frame for frame in frames if frame < len(levels)), key=lambda frame: levels[frame], default=low)
