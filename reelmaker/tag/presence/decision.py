"""Sure, maybe or no: whether a sentence is about a problem, decided in absolute terms, one problem at a time.

A problem is raised in a survey only if one sentence is surely about it compared with all that customers say. Then each
sentence that is too far from it, or of the other tone, is at most a maybe. Scores come out so that 0.5 means "sure" and
`MAYBE` means "may have". No other problem of the file is looked at here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.model import Problem
from reelmaker.tag import lexical
from reelmaker.tag.embeddings import unit
from reelmaker.tag.presence import absolute
from reelmaker.tag.presence.absolute import Heard, Reader

if TYPE_CHECKING:
    import numpy as np

SURE, MAYBE = 0.5, 0.35  # scores from which a sentence is sure, and from which it may be
LOW, HIGH = -8.0, 4.0  # log odds beyond which a neighbour says no more
NEUTRAL = -4.0  # of a neighbour that is not there
# Log odds under which a sentence is at most a maybe: beside other problems, that share out what is said, a wide mark; where
# a pain is the only one in the file, what is measured has to carry the decision by itself, with the tone
FLOOR, FLOOR_ALONE, OTHER_TONE = -2.6, -0.6, -1.5
TEACHES = 0.3  # chance from which a sentence teaches what this survey's customers mean
CANDIDATE = -3.5  # log odds from which the tone of clauses is heard
FEWEST_WORDS = 3  # that carry meaning, of a problem's texts


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: weights for the columns of `absolute`, for the neighbours, for the tone; each with its bias
    last.

    `strong`: log odds that the surest sentence of a survey must reach for the problem to be raised at all.
    """

    alone: np.ndarray
    around: np.ndarray
    tone: np.ndarray
    strong: float


@dataclass(frozen=True, slots=True)
class Decided:
    """For one problem: whether anything in the survey is surely about it, and, shape (sentences,), log odds that each
    sentence is about it whatever its tone, and that it has the tone that is looked for.
    """

    present: bool
    about: np.ndarray
    toned: np.ndarray
    alone: bool  # a pain, and the only one in the file

    @property
    def held_back(self) -> np.ndarray:
        """True for a sentence that is too far from the problem, or clearly of the other tone, to be sure."""
        far = self.about < FLOOR
        if self.alone:
            far |= both(self.about, self.toned) < FLOOR_ALONE
        result: np.ndarray = far | (self.toned < OTHER_TONE)
        return result


def decide(
    problem: Problem,
    survey: Heard,
    read: Reader,
    weights: Weights,
    hear: Callable[[np.ndarray], np.ndarray],
    *,
    alone: bool,
) -> Decided:
    """Judge every sentence for one problem.

    Args:
        alone: a pain, and the only one in the file.
        hear: vectors -> output of the heads: complaint, praise, tone, shape (3, vectors).
    """
    import numpy as np

    own = absolute.aim(problem, read, survey.background)
    columns = absolute.columns(problem, survey, own)
    about = about_of(columns, survey, weights)
    toned = np.full(len(about), HIGH)
    if problem.kind != "any":
        tone_columns = tones(survey, own, about > CANDIDATE, read, hear)
        toned = tone_columns @ weights.tone[:-1] + weights.tone[-1]
        if problem.kind == "praise":
            toned = -toned
    present = about.max() >= weights.strong
    return Decided(bool(present), about, toned, alone)


def about_of(columns: np.ndarray, survey: Heard, weights: Weights) -> np.ndarray:
    """Log odds that each sentence is about the problem, whatever its tone, at the prevalence of the training data.

    Args:
        columns: the result of `absolute.columns` for the problem, shape (sentences, columns).
    """
    import numpy as np

    alone = columns @ weights.alone[:-1] + weights.alone[-1]
    with_neighbours = around(alone, survey) @ weights.around[:-1] + weights.around[-1]
    first = np.asarray(survey.firsts, bool)
    result: np.ndarray = np.where(
        first & np.r_[first[1:], True], alone, with_neighbours
    )  # one sentence has no answer around it
    return result


