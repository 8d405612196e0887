"""People in the window: what they agreed to and where they appear; one is forgotten, the data of one are handed out."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.windows import ask, open_window, refused

from reelmaker.privacy import people
from reelmaker.project.config import open_project
from reelmaker.web.server import Server

TABLE = """file,respondent,name,segment,score,date,consent,consent_until,show_name,blur,promised
anna.mp4,r1,Anna,new,3,2026-07-02,external,2030-01-31,yes,no,
bert.mp4,r2,Bert,new,2,2026-07-09,internal,,,faces,a call by 2026-12-01
cleo.mp4,r3,Cleo,loyal,9,2026-08-01,none,,,,
dora.mp4,r4,Dora,loyal,4,2026-08-11,perhaps,,,,
"""


@pytest.fixture
def consents(project: Path) -> Path:
    (project / "uploads" / "responses.csv").write_text(TABLE, "utf-8")
    return project


def test_what_was_agreed_and_where_it_is_used(consents: Path) -> None:
    anna, bert, cleo, dora, emil = people.customers(open_project(consents), date(2029, 12, 31))
    assert [customer.label for customer in (anna, bert, cleo, dora, emil)] == [
        "Anna",
        "Bert",
        "Cleo",
        "Dora",
        "emil.mp4",
    ]
    assert anna.answers[0].refused == {} and anna.answers[0].blurred == ()
    assert bert.answers[0].refused == {"external": "audience"} and bert.answers[0].blurred == ("internal", "external")
    assert (bert.promised, bert.due) == ("a call by 2026-12-01", "2026-12-01")
    assert [(use.reel, use.build, len(use.clips)) for use in bert.uses] == [("checkout", 0, 1)]
    assert cleo.answers[0].refused["internal"] == "withdrawn" and cleo.uses == ()
    assert dora.answers[0].refused["internal"] == "withdrawn" and "perhaps" in dora.answers[0].unclear[0]
    assert emil.answers[0].rows == () and emil.answers[0].refused == {"external": "audience"}
    late = people.customers(open_project(consents), date(2030, 2, 1))[0]
    assert late.answers[0].refused == {"internal": "expired", "external": "expired"}


def test_the_list_is_filtered_and_found(window: Server, consents: Path) -> None:
    told = ask(window, "/api/people")
    assert told["totals"] == {"all": 5, "refused": 2, "external": 1, "blurred": 1, "promised": 1, "reel": 3}
    assert [c["label"] for c in ask(window, "/api/people?show=refused")["customers"]] == ["Cleo", "Dora"]
    assert [c["label"] for c in ask(window, "/api/people?words=r2")["customers"]] == ["Bert"]


def test_nobody_is_forgotten_without_the_name_typed(window: Server, consents: Path) -> None:
    bert = ask(window, "/api/people?words=bert")["customers"][0]
    path = f"/api/people/{bert['id']}/forget"
    plan = ask(window, path)
    assert plan["forgotten"]["dry_run"] and plan["typed"] == "Bert" and plan["forgotten"]["reels"]
    for typed in ("", "bert", "Anna"):
        assert refused(window, path, {"typed": typed})[0] == 400
    assert refused(window, "/api/people/0123/forget", {"typed": "Bert"})[0] == 400
    assert (consents / "uploads" / "bert.mp4").exists()


def test_all_data_of_one_come_as_a_file(window: Server, consents: Path) -> None:
    bert = ask(window, "/api/people?words=bert")["customers"][0]
    for query, originals in (("", 0), ("?video=1", 1)):
        request = urllib.request.Request(
            f"{window.gate.address}/api/people/{bert['id']}/export{query}",
            headers={"Cookie": f"{window.gate.cookie}={window.gate.key}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert "attachment" in answer.headers["Content-Disposition"]
            with zipfile.ZipFile(io.BytesIO(answer.read())) as package:
                names = package.namelist()
                data = json.loads(package.read(next(name for name in names if name.endswith("data.json"))))
        assert data["respondents"] == ["r2"] and "charged twice" in json.dumps(data)
        assert sum(name.endswith(".mp4") for name in names) == originals


@pytest.mark.slow
def test_a_customer_is_forgotten_with_dry_run_typed_name_and_receipt(
    chromium: Any, window: Server, consents: Path
) -> None:
    with open_window(chromium, window, "people") as seen:
        page = seen.page
        page.click("summary:has-text('Bert')")
        assert "row bert.mp4 of uploads/responses.csv" in page.locator(".person[open]").inner_text()
        page.click(".person[open] button:has-text('Forget')")
        until(page, "document.querySelector('dialog .asked-list')?.textContent.includes('bert.mp4')")
        assert page.locator("dialog button.danger").is_disabled()
        page.fill("#typed", "Bart")
        assert page.locator("dialog button.danger").is_disabled()
        page.keyboard.press("Escape")
        until(page, "!document.querySelector('dialog')")
        assert (consents / "uploads" / "bert.mp4").exists()
        page.click(".person[open] button:has-text('Forget')")
        page.fill("#typed", "Bert")
        page.click("dialog button.danger")
        until(page, "document.querySelector('.receipt')", 90)
        receipt = page.locator(".receipt").inner_text()
        assert "2 files in uploads/" in receipt and "Reel checkout was made again without this customer" in receipt
        assert not (consents / "uploads" / "bert.mp4").exists()
        until(page, "![...document.querySelectorAll('summary')].some(s => s.textContent.includes('Bert'))")
        with page.expect_download() as download:
            page.click(".receipt a")
        saved = json.loads(Path(download.value.path()).read_text("utf-8"))
        assert saved["kind"] == "forget" and not saved["forgotten"]["dry_run"]
        manifest = (consents / "reels" / "checkout" / "manifest.json").read_text("utf-8")
        assert "charged twice" not in manifest and quiet(seen), (seen.violations(), seen.complaints)
