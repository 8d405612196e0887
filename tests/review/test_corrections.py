"""Corrections as a person makes them, and what the next builds, erasures and access requests do with them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers.machines.command_line import run
from helpers.results.taken import CHECKER, build, rows_of, text_of
from helpers.surveys.small_survey import SAYINGS, captions

from reelmaker.build import rebuild
from reelmaker.errors import ProjectError, UnknownMoment
from reelmaker.model.correction import Correction
from reelmaker.privacy import access_request
from reelmaker.privacy import forget as privacy_forget
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.publish import quality_check
from reelmaker.review import corrections, search, word_check

CARD, FAILED = SAYINGS["anna"][1], SAYINGS["bert"][1]


def names(folder: Path) -> dict[str, str]:
    """What is said -> the moment's name."""
    return {entry["text"]: entry["moment"] for entry in search.moments(folder).document["moments"]}


def correct(folder: Path, name: str, heard: str, text: str, **more: Any) -> list[Correction]:
    project = open_project(folder)
    return corrections.record(project, corrections.proposed(project, name, heard, text, **more))


def outcomes(folder: Path) -> list[str]:
    return [state.outcome for state in corrections.listed(open_project(folder))]


@pytest.fixture
def moments(small_survey: Path) -> dict[str, str]:
    return names(small_survey)


@pytest.mark.slow
def test_a_correction_is_listed_undone_and_survives_another_transcription(
    small_survey: Path, moments: dict[str, str]
) -> None:
    done = run("correct", moments[CARD], "refused", "confused", "--note", "listened twice", folder=small_survey)
    assert done.returncode == 0, done.stderr
    assert f'corrected: {moments[CARD]} "refused" → "confused"' in done.stdout
    right = "My card was confused at the payment page."
    assert names(small_survey)[right] == moments[CARD]
    listed = json.loads(run("corrections", "--json", folder=small_survey).stdout)
    CHECKER.validate(listed)
    [entry] = listed["corrections"]
    assert (entry["heard"], entry["text"], entry["state"]) == ("refused", "confused", "holds")
    assert entry["note"] == "listened twice"
    track = small_survey / "uploads" / "anna.vtt"
    track.write_text(
        captions(["I bought a lamp.", "My card was misused at the payment page.", "The lamp is nice."]), "utf-8"
    )
    assert right in names(small_survey) and outcomes(small_survey) == ["holds"], "between the same neighbours"
    track.write_text(captions(["I bought a lamp.", right, "The lamp is nice."]), "utf-8")
    assert right in names(small_survey) and outcomes(small_survey) == ["fulfilled"]
    track.write_text(captions(["I bought a lamp.", "Something else was said.", "The lamp is nice."]), "utf-8")
    assert right not in names(small_survey) and outcomes(small_survey) == ["resting"]
    track.write_text(captions(SAYINGS["anna"]), "utf-8")
    assert run("corrections", "--undo", "1", folder=small_survey).returncode == 0
    assert CARD in names(small_survey) and outcomes(small_survey) == ["withdrawn"]
    again = run("corrections", "--undo", "1", folder=small_survey)
    assert again.returncode == 1 and "already reversed" in again.stderr


