"""A fair choice: places shared out, the order of speaking kept, vivid ones first where asked, a dissenting voice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from helpers.words.answers import indexes, people, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Moment, Problem
from reelmaker.select import dissent, quotas
from reelmaker.select.pick import Limits, pick

LIMITS = Limits(60_000, 2_000, 16_000, 1, 0.5)
PAY = Problem(
    "pay",
    "Paying is hard",
    ("Why?",),
    describe="trouble with payment cards",
    phrases=("my card was refused",),
)


# ---- places --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speakers", "seats", "expected"),
    [
        ({"a": 6, "b": 3, "c": 1}, 10, {"a": 6, "b": 3, "c": 1}),
        ({"a": 6, "b": 3, "c": 1}, 5, {"a": 3, "b": 1, "c": 1}),
        (
            {"a": 47, "b": 16, "c": 16, "d": 12, "e": 6, "f": 3},
            10,
            {"a": 5, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1},
        ),  # f has one
        ({"a": 90, "b": 10}, 2, {"a": 1, "b": 1}),
        ({"a": 2, "b": 5, "c": 3}, 2, {"a": 0, "b": 1, "c": 1}),
        ({"a": 2}, 9, {"a": 2}),
        ({}, 3, {}),
    ],
)
def test_places_are_shared_out_by_largest_remainder(
    speakers: dict[str, int], seats: int, expected: dict[str, int]
) -> None:
    assert quotas.places(speakers, seats) == expected


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8), st.integers(0, 60))
def test_places_always_fit(speakers: dict[str, int], seats: int) -> None:
    given_ = quotas.places(speakers, seats)
    whole = sum(speakers.values())
    having = [value for value in speakers if speakers[value]]
    assert sum(given_.values()) == min(seats, whole)
    assert all(given_[value] <= speakers[value] for value in speakers)
    if seats >= len(having):
        assert all(given_[value] >= 1 for value in having), "each value that has a speaker gets one"
    ideal = {value: min(seats, whole) * speakers[value] / max(1, whole) for value in having}
    if all(share >= 1 for share in ideal.values()) and seats >= len(having):
        assert all(int(ideal[v]) <= given_[v] <= int(ideal[v]) + 1 for v in having), "by largest remainder"


# ---- balance -------------------------------------------------------------------------------------------


def crowd(scores: dict[str, float]) -> list[Moment]:
    """One sentence of 7 seconds for each: three of them fill 22 seconds."""
    return [
        m
        for name, score in scores.items()
        for m in spoken(name, [(" ".join(f"{name}{n}" for n in range(20)) + ".", score)])
    ]


def test_without_balance_the_strongest_take_every_place_and_with_it_each_group_has_its_share() -> None:
    scores = {"a1": 0.95, "a2": 0.94, "a3": 0.93, "b1": 0.7, "b2": 0.6, "b3": 0.55}
    groups = {name: name[0] for name in scores}
    limits = replace(LIMITS, room_ms=4 * 7_300)
    plain = {m.span.response for m in pick(crowd(scores), people(*scores), limits)}
    shared = {m.span.response for m in pick(crowd(scores), people(*scores), limits, groups)}
    assert plain == {"a1", "a2", "a3", "b1"}
    assert shared == {"a1", "a2", "b1", "b2"}, "strongest first inside a group"


def test_a_small_group_gets_a_place_while_there_is_room() -> None:
    scores = {f"a{n}": 0.9 for n in range(8)} | {"b0": 0.55}
    groups = {name: name[0] for name in scores}
    limits = replace(LIMITS, room_ms=2 * 7_300)
    assert {m.span.response[0] for m in pick(crowd(scores), people(*scores), limits, groups)} == {"a", "b"}


def test_where_everybody_fits_balance_leaves_nobody_out() -> None:
    scores = {"a1": 0.9, "a2": 0.8, "a3": 0.7, "b1": 0.6}
    groups = {name: name[0] for name in scores}
    assert len(pick(crowd(scores), people(*scores), LIMITS, groups)) == 4


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.5, 1)), min_size=1, max_size=14),
    st.integers(1, 10),
)
def test_the_shares_of_a_reel_are_those_of_the_speakers(speakers: list[tuple[str, float]], seats: int) -> None:
    scores = {f"{group}{number}": round(score, 3) for number, (group, score) in enumerate(speakers)}
    groups = {name: name[0] for name in scores}
    limits = replace(LIMITS, room_ms=seats * 7_300 + 100)
    chosen = pick(crowd(scores), people(*scores), limits, groups)
    got = Counter(m.span.response[0] for m in chosen)
    wanted = quotas.places(Counter(group for group, _ in speakers), seats)
    assert {value: got[value] for value in wanted} == wanted
    for value in wanted:
        strongest = sorted((n for n in scores if n[0] == value), key=lambda n: (-scores[n], n))
        assert {m.span.response for m in chosen if m.span.response[0] == value} == set(strongest[: wanted[value]])


# ---- order and preference ------------------------------------------------------------------------------


def test_two_clips_of_one_customer_come_in_the_order_spoken() -> None:
    said = [
        ("The first thing was the broken form.", 0.6),
        ("We have a garden with apple trees.", 0.0),
        ("Paying failed again and again today.", 0.95),
    ]
    moments = spoken("a", said) + spoken("b", [("Your checkout swallowed my whole basket.", 0.7)])
    chosen = pick(moments, people("a", "b"), replace(LIMITS, clips_per_customer=2))
    assert [indexes(m) for m in chosen if m.span.response == "a"] == [[0], [2]]
    assert len(chosen) == 3


def test_two_answers_of_one_customer_come_in_the_order_of_their_dates() -> None:
    moments = spoken("a", [("The first thing was the broken form.", 0.95)])
    moments += spoken("b", [("Your checkout swallowed my whole basket.", 0.6)])
    responses = people("a", "b", a="R", b="R")
    responses["a"] = replace(responses["a"], date="2026-09-01")
    responses["b"] = replace(responses["b"], date="2026-07-01")
    chosen = pick(moments, responses, replace(LIMITS, clips_per_customer=2))
    assert [m.span.response for m in chosen] == ["b", "a"]


def test_vivid_takes_the_concrete_and_strongly_felt_one_of_those_that_are_sure() -> None:
    said = [
        ("The payment page does not work very well.", 0.95),
        ("We have a garden with apple trees.", 0.0),
        ("It took three tries and 45 minutes, it was a nightmare!", 0.8),
        ("The lamp is green and tall.", 0.0),
        ("I cried for three hours, it was a ridiculous nightmare!", 0.52),
    ]
    [by_score] = pick(spoken("a", said), people("a"), LIMITS)
    [by_life] = pick(spoken("a", said), people("a"), replace(LIMITS, prefer="vivid"))
    assert indexes(by_score) == [0]
    assert indexes(by_life) == [2], "what is barely over the threshold is not sure"


# ---- a dissenting voice ---------------------------------------------------------------------------


def voice(text: str, tone: float, score: float = 0.2, rival: float = 0.0, problem: Problem = PAY) -> Moment | None:
    told = [
        ("Hello, I am from the sunny coast.", 0.0),
        (text, score),
        ("We live in a house by the sea.", 0.0),
    ]
    own = spoken("happy", told, tones=[-0.1, tone, -0.1], problem="pay")
    other = spoken("happy", [(told[0][0], 0), (text, rival), (told[2][0], 0)], problem="parcels")
    cross = spoken("cross", [("My card was refused at the till.", 0.9)], problem="pay")
    cross += spoken("cross", [("My card was refused at the till.", 0.0)], problem="parcels")
    return dissent.find(problem, own + other + cross, ["parcels"], people("happy", "cross"), LIMITS)


def test_a_customer_who_surely_says_the_opposite_is_found_and_says_so() -> None:
    found = voice("The payment was fantastic and so easy.", 0.3)
    assert found and found.dissent and found.span.response == "happy" and found.score == 0.2
    assert "dissenting voice" in found.why[0]


@pytest.mark.parametrize(
    ("text", "tone", "score", "rival"),
    [
        ("The payment was fantastic and so easy.", -0.2, 0.2, 0.0),  # the tone is against it
        ("The payment was there on the page.", 0.1, 0.2, 0.0),  # no word of praise
        ("The payment was easy but the card was refused.", 0.15, 0.2, 0.0),  # a contrast
        ("The weather was fantastic and so lovely.", 0.5, 0.2, 0.0),  # of something else
        ("The payment was fantastic and so easy.", 0.3, 0.05, 0.0),  # hardly of the subject
        ("The payment was fantastic and so easy.", 0.3, 0.2, 0.15),  # as much of another problem
        ("The payment was fantastic and so easy.", 0.3, 0.6, 0.0),  # counted among the speakers
    ],
)
def test_where_it_is_not_sure_there_is_none(text: str, tone: float, score: float, rival: float) -> None:
    assert voice(text, tone, score, rival) is None


def test_praise_and_any_have_no_opposite() -> None:
    for kind in ("praise", "any"):
        assert voice("The payment was fantastic and so easy.", 0.3, problem=replace(PAY, kind=kind)) is None  # type: ignore[arg-type]


def test_praise_that_is_taken_back_is_no_voice() -> None:
    told = [("The payment was fantastic and so easy.", 0.2), ("But then it failed and took my money.", 0.3)]
    moments = spoken("happy", told, tones=[0.4, -0.6], problem="pay")
    assert dissent.find(PAY, moments, [], people("happy"), LIMITS) is None
