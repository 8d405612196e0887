"""A quote with what belongs to it: taken in where there is room, marked where there is none, never lost in silence."""

from __future__ import annotations

import pytest
from helpers.words.answers import indexes, people, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Moment, Sentence
from reelmaker.select import context, discourse
from reelmaker.select.pick import Limits, pick
from reelmaker.text import caption_cues

LIMITS = Limits(60_000, 2_000, 16_000, 1, 0.5)
LONG = "I stood at the counter with my bags and my card and the till and the clerk and a queue of twenty angry people behind me for a very long time indeed that day."  # 34 words, 11.9 s


def one(said: list[tuple[str, float]], limits: Limits = LIMITS, **more: int) -> Moment:
    [moment] = pick(spoken("a", said, **more), people("a"), limits)  # type: ignore[arg-type]
    return moment


def test_a_contrast_that_follows_is_taken_in() -> None:
    moment = one(
        [
            ("My card was refused at the till.", 0.9),
            ("But the clerk was very helpful.", 0.1),
            ("I left.", 0.1),
        ]
    )
    assert indexes(moment) == [0, 1] and not moment.cut_after
    assert moment.score == 0.9 and moment.why == ("because",)


def test_a_contrast_that_does_not_fit_is_marked_and_shown_as_cut() -> None:
    moment = one([(LONG, 0.9), (f"But {LONG}", 0.1)])
    assert indexes(moment) == [0]
    assert moment.why[0] == 'context lost: the next sentence begins with "But"'
    assert moment.cut_after and caption_cues.quote(moment).endswith("that day. …")


def test_a_contrast_that_the_whole_reel_has_no_room_for_is_marked() -> None:
    said = [("My card was refused at the till.", 0.9), ("But the clerk was very helpful and kind.", 0.1)]
    tight = Limits(4_000, 2_000, 16_000, 1, 0.5)
    assert indexes(one(said)) == [0, 1]
    moment = one(said, tight)
    assert indexes(moment) == [0] and moment.why[0].startswith("context lost")


def test_a_contrast_after_a_long_silence_is_marked() -> None:
    moment = one([("My card was refused at the till.", 0.9), ("But it was my own fault.", 0.1)], gap_ms=4000)
    assert indexes(moment) == [0] and moment.why[0].startswith("context lost")


def test_a_contrast_that_nobody_could_make_out_is_marked_and_never_quoted() -> None:
    said = spoken("a", [("My card was refused at the till.", 0.9), ("But it was my own fault.", 0.1)])
    said[1] = Moment("p", (Sentence("a", 1, said[1].words, unreliable=True),), 0.1, ())
    [moment] = pick(said, people("a"), LIMITS)
    assert indexes(moment) == [0] and moment.why[0].startswith("context lost")


def test_what_lost_its_context_stands_behind_what_did_not() -> None:
    lost = [(LONG, 0.8), (f"But {LONG}", 0.1), ("Paying took me three tries again.", 0.75)]
    assert indexes(one(lost)) == [2]


def test_what_a_word_points_at_is_taken_in() -> None:
    moment = one([("I bought twelve tables for my cafe.", 0.1), ("They were left in the rain all night.", 0.9)])
    assert indexes(moment) == [0, 1] and moment.why == ("because",)


def test_what_a_word_points_at_is_marked_where_there_is_no_room() -> None:
    moment = one([(LONG, 0.1), (f"They {LONG}", 0.9)])
    assert indexes(moment) == [1] and moment.cut_before
    assert moment.why[0] == 'context lost: what "They I" refers to is not shown'


def test_a_leading_but_takes_in_what_is_of_the_same_subject() -> None:
    same = [("I could pay at first without any trouble.", 0.4), ("But then the page refused my card.", 0.9)]
    assert indexes(one(same)) == [0, 1]


