"""Words to check in the window: heard, corrected in place and everywhere, taken back; names for speech recognition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.windows import ask, open_window, refused
from helpers.surveys.small_survey import SAYINGS
from helpers.surveys.unsure_words import recognise

from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.web.server import Server

EMIL = ["My parcel came late.", "The courier left it in the rain.", "Delivery was a mess."]


@pytest.fixture
def doubtful(project: Path) -> Path:
    """Bert's "charged", which is in the reel, is unsure; so is a word of Emil's that no reel shows."""
    recognise(project, "bert", SAYINGS["bert"], {"charged": 0.2})
    recognise(project, "emil", EMIL, {"Delivery": 0.3, "rain.": 0.1})
    return project


def corrections(project: Path) -> list[tuple[str, str, bool]]:
    with Library(open_project(project).library) as library:
        return [(one.heard, one.text, bool(one.withdrawn)) for one in library.corrections().all()]


def row_of(told: Any, words: str) -> Any:
    return next(row for row in told["rows"] if row["words"] == words)


def test_words_of_the_reel_come_first(doubtful: Path, window: Server) -> None:
    told = ask(window, "/api/words")
    assert told["rows"][0]["words"] == "charged" and told["rows"][0]["clip"].startswith("checkout/")
    assert told["totals"]["reel"] == 1 and told["totals"]["quote"] >= 1 and told["rows"][1]["group"] == "quote"
    assert "".join(told["rows"][0]["parts"]) == "The payment failed and my card was charged twice."
    one = ask(window, f"/api/words/one?key={told['keys'][0]}")
    assert one["start_ms"] < 3200 < one["end_ms"] and one["play"]["src"].startswith("/media/")


def test_a_correction_is_a_record_and_can_be_taken_back(doubtful: Path, window: Server) -> None:
    row = row_of(ask(window, "/api/words"), "charged")
    asked = {"moment": row["moment"], "heard": "charged", "said": "changed"}
    [place] = ask(window, "/api/words/look", asked)["places"]
    assert "charged twice" in place["sentence"] and not place["turns"] and corrections(doubtful) == []
    numbers = ask(window, "/api/words/correct", asked | {"places": [place["place"]]})["numbers"]
    told = ask(window, "/api/words")
    assert "charged" not in [row["words"] for row in told["rows"]]
    assert [(c["heard"], c["text"], c["state"]) for c in told["corrections"]] == [("charged", "changed", "holds")]
    ask(window, "/api/words/undo", {"numbers": numbers})
    assert row_of(ask(window, "/api/words"), "charged") and corrections(doubtful) == [("charged", "changed", True)]


def test_a_not_is_not_added_without_listening(doubtful: Path, window: Server) -> None:
    row = row_of(ask(window, "/api/words"), "charged")
    asked = {"moment": row["moment"], "heard": "was charged", "said": "was not charged"}
    [place] = ask(window, "/api/words/look", asked)["places"]
    assert place["turns"]
    _, told = refused(window, "/api/words/correct", asked | {"places": [place["place"]]})
    assert "confirm" in told["remedy"] and corrections(doubtful) == []
    ask(window, "/api/words/correct", asked | {"places": [place["place"]], "listened": True})
    assert len(corrections(doubtful)) == 1


def test_only_what_was_shown_is_replaced(doubtful: Path, window: Server) -> None:
    asked = {"heard": "payment", "said": "pavement", "everywhere": True}
    places = ask(window, "/api/words/others", asked)["places"]
    assert len(places) == 3
    wanted = [place["place"] for place in places[:2]]
    ask(window, "/api/words/correct", asked | {"places": wanted})
    assert len(corrections(doubtful)) == 2
    refused(window, "/api/words/correct", asked | {"places": wanted})  # they say something else by now
    assert ask(window, "/api/words/others", {"heard": "nobody says this", "said": "x"}) == {"places": []}


def test_names_are_written_beside_what_is_there(window: Server, project: Path) -> None:
    file = project / "reelmaker.toml"
    file.write_text(file.read_text("utf-8") + '[transcribe]\nvocabulary = ["Fernhill"] # ours\n', "utf-8")
    told = ask(window, "/api/words")
    assert told["vocabulary"] == ["Fernhill"]
    asked = {"names": ["Fernhill", "Lampo  Lux"], "digest": told["digest"]}
    assert ask(window, "/api/words/vocabulary", asked)["vocabulary"] == ["Fernhill", "Lampo Lux"]
    assert 'vocabulary = ["Fernhill", "Lampo Lux"] # ours' in file.read_text("utf-8")
    assert refused(window, "/api/words/vocabulary", asked)[0] == 409


@pytest.mark.slow
def test_the_words_are_heard_and_corrected_by_keyboard(chromium: Any, window: Server, doubtful: Path) -> None:
    with open_window(chromium, window, "words") as seen:
        page = seen.page
        until(page, "document.querySelector('#said')?.value == 'charged'")
        page.focus(".rows")
        page.keyboard.press(" ")
        until(page, "document.querySelector('.stage video').currentTime > 2.2")
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.id") == "said"
        page.keyboard.type("not charged")
        assert page.evaluate("document.querySelector('.stage video').paused"), "nobody types and listens"
        page.keyboard.press("Enter")
        until(page, "document.querySelector('dialog')?.textContent.includes('opposite')")
        page.keyboard.press("Escape")
        until(page, "!document.querySelector('dialog')")
        assert corrections(doubtful) == []
        page.fill("#said", "Payment")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.elsewhere')?.textContent.includes('Add to the names')")
        assert corrections(doubtful) == [("charged", "Payment", False)]
        page.click("#notices button:has-text('Undo')")
        until(page, "document.querySelector('#said').value == 'charged'")
        assert corrections(doubtful) == [("charged", "Payment", True)]
        assert page.locator(".made del").inner_text() == "charged"
        page.focus(".rows")
        page.keyboard.press("y")
        until(page, "document.querySelector('#said').value != 'charged'")
        assert corrections(doubtful)[-1] == ("charged", "charged", False)
        assert quiet(seen), (seen.violations(), seen.complaints)


@pytest.mark.slow
def test_the_same_words_elsewhere_are_shown_before_they_are_replaced(
    chromium: Any, window: Server, project: Path
) -> None:
    recognise(project, "bert", SAYINGS["bert"], {"payment": 0.2})
    with open_window(chromium, window, "words") as seen:
        page = seen.page
        until(page, "document.querySelector('#said')?.value == 'payment'")
        page.fill("#said", "pavement")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.elsewhere h2')?.textContent.startsWith('2 other places say')")
        assert len(corrections(project)) == 1 and page.locator(".elsewhere li").count() == 2
        page.locator(".elsewhere input").first.uncheck()
        page.click("button:has-text('Replace in 1 place')")
        until(page, "!document.querySelector('.elsewhere h2') && document.querySelectorAll('.made li').length == 2")
        assert len(corrections(project)) == 2 and quiet(seen), (seen.violations(), seen.complaints)
