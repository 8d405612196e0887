"""Schedules put in place and taken away, where a stand-in answers; and the command that does it."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.machines.timers import CRONTAB, command_of_cron, planned

from reelmaker.automation.schedulers import launchd, systemd, windows
from reelmaker.errors import ScheduleError


def test_the_timer_is_put_in_place_and_taken_away(
    stand_in: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    calls = stand_in("systemctl", "") / "systemctl.calls"
    wanted = planned("/srv/one")
    systemd.install(wanted)
    folder = tmp_path / "config" / "systemd" / "user"
    assert {path.name for path in folder.iterdir()} == {f"{wanted.name}.service", f"{wanted.name}.timer"}
    assert calls.read_text().splitlines()[-2:] == [
        f"--user enable {wanted.name}.timer",
        f"--user restart {wanted.name}.timer",
    ]
    assert systemd.remove(wanted.name) and not list(folder.iterdir()) and not systemd.remove(wanted.name)
    assert f"--user disable --now {wanted.name}.timer" in calls.read_text()


def test_a_timer_that_systemd_refuses_leaves_nothing(
    stand_in: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stand_in("systemctl", '[ "$2" = daemon-reload ] || { echo "Unit is masked." >&2; exit 1; }')
    with pytest.raises(ScheduleError, match="Unit is masked"):
        systemd.install(planned("/srv/one"))
    assert not list((tmp_path / "config" / "systemd" / "user").iterdir())
    stand_in("systemctl", 'echo "Failed to connect to bus" >&2; exit 1')
    with pytest.raises(ScheduleError, match="connect to bus"):
        systemd.install(planned("/srv/one"))


def test_the_agent_and_the_task_are_put_in_place_and_taken_away(
    stand_in: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    folder = stand_in("launchctl", "")
    wanted = planned("/srv/one")
    launchd.install(wanted)
    [place] = launchd.places(wanted.name)
    assert f"bootstrap gui/{os.getuid()} {place}" in (folder / "launchctl.calls").read_text()
    assert launchd.remove(wanted.name) and not Path(place).exists() and not launchd.remove(wanted.name)
    stand_in("launchctl", '[ "$1" = bootout ] || { echo "Bootstrap failed: 5" >&2; exit 5; }')
    with pytest.raises(ScheduleError, match="Bootstrap failed"):
        launchd.install(wanted)
    assert not Path(place).exists()

    stand_in("schtasks", '[ "$1" = /Create ] && cp "$6" task.xml; exit 0')
    windows.install(wanted)
    assert ElementTree.parse(folder / "task.xml").getroot().tag.endswith("}Task")
    assert (folder / "task.xml").read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert windows.remove(wanted.name)
    stand_in("schtasks", "exit 1")
    assert not windows.remove(wanted.name)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "reelmaker", "schedule", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.slow
def test_the_command_shows_installs_and_removes_and_what_it_schedules_runs(
    small_survey: Path, stand_in: Callable[[str, str], Path]
) -> None:
    folder = stand_in("crontab", CRONTAB)
    words = ("--system", "cron", "--project", small_survey, "--problem", "checkout")
    first = run(*words)
    assert first.returncode == 0 and "Nothing is installed yet" in first.stderr and "crontab" in first.stdout
    printed = run(*words, "--print", "--every", "sunday", "--at", "23:59")
    assert "59 23 * * 0 " in printed.stdout and not (folder / "table").exists()
    done = run(*words, "--install")
    assert done.returncode == 0 and "cron skips the run" in done.stderr
    [line] = [line for line in (folder / "table").read_text("utf-8").splitlines() if "reelmaker watch" in line]
    _, command = command_of_cron(line)
    built = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, cwd="/")
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    assert (small_survey / "reels" / "checkout" / "reel.mp4").is_file()
    assert "new reel" in (small_survey / "reelmaker.log").read_text("utf-8")
    (small_survey / "reelmaker.toml").unlink()  # a schedule can be removed whatever became of the project
    gone = run("--system", "cron", "--project", small_survey, "--remove")
    assert gone.returncode == 0 and "Removed the schedule" in gone.stderr and (folder / "table").read_text() == ""
    assert "no schedule" in run("--system", "cron", "--project", small_survey, "--remove").stderr


@pytest.mark.slow
def test_what_is_asked_for_wrongly_is_told_before_anything_is_put_in_place(small_survey: Path) -> None:
    assert "no problem is called" in run("--install", "--project", small_survey, "--problem", "nope").stderr
    assert "no reel to keep" in run("--install", "--project", small_survey).stderr
    assert run("--at", "25:00", "--project", small_survey).returncode == 1
    assert run("--problem", "checkout", "--all", "--project", small_survey).returncode == 2
