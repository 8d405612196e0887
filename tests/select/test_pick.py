"""Picking: whole sentences, one customer once, inside the length, the same choice each time."""

from __future__ import annotations

from random import Random

import pytest
from helpers.words.candidates import Survey, answer, people, surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Moment, Sentence, Transcript
from reelmaker.select.pick import Limits, pick
from reelmaker.select.prevalence import count

LIMITS = Limits(60_000, 2_000, 16_000, 1, 0.5)


def test_neighbours_that_speak_to_it_become_one_clip_of_whole_sentences() -> None:
    [moment] = pick(answer("a", [0.1, 0.9, 0.8, 0.2]), people("a"), LIMITS)
    assert [sentence.index for sentence in moment.sentences] == [1, 2]
    assert moment.score == 0.9 and moment.why == ("because",)


def test_a_sentence_in_between_that_does_not_speak_to_it_is_not_shown() -> None:
    [moment] = pick(answer("a", [0.9, 0.1, 0.8]), people("a"), LIMITS)
    assert [sentence.index for sentence in moment.sentences] == [0]


def test_a_long_silence_is_not_shown() -> None:
    [moment] = pick(answer("a", [0.9, 0.8], gap_ms=5000), people("a"), LIMITS)
    assert len(moment.sentences) == 1


def test_everybody_speaks_once_before_anybody_twice() -> None:
    names = [f"r{number}" for number in range(8)]
    moments = [m for name in names for m in answer(name, [0.9, 0.1, 0.8, 0.1, 0.7])]
    chosen = pick(moments, people(*names), Limits(60_000, 2_000, 16_000, 3, 0.5))
    times = [sum(m.span.response == name for m in chosen) for name in names]
    assert min(times) >= 1 and sum(m.span.length_ms for m in chosen) <= 60_000
    assert max(times) - min(times) <= 1


def test_two_files_of_one_respondent_are_one_customer() -> None:
    moments = answer("a", [0.9]) + answer("b", [0.8])
    responses = people("a", "b", a="R1", b="R1")
    assert len(pick(moments, responses, LIMITS)) == 1
    heard = [Transcript(name, "en", "x", (moments[0].sentences[0],)) for name in "ab"]
    assert count(moments, heard, responses, 0.5) == count(moments[:1], heard, responses, 0.5)
    assert count(moments, heard, responses, 0.5).of == 1


def test_the_strongest_is_first_and_the_second_last() -> None:
    moments = [
        m for name, score in zip("abcde", [0.6, 0.9, 0.7, 0.8, 0.65], strict=True) for m in answer(name, [score])
    ]
    assert [m.score for m in pick(moments, people(*"abcde"), LIMITS)] == [0.9, 0.7, 0.65, 0.6, 0.8]


@pytest.mark.slow
@settings(max_examples=60)
@given(survey=surveys(), dice=st.randoms(use_true_random=False))
def test_any_survey_fits_its_length_and_does_not_depend_on_the_order_of_the_input(survey: Survey, dice: Random) -> None:
    moments, names, limits = survey.moments, survey.names, survey.limits
    chosen = pick(moments, people(*names), limits)
    shuffled = moments[:]
    dice.shuffle(shuffled)
    assert pick(shuffled, people(*names), limits) == chosen
    assert sum(m.span.length_ms for m in chosen) <= limits.room_ms
    spans = [m.span for m in chosen]
    assert not any(a.overlaps(b) for i, a in enumerate(spans) for b in spans[i + 1 :])
    for moment in chosen:
        indexes = [sentence.index for sentence in moment.sentences]
        assert indexes == list(range(indexes[0], indexes[-1] + 1))
        assert moment.span.length_ms >= limits.clip_min_ms
        assert max(m.score for m in moments if m.sentences[0] in moment.sentences) >= 0.5


def test_the_same_words_are_shown_once() -> None:
    same = ["The payment page refused my card again yesterday."]
    moments = answer("a", [0.9], texts=same) + answer("b", [0.8], texts=same) + answer("c", [0.7])
    assert {m.span.response for m in pick(moments, people(*"abc"), LIMITS)} == {"a", "c"}


def test_a_sentence_too_short_to_understand_takes_in_the_one_before() -> None:
    moments = answer("a", [0.1, 0.9, 0.1], length_ms=1200)
    [moment] = pick(moments, people("a"), LIMITS)
    assert [sentence.index for sentence in moment.sentences] == [0, 1]


def test_what_is_unreliable_is_never_quoted() -> None:
    [moment] = answer("a", [0.9])
    loop = Sentence("a", 0, moment.words, unreliable=True)
    assert pick([Moment("p", (loop,), 0.9, ())], people("a"), LIMITS) == []


def test_only_those_who_were_heard_are_counted() -> None:
    moments = answer("a", [0.9]) + answer("b", [0.2])
    responses = people("a", "b", "silent")
    heard = [
        Transcript("a", "en", "x", (moments[0].sentences[0],)),
        Transcript("b", "en", "x", (moments[1].sentences[0],)),
        Transcript("silent", "", "x"),
    ]
    found = count(moments, heard, responses, 0.5)
    assert (found.spoke, found.of) == (1, 2)
