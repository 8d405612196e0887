"""A line in the user's crontab, between two marker lines; all other lines are left unchanged."""

from __future__ import annotations

import shlex

from reelmaker.automation.schedulers import Plan, When, shell
from reelmaker.errors import ScheduleError

MISSED = "If the computer is off or asleep at that time, cron skips the run; the next run catches up."
WHERE = "your crontab"


def places(name: str) -> list[str]:
    """The crontab entry."""
    return [f"{WHERE}, marked {name}"]


def text(plan: Plan) -> dict[str, str]:
    """The block of lines.

    Raises:
        ScheduleError: a path contains a backslash, which cron versions treat differently.
    """
    if any("\\" in word for word in plan.words):
        raise ScheduleError("A path with a backslash does not work with cron.", "Rename that folder.")
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
    """Put the block at the end of the crontab and remove the previous one.

    Raises:
        ScheduleError: there is no cron, or it refuses.
    """
    [block] = text(plan).values()
    other_lines = _without(_table(), plan.name)
    if other_lines and not other_lines.endswith("\n"):
        other_lines += "\n"
    shell.tell("crontab", "-", stdin=other_lines + block)


def remove(name: str) -> bool:
    """Remove the block."""
    table = _table()
    other_lines = _without(table, name)
    if other_lines == table:
        return False
    shell.tell("crontab", "-", stdin=other_lines)
    return True


def _table() -> str:
    code, output, errors = shell.ask("crontab", "-l")
    if code and "no crontab" not in errors.lower():
        last = (errors.strip().splitlines() or [f"exit code {code}"])[-1]
        raise ScheduleError(f"The crontab cannot be read: {last}", "Check it with `crontab -l`.")
    return "" if code else output


def _without(table: str, name: str) -> str:
    begin, end = _marks(name)
    lines = table.split("\n")
    if begin not in lines and end not in lines:
        return table
    if lines.count(begin) != 1 or lines.count(end) != 1 or lines.index(begin) > lines.index(end):
        raise ScheduleError(
            f"The marker lines around {name} in the crontab were changed.",
            "Remove its lines by hand with `crontab -e`.",
        )
    return "\n".join(lines[: lines.index(begin)] + lines[lines.index(end) + 1 :])


def _marks(name: str) -> tuple[str, str]:
    return f"# begin {name} (written by `reelmaker schedule`)", f"# end {name}"
