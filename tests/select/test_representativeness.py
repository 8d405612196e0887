"""The reel beside the survey: who, which scores, which tone; a warning only where the reel is clearly harsher."""

from __future__ import annotations

from dataclasses import replace

from helpers.words.answers import people, spoken

from reelmaker.model import Moment, Response, Sample
from reelmaker.select import representativeness


def survey(tones: list[float]) -> tuple[list[Moment], dict[str, Response]]:
    """One customer for each tone, with one sentence on the problem and one on nothing."""
    names = [f"r{n}" for n in range(len(tones))]
    responses = people(*names)
    moments = []
    for number, (name, tone) in enumerate(zip(names, tones, strict=True)):
        responses[name] = replace(responses[name], segment="new" if number % 2 else "business", score=float(number))
        moments += spoken(name, [("It failed.", 0.9), ("I have a cat.", 0.1)], tones=[tone, 0.2])
    return moments, responses


def compared(moments: list[Moment], responses: dict[str, Response], shown: list[str]) -> Sample:
    clips = [m for m in moments if m.span.response in shown and m.score > 0.5]
    return representativeness.compare("p", clips, moments, responses, 0.5, "segment", lambda response: response.segment)


def test_the_reel_stands_beside_the_speakers_and_the_survey() -> None:
    moments, responses = survey([-0.5, -0.3, -0.4, -0.2])
    found = compared(moments, responses, ["r0", "r1"])
    assert found.reel.customers == 2 and found.survey.customers == 4
    assert found.reel.parts == (("business", 1), ("new", 1)) and found.survey.parts == (
        ("business", 2),
        ("new", 2),
    )
    assert (found.reel.score, found.survey.score) == (0.5, 1.5)
    assert (found.reel.tone, found.speakers.tone, found.survey.tone) == (-0.4, -0.35, -0.075)
    assert representativeness.lines(found) == [
        "p: In the reel: 2 customers (1 business, 1 new), mean score 0.5; in the survey: 4 customers "
        "(2 business, 2 new), mean score 1.5; tone −0.4 in the reel, −0.3 in everything said about this, "
        "−0.1 in the whole survey."
    ]


def test_one_customer_counts_once_however_long_the_answer() -> None:
    moments, responses = survey([-0.2, -0.6])
    moments += [
        replace(m, sentences=(replace(m.sentences[0], index=m.sentences[0].index + 2),))
        for m in moments
        if m.span.response == "r1"
    ]
    assert compared(moments, responses, ["r0", "r1"]).speakers.tone == -0.4


def test_a_reel_of_the_harshest_warns_and_one_of_everybody_does_not() -> None:
    moments, responses = survey([-0.9, -0.9, *[-0.1] * 14])
    harsh = compared(moments, responses, ["r0", "r1"])
    assert (
        harsh.harsher
        and "more negative" in representativeness.warning(harsh)
        and "−0.9 compared with −0.2" in representativeness.warning(harsh)
    )
    whole = compared(moments, responses, list(responses))
    assert not whole.harsher and representativeness.warning(whole) == ""


def test_luck_of_the_draw_is_no_reason_to_warn() -> None:
    moments, responses = survey([-0.6, -0.2, -0.5, -0.1, -0.4, -0.3])
    assert not compared(moments, responses, ["r0"]).harsher


def test_milder_sentences_of_the_same_people_that_are_left_out_count() -> None:
    moments, responses = survey([-0.8, -0.8])
    for name in ("r0", "r1"):
        moments += [
            replace(m, sentences=(replace(m.sentences[0], index=5),), tone=0.0)
            for m in spoken(name, [("It is slow.", 0.6)])
        ]
    clips = [m for m in moments if m.score == 0.9]
    assert representativeness.compare("p", clips, moments, responses, 0.5, "segment", lambda r: r.segment).harsher


def test_a_survey_without_scores_and_segments_has_its_line_too() -> None:
    moments, responses = survey([-0.5])
    responses = {name: replace(r, score=None, segment="") for name, r in responses.items()}
    [line] = representativeness.lines(compared(moments, responses, ["r0"]))
    assert line.startswith("p: In the reel: 1 customer; in the survey: 1 customer; tone −0.5")


def test_the_lines_say_whether_a_voice_to_the_contrary_was_found() -> None:
    moments, responses = survey([-0.5])
    found = compared(moments, responses, ["r0"])
    assert len(representativeness.lines(found)) == 1
    assert "is shown before the question" in representativeness.lines(replace(found, contrary=True))[1]
    assert "nobody clearly says the opposite" in representativeness.lines(replace(found, contrary=False))[1]
