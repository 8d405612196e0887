"""How near each sentence is to a problem, in absolute terms: numbers that do not depend on the other problems.

Everything is measured against the shipped `background`, so that "near" means near beside all that customers say, not
beside what this survey happens to hold. One problem at a time goes in; the others in the file change nothing.
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
    """A survey's sentences as they are compared: vectors alone, in context, of words and of clauses."""

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

        whole = self.read.whole
        before = np.where(self.firsts[:, None], 0.0, np.roll(whole, 1, 0))
        self.context = unit(whole + BEFORE * before)
        self.cuts = np.cumsum([0, *(len(words) for words in self.read.words)])
        empty = np.zeros((0, whole.shape[1]), np.float32)
        self.flat = unit(np.concatenate([*self.read.words, empty]) - self.background.word_mean)
        self.stems = [list(lexical.content(text)) for text in self.texts]
        self.middle = (whole.sum(0) + LEANT * self.background.mean) / (len(whole) + LEANT)
        self.hub = self.background.hub(whole)
        self.evened = self.background.evened(whole)
        self._cut()

    def _cut(self) -> None:
        """Clauses as the means of their words."""
        import numpy as np

        vectors, of, self.clause_spans = [], [], []
        for number, text in enumerate(self.texts):
            spans, places = short_answers.clauses(text), lexical.places(text)
            self.clause_spans.append(spans)
            words = self.flat[self.cuts[number] : self.cuts[number + 1]]
            for start, end in spans:
                inside = [at for at, (a, b) in enumerate(places[: len(words)]) if start <= a and b <= end]
                vectors.append(words[inside].mean(0) if inside else np.zeros(words.shape[1], np.float32))
                of.append(number)
        self.clauses, self.clause_of = unit(np.array(vectors, np.float32)), np.array(of, int)


@dataclass(frozen=True, slots=True)
class Aim:
    """A problem as vectors: the whole of it, parts (phrases and items of its description), near-misses, words."""

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
    seen = read([described, problem.statement, *parts, *problem.near_misses])
    many = len(problem.phrases)
    whole = seen.whole[0] + 0.5 * seen.whole[1]
    if many:
        whole = whole + 0.5 * seen.whole[2 : 2 + many].sum(0) / float(np.sqrt(many))
    stems = lexical.content(" ".join([problem.statement, problem.describe, *problem.phrases]))
    alone = read([word.lower() for word in stems.values()] or [""]).whole
    inside = np.concatenate([*read(texts).words, np.zeros((0, whole.shape[0]), np.float32)])
    split = 2 + len(parts)
    return Aim(
        unit(whole), seen.whole[2:split], parts, seen.whole[split:],
        unit(alone - background.word_mean), unit(inside - background.word_mean), stems,
        np.array([background.rarity(stem) for stem in stems] or [0.0]),
    )  # fmt: skip


def _split(text: str) -> list[str]:
    return [part.strip() for part in ITEMS.split(text) if part.strip()]


def columns(problem: Problem, heard: Heard, own: Aim) -> np.ndarray:
    """What is known of each sentence beside one problem, shape (sentences, columns), as `COLUMNS` names them."""
    import numpy as np

    ground, whole = heard.background, heard.read.whole
    likeness = whole @ own.whole
    each = own.parts @ whole.T
    stands = np.stack([ground.standing(row, part) for row, part in zip(each, own.parts, strict=True)])
    best = each.max(0)
    near_own = own.alone @ heard.flat.T
    near_inside = own.inside @ heard.flat.T
    hub = float(ground.hub(own.whole[None])[0])
    centred = unit(whole - heard.middle) @ unit(own.whole - heard.middle)
    rare, rarest = _shared(heard, own)
    many = len(whole)
    deviation = np.sqrt(((likeness - likeness.mean()) ** 2).sum() / (many + 30) + 30 * 0.012 / (many + 30))
    near = (own.near @ whole.T).max(0) if len(own.near) else np.zeros(many)
    clause = np.full(many, -1.0)
    toward = unit(own.inside.mean(0)) if len(own.inside) else own.whole
    np.maximum.at(clause, heard.clause_of, heard.clauses @ toward)
    found = {
        "whole": ground.standing(likeness, own.whole),
        "part": stands.max(0),
        "parts": np.sort(stands, 0)[-TOP:].mean(0),
        "likeness": 5 * likeness,
        "part_likeness": 5 * best,
        "beyond_hub": 10 * (likeness - (hub + heard.hub) / 2),
        "hub": 10 * (heard.hub - 0.4),
        "evened": 10 * (heard.evened @ ground.evened(own.whole[None])[0]),
        "context": ground.standing(heard.context @ own.whole, own.whole),
        "clause": 5 * clause,
        "own_word": 3 * _each(heard, (own.rarity[:, None] / (1 + np.exp(-(near_own - SAME_WORD) / SHARPNESS))).max(0)),
        "phrasing": 5 * _best(heard, near_inside),
        "covered": 5 * _covered(heard, near_own, own.rarity),
        "shared": rare,
        "shared_rare": 2 * rarest,
        "centred": 5 * centred,
        "in_survey": (likeness - likeness.mean()) / deviation,
        "near_miss": 5 * np.maximum(0.0, near - best),
        "length": np.log1p(np.diff(heard.cuts)),
        "phrases": np.full(many, np.log1p(len(problem.phrases))),
        "described": np.full(many, float(bool(problem.describe))),
    }  # fmt: skip
    return np.stack([found[name] for name in COLUMNS], 1).astype(np.float64)


def _shared(heard: Heard, own: Aim) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the rarity of the words both use, and that of the rarest."""
    import numpy as np

    rarity = {stem: heard.background.rarity(stem) for stem in own.stems}
    said = [[rarity[stem] for stem in stems if stem in rarity] for stems in heard.stems]
    return (
        np.array([min(MOST_SHARED, sum(some)) for some in said]), np.array([max(some, default=0.0) for some in said])
    )  # fmt: skip


def _each(heard: Heard, of_words: np.ndarray) -> np.ndarray:
    """The best of a sentence's words."""
    import numpy as np

    result = np.zeros(len(heard.texts))
    for at, (a, b) in enumerate(pairwise(heard.cuts)):
        if b > a:
            result[at] = of_words[a:b].max()
    return result


def _per_sentence(heard: Heard, near: np.ndarray) -> np.ndarray:
    """The best of each sentence's words for each of the problem's, shape (words, sentences)."""
    import numpy as np

    result = np.zeros((len(near), len(heard.texts)))
    full = np.diff(heard.cuts) > 0
    if len(near) and full.any():
        result[:, full] = np.maximum.reduceat(near, heard.cuts[:-1][full], axis=1)
    return result


def _best(heard: Heard, near: np.ndarray) -> np.ndarray:
    import numpy as np

    best = _per_sentence(heard, near)
    if not len(best):
        return np.zeros(len(heard.texts))
    result: np.ndarray = np.sort(best, 0)[-TOP:].mean(0)
    return result


def _covered(heard: Heard, near: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """The mean of the best few words of the problem, each as rare as it is."""
    import numpy as np

    best = _per_sentence(heard, near) * rarity[: len(near), None]
    if not len(best):
        return np.zeros(len(heard.texts))
    result: np.ndarray = np.sort(best, 0)[-TOP:].mean(0)
    return result
