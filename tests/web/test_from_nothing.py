"""From an empty folder to a finished reel in the window, by keyboard alone; builds that end otherwise are told in plain words."""

from __future__ import annotations

import json
import shutil
import signal
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import quiet, until
from helpers.machines.windows import ask, open_window, settled, window_of
from helpers.surveys.small_survey import SAYINGS, captions

from reelmaker.errors import ProjectError
from reelmaker.project import scaffold
from reelmaker.project.config import open_project
from reelmaker.project.lock import one_builder
from reelmaker.web.jobs import Job, Jobs
from reelmaker.web.server import Server

BUILD = "/api/problems/checkout/build"


def ended(window: Server, limit_s: float = 90) -> dict[str, Any]:
    """The job once it has ended."""
    end = time.monotonic() + limit_s
    while True:
        job: dict[str, Any] = ask(window, "/api/job")["job"]
        if not job["running"]:
            return job
        assert time.monotonic() < end, job
        time.sleep(0.1)


def send(window: Server, name: str, content: bytes) -> dict[str, Any]:
    headers = {"Cookie": f"{window.gate.cookie}={window.gate.key}", "Origin": window.gate.address}
    headers |= {"Sec-Fetch-Site": "same-origin"}
    address = f"{window.gate.address}/api/uploads?{urllib.parse.urlencode({'name': name})}"
    with urllib.request.urlopen(urllib.request.Request(address, content, headers), timeout=60) as answer:
        told: dict[str, Any] = json.loads(answer.read())
        return told


@pytest.mark.parametrize(
    ("statement", "slug"),
    [
        ("Customers give up while paying", "paying"),
        ("Der Rücksendeschein fehlt", "der-rucksendeschein"),
        ("支払いができない", "problem"),
        ("All", "problem"),
        ("checkout", "checkout-2"),
    ],
)
def test_a_problem_gets_a_short_name(statement: str, slug: str) -> None:
    assert scaffold.slug_of(statement, {"checkout": 1}) == slug


@pytest.mark.slow
def test_a_new_problem_leaves_the_file_as_it_was(project: Path) -> None:
    path = project / "reelmaker.toml"
    path.write_text("# mine, not yours\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_text("utf-8")
    nasty = 'a "quote" \\ and\n[problems.x]'
    problem = scaffold.add_problem(open_project(project), "Lamps break", nasty, "Returns", ("it broke", "  "))
    after = path.read_text("utf-8")
    assert after.startswith(before.rstrip()) and list(open_project(project).problems) == [
        "checkout",
        "delivery",
        problem.slug,
    ]
    written = tomllib.loads(after)["problems"]["lamps-break"]
    assert written["question"] == 'a "quote" \\ and [problems.x]' and written["phrases"] == "it broke"
    assert written["outcome"] == "Returns"
    with pytest.raises(ProjectError, match="statement and a question"):
        scaffold.add_problem(open_project(project), " ", "What?")


@pytest.mark.slow
def test_files_are_taken_in_whole_and_under_harmless_names(window: Server, project: Path) -> None:
    video = (project / "uploads" / "anna.mp4").read_bytes()
    files = [
        {"name": "anna.mp4", "size": len(video)},
        {"name": "../../evil.mp4", "size": 5},
        {"name": "letter.exe.png", "size": 5},
        {"name": "responses.csv", "size": 5},
        {"name": "empty.mp4", "size": 0},
        {"name": "huge.mp4", "size": 1 << 50},
        {"name": "fine.mov", "size": 5},
    ]
    told = ask(window, "/api/uploads/check", {"files": files})["files"]
    assert [bool(entry["error"]) for entry in told] == [False, True, True, True, True, True, False]
    assert told[0]["already"] and "no room" in told[5]["error"]
    new = send(window, "Zoë – answer.mp4", video + b"1")
    assert new == {"name": "Zoë – answer.mp4", "trouble": "", "duration_ms": 6000}
    assert send(window, "anna.mp4", video + b"22")["name"] == "anna (2).mp4"
    assert "not a readable video" in send(window, "broken.mp4", b"nothing")["trouble"]
    for name in ("../x.mp4", ".hidden.mp4", "a/b.mp4", "x.exe.jpg", "-i.mp4", "a\n.mp4"):
        with pytest.raises(urllib.error.HTTPError):
            send(window, name, b"x")
    names = {path.name for path in (project / "uploads").iterdir()}
    assert {"Zoë – answer.mp4", "anna (2).mp4", "anna.mp4"} <= names
    assert not [name for name in names if name.startswith(".")] and not (project / "x.mp4").exists()


@pytest.mark.slow
def test_a_draft_is_built_and_every_file_of_it_can_be_had(window: Server) -> None:
    assert ask(window, BUILD, {"kind": "draft"})["running"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(window, BUILD, {"kind": "build"})
    assert refused.value.code == 409
    job = ended(window)
    assert job["code"] == 0 and job["result"] == "The draft is ready." and "Making the clips" in job["steps"]
    told = ask(window, BUILD)
    assert told["draft"]["name"] == "checkout.draft" and len(told["draft"]["clips"]) == 3
    for file in told["draft"]["files"]:
        address = f"{window.gate.address}/reels/checkout.draft/{file['name']}?download"
        headers = {"Cookie": f"{window.gate.cookie}={window.gate.key}"}
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
            assert len(answer.read()) == file["bytes"] and "attachment" in answer.headers["Content-Disposition"]
    for path in (
        "/reels/../library.db",
        "/reels/checkout/..%2f..%2flibrary.db",
        "/reels/.history/1",
        "/reels/x/reel.mp4",
    ):
        with pytest.raises(urllib.error.HTTPError):
            ask(window, path)


@pytest.mark.slow
def test_another_build_is_told_and_one_can_be_stopped(window: Server, project: Path) -> None:
    with one_builder(project):
        ask(window, BUILD, {"kind": "build"})
        job = ended(window)
        assert job["code"] == 75 and "Another build" in job["result"] and "another build is running" in job["error"]
    shutil.rmtree(project / "cache")
    before = (project / "reels" / "checkout" / "reel.mp4").read_bytes()
    settings = project / "reelmaker.toml"
    settings.write_text(settings.read_text("utf-8").replace("320x180", "640x360"), "utf-8")
    ask(window, BUILD, {"kind": "build"})
    ask(window, "/api/job/cancel", {})
    job = ended(window)
    assert not job["good"] and job["result"].startswith("Stopped.")
    assert (project / "reels" / "checkout" / "reel.mp4").read_bytes() == before
    assert ask(window, "/api/home")["problems"][0]["reel"]["complete"]


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "ready"), (3, "some files could not be used"), (4, "No answer is about"), (75, "Another build"), (1, "did not work"), (-15, "Stopped"), (143, "Stopped")],
)  # fmt: skip
def test_every_end_of_a_build_has_its_words(code: int, words: str) -> None:
    assert words in Job(1, "build", "checkout", running=False, code=code).result()


