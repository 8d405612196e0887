"""A task of the Windows Task Scheduler, defined by its XML."""

from __future__ import annotations

import re
import tempfile
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from reelmaker.automation.schedulers import DAYS, Plan, When, shell
from reelmaker.errors import ScheduleError

MISSED = "If the computer is off or you are logged out at that time, the build runs once as soon as possible."
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


def places(name: str) -> list[str]:
    """The task's name."""
    return [f"Task Scheduler, {_task(name)}"]


def text(plan: Plan) -> dict[str, str]:
    """The task as XML, its elements in the order of the published schema.

    Raises:
        ScheduleError: a path contains what the Task Scheduler would replace as a variable.
    """
    if any(re.search(r"%[^%]+%|\$\(", word) for word in plan.words):
        raise ScheduleError(
            "A path with two % or with $( does not work with the Task Scheduler.",
            "Rename that folder.",
        )
    return {
        places(plan.name)[0]: f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="{NAMESPACE}">
  <RegistrationInfo>
    <Description>{escape(f"reelmaker, the reels of {plan.folder.name}, {plan.when}")}</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <Enabled>true</Enabled>
{_times(plan.when)}
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(plan.words[0])}</Command>
      <Arguments>{escape(shell.windows_words(plan.words[1:]))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""
    }


def _times(when: When) -> str:
    start = date.today()
    clock = f"{when.hour:02}:{when.minute:02}"
    repeated, schedule = "", "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
    if when.every == "hour":
        clock = f"00:{when.minute:02}"
        repeated = "<Repetition><Interval>PT1H</Interval><Duration>P1D</Duration></Repetition>"
    elif when.every == "week":
        start += timedelta((when.weekday - start.weekday()) % 7)
        day = DAYS[when.weekday].capitalize()
        schedule = (
            f"<ScheduleByWeek><DaysOfWeek><{day} /></DaysOfWeek><WeeksInterval>1</WeeksInterval></ScheduleByWeek>"
        )
    lines = [f"<StartBoundary>{start}T{clock}:00</StartBoundary>", repeated, schedule]
    return "\n".join(f"      {line}" for line in lines if line)


def install(plan: Plan) -> None:
    """Register the task, replacing the previous one.

    Raises:
        ScheduleError: this is not Windows, or it refuses.
    """
    [content] = text(plan).values()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.xml"
        path.write_text(content, "utf-16", newline="\r\n")
        shell.tell("schtasks", "/Create", "/F", "/TN", _task(plan.name), "/XML", str(path))


def remove(name: str) -> bool:
    """Remove the task."""
    if shell.ask("schtasks", "/Query", "/TN", _task(name))[0]:
        return False
    shell.tell("schtasks", "/Delete", "/F", "/TN", _task(name))
    return True


def _task(name: str) -> str:
    return f"\\reelmaker\\{name}"
