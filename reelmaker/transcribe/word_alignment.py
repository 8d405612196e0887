"""Word times checked against the sound: each audible pause lies between two words.

Whisper's word times miss the true edges by a quarter of a second and sometimes by seconds, most of all next to pauses.
Takes words and the sound they were recognised in; returns the same words with better times.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reelmaker.model import Word

if TYPE_CHECKING:
    import numpy as np

STEP_MS = 10
AT_ONCE = 6000  # frames of sound turned into numbers at once: a copy of three hours is 700 MB
SHORTEST_PAUSE_MS = 160
BLIP_MS = 40  # a click this short does not end a pause
LONGEST_MOVE_MS = 1500  # a pause further from a word's edge than this is another word's
SHORTEST_WORD_MS = 50
SPEECH_RANGE_DB = 35.0  # how far below the loud parts speech still reaches
OVER_NOISE_DB = 7.0
NEVER_QUIETER_DB = 35.0  # than its loudest moments: what is quieter is no voice

Pause = tuple[int, int]


def levels(samples: np.ndarray, rate: int = 16_000) -> np.ndarray:
    """Loudness of each 10 ms in dB (RMS, full scale 0), shape (frames,)."""
    import numpy as np

    step = rate * STEP_MS // 1000
    loud = np.empty(len(samples) // step, np.float32)
    for frame in range(0, len(loud), AT_ONCE):
        frames = floats(samples[frame * step : min(frame + AT_ONCE, len(loud)) * step]).reshape(-1, step)
        loud[frame : frame + AT_ONCE] = 10 * np.log10((frames**2).mean(1) + 1e-10)
    return loud


def floats(samples: np.ndarray) -> np.ndarray:
    """Samples as float32, -1..1; whole numbers are those of 16-bit sound."""
    import numpy as np

    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(32768)
    return samples.astype(np.float32, copy=False)


def voice_level(loud: np.ndarray) -> float:
    """The level of the voice in dB, however rarely it speaks: the loud end of what is not silence."""
    import numpy as np

    top = np.percentile(loud, 99.9)
    return float(np.percentile(loud[loud >= top - NEVER_QUIETER_DB], 95))


def in_order(words: Sequence[Word]) -> list[Word]:
    """Words whose times never run backwards."""
    result: list[Word] = []
    for word in words:
        start = max(word.start_ms, result[-1].start_ms if result else 0)
        if result and result[-1].end_ms > start:
            result[-1] = replace(result[-1], end_ms=start)
        result.append(replace(word, start_ms=start, end_ms=max(start, word.end_ms)))
    return result


def pauses(loud: np.ndarray) -> list[Pause]:
    """Stretches in ms in which nobody speaks, adapted to the voice and to the room's noise."""
    import numpy as np

    if not len(loud):
        return []
    voice, noise = voice_level(loud), np.percentile(loud, 5)
    limit = min(max(voice - SPEECH_RANGE_DB, noise + OVER_NOISE_DB), voice - 12)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (loud < limit).astype(np.int8), [0]))))
    results: list[Pause] = []
    for start, end in zip((edges[::2] * STEP_MS).tolist(), (edges[1::2] * STEP_MS).tolist(), strict=True):
        if results and start - results[-1][1] <= BLIP_MS:
            results[-1] = (results[-1][0], end)
        else:
            results.append((start, end))
    return [pause for pause in results if pause[1] - pause[0] >= SHORTEST_PAUSE_MS]


def correct(words: Sequence[Word], heard_pauses: Sequence[Pause]) -> list[Word]:
    """The words with times that keep out of the pauses. Pauses that fit no word edge are left alone."""
    if not words or not heard_pauses:
        return list(words)
    between = _assign(words, heard_pauses)
    anchors = sorted(between.items())
    bounds = [
        (-1, None),
        *[(gap, pause) for gap, pause in anchors if 0 <= gap < len(words) - 1],
        (len(words) - 1, None),
    ]
    result: list[Word] = []
    for (before, left), (last, right) in itertools.pairwise(bounds):
        group = words[before + 1 : last + 1]
        pause_left = left or between.get(-1)
        pause_right = right or between.get(len(words) - 1) if last == len(words) - 1 else right
        begin = pause_left[1] if pause_left else group[0].start_ms
        end = pause_right[0] if pause_right else max(group[-1].end_ms, begin + SHORTEST_WORD_MS * len(group))
        result += _fitted(group, begin, max(end, begin + len(group)))
    return in_order(result)


