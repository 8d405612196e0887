"""Scheduled builds: a plan becomes the files or lines of this system's scheduler, which are then installed.

Each scheduler is one file with the same five names: `MISSED` (what happens to a missed run), `places` (where it is
installed), `text` (the content), `install` and `remove` (whether there was something to remove).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from reelmaker import registry
from reelmaker.errors import ScheduleError
from reelmaker.registry import Entry

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY = ("hour", "day", "week", *DAYS)
REGISTRY = {
    "systemd": Entry("reelmaker.automation.schedulers.systemd"),
    "cron": Entry("reelmaker.automation.schedulers.cron"),
    "launchd": Entry("reelmaker.automation.schedulers.launchd"),
    "windows": Entry("reelmaker.automation.schedulers.windows"),
}
PROGRAMS = {"systemd": "systemctl", "cron": "crontab", "launchd": "launchctl", "windows": "schtasks"}


@dataclass(frozen=True, slots=True)
class When:
    """Every hour at `minute`, every day at `hour`:`minute`, or every week on `weekday` (0 is Monday)."""

    every: str  # "hour", "day" or "week"
    hour: int
    minute: int
    weekday: int = 0

    def __str__(self) -> str:
        if self.every == "hour":
            return f"every hour at minute {self.minute}"
        day = "day" if self.every == "day" else DAYS[self.weekday].capitalize()
        return f"every {day} at {self.hour:02}:{self.minute:02}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What runs when. `name` depends on the folder only, so that a new plan replaces the previous one."""

    name: str
    folder: Path
    when: When
    words: tuple[str, ...]  # the program and its arguments


class Scheduler(Protocol):
    """A module of this package."""

    MISSED: str

    def places(self, name: str) -> list[str]: ...
    def text(self, plan: Plan) -> dict[str, str]: ...
    def install(self, plan: Plan) -> None: ...
    def remove(self, name: str) -> bool: ...


def scheduler(system: str = "") -> tuple[str, Scheduler]:
    """The scheduler of that name, or this machine's."""
    system = system or here()
    return system, cast(Scheduler, registry.load(REGISTRY[system]))


def here() -> str:
    """Which scheduler this machine has.

    Raises:
        ScheduleError: none.
    """
    usual = {"darwin": ("launchd",), "win32": ("windows",)}.get(sys.platform, ("systemd", "cron"))
    for system in usual:
        if present(system):
            return system
    raise ScheduleError(
        f"This machine has no scheduler that can be used ({' or '.join(usual)}).",
        "Install one, or see what another machine needs with --system cron --print.",
    )


def present(system: str) -> bool:
    """Whether this machine has that scheduler."""
    if not shutil.which(PROGRAMS[system]):
        return False
    if system != "systemd":
        return True
    # a systemd without a manager for this user (in a container, say) cannot run a user's timers
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return Path(runtime, "systemd").is_dir()


def when(every: str, clock_time: str) -> When:
    """`every` as in EVERY, `clock_time` as in 06:30; for every hour only the minutes count.

    Raises:
        ScheduleError: that is not a time of day.
    """
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", clock_time.strip())
    if not match:
        raise ScheduleError(f'"{clock_time}" is not a time of day.', "Write it like --at 06:30, from 00:00 to 23:59.")
    hour, minute = int(match[1]), int(match[2])
    if every in DAYS:
        return When("week", hour, minute, DAYS.index(every))
    return When(every, hour, minute)


def name_of(folder: Path) -> str:
    """The schedule's name: letters, digits and "-" only, different for every folder."""
    slug = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")[:30]
    return "-".join(filter(None, ("reelmaker", slug, hashlib.sha256(os.fsencode(folder)).hexdigest()[:8])))


def plan(
    folder: Path, schedule: When, problems: tuple[str, ...] = (), all_problems: bool = False, notify: bool = False
) -> Plan:
    """The plan of a project folder (absolute). `notify`: runs send notifications to the recipients in `[notify]`.

    Raises:
        ScheduleError: a path has characters that no scheduler accepts.
    """
    python = Path(sys.executable)
    quiet = python.with_name("pythonw.exe")  # opens no window
    words = [
        str(quiet if sys.platform == "win32" and quiet.is_file() else python),
        *"-P -m reelmaker watch --once --log".split(),
        *(["--notify"] if notify else []),
        "--project",
        str(folder),
    ]
    words += ["--all"] if all_problems else [word for problem in problems for word in ("--problem", problem)]
    for word in words:
        if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in word):
            raise ScheduleError(
                f"The path {word!a} contains a character that no scheduler accepts.", "Rename that folder."
            )
    return Plan(name_of(folder), folder, schedule, tuple(words))
