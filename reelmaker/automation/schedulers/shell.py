"""The door to the programs of the system's scheduler: systemctl, crontab, launchctl, schtasks.

In: words, never a shell. Out: what was said, or an error in one line.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from reelmaker.errors import ScheduleError

PROGRAMS = ("systemctl", "crontab", "launchctl", "schtasks")
WAIT_S = 60


def ask(*words: str, stdin: str | None = None) -> tuple[int, str, str]:
    """Run one of these programs: its exit code, what it printed, what it complained of.

    Raises:
        ScheduleError: it is not on this machine, or does not end.
    """
    assert words[0] in PROGRAMS, words[0]
    program = shutil.which(words[0])
    if program is None:
        raise ScheduleError(
            f"There is no {words[0]} on this machine.",
            "Choose another scheduler with --system, or take what --print shows to where it belongs.",
        )
    try:
        # bytes: a crontab of before may hold any, and shall get them back
        done = subprocess.run(
            [program, *words[1:]],
            capture_output=True,
            check=False,
            timeout=WAIT_S,
            input=stdin.encode("utf-8", "surrogateescape") if stdin is not None else None,
        )
    except subprocess.TimeoutExpired:
        raise ScheduleError(f"{words[0]} did not end within {WAIT_S} s.", "Try again later.") from None
    except OSError as problem:
        raise ScheduleError(f"{program} cannot be run ({problem.strerror}).", "Check the system.") from None
    out, err = (part.decode("utf-8", "surrogateescape") for part in (done.stdout, done.stderr))
    return done.returncode, out, err


def tell(*words: str, stdin: str | None = None) -> None:
    """Run one of these programs, which must succeed.

    Raises:
        ScheduleError: it did not; the message holds its last line.
    """
    code, out, err = ask(*words, stdin=stdin)
    if code:
        last = ((err.strip() or out.strip()).splitlines() or [f"exit code {code}"])[-1].strip()
        raise ScheduleError(
            f"{' '.join(words[:3])} failed: {last.encode('utf-8', 'replace').decode('utf-8').rstrip('.')}.",
            "Look at it with --print, or choose another scheduler with --system.",
        )


def windows_words(words: Sequence[str]) -> str:
    """Arguments as one line that Windows programs take apart again."""
    return subprocess.list2cmdline(words)
