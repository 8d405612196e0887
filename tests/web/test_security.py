"""Who may ask the review window: every route refuses strangers, the code works once, the server ends by itself."""

from __future__ import annotations

import http.client
import os
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, visit
from helpers.machines.windows import settled, window_of

from reelmaker.web import launch
from reelmaker.web.security import HEADERS, START
from reelmaker.web.server import Server

Answer = tuple[int, dict[str, str], bytes]


def request(window: Server, method: str, path: str, headers: dict[str, str], *, host: str = "") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", window.gate.port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{window.gate.port}")
        for name, value in {"Content-Length": "2" if method not in ("GET", "HEAD") else "0", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(b"{}" if method not in ("GET", "HEAD") else None)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def own(window: Server) -> dict[str, str]:
    """The headers of the window's own page."""
    return {
        "Cookie": f"other=1; {window.gate.cookie}={window.gate.key}",
        "Origin": window.gate.address,
        "Sec-Fetch-Site": "same-origin",
    }


def walk(window: Server) -> list[tuple[str, str]]:
    """Every method of every route, with something in the place of each part of its path."""
    routes: Any = window.gate.application
    filled = [
        (method, route.path.replace("{name:path}", "app.js").replace("{", "x").replace("}", ""))
        for route in routes.routes
        for method in sorted(route.methods)
    ]
    assert len(filled) > 5
    return filled


def without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


@pytest.mark.slow
def test_every_route_refuses_strangers(window: Server) -> None:
    port = window.gate.port
    for method, path in walk(window):
        good = own(window)
        strangers = {
            "no cookie": (without(good, "Cookie"), ""),
            "wrong cookie": (good | {"Cookie": f"{window.gate.cookie}=x"}, ""),
            "cookie of another port": (good | {"Cookie": f"reelmaker-{port + 1}={window.gate.key}"}, ""),
            "rebound name": (good, f"evil.example:{port}"),
            "no port": (good, "127.0.0.1"),
            "another port": (good, f"127.0.0.1:{port + 1}"),
            "foreign origin": (good | {"Origin": "https://evil.example"}, ""),
            "origin of another port": (good | {"Origin": f"http://127.0.0.1:{port + 1}"}, ""),
            "no origin": (good | {"Origin": "null"}, ""),
            "another site": (good | {"Sec-Fetch-Site": "cross-site"}, ""),
            "another port of this site": (good | {"Sec-Fetch-Site": "same-site"}, ""),
        }
        if method not in ("GET", "HEAD"):
            strangers |= {
                "origin left out": (without(good, "Origin"), ""),
                "site left out": (without(good, "Sec-Fetch-Site"), ""),
                "typed into the address": (good | {"Sec-Fetch-Site": "none"}, ""),
            }
        for who, (headers, host) in strangers.items():
            status, told, body = request(window, method, path, headers, host=host)
            assert status in (400, 403), (who, method, path, status)
            assert b"Lamps" not in body and all(told.get(n.lower()) == v for n, v in HEADERS.items()), (who, path)
        assert "set-cookie" not in request(window, method, path, good)[1], (method, path)


def test_every_answer_has_the_headers(window: Server) -> None:
    for path in ("/", "/static/app.js", "/static/inter.ttf", "/api/home", "/nothing"):
        status, told, _ = request(window, "GET", path, own(window))
        assert status == (404 if path == "/nothing" else 200), path
        assert all(told[name.lower()] == value for name, value in HEADERS.items()), path
        assert "server" not in told and "set-cookie" not in told


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/lib"])
def test_only_the_pages_own_files_are_given_out(window: Server, path: str) -> None:
    assert request(window, "GET", path, own(window))[0] == 404


def test_the_code_works_once_and_its_file_is_its_owners_alone(window: Server) -> None:
    with launch.redirect_file(window.gate) as file:
        code = window.gate.start_address.partition("code=")[2]
        assert code in file.read_text("utf-8") and code not in file.as_uri()
        if os.name == "posix":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        # from the file: another site, and no cookie yet
        came = {"Sec-Fetch-Site": "cross-site"}
        assert request(window, "GET", f"{START}?code=x", came)[0] == 403 and file.exists()
        status, told, _ = request(window, "GET", f"{START}?code={code}", came)
        cookie = told["set-cookie"]
        assert status == 200 and not file.exists()
        assert (
            cookie.startswith(f"reelmaker-{window.gate.port}=") and "HttpOnly" in cookie and "SameSite=strict" in cookie
        )
        assert code not in cookie
        status, told, _ = request(window, "GET", f"{START}?code={code}", came)
        assert status == 403 and "set-cookie" not in told
    assert not file.parent.exists()


def test_many_at_once_get_one_cookie(window: Server) -> None:
    code = window.gate.start_address.partition("code=")[2]
    statuses: list[int] = []
    asking = [
        threading.Thread(target=lambda: statuses.append(request(window, "GET", f"{START}?code={code}", {})[0]))
        for _ in range(12)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(statuses) == [200] + [403] * 11


@pytest.mark.slow
def test_it_ends_some_time_after_the_last_request(project: Path) -> None:
    with window_of(project, idle_s=1.2) as running:
        for _ in range(5):  # whoever works keeps it open
            time.sleep(0.4)
            assert request(running, "GET", "/api/changes", own(running))[0] == 200
        asked = {**own(running), "X-Reelmaker-Quiet": "1"}  # the page's own questions do not
        end = time.monotonic() + 10
        with pytest.raises(OSError):
            while time.monotonic() < end:
                request(running, "GET", "/api/changes", asked)
                time.sleep(0.2)


@pytest.mark.slow
def test_a_browser_comes_in_through_the_file(chromium: Any, window: Server) -> None:
    with launch.redirect_file(window.gate) as file, visit(chromium, file.as_uri()) as seen:
        seen.page.wait_for_url(f"{window.gate.address}/")
        settled(seen)
        assert seen.page.locator("h1").inner_text() == "Small survey" and quiet(seen)
        assert not file.exists()
        assert seen.page.evaluate("document.cookie") == "", "no script can read it"
        assert all(address.startswith((window.gate.address, "file:")) for address in seen.requests)