def around(alone: np.ndarray, survey: Heard) -> np.ndarray:
    """Each sentence with its neighbours and its answer, shape (sentences, columns)."""
    import numpy as np

    first, count = np.asarray(survey.firsts, bool), len(alone)
    odds = np.clip(alone, LOW, HIGH)
    chance = 1 / (1 + np.exp(-odds))
    last = np.r_[first[1:], True]
    before = np.where(first, NEUTRAL, np.r_[0.0, odds[:-1]])
    after = np.where(last, NEUTRAL, np.r_[odds[1:], 0.0])
    earlier = np.where(first | np.r_[True, first[:-1]], NEUTRAL, np.r_[0.0, 0.0, odds[:-2]][:count])
    best, any_other = np.full(count, NEUTRAL), np.zeros(count)
    for a, b in pairwise([*np.flatnonzero(first).tolist(), count]):
        if b - a > 1:
            ranked = np.sort(odds[a:b])[::-1]
            best[a:b] = np.where(odds[a:b] == ranked[0], ranked[1], ranked[0])
            none = np.log1p(-chance[a:b])
            any_other[a:b] = 1 - np.exp(none.sum() - none)
    sure = np.where(chance > TEACHES, chance, 0.0)
    centred = survey.read.whole - survey.middle
    taught = (sure @ centred)[None] - sure[:, None] * centred  # what the others teach
    total = sure.sum() - sure
    like = (unit(taught) * unit(centred)).sum(1) * np.minimum(1.0, total)
    return np.stack([
        odds, np.maximum(odds, -1.0), before, np.maximum(before, -1.0), after, np.maximum(after, -1.0), best, any_other,
        3 * like, earlier, first.astype(float), last.astype(float),
    ], 1)  # fmt: skip


def tones(
    survey: Heard,
    own: absolute.Aim,
    candidates: np.ndarray,
    read: Reader,
    hear: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Features of the tone of each sentence, shape (sentences, columns): its own, that of the clause closest to the
    problem, that of the sentence before.
    """
    import numpy as np

    complaint, praise, tone = np.tanh(hear(survey.read.whole) / 3)
    touching = tone.copy()
    positions = np.flatnonzero(candidates)
    cut = [(n, survey.texts[n][a:b].strip()) for n in positions.tolist() for a, b in survey.clause_spans[n]]
    if cut:
        vectors = read([text for _, text in cut]).whole
        near, loud = vectors @ own.whole, np.tanh(hear(vectors)[2] / 3)
        where: dict[int, list[int]] = {}
        for place, (number, _) in enumerate(cut):
            where.setdefault(number, []).append(place)
        for number, places in where.items():
            touching[number] = loud[max(places, key=lambda place: (near[place], -place))]
    before = np.where(survey.firsts, 0.0, np.r_[0.0, tone[:-1]])
    after = np.where(np.r_[survey.firsts[1:], True], 0.0, np.r_[tone[1:], 0.0])
    return np.stack([complaint, praise, tone, touching, before, after], 1)


def both(first_odds: np.ndarray, second_odds: np.ndarray) -> np.ndarray:
    """Log odds that two independent events with given log odds both hold."""
    import numpy as np

    chance = 1 / (1 + np.exp(-np.clip(first_odds, -30, 30))) / (1 + np.exp(-np.clip(second_odds, -30, 30)))
    result: np.ndarray = np.log(chance / np.maximum(1 - chance, 1e-12))
    return result


def scores(decided: Decided, ranked: np.ndarray, *, known: bool) -> np.ndarray:
    """Scores 0..1 for a problem, from scores that put its sentences in order.

    If nothing is surely about the problem, all fall below `MAYBE`, in the same order; a sentence that is held back is
    at most a maybe. `known`: the team kept a sentence, so the problem is raised.
    """
    import numpy as np

    if not decided.present and not known:
        result: np.ndarray = MAYBE * ranked
        return result
    lower = MAYBE + (SURE - MAYBE) * 0.98 * (ranked - SURE) / (1 - SURE)
    result = np.where(decided.held_back & (ranked >= SURE) & (not known), lower, ranked)
    return result


def maybe(score: float, threshold: float = SURE) -> bool:
    """True if a sentence is not sure but may be about the problem; a team's own threshold moves both limits."""
    return MAYBE / SURE * threshold <= score < threshold


def thin(problem: Problem) -> str:
    """The warning for a problem whose texts are too thin to judge by; "" if they are not."""
    words = lexical.content(" ".join([problem.statement, problem.describe, *problem.phrases]))
    if len(words) >= FEWEST_WORDS:
        return ""
    return (
        f'"{problem.statement}" says too little to judge by ({len(words)} word{"" if len(words) == 1 else "s"} that carry '
        "meaning): add `describe` with what it looks like for a customer, or two or three `phrases`."
    )


def of(document: Mapping[str, Any]) -> Weights:
    """The weights, from their document."""
    import numpy as np

    return Weights(
        np.array(document["alone"]), np.array(document["around"]), np.array(document["tone"]),
        document["strong"],
    )  # fmt: skip


@lru_cache(maxsize=1)
def load() -> Weights:
    """The weights that are shipped."""
    return of(json.loads((Path(__file__).parent / "decision.json").read_text("utf-8")))
