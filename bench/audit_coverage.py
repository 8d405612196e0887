"""How often the interval of `reelmaker audit` holds the truth, and how wide it is, on invented surveys.

Run: make bench-audit, or python bench/audit_coverage.py [--surveys 1000] [--quick]. Prints one table a sample size: the
worst cell and the mean width by size of the survey and quality of the tagger, beside a simple random sample with the exact
hypergeometric interval, and beside two narrower intervals that were not taken. Each survey is drawn anew: who is about the
problem, the scores, the sample. Only the program's own functions draw and estimate.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from reelmaker.select.audits import estimate
from reelmaker.select.audits.estimate import Stratum

SIZES = (12, 20, 28, 50, 100, 200, 500)
PREVALENCES = (0.0, 0.03, 0.1, 0.3, 0.5, 0.8)
SAMPLES = (10, 20, 40, 60)
THRESHOLD = 0.5
QUALITIES = ("reversed", "useless", "counts nobody", "counts all", "weak", "good", "too strict", "perfect")
# half the distance of the two groups, in deviations
APART = {"reversed": -1.5, "useless": 0.0, "weak": 0.7, "good": 1.5}
Z95 = 1.959964


def scores(truth: np.ndarray, quality: str, rng: np.random.Generator) -> np.ndarray:
    """What a tagger of that quality makes of customers who are, or are not, about the problem."""
    if quality == "perfect":
        return np.where(truth, 0.9, 0.05)
    if quality == "too strict":  # knows who is about it, and counts none of most of them
        return np.clip(np.where(truth, 0.4, 0.1) + rng.normal(0, 0.08, len(truth)), 0.0, 1.0)
    if quality.startswith("counts"):
        return rng.uniform(0.5, 1.0, len(truth)) if quality == "counts all" else rng.uniform(0.0, 0.5, len(truth))
    apart = APART[quality]
    seen = rng.normal(np.where(truth, apart, -apart))
    return 1 / (1 + np.exp(-2 * seen))


def checked(truth: np.ndarray, score: np.ndarray, many: int, rng: np.random.Generator) -> list[Stratum]:
    """The strata with what a sample of that size shows."""
    kinds = np.array(estimate.kinds(list(score), list(score >= THRESHOLD), THRESHOLD, many))
    members = [rng.permutation(np.flatnonzero(kinds == kind)) for kind in range(3)]
    taken = Counter(estimate.turns([len(some) for some in members], many))
    strata = []
    for kind, some in enumerate(members):
        yes = int(truth[some[: taken[kind]]].sum())
        strata.append(Stratum(len(some), yes, taken[kind] - yes, counted=kind == estimate.COUNTED))
    return strata


def simple(truth: np.ndarray, many: int, rng: np.random.Generator) -> tuple[int, int]:
    """The interval of a simple random sample, exact for a finite population."""
    many = min(many, len(truth))
    yes = int(truth[rng.permutation(len(truth))[:many]].sum())
    return estimate.interval([Stratum(len(truth), yes, many - yes)])


def normal(strata: Sequence[Stratum]) -> tuple[float, float]:
    """The textbook interval of a stratified sample, as PPI++ has it with large samples; not taken."""
    middle, spread = sum(stratum.mean for stratum in strata), 0.0
    for stratum in strata:
        if stratum.sampled:
            share, more = stratum.yes / stratum.sampled, max(1, stratum.sampled - 1)
            spread += stratum.of * (stratum.of - stratum.sampled) * share * (1 - share) / more
    reach = Z95 * math.sqrt(spread)
    return middle - reach, middle + reach


def mid_p(strata: Sequence[Stratum]) -> tuple[int, int]:
    """Melded as ours, but from the middle of the lower and the upper bounds; not taken."""
    whole = np.ones(1)
    for stratum in strata:
        whole = np.convolve(whole, (estimate._bounds(stratum, True) + estimate._bounds(stratum, False)) / 2)
    return estimate._least(whole, estimate.ALPHA), estimate._most(whole, estimate.ALPHA)


WAYS = ("ours", "simple", "normal", "mid-p")
Row = dict[str, tuple[float, float]]  # way -> coverage, mean width as a share of the survey


def cell(size: int, prevalence: float, quality: str, many: int, surveys: int) -> Row:
    """One cell of the grid."""
    rng = np.random.default_rng(zlib.crc32(f"{size} {prevalence} {quality} {many}".encode()))
    held, width = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0.0)
    for _ in range(surveys):
        truth = rng.random(size) < prevalence
        if prevalence and not truth.any():
            truth[rng.integers(size)] = True  # a rare problem is there, an absent one is not
        strata = checked(truth, scores(truth, quality, rng), many, rng)
        found = {
            "ours": estimate.interval(strata),
            "simple": simple(truth, many, rng),
            "normal": normal(strata),
            "mid-p": mid_p(strata),
        }
        for way, (low, high) in found.items():
            held[way] += bool(low - 1e-9 <= truth.sum() <= high + 1e-9)
            width[way] += (min(high, size) - max(low, 0)) / size
    return {way: (held[way] / surveys, width[way] / surveys) for way in WAYS}


def table(many: int, cells: dict[tuple[int, float, str, int], Row]) -> str:
    """One line for each size of survey and quality, over all prevalences: worst coverage and mean width."""
    lines = [
        f"sample of {many}: worst coverage / mean width (share of the survey), over prevalences "
        + ", ".join(f"{one:.0%}" for one in PREVALENCES),
        "| customers | tagger | audit | simple random sample | normal (not taken) | mid-p (not taken) |",
        "|---|---|---|---|---|---|",
    ]
    for size, quality in itertools.product(sorted({key[0] for key in cells}), QUALITIES):
        rows = [row for key, row in cells.items() if (key[0], key[2], key[3]) == (size, quality, many)]
        told = [
            f"{min(row[way][0] for row in rows):.1%} / {sum(row[way][1] for row in rows) / len(rows):.2f}"
            for way in WAYS
        ]
        lines.append(f"| {size} | {quality} | {' | '.join(told)} |")
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--surveys", type=int, default=1000)
    options.add_argument("--quick", action="store_true", help="Three sizes and one sample only.")
    asked = options.parse_args()
    sizes, samples = ((12, 28, 100), (20,)) if asked.quick else (SIZES, SAMPLES)
    began = time.monotonic()
    cells = {
        (*key, many): cell(*key, many, asked.surveys)
        for many in samples
        for key in itertools.product(sizes, PREVALENCES, QUALITIES)
    }
    for many in samples:
        print(table(many, cells), end="\n\n")
    error = 1.96 * math.sqrt(0.95 * 0.05 / asked.surveys)
    print(
        f"{len(cells)} cells, {asked.surveys} surveys each (Monte-Carlo error ± {error:.1%} in a cell at 95 %), "
        f"{time.monotonic() - began:.0f} s"
    )
    for way in WAYS:
        worst = min(cells, key=lambda key: cells[key][way][0])
        widths = [row[way][1] for row in cells.values()]
        print(
            f"{way:<7} worst {cells[worst][way][0]:.1%} at {worst}, mean coverage "
            f"{sum(row[way][0] for row in cells.values()) / len(cells):.1%}, mean width {sum(widths) / len(widths):.3f}"
        )


if __name__ == "__main__":
    main()
