"""The reel in a real browser: words are struck and jumped over, clips are moved, all by keyboard, and all undone."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.machines.browsing import Visit, quiet, until
from helpers.machines.payloads import PAYLOADS
from helpers.machines.windows import ask, open_window, settled, window_of

import reelmaker
from reelmaker.project.config import open_project
from reelmaker.review import decisions, edits, strikes
from reelmaker.web.server import Server

pytestmark = pytest.mark.slow
REEL, SCREEN = "/api/problems/checkout/reel", "problem/checkout/reel"
LONG = "My card was refused at the payment page and not one time did anybody help"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark and narrow": {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
}


@pytest.fixture
def long_clip(project: Path) -> Path:
    """Anna says one long sentence, from 0 to 6 s."""
    (project / "uploads" / "anna.vtt").write_text(f"WEBVTT\n\n00:00:00.000 --> 00:00:05.900\n{LONG}.\n", "utf-8")
    reelmaker.build(project, problems=["checkout"], dry_run=True)
    return project


def recorded(folder: Path) -> list[tuple[str, bool]]:
    """(kind, taken back) of every decision, in order."""
    return [(s.decision.verdict, bool(s.decision.withdrawn)) for s in decisions.listed(open_project(folder))]


def eventually(condition: Callable[[], bool], limit_s: float = 20) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def clip_key(window: Server, words: str) -> str:
    [key] = [item["key"] for item in ask(window, REEL)["items"] if item["kind"] == "clip" and words in item["text"]]
    return str(key)


def dry_run(folder: Path) -> list[str]:
    return [shown.moment.text for shown in reelmaker.build(folder, problems=["checkout"], dry_run=True).clips]


def open_clip(seen: Visit, words: str) -> None:
    seen.page.locator(".reel-item .open", has_text=words).click()
    until(seen.page, f"document.querySelector('.reel-item.current')?.textContent.includes({words!r})")
    until(seen.page, "document.querySelector('video')?.readyState >= 2")


def word(seen: Visit, text: str) -> Any:
    return seen.page.locator(".clip-words .word.in, .clip-words .word.struck").get_by_text(text, exact=True)


def listed(seen: Visit) -> list[str]:
    return list(seen.page.locator(".reel-item[data-key] .row-text").all_inner_texts())


def heard(seen: Visit, key: str) -> list[float]:
    """The seconds of the answer at which the video was while a key played it to its end."""
    seen.page.evaluate(
        """() => {
            const video = document.querySelector("video");
            window.heard = [];
            const note = () => { if (!video.paused && !video.seeking) window.heard.push(video.currentTime); window.noting = requestAnimationFrame(note); };
            note();
        }"""
    )
    seen.page.keyboard.press(key)
    until(seen.page, "window.heard.length > 2")
    until(seen.page, "document.querySelector('video').paused", 25)
    seen.page.evaluate("cancelAnimationFrame(window.noting)")
    return list(seen.page.evaluate("window.heard"))


def within(times: list[float], start: float, end: float) -> list[float]:
    """Those that are clearly inside; a busy machine shows a frame late."""
    assert end - start > 0.7
    return [at for at in times if start + 0.3 < at < end - 0.1]


def test_words_are_struck_jumped_over_and_taken_back_by_keyboard(
    chromium: Any, long_clip: Path, window: Server
) -> None:
    with open_window(chromium, window, SCREEN) as seen:
        page = seen.page
        open_clip(seen, "refused at")
        for _ in range(20):  # from the list to the words, with the tab key alone
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.clip-words .word')"):
                break
        assert page.evaluate("document.activeElement.textContent") == "My", "the first word of the clip"
        for _ in ("card", "was", "refused"):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        assert page.locator(".word[aria-pressed=true]").all_inner_texts() == ["refused", "at"]
        page.keyboard.press("x")
        eventually(lambda: recorded(long_clip) == [("strike", False)])
        until(page, "document.querySelector('.clip-words del')")
        assert page.locator(".clip-words del").inner_text() == "refused at"
        until(page, "document.querySelector('#live').textContent.includes('Struck: “refused at”')")
        assert page.evaluate("document.activeElement.textContent") == "at", "the place is kept"
        assert page.locator(".word[tabindex='0']").count() == 1, "one stop for the tab key"
        assert any("My card was the payment page" in text for text in dry_run(long_clip))

        [start, end] = [
            int(page.locator(".word.struck").nth(n).get_attribute(f"data-{edge}")) / 1000
            for n, edge in ((0, "start"), (1, "end"))
        ]
        page.keyboard.press("Escape")
        finished = heard(seen, " ")
        assert min(finished) < start - 0.3 and max(finished) > end + 0.3
        assert not within(finished, start, end), "struck words are not played"
        page.keyboard.press("m")
        original = heard(seen, " ")
        assert within(original, start, end), "the original has them"
        # the seam of this strike alone
        word(seen, "refused").focus()
        page.keyboard.press("ArrowRight")
        seam = heard(seen, "s")
        assert min(seam) == pytest.approx(max(0, start - 1.5), abs=0.35) and max(seam) == pytest.approx(
            end + 1.5, abs=0.35
        )
        assert not within(seam, start, end)

        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("x")
        eventually(lambda: recorded(long_clip) == [("strike", True)])
        until(page, "!document.querySelector('.clip-words del')")
        page.keyboard.press("u")  # takes back that it was taken back
        eventually(lambda: recorded(long_clip) == [("strike", True), ("strike", False)])
        until(page, "document.querySelector('.clip-words del')")
        page.keyboard.press("u")
        eventually(lambda: recorded(long_clip) == [("strike", True), ("strike", True)])
        until(page, "!document.querySelector('.clip-words del')")
        assert any("refused at the payment page" in text for text in dry_run(long_clip))
        assert quiet(seen), (seen.violations(), seen.complaints)


def test_a_risk_is_asked_about_before_anything_is_written(chromium: Any, long_clip: Path, window: Server) -> None:
    with open_window(chromium, window, SCREEN) as seen:
        page = seen.page
        open_clip(seen, "refused at")
        word(seen, "not").click()
        page.keyboard.press("x")
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert "not" in dialog.locator("li").first.inner_text() and "…" in dialog.locator("q").inner_text()
        assert page.evaluate("document.activeElement.textContent") == "Leave it"
        page.keyboard.press("Enter")
        until(page, "!document.querySelector('dialog')")
        assert recorded(long_clip) == []
        word(seen, "not").focus()
        page.keyboard.press("x")
        dialog.get_by_role("button", name="Hear it").click()
        until(page, "!document.querySelector('video').paused")
        dialog.get_by_role("button", name="Strike it").click()
        eventually(lambda: recorded(long_clip) == [("strike", False)])


def test_edges_move_by_word_and_by_50_ms(chromium: Any, project: Path, window: Server) -> None:
    def stretches(words: str) -> Any:
        return ask(window, f"{REEL}/clip?key={clip_key(window, words)}")["stretches"]

    before = stretches("payment page")
    with open_window(chromium, window, SCREEN) as seen:
        page = seen.page
        open_clip(seen, "refused at")
        page.keyboard.press("]")
        eventually(lambda: "card was refused at the payment page." in dry_run(project))
        page.keyboard.press("Shift+[")
        eventually(lambda: "card was refused at the payment" in dry_run(project))
        until(page, "document.querySelectorAll('.word.in').length === 6")
        by_word = stretches("refused at the")
        page.keyboard.press("Alt+[")
        eventually(lambda: stretches("refused at the")[0][0] == by_word[0][0] - 50)
        assert stretches("refused at the")[-1][1] == by_word[-1][1]
        page.get_by_role("button", name="50 ms, exactly").click()
        page.get_by_role("button", name="End later by 50 ms").click()
        eventually(lambda: stretches("refused at the")[-1][1] == by_word[-1][1] + 50)
        assert recorded(project) == [("trim", False)] * 4
        for number in range(4):
            page.get_by_role("button", name="Take back").click()
            eventually(lambda done=number: [taken for _, taken in recorded(project)].count(True) == done + 1)
        assert stretches("payment page") == before
        # a trim made elsewhere can be taken back as well
        edits.trim(
            open_project(project), clip_key(window, "payment page"), edits.Edge(), edits.Edge("payment"), "checkout"
        )
        page.get_by_role("button", name="Take the trim back").click()
        eventually(lambda: recorded(project)[-1] == ("trim", True))
        assert quiet(seen), (seen.violations(), seen.complaints)


def test_clips_are_moved_by_button_key_and_mouse(chromium: Any, project: Path, window: Server) -> None:
    with open_window(chromium, window, SCREEN) as one, open_window(chromium, window, SCREEN) as other:
        page = one.page
        until(page, "document.querySelectorAll('.reel-item[data-key]').length === 3")
        first, second, third = listed(one)
        page.locator(".reel-item[data-key] [data-does=up]").nth(1).focus()
        page.keyboard.press("Enter")
        eventually(lambda: dry_run(project) == [second, first, third])
        assert listed(one) == [second, first, third]
        until(other.page, f"document.querySelector('.reel-item[data-key] .row-text').textContent === {second!r}")
        page.reload()
        settled(one)
        assert listed(one) == [second, first, third]
        page.locator(".reel-item[data-key]").nth(2).drag_to(
            page.locator(".reel-item[data-key]").nth(0), target_position={"x": 80, "y": 6}
        )
        eventually(lambda: dry_run(project) == [third, second, first])
        page.get_by_role("button", name="Take back: moved").click()
        eventually(lambda: dry_run(project) == [second, first, third])
        until(page, f"document.querySelector('.reel-item[data-key] .row-text').textContent === {second!r}")
        # the open clip goes to the end: one record of one clip
        page.locator(".reel-item[data-key] .open").nth(1).click()
        page.keyboard.press("Alt+ArrowDown")
        eventually(lambda: dry_run(project) == [second, third, first])
        assert recorded(project)[-1] == ("last", False)
        page.get_by_role("button", name="Back to the automatic order").click()
        eventually(lambda: dry_run(project) == [first, second, third])
        page.get_by_role("button", name="Take back: cleared the order").click()
        eventually(lambda: dry_run(project) == [second, third, first])
        assert quiet(one), (one.violations(), one.complaints)


def test_a_second_window_sees_what_was_struck(chromium: Any, project: Path, window: Server) -> None:
    with open_window(chromium, window, SCREEN) as seen:
        open_clip(seen, "refused at")
        opened, key = open_project(project), clip_key(window, "refused")
        strikes.record(opened, strikes.proposed(opened, key, strikes.Asked(("refused",)), "checkout"))
        until(seen.page, "document.querySelector('.clip-words del')?.textContent === 'refused'", 20)
        assert any("My card was … at the payment page." in text for text in listed(seen))


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_serious_with_words_struck_and_chosen(chromium: Any, window: Server, look: str) -> None:
    with open_window(chromium, window, SCREEN, **LOOKS[look]) as seen:
        page = seen.page
        open_clip(seen, "refused at")
        word(seen, "refused").click()
        page.keyboard.press("x")
        until(page, "document.querySelector('.clip-words del')")
        word(seen, "the").focus()
        page.keyboard.press("Shift+ArrowRight")
        for view in ("clip", "card"):
            if view == "card":
                page.locator(".card-item .open").first.click()
                until(page, "document.querySelector('.reel-card-view img')?.naturalWidth > 0")
            violations = Axe().run(page).response["violations"]
            serious = [
                (v["id"], [n["target"] for n in v["nodes"]])
                for v in violations
                if v["impact"] in ("serious", "critical")
            ]
            assert not serious, (view, serious)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling"
        assert "3 of 5" in page.locator(".reel-card-view img").get_attribute("alt")
        assert quiet(seen), (seen.violations(), seen.complaints)


def test_hostile_words_and_names_are_only_text(chromium: Any, project: Path) -> None:
    nasty = [payload for payload in PAYLOADS if payload.isprintable()][:5]
    table = project / "uploads" / "responses.csv"
    names = ("Anna", "Bert", "Cleo", "Dora", "Emil")
    rows = list(csv.reader(table.read_text("utf-8").splitlines()))
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [[nasty[names.index(cell)] if cell in names else cell for cell in row] for row in rows]
        )
    said = "".join(f"00:00:0{n}.000 --> 00:00:0{n}.900\npayment card refused {p}\n\n" for n, p in enumerate(nasty))
    (project / "uploads" / "anna.vtt").write_text(f"WEBVTT\n\n{said}", "utf-8")
    reelmaker.build(project, problems=["checkout"], dry_run=True)
    with window_of(project) as window, open_window(chromium, window, SCREEN) as seen:
        count = seen.page.locator(".reel-item[data-key]").count()
        assert count >= 2
        for number in range(count):
            seen.page.locator(".reel-item[data-key] .open").nth(number).click()
            until(seen.page, "document.querySelector('.clip-words .word.in')")
            time.sleep(0.3)
        assert seen.page.evaluate("window.pwned") is None
        assert seen.page.locator("main script, main iframe, main form, main img:not(.card-picture)").count() == 0
        assert not seen.violations() and not seen.dialogs
        assert all(address.startswith(window.gate.address) for address in seen.requests)


def test_what_finds_no_room_is_listed(chromium: Any, project: Path, window: Server) -> None:
    decisions.decide(open_project(project), "keep", [clip_key(window, "again and again")], "checkout")
    decisions.decide(open_project(project), "keep", [clip_key(window, "refused at")], "checkout")
    decisions.decide(open_project(project), "keep", [clip_key(window, "charged twice")], "checkout")
    room_s = ask(window, REEL)["length_ms"] // 1000 - 1
    settings = project / "reelmaker.toml"
    settings.write_text(settings.read_text("utf-8").replace("length = 40", f"length = {room_s}"), "utf-8")
    with open_window(chromium, window, SCREEN) as seen:
        until(seen.page, "document.querySelector('.reel-waiting li')")
        assert "2 kept sentences found no room" in seen.page.locator(".reel-length").inner_text()
        waiting, shown = seen.page.locator(".reel-waiting li").all_inner_texts(), listed(seen)
        assert len(waiting) == 2 and len(shown) == 1
        assert all(entry.startswith("Kept") and "It does not fit into the length." in entry for entry in waiting)
        assert shown[0] not in " ".join(waiting)
        assert quiet(seen), (seen.violations(), seen.complaints)
