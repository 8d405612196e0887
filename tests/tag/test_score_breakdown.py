"""What a score is made of: parts that add up to it, the texts that are near, for every tagger."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from helpers.words.judging import PARCELS, PAYING, SAID, STAFF, judge, transcripts

from reelmaker import model_files, tag
from reelmaker.model import Problem, Transcript
from reelmaker.tag import score_breakdown

PROBLEMS = [PAYING, PARCELS, STAFF]
ANY = replace(PARCELS, slug="any", kind="any")
SHORT = {
    "a" * 64: ["The card was declined three times."],
    "b" * 64: ["The parcel came late, but the staff were lovely."],
    "c" * 64: ["I like it.", "The refund took long."],
}


def accounts(name: str, said: list[Transcript], problems: list[Problem]) -> list[score_breakdown.Account]:
    model = model_files.find("minilm", "meaning") if tag.needs_model(name) else None
    sentences = [s for transcript in said for s in transcript.sentences]
    known: Any = tag.load_account(name)(said, problems, model, {}, sentences)
    return list(known)


def test_every_tagger_accounts_for_its_scores() -> None:
    assert all(entry.account for entry in tag.REGISTRY.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", tag.REGISTRY)
@pytest.mark.parametrize("said", [SAID, SHORT, SAID | {"c" * 64: ["The parcel was late."]}])
@pytest.mark.parametrize(
    "problems", [PROBLEMS, [PAYING], [PAYING, ANY], [Problem("bare", "Cards are refused", ("?",))]]
)
def test_what_moved_a_score_adds_up_to_it(name: str, said: dict[str, list[str]], problems: list[Problem]) -> None:
    found = accounts(name, transcripts(said), problems)
    judged = judge(name, transcripts(said), problems)
    assert [(one.problem, one.score) for one in found] == [(m.problem, m.score) for m in judged]
    for one in found:
        total = one.start + sum(part.moved for part in one.parts)
        score = 1 / (1 + math.exp(-total)) if one.unit == score_breakdown.LOG_ODDS else 1 - 2 ** -max(0.0, total)
        assert score == pytest.approx(one.score, abs=2e-4), one
        assert all(part.text for part in one.parts)
        moved = [abs(part.moved) for part in one.parts]
        assert moved == sorted(moved, reverse=True), "most telling first"


@pytest.mark.slow
@pytest.mark.parametrize("problems", [PROBLEMS, [PAYING, ANY]])
@pytest.mark.parametrize("said", [SAID, {"a" * 64: ["The card was declined."], "b" * 64: ["The parcel came late."]}])
def test_nothing_that_differs_between_sentences_hides_in_the_start(
    said: dict[str, list[str]], problems: list[Problem]
) -> None:
    for problem in problems:
        starts = [one.start for one in accounts("meaning", transcripts(said), problems) if one.problem == problem.slug]
        assert max(starts) - min(starts) < 1e-3, starts


def test_what_matched_is_named_with_how_near_it_is() -> None:
    found = accounts("meaning", transcripts(), PROBLEMS)
    refused = next(one for one in found[3:6] if one.problem == "paying")
    assert refused.score > 0.5
    phrases = [near for near in refused.near if near.kind == "phrase"]
    assert phrases and phrases[0].text == "my card was declined" and 0.4 < phrases[0].likeness < 1
    assert [near.text for near in refused.near if near.kind == "not"] == ["the refund took long"]
    assert {part.name for part in refused.parts if part.moved > 0} >= {"meaning", "tone"}


def test_a_near_miss_that_counted_against_it_is_named() -> None:
    found = accounts(
        "keywords", transcripts({"a" * 64: ["The refund took so long, and my card was charged."]}), [PAYING]
    )
    [miss] = [part for part in found[0].parts if part.moved < 0]
    assert miss.text == 'close to a phrase under `not`: "the refund took long"'
    found = accounts(
        "meaning",
        transcripts({"a" * 64: SAID["a" * 64], "b" * 64: ["The refund took long."] * 4}),
        [PAYING],
    )
    misses = [part for part in found[-1].parts if part.name == "near miss"]
    assert misses[0].moved < -0.5 and '"the refund took long"' in misses[0].text
