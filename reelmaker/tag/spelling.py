"""Misspelt words, as people type them: "adress", "creidt".

In: texts, and the words that are sure to be words. Out: the texts with rare misspellings as their writers meant them. A
word is taken for a misspelling if no dictionary has it, it is rare here, and one that is common here, or stands in a
problem, differs from it by one slip of the fingers (two in a long word) between the same first and last letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from reelmaker.text.edit_distance import edits

WORD = re.compile(r"[a-z]+", re.IGNORECASE)
SHORTEST, LONG = 5, 9  # letters of a word that is mended; of one in which two slips are believed
RARE, COMMON = 3, 4  # how often a misspelling is seen at most, and its right form at least


def mended(texts: Sequence[str], sure: Iterable[str], dictionary: Collection[str]) -> list[str]:
    """The texts with misspellings mended; a text without any is the same.

    Args:
        sure: texts whose words are right, those of the problems.
        dictionary: words, in lower case.
    """
    seen = Counter(word.lower() for text in texts for word in WORD.findall(text))
    right = {word.lower() for text in sure for word in WORD.findall(text)}
    known = {word for word in {*seen, *right} if word in dictionary and (seen[word] >= COMMON or word in right)}
    by_ends: dict[str, list[str]] = {}
    for word in sorted(known, key=lambda word: (word not in right, -seen[word], word)):
        by_ends.setdefault(word[0] + word[-1], []).append(word)
    meant = {}
    for word, many in seen.items():
        if many > RARE or len(word) < SHORTEST or word in right or word in dictionary:
            continue
        if found := _meant(word, by_ends.get(word[0] + word[-1], ())):
            meant[word] = found
    return [_mended(text, meant) for text in texts] if meant else list(texts)


def _mended(text: str, meant: Mapping[str, str]) -> str:
    return WORD.sub(lambda found: meant.get(found[0].lower(), found[0]), text)


def _meant(word: str, candidates: Iterable[str]) -> str:
    """The first candidate within reach, the nearest before those further off; "" for none."""
    near = [
        (edits(word, other), at, other)
        for at, other in enumerate(candidates)
        if abs(len(word) - len(other)) <= 2 and len(other) >= SHORTEST - 1
    ]
    reach = 2 if len(word) >= LONG else 1
    return min((one for one in near if one[0] <= reach), default=(0, 0, ""))[2]
