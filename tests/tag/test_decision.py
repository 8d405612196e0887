"""What counts: nobody where nobody spoke of it, no other sense of a word, no praise, no greeting."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from helpers.paths import SAMPLES
from helpers.words.judging import PARCELS, PAYING, SAID, judge, transcripts

from reelmaker.model import Moment, Problem, Sentence, Transcript, Word
from reelmaker.tag.presence import decision

ABSENT = [
    Problem("parking", "Nowhere to park", ("?",), "", "finding a parking space, parking fees, being towed"),
    Problem("luggage", "Luggage gets lost", ("?",), "", "lost airline luggage, suitcases that do not arrive"),
    Problem("courses", "Courses are badly taught", ("?",), "", "boring lectures, teachers who come unprepared"),
    Problem("calls", "Calls drop", ("?",), "", "calls that break off, no mobile signal"),
]


def samples() -> list[Transcript]:
    responses = json.loads((SAMPLES / "truth.json").read_text("utf-8"))["responses"]
    return transcripts({f"{at:064x}": [s["text"] for s in answer["sentences"]] for at, answer in enumerate(responses)})


def counted(moments: list[Moment]) -> set[str]:
    return {moment.sentences[0].response for moment in moments if moment.speaks(0.5)}


@pytest.mark.slow
@pytest.mark.parametrize("problem", ABSENT, ids=lambda problem: problem.slug)
def test_an_absent_problem_alone_in_the_file_counts_nobody(problem: Problem) -> None:
    found = judge("meaning", samples(), [problem])
    assert not counted(found) and not any(decision.maybe(m.score, 0.5) for m in found)


@pytest.mark.slow
def test_an_absent_problem_counts_nobody_beside_others_either() -> None:
    found = judge("meaning", samples(), [*ABSENT, PAYING])
    assert {m.problem for m in found if m.speaks(0.5)} <= {"paying"}


def test_a_word_in_another_sense_does_not_count() -> None:
    said = {"a" * 64: ["The vase fell off the table and I dropped it on the floor.", "We have two dogs."]}
    assert not counted(judge("meaning", transcripts(said), [ABSENT[3]]))


@pytest.mark.parametrize("problems", [[PAYING], [PAYING, PARCELS]])
def test_praise_of_the_very_thing_and_greetings_never_count_as_a_complaint(problems: list[Problem]) -> None:
    harmless = [
        "Paying was quick and easy, I loved it.",
        "Hello, my name is Anna and I am happy to be here.",
        "Thank you very much, have a nice day.",
    ]
    found = judge("meaning", transcripts(SAID | {"c" * 64: harmless}), problems)
    assert "c" * 64 not in counted(found)


def test_nothing_that_contradicts_the_verdict_stands_under_a_counted_sentence() -> None:
    for moment in judge("meaning", transcripts(), [PAYING, PARCELS]):
        if moment.speaks(0.5):
            assert not any(
                why.startswith(("means something else", "does not sound", "is rather about")) for why in moment.why
            )


def test_maybe_lies_under_sure_and_moves_with_a_teams_own_threshold() -> None:
    assert [decision.maybe(score) for score in (0.2, 0.35, 0.49, 0.5, 0.9)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert decision.maybe(0.55, 0.6) and not decision.maybe(0.6, 0.6)


def test_texts_that_are_too_thin_to_judge_by_are_told() -> None:
    assert "describe" in decision.thin(Problem("price", "Price", ("?",)))
    assert decision.thin(PAYING) == ""
    assert decision.thin(replace(PAYING, describe="", phrases=(), statement="Paying")) != ""


def test_one_sentence_alone_can_be_judged() -> None:
    [moment] = judge(
        "meaning", [Transcript("a" * 64, "en", "t", (Sentence("a" * 64, 0, (Word("No.", 0, 400),)),))], [PAYING]
    )
    assert moment.score < 0.35
