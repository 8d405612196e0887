"""Sure, maybe or no: whether a sentence speaks of a problem, decided in absolute terms, one problem at a time.

`gate` says from the survey as a whole whether the problem is raised at all. Then each sentence that is too far from it, or
of the other tone, is at most a maybe. Scores come out so that 0.5 means "sure" and `MAYBE` means "may have". No other
problem of the file is looked at here.
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
from reelmaker.tag.presence import absolute, gate
from reelmaker.tag.presence.absolute import Heard, Reader

if TYPE_CHECKING:
    import numpy as np

SURE, MAYBE = 0.5, 0.35  # scores from which a sentence is sure, and from which it may be
LOW, HIGH = -8.0, 4.0  # log odds beyond which a neighbour says no more
NEUTRAL = -4.0  # of a neighbour that is not there
# Log odds under which a sentence is at most a maybe: beside other problems, that share out what is said, a wide mark; where
# a pain is the only one in the file, what is measured has to carry the decision by itself, with the tone
FLOOR, FLOOR_ALONE, OTHER_TONE = -2.6, -1.0, -1.5
TEACHES = 0.3  # chance from which a sentence teaches what this survey's customers mean
CANDIDATE = -3.5  # log odds from which the tone of clauses is heard
FEWEST_WORDS = 3  # that carry meaning, of a problem's texts


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: for the columns of `absolute`, for the neighbours, for the tone; each with its bias last.

    `gate`: for the measures of `gate`; the problem is there at all from log odds of 0.
    """

    alone: np.ndarray
    around: np.ndarray
    tone: np.ndarray
    gate: np.ndarray


@dataclass(frozen=True, slots=True)
class Decided:
    """Of one problem: whether anything in the survey is surely about it, and, shape (sentences,), log odds that each
    sentence is about it whatever its tone, and that it has the tone that is looked for.
    """

    present: bool
    about: np.ndarray
    toned: np.ndarray
    alone: bool  # a pain, and the only one in the file

    @property
    def held_back(self) -> np.ndarray:
        """True where a sentence is too far from the problem, or plainly of the other tone, to be sure."""
        far = self.about < FLOOR
        if self.alone:
            far |= both(self.about, self.toned) < FLOOR_ALONE
        result: np.ndarray = far | (self.toned < OTHER_TONE)
        return result


def decide(
    problem: Problem,
    heard: Heard,
    read: Reader,
    weights: Weights,
    hear: Callable[[np.ndarray], np.ndarray],
    *,
    alone: bool,
) -> Decided:
    """Every sentence beside one problem.

    Args:
        alone: a pain, and the only one in the file.
        hear: vectors -> what the heads make of them: complaint, praise, tone, shape (3, vectors).
    """
    import numpy as np

    own = absolute.aim(problem, read, heard.background)
    columns = absolute.columns(problem, heard, own)
    about = about_of(columns, heard, weights)
    toned = np.full(len(about), HIGH)
    if problem.kind != "any":
        found = tones(heard, own, about > CANDIDATE, read, hear)
        toned = found @ weights.tone[:-1] + weights.tone[-1]
        if problem.kind == "praise":
            toned = -toned
    present = gate.measures(columns, about, heard) @ weights.gate[:-1] + weights.gate[-1] >= 0
    return Decided(bool(present), about, toned, alone)


def about_of(columns: np.ndarray, heard: Heard, weights: Weights) -> np.ndarray:
    """Log odds that each sentence is about the problem, whatever its tone, at the prevalence of what was learned.

    Args:
        columns: what `absolute.columns` measured beside the problem, shape (sentences, columns).
    """
    import numpy as np

    alone = columns @ weights.alone[:-1] + weights.alone[-1]
    seen = around(alone, heard) @ weights.around[:-1] + weights.around[-1]
    first = np.asarray(heard.firsts, bool)
    result: np.ndarray = np.where(first & np.r_[first[1:], True], alone, seen)  # one sentence has no answer around it
    return result


