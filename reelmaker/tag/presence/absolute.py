"""How close each sentence is to a problem, in absolute terms: numbers that do not depend on the other problems.

Everything is measured against the shipped `background`, so that "close" means close compared with everything that
customers say, not with what this survey happens to contain. One problem is judged at a time; the others in the file
change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.model import Problem
from reelmaker.tag import lexical, short_answers
from reelmaker.tag.embeddings import Read, unit
from reelmaker.tag.presence.background import Background

if TYPE_CHECKING:
    import numpy as np

BEFORE = 0.6  # how much of the sentence before belongs to the context of a sentence
LEANT = 60.0  # background sentences that a survey's own middle leans on
TOP = 3
SAME_WORD, SHARPNESS = 0.55, 0.06  # cosine from which a word is taken for one of the problem's
MOST_SHARED = 2.0
ITEMS = re.compile(r"[:;,.]|\bor\b|\band\b")
COLUMNS = (
    "whole", "part", "parts", "likeness", "part_likeness", "beyond_hub", "hub", "evened", "context", "clause",
    "own_word", "phrasing", "covered", "shared", "shared_rare", "centred", "in_survey", "near_miss", "length",
    "phrases", "described",
)  # fmt: skip

Reader = Callable[[Sequence[str]], Read]


@dataclass(eq=False)
class Heard:
    """A survey's sentences, ready for comparison: vectors alone, in context, of words and of clauses."""

    texts: Sequence[str]
    read: Read
    firsts: np.ndarray  # True where a sentence is the first of its answer
    background: Background
    context: np.ndarray = field(init=False)
    flat: np.ndarray = field(init=False)
    cuts: np.ndarray = field(init=False)
    clauses: np.ndarray = field(init=False)
    clause_of: np.ndarray = field(init=False)
    clause_spans: list[list[tuple[int, int]]] = field(init=False)
    stems: list[list[str]] = field(init=False)
    middle: np.ndarray = field(init=False)
    hub: np.ndarray = field(init=False)
    evened: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        import numpy as np

        vectors = self.read.whole
        before = np.where(self.firsts[:, None], 0.0, np.roll(vectors, 1, 0))
        self.context = unit(vectors + BEFORE * before)
        self.cuts = np.cumsum([0, *(len(words) for words in self.read.words)])
        empty = np.zeros((0, vectors.shape[1]), np.float32)
        self.flat = unit(np.concatenate([*self.read.words, empty]) - self.background.word_mean)
        self.stems = [list(lexical.content(text)) for text in self.texts]
        self.middle = (vectors.sum(0) + LEANT * self.background.mean) / (len(vectors) + LEANT)
        self.hub = self.background.hub(vectors)
        self.evened = self.background.evened(vectors)
        self._cut()

    def _cut(self) -> None:
        """The vectors of clauses, as the means of their words."""
        import numpy as np

        vectors, clause_owners, self.clause_spans = [], [], []
        for number, text in enumerate(self.texts):
            spans, places = short_answers.clauses(text), lexical.places(text)
            self.clause_spans.append(spans)
            words = self.flat[self.cuts[number] : self.cuts[number + 1]]
            for start, end in spans:
                inside = [index for index, (a, b) in enumerate(places[: len(words)]) if start <= a and b <= end]
                vectors.append(words[inside].mean(0) if inside else np.zeros(words.shape[1], np.float32))
                clause_owners.append(number)
        self.clauses, self.clause_of = unit(np.array(vectors, np.float32)), np.array(clause_owners, int)


@dataclass(frozen=True, slots=True)
class Aim:
    """A problem as vectors: the whole problem, parts (phrases and items of its description), near misses, words."""

    whole: np.ndarray
    parts: np.ndarray
    part_texts: tuple[str, ...]
    near: np.ndarray
    alone: np.ndarray  # its words, each by itself
    inside: np.ndarray  # its words, each in its text
    stems: dict[str, str]
    rarity: np.ndarray  # of `alone`


def aim(problem: Problem, read: Reader, background: Background) -> Aim:
    """The vectors of a problem's texts."""
    import numpy as np

    described = problem.describe or problem.statement
    items = [part for part in _split(described) if len(part.split()) > 1] or [described]
    if problem.statement not in items:
        items.append(problem.statement)
    parts = (*problem.phrases, *items)
    texts = list(dict.fromkeys([described, problem.statement, *problem.phrases]))
    text_vectors = read([described, problem.statement, *parts, *problem.near_misses])
    phrase_count = len(problem.phrases)
    problem_vector = text_vectors.whole[0] + 0.5 * text_vectors.whole[1]
    if phrase_count:
        problem_vector = problem_vector + 0.5 * text_vectors.whole[2 : 2 + phrase_count].sum(0) / float(
            np.sqrt(phrase_count)
        )
    stems = lexical.content(" ".join([problem.statement, problem.describe, *problem.phrases]))
    alone = read([word.lower() for word in stems.values()] or [""]).whole
    inside = np.concatenate([*read(texts).words, np.zeros((0, problem_vector.shape[0]), np.float32)])
    split = 2 + len(parts)
    return Aim(
        unit(problem_vector), text_vectors.whole[2:split], parts, text_vectors.whole[split:],
        unit(alone - background.word_mean), unit(inside - background.word_mean), stems,
        np.array([background.rarity(stem) for stem in stems] or [0.0]),
    )  # fmt: skip


