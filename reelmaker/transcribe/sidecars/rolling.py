"""Captions that show a phrase more than once -> each phrase once, when it is said. Pure.

Rolling captions repeat the line above the new one; others build a line up word by word, or repeat it for each word
that they highlight. What a customer says twice stays: a file has to repeat itself all along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from reelmaker.transcribe.sidecars.phrases import Cue, Line

NEAR_MS = 1000  # between a cue and one that repeats it
LEAST_SHARE = 0.25  # of the neighbours in a file that repeat each other
FEW = 3  # cues in a file that is too short for shares


def once(cues: Sequence[Cue]) -> list[Cue]:
    """The cues with each phrase once."""
    filled = [cue for cue in cues if cue.text]
    if not _repeats_itself(filled):
        return filled
    merged = _merged(filled)
    results = []
    for number, cue in enumerate(merged):
        before = merged[number - 1] if number else None
        lines = _new_lines(before.lines, cue.lines) if before and _near(before, cue) else cue.lines
        if lines:
            results.append(replace(cue, lines=lines))
    return results


def _near(before: Cue, cue: Cue) -> bool:
    return -NEAR_MS <= cue.start_ms - before.end_ms <= NEAR_MS and cue.start_ms >= before.start_ms


def _same(first: str, second: str) -> bool:
    return first.casefold().strip() == second.casefold().strip()


def _repeats_itself(cues: Sequence[Cue]) -> bool:
    """Whether the file shows phrases again and again, rather than a customer saying something twice."""
    pairs = [(before, cue) for before, cue in pairwise(cues) if _near(before, cue)]
    again = [
        cue
        for before, cue in pairs
        if _new_lines(before.lines, cue.lines) != cue.lines and len(before.text.split()) + len(before.text) // 12 > 1
    ]
    if len(cues) <= FEW:
        return any(len(cue.text.split()) >= FEW for cue in again)
    return len(again) >= 2 and len(again) >= LEAST_SHARE * len(pairs)


def _merged(cues: Sequence[Cue]) -> list[Cue]:
    """Neighbours with the same text as one cue; where each marks the next word, the words get its times."""
    groups: list[list[Cue]] = []
    for cue in cues:
        if groups and _same(groups[-1][-1].text, cue.text) and _near(groups[-1][-1], cue):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    merged = []
    for group in groups:
        first, last = group[0], group[-1]
        steps = [cue for cue in group if cue.marked]
        words = first.text.split()
        lines = first.lines
        if len(group) > 1 and len(steps) == len(words):
            timed = tuple((cue.start_ms, f"{word} ") for cue, word in zip(steps, words, strict=True))
            lines = (Line(first.text, first.lines[0].voice, timed),)
        merged.append(Cue(first.start_ms, max(last.end_ms, first.end_ms), lines))
    return merged


def _new_lines(before: Sequence[Line], lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a cue that the one before did not show: below repeated ones, or words added to its last."""
    for count in range(min(len(before), len(lines)), 0, -1):
        if all(_same(a.text, b.text) for a, b in zip(before[-count:], lines[:count], strict=True)):
            return lines[count:]
    if before and lines:
        grown = _grown(before[-1].text, lines[0].text) if len(before) == 1 else ""
        if grown:
            return (replace(lines[0], text=grown, segments=()), *lines[1:])
    return lines


def _grown(before: str, now: str) -> str:
    """The words that were added to the end of a line; "" if it did not just grow."""
    old, new = before.split(), now.split()
    same = len(old) < len(new) and [word.casefold() for word in old] == [word.casefold() for word in new[: len(old)]]
    return " ".join(new[len(old) :]) if same else ""
