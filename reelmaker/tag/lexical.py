"""The words of a text that carry meaning, reduced to their stems, and how many of a problem's words a sentence shares.
Pure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reelmaker.model import Problem

MOST = 2.0  # shared words beyond this weight say nothing more
SHORTEST_STEM = 3
# English words that occur in every text; words of other languages are weighted by how often they occur
COMMON = frozenset(
    """
    a an the and or but so of in on at to for with from by as is are was were be been being it its this that
    these those i you he she we they me him her us them my your his our their not no do does did done have has
    had having will would can could should may might must just very too than then there here what which who when
    where how why if because about into over out up down off again more most some any all each every other
    another own same such only also don isn wasn didn doesn couldn wouldn won one get got go went come came make
    made thing things way lot really quite much many am while until even still ever never
    """.split()
)
ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ings",
    "ing",
    "edly",
    "ies",
    "ied",
    "ers",
    "ed",
    "er",
    "es",
    "ly",
    "s",
    "e",
)


def stem(word: str) -> str:
    """The word without its commonest English endings: "charged", "charges" and "charge" become one."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    if len(word) > SHORTEST_STEM:
        if word[-1] == word[-2] and word[-1] not in "sl":
            word = word[:-1]
        if word[-1] == "y":
            word = word[:-1]
    return word


def content(text: str) -> dict[str, str]:
    """The words that carry meaning, in order: stem -> the first form that was said."""
    words_by_stem: dict[str, str] = {}
    for start, end in places(text):
        word = text[start:end].replace("’", "'")
        words_by_stem.setdefault(stem(_bare(word)), word)
    return words_by_stem


def places(text: str) -> list[tuple[int, int]]:
    """The spans of the words that carry meaning: first character and one past the last."""
    return [
        match.span()
        for match in re.finditer(r"[^\W_]+(?:['’][^\W_]+)?", text)
        if len(bare := _bare(match[0].replace("’", "'"))) > 1 and bare not in COMMON
    ]


def _bare(word: str) -> str:
    return word.lower().split("'")[0]


@dataclass(frozen=True, slots=True)
class Shared:
    """The words a sentence shares with a problem: their weight 0..2, and the words as they were said."""

    weight: float
    words: tuple[str, ...]


def shared(texts: Sequence[str], problems: Sequence[Problem]) -> list[list[Shared]]:
    """For each problem and each text, the words they share: rare words and those of only one problem weigh most."""
    vocabularies = [set(content(_all_words(problem))) for problem in problems]
    owners = Counter(word for vocabulary in vocabularies for word in vocabulary)
    word_maps = [content(text) for text in texts]
    often = Counter(word for words in word_maps for word in words)
    log_count = math.log(1 + len(texts)) or 1.0
    weights = {
        word: math.log(1 + len(texts) / often[word]) / log_count / owners[word] for word in owners if often[word]
    }
    result = []
    for vocabulary in vocabularies:
        row = []
        for words in word_maps:
            common = [word for word in words if word in vocabulary]
            total = min(MOST, sum(weights[word] for word in common))
            ranked = sorted(common, key=lambda word: (-weights[word], word))
            row.append(Shared(total, tuple(words[word] for word in ranked)))
        result.append(row)
    return result


def _all_words(problem: Problem) -> str:
    return " ".join([problem.statement, problem.describe, *problem.phrases])
