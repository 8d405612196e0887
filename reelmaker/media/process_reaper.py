"""Makes sure that no child process outlives the program, however it ended, even after kill -9.

A small separate process is told about every process group that starts and ends. When its input ends, the program has ended,
and it kills the remaining groups.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress

REAPER = """
import os, signal, sys
left = set()
for line in sys.stdin:
    group = int(line)
    left.add(group) if group > 0 else left.discard(-group)
for group in left:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""

_lock = threading.Lock()
_reaper: subprocess.Popen[bytes] | None = None
_owner = 0  # the process that started it; a fork starts its own


def expect() -> None:
    """Get ready before a process is started, so that it is unguarded only while one line is written."""
    if os.name == "posix":
        with _lock, suppress(OSError):
            _ready()


def started(group: int) -> None:
    """Register a started process group: it must not outlive this program."""
    if os.name == "posix":
        _tell(group)


def ended(group: int) -> None:
    """Unregister a finished group: its number may be reused from now on."""
    if os.name == "posix" and _owner == os.getpid():
        _tell(-group)


def _tell(number: int) -> None:
    with _lock, suppress(OSError):  # the work continues without it
        pipe = _ready().stdin
        assert pipe
        pipe.write(b"%d\n" % number)
        pipe.flush()


def _ready() -> subprocess.Popen[bytes]:
    global _reaper, _owner
    if _reaper is None or _owner != os.getpid():
        _reaper = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", REAPER],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        _owner = os.getpid()
    return _reaper


@atexit.register
def _leave() -> None:
    if _reaper is not None and _owner == os.getpid():
        with suppress(OSError, subprocess.TimeoutExpired):
            assert _reaper.stdin
            _reaper.stdin.close()
            _reaper.wait(5)
