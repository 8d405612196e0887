"""An agent of launchd, which macOS keeps for each user."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from reelmaker.automation.schedulers import Plan, shell
from reelmaker.errors import ScheduleError

MISSED = "A run missed while the Mac slept is made once when it wakes; one missed while it was off is not."


def places(name: str) -> list[str]:
    """The one file."""
    return [str(Path.home() / "Library" / "LaunchAgents" / f"{name}.plist")]


def text(plan: Plan) -> dict[str, str]:
    """File -> content."""
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
    """Write the file and load it, in place of the one of before.

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
    """Unload the agent and take the file away."""
    path = Path(places(name)[0])
    if not path.exists():
        return False
    shell.ask("launchctl", "bootout", f"{_domain()}/{name}")
    path.unlink(missing_ok=True)
    return True


def _domain() -> str:
    return f"gui/{os.getuid()}" if hasattr(os, "getuid") else "gui"
