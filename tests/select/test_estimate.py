"""The estimate of an audit against truth that was counted by hand or by trying everything."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.select.audits import estimate
from reelmaker.select.audits.estimate import Stratum


def chance(of: int, true: int, sampled: int, yes: int) -> float:
    """Of `yes` among `sampled` drawn from `of`, `true` of whom are a yes."""
    if not 0 <= sampled - yes <= of - true:
        return 0.0
    return float(Fraction(comb(true, yes) * comb(of - true, sampled - yes), comb(of, sampled)))


@pytest.mark.parametrize(("of", "sampled"), [(12, 5), (28, 20), (28, 3), (7, 7), (9, 0), (60, 20)])
def test_one_stratum_has_the_exact_interval_of_a_finite_population(of: int, sampled: int) -> None:
    for yes in range(sampled + 1):
        true = range(of + 1)
        low = min(t for t in true if sum(chance(of, t, sampled, k) for k in range(yes, sampled + 1)) > 0.025)
        high = max(t for t in true if sum(chance(of, t, sampled, k) for k in range(yes + 1)) > 0.025)
        assert estimate.interval([Stratum(of, yes, sampled - yes)]) == (low, high)


def test_a_case_worked_out_by_hand() -> None:
    # 10 counted, 4 checked, 3 right; 20 not counted, 5 checked, none right
    strata = [Stratum(10, 3, 1, counted=True), Stratum(20, 0, 5)]
    found = estimate.audit(strata)
    assert found.estimate == 10 * 3 / 4 and found.spoke == 8 and found.of == 30 and found.checked == 9
    # the lower bound of the 20 is 0, so the sum has that of the 10: were 3 true, C(3,3) C(7,1) / C(10,4) = 7/210 > 2.5 %
    assert found.low == 3 and chance(10, 3, 4, 3) == pytest.approx(7 / 210)
    assert found.counted == 10 and not found.exact


def test_who_was_not_sampled_may_be_anything() -> None:
    assert estimate.interval([Stratum(8, 0, 0), Stratum(5, 5, 0)]) == (5, 13)
    assert estimate.interval([Stratum(8, known_yes=2, known_no=3), Stratum(5, 5, 0)]) == (7, 10)
    assert estimate.audit([Stratum(8, counted=True), Stratum(5, 5, 0)]).spoke == 13, "the program's word"


WORST = [
    ((9, 19), (7, 13)),
    ((9, 19), (5, 5)),
    ((8, 8, 4), (6, 6, 3)),
    ((6, 6, 16), (4, 4, 12)),
    ((3, 3, 3, 3), (1, 1, 1, 1)),
    ((4, 5, 8), (2, 2, 3)),
    ((20, 40), (8, 8)),
    ((1, 3, 24), (1, 2, 17)),
]


@pytest.mark.parametrize(("sizes", "samples"), WORST)
def test_it_holds_in_95_of_100_for_every_truth_there_can_be(sizes: tuple[int, ...], samples: tuple[int, ...]) -> None:
    """Every outcome of every truth, with its exact probability: no simulation."""
    parts = list(zip(sizes, samples, strict=True))
    seen = {
        yes: estimate.interval([Stratum(of, y, m - y) for (of, m), y in zip(parts, yes, strict=True)])
        for yes in itertools.product(*(range(m + 1) for m in samples))
    }
    for true in itertools.product(*(range(of + 1) for of in sizes)):
        rows = [[chance(of, t, m, y) for y in range(m + 1)] for (of, m), t in zip(parts, true, strict=True)]
        held = 0.0
        for yes, (low, high) in seen.items():
            if low <= sum(true) <= high:
                likely = 1.0
                for row, y in zip(rows, yes, strict=True):
                    likely *= row[y]
                held += likely
        assert held >= 0.95, (true, held)


def test_the_estimate_is_unbiased() -> None:
    sizes, samples, true = (9, 19), (4, 6), (7, 3)
    mean = sum(
        chance(9, 7, 4, a)
        * chance(19, 3, 6, b)
        * estimate.audit([Stratum(9, a, 4 - a), Stratum(19, b, 6 - b)]).estimate
        for a in range(5)
        for b in range(7)
    )
    assert mean == pytest.approx(sum(true)), (sizes, samples)


@st.composite
def strata(draw: st.DrawFn) -> list[Stratum]:
    found = []
    for counted in draw(st.lists(st.booleans(), min_size=1, max_size=4)):
        numbers = [draw(st.integers(0, 6)) for _ in range(5)]
        found.append(Stratum(sum(numbers) + draw(st.integers(0, 12)), *numbers[:3], counted, *numbers[3:]))
    return found


@given(strata())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_must_be_true_of_every_estimate(parts: list[Stratum]) -> None:
    found = estimate.audit(parts)
    known = sum(part.yes + part.known_yes for part in parts), sum(part.no + part.known_no for part in parts)
    assert known[0] <= found.low <= found.spoke <= found.high <= found.of - known[1]
    for rate in (found.precision, found.recall):
        assert rate is None or 0 <= rate.low <= rate.value <= rate.high <= 1


@given(strata())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_unsure_is_as_wide_as_all_yes_and_all_no_together(parts: list[Stratum]) -> None:
    low, high = estimate.interval(parts)
    for answers in itertools.product(*(range(part.unsure + 1) for part in parts)):
        sure = [
            replace(part, yes=part.yes + more, no=part.no + part.unsure - more, unsure=0)
            for part, more in zip(parts, answers, strict=True)
        ]
        least, most = estimate.interval(sure)
        assert low <= least and most <= high
    ends = [
        [replace(p, no=p.no + p.unsure, unsure=0) for p in parts],
        [replace(p, yes=p.yes + p.unsure, unsure=0) for p in parts],
    ]
    assert (low, high) == (estimate.interval(ends[0])[0], estimate.interval(ends[1])[1])


@given(strata())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_everybody_checked_is_exact(parts: list[Stratum]) -> None:
    whole = [replace(part, of=part.yes + part.no + part.known_yes + part.known_no, unsure=0) for part in parts]
    found = estimate.audit(whole)
    assert found.low == found.high == found.spoke == sum(part.yes + part.known_yes for part in whole)


def test_precision_and_recall_are_told_only_where_enough_was_checked() -> None:
    found = estimate.audit([Stratum(10, 9, 0, counted=True), Stratum(18, 2, 16)])
    assert found.precision and found.precision.value == 1 and found.precision.low == pytest.approx(0.9)
    assert found.recall and found.recall.value == pytest.approx(10 / 12) and found.recall.high <= 10 / 12 + 1e-9
    few = estimate.audit([Stratum(100, 1, 0, counted=True), Stratum(400, 0, 2)])
    assert few.precision is None and few.recall is None
    nobody = estimate.audit([Stratum(28, 0, 20)])
    assert nobody.precision is None and nobody.recall is None and nobody.spoke == 0


def test_the_sample_is_shared_out_by_size_at_every_length() -> None:
    assert estimate.turns([9, 5, 14], 3) == [2, 0, 1], "each has one before any has two"
    for many in range(3, 29):
        taken = estimate.turns([9, 5, 14], many)
        assert len(taken) == many and taken == estimate.turns([9, 5, 14], 28)[:many]
        for stratum, of in enumerate((9, 5, 14)):
            assert abs(taken.count(stratum) - many * of / 28) < 1.5 or taken.count(stratum) == 1
    assert estimate.turns([2, 0, 3], 99).count(1) == 0 and len(estimate.turns([2, 0, 3], 99)) == 5


def test_near_is_a_stratum_where_it_is_large_enough() -> None:
    scores = [0.9, 0.6, *[0.3] * 8, *[0.1] * 10]
    counts = [score >= 0.5 for score in scores]
    kinds = estimate.kinds(scores, counts, 0.5, 20)
    assert kinds == [estimate.COUNTED] * 2 + [estimate.NEAR] * 8 + [estimate.FAR] * 10
    assert set(estimate.kinds(scores, counts, 0.5, 5)) == {estimate.COUNTED, estimate.FAR}
    assert estimate.kinds([], [], 0.5, 20) == []


def test_more_checked_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="more are checked"):
        Stratum(3, 2, 2)
