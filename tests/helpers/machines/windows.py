"""The review window in tests: a server for a folder, and a browser that has its cookie."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers.machines.browsing import Visit, until, visit
from reelmaker.web import server
from reelmaker.web.server import Server


@contextmanager
def window_of(folder: Path, idle_s: float = server.IDLE_S) -> Iterator[Server]:
    """A running server for a project folder."""
    with server.in_background(folder, idle_s) as running:
        yield running


@contextmanager
def open_window(chromium: Any, running: Server, screen: str = "", **options: Any) -> Iterator[Visit]:
    """The window in a browser, at a screen such as `problem/checkout/moments`; it has its cookie as a person's has."""
    with visit(chromium, "about:blank", **options) as seen:
        cookie = {"name": running.gate.cookie, "value": running.gate.key, "url": running.gate.address}
        seen.page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
        go(seen, running, screen)
        yield seen


def go(seen: Visit, running: Server, screen: str) -> None:
    """Show a screen and wait until it is there."""
    seen.page.goto(f"{running.gate.address}/#/{screen}")
    settled(seen)


def settled(seen: Visit) -> None:
    """Wait until a screen is shown."""
    until(seen.page, "document.querySelector('main h1') && !document.querySelector('main[aria-busy]')")


def ask(running: Server, path: str, body: dict[str, Any] | None = None) -> Any:
    """A question as the page asks it; with a body something is changed."""
    headers = {"Cookie": f"{running.gate.cookie}={running.gate.key}"}
    if body is not None:
        headers |= {"Origin": running.gate.address, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{running.gate.address}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def refused(running: Server, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    """The status and the JSON with which the window refuses a question."""
    try:
        answer = ask(running, path, body)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, json.loads(problem.read())
    raise AssertionError(f"{path} was not refused: {str(answer)[:200]}")
