"""Sentences of many customers -> topics that several of them raise. Pure and deterministic.

Two sentences of different customers are compared by their meaning in context (without the survey's background), by the
rare words they and their neighbours share, and by their tone. The most similar groups are joined until the next pair
is no more similar than the survey's sentences are anyway (average linkage). Likenesses are whole numbers, so the same
sentences give the same topics on every machine and in every order.
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
    """A customer's sentence: its speaker and position, and how much of it is new (0: a problem already covers it)."""

    response: str
    index: int
    person: str
    text: str
    tone: float  # -1..1
    news: float  # 0..1
    may_lead: bool = True  # False: a greeting or a filler, which makes no topic


@dataclass(frozen=True, slots=True)
class Topic:
    """Positions of sentences, the most typical first, their mean tone, and the weight of the topic."""

    members: tuple[int, ...]
    tone: float
    weight: float


def topics(sentences: Sequence[Said], vectors: np.ndarray) -> list[Topic]:
    """The topics of three customers or more, the weightiest first.

    Args:
        vectors: of the sentences, unit length, shape (sentences, any).
    """
    import numpy as np

    order = sorted(range(len(sentences)), key=lambda index: (sentences[index].response, sentences[index].index))
    ranked = [sentences[index] for index in order]
    lead = [index for index, sentence in enumerate(ranked) if sentence.news > 0 and sentence.may_lead]
    lead = [lead[n * len(lead) // MOST] for n in range(MOST)] if len(lead) > MOST else lead
    if len({ranked[index].person for index in lead}) < FEWEST:
        return []
    points = _space(ranked, np.asarray(vectors, np.float64)[order])[lead]
    numbers = {person: n for n, person in enumerate(sorted({sentence.person for sentence in sentences}))}
    people = np.array([numbers[ranked[index].person] for index in lead])
    alike = (points @ points.T).astype(np.float64)
    different = people[:, None] != people[None, :]
    usual, spread = float(alike[different].mean()), float(alike[different].std()) or 1.0
    results = []
    for group in _joined(alike, different, usual + APART * spread):
        news: dict[int, float] = {}
        for index in group:
            news[people[index]] = max(news.get(people[index], 0.0), ranked[lead[index]].news)
        if len(news) < FEWEST or math.fsum(news.values()) < LEAST_NEWS * len(news):
            continue
        inside = alike[np.ix_(group, group)]
        pairs = different[np.ix_(group, group)]
        closeness = (float(inside[pairs].mean()) - usual) / spread
        tone = math.fsum(ranked[lead[index]].tone for index in group) / len(group)
        weight = round(math.fsum(news.values()) * math.sqrt(abs(tone) + 0.05) * closeness, 6)
        typical = np.where(pairs, inside, 0).sum(1)
        members = sorted(range(len(group)), key=lambda n: (-typical[n], group[n]))
        results.append(Topic(tuple(order[lead[group[n]]] for n in members), round(tone, 4), weight))
    places = {index: place for place, index in enumerate(order)}
    return sorted(results, key=lambda topic: (-topic.weight, places[topic.members[0]]))


def _space(sentences: Sequence[Said], vectors: np.ndarray) -> np.ndarray:
    """Meaning in context, words and tone side by side, whole numbers, shape (sentences, any)."""
    import numpy as np

    plain = unit(vectors - vectors.mean(0))
    before = np.array([a.response == b.response for a, b in pairwise(sentences)], bool)
    meaning = plain.copy()
    meaning[1:] += NEIGHBOUR * plain[:-1] * before[:, None]
    meaning[:-1] += NEIGHBOUR * plain[1:] * before[:, None]
    words = _words(sentences)
    spread = words.copy()
    spread[1:] = np.maximum(spread[1:], NEIGHBOUR * words[:-1] * before[:, None])
    spread[:-1] = np.maximum(spread[:-1], NEIGHBOUR * words[1:] * before[:, None])
    tone = np.array([[sentence.tone] for sentence in sentences])
    joined = np.concatenate([unit(meaning), WORDS * unit(spread), TONE * tone], 1)
    points: np.ndarray = np.round(joined * GRID).astype(np.float32)
    return points


def _words(sentences: Sequence[Said]) -> np.ndarray:
    """How distinctive each word of a sentence is: words that few customers use, but more than one."""
    import numpy as np

    content = [lexical.content(sentence.text) for sentence in sentences]
    users = Counter(
        word
        for _, word in {
            (sentence.person, word) for sentence, words in zip(sentences, content, strict=True) for word in words
        }
    )
    people_count = len({sentence.person for sentence in sentences})
    known = sorted((word for word in users if users[word] > 1), key=lambda word: (-users[word], word))
    columns = {word: n for n, word in enumerate(known[:MOST_WORDS])}
    table = np.zeros((len(sentences), max(1, len(columns))), np.float32)
    for row, words in enumerate(content):
        for word in words:
            if word in columns:
                table[row, columns[word]] = math.sqrt(math.log(people_count / users[word]))
    return table


def _joined(alike: np.ndarray, different: np.ndarray, bound: float) -> list[list[int]]:
    """Groups by average linkage over pairs of different customers, joined while they are at least as similar as
    `bound`.

    Each row remembers its best partner, so a step costs one row and the clustering about the square of the number of
    sentences.
    """
    import numpy as np

    count = len(alike)
    total = np.where(different, alike, 0.0)
    pairs = different.astype(np.float32)
    mean = np.where(different, alike, -np.inf).astype(np.float32)
    groups = [[index] for index in range(count)]
    partner = mean.argmax(1)
    best = mean[np.arange(count), partner]
    while True:
        first = int(best.argmax())
        if best[first] < bound:
            break
        keep, absorbed = sorted((first, int(partner[first])))
        groups[keep] += groups[absorbed]
        groups[absorbed] = []
        for table in (total, pairs):
            table[keep] += table[absorbed]
            table[:, keep] = table[keep]
            table[absorbed] = table[:, absorbed] = 0
        row = np.where(pairs[keep] > 0, total[keep] / np.maximum(pairs[keep], 1), -np.inf).astype(np.float32)
        row[keep] = -np.inf
        mean[keep] = mean[:, keep] = row
        mean[absorbed] = mean[:, absorbed] = best[absorbed] = -np.inf
        partner[keep], best[keep] = int(row.argmax()), row.max()
        better = (row > best) & (best > -np.inf)
        partner[better], best[better] = keep, row[better]
        for index in np.flatnonzero(((partner == absorbed) | (partner == keep)) & (best > -np.inf)):
            partner[index] = int(mean[index].argmax())
            best[index] = mean[index, partner[index]]
    return [sorted(group) for group in groups if group]
