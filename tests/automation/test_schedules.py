"""Schedules: what each system is told, read back by other means."""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from helpers.machines.timers import CRONTAB, FOLDERS, command_of_cron, planned

from reelmaker.automation import schedulers
from reelmaker.automation.schedulers import EVERY, REGISTRY, Plan, cron, launchd, shell, systemd, when, windows
from reelmaker.errors import ScheduleError

# ---- systemd


def words_of_systemd(line: str) -> list[str]:
    """ExecStart's value taken apart as systemd.service(5) and systemd.syntax(7) say: quotes, C escapes, % and $."""
    words, at = [], 0
    while at < len(line):
        assert line[at] == '"', line[at:]
        at += 1
        word = ""
        while line[at] != '"':
            if line[at] == "\\":
                assert line[at + 1] in '\\"'
                word, at = word + line[at + 1], at + 2
            elif line[at] in "%$" and (line[at] == "%" or words):
                assert line[at + 1] == line[at], f"a specifier or a variable: {line[at:]}"
                word, at = word + line[at], at + 2
            else:
                word, at = word + line[at], at + 1
        words.append(word)
        at += 1
        assert at == len(line) or line[at] == " "
        at += 1
    return words


@pytest.mark.parametrize("folder", [*FOLDERS, "/srv/back\\slash", "/srv/at the end\\"])
def test_systemd_gets_back_the_words_that_were_meant(folder: str) -> None:
    wanted = planned(folder)
    service, timer = systemd.text(wanted).values()
    [line] = re.findall("^ExecStart=(.*)$", service, re.MULTILINE)
    assert words_of_systemd(line) == list(wanted.words)
    assert "SuccessExitStatus=3 75" in service and "Persistent=true" in timer
    for text in (service, timer):
        assert not re.search(r"\\$", text, re.MULTILINE)  # it would join two lines
        assert not re.search(r"(?<!%)(%%)*%(?!%)", text)  # no specifier


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="NOT CHECKED: no systemd-analyze on this machine")
@pytest.mark.parametrize("every", EVERY)
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path, every: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program lies at a place that is found only where the quoting is right; a wrong one is refused."""
    program = tmp_path / "in %h üß $HOME" / "python"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    (tmp_path / "units").mkdir()
    units = []
    for place, content in systemd.text(planned('/srv/100% "süß" $HOME', every)).items():
        path = tmp_path / "units" / Path(place).name
        path.write_text(content, "utf-8")
        units.append(path)
    words = ["systemd-analyze", "verify", *map(str, units)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    units[0].write_text(units[0].read_text("utf-8").replace("%%h", "%h"), "utf-8")
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0


def test_a_program_that_systemd_would_not_start_is_started_by_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for odd in ("it's", 'b "x"', "a\\b"):
        monkeypatch.setattr(sys, "executable", f"/srv/{odd}/python")
        service, _ = systemd.text(planned("/srv/x")).values()
        [line] = re.findall("^ExecStart=(.*)$", service, re.MULTILINE)
        assert words_of_systemd(line)[:2] == ["/usr/bin/env", f"/srv/{odd}/python"]
        if shutil.which("systemd-analyze"):
            (tmp_path / "x.service").write_text(service, "utf-8")
            subprocess.run(["systemd-analyze", "verify", tmp_path / "x.service"], check=True)
    monkeypatch.setattr(sys, "executable", "/srv/it's=x/python")
    with pytest.raises(ScheduleError, match="cannot run a program"):
        systemd.text(planned("/srv/x"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="NOT CHECKED: no systemd-analyze on this machine")
@pytest.mark.parametrize(
    ("every", "weekday", "clock"),
    [("day", None, "06:30:00"), ("friday", "Fri", "06:30:00"), ("week", "Mon", "06:30:00"), ("hour", None, ":30:00")],
)
def test_systemd_reads_the_times_as_they_are_meant(every: str, weekday: str | None, clock: str) -> None:
    words = ["systemd-analyze", "calendar", systemd.calendar(when(every, "06:30"))]
    said = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"}).stdout
    match = re.search(r"Next elapse: (\w+) (\S+ \S+)", said)
    assert match and match[2].endswith(clock) and weekday in (None, match[1])


# ---- cron


@pytest.mark.parametrize("folder", FOLDERS)
def test_cron_and_the_shell_get_back_the_words_that_were_meant(folder: str) -> None:
    wanted = planned(folder)
    [block] = cron.text(wanted).values()
    begin, line, end, rest = block.split("\n")
    assert begin.startswith("# begin ") and end.startswith("# end ") and rest == ""
    fields, command = command_of_cron(line)
    assert fields == ["30", "6", "*", "*", "*"]
    assert shlex.split(command) == list(wanted.words)
    if os.name == "posix":  # a real shell reads it in the same way
        shown = subprocess.run(["/bin/sh", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True).stdout
        assert [os.fsdecode(word) for word in shown.split(b"\0")[:-1]] == list(wanted.words)


def test_the_times_of_cron() -> None:
    times = {every: cron.times(when(every, "6:05")) for every in EVERY}
    assert times["hour"] == "5 * * * *" and times["day"] == "5 6 * * *" and times["week"] == times["monday"]
    assert (times["monday"], times["saturday"], times["sunday"]) == ("5 6 * * 1", "5 6 * * 6", "5 6 * * 0")


def test_a_backslash_is_refused_for_cron() -> None:
    with pytest.raises(ScheduleError, match="backslash"):
        cron.text(planned("/srv/a\\b"))


@pytest.mark.parametrize(
    "before", [None, b"", b"# mine\nMAILTO=me\n5 4 * * * backup 100\\%\n", b"1 2 3 4 5 latin \xfc", b"\n\n# x\r\n\n"]
)
def test_every_other_line_of_the_crontab_stays_as_it_is(
    stand_in: Callable[[str, str], Path], before: bytes | None
) -> None:
    table = stand_in("crontab", CRONTAB) / "table"
    if before is not None:
        table.write_bytes(before)
    kept = before or b""
    kept += b"\n" if kept and not kept.endswith(b"\n") else b""
    one, two = planned("/srv/one"), planned("/srv/two")
    cron.install(one)
    cron.install(two)
    cron.install(planned("/srv/one", "friday"))
    [new] = cron.text(planned("/srv/one", "friday")).values()
    [other] = cron.text(two).values()
    assert table.read_bytes() == kept + other.encode() + new.encode()
    assert cron.remove(two.name) and cron.remove(one.name)
    assert table.read_bytes() == kept
    assert not cron.remove(one.name)


def test_a_crontab_that_cannot_be_read_or_whose_marks_are_broken_is_not_written(
    stand_in: Callable[[str, str], Path],
) -> None:
    folder = stand_in("crontab", CRONTAB)
    one = planned("/srv/one")
    cron.install(one)
    table = folder / "table"
    table.write_text(table.read_text().replace("# end ", "# END "))
    before = table.read_bytes()
    for attempt in (lambda: cron.install(one), lambda: cron.remove(one.name)):
        with pytest.raises(ScheduleError, match="marker lines"):
            attempt()
    assert table.read_bytes() == before
    stand_in("crontab", 'echo "you are not allowed" >&2; exit 1')
    with pytest.raises(ScheduleError, match="not allowed"):
        cron.install(one)


# ---- launchd


@pytest.mark.parametrize("folder", [*FOLDERS, "/srv/back\\slash", "/srv/]]> &amp;"])
def test_launchd_gets_back_the_words_that_were_meant(folder: str) -> None:
    wanted = planned(folder)
    [content] = launchd.text(wanted).values()
    agent = plistlib.loads(content.encode())
    assert agent["ProgramArguments"] == list(wanted.words) and agent["Label"] == wanted.name
    assert agent["StartCalendarInterval"] == {"Hour": 6, "Minute": 30}
    assert not agent["RunAtLoad"]


def test_the_times_of_launchd() -> None:
    def times(every: str) -> dict[str, int]:
        [content] = launchd.text(planned("/srv/x", every)).values()
        found: dict[str, int] = plistlib.loads(content.encode())["StartCalendarInterval"]
        return found

    assert times("hour") == {"Minute": 30}
    assert times("week") == {"Hour": 6, "Minute": 30, "Weekday": 1}
    assert times("sunday")["Weekday"] == 0 and times("saturday")["Weekday"] == 6


# ---- windows

# The order of the published schema: an element, and what may follow inside it
ORDER = {
    "Task": ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
    "CalendarTrigger": ["Enabled", "StartBoundary", "Repetition", "ScheduleByDay", "ScheduleByWeek"],
    "Repetition": ["Interval", "Duration"],
    "ScheduleByWeek": ["DaysOfWeek", "WeeksInterval"],
    "ScheduleByDay": ["DaysInterval"],
    "Principal": ["LogonType", "RunLevel"],
    "Exec": ["Command", "Arguments"],
}


def words_of_windows(line: str) -> list[str]:
    """A command line taken apart by the rules of the C runtime of Windows."""
    words, word, quoted, started, slashes = [], "", False, False, 0
    for sign in line + "\0":
        if sign == "\\":
            slashes += 1
            continue
        if sign == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted, started = not quoted, True
            slashes = 0
            continue
        word, slashes = word + "\\" * slashes, 0
        if sign == "\0" or (sign == " " and not quoted):
            if word or started:
                words.append(word)
            word, started = "", False
        else:
            word += sign
    return words


@pytest.mark.parametrize(
    "folder", [f for f in [*FOLDERS, "C:\\Umfragen\\Größe 50%\\", "\\\\share\\my survey\\"] if not re.search("%.+%", f)]
)
@pytest.mark.parametrize("every", ["day", "hour", "friday"])
def test_windows_gets_back_the_words_that_were_meant(folder: str, every: str) -> None:
    wanted = Plan(
        "reelmaker-x",
        Path(folder),
        when(every, "06:30"),
        ("C:\\Program Files\\p&y\\python.exe", "-m", folder),
    )
    [content] = windows.text(wanted).values()
    task = ElementTree.fromstring(content.encode("utf-16"))
    inside = {"t": windows.NAMESPACE}
    for element in task.iter():
        name = element.tag.removeprefix(f"{{{windows.NAMESPACE}}}")
        assert name != element.tag
        below = [child.tag.rpartition("}")[2] for child in element]
        if name in ORDER:
            assert below == sorted(below, key=ORDER[name].index) and len(set(below)) == len(below), name
    assert task.findtext(".//t:Command", namespaces=inside) == wanted.words[0]
    assert words_of_windows(task.findtext(".//t:Arguments", "", inside)) == list(wanted.words[1:])
    setting = {child.tag.rpartition("}")[2]: child.text for child in task.find("t:Settings", inside) or ()}
    assert (setting["StartWhenAvailable"], setting["MultipleInstancesPolicy"]) == ("true", "IgnoreNew")
    start = datetime.fromisoformat(task.findtext(".//t:StartBoundary", "", inside))
    assert start.minute == 30 and (every == "hour" or start.hour == 6)
    if every == "friday":
        assert start.weekday() == 4 and task.find(".//t:DaysOfWeek/t:Friday", inside) is not None
    assert (task.find(".//t:Repetition", inside) is not None) == (every == "hour")


def test_what_the_task_scheduler_takes_for_a_variable_is_refused() -> None:
    for folder in ("C:\\%TEMP%\\x", "C:\\$(Arg0)"):
        with pytest.raises(ScheduleError, match="does not work with the Task Scheduler"):
            windows.text(planned(folder))


# ---- all of them


def test_times_of_day_that_are_none_are_refused() -> None:
    for at in ("24:00", "6", "06:60", "6.30", "", "-1:00", "06:30:00", "٠٦:٣٠x"):
        with pytest.raises(ScheduleError, match="not a time of day"):
            when("day", at)
    assert str(when("tuesday", "6:05")) == "every Tuesday at 06:05"


def test_a_name_is_plain_and_the_folder_s_own() -> None:
    names = {schedulers.name_of(Path(folder)) for folder in FOLDERS}
    assert len(names) == len(FOLDERS) and all(re.fullmatch(r"reelmaker(-[a-z0-9]+)+", name) for name in names)
    assert schedulers.name_of(Path("/a/x")) != schedulers.name_of(Path("/b/x"))


def test_a_path_with_a_line_break_is_refused() -> None:
    with pytest.raises(ScheduleError, match="no scheduler accepts"):
        planned("/srv/a\nOnCalendar=*")


def test_only_the_schedulers_programs_are_run_and_a_missing_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ScheduleError, match="schtasks is not installed"):
        shell.ask("schtasks", "/Query")
    with pytest.raises(AssertionError):
        shell.ask("rm", "-rf", "x")


@pytest.mark.parametrize("name", REGISTRY)
def test_every_scheduler_has_what_the_command_needs(name: str) -> None:
    _, scheduler = schedulers.scheduler(name)
    places = scheduler.places("reelmaker-x")
    assert scheduler.MISSED.endswith(".") and places
    wanted = planned("/srv/x")
    assert list(scheduler.text(wanted)) == scheduler.places(wanted.name)


def test_only_a_scheduler_that_is_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_in: Callable[[str, str], Path]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    folder = stand_in("crontab", CRONTAB)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert schedulers.here() == "cron"
    stand_in("systemctl", "exit 0")
    assert schedulers.here() == "cron", "a systemd that runs nothing for this user"
    (tmp_path / "systemd").mkdir()
    assert schedulers.here() == "systemd"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ScheduleError, match="no scheduler that can be used"):
        schedulers.here()
    assert not schedulers.present("windows")
