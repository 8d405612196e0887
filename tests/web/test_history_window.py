"""Builds, sign-offs and topics in the window: restored, compared, approved, taken back; a topic becomes a problem."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.command_line import run
from helpers.machines.windows import ask, open_window, refused

import reelmaker
from reelmaker.model.approval import Approval
from reelmaker.outputs import page
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.publish import approvals, sign_off, swap
from reelmaker.web.screens.topics import Topics
from reelmaker.web.server import Server

SCHEMA = json.loads((Path(reelmaker.__file__).parent / "outputs" / "schema.json").read_text("utf-8"))
HOSTILE = '<img src=x onerror="alert(1)">'


def stated(project: Path) -> tuple[str, list[str]]:
    """What the page and the manifest say of who approved the build."""
    folder = project / "reels" / "checkout"
    text = (folder / "index.html").read_text("utf-8")
    said = re.search(r"<!--approved-->(.*?)<!--/approved-->", text)
    assert said
    document = json.loads((folder / "manifest.json").read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    return said[1], [entry["name"] for entry in document["reel"].get("approved", [])]


def complete(project: Path) -> bool:
    opened = open_project(project)
    with Library(opened.library) as library:
        row = library.reel("checkout")
        assert row
        return swap.is_complete(opened.reels / "checkout", row["files"])


@pytest.mark.slow
def test_a_sign_off_is_stated_and_can_be_taken_back(project: Path) -> None:
    opened = open_project(project)
    before = (project / "reels" / "checkout" / "reel.mp4").stat()
    approval = sign_off.approve(opened, ["checkout"], f" Ada\n{HOSTILE} ")
    assert approval.name == f"Ada {HOSTILE}" and (approval.reel, approval.build) == ("checkout", 1)
    assert sign_off.approve(opened, ["checkout"], f"Ada {HOSTILE}").number == approval.number, "once for each name"
    said, names = stated(project)
    assert names == [approval.name] and "Approved by Ada &lt;img" in said and complete(project)
    after = (project / "reels" / "checkout" / "reel.mp4").stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns), "the reel itself is untouched"
    listed = json.loads(run("history", "--json", folder=project).stdout)
    jsonschema.validate(listed, SCHEMA)
    assert listed["builds"][0]["approved"][0]["state"] == "holds"
    sign_off.withdraw(opened, approval.number)
    assert stated(project) == ("", []) and complete(project)
    with pytest.raises(reelmaker.ReelmakerError, match="no sign-off"):
        sign_off.withdraw(opened, approval.number)
    for name in ("", " \n", "x" * 101):
        with pytest.raises(reelmaker.ReelmakerError, match="needs a name"):
            sign_off.approve(opened, ["checkout"], name)


@pytest.mark.slow
def test_a_sign_off_rests_when_the_reel_is_built_anew_and_holds_again_when_restored(project: Path) -> None:
    approved = run("history", "--problem", "checkout", "--approve", "Ada", folder=project)
    assert approved.returncode == 0 and "approved by Ada" in approved.stdout, approved.stderr
    same = reelmaker.build(project, problems=["checkout"], check=False)
    assert same.document["reel"]["approved"][0]["name"] == "Ada" and complete(project), "nothing new: it stays"
    settings = project / "reelmaker.toml"
    settings.write_text(settings.read_text("utf-8").replace("paying easy", "paying quick"), "utf-8")
    anew = reelmaker.build(project, problems=["checkout"], check=False)
    assert "approved" not in anew.document["reel"] and stated(project) == ("", [])
    builds = json.loads(run("history", "--json", folder=project).stdout)["builds"]
    assert [("approved" in build, build["current"]) for build in builds] == [(False, True), (True, False)]
    assert builds[1]["approved"][0]["state"] == "rests"
    assert run("history", "--restore", "1", folder=project).returncode == 0
    assert "Approved by Ada on" in stated(project)[0]
    # taken back while another build was shown: the restored one must not claim it
    assert run("history", "--restore", "2", folder=project).returncode == 0
    assert run("history", "--undo-approval", "1", folder=project).returncode == 0
    assert run("history", "--restore", "1", folder=project).returncode == 0
    assert stated(project) == ("", []) and complete(project)


def test_outsiders_are_not_told_the_names_of_colleagues() -> None:
    approval = Approval(
        1, "checkout.external", 1, "2026-11-29T10:00:00+00:00", "Ada Lovelace", "2026-11-29T12:00:00+00:00"
    )
    assert approvals.sentence([approval]) == "Approved by Ada Lovelace on 29 November 2026."
    assert approvals.sentence([approval], external=True) == "Approved on 29 November 2026."
    assert "Ada" not in str(approvals.entries([approval], external=True))


def test_nothing_is_approved_that_may_not_be_shown(project: Path) -> None:
    table = project / "uploads" / "responses.csv"
    table.write_text(table.read_text("utf-8").replace("file,", "consent,file,").replace("anna.mp4", "none,anna.mp4").replace("\nbert", "\n,bert").replace("\ncleo", "\n,cleo").replace("\ndora", "\n,dora").replace("\nemil", "\n,emil"), "utf-8")  # fmt: skip
    with pytest.raises(reelmaker.ReelmakerError, match="may no longer be used"):
        sign_off.approve(open_project(project), ["checkout"], "Ada")
    assert stated(project) == ("", [])


def test_a_page_of_an_older_version_has_no_place_for_it() -> None:
    assert page.approved("<footer><p>x</p></footer>", "Approved.") == ""
    text = "<footer><!--approved--><p>old</p><!--/approved--><p>x</p></footer>"
    assert page.approved(text, "") == "<footer><!--approved--><!--/approved--><p>x</p></footer>"


def test_only_the_build_that_was_seen_is_approved(window: Server, project: Path) -> None:
    told = ask(window, "/api/history")
    assert [(reel["reel"], reel["title"]) for reel in told["reels"]] == [("checkout", "Customers give up while paying")]
    assert refused(window, "/api/history/checkout/approve", {"number": 7, "name": "Ada"})[0] == 400
    assert refused(window, "/api/history/A%20b/approve", {"number": 1, "name": "Ada"})[0] == 400
    number = ask(window, "/api/history/checkout/approve", {"number": 1, "name": "Ada"})["number"]
    assert ask(window, "/api/history")["reels"][0]["builds"][0]["approvals"][0]["name"] == "Ada"
    ask(window, "/api/history-undo-approval", {"number": number})
    assert ask(window, "/api/history")["reels"][0]["builds"][0]["approvals"] == []


@pytest.mark.slow
def test_builds_are_compared_restored_and_approved_in_the_window(chromium: Any, window: Server, project: Path) -> None:
    run("drop", "checkout/1", "--problem", "checkout", folder=project)
    reelmaker.build(project, problems=["checkout"], check=False)
    told = ask(window, "/api/history/checkout/compare?first=1&second=2")
    assert len(told["first"]) == 1 and told["second"] == [] and len(told["both"]) == 2
    assert told["counts"][0]["first"] == [3, 5] and told["counts"][0]["second"] == [2, 5]
    with open_window(chromium, window, "history") as seen:
        page = seen.page
        page.click("button:has-text('Compare with build 2')")
        until(page, "document.querySelector('.comparison q')")
        assert "3 of 5 → 2 of 5" in page.locator(".comparison:not(:empty)").inner_text()
        page.click("button:has-text('Approve this build')")
        page.keyboard.type("Ada & Co")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.approvals')?.textContent.includes('Ada & Co')")
        assert stated(project)[1] == ["Ada & Co"]
        page.click("button:has-text('Restore')")
        page.click("dialog button.primary")
        until(page, "document.querySelector('.build.current h3').textContent == 'Build 1'")
        assert stated(project)[1] == []
        page.click("button:has-text('Approve this build')")  # the name was typed already
        until(page, "document.querySelector('.build.current .approvals')?.textContent.includes('Ada & Co')")
        page.click(".build.current button:has-text('Take back')")
        until(page, "!document.querySelector('.build.current .approvals')")
        assert stated(project)[1] == [] and quiet(seen), (seen.violations(), seen.complaints)


TOPIC = {
    "kind": "suggest",
    "problems": [
        {"slug": "cats", "statement": f"Cats {HOSTILE}", "question": ["Why?"], "kind": "pain", "spoke": 3, "of": 5,
         "headline": "3 of 5 customers spoke of this"}
    ],
    "suggestions": [
        {"slug": "cats", "describe": "cats, boxes", "phrases": ["my cat likes boxes"],
         "quotes": [{"text": "My cat likes boxes.", "label": HOSTILE}]}
    ],
    "warnings": [],
}  # fmt: skip


@pytest.mark.slow
def test_one_click_makes_a_problem_of_a_topic(chromium: Any, window: Server, project: Path) -> None:
    assert ask(window, "/api/topics")["looked"] is False
    window.workspace.part(Topics, Topics).keep(json.dumps(TOPIC))
    with open_window(chromium, window, "topics") as seen:
        page = seen.page
        assert HOSTILE in page.locator(".topic").inner_text()
        page.click("button:has-text('Make it a problem')")
        until(page, "document.querySelector('.change-words')?.textContent.includes('would come')")
        assert page.input_value("#f-phrases") == "my cat likes boxes" and page.input_value("#f-slug")
        page.fill("#f-statement", "Cats")
        until(page, "document.querySelector('#f-slug').value == 'cats'")
        page.click("button[type=submit]")
        until(page, "location.hash.endsWith('cats/moments')")
        assert open_project(project).problems["cats"].phrases == ("my cat likes boxes",)
        page.goto(f"{window.gate.address}/#/topics")
        until(page, "document.querySelector('.nothing')")
        assert quiet(seen), (seen.violations(), seen.complaints)