def around(alone: np.ndarray, heard: Heard) -> np.ndarray:
    """Each sentence with its neighbours and its answer, shape (sentences, columns)."""
    import numpy as np

    first, many = np.asarray(heard.firsts, bool), len(alone)
    odds = np.clip(alone, LOW, HIGH)
    chance = 1 / (1 + np.exp(-odds))
    last = np.r_[first[1:], True]
    before = np.where(first, NEUTRAL, np.r_[0.0, odds[:-1]])
    after = np.where(last, NEUTRAL, np.r_[odds[1:], 0.0])
    earlier = np.where(first | np.r_[True, first[:-1]], NEUTRAL, np.r_[0.0, 0.0, odds[:-2]][:many])
    best, any_other = np.full(many, NEUTRAL), np.zeros(many)
    for a, b in pairwise([*np.flatnonzero(first).tolist(), many]):
        if b - a > 1:
            ranked = np.sort(odds[a:b])[::-1]
            best[a:b] = np.where(odds[a:b] == ranked[0], ranked[1], ranked[0])
            none = np.log1p(-chance[a:b])
            any_other[a:b] = 1 - np.exp(none.sum() - none)
    sure = np.where(chance > TEACHES, chance, 0.0)
    ours = heard.read.whole - heard.middle
    taught = (sure @ ours)[None] - sure[:, None] * ours  # what the others teach
    total = sure.sum() - sure
    like = (unit(taught) * unit(ours)).sum(1) * np.minimum(1.0, total)
    return np.stack([
        odds, np.maximum(odds, -1.0), before, np.maximum(before, -1.0), after, np.maximum(after, -1.0), best, any_other,
        3 * like, earlier, first.astype(float), last.astype(float),
    ], 1)  # fmt: skip


def tones(
    heard: Heard,
    own: absolute.Aim,
    candidates: np.ndarray,
    read: Reader,
    hear: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """What is heard of the tone of each sentence, shape (sentences, columns): its own, that of the clause that touches
    the problem, that of the sentence before.
    """
    import numpy as np

    complaint, praise, tone = np.tanh(hear(heard.read.whole) / 3)
    touching = tone.copy()
    at = np.flatnonzero(candidates)
    cut = [(n, heard.texts[n][a:b].strip()) for n in at.tolist() for a, b in heard.clause_spans[n]]
    if cut:
        vectors = read([text for _, text in cut]).whole
        near, loud = vectors @ own.whole, np.tanh(hear(vectors)[2] / 3)
        where: dict[int, list[int]] = {}
        for place, (number, _) in enumerate(cut):
            where.setdefault(number, []).append(place)
        for number, places in where.items():
            touching[number] = loud[max(places, key=lambda place: (near[place], -place))]
    before = np.where(heard.firsts, 0.0, np.r_[0.0, tone[:-1]])
    after = np.where(np.r_[heard.firsts[1:], True], 0.0, np.r_[tone[1:], 0.0])
    return np.stack([complaint, praise, tone, touching, before, after], 1)


def both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Log odds that two independent things of given log odds are both so."""
    import numpy as np

    chance = 1 / (1 + np.exp(-np.clip(one, -30, 30))) / (1 + np.exp(-np.clip(other, -30, 30)))
    result: np.ndarray = np.log(chance / np.maximum(1 - chance, 1e-12))
    return result


def scores(decided: Decided, ranked: np.ndarray, *, known: bool) -> np.ndarray:
    """Scores 0..1 of a problem, from those that put its sentences in order.

    Where nothing is surely about the problem, all fall under `MAYBE`, in the same order; a sentence that is held back is
    at most a maybe. `known`: the team kept a sentence, so that the problem is there.
    """
    import numpy as np

    if not decided.present and not known:
        result: np.ndarray = MAYBE * ranked
        return result
    lower = MAYBE + (SURE - MAYBE) * 0.98 * (ranked - SURE) / (1 - SURE)
    result = np.where(decided.held_back & (ranked >= SURE) & (not known), lower, ranked)
    return result


def maybe(score: float, threshold: float = SURE) -> bool:
    """True where a sentence is not sure but may speak of the problem; a team's own threshold moves both points."""
    return MAYBE / SURE * threshold <= score < threshold


def thin(problem: Problem) -> str:
    """What to say where a problem's texts are too thin to judge by; "" where they are not."""
    said = lexical.content(" ".join([problem.statement, problem.describe, *problem.phrases]))
    if len(said) >= FEWEST_WORDS:
        return ""
    return (
        f'"{problem.statement}" says too little to judge by ({len(said)} word{"" if len(said) == 1 else "s"} that carry '
        "meaning): add `describe` with what it looks like for a customer, or two or three `phrases`."
    )


def of(document: Mapping[str, Any]) -> Weights:
    """The weights, from their document."""
    import numpy as np

    return Weights(
        np.array(document["alone"]), np.array(document["around"]), np.array(document["tone"]),
        np.array(document["gate"]),
    )  # fmt: skip


@lru_cache(maxsize=1)
def load() -> Weights:
    """Those that are shipped."""
    return of(json.loads((Path(__file__).parent / "decision.json").read_text("utf-8")))
