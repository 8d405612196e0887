"""Sentences of many customers -> topics that several of them raise. Pure; no chance is in it.

Two sentences of different customers are alike by what they mean in their context (the survey's background taken out),
by the rare words they and their neighbours share, and by their tone. The most alike groups are joined until the next
pair is no more alike than the survey's sentences are anyway (average linkage). Likenesses are whole numbers, so the
same sentences give the same topics on every machine and in every order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.tag import lexical
from reelmaker.tag.embeddings import unit

if TYPE_CHECKING:
    import numpy as np

NEIGHBOUR = 0.5  # how much of the sentence before and after belongs to one
WORDS, TONE = 0.5, 0.8  # how much shared words and tone count beside meaning
APART = 1.25  # standard deviations over the survey's usual likeness at which groups stay apart
GRID = 1000  # vectors become whole numbers of this many steps: sums up to 2**24 are exact in float32
MOST = 3000  # sentences that are compared with each other; of more, an even share
MOST_WORDS = 3000
FEWEST = 3  # customers of a topic
LEAST_NEWS = 0.5  # of what its customers say, on average


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's sentence: whose, where in whose answer, and how much of it is news (0: a problem has it)."""

    response: str
    index: int
    person: str
    text: str
    tone: float  # -1..1
    news: float  # 0..1
    may_lead: bool = True  # False: a greeting or a filler, which makes no topic


@dataclass(frozen=True, slots=True)
class Topic:
    """Positions of sentences, the most typical first, their mean tone, and how much speaks for the topic."""

    members: tuple[int, ...]
    tone: float
    weight: float


def topics(said: Sequence[Said], vectors: np.ndarray) -> list[Topic]:
    """The topics of three customers or more, the weightiest first.

    Args:
        vectors: of the sentences, unit length, shape (sentences, any).
    """
    import numpy as np

    order = sorted(range(len(said)), key=lambda at: (said[at].response, said[at].index))
    ranked = [said[at] for at in order]
    lead = [at for at, one in enumerate(ranked) if one.news > 0 and one.may_lead]
    lead = [lead[n * len(lead) // MOST] for n in range(MOST)] if len(lead) > MOST else lead
    if len({ranked[at].person for at in lead}) < FEWEST:
        return []
    whole = _space(ranked, np.asarray(vectors, np.float64)[order])[lead]
    numbers = {person: n for n, person in enumerate(sorted({one.person for one in said}))}
    people = np.array([numbers[ranked[at].person] for at in lead])
    alike = (whole @ whole.T).astype(np.float64)
    different = people[:, None] != people[None, :]
    usual, spread = float(alike[different].mean()), float(alike[different].std()) or 1.0
    found = []
    for group in _joined(alike, different, usual + APART * spread):
        news: dict[int, float] = {}
        for at in group:
            news[people[at]] = max(news.get(people[at], 0.0), ranked[lead[at]].news)
        if len(news) < FEWEST or math.fsum(news.values()) < LEAST_NEWS * len(news):
            continue
        inside = alike[np.ix_(group, group)]
        pairs = different[np.ix_(group, group)]
        closeness = (float(inside[pairs].mean()) - usual) / spread
        tone = math.fsum(ranked[lead[at]].tone for at in group) / len(group)
        weight = round(math.fsum(news.values()) * math.sqrt(abs(tone) + 0.05) * closeness, 6)
        typical = np.where(pairs, inside, 0).sum(1)
        members = sorted(range(len(group)), key=lambda n: (-typical[n], group[n]))
        found.append(Topic(tuple(order[lead[group[n]]] for n in members), round(tone, 4), weight))
    places = {at: place for place, at in enumerate(order)}
    return sorted(found, key=lambda topic: (-topic.weight, places[topic.members[0]]))


def _space(said: Sequence[Said], vectors: np.ndarray) -> np.ndarray:
    """Meaning in context, words and tone side by side, whole numbers, shape (sentences, any)."""
    import numpy as np

    plain = unit(vectors - vectors.mean(0))
    before = np.array([a.response == b.response for a, b in pairwise(said)], bool)
    meaning = plain.copy()
    meaning[1:] += NEIGHBOUR * plain[:-1] * before[:, None]
    meaning[:-1] += NEIGHBOUR * plain[1:] * before[:, None]
    words = _words(said)
    spread = words.copy()
    spread[1:] = np.maximum(spread[1:], NEIGHBOUR * words[:-1] * before[:, None])
    spread[:-1] = np.maximum(spread[:-1], NEIGHBOUR * words[1:] * before[:, None])
    tone = np.array([[one.tone] for one in said])
    joined = np.concatenate([unit(meaning), WORDS * unit(spread), TONE * tone], 1)
    whole: np.ndarray = np.round(joined * GRID).astype(np.float32)
    return whole


def _words(said: Sequence[Said]) -> np.ndarray:
    """How telling each word of a sentence is: those that few customers use, and more than one."""
    import numpy as np

    content = [lexical.content(one.text) for one in said]
    users = Counter(
        word for _, word in {(one.person, word) for one, words in zip(said, content, strict=True) for word in words}
    )
    many = len({one.person for one in said})
    known = sorted((word for word in users if users[word] > 1), key=lambda word: (-users[word], word))
    columns = {word: n for n, word in enumerate(known[:MOST_WORDS])}
    table = np.zeros((len(said), max(1, len(columns))), np.float32)
    for row, words in enumerate(content):
        for word in words:
            if word in columns:
                table[row, columns[word]] = math.sqrt(math.log(many / users[word]))
    return table


def _joined(alike: np.ndarray, different: np.ndarray, bound: float) -> list[list[int]]:
    """Groups by average linkage over pairs of different customers, joined while they are as alike as `bound`.

    Each row remembers its best partner, so a step costs one row and the whole about the square of the sentences.
    """
    import numpy as np

    many = len(alike)
    total = np.where(different, alike, 0.0)
    pairs = different.astype(np.float32)
    mean = np.where(different, alike, -np.inf).astype(np.float32)
    groups = [[at] for at in range(many)]
    partner = mean.argmax(1)
    best = mean[np.arange(many), partner]
    while True:
        first = int(best.argmax())
        if best[first] < bound:
            break
        keep, gone = sorted((first, int(partner[first])))
        groups[keep] += groups[gone]
        groups[gone] = []
        for table in (total, pairs):
            table[keep] += table[gone]
            table[:, keep] = table[keep]
            table[gone] = table[:, gone] = 0
        row = np.where(pairs[keep] > 0, total[keep] / np.maximum(pairs[keep], 1), -np.inf).astype(np.float32)
        row[keep] = -np.inf
        mean[keep] = mean[:, keep] = row
        mean[gone] = mean[:, gone] = best[gone] = -np.inf
        partner[keep], best[keep] = int(row.argmax()), row.max()
        better = (row > best) & (best > -np.inf)
        partner[better], best[better] = keep, row[better]
        for at in np.flatnonzero(((partner == gone) | (partner == keep)) & (best > -np.inf)):
            partner[at] = int(mean[at].argmax())
            best[at] = mean[at, partner[at]]
    return [sorted(group) for group in groups if group]
