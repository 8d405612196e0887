"""A systemd timer of the user, and the service that it starts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reelmaker.automation.schedulers import DAYS, Plan, When, shell
from reelmaker.errors import ScheduleError

MISSED = "If the computer is off or you are logged out at that time, the build runs once as soon as possible."


def places(name: str) -> list[str]:
    """The service file and the timer file."""
    return [str(_folder() / f"{name}.{kind}") for kind in ("service", "timer")]


def text(plan: Plan) -> dict[str, str]:
    """The content of each file.

    Raises:
        ScheduleError: systemd cannot run a program from this path.
    """
    service, timer = places(plan.name)
    title = plan.folder.name.replace("%", "%%")
    if title.endswith("\\"):
        title += " "  # at the end of a line it would continue into the next
    return {
        service: f"""\
[Unit]
Description=reelmaker, the reels of {title}

[Service]
Type=oneshot
ExecStart={_command(plan.words)}
# 3: done, some answers cannot be used. 75: another build is running, the next run continues.
SuccessExitStatus=3 75
Nice=10
""",
        timer: f"""\
[Unit]
Description=reelmaker, the reels of {title}, {plan.when}

[Timer]
OnCalendar={calendar(plan.when)}
Persistent=true

[Install]
WantedBy=timers.target
""",
    }


def calendar(when: When) -> str:
    """The schedule in OnCalendar format."""
    if when.every == "hour":
        return f"*-*-* *:{when.minute:02}:00"
    day = f"{DAYS[when.weekday][:3].capitalize()} " if when.every == "week" else ""
    return f"{day}*-*-* {when.hour:02}:{when.minute:02}:00"


def install(plan: Plan) -> None:
    """Write the files and start the timer; if that fails, restore the previous state.

    Raises:
        ScheduleError: systemd refuses, or the files cannot be written.
    """
    files = text(plan)
    shell.tell("systemctl", "--user", "daemon-reload")  # refused without a manager for this user
    previous = {path: Path(path).read_bytes() if Path(path).is_file() else None for path in files}
    try:
        try:
            _folder().mkdir(parents=True, exist_ok=True)
            for path, content in files.items():
                Path(path).write_text(content, "utf-8", newline="\n")
        except OSError as problem:
            raise ScheduleError(
                f"{problem.filename}: cannot be written ({problem.strerror}).", "Check its permissions."
            ) from None
        shell.tell("systemctl", "--user", "daemon-reload")
        shell.tell("systemctl", "--user", "enable", f"{plan.name}.timer")
        shell.tell("systemctl", "--user", "restart", f"{plan.name}.timer")  # needed if only the time has changed
    except ScheduleError:
        with suppress(ScheduleError, OSError):
            for path, old_content in previous.items():
                if old_content is None:
                    Path(path).unlink(missing_ok=True)
                else:
                    Path(path).write_bytes(old_content)
            shell.ask("systemctl", "--user", "daemon-reload")
        raise


def remove(name: str) -> bool:
    """Stop the timer and remove the files."""
    existing = [Path(path) for path in places(name) if Path(path).exists()]
    if not existing:
        return False
    shell.ask("systemctl", "--user", "disable", "--now", f"{name}.timer")
    for path in existing:
        path.unlink(missing_ok=True)
    shell.ask("systemctl", "--user", "daemon-reload")
    return True


def _folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _command(words: Sequence[str]) -> str:
    if set(words[0]) & set("\"'\\"):
        # systemd cannot run a program with these in its path, however quoted; `env` can
        if "=" in words[0]:
            raise ScheduleError(
                f"{words[0]}: systemd cannot run a program from this path.", "Install reelmaker in another folder."
            )
        words = ("/usr/bin/env", *words)
    return " ".join([_quoted(words[0], program=True), *map(_quoted, words[1:])])


def _quoted(word: str, program: bool = False) -> str:
    """One word of ExecStart. Variables are replaced in arguments only, so "$" is doubled only there."""
    inside = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{inside}"' if program else '"' + inside.replace("$", "$$") + '"'
