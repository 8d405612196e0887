"""Answers that read the same text aloud, detected by the runs of words that they share. Pure.

Takes the sentences of the whole survey; returns groups of answers whose texts are nearly identical. A reel shows one
answer of a group; each person in it still counts, because each of them said it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from reelmaker.model import Moment

RUN = 3  # words in a row that are compared
FEWEST_RUNS = 20  # a shorter text is too short to be a script: people say "the app crashed again" of their own accord
SHARED = 0.6  # of the longer text's runs, from which two texts are nearly identical: one word in eight may differ
COMMON = 200  # a run that more answers than this contain means nothing


def scripts(moments: Sequence[Moment]) -> dict[str, str]:
    """Response -> the first response with nearly the same text, for responses in such a group; the first maps to itself.

    Args:
        moments: one for each sentence of the survey, of one problem.
    """
    words_by_response: dict[str, list[str]] = defaultdict(list)
    for moment in sorted(moments, key=lambda moment: moment.span):
        words_by_response[moment.span.response] += words(moment.text)
    return grouped(pairs({response: runs(text) for response, text in words_by_response.items()}))


def pairs(texts: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """Pairs of responses whose runs are nearly the same."""
    users: dict[str, list[str]] = defaultdict(list)
    for response in sorted(texts):
        if len(texts[response]) >= FEWEST_RUNS:
            for run in texts[response]:
                users[run].append(response)
    shared = Counter(
        pair for sharing in users.values() if 1 < len(sharing) <= COMMON for pair in combinations(sharing, 2)
    )
    return sorted(
        (first, other)
        for (first, other), shared_runs in shared.items()
        if shared_runs >= SHARED * max(len(texts[first]), len(texts[other]))
    )


def grouped(similar: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each response of these pairs -> the first of its group."""
    first: dict[str, str] = {}

    def root(response: str) -> str:
        while first.setdefault(response, response) != response:
            response = first[response]
        return response

    for member, other in similar:
        low, high = sorted((root(member), root(other)))
        first[high] = low
    return {response: root(response) for response in list(first)}


def words(text: str) -> list[str]:
    """Words without punctuation, in lower case."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())


def runs(spoken_words: Sequence[str]) -> frozenset[str]:
    """Every sequence of `RUN` consecutive words."""
    return frozenset(" ".join(spoken_words[start : start + RUN]) for start in range(len(spoken_words) - RUN + 1))
