"""What a command needs of its process: standard streams that are open, and signals that end it as an interrupt does.

In: the process as it was started. Out: one in which nothing of ours gets the number of a closed stream, and in which the
end of a session (SIGHUP) or a shutdown (SIGTERM) leaves no program running and tells what became of the work.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

STREAMS = {0: "stdin", 1: "stdout", 2: "stderr"}


class Ended(KeyboardInterrupt):
    """A signal ends the command."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def standard_streams() -> None:
    """Open those that were closed, to nowhere: the next file that is opened would get their number, and with it what libraries print."""
    for number, name in STREAMS.items():
        if getattr(sys, name) is None:
            with suppress(OSError):
                nowhere(number)
            setattr(sys, name, Path(os.devnull).open("r" if number == 0 else "w", encoding="utf-8"))  # noqa: SIM115


def nowhere(number: int) -> None:
    """Let a stream lead nowhere."""
    devnull = os.open(os.devnull, os.O_RDWR)
    if devnull != number:
        os.dup2(devnull, number)
        os.close(devnull)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """In the block SIGTERM and SIGHUP raise `Ended`, but for those that the parent wants ignored (`nohup`)."""
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: FrameType | None) -> None:
    raise Ended(number)
