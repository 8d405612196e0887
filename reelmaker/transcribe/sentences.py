"""Words -> sentences, the same for all sources: by punctuation, by pauses and by length. Pure.

A missing full stop does not join two thoughts, and a run-on is split where it does least harm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reelmaker.model import Sentence, Word

PAUSE_MS = 900  # a silence that ends a sentence without any punctuation
BREATH_MS = 550  # a silence that ends one where the next word begins a new thought
FEWEST_WORDS = 4  # so many words a sentence has before a breath can end it
LONGEST_MS = 14_000  # longer ones are split at their best place
LONGEST_WORDS = 34
SHORTEST_WORDS = 3  # shorter ones lean on a neighbour
NEAR_MS = 1200  # how near a neighbour must be to lean on it
ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "etc",
        "e.g",
        "i.e",
        "approx",
        "jr",
        "sr",
        "inc",
        "ltd",
    ]
)
JOINERS = frozenset(
    [
        "and",
        "but",
        "so",
        "because",
        "then",
        "which",
        "or",
        "although",
        "though",
        "while",
        "when",
        "if",
        "since",
    ]
)
END = re.compile(r"[.!?…。！？।؟۔][\"'”’)\]]*$")


def cut(words: Sequence[Word], response: str) -> tuple[Sentence, ...]:
    """Sentences of the words, in order; every word is in exactly one of them."""
    groups: list[list[Word]] = []
    for number, word in enumerate(words):
        before = words[number - 1] if number else None
        if before is None or _ends(before, word) or _breathes(groups[-1], word):
            groups.append([])
        groups[-1].append(word)
    split = [part for group in groups for part in _split(group)]
    return tuple(Sentence(response, index, tuple(group)) for index, group in enumerate(_lean(split)))


def _ends(word: Word, following: Word) -> bool:
    if following.start_ms - word.end_ms >= PAUSE_MS and not word.text.endswith((",", "-")):
        return True
    if not END.search(word.text):
        return False
    bare = word.text.rstrip(".").lstrip("\"'“‘([").lower()
    letters = bare != "i" and re.fullmatch(r"[a-z](\.[a-z])*", bare)
    if word.text.endswith(".") and (bare in ABBREVIATIONS or letters):
        return following.start_ms - word.end_ms >= PAUSE_MS
    # an ellipsis followed by a small letter is one thought with a hesitation in it
    return not (word.text.endswith(("...", "…")) and following.text[:1].islower())


def _breathes(group: Sequence[Word], following: Word) -> bool:
    """Whether a breath before "but she adores the room" separates two thoughts, whatever the punctuation says."""
    new_thought = following.text.lower().strip(",") in JOINERS or following.text[:1].isupper()
    return len(group) >= FEWEST_WORDS and new_thought and following.start_ms - group[-1].end_ms >= BREATH_MS


def _split(group: list[Word]) -> list[list[Word]]:
    """A run-on split at the best comma, conjunction or pause near the middle."""
    if group[-1].end_ms - group[0].start_ms <= LONGEST_MS and len(group) <= LONGEST_WORDS:
        return [group]
    places = range(4, len(group) - 3)
    if not places:
        return [group]

    def worth(index: int) -> float:
        gap = group[index].start_ms - group[index - 1].end_ms
        score = min(gap, 1500) / 150
        score += 4 if group[index - 1].text.endswith((",", ";", ":")) else 0
        score += 3 if group[index].text.lower() in JOINERS else 0
        return score - 6 * abs(index / len(group) - 0.5)

    best = max(places, key=worth)
    if worth(best) < 1 and len(group) <= 2 * LONGEST_WORDS:
        return [group]  # nowhere to cut that a listener would not notice
    return [*_split(group[:best]), *_split(group[best:])]


def _lean(groups: list[list[Word]]) -> list[list[Word]]:
    """A scrap such as "So, yeah." joins the sentence before it, or else the one after, if that is close."""
    joined: list[list[Word]] = []
    carry: list[Word] = []
    for number, group in enumerate(groups):
        combined = [*carry, *group]
        carry = []
        if len(combined) >= SHORTEST_WORDS:
            joined.append(combined)
        elif joined and combined[0].start_ms - joined[-1][-1].end_ms <= NEAR_MS and _has_room(joined[-1], combined):
            joined[-1] = [*joined[-1], *combined]
        elif number + 1 < len(groups) and groups[number + 1][0].start_ms - combined[-1].end_ms <= NEAR_MS:
            carry = combined
        else:
            joined.append(combined)
    return joined


def _has_room(group: list[Word], more: list[Word]) -> bool:
    return more[-1].end_ms - group[0].start_ms <= LONGEST_MS
