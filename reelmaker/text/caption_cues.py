"""Words -> captions: short lines that break where speech does, each on screen long enough to read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reelmaker.model import Cue, Moment, Word, joined
from reelmaker.text import line_breaks

SHORTEST_MS = 800
LINGER_MS = 300  # a caption stays this long after its last word, if nothing follows
GAP_MS = 700  # a longer pause ends a caption
ENDS, PAUSES = ".?!。？！؟।", ",;:、，；：،؛"


def line_length(width: int, height: int) -> int:
    """How many characters fit on a caption line in a frame of this shape."""
    shape = width / height
    return 40 if shape > 1.5 else 32 if shape > 1.2 else 26 if shape > 0.9 else 20


def quoted(moment: Moment) -> tuple[Word, ...]:
    """The words of a moment as shown: "…" marks omitted words."""
    words: list[Word] = []
    last = moment.sentences[0].index - 1
    jumps = [hole.span.start_ms + hole.span.end_ms for hole in moment.holes if not hole.silent]
    for sentence in moment.sentences:
        for number, word in enumerate(sentence.words):
            follows = sentence.index == last + 1 or number > 0
            while jumps and words and jumps[0] <= word.start_ms + word.end_ms:
                jumps.pop(0)
                follows = False
            if not follows or (not words and moment.cut_before):
                word = replace(word, text=f"… {word.text}")
            words.append(word)
        last = sentence.index
    if moment.cut_after:
        words[-1] = replace(words[-1], text=f"{words[-1].text} …")
    return tuple(words)


def quote(moment: Moment) -> str:
    """The text of a moment as it is shown."""
    return joined(quoted(moment))


def cues_for(words: Sequence[Word], start_ms: int, end_ms: int, line: int = 40, lines: int = 2) -> list[Cue]:
    """Captions for the words spoken within `start_ms`..`end_ms` of a response, timed relative to `start_ms`.

    They never overlap and never exceed this range.
    """
    groups: list[list[Word]] = []
    for word in words:
        if groups and _belongs(groups[-1], word, line, lines):
            groups[-1].append(word)
        else:
            groups.append([word])
    length = end_ms - start_ms
    cues: list[Cue] = []
    for number, group in enumerate(groups):
        begin = max(0, group[0].start_ms - start_ms, cues[-1].end_ms if cues else 0)
        following = groups[number + 1][0].start_ms - start_ms if number + 1 < len(groups) else length
        end = min(max(group[-1].end_ms - start_ms + LINGER_MS, begin + SHORTEST_MS), following, length)
        if following - end < LINGER_MS:
            end = min(following, length)
        if end <= begin:
            end = min(begin + SHORTEST_MS, length)
        if end > begin:
            cues.append(Cue(begin, end, balanced(group, line)))
    return cues


def _belongs(group: Sequence[Word], word: Word, line: int, lines: int) -> bool:
    text = joined(group)
    if len(balanced([*group, word], line).split("\n")) > lines:
        return False
    if word.start_ms - group[-1].end_ms > GAP_MS:
        return False
    if text[-1:] in ENDS and line_breaks.columns(text) > line / 2:
        return False
    return not (text[-1:] in PAUSES and line_breaks.columns(text) > line * 1.2)


def balanced(words: Sequence[Word], line: int) -> str:
    """Lines of about equal length, none over `line` characters unless a single word is longer."""
    text = joined(words)
    if line_breaks.columns(text) <= line:
        return text
    best, best_cost = 1, 1e9
    for position in range(1, len(words)):
        first, second = joined(words[:position]), joined(words[position:])
        first_width, second_width = line_breaks.columns(first), line_breaks.columns(second)
        if first_width > line:
            break
        cost = abs(first_width - second_width) + (10 if first[-1:] not in ENDS + PAUSES else 0)
        cost += 1000 if second_width > line else 0
        if cost <= best_cost:
            best, best_cost = position, cost
    return joined(words[:best]) + "\n" + balanced(words[best:], line)
