"""The audit in the window asks the same customers in the same order as the command, and both share the answers."""

from __future__ import annotations

import urllib.error
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.command_line import run
from helpers.machines.windows import ask, open_window

from reelmaker.web.server import Server

AUDIT = "/api/problems/checkout/audit"


@pytest.mark.slow
def test_answers_change_the_count_and_can_be_taken_back(window: Server, project: Path) -> None:
    told = ask(window, AUDIT)
    assert not told["begun"] and told["ask"] == "Does this customer complain about it" and told["customers"] == 5
    ask(window, f"{AUDIT}/draw", {})
    made = []
    for place in range(1, 6):
        customer = ask(window, AUDIT)["customer"]
        assert (customer["place"], customer["of"]) == (place, 5) and len(customer["passages"]) == 1
        body = {"verdict": "yes" if place == 1 else "no", "answers": customer["answers"]}
        made.append(ask(window, f"{AUDIT}/answer", body)["numbers"])
        with pytest.raises(urllib.error.HTTPError):  # asked once
            ask(window, f"{AUDIT}/answer", body)
    told = ask(window, AUDIT)
    assert told["customer"] is None and told["problem"]["count"]["number"] == "1 of 5"
    assert told["problem"]["count"]["basis"] == "every answer checked"
    assert ask(window, "/api/home")["problems"][0]["count"]["number"] == "1 of 5"
    assert "1 of 5 customers" in run("audit", "--problem", "checkout", "--project", str(project)).stdout
    ask(window, "/api/undo", {"numbers": made[-1]})
    told = ask(window, AUDIT)
    assert told["customer"]["answers"] == customer["answers"] and told["problem"]["count"]["number"] == "3 of 5"


@pytest.mark.slow
def test_by_keyboard(chromium: Any, window: Server) -> None:
    with open_window(chromium, window, "problem/checkout/audit") as seen:
        page = seen.page
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        for place in range(1, 6):
            until(page, f"document.querySelector('.audit-pane')?.textContent.includes('Customer {place} of 5')")
            page.keyboard.press("n" if place < 5 else "u")
        until(page, "document.querySelector('.audit-pane')?.textContent.includes('The program counted')")
        page.get_by_role("button", name="Take back the last answer").click()
        until(page, "document.querySelector('.audit-pane')?.textContent.includes('Customer 5 of 5')")
        assert quiet(seen), (seen.violations(), seen.complaints)
