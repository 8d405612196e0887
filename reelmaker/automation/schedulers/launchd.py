"""A launchd agent of the user (macOS)."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from reelmaker.automation.schedulers import Plan, shell
from reelmaker.errors import ScheduleError

MISSED = (
    "If the Mac is asleep at that time, the build runs once when it wakes; if it is switched off, the run is skipped."
)


def places(name: str) -> list[str]:
    """The agent's file."""
    return [str(Path.home() / "Library" / "LaunchAgents" / f"{name}.plist")]


def text(plan: Plan) -> dict[str, str]:
    """The content of each file."""
    when = {"Minute": plan.when.minute}
    if plan.when.every != "hour":
        when["Hour"] = plan.when.hour
    if plan.when.every == "week":
        when["Weekday"] = (plan.when.weekday + 1) % 7  # 0 is Sunday
    agent = {
        "Label": plan.name,
        "ProgramArguments": list(plan.words),
        "StartCalendarInterval": when,
        "ProcessType": "Background",
        "RunAtLoad": False,
    }
    return {places(plan.name)[0]: plistlib.dumps(agent).decode("utf-8")}


def install(plan: Plan) -> None:
    """Write the file and load it, replacing the previous one.

    Raises:
        ScheduleError: launchd refuses, or the file cannot be written.
    """
    [(place, content)] = text(plan).items()
    path = Path(place)
    shell.ask("launchctl", "bootout", f"{_domain()}/{plan.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8", newline="\n")
    except OSError as problem:
        raise ScheduleError(f"{path}: cannot be written ({problem.strerror}).", "Check its permissions.") from None
    try:
        shell.tell("launchctl", "bootstrap", _domain(), str(path))
    except ScheduleError:
        path.unlink(missing_ok=True)
        raise


def remove(name: str) -> bool:
    """Unload the agent and remove the file."""
    path = Path(places(name)[0])
    if not path.exists():
        return False
    shell.ask("launchctl", "bootout", f"{_domain()}/{name}")
    path.unlink(missing_ok=True)
    return True


def _domain() -> str:
    return f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui"
