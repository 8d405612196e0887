"""Counting customers: the interval against published values, who is counted, who is left out and why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.words.answers import people, spoken
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.model import Count, Part, Transcript
from reelmaker.model.audit import Audited
from reelmaker.select.prevalence import count, interval, line


@pytest.mark.parametrize(
    ("spoke", "of", "low", "high"),
    [
        # the four examples of Newcombe 1998, Statistics in Medicine 17, score method without correction
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # the examples that the npm package wilson-score-interval documents
        (430, 474, 0.8777, 0.9301),
        (10, 14, 0.4535, 0.8828),
    ],
)
def test_the_interval_is_the_published_one(spoke: int, of: int, low: float, high: float) -> None:
    assert interval(spoke, of) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_mirrors_its_opposite(of: int, data: st.DataObject) -> None:
    spoke = data.draw(st.integers(0, of))
    low, high = interval(spoke, of)
    assert 0 <= low <= spoke / of <= high <= 1
    assert interval(of - spoke, of) == pytest.approx((1 - high, 1 - low))
    wider = interval(spoke * 10, of * 10)
    assert wider[1] - wider[0] < high - low, "more customers make it narrower"


def test_nobody_asked_means_nothing_is_known() -> None:
    assert interval(0, 0) == (0, 1)


def survey() -> tuple[list, list[Transcript], dict]:  # type: ignore[type-arg]
    responses = people("a", "b", "c", "d", "quiet", d="C", c="C")
    for name, segment, date in (
        ("a", "new", "2026-07-01"),
        ("b", "new", "2026-08-01"),
        ("c", "loyal", "2026-07-09"),
        ("d", "loyal", "2026-08-02"),
    ):
        responses[name] = replace(responses[name], segment=segment, date=date)
    said = {
        name: spoken(name, [("It failed at the till.", score)])
        for name, score in (("a", 0.9), ("b", 0.1), ("c", 0.2), ("d", 0.8))
    }
    heard = [Transcript(name, "en", "x", (found[0].sentences[0],)) for name, found in said.items()]
    return (
        [moment for found in said.values() for moment in found],
        [*heard, Transcript("quiet", "", "x")],
        responses,
    )


def test_customers_are_counted_over_those_who_were_heard_in_parts_and_whole() -> None:
    moments, heard, responses = survey()
    found = count(moments, heard, responses, 0.5, [("W", "withdrawn"), ("V", "withdrawn"), ("broken.mp4", "failed")])
    assert (found.spoke, found.of) == (2, 3), "c and d are one customer"
    assert found.by_segment == (Part("loyal", 1, 1), Part("new", 1, 2))
    assert found.by_month == (Part("2026-07", 1, 1), Part("2026-08", 1, 2)), "C spoke of it in August"
    assert found.left_out == (("silent", 1), ("withdrawn", 2), ("failed", 1))


def test_who_was_heard_elsewhere_is_not_left_out() -> None:
    moments, heard, responses = survey()
    found = count(moments, heard, responses, 0.5, [("C", "withdrawn"), ("F", "filtered"), ("F", "failed")])
    assert found.left_out == (("silent", 1), ("filtered", 1))


def test_a_value_that_the_table_does_not_give_is_a_part_of_its_own() -> None:
    moments, heard, responses = survey()
    responses["a"] = replace(responses["a"], segment="", date="")
    found = count(moments, heard, responses, 0.5)
    assert Part("", 1, 1) in found.by_segment and Part("", 1, 1) in found.by_month


def test_somebody_with_several_answers_stands_in_one_part_of_each_kind() -> None:
    """By hand: D told a segment once, and spoke of it in their second answer; E never told anything; F has no date."""
    responses = people("d1", "d2", "e1", "e2", "f", d="D", e="E")
    for name, person, segment, date in (
        ("d1", "D", "", "2026-06-30"),
        ("d2", "D", "new", "2026-07-02"),
        ("e1", "E", "", "soon"),
        ("e2", "E", "", "2026"),
        ("f", "", "new", "2026-13-01"),
    ):
        responses[name] = replace(responses[name], respondent=person, segment=segment, date=date)
    said = {name: spoken(name, [("It failed.", 0.9 if name in ("d2", "e1") else 0.1)]) for name in responses}
    heard = [Transcript(name, "en", "x", (found[0].sentences[0],)) for name, found in said.items()]
    found = count([moment for some in said.values() for moment in some], heard, responses, 0.5)
    assert (found.spoke, found.of) == (2, 3)
    assert found.by_segment == (Part("", 1, 1), Part("new", 1, 2))
    assert found.by_month == (Part("", 1, 2), Part("2026-07", 1, 1))


SEGMENTS, DATES = ("", " new ", "loyal", "New"), ("", "soon", "2026-07-01", "2026-07", "2026-08-09", "2026-13-40")


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(SEGMENTS), st.sampled_from(DATES), st.booleans())))
def test_the_parts_add_up_to_the_count(answers: list[tuple[int, str, str, bool]]) -> None:
    names = [f"a{number}" for number in range(len(answers))]
    responses = people(*names)
    for name, (person, segment, date, _) in zip(names, answers, strict=True):
        responses[name] = replace(responses[name], respondent=f"p{person}", segment=segment, date=date)
    said = {n: spoken(n, [("It failed.", 0.9 if a[3] else 0.1)]) for n, a in zip(names, answers, strict=True)}
    heard = [Transcript(name, "en", "x", (found[0].sentences[0],)) for name, found in said.items()]
    found = count([moment for some in said.values() for moment in some], heard, responses, 0.5)
    for parts in (found.by_segment, found.by_month):
        assert (sum(part.spoke for part in parts), sum(part.of for part in parts)) == (found.spoke, found.of)
        assert len({part.value for part in parts}) == len(parts)


def test_the_line_says_all_of_it() -> None:
    assert line("checkout", Count(9, 16)) == (
        "checkout: 9 of 16 customers spoke of this. Counted by the program: 56 %, 95 % interval 33–77 %."
    )
    left = (("silent", 2), ("withdrawn", 1))
    assert line("p", Count(0, 1, left_out=left, maybe=1)) == (
        "p: 0 of 1 customer spoke of this; 1 more may have. Counted by the program: 0 %, 95 % interval 0–79 %. "
        "Left out: 2 without speech, 1 without consent."
    )
    checked = Count(11, 28, left_out=left[:1], maybe=3, audited=Audited(9, 6, 12, 28, 20))
    assert line("p", checked) == (
        "p: about 9 of 28 customers spoke of this (6–12, checked on 20 answers). Left out: 2 without speech."
    )
    assert line("p", Count(0, 0)) == "p: 0 of 0 customers spoke of this."
