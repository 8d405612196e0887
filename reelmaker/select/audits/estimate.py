"""How many customers are about a problem, from a random sample that people checked. Pure.

Takes the parts (strata) of the survey and the verdicts on the customers drawn from each; returns an estimate, its
interval, and how accurate the program was.

The survey is the whole population, so customers who were checked are known and only the others are uncertain. The
estimate is the stratified difference estimator, which is prediction-powered inference (Angelopoulos, Duchi & Zrnic
2023) with the program's strata as the prediction. A normal interval misses too often with twenty customers and rare
problems. This one melds the exact hypergeometric bounds of the strata (Fay, Proschan & Brittain 2015): with one
stratum it is the finite-population Clopper-Pearson interval. `bench/audit_coverage.py` measures how often it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from reelmaker.model.audit import Audited, Rate

if TYPE_CHECKING:
    import numpy as np

ALPHA = 0.05
CLOSE = 1e-12  # rounding may widen an interval, never narrow it
VAGUE = 0.6  # a share whose interval is wider than this is too uncertain to state


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the customers, and the simple random sample that was checked in it."""

    of: int
    yes: int = 0
    no: int = 0
    unsure: int = 0
    counted: bool = False  # the program counts everybody in it
    known_yes: int = 0  # known although not in the sample
    known_no: int = 0

    def __post_init__(self) -> None:
        counts = (self.yes, self.no, self.unsure, self.known_yes, self.known_no)
        if min(counts) < 0 or sum(counts) > self.of:
            raise ValueError(f"more are checked than there are: {self}")

    @property
    def sampled(self) -> int:
        return self.yes + self.no + self.unsure

    @property
    def known(self) -> int:
        """Number of customers known to be about the problem, or known not to be."""
        return self.yes + self.no + self.known_yes + self.known_no

    @property
    def mean(self) -> float:
        """Estimated number of its customers who are about the problem; the program's count if nobody was checked."""
        if not self.sampled:
            unknown = self.of - self.known_yes - self.known_no
            return self.known_yes + (unknown if self.counted else 0)
        return self.of * (self.yes + self.unsure / 2) / self.sampled


def audit(strata: Sequence[Stratum], alpha: float = ALPHA) -> Audited:
    """The estimate of all strata together; the caller adds everything beyond the numbers."""
    low, high = interval(strata, alpha)
    estimate = sum(stratum.mean for stratum in strata)
    return Audited(
        spoke=min(max(round(estimate), low), high),
        low=low,
        high=high,
        of=sum(stratum.of for stratum in strata),
        checked=sum(stratum.known + stratum.unsure for stratum in strata),
        unsure=sum(stratum.unsure for stratum in strata),
        counted=sum(stratum.of for stratum in strata if stratum.counted),
        estimate=estimate,
        precision=precision(strata, alpha),
        recall=recall(strata, alpha),
    )


def interval(strata: Sequence[Stratum], alpha: float = ALPHA) -> tuple[int, int]:
    """The fewest and the most customers who are about the problem; "unsure" counts as no for the first and as yes for
    the second.
    """
    return _least(_melded(strata, low=True), alpha), _most(_melded(strata, low=False), alpha)


def precision(strata: Sequence[Stratum], alpha: float = ALPHA) -> Rate | None:
    """Share of the customers counted by the program who are about the problem; None if too few were checked."""
    counted = [stratum for stratum in strata if stratum.counted]
    total = sum(stratum.of for stratum in counted)
    if not any(stratum.sampled for stratum in counted):
        return None
    low, high = interval(counted, alpha)
    return _rate(sum(stratum.mean for stratum in counted) / total, low / total, high / total)


def recall(strata: Sequence[Stratum], alpha: float = ALPHA) -> Rate | None:
    """Share of the customers about the problem whom the program counts; None if too few were checked."""
    import numpy as np

    counted = [stratum for stratum in strata if stratum.counted]
    others = [stratum for stratum in strata if not stratum.counted]
    counted_mean, missed_mean = (sum(stratum.mean for stratum in group) for group in (counted, others))
    if not counted_mean + missed_mean or not any(stratum.sampled for stratum in others if stratum.of):
        return None
    edges = []
    for low in (True, False):
        hits, misses = _melded(counted, low=low), _melded(others, low=not low)
        all_of_it = np.add.outer(np.arange(len(hits)), np.arange(len(misses)))
        shares = np.where(all_of_it > 0, np.arange(len(hits))[:, None] / np.maximum(all_of_it, 1), 0.0 if low else 1.0)
        order = np.argsort(shares, axis=None, kind="stable")
        ranked, summed = shares.ravel()[order], np.cumsum(np.multiply.outer(hits, misses).ravel()[order])
        wanted = alpha / 2 - CLOSE if low else 1 - alpha / 2 + CLOSE
        edges.append(float(ranked[min(int(np.searchsorted(summed, wanted)), len(ranked) - 1)]))
    return _rate(counted_mean / (counted_mean + missed_mean), *edges)


