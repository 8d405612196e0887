"""How the browser gets its cookie: from a file with a redirect, which only its owner can read and which is deleted after use.

The code must not stand on the browser's command line, where every program of this machine could read it.
"""

from __future__ import annotations

import html
import shutil
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from reelmaker.web.security import SHUT, Gate

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>reelmaker</title>
<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url={address}">
<p><a href="{address}">Open the review window</a></p>
"""
# A Strict cookie is withheld where another site started the navigation; this page starts the next one itself
ENTER = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>reelmaker</title>
<script src="/static/enter.js"></script>
<p><a href="/">Open the review window</a></p>
"""


@contextmanager
def redirect_file(gate: Gate) -> Iterator[Path]:
    """A page that leads to the start address, in a folder of its own; it is deleted when the code was used."""
    folder = Path(tempfile.mkdtemp(prefix="reelmaker-"))  # mode 0700
    path = folder / "review.html"
    try:
        path.touch(mode=0o600)
        path.write_text(PAGE.format(address=html.escape(gate.start_address)), "utf-8")
        gate.opened = lambda: path.unlink(missing_ok=True)
        yield path
    finally:
        gate.opened = lambda: None
        with suppress(OSError):
            shutil.rmtree(folder)


def open_browser(path: Path) -> bool:
    """Open a file in the person's browser; False if there is none."""
    try:
        return webbrowser.open(path.as_uri())
    except (webbrowser.Error, OSError):
        return False


def start(gate: Gate, request: Request) -> Response:
    """The answer at the start address: the cookie, for whoever brings the code for the first time."""
    if not gate.redeem(request.query_params.get("code", "")):
        return PlainTextResponse(SHUT, 403)
    answer = HTMLResponse(ENTER)
    answer.set_cookie(gate.cookie, gate.key, httponly=True, samesite="strict", path="/")
    return answer
