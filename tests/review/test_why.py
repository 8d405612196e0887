"""`why`: the score of a moment, whether the reel shows it, and what it lost to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.machines.command_line import run
from helpers.results.taken import CHECKER, build
from helpers.surveys.deciding import decide, names
from helpers.surveys.small_survey import SAYINGS, TOML, captions

from reelmaker.review import explain

CARD, FAILED, LAMP = SAYINGS["anna"][1], SAYINGS["bert"][1], SAYINGS["anna"][2]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_why_tells_the_score_the_reel_and_what_is_around(small_survey: Path) -> None:
    build(small_survey)
    name = names(small_survey)
    document = json.loads(run("why", name[CARD], "--json", folder=small_survey).stdout)
    CHECKER.validate(document)
    told = {one["problem"]: one for one in document["explained"]["problems"]}
    assert told["checkout"]["reel"]["shown"] and told["checkout"]["score"] > told["checkout"]["threshold"]
    assert told["delivery"]["reel"] == {"shown": False, "reason": "threshold"}
    assert told["checkout"]["for"] and told["checkout"]["near"][0]["likeness"] == 1.0
    assert [s["text"] for s in document["explained"]["around"]] == SAYINGS["anna"]
    assert [s["it"] for s in document["explained"]["around"]] == [False, True, False]
    decide(small_survey, "hide", name[CARD], note="she asked us")
    text = run("why", name[CARD], "--problem", "checkout", folder=small_survey).stdout
    for part in (
        "score 0.88, threshold 0.50: is about it",
        "decision 1: hidden: she asked us (holds)",
        "not shown: hidden by the team",
        f"> 0:02.0-0:03.6  {CARD}",
        '1.00  phrase: "my card',
    ):
        assert part in text, text
    assert "delivery" not in text


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_why_names_what_a_moment_lost_to(small_survey: Path) -> None:
    sayings = [
        "My card was refused at the payment page.",
        "I like cats.",
        "Later the payment failed and charged me.",
    ]
    (small_survey / "uploads" / "anna.vtt").write_text(captions(sayings), "utf-8")
    build(small_survey)
    name = names(small_survey)
    first, last = (
        explain.why(small_survey, name[text], ["checkout"])["explained"]["problems"][0]["reel"]
        for text in (sayings[0], sayings[2])
    )
    shown, lost = (first, last) if first["shown"] else (last, first)
    assert shown["shown"] and not lost["shown"]
    assert lost["reason"] == "customer" and lost["clip"]["moment"] == shown["clip"]["moment"]


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_why_looks_and_changes_nothing(small_survey: Path) -> None:
    build(small_survey)
    name = names(small_survey)[CARD]
    before = (small_survey / "library.db").read_bytes()
    explain.why(small_survey, name)
    assert (small_survey / "library.db").read_bytes() == before


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_why_by_meaning_uses_the_vectors_that_are_known(small_survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (small_survey / "reelmaker.toml").write_text(TOML.replace('"keywords"', '"meaning"'), "utf-8")
    build(small_survey)
    from reelmaker.tag import embeddings

    def never(folder: str) -> None:
        raise AssertionError("the network is not needed")

    monkeypatch.setattr(embeddings, "_open", never)
    document = explain.why(small_survey, names(small_survey)[CARD])
    CHECKER.validate(document)
    told = document["explained"]["problems"][0]
    assert told["unit"] == "log odds" and told["for"] and told["near"]