def _rate(value: float, low: float, high: float) -> Rate | None:
    if high - low > VAGUE:
        return None
    return Rate(min(max(value, low), high), low, high)


def _melded(strata: Sequence[Stratum], *, low: bool) -> np.ndarray:
    """The confidence distribution of the sum: the chance of 0, 1, 2 … customers, from the lower or the upper bounds."""
    import numpy as np

    chances = np.ones(1)
    for stratum in strata:
        chances = np.convolve(chances, _bounds(stratum, low))
    return chances


@lru_cache(maxsize=4096)
def _bounds(stratum: Stratum, low: bool) -> np.ndarray:
    """The chance of each bound of one stratum when the confidence is drawn at random, limited to what is known."""
    import numpy as np

    yes = stratum.yes + (0 if low else stratum.unsure)
    chances = np.array(at_least(stratum.of, stratum.sampled, yes) if low else at_most(stratum.of, stratum.sampled, yes))
    least = yes + stratum.known_yes
    most = stratum.of - stratum.no - stratum.known_no - (stratum.unsure if low else 0)
    chances[least] += chances[:least].sum()
    chances[most] += chances[most + 1 :].sum()
    chances[:least] = chances[most + 1 :] = 0.0
    return chances


def at_least(population: int, sampled: int, yes: int) -> list[float]:
    """The distribution of the lower bounds of a hypergeometric sample: P(bound <= t) = P(a sample of t has `yes` or
    more).

    It is the `yes`-th smallest of `sampled` numbers drawn from 1..`population` without replacement; 0 if `yes` is 0.
    """
    from math import comb

    chances, all_samples = [0.0] * (population + 1), comb(population, sampled)
    if not yes:
        chances[0] = 1.0
        return chances
    ways = comb(population - yes, sampled - yes)
    for bound in range(yes, population - (sampled - yes) + 1):
        chances[bound] = ways / all_samples
        if bound < population:
            ways = ways * bound * (population - bound - sampled + yes) // ((bound - yes + 1) * (population - bound))
    return chances


def at_most(population: int, sampled: int, yes: int) -> list[float]:
    """The distribution of the upper bounds: P(bound >= t) = P(a sample of t has `yes` or fewer)."""
    return at_least(population, sampled, sampled - yes)[::-1]


def _least(chances: np.ndarray, alpha: float) -> int:
    return int((chances.cumsum() > alpha / 2 - CLOSE).argmax())


def _most(chances: np.ndarray, alpha: float) -> int:
    return len(chances) - 1 - int((chances[::-1].cumsum() > alpha / 2 - CLOSE).argmax())


# who is asked about

COUNTED, NEAR, FAR = 0, 1, 2
NEAR_SHARE = 0.5  # of the threshold: from there on a customer who is not counted is near
NEAR_WORTH = 4  # fewer places than this in the sample, and near is no stratum of its own: it would widen the interval


def kinds(best: Sequence[float], counts: Sequence[bool], threshold: float, sample_size: int) -> list[int]:
    """The stratum of each customer, by the best score of their sentences, for a sample of `sample_size`."""
    near = [not counted and score >= NEAR_SHARE * threshold for score, counted in zip(best, counts, strict=True)]
    apart = sample_size * sum(near) >= NEAR_WORTH * len(near)
    return [
        COUNTED if counted else NEAR if close and apart else FAR for counted, close in zip(counts, near, strict=True)
    ]


def turns(sizes: Sequence[int], sample_size: int) -> list[int]:
    """The order in which the strata take turns: the stratum of the first customer to ask about, of the second, and so
    on.

    Every prefix shares out the places in proportion to size (the divisors of Huntington and Hill: each stratum that is
    not empty has one before any has two), so a sample that ends early or goes on is still stratified.
    """
    taken = [0] * len(sizes)
    order: list[int] = []
    while len(order) < min(sample_size, sum(sizes)):
        free = [index for index, size in enumerate(sizes) if taken[index] < size]
        first = [index for index in free if not taken[index]]
        best = (
            max(first, key=lambda index: (sizes[index], -index))
            if first
            else max(free, key=lambda index: (sizes[index] ** 2 / (taken[index] * (taken[index] + 1)), -index))
        )
        taken[best] += 1
        order.append(best)
    return order