def test_a_leading_but_leaves_out_what_is_of_another_subject_and_says_so() -> None:
    other = [("The lamp is lovely and so bright.", 0.02), ("But then the page refused my card.", 0.9)]
    moment = one(other)
    assert indexes(moment) == [1] and moment.cut_before
    assert moment.why[0] == 'begins with "But"; the sentence before is about something else'
    assert caption_cues.quote(moment) == "… But then the page refused my card."


def test_the_parts_of_a_torn_sentence_are_shown_together() -> None:
    said = [
        ("Hello to you all.", 0.0),
        ("My father is deaf", 0.3),
        ("and your line hung up on him for an hour", 0.9),
        ("and never once called him back.", 0.3),
        ("That was in May.", 0.0),
    ]
    moment = one(said)
    assert indexes(moment) == [1, 2, 3] and not moment.cut_before and not moment.cut_after


def test_a_torn_sentence_that_does_not_fit_is_marked() -> None:
    moment = one([(LONG[:-1] + ",", 0.9), (f"and {LONG}", 0.1)])
    assert indexes(moment) == [0] and "context lost: it ends in the middle of a sentence" in moment.why


def test_an_answer_takes_in_its_question_and_a_question_its_answer() -> None:
    assert indexes(one([("Would I ever pay there again?", 0.1), ("Not with that page of yours.", 0.9)])) == [0, 1]
    assert indexes(one([("Could I pay with my own card?", 0.9), ("Not at all.", 0.1)])) == [0, 1]


def test_an_answer_that_was_taken_in_brings_its_question() -> None:
    said = [
        ("Did the checkout work for me?", 0.1),
        ("No, it did not.", 0.1),
        ("It crashed every single time I tried.", 0.9),
    ]
    assert indexes(one(said)) == [0, 1, 2]
    far = [(f"{LONG[:-1]}?", 0.1), ("Not at all, the card page crashed on me.", 0.9)]
    assert "context lost: the question it answers is not shown" in one(far, Limits(60_000, 2_000, 12_000, 1, 0.5)).why


def test_where_more_of_the_same_thought_is_left_out_an_ellipsis_shows_it() -> None:
    said = [(f"{LONG[:-1]} {n}.", 0.9) for n in "abc"]
    moment = one(said)
    assert len(moment.sentences) == 1 and (moment.cut_before or moment.cut_after)
    assert caption_cues.quote(moment).replace("… ", "").replace(" …", "") == moment.text


def test_a_quote_that_is_whole_has_no_mark() -> None:
    said = [
        ("Hello to you all here.", 0.0),
        ("My card was refused at the till.", 0.9),
        ("I like your lamps very much.", 0),
    ]
    moment = one(said)
    assert not moment.cut_before and not moment.cut_after and moment.why == ("because",)
    assert caption_cues.quote(moment) == moment.text


# ---- read with the rest of it ------------------------------------------------------------------------


def test_a_part_that_the_whole_sentence_turns_into_praise_is_no_complaint() -> None:
    said = spoken(
        "a",
        [
            ("My father is deaf", 0.4),
            ("and your team chatted with him for an hour", 0.7),
            ("and never once made him feel stupid.", 0.4),
            ("It is a good shop.", 0.1),
        ],
    )
    judged = context.judged(said, "pain", 0.5, 2000)
    assert judged[1].score < 0.5 and judged[1].why[0].startswith("it praises as a whole:")
    assert [m.score for m in judged if m.sentences[0].index != 1] == [0.4, 0.4, 0.1]
    assert context.judged(said, "any", 0.5, 2000) == said == context.judged(said, "praise", 0.5, 2000)


def test_what_is_too_short_is_read_with_its_nearer_neighbour() -> None:
    said = spoken("a", [("I was done in seconds.", 0.6), ("The new payment is fantastic.", 0.1)])
    assert context.judged(said, "pain", 0.5, 2000)[0].score < 0.5
    long_enough = spoken("a", [("I was done in seconds.", 0.6), ("The new payment is fantastic.", 0.1)], word_ms=600)
    assert context.judged(long_enough, "pain", 0.5, 2000) == long_enough