def _assign(words: Sequence[Word], heard_pauses: Sequence[Pause]) -> dict[int, Pause]:
    """Which pause lies after which word (-1: before the first), by the least total cost, in order."""
    gaps = range(-1, len(words))
    # best[g]: cost of having dealt with the pauses so far, the last one used lying at gap g or before
    best: list[float] = [0.0] * (len(gaps) + 1)
    choice: list[list[int | None]] = []
    for pause in heard_pauses:
        skipped = [cost + _skip_cost(pause) for cost in best]
        row: list[int | None] = [None] * len(best)
        new = skipped[:]
        for place, gap in enumerate(gaps, start=1):
            cost = best[place - 1] + _cost(words, gap, pause)
            if cost < new[place]:
                new[place], row[place] = cost, gap
        for place in range(1, len(new)):  # a prefix may stop earlier
            if new[place - 1] < new[place]:
                new[place], row[place] = new[place - 1], -2
        choice.append(row)
        best = new
    place = len(best) - 1
    used: dict[int, Pause] = {}
    for number in range(len(heard_pauses) - 1, -1, -1):
        while choice[number][place] == -2:
            place -= 1
        chosen = choice[number][place]
        if chosen is not None:
            used[chosen] = heard_pauses[number]
            place -= 1
    return used


def _cost(words: Sequence[Word], gap: int, pause: Pause) -> float:
    """How badly a pause fits after word `gap`, in seconds; infinite if impossible."""
    start, end = pause
    before = words[gap] if gap >= 0 else None
    after = words[gap + 1] if gap + 1 < len(words) else None
    far = abs(before.end_ms - start) if before else abs(after.start_ms - end) if after else 0
    late = abs(after.start_ms - end) if after else 0
    if min(far, late or far) > LONGEST_MOVE_MS:
        return float("inf")
    if before and (before.start_ms >= end or before.start_ms + SHORTEST_WORD_MS > start + LONGEST_MOVE_MS):
        return float("inf")
    cost = (far + 0.25 * late) / 1000
    if before:
        cost -= 0.3 if re.search(r"[.!?…]\W*$", before.text) else 0.15 if re.search(r"[,;:—-]$", before.text) else 0
    return cost


def _skip_cost(pause: Pause) -> float:
    return min(0.25 + 0.9 * (pause[1] - pause[0] - SHORTEST_PAUSE_MS) / 1000, 1.2)


def _fitted(group: Sequence[Word], begin: int, end: int) -> list[Word]:
    """Words inside begin..end: at their own times if possible, otherwise by their letters."""
    starts = [min(max(word.start_ms, begin), end) for word in group]
    starts[0] = begin
    # what would begin too late to be spoken, or before its turn, is spread by letters
    letters = [len(word.text) + 1 for word in group]
    total, done, even = sum(letters), 0, []
    for count in letters:
        even.append(begin + (end - begin) * done // total)
        done += count
    for number in range(1, len(group)):
        room = (end - begin) * sum(letters[number:]) // total // 3
        if not starts[number - 1] + SHORTEST_WORD_MS <= starts[number] <= end - room:
            starts[number] = max(starts[number - 1] + 1, even[number])
    result = []
    for number, word in enumerate(group):
        following = starts[number + 1] if number + 1 < len(group) else end
        own_end = word.end_ms if starts[number] < word.end_ms <= following else following
        if number + 1 == len(group):
            own_end = end
        result.append(replace(word, start_ms=starts[number], end_ms=max(own_end, starts[number])))
    return result
