"""Home says of each problem what the reel says, and what is new."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.machines.windows import ask

from reelmaker.web.server import Server


def test_a_count_reads_as_in_the_reel(window: Server, project: Path) -> None:
    told = ask(window, "/api/home")
    assert [problem["slug"] for problem in told["problems"]] == ["checkout", "delivery"]
    checkout, delivery = told["problems"]
    manifest = json.loads((project / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    intro = manifest["items"][0]["fields"]
    assert checkout["count"]["number"] == "3 of 5" and any("3 of 5" in words for words in intro.values()), intro
    assert checkout["count"]["basis"] == "counted by the program"
    assert checkout["reel"]["clips"] == 3 and checkout["reel"]["newer"] == 0 and checkout["reel"]["page"]
    assert delivery["reel"] is None


def test_what_is_new_and_what_failed_is_told(window: Server, project: Path) -> None:
    before = ask(window, "/api/changes")["mark"]
    (project / "uploads" / "new.mp4").write_bytes((project / "uploads" / "anna.mp4").read_bytes() + b"x")
    told = ask(window, "/api/home")
    assert told["uploads"]["new"] == ["new.mp4"] and told["problems"][0]["reel"]["newer"] == 1
    settings = project / "reelmaker.toml"
    settings.write_text(settings.read_text("utf-8").replace("Small survey", "A lamp"), "utf-8")
    assert ask(window, "/api/changes")["mark"] != before
    assert ask(window, "/api/home")["project"]["name"] == "A lamp"


def test_settings_that_cannot_be_read_are_named(window: Server, project: Path) -> None:
    (project / "reelmaker.toml").write_text("[problems", "utf-8")
    try:
        ask(window, "/api/home")
    except OSError as problem:
        told = json.loads(problem.read())  # type: ignore[attr-defined]
    assert "reelmaker.toml" in told["error"] and told["remedy"]
