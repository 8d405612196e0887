"""A real browser for tests of the page: headless Chromium, what it asked for, what it complained of; a small server."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from helpers.results.taken import ANNA, BERT, RESPONSES
from reelmaker.model import Brand, Card, Clip, Count, Cue, Moment, Part, Problem, Reel, Sentence, Span, Word
from reelmaker.outputs import Finished, page, poster
from reelmaker.render.pieces import clip_cues

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WITNESS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.violatedDirective + " " + e.blockedURI));
"""


@contextmanager
def browser() -> Iterator[Any]:
    """Headless Chromium; where there is none the test is skipped, never passed."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip(f"NOT CHECKED: the page was not opened, for no browser is here ({', '.join(BROWSERS)})")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield chromium
        finally:
            chromium.close()


@dataclass
class Visit:
    """An open page and what happened on it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # address -> why nothing was sent there
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations"))

    def playing_from(self, at_s: float) -> float:
        """Wait until the video has been playing there for a moment; how far it then is."""
        until(self.page, f"!reel.paused && reel.currentTime > {at_s + 0.15}")
        return float(self.page.evaluate("reel.currentTime"))


def until(page: Any, condition: str, limit_s: float = 15) -> None:
    """Wait for it; asked from outside, as the page's policy lets no text be run as a script inside."""
    end = time.monotonic() + limit_s
    while not page.evaluate(f"Boolean({condition})"):
        assert time.monotonic() < end, f"not within {limit_s} s: {condition}"
        time.sleep(0.03)


@contextmanager
def visit(chromium: Any, address: str, **options: Any) -> Iterator[Visit]:
    """Open a page; everything that it asks for, says, or complains of is noted."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    opened = context.new_page()
    seen = Visit(opened)
    opened.add_init_script(WITNESS)
    opened.on("request", lambda request: seen.requests.append(request.url))
    opened.on("requestfailed", lambda request: seen.refused.update({request.url: request.failure}))
    opened.on("pageerror", lambda error: seen.complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: seen.complaints.append(said.text) if said.type in ("error", "warning") else None,
    )

    def dismissed(dialog: Any) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    opened.on("dialog", dismissed)
    try:
        opened.goto(address)
        yield seen
    finally:
        context.close()


def laid_out(finished: Finished, folder: Path) -> Path:
    """The folder as a build leaves it: video, poster and page; gives back index.html."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(finished.video, folder / "reel.mp4")
    poster.write(finished, folder)
    page.write(finished, folder)
    return folder / "index.html"


def worded(text: str, video: Path, *, problems: int = 1) -> Finished:
    """A reel in which every word that a customer, a table or a project file brings is this text."""
    said = tuple(Word(word, 1000 + 200 * at, 1150 + 200 * at) for at, word in enumerate(text.split() or ["x"]))
    told = [Problem(f"p{number}", text, (text, text), text, describe=text) for number in range(problems)]
    items: list[Card | Clip] = [Card("intro", "plain", (("title", text), ("date", text)), 2000, told[0].slug)]
    for problem in told:
        moment = Moment(problem.slug, (Sentence(ANNA, 0, said),), 0.9, (text,), dissent=problem is told[-1])
        items += [
            Clip(moment, Span(ANNA, 1000, said[-1].end_ms + 200), text),
            Card("outro", "plain", (("question1", text),), 1000, problem.slug),
        ]
    parts = (Part(text, 1, 2), Part("", 1, 1), Part(f"{text}2", 0, 3))
    counts = {problem.slug: Count(2, 6, parts, parts, (("silent", 1),)) for problem in told}
    reel = Reel(tuple(told), tuple(items), counts, 320, 180, folder=Path("reels") / text.replace("/", ""))
    responses = {ANNA: replace(RESPONSES[ANNA], segment=text, name=text), BERT: RESPONSES[BERT]}
    cues = captions_of(reel)
    document = {"project": {"name": text, "language": "en"}}
    return Finished(reel, video, responses, cues, document, Brand(name=text), language="en")


def captions_of(reel: Reel) -> tuple[Cue, ...]:
    """As a build times them in the reel."""
    return tuple(
        Cue(place.start_ms + cue.start_ms, place.start_ms + cue.end_ms, cue.text)
        for place in reel.places()
        if isinstance(place.item, Clip)
        for cue in clip_cues(place.item, (reel.width, reel.height))
    )


class _Ranges(SimpleHTTPRequestHandler):
    """Serves parts of files, as every real server does and as players need to jump."""

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            super().do_GET()
            return
        whole = path.read_bytes()
        first, last = int(wanted[1]), int(wanted[2] or len(whole) - 1)
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(whole)}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        self.wfile.write(whole[first : last + 1])

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A player that has seen enough hangs up."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a web server of this machine; gives its address, with a slash at its end."""
    server = _Server(("127.0.0.1", 0), partial(_Ranges, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def quiet(seen: Visit) -> bool:
    """Nothing was refused, nothing went wrong, nobody was asked anything."""
    return not seen.violations() and not seen.complaints and not seen.dialogs


def starts(finished: Finished) -> list[float]:
    return [place.first_frame / place.fps for place in finished.reel.places()][1:-1]


def skeleton(seen: Visit) -> Any:
    """Every element with the names of its attributes, in order."""
    return seen.page.evaluate(
        "Array.from(document.querySelectorAll('*'), e => [e.tagName, ...Array.from(e.attributes, a => a.name)])"
    )
