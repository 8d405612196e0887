"""Many answers and nothing to do: no work, no byte; a thousand in a full run, 300 otherwise. The time it takes is the bench's (`--only thousand`)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import robustness
from helpers.surveys import thousand
from helpers.surveys.building import prints

from reelmaker.media import ffmpeg as media_ffmpeg

MANY = thousand.MANY if robustness.FULL else 300


@pytest.mark.slow
def test_a_second_build_of_many_answers_does_nothing_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = thousand.survey(tmp_path, MANY)

    def run(*words: str) -> Any:
        command = [
            sys.executable,
            "-m",
            "reelmaker",
            *words,
            "--project",
            str(folder),
            "--problem",
            "checkout",
        ]
        return subprocess.run(command, capture_output=True, text=True, check=True)

    first = json.loads(run("build", "--json", "--no-check").stdout)
    assert first["work"]["taken_in"] == MANY and first["problems"][0]["of"] == MANY
    assert first["problems"][0]["spoke"] == MANY // 5
    before = prints(folder)
    second = json.loads(run("build", "--json", "--no-check").stdout)
    work = {name: second["work"][name] for name in ("taken_in", "transcribed", "rendered", "joined")}
    assert work == {"taken_in": 0, "transcribed": 0, "rendered": 0, "joined": 0}
    run("watch", "--once")
    assert prints(folder) == before
    # nor is a process started, or an upload opened, to find that out
    import reelmaker

    def never(*_: object, **__: object) -> None:
        raise AssertionError("there is nothing to do")

    monkeypatch.setattr(media_ffmpeg, "start", never)
    opened: list[str] = []
    listening = True

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if listening and event == "open" and str(arguments[0]).endswith(".mp4"):
            opened.append(str(arguments[0]))

    sys.addaudithook(note)
    reel = reelmaker.build(folder, ["checkout"], check=False)
    listening = False
    assert opened == [] and reel.work.taken_in == 0 and prints(folder) == before
