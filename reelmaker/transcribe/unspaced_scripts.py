"""Words of scripts without spaces: text cut into phrases, single letters gathered into phrases. Pure.

Takes text between two spaces, or words from Whisper (in Chinese, Japanese and Thai one or two letters each); returns
pieces that a person would not split, those after the first marked as joined to the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from reelmaker.model import Word, joined
from reelmaker.text import line_breaks

NEVER_SPACED = ("ja", "zh", "yue")  # languages whose sentences stand together without a space as well


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text's words, and whether each is joined to the one before it."""
    result: list[tuple[str, bool]] = []
    for chunk in text.split():
        for number, phrase in enumerate((chunk,) if chunk.isascii() else line_breaks.phrases(chunk)):
            result.append((phrase, number > 0 or (bool(result) and _close(result[-1][0], phrase))))
    return result


def _close(before: str, after: str) -> bool:
    """Chinese and Japanese put no space where a line ended; in Thai a space says something."""
    return all(line_breaks.spaceless(character) and ord(character) >= 0x2E80 for character in (before[-1], after[0]))


def is_joined(raw: str, before: Sequence[Word], language: str) -> bool:
    """Whether a word as Whisper writes it (a space before it, or none) is joined to what was said before."""
    text = raw.strip()
    if raw[:1].isspace():
        return language in NEVER_SPACED and line_breaks.spaceless(text[0])
    near = line_breaks.spaceless(text[0]) or (bool(before) and line_breaks.spaceless(before[-1].text[-1]))
    return near and (bool(before) or language in NEVER_SPACED)


def gathered(words: Sequence[Word]) -> list[Word]:
    """Joined words as phrases, each with the times of its first and last letter."""
    chains: list[list[Word]] = []
    for word in words:
        if word.glued and chains:
            chains[-1].append(word)
        else:
            chains.append([word])
    return [word for chain in chains for word in (_phrases(chain) if len(chain) > 1 else chain)]


def _phrases(chain: Sequence[Word]) -> list[Word]:
    ends = set(accumulate(len(phrase) for phrase in line_breaks.phrases(joined(chain))))
    groups: list[list[Word]] = [[]]
    letters = 0
    for word in chain:
        groups[-1].append(word)
        letters += len(word.text)
        if letters in ends:
            groups.append([])
    return [
        replace(
            group[0],
            text=joined(group),
            end_ms=max(word.end_ms for word in group),
            confidence=min(word.confidence for word in group),
        )
        for group in groups
        if group
    ]