def test_a_torn_complaint_with_praise_in_it_stays_a_complaint() -> None:
    said = spoken("a", [("I had to run home each time,", 0.9), ("but she adores the room.", 0.3), ("Thanks.", 0)])
    assert context.judged(said, "pain", 0.5, 2000) == said


# ---- whatever is said ---------------------------------------------------------------------------------

OPENINGS = [
    "",
    "",
    "",
    "But ",
    "However, ",
    "They ",
    "And so ",
    "It was ",
    "Still, ",
    "and ",
    "Yes, ",
    "To be fair, ",
]
ENDINGS = [".", ".", ".", "", ",", "?", " not"]


@st.composite
def answers(draw: st.DrawFn) -> list[list[tuple[str, float]]]:
    """A survey of one to five answers, of sentences that open, end and score in any way."""
    survey = []
    for person in range(draw(st.integers(1, 5))):
        said = []
        for number in range(draw(st.integers(1, 8))):
            words = " ".join(f"w{person}x{number}x{n}" for n in range(draw(st.integers(1, 25))))
            text = draw(st.sampled_from(OPENINGS)) + words + draw(st.sampled_from(ENDINGS))
            said.append((text, draw(st.sampled_from([0.0, 0.3, 0.6, 0.95]))))
        survey.append(said)
    return survey


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(answers(), st.integers(5_000, 90_000), st.integers(1, 3), st.sampled_from([200, 1500, 3000]), st.data())
def test_no_survey_breaks_the_promises(
    survey: list[list[tuple[str, float]]], room: int, each: int, gap: int, data: st.DataObject
) -> None:
    moments = [m for n, said in enumerate(survey) for m in spoken(f"r{n}", said, gap_ms=gap)]
    responses = people(*(f"r{n}" for n in range(len(survey))))
    groups = {name: "ab"[n % 2] for n, name in enumerate(responses)}
    limits = Limits(room, 2_000, 16_000, each, 0.5, data.draw(st.sampled_from(["score", "vivid"])))
    balanced = data.draw(st.booleans())
    chosen = pick(moments, responses, limits, groups if balanced else None)
    shuffled = data.draw(st.permutations(moments))
    assert pick(shuffled, responses, limits, groups if balanced else None) == chosen, "the same choice"
    assert sum(m.span.length_ms for m in chosen) <= room, "the room"
    for number, moment in enumerate(chosen):
        assert not any(moment.span.overlaps(other.span) for other in chosen[number + 1 :])
        assert indexes(moment) == list(range(indexes(moment)[0], indexes(moment)[-1] + 1)), "nothing in between"
        assert moment.span.length_ms >= limits.clip_min_ms
        said = [text for text, _ in survey[int(moment.span.response[1:])]]
        first, last = indexes(moment)[0], indexes(moment)[-1]
        if last + 1 < len(said) and discourse.turns(said[last + 1]):
            assert moment.cut_after and any(why.startswith("context lost") for why in moment.why), "a contrast is lost"
        if first and discourse.turns(said[first]):
            assert moment.cut_before, "a contrast is lost"
        if last + 1 < len(said) and said[last].endswith(" not") and gap < 2500 and discourse.punctuated(said):
            assert moment.cut_after and any("middle of a sentence" in why for why in moment.why), "a not is lost"
    for name in responses:
        starts = [m.span.start_ms for m in chosen if m.span.response == name]
        assert starts == sorted(starts) and len(starts) <= each, "the order inside one answer"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pain", "praise", "any"])
@settings(max_examples=50, deadline=None)
@given(answers())
def test_reading_with_the_rest_only_ever_lowers_a_score(kind: str, survey: list[list[tuple[str, float]]]) -> None:
    for said in survey:
        before = spoken("a", said)
        after = context.judged(before, kind, 0.5, 2_000)  # type: ignore[arg-type]
        assert [m.sentences for m in after] == [m.sentences for m in before]
        assert all(a.score <= b.score for a, b in zip(after, before, strict=True))