def test_a_window_that_ends_ends_its_build_without_loss(project: Path) -> None:
    shutil.rmtree(project / "cache")
    with window_of(project) as running:
        ask(running, BUILD, {"kind": "draft"})
        jobs = running.workspace.part(Jobs, Jobs)
        process = jobs._command._process  # type: ignore[union-attr]
    assert process.poll() in (143, -signal.SIGTERM, 0)
    with one_builder(project):  # nobody holds the lock any more
        pass


@pytest.mark.slow
def test_from_an_empty_folder_to_a_reel_by_keyboard(chromium: Any, small_videos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Spring survey"
    folder.mkdir()
    films = tmp_path / "films"
    films.mkdir()
    for name, sayings in SAYINGS.items():
        shutil.copy2(small_videos / f"{name}.mp4", films)
        (films / f"{name}.vtt").write_text(captions(sayings), "utf-8")
    with window_of(folder) as running, open_window(chromium, running) as seen:
        page = seen.page

        def tab_to(words: str, most: int = 60) -> None:
            for _ in range(most):
                page.keyboard.press("Tab")
                if words in page.evaluate("document.activeElement?.closest('a, button, label')?.innerText ?? ''"):
                    return
            raise AssertionError(f"the tab key does not reach {words!r}")

        assert "Spring survey" in page.locator("main").inner_text()
        tab_to("Make a project here")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.steps')")
        # no model in this test
        settings = folder / "reelmaker.toml"
        text = settings.read_text("utf-8").replace('# engine = "meaning"', 'engine = "keywords"')
        settings.write_text(text.replace("[reel]", '[reel]\nsize = "320x180"\nclip_min = 1', 1), "utf-8")
        tab_to("Choose files")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files(sorted(films.iterdir()))
        until(page, "document.querySelectorAll('.upload-list .icon-check').length === 6", 40)
        until(page, "document.querySelector('.step-done')")
        tab_to("Describe the problem")
        page.keyboard.press("Enter")
        until(page, "document.activeElement?.name === 'statement'")
        for text in (
            "Customers give up while paying",
            "Abandoned baskets",
            "What would make paying easy?",
            "my card was refused at the payment page",
        ):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        assert "Save" in page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.found blockquote')", 60)
        assert "My card was refused at the payment page." in page.locator(".found").inner_text()
        tab_to("Look through the moments")
        page.keyboard.press("Enter")
        until(page, "document.activeElement?.getAttribute('role') === 'listbox'")
        page.keyboard.press("y")
        tab_to("Build", 200)
        page.keyboard.press("Enter")
        settled(seen)
        tab_to("Build the reel")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.job.good, .job.bad')", 90)
        assert page.locator(".job h2").inner_text() == "The reel is ready.", page.locator(".job").inner_text()
        until(page, "document.querySelector('.result video')?.readyState >= 1")
        assert page.evaluate("document.querySelector('.result video').error") is None
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Open the page").click()
        reel_page = opened.value
        reel_page.wait_for_load_state()
        assert reel_page.locator("h1").inner_text() == "Customers give up while paying"
        until(reel_page, "document.querySelector('video').readyState >= 1")
        reel_page.locator(".quote a").first.click()
        until(reel_page, "document.querySelector('video').currentTime > 0")  # its own script runs, and only that
        assert quiet(seen), (seen.violations(), seen.complaints)
