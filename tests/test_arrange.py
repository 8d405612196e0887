"""Arranging: intro with the true count, clips, the question; chapters where there are several problems."""

from __future__ import annotations

import pytest

from reelmaker.arrange import Frame, arrange, cards_ms, evidence, period
from reelmaker.model import Card, Clip, Count, Moment, Problem, Sentence, Span, Word

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
        "statement": "Paying is hard", "outcome": "Lost orders", "evidence": "9 of 16 customers spoke of this",
        "spoke": "9", "of": "16", "date": "May 2026", "brand": "Fernhill",
    }  # fmt: skip
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
        ([], ""), (["", "soon"], ""), (["2026-07-02", "2026-07-30"], "July 2026"),
        (["2026-09-01", "2026-07-02"], "July to September 2026"), (["2025-12-31", "2026-01-01"], "December 2025 to January 2026"),
    ],
)  # fmt: skip
def test_period(dates: list[str], text: str) -> None:
    assert period(dates) == text


def test_one_customer_is_singular() -> None:
    assert evidence(Count(1, 1)) == "1 of 1 customer spoke of this"
