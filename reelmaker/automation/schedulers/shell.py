"""Runs the programs of the system's scheduler: systemctl, crontab, launchctl, schtasks; never through a shell."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from reelmaker.errors import ScheduleError

PROGRAMS = ("systemctl", "crontab", "launchctl", "schtasks")
WAIT_S = 60


def ask(*words: str, stdin: str | None = None) -> tuple[int, str, str]:
    """Run one of these programs: its exit code, stdout and stderr.

    Raises:
        ScheduleError: it is not installed, or does not end.
    """
    assert words[0] in PROGRAMS, words[0]
    program = shutil.which(words[0])
    if program is None:
        raise ScheduleError(
            f"The program {words[0]} is not installed on this machine.",
            "Choose another scheduler with --system, or install the output of --print yourself.",
        )
    try:
        # bytes: an existing crontab may contain any, and they must be preserved
        result = subprocess.run(
            [program, *words[1:]],
            capture_output=True,
            check=False,
            timeout=WAIT_S,
            input=stdin.encode("utf-8", "surrogateescape") if stdin is not None else None,
        )
    except subprocess.TimeoutExpired:
        raise ScheduleError(f"{words[0]} did not finish within {WAIT_S} s.", "Try again later.") from None
    except OSError as problem:
        raise ScheduleError(f"{program} cannot be run ({problem.strerror}).", "Check its installation.") from None
    output, errors = (part.decode("utf-8", "surrogateescape") for part in (result.stdout, result.stderr))
    return result.returncode, output, errors


def tell(*words: str, stdin: str | None = None) -> None:
    """Run one of these programs and require success.

    Raises:
        ScheduleError: it failed; the message contains its last line.
    """
    code, output, errors = ask(*words, stdin=stdin)
    if code:
        last = ((errors.strip() or output.strip()).splitlines() or [f"exit code {code}"])[-1].strip()
        raise ScheduleError(
            f"{' '.join(words[:3])} failed: {last.encode('utf-8', 'replace').decode('utf-8').rstrip('.')}.",
            "Check the output of --print, or choose another scheduler with --system.",
        )


def windows_words(words: Sequence[str]) -> str:
    """Arguments as one line, quoted for Windows programs."""
    return subprocess.list2cmdline(words)
