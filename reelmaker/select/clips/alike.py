"""Answers that read the same text aloud: found by the runs of words that they share. Pure.

In: sentences of the whole survey. Out: groups of answers whose texts are nearly identical. A reel shows one of a group;
each person of it still counts, because each of them said it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from reelmaker.model import Moment

RUN = 3  # words in a row that are compared
FEWEST_RUNS = 10  # a shorter text is too short to be a script
SHARED = 0.6  # of the longer text's runs, from which two texts are nearly identical: one word in eight may differ
COMMON = 200  # answers with a run, over which it tells nothing


def scripts(moments: Sequence[Moment]) -> dict[str, str]:
    """Response -> the first response with nearly the same text, for those that have one; with itself for that one.

    Args:
        moments: one for each sentence of the survey, of one problem.
    """
    said: dict[str, list[str]] = defaultdict(list)
    for moment in sorted(moments, key=lambda moment: moment.span):
        said[moment.span.response] += words(moment.text)
    return grouped(pairs({response: runs(text) for response, text in said.items()}))


def pairs(texts: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Responses whose runs are nearly the same."""
    users: dict[str, list[str]] = defaultdict(list)
    for response in sorted(texts):
        if len(texts[response]) >= FEWEST_RUNS:
            for run in texts[response]:
                users[run].append(response)
    shared = Counter(pair for some in users.values() if 1 < len(some) <= COMMON for pair in combinations(some, 2))
    return sorted(
        (one, other)
        for (one, other), many in shared.items()
        if many >= SHARED * max(len(texts[one]), len(texts[other]))
    )


def grouped(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each response of these pairs -> the first of its group."""
    first: dict[str, str] = {}

    def root(response: str) -> str:
        while first.setdefault(response, response) != response:
            response = first[response]
        return response

    for one, other in found:
        low, high = sorted((root(one), root(other)))
        first[high] = low
    return {response: root(response) for response in list(first)}


def words(text: str) -> list[str]:
    """Words without marks, small."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())


def runs(said: Sequence[str]) -> frozenset[str]:
    """Every few words in a row."""
    return frozenset(" ".join(said[at : at + RUN]) for at in range(len(said) - RUN + 1))
