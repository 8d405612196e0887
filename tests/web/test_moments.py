"""What a person decides in the window is what the command line decides: one record each, undone one by one."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import Visit, quiet, until
from helpers.machines.payloads import PAYLOADS
from helpers.machines.windows import ask, go, open_window, window_of

import reelmaker
from reelmaker.project.config import open_project
from reelmaker.review import decisions
from reelmaker.web.server import Server

CHECKOUT = "/api/problems/checkout"
SCREEN = "problem/checkout/moments"


def recorded(folder: Path) -> list[tuple[str, str, bool]]:
    """(verdict, problem, taken back) of every decision, in order."""
    listed = decisions.listed(open_project(folder))
    return [(s.decision.verdict, s.decision.problem, bool(s.decision.withdrawn)) for s in listed]


def eventually(condition: Any, limit_s: float = 15) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def chosen(seen: Visit) -> str:
    """The words of the active row."""
    return str(seen.page.locator(".row-item.active .row-text").inner_text())


def test_the_list_holds_what_is_sure_and_maybe_and_filters_it(window: Server) -> None:
    told = ask(window, f"{CHECKOUT}/moments")
    assert told["totals"]["all"] == 15 and told["totals"]["open"] == len(told["keys"]) == len(told["rows"]) >= 3
    texts = [row["text"] for row in told["rows"]]
    assert "My card was refused at the payment page." in texts[:3] and "I like cats." not in texts
    assert [row["score"] for row in told["rows"]] == sorted((row["score"] for row in told["rows"]), reverse=True)
    assert told["groups"] == {
        "segments": ["loyal", "new"],
        "months": ["2026-07", "2026-08"],
        "scores": ["low", "high"],
    }
    loyal = ask(window, f"{CHECKOUT}/moments?show=all&segment=loyal")["rows"]
    assert {row["who"]["label"] for row in loyal} == {"Cleo", "Dora", "Emil"}
    assert {row["who"]["label"] for row in ask(window, f"{CHECKOUT}/moments?show=all&score=high")["rows"]} == {"Cleo"}
    found = ask(window, f"{CHECKOUT}/moments?show=all&words=CATS")["rows"]
    assert [row["text"] for row in found] == ["I like cats."]


def test_a_decision_is_one_record_that_the_command_line_shares(window: Server, project: Path) -> None:
    [first, *_] = ask(window, f"{CHECKOUT}/moments")["rows"]
    told = ask(window, f"{CHECKOUT}/decide", {"verdict": "drop", "keys": [first["key"]], "note": "not paying"})
    assert recorded(project) == [("drop", "checkout", False)]
    assert ask(window, "/api/home")["problems"][0]["count"]["number"] == "2 of 5"
    [row] = ask(window, f"{CHECKOUT}/moments?show=decided")["rows"]
    assert row["key"] == first["key"] and row["verdict"] == "drop" and row["decision"]["note"] == "not paying"
    # the command line undoes it, and the window shows that at once
    decisions.withdraw(open_project(project), told["numbers"])
    assert ask(window, f"{CHECKOUT}/moments?show=decided")["rows"] == []
    decisions.decide(open_project(project), "hide", [first["moment"]], "checkout")
    [row] = ask(window, f"{CHECKOUT}/moments?show=decided")["rows"]
    assert row["verdict"] == "hide"
    ask(window, "/api/undo", {"numbers": [row["decision"]["number"]]})
    assert recorded(project) == [("drop", "checkout", True), ("hide", "checkout", True)]


@pytest.mark.slow
def test_one_key_decides_and_goes_on_and_another_takes_it_back(chromium: Any, window: Server, project: Path) -> None:
    with open_window(chromium, window, SCREEN) as seen:
        first = chosen(seen)
        until(seen.page, "document.querySelector('video')?.readyState > 0")
        seen.page.keyboard.press("y")
        until(seen.page, f"document.querySelector('.row-item.active .row-text').textContent !== {first!r}")
        second = chosen(seen)
        seen.page.keyboard.press("n")
        eventually(lambda: [verdict for verdict, *_ in recorded(project)] == ["keep", "drop"])
        assert seen.page.locator(".row-item .badge.keep").count() == 1
        seen.page.keyboard.press("u")
        eventually(lambda: recorded(project) == [("keep", "checkout", False), ("drop", "checkout", True)])
        assert chosen(seen) == second
        # keys do nothing where somebody writes, nor outside the list and the player
        seen.page.locator("input[type=search]").focus()
        seen.page.keyboard.type("nyh")
        seen.page.evaluate("document.dispatchEvent(new CustomEvent('changed'))")  # as when another window decides
        time.sleep(0.5)
        assert seen.page.locator("input[type=search]").input_value() == "nyh", "nobody's words are taken away"
        seen.page.locator("input[type=search]").fill("")
        seen.page.locator("#skip").focus()
        seen.page.keyboard.press("n")
        # and can be switched off
        seen.page.locator(".rows").focus()
        seen.page.keyboard.press("?")
        seen.page.get_by_label("Single keys work").uncheck()
        seen.page.locator("dialog button", has_text="Close").click()
        seen.page.locator(".rows").focus()
        seen.page.keyboard.press("n")
        time.sleep(0.3)
        assert len(recorded(project)) == 2
        seen.page.get_by_role("button", name="Hide").click()
        eventually(lambda: recorded(project)[-1][0] == "hide")
        assert quiet(seen), (seen.violations(), seen.complaints)


@pytest.mark.slow
def test_shift_decides_for_several_in_one_go(chromium: Any, window: Server, project: Path) -> None:
    with open_window(chromium, window, f"{SCREEN}?show=all&segment=loyal") as seen:
        seen.page.locator(".row-item").nth(1).click()
        seen.page.locator(".row-item").nth(3).click(modifiers=["Shift"])
        assert seen.page.locator(".row-item[aria-selected=true]").count() == 3
        seen.page.locator(".rows").focus()
        seen.page.keyboard.press("n")
        eventually(lambda: len(recorded(project)) == 3)
        seen.page.keyboard.press("u")
        eventually(lambda: recorded(project) == [("drop", "checkout", True)] * 3)


@pytest.mark.slow
def test_the_player_plays_the_moment_and_a_word_is_a_place(chromium: Any, window: Server) -> None:
    with open_window(chromium, window, f"{SCREEN}?words=refused") as seen:
        page = seen.page
        until(page, "document.querySelector('video')?.readyState >= 2")
        # Anna's second caption: 2.0 to 3.6 s
        assert page.evaluate("document.querySelector('video').currentTime") == pytest.approx(1.85, abs=0.1)
        page.locator(".rows").focus()
        page.keyboard.press(" ")
        until(page, "!document.querySelector('video').paused")
        until(page, "document.querySelector('.word.spoken')")
        until(page, "document.querySelector('video').paused")
        assert page.evaluate("document.querySelector('video').currentTime") == pytest.approx(3.85, abs=0.25)
        assert page.evaluate("document.querySelector('video').error") is None
        word = page.locator(".word", has_text="payment")
        start = int(word.get_attribute("data-start")) / 1000
        word.click()
        until(page, f"document.querySelector('video').currentTime > {start}")
        assert page.evaluate("document.querySelector('video').currentTime") < start + 1
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.textContent") == "page."
        page.keyboard.press("Home")
        assert page.evaluate("document.activeElement.textContent") == "My"
        assert page.locator(".word[tabindex='0']").count() == 1, "one stop for the tab key"
        assert page.locator(".sentence").count() == 1
        page.keyboard.press("a")
        until(page, "document.querySelectorAll('.sentence').length === 3")
        assert page.evaluate("document.querySelector('.sentence.inside').textContent").strip().startswith("My card")


@pytest.mark.slow
def test_another_window_shows_what_one_decides(chromium: Any, window: Server) -> None:
    with open_window(chromium, window, SCREEN) as one, open_window(chromium, window, SCREEN) as other:
        one.page.locator(".rows").focus()
        one.page.keyboard.press("n")
        until(other.page, "document.querySelector('.row-item .badge.drop')", 20)
        assert "2 of 5" in other.page.locator(".moments-summary").inner_text()


@pytest.mark.slow
def test_hostile_names_and_words_are_only_text(chromium: Any, built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "hostile"))
    settings = (folder / "reelmaker.toml").read_text("utf-8")
    nasty = " ".join(payload for payload in PAYLOADS if "'" not in payload).replace('"', "").replace("\\", "")
    nasty = "".join(letter for letter in nasty if letter.isprintable())
    settings = settings.replace("Customers give up while paying", nasty).replace("Abandoned baskets", nasty)
    (folder / "reelmaker.toml").write_text(settings.replace("Small survey", nasty), "utf-8")
    rows = [[f"{name}.mp4", f"r{n}", payload, payload, "3", "2026-07-02"] for n, (name, payload) in enumerate(
        zip(("anna", "bert", "cleo", "dora", "emil"), PAYLOADS, strict=False))]  # fmt: skip
    import csv

    with (folder / "uploads" / "responses.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([["file", "respondent", "name", "segment", "score", "date"], *rows])
    words = "\n".join(
        f"00:00:0{n}.000 --> 00:00:0{n}.900\npayment card refused {p}\n" for n, p in enumerate(PAYLOADS[:5])
    )
    (folder / "uploads" / "anna.vtt").write_text(f"WEBVTT\n\n{words}", "utf-8")
    reelmaker.build(folder, problems=["checkout"], check=False, dry_run=True)
    with window_of(folder) as running, open_window(chromium, running) as seen:
        for screen in ("", SCREEN, f"{SCREEN}?show=all", "problem/checkout/build", "nothing/of/this"):
            go(seen, running, screen)
            time.sleep(0.5)
            assert seen.page.evaluate("window.pwned") is None
            assert seen.page.locator("main script, main img, main iframe, main form").count() == 0
        assert not seen.violations() and not seen.dialogs
        assert all(address.startswith(running.gate.address) for address in seen.requests)
