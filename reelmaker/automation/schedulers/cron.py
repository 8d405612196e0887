"""A line in the user's crontab, between two marks; every other line stays as it is."""

from __future__ import annotations

import shlex

from reelmaker.automation.schedulers import Plan, When, shell
from reelmaker.errors import ScheduleError

MISSED = "cron does not make up for a run missed while the machine was off or asleep; the next one does its work too."
WHERE = "the crontab of this user"


def places(name: str) -> list[str]:
    """One place."""
    return [f"{WHERE}, marked {name}"]


def text(plan: Plan) -> dict[str, str]:
    """The block of lines.

    Raises:
        ScheduleError: a path holds a backslash, which every cron reads another way.
    """
    if any("\\" in word for word in plan.words):
        raise ScheduleError("A path with a backslash cannot be written for cron.", "Rename that folder.")
    command = shlex.join(plan.words).replace("%", "\\%")
    begin, end = _marks(plan.name)
    return {places(plan.name)[0]: f"{begin}\n{times(plan.when)} {command}\n{end}\n"}


def times(when: When) -> str:
    """The five fields before the command."""
    if when.every == "hour":
        return f"{when.minute} * * * *"
    # 0 is Sunday to every cron, 7 only to some
    day = str((when.weekday + 1) % 7) if when.every == "week" else "*"
    return f"{when.minute} {when.hour} * * {day}"


def install(plan: Plan) -> None:
    """Put the block at the end of the crontab, in place of the one of before.

    Raises:
        ScheduleError: there is no cron, or it refuses.
    """
    [block] = text(plan).values()
    rest = _without(_table(), plan.name)
    if rest and not rest.endswith("\n"):
        rest += "\n"
    shell.tell("crontab", "-", stdin=rest + block)


def remove(name: str) -> bool:
    """Take the block away."""
    table = _table()
    rest = _without(table, name)
    if rest == table:
        return False
    shell.tell("crontab", "-", stdin=rest)
    return True


def _table() -> str:
    code, out, err = shell.ask("crontab", "-l")
    if code and "no crontab" not in err.lower():
        last = (err.strip().splitlines() or [f"exit code {code}"])[-1]
        raise ScheduleError(f"The crontab cannot be read: {last}", "Look at it with `crontab -l`.")
    return "" if code else out


def _without(table: str, name: str) -> str:
    begin, end = _marks(name)
    lines = table.split("\n")
    if begin not in lines and end not in lines:
        return table
    if lines.count(begin) != 1 or lines.count(end) != 1 or lines.index(begin) > lines.index(end):
        raise ScheduleError(
            f"The marks around {name} in the crontab are not as they were written.",
            "Take its lines out by hand with `crontab -e`.",
        )
    return "\n".join(lines[: lines.index(begin)] + lines[lines.index(end) + 1 :])


def _marks(name: str) -> tuple[str, str]:
    return f"# begin {name} (written by `reelmaker schedule`)", f"# end {name}"
