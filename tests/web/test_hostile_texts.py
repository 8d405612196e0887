"""Forty hostile names and texts in every field of every screen do nothing: they are shown as they are written."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.windows import ask, go, open_window, window_of
from helpers.surveys.small_survey import SAYINGS
from helpers.surveys.unsure_words import recognise

from reelmaker.model import Span
from reelmaker.model.approval import Approval
from reelmaker.model.correction import Correction
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.settings_file import edits
from reelmaker.web.screens.topics import Topics

RUN = "pwned=1"
HOSTILE = [
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror="{RUN}">', f"'><svg onload={RUN}>", f"<svg><script>{RUN}</script></svg>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>", f"javascript:{RUN}", f"JaVaScRiPt:{RUN}//",
    f"data:text/html,<script>{RUN}</script>", f"<a href=javascript:{RUN}>x</a>", f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>", f"<input autofocus onfocus={RUN}>", f"<video><source onerror={RUN}></video>",
    f"<math><mtext></p><img src=x onerror={RUN}>", f"<style>@import 'http://evil.example/{RUN}';</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>", "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>", "<form action=http://evil.example><button>x",
    "<object data=http://evil.example/x>", "<embed src=http://evil.example/x>", "<template><img src=x></template>",
    f"{{{{constructor.constructor('{RUN}')()}}}}", f"${{{RUN}}}", f"`${{{RUN}}}`", "%3Cscript%3E", "&lt;script&gt;",
    "&#60;img src=x onerror=1&#62;", "<!--", "-->", "]]>", "<![CDATA[", "\\u003cscript\\u003e", "../../etc/passwd",
    "=HYPERLINK(\"http://evil.example\")", "[problems.x]\nstatement = 'y'", '"""\n[reel]\nlength = 1', "' OR 1=1; --",
]  # fmt: skip
LINES = [" ".join(text.split()) for text in HOSTILE]
HEADER = ["file", "respondent", "name", "segment", "question", "consent", "blur", "promised", "score", "date"]


@pytest.fixture
def hostile(project: Path) -> Path:
    """The texts in the settings, the table, what customers say, corrections and sign-offs."""
    settings = project / "reelmaker.toml"
    opened = open_project(project)
    values = {
        "statement": LINES[0], "outcome": LINES[3], "question": (LINES[2], LINES[4]), "kind": "any",
        "describe": f"payment card refused failed charged {LINES[5]}",
        "phrases": ("the payment failed", *LINES), "not": tuple(LINES[::-1]),
    }  # fmt: skip
    text = edits.problem(settings.read_text("utf-8"), opened.problems["checkout"], values)
    text = edits.vocabulary(text, LINES).replace('"Small survey"', json.dumps(LINES[1]))
    settings.write_text(text, "utf-8")
    with (project / "uploads" / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for at, name in enumerate(("anna", "bert", "cleo", "dora", "emil")):
            own = LINES[7 * at : 7 * at + 7]
            consent = own[4] if name == "cleo" else ""
            table.writerow([f"{name}.mp4", own[0], own[1], own[2], own[3], consent, own[5], own[6], 3, "2026-07-02"])
    said = [SAYINGS["bert"][0], f"The payment failed {LINES[2]} twice.", LINES[3]]
    recognise(project, "bert", said, {"failed": 0.2, "twice.": 0.3})
    with Library(opened.library) as library:
        answer = next(upload.response for upload in library.uploads().values() if upload.file == "bert.mp4")
        library.corrections().store(
            [Correction(0, Span(answer, 2400 + at, 2500 + at), f"x{at}", line, line, line, line, "2026-07-01T10:00:00")
             for at, line in enumerate(LINES)]
        )  # fmt: skip
        row = library.reel("checkout")
        assert row
        for line in LINES:
            library.approvals().store(Approval(0, "checkout", 1, row["built"], line, "2026-07-01T10:00:00"))
    return project


def harmless(seen: Any, address: str) -> None:
    page = seen.page
    assert page.evaluate("window.pwned === undefined")
    foreign = "script, iframe, object, embed, base, form[action], style, template, math, img, body, [onerror], [onload]"
    found = f"document.querySelectorAll(':is(main, dialog, nav, #notices) :is({foreign})').length"
    assert page.evaluate(found) == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert all(request.startswith(address) for request in seen.requests if request != "about:blank")
    assert quiet(seen), (seen.violations(), seen.complaints, seen.dialogs)


@pytest.mark.slow
def test_they_are_shown_as_they_are_written(chromium: Any, hostile: Path) -> None:
    assert len(set(HOSTILE)) == 40
    quotes = [{"text": line, "label": line} for line in LINES]
    topic = {
        "kind": "suggest", "warnings": LINES,
        "problems": [{"slug": "t", "statement": LINES[6], "question": LINES[:2], "kind": "pain", "headline": LINES[9]}],
        "suggestions": [{"slug": "t", "describe": LINES[8], "phrases": LINES, "quotes": quotes}],
    }  # fmt: skip
    with window_of(hostile) as window:
        window.workspace.part(Topics, Topics).keep(json.dumps(topic))
        address = window.gate.address
        with open_window(chromium, window, "problem/checkout/texts") as seen:
            page = seen.page
            assert page.locator("h1").inner_text() == LINES[0]
            assert page.input_value("#f-phrases").split("\n")[1:] == LINES
            until(page, "document.querySelector('.findings .count')")
            harmless(seen, address)
            go(seen, window, "words")
            until(page, "document.querySelector('#said').value")
            shown = page.locator(".made").inner_text()
            assert all(line in shown for line in LINES)
            assert all(name in page.locator(".names").inner_text() for name in LINES)
            page.fill("#said", LINES[2])
            page.keyboard.press("Enter")
            until(page, "document.querySelector('#notices')?.textContent")
            harmless(seen, address)
            go(seen, window, "people")
            for summary in page.locator(".person summary").all():
                summary.click()
            people = page.locator(".people").inner_text()
            assert all(line in people for line in LINES[:3]) and LINES[18] in people
            harmless(seen, address)
            page.locator("button:has-text('Forget')").first.click()
            until(page, "document.querySelector('dialog .asked-list li')")
            harmless(seen, address)
            page.keyboard.press("Escape")
            go(seen, window, "topics")
            assert all(line in page.locator(".topics").inner_text() for line in LINES)
            harmless(seen, address)
            page.click("button:has-text('Make it a problem')")
            until(page, "document.querySelector('#f-statement')?.value")
            assert page.input_value("#f-statement") == LINES[6]
            harmless(seen, address)
            go(seen, window, "history")
            assert all(line in page.locator(".approvals").inner_text() for line in LINES)
            harmless(seen, address)


def test_they_are_kept_as_texts_in_the_settings(window: Any, project: Path) -> None:
    """Each of them as statement, phrase and name; the file stays what it was besides."""
    reel = open_project(project).reel
    for at, text in enumerate(HOSTILE[-8:]):
        told = ask(window, "/api/problems/checkout/texts")
        texts = told["texts"] | {"statement": text, "phrases": [text], "not": [text], "outcome": text}
        asked = {"slug": "checkout", "texts": texts, "digest": told["digest"]}
        saved = ask(window, "/api/problem/save", asked)["texts"]
        assert saved["statement"] == LINES[32 + at] and saved["phrases"] == [LINES[32 + at]]
        opened = open_project(project)
        assert list(opened.problems) == ["checkout", "delivery"] and opened.reel == reel
