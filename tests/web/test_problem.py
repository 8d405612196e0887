"""The problem's texts in the window: what would change is shown first, and the file stays the person's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.windows import ask, open_window, refused

from reelmaker.project.config import open_project
from reelmaker.web.server import Server

TEXTS = {
    "statement": "Customers give up while paying",
    "question": ["What would make paying easy?"],
    "outcome": "Abandoned baskets",
    "describe": "payment card refused failed charged",
    "phrases": ["my card was refused at the payment page", "the payment failed"],
    "not": [],
    "kind": "pain",
}


def test_what_would_come_and_go_is_known_before_anything_is_written(window: Server, project: Path) -> None:
    file = project / "reelmaker.toml"
    before = file.read_bytes()
    told = ask(window, "/api/problems/checkout/texts")
    assert told["texts"] == TEXTS
    same = ask(window, "/api/problem/preview", {"slug": "checkout", "texts": TEXTS})
    assert (same["before"]["number"], same["after"]["number"], same["come"], same["go"]) == ("3 of 5", "3 of 5", [], [])
    other = TEXTS | {"phrases": ["the courier left it in the rain"], "describe": "courier rain"}
    told = ask(window, "/api/problem/preview", {"slug": "checkout", "texts": other})
    assert [moment["text"] for moment in told["come"]] == ["The courier left it in the rain."]
    assert "My card was refused at the payment page." in {moment["text"] for moment in told["go"]}
    assert told["after"]["number"] != "3 of 5" and file.read_bytes() == before
    fresh = TEXTS | {"statement": "Cats", "phrases": ["my cat likes boxes"], "describe": ""}
    told = ask(window, "/api/problem/preview", {"slug": "cats", "new": True, "texts": fresh})
    assert told["before"] is None and "My cat likes boxes." in told["come"][0]["text"]


def test_saving_writes_only_what_changed(window: Server, project: Path) -> None:
    file = project / "reelmaker.toml"
    file.write_text("# ours\n" + file.read_text("utf-8"), "utf-8")
    digest = ask(window, "/api/problems/checkout/texts")["digest"]
    new = TEXTS | {"statement": "They leave", "not": ["the parcel is late"]}
    told = ask(window, "/api/problem/save", {"slug": "checkout", "texts": new, "digest": digest})
    assert told["texts"] == new and told["digest"] != digest
    assert file.read_text("utf-8").startswith("# ours\n") and 'tagger = "keywords"' in file.read_text("utf-8")
    assert open_project(project).problems["checkout"].near_misses == ("the parcel is late",)
    assert ask(window, "/api/nav")["problems"][0]["statement"] == "They leave"


def test_an_edit_made_elsewhere_is_shown_and_not_overwritten(window: Server, project: Path) -> None:
    file = project / "reelmaker.toml"
    digest = ask(window, "/api/problems/checkout/texts")["digest"]
    file.write_text(file.read_text("utf-8").replace("Abandoned baskets", "Fewer orders"), "utf-8")
    elsewhere = file.read_bytes()
    asked = {"slug": "checkout", "texts": TEXTS | {"statement": "Mine"}, "digest": digest}
    code, told = refused(window, "/api/problem/save", asked)
    assert code == 409 and told["texts"]["outcome"] == "Fewer orders" and file.read_bytes() == elsewhere
    ask(window, "/api/problem/save", asked | {"digest": told["digest"]})
    assert open_project(project).problems["checkout"].statement == "Mine"


@pytest.mark.parametrize(
    ("change", "field"), [({"statement": " "}, "statement"), ({"question": []}, "question"), ({"kind": "x"}, "kind")]
)
def test_what_is_wrong_is_said_at_its_field(window: Server, change: dict[str, Any], field: str) -> None:
    for path in ("preview", "save"):
        digest = ask(window, "/api/problems/checkout/texts")["digest"]
        asked = {"slug": "checkout", "texts": TEXTS | change, "digest": digest}
        code, told = refused(window, f"/api/problem/{path}", asked)
        assert code == 400 and told["field"] == field and told["fault"], told


def test_a_new_problem_has_a_name_of_its_own(window: Server, project: Path) -> None:
    assert (
        ask(window, "/api/new-problem/name?statement=Kein%20Ger%C3%A4t%20im%20Laden")["slug"] == "kein-gerat-im-laden"
    )
    assert ask(window, "/api/new-problem/name?statement=Checkout%21")["slug"] == "checkout-2"
    digest = ask(window, "/api/new-problem")["digest"]
    asked = {"new": True, "texts": TEXTS, "digest": digest}
    for slug in ("checkout", "all", "../x", "a b", ""):
        code, told = refused(window, "/api/problem/save", asked | {"slug": slug})
        assert code == 400 and told["field"] == "slug", slug
    ask(window, "/api/problem/save", asked | {"slug": "cats"})
    assert list(open_project(project).problems) == ["checkout", "delivery", "cats"]


@pytest.mark.slow
def test_typing_shows_what_changes_and_saving_says_so(chromium: Any, window: Server, project: Path) -> None:
    file = project / "reelmaker.toml"
    with open_window(chromium, window, "problem/checkout/texts") as seen:
        page = seen.page
        assert page.locator("button[type=submit]").is_disabled()
        page.fill("#f-phrases", "the courier left it in the rain")
        page.fill("#f-describe", "courier rain")
        until(page, "document.querySelector('.change-words')?.textContent.includes('would come')")
        assert "The courier left it in the rain." in page.locator(".moving").first.inner_text()
        # leaving does not lose what was typed
        page.goto(f"{window.gate.address}/#/")
        until(page, "document.querySelector('h1')?.textContent == 'Small survey'")
        page.goto(f"{window.gate.address}/#/problem/checkout/texts")
        until(page, "document.querySelector('#f-describe')?.value == 'courier rain'")
        # somebody else changes another text, and one of these
        text = file.read_text("utf-8").replace("Abandoned baskets", "Fewer orders")
        file.write_text(text.replace("payment card refused failed charged", "theirs"), "utf-8")
        page.click("button[type=submit]")
        until(page, "document.querySelector('.meanwhile')?.textContent.includes('theirs')")
        assert "courier rain" not in file.read_text("utf-8") and page.input_value("#f-outcome") == "Fewer orders"
        page.fill("#f-statement", "")
        page.click("button[type=submit]")
        until(page, "document.querySelector('#e-statement').textContent")
        assert page.evaluate("document.activeElement.id") == "f-statement"
        page.fill("#f-statement", "They leave")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('h1').textContent == 'They leave'")
        saved = open_project(project).problems["checkout"]
        assert (saved.describe, saved.outcome) == ("courier rain", "Fewer orders")
        page.click("#notices button:has-text('Undo')")
        until(page, "document.querySelector('h1').textContent == 'Customers give up while paying'")
        assert open_project(project).problems["checkout"].describe == "theirs"
        wanted = [line for line in seen.complaints if "40" not in line]
        assert not seen.violations() and not wanted and not seen.dialogs


@pytest.mark.slow
def test_a_problem_is_made_by_keyboard_alone(chromium: Any, window: Server, project: Path) -> None:
    with open_window(chromium, window, "new-problem") as seen:
        page = seen.page
        page.focus("#f-statement")
        page.keyboard.type("Cats like boxes")
        until(page, "document.querySelector('#f-slug').value == 'cats-like-boxes'")
        for words in ("", "", "Which box?", "", "my cat likes boxes"):
            page.keyboard.press("Tab")
            page.keyboard.type(words)
        until(page, "document.querySelector('.change-words')?.textContent.includes('would come')")
        for _ in range(3):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        until(page, "location.hash == '#/problem/cats-like-boxes/moments' && document.querySelector('.row-item')")
        assert open_project(project).problems["cats-like-boxes"].question == ("Which box?",)
        assert quiet(seen), (seen.violations(), seen.complaints)
