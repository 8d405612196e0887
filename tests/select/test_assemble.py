"""Arranging: intro with the true count, clips, the question; chapters where there are several problems."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reelmaker.model import Card, Clip, Count, Moment, Part, Problem, Sentence, Span, Word
from reelmaker.select.assemble import Frame, arrange, cards_ms, period

FRAME = Frame("plain", "Fernhill", 1280, 720, 30)
PAY = Problem("checkout", "Paying is hard", ("What now?", "Who does it?"), outcome="Lost orders")
LATE = Problem("delivery", "Parcels come late", ("How fast?",))
COUNTS = {"checkout": Count(9, 16), "delivery": Count(1, 16)}


def clip(problem: str, response: str) -> Clip:
    sentence = Sentence(response, 0, (Word("Hello.", 0, 3000),))
    return Clip(Moment(problem, (sentence,), 0.9, ()), Span(response, 0, 3000))


def test_one_problem() -> None:
    clips = [clip("checkout", "a"), clip("checkout", "b")]
    reel = arrange([PAY], {"checkout": clips}, COUNTS, FRAME, "May 2026")
    intro, *middle, outro = reel.items
    assert middle == clips and isinstance(intro, Card) and isinstance(outro, Card)
    assert dict(intro.fields) == {
        "statement": "Paying is hard",
        "outcome": "Lost orders",
        "evidence": "9 of 16 customers spoke of this",
        "basis": "Counted by the program",
        "spoke": "9",
        "of": "16",
        "date": "May 2026",
        "brand": "Fernhill",
    }
    assert (intro.kind, outro.kind) == ("intro", "outro")
    assert dict(outro.fields) == {
        "question1": "What now?",
        "question2": "Who does it?",
        "brand": "Fernhill",
    }
    assert intro.duration_ms + outro.duration_ms == cards_ms([PAY], COUNTS, FRAME, "May 2026")


def test_several_problems_get_a_chapter_and_their_question_each() -> None:
    reel = arrange(
        [PAY, LATE],
        {"checkout": [clip("checkout", "a")], "delivery": [clip("delivery", "b")]},
        COUNTS,
        FRAME,
    )
    kinds = [item.kind if isinstance(item, Card) else item.moment.problem for item in reel.items]
    assert kinds == ["intro", "chapter", "checkout", "outro", "chapter", "delivery", "outro"]
    assert dict(reel.items[0].fields)["problems"] == "Paying is hard\nParcels come late"  # type: ignore[union-attr]


def test_a_problem_nobody_spoke_of_has_no_chapter_but_keeps_its_count() -> None:
    reel = arrange([PAY, LATE], {"checkout": [clip("checkout", "a")], "delivery": []}, COUNTS, FRAME)
    assert [item.kind for item in reel.items if isinstance(item, Card)] == ["intro", "outro"]
    assert reel.counts["delivery"] == Count(1, 16)


@pytest.mark.parametrize(
    ("dates", "text"),
    [
        ([], ""),
        (["", "soon"], ""),
        (["2026-07-02", "2026-07-30"], "July 2026"),
        (["2026-09-01", "2026-07-02"], "July to September 2026"),
        (["2025-12-31", "2026-01-01"], "December 2025 to January 2026"),
    ],
)
def test_period(dates: list[str], text: str) -> None:
    assert period(dates) == text


def test_a_card_of_its_own_for_the_count_only_where_it_is_wanted() -> None:
    clips = {"checkout": [clip("checkout", "a")], "delivery": [clip("delivery", "b")]}
    frame = replace(FRAME, evidence=True)
    reel = arrange([PAY, LATE], clips, COUNTS, frame)
    kinds = [item.kind if isinstance(item, Card) else item.moment.problem for item in reel.items]
    assert kinds == [
        "intro",
        "chapter",
        "evidence",
        "checkout",
        "outro",
        "chapter",
        "evidence",
        "delivery",
        "outro",
    ]
    one = arrange([PAY], {"checkout": clips["checkout"]}, COUNTS, frame)
    cards = [item for item in one.items if isinstance(item, Card)]
    assert [card.kind for card in cards] == ["intro", "evidence", "outro"]
    assert 3000 <= cards[1].duration_ms <= 4000
    assert sum(card.duration_ms for card in cards) == cards_ms([PAY], COUNTS, frame)
    assert cards_ms([PAY], COUNTS, frame) - cards_ms([PAY], COUNTS, FRAME) == cards[1].duration_ms


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((Part("loyal", 2, 7), Part("new", 7, 9)), "2 7 Loyal\n7 9 New"),
        ((Part("", 1, 4), Part("new", 7, 9)), "1 4 Not told\n7 9 New"),
        ((), None),
        ((Part("new", 9, 16),), None),
        ((Part("", 9, 16),), None),
        (tuple(Part(f"s{n}", 1, 3) for n in range(5)), None),
    ],
)
def test_the_count_is_split_by_segment_where_there_are_a_few(parts: tuple[Part, ...], told: str | None) -> None:
    counts = {"checkout": Count(9, 16, parts)}
    reel = arrange([PAY], {"checkout": [clip("checkout", "a")]}, counts, replace(FRAME, evidence=True))
    card = next(item for item in reel.items if isinstance(item, Card) and item.kind == "evidence")
    fields = dict(card.fields)
    assert fields.get("split") == told
    assert (fields["spoke"], fields["of"], fields["claim"]) == ("9", "16", "customers spoke of this")
    assert fields["figure"] == "9 of 16"
