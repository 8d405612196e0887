"""`reelmaker review` as a process: how it is opened without a browser, what it logs, how it ends, and that kill -9 loses nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.command_line import ENVIRONMENT

import reelmaker
from reelmaker.errors import AnotherBuild
from reelmaker.project.config import open_project
from reelmaker.project.lock import one_builder
from reelmaker.review import decisions

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


class Client:
    """A person with a browser, as far as the server sees it."""

    def __init__(self, start: str) -> None:
        self.origin = start.partition("/start")[0]
        with urllib.request.urlopen(start, timeout=20) as answer:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Cookie": self.cookie, "Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.origin + path, data, headers), timeout=60) as answer:
            return json.loads(answer.read())


@contextmanager
def review(folder: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "reelmaker", "review", "--no-browser", "-v", "--project", str(folder)],
            stdout=subprocess.PIPE, stderr=errors, text=True, env=ENVIRONMENT,
        )  # fmt: skip
        assert process.stdout
        try:
            assert "works once" in process.stdout.readline()
            yield process, Client(process.stdout.readline().strip())
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def free(folder: Path, limit_s: float = 20) -> None:
    """Wait until nobody holds the project's lock."""
    end = time.monotonic() + limit_s
    while True:
        try:
            with one_builder(folder):
                return
        except AnotherBuild:
            assert time.monotonic() < end, "something outlived the window"
            time.sleep(0.1)


@pytest.mark.slow
def test_a_killed_window_loses_nothing_and_leaves_nothing_running(project: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    shutil.rmtree(project / "cache")
    with review(project, log) as (process, client):
        told = client.ask("/api/problems/checkout/moments")
        client.ask("/api/problems/checkout/decide", {"verdict": "drop", "keys": told["keys"][:1]})
        client.ask("/api/problems/checkout/build", {"kind": "draft"})
        while not client.ask("/api/job")["job"]["steps"]:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
    free(project)
    assert [s.decision.verdict for s in decisions.listed(open_project(project))] == ["drop"]
    reel = reelmaker.build(project, problems=["checkout"], draft=True)
    assert reel.folder and (reel.folder / "reel.mp4").is_file() and len(reel.clips) == 2
    assert (project / "reels" / "checkout" / "reel.mp4").is_file()


@pytest.mark.slow
def test_it_logs_no_name_and_no_word_and_ends_with_ctrl_c(project: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with review(project, log) as (process, client):
        key = client.ask("/api/problems/checkout/moments?show=all&words=refused")["keys"][0]
        client.ask(f"/api/problems/checkout/moment?key={key}")
        client.ask("/api/home")
        for path in ("/api/problems/Anna/moments", "/media/anna.mp4", f"/api/problems/checkout/moment?key={key[:4]}x"):
            with pytest.raises(OSError):
                client.ask(path)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    written = log.read_text("utf-8")
    assert "closed" in written and "Traceback" not in written
    assert not re.search(r"anna|refused|card|lamp|code=|127\.0\.0\.1", written, re.IGNORECASE), written


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reelmaker", "review", "--project", str(tmp_path / "none")],
        capture_output=True, text=True, check=False, env=ENVIRONMENT,
    )  # fmt: skip
    assert done.returncode == 1 and "does not exist" in done.stderr


@pytest.mark.slow
def test_progress_for_programs_is_one_object_a_line(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reelmaker", "moments", "--json", "--project", str(project)],
        capture_output=True, text=True, check=True, env={**ENVIRONMENT, "REELMAKER_PROGRESS": "json"},
    )  # fmt: skip
    assert json.loads(done.stdout)["kind"] == "moments"
    failed = subprocess.run(
        [sys.executable, "-m", "reelmaker", "build", "--problem", "nothing", "--project", str(project)],
        capture_output=True, text=True, check=False, env={**ENVIRONMENT, "REELMAKER_PROGRESS": "json"},
    )  # fmt: skip
    [*_, last] = [json.loads(line) for line in failed.stderr.splitlines()]
    assert failed.returncode == 1 and 'no problem is called "nothing"' in last["error"]
