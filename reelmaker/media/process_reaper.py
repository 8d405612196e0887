"""Sees that nothing outlives the program that started it, however that ended: kill -9 too.

A small process of its own is told of every process group that starts and ends. When its input ends, the program has,
and it kills the groups that are left.
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
    """Something is about to be started: be ready, so that it is unguarded for no longer than a line takes to be written."""
    if os.name == "posix":
        with _lock, suppress(OSError):
            _ready()


def started(group: int) -> None:
    """A process group was started: it shall not outlive this program."""
    if os.name == "posix":
        _tell(group)


def ended(group: int) -> None:
    """It is over, and its number may belong to somebody else from now on."""
    if os.name == "posix" and _owner == os.getpid():
        _tell(-group)


def _tell(number: int) -> None:
    with _lock, suppress(OSError):  # without it the work goes on all the same
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