@pytest.mark.slow
def test_everywhere_lists_all_places_first_and_a_not_asks_twice(small_survey: Path, moments: dict[str, str]) -> None:
    refused = run("correct", "--everywhere", "my card", "my cart", folder=small_survey)
    assert refused.returncode == 2 and "--yes" in refused.stderr and not outcomes(small_survey)
    assert refused.stderr.count("my card") + refused.stderr.count("My card") >= 4, "two places with their sentences"
    assert run("correct", "--everywhere", "my card", "my cart", "--yes", folder=small_survey).returncode == 0
    assert {text for text in names(small_survey) if "cart" in text} == {
        "my cart was refused at the payment page.",
        "The payment failed and my cart was charged twice.",
    }
    turned = run("correct", moments[FAILED], "was", "was not", folder=small_survey)
    assert turned.returncode == 2 and len(outcomes(small_survey)) == 2, "nobody was there to ask"
    [proposal] = corrections.proposed(open_project(small_survey), moments[FAILED], "was", "was not")
    assert proposal.turns
    assert run("correct", moments[FAILED], "was", "was not", "--yes", folder=small_survey).returncode == 0
    assert "The payment failed and my cart was not charged twice." in names(small_survey)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heard", "text", "error", "words"),
    [
        ("parcel", "letter", UnknownMoment, "nobody says"),
        ("payment", "", ProjectError, "must have words"),
        (
            "card",
            "credit card that my own grandmother gave me for my eighteenth birthday " * 3,
            ProjectError,
            "nobody can say",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    small_survey: Path, moments: dict[str, str], heard: str, text: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        correct(small_survey, moments[CARD], heard, text)
    assert not outcomes(small_survey)


@pytest.mark.slow
def test_the_reel_shows_and_names_both_texts_and_forgetting_takes_them_along(
    small_survey: Path, moments: dict[str, str]
) -> None:
    first = build(small_survey)
    assert first.folder
    correct(small_survey, moments[CARD], "refused", "rejected")
    reel = build(small_survey)
    assert reel.work.joined == 1 and reel.folder
    [clip] = [item for item in reel.document["items"] if "rejected" in item.get("text", "")]
    [told] = clip["corrected"]
    assert (told["heard"], told["text"], told["number"]) == ("refused", "rejected", 1)
    CHECKER.validate(dict(reel.document))
    assert "rejected" in text_of(reel.folder / "reel.srt") and "refused" not in text_of(reel.folder / "reel.srt")
    assert any("rejected" in row["quote"] for row in rows_of(reel.folder / "quotes.csv"))
    gathered = json.loads(json.dumps(access_request.gather(open_project(small_survey), "anna.mp4")))
    schema = json.loads(resources.files("reelmaker.privacy").joinpath("access_package.json").read_text("utf-8"))
    jsonschema.validate(gathered, schema)
    assert [one["text"] for one in gathered["corrections"]] == ["rejected"]
    assert "rejected" in json.dumps(gathered["answers"][0]["transcript"])
    stray = small_survey / "reels" / "older list.txt"
    stray.write_text(clip["text"], "utf-8")
    receipt = privacy_forget.forget(open_project(small_survey), "anna.mp4", rebuild)["forgotten"]
    assert {"what": "corrections", "many": 1, "paths": []} in receipt["removed"]
    with closing(sqlite3.connect(small_survey / "library.db")) as library:
        assert library.execute("SELECT count(*) FROM corrections").fetchone() == (0,)
    assert not stray.exists(), "it held the corrected sentence"


def test_corrected_words_may_be_heard_otherwise_in_the_finished_clip() -> None:
    caption, heard = "I always buy at Fernhill now", "I always buy at furn hill now"
    assert quality_check.compared(caption, heard), "2 of 6 words differ"
    assert quality_check.compared(caption, heard, corrected=2) == []
    [[serious, _]] = quality_check.compared(caption, "the weather was fine today over there", corrected=1)
    assert serious, "one corrected word excuses no other text"


@pytest.mark.slow
def test_unsure_words_of_a_reel_are_listed_worst_first_with_the_line_that_corrects_them(
    small_survey: Path, moments: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = {"refused": 0.2, "page.": 0.4, "charged": 0.3, "twice.": 0.35, "cats.": 0.1}
    for name, sayings in SAYINGS.items():
        segments = [
            {
                "text": text,
                "words": [
                    {
                        "word": word,
                        "start": 2 * at + 0.2 * n,
                        "end": 2 * at + 0.2 * n + 0.2,
                        "probability": sure.get(word, 0.9),
                    }
                    for n, word in enumerate(text.split())
                ],
            }
            for at, text in enumerate(sayings)
        ]
        (small_survey / "uploads" / f"{name}.vtt").unlink()
        (small_survey / "uploads" / f"{name}.json").write_text(json.dumps({"segments": segments}), "utf-8")
    found = names(small_survey)

    def clip(number: int, response: str, text: str) -> dict[str, Any]:
        entry = next(m for m in search.moments(small_survey).document["moments"] if m["text"] == text)
        words = [{"start_ms": entry["start_ms"]}, {"end_ms": entry["end_ms"], "start_ms": 0}]
        return {"kind": "clip", "problem": "checkout", "response": entry["response"], "words": words}

    document = {"items": [{"kind": "card"}, clip(1, "", CARD), clip(2, "", FAILED)]}
    project = open_project(small_survey)
    shelved = type("Shelved", (), {"document": document, "folder": project.reels / "checkout"})
    monkeypatch.setattr(word_check.catalog, "reels", lambda project: [shelved])
    doubts = word_check.check(project)
    assert [(d.words, d.confidence, d.clip) for d in doubts] == [
        ("refused", 0.2, "checkout/1"),
        ("charged twice", 0.3, "checkout/2"),
        ("page", 0.4, "checkout/1"),
    ]
    assert doubts[1].command == f'reelmaker correct {found[FAILED]} "charged twice" "WHAT IS SAID"'
    CHECKER.validate(word_check.document(project, doubts))
    assert word_check.check(project, "delivery") == []
    correct(small_survey, found[CARD], "refused", "refused")
    assert [d.words for d in word_check.check(project)] == ["charged twice", "page"], "somebody confirmed it"


def test_a_place_is_shown_with_its_own_sentence(small_survey: Path, moments: dict[str, str]) -> None:
    """Also where the words are the last of it, and the next sentence begins soon."""
    [proposal] = corrections.proposed(open_project(small_survey), "", "twice", "thrice", everywhere=True)
    assert (proposal.sentence, proposal.moment) == (FAILED, moments[FAILED])


def test_redacted_words_stay_so_in_the_lists_of_corrections(small_survey: Path, moments: dict[str, str]) -> None:
    track = small_survey / "uploads" / "anna.vtt"
    track.write_text(captions(["I bought a lamp.", "My name is Jon Smith and it was refused.", "Nice."]), "utf-8")
    toml = small_survey / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8") + '[redact]\nwords = ["names"]\nnames = ["John Smythe"]\n', "utf-8")
    [name] = [name for text, name in names(small_survey).items() if "refused" in text]
    correct(small_survey, name, "Jon Smith", "John Smythe")
    assert not [text for text in names(small_survey) if "Smythe" in text or "John" in text]
    told = json.dumps(corrections.document(open_project(small_survey), corrections.listed(open_project(small_survey))))
    assert "Smythe" not in told and "Smith" not in told and "[name]" in told
    with Library(open_project(small_survey).library) as library:
        assert library.corrections().all()[0].text == "John Smythe"
