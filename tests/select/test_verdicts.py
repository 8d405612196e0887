"""What the team keeps, drops and hides when a reel is chosen; and one reason for whatever is not chosen."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from helpers.words.candidates import Survey, answer, decide, people, surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Moment, Problem, Verdict
from reelmaker.select import dissent
from reelmaker.select.pick import Limits, left_out, pick
from reelmaker.select.rejections import why_not

LIMITS = Limits(20_000, 2_000, 16_000, 1, 0.5)


def at(moments: list[Moment], number: int, verdict: Verdict) -> list[Moment]:
    return [decide(m, verdict) if n == number else m for n, m in enumerate(moments)]


def shown(chosen: list[Moment]) -> set[tuple[str, int]]:
    return {(s.response, s.index) for moment in chosen for s in moment.sentences}


def test_what_is_kept_comes_before_everything_else() -> None:
    weak = at(answer("z", [0.1]), 0, "keep")
    others = [m for name in "abcdefgh" for m in answer(name, [0.9])]
    assert "z" in {m.span.response for m in pick([*others, *weak], people(*"abcdefghz"), LIMITS)}
    assert "z" not in {m.span.response for m in pick([*others, *answer("z", [0.1])], people(*"abcdefghz"), LIMITS)}


def test_what_is_kept_overrides_one_clip_a_customer() -> None:
    moments = at(at(answer("a", [0.9, 0.1, 0.1, 0.2]), 0, "keep"), 3, "keep")
    assert shown(pick([*moments, *answer("b", [0.9])], people(*"ab"), LIMITS)) == {
        ("a", 0),
        ("a", 3),
        ("b", 0),
    }


def test_what_is_kept_is_shown_though_somebody_says_the_same() -> None:
    same = ["The payment page refused my card again yesterday."]
    moments = [
        *at(answer("a", [0.9], texts=same), 0, "keep"),
        *at(answer("b", [0.8], texts=same), 0, "keep"),
    ]
    assert len(pick([*moments, *answer("c", [0.7], texts=same)], people(*"abc"), LIMITS)) == 2


def test_what_is_kept_overrides_the_shares_of_the_groups() -> None:
    kept = [m for name in "abc" for m in at(answer(name, [0.6]), 0, "keep")]
    groups = {**dict.fromkeys("abc", "small"), **dict.fromkeys("defghi", "large")}
    others = [m for name in "defghi" for m in answer(name, [0.9])]
    chosen = pick([*kept, *others], people(*"abcdefghi"), LIMITS, groups)
    assert {m.span.response for m in chosen} >= set("abc")
    none_kept = [*(replace(m, score=0.6, verdict=None) for m in kept), *others]
    assert not {m.span.response for m in pick(none_kept, people(*"abcdefghi"), LIMITS, groups)} >= set("abc")


@pytest.mark.parametrize("length_ms", [700, 40_000])
def test_what_is_kept_may_be_shorter_or_longer_than_other_clips(length_ms: int) -> None:
    limits = replace(LIMITS, room_ms=60_000)
    moments = answer("a", [0.9], length_ms)
    assert pick(moments, people("a"), limits) == []
    assert len(pick(at(moments, 0, "keep"), people("a"), limits)) == 1


def test_what_found_no_room_is_told() -> None:
    moments = [m for name in "abcdefgh" for m in at(answer(name, [0.9]), 0, "keep")]
    chosen = pick(moments, people(*"abcdefgh"), LIMITS)
    assert len(chosen) == 4 and len(left_out(moments, chosen)) == 4
    assert left_out(moments[:4], pick(moments[:4], people(*"abcd"), LIMITS)) == []


def test_what_is_dropped_or_hidden_is_not_even_shown_as_context() -> None:
    texts = ["The driver was rude to me.", "He threw the parcel over the fence."]
    assert shown(pick(answer("a", [0.6, 0.9], texts=texts), people("a"), LIMITS)) == {("a", 0), ("a", 1)}
    for verdict in ("drop", "hide"):
        [moment] = pick(at(answer("a", [0.6, 0.9], texts=texts), 0, verdict), people("a"), LIMITS)  # type: ignore[arg-type]
        assert shown([moment]) == {("a", 1)} and "context lost" in moment.why[0]


@pytest.mark.slow
@settings(max_examples=80)
@given(survey=surveys(decided=True))
def test_whatever_speaks_is_chosen_or_has_one_reason_not_to_be(survey: Survey) -> None:
    moments, names, limits, groups = survey.moments, survey.names, survey.limits, survey.groups
    chosen = pick(moments, people(*names), limits, groups)
    lost = why_not(moments, people(*names), limits, chosen, groups)
    speaking = {(m.sentences[0].response, m.sentences[0].index) for m in moments if m.speaks(0.5)}
    assert lost.keys() == speaking - shown(chosen)
    left = limits.room_ms - sum(m.span.length_ms + 300 for m in chosen)
    assert left >= 0
    for (response, index), one in lost.items():
        [moment] = [m for m in moments if (m.sentences[0].response, m.sentences[0].index) == (response, index)]
        own = [m for m in chosen if m.span.response == response]
        assert (one.reason == "hidden") == (moment.verdict == "hide")
        if one.reason == "customer":
            assert len(own) >= limits.clips_per_customer and one.to in own
        elif one.reason in ("room", "repeats", "balance", "later"):
            assert len(own) < limits.clips_per_customer
        if one.reason == "balance":
            assert groups is not None and not own
        if one.reason == "room" and len(moment.sentences) == 1 and not own:
            assert moment.span.length_ms + 300 > left or moment.span.length_ms < limits.clip_min_ms
        if one.to:
            assert one.to in chosen


@pytest.mark.slow
@settings(max_examples=80)
@given(survey=surveys(decided=True), dice=st.randoms(use_true_random=False))
def test_what_the_team_decided_is_kept_to_in_any_survey(survey: Survey, dice: Random) -> None:
    moments, names, limits, groups = survey.moments, survey.names, survey.limits, survey.groups
    chosen = pick(moments, people(*names), limits, groups)
    unwanted = {(m.sentences[0].response, m.sentences[0].index) for m in moments if m.verdict in ("drop", "hide")}
    assert not unwanted & shown(chosen)
    shuffled = moments[:]
    dice.shuffle(shuffled)
    assert pick(shuffled, people(*names), limits, groups) == chosen
    spans = [m.span for m in chosen]
    assert not any(a.overlaps(b) for n, a in enumerate(spans) for b in spans[n + 1 :])
    if left_out(moments, chosen):  # then nobody who was not kept took the room
        kept = [m for m in chosen if m.verdict == "keep"]
        room = limits.room_ms - sum(m.span.length_ms + 300 for m in kept)
        for lost in left_out(moments, chosen):
            same = [m for m in kept if m.span.response == lost.span.response]
            clash = any(lost.span.pad(300, 300).overlaps(m.span) for m in same)
            short = lost.span.length_ms < limits.clip_min_ms  # needs a neighbour, and room for it
            assert clash or short or lost.span.length_ms + 300 > room


def test_each_reason() -> None:
    def reasons(moments: list[Moment], limits: Limits = LIMITS, groups: dict[str, str] | None = None) -> set[str]:
        responses = people(*sorted({m.span.response for m in moments}))
        chosen = pick(moments, responses, limits, groups)
        return {lost.reason for lost in why_not(moments, responses, limits, chosen, groups).values()}

    same = ["The payment page refused my card again yesterday."]
    assert reasons(answer("a", [0.9, 0.1, 0.8])) == {"customer"}
    assert reasons(at(answer("a", [0.9]), 0, "hide")) == {"hidden"}
    assert reasons(answer("a", [0.9], length_ms=900)) == {"length"}
    assert reasons([*answer("a", [0.9], texts=same), *answer("b", [0.8], texts=same)]) == {"repeats"}
    assert reasons([m for n in "abcdefg" for m in answer(n, [0.9])]) == {"room"}


@pytest.mark.parametrize("verdict", ["drop", "hide"])
def test_a_voice_to_the_contrary_that_is_not_wanted_is_not_shown(verdict: Verdict) -> None:
    problem = Problem("p", "Trouble with the payment", ("Why?",))
    happy = answer("happy", [0.2], texts=["The payment was fantastic and so easy for me."])
    moments = [*(replace(moment, tone=0.4) for moment in happy), *answer("cross", [0.9])]
    responses = people("happy", "cross")
    assert dissent.find(problem, moments, [], responses, LIMITS) is not None
    assert dissent.find(problem, at(moments, 0, verdict), [], responses, LIMITS) is None