def _split(text: str) -> list[str]:
    return [part.strip() for part in ITEMS.split(text) if part.strip()]


def columns(problem: Problem, survey: Heard, own: Aim) -> np.ndarray:
    """The features of each sentence for one problem, shape (sentences, columns), in the order of `COLUMNS`."""
    import numpy as np

    ground, vectors = survey.background, survey.read.whole
    likeness = vectors @ own.whole
    each = own.parts @ vectors.T
    stands = np.stack([ground.standing(row, part) for row, part in zip(each, own.parts, strict=True)])
    best = each.max(0)
    near_own = own.alone @ survey.flat.T
    near_inside = own.inside @ survey.flat.T
    hub = float(ground.hub(own.whole[None])[0])
    centred = unit(vectors - survey.middle) @ unit(own.whole - survey.middle)
    rare, rarest = _shared(survey, own)
    count = len(vectors)
    deviation = np.sqrt(((likeness - likeness.mean()) ** 2).sum() / (count + 30) + 30 * 0.012 / (count + 30))
    near = (own.near @ vectors.T).max(0) if len(own.near) else np.zeros(count)
    clause = np.full(count, -1.0)
    toward = unit(own.inside.mean(0)) if len(own.inside) else own.whole
    np.maximum.at(clause, survey.clause_of, survey.clauses @ toward)
    measured = {
        "whole": ground.standing(likeness, own.whole),
        "part": stands.max(0),
        "parts": np.sort(stands, 0)[-TOP:].mean(0),
        "likeness": 5 * likeness,
        "part_likeness": 5 * best,
        "beyond_hub": 10 * (likeness - (hub + survey.hub) / 2),
        "hub": 10 * (survey.hub - 0.4),
        "evened": 10 * (survey.evened @ ground.evened(own.whole[None])[0]),
        "context": ground.standing(survey.context @ own.whole, own.whole),
        "clause": 5 * clause,
        "own_word": 3 * _each(survey, (own.rarity[:, None] / (1 + np.exp(-(near_own - SAME_WORD) / SHARPNESS))).max(0)),
        "phrasing": 5 * _best(survey, near_inside),
        "covered": 5 * _covered(survey, near_own, own.rarity),
        "shared": rare,
        "shared_rare": 2 * rarest,
        "centred": 5 * centred,
        "in_survey": (likeness - likeness.mean()) / deviation,
        "near_miss": 5 * np.maximum(0.0, near - best),
        "length": np.log1p(np.diff(survey.cuts)),
        "phrases": np.full(count, np.log1p(len(problem.phrases))),
        "described": np.full(count, float(bool(problem.describe))),
    }  # fmt: skip
    return np.stack([measured[name] for name in COLUMNS], 1).astype(np.float64)


def _shared(survey: Heard, own: Aim) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the rarity of the words that both use, and the rarity of the rarest."""
    import numpy as np

    rarity = {stem: survey.background.rarity(stem) for stem in own.stems}
    rarities = [[rarity[stem] for stem in stems if stem in rarity] for stems in survey.stems]
    return (
        np.array([min(MOST_SHARED, sum(row)) for row in rarities]),
        np.array([max(row, default=0.0) for row in rarities]),
    )  # fmt: skip


def _each(survey: Heard, of_words: np.ndarray) -> np.ndarray:
    """The highest value of each sentence's words."""
    import numpy as np

    result = np.zeros(len(survey.texts))
    for sentence, (a, b) in enumerate(pairwise(survey.cuts)):
        if b > a:
            result[sentence] = of_words[a:b].max()
    return result


def _per_sentence(survey: Heard, near: np.ndarray) -> np.ndarray:
    """The closest of each sentence's words to each of the problem's, shape (words, sentences)."""
    import numpy as np

    result = np.zeros((len(near), len(survey.texts)))
    full = np.diff(survey.cuts) > 0
    if len(near) and full.any():
        result[:, full] = np.maximum.reduceat(near, survey.cuts[:-1][full], axis=1)
    return result


def _best(survey: Heard, near: np.ndarray) -> np.ndarray:
    import numpy as np

    best = _per_sentence(survey, near)
    if not len(best):
        return np.zeros(len(survey.texts))
    result: np.ndarray = np.sort(best, 0)[-TOP:].mean(0)
    return result


def _covered(survey: Heard, near: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """The mean of the problem's few best-matched words, each weighted by its rarity."""
    import numpy as np

    best = _per_sentence(survey, near) * rarity[: len(near), None]
    if not len(best):
        return np.zeros(len(survey.texts))
    result: np.ndarray = np.sort(best, 0)[-TOP:].mean(0)
    return result
