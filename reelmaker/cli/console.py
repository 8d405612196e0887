"""Console messages: progress bars on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PLAIN_EVERY_S = 5.0
EVENTS = "REELMAKER_PROGRESS"  # "json": progress as one JSON object a line, for programs


def printable(text: str) -> str:
    """Make text safe for a terminal: write control characters and invalid Unicode as escapes."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "replace").decode("ascii")
        for letter in text.encode("utf-8", "backslashreplace").decode("utf-8")
    )


class ConsoleProgress:
    """A `Progress` for the terminal. `verbosity` -1 shows only warnings and errors, 1 also how long steps took."""

    def __init__(self, verbosity: int = 0) -> None:
        self.verbosity = verbosity
        self.fancy = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and verbosity >= 0
        self._bars: Any = None
        self._task: Any = None
        self._name, self._total, self._done = "", 0, 0
        self._started_at = self._last_line_at = 0.0

    def step(self, name: str, total: int) -> None:
        self._close_step()
        self._name, self._total, self._done = name, total, 0
        self._started_at = self._last_line_at = time.monotonic()
        if self.fancy:
            self._task = self._progress().add_task(name, total=total)
        elif self.verbosity >= 0:
            self.line(f"{name}: {total}")

    def advance(self, done: int = 1) -> None:
        self._done += done
        if self.fancy:
            self._bars.advance(self._task, done)
            return
        now = time.monotonic()
        if self.verbosity >= 0 and now - self._last_line_at >= PLAIN_EVERY_S and self._done < self._total:
            self._last_line_at = now
            rate = self._done / (now - self._started_at)
            seconds_left = (self._total - self._done) / rate if rate else 0
            self.line(f"{self._name}: {self._done} of {self._total}, {rate:.1f}/s, about {seconds_left:.0f} s left")

    def info(self, message: str) -> None:
        if self.verbosity >= 0:
            self.line(message)

    def warn(self, message: str) -> None:
        self.line(message, "Warning: ", "yellow")

    def error(self, message: str) -> None:
        self.line(message, "Error: ", "bold red")

    def line(self, message: str, head: str = "", style: str = "") -> None:
        """One line on stderr, above the bars if there are any."""
        text = printable(message)
        with suppress(OSError, ValueError):  # nobody can be told; the work goes on, and the exit code says how it ended
            if not sys.stderr.isatty():
                print(f"{head}{text}", file=sys.stderr, flush=True)
                return
            from rich.text import Text

            self._console().print(Text(head, style=style) + Text(text), soft_wrap=True)

    def close(self) -> None:
        """Remove the progress bars from the screen."""
        self._close_step()
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _close_step(self) -> None:
        if self._name and self.verbosity > 0:
            self.line(f"{self._name}: {self._done} in {time.monotonic() - self._started_at:.1f} s")
        self._name = ""

    def _console(self) -> Any:
        return self._progress().console if self.fancy else _console()

    def _progress(self) -> Any:
        if self._bars is None:
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeRemainingColumn,
            )

            rate: Callable[[Any], str] = lambda task: f"{task.speed:.1f}/s" if task.speed else "  -/s"  # noqa: E731

            class Rate(TextColumn):
                def render(self, task: Any) -> Any:
                    from rich.text import Text

                    return Text(rate(task))

            self._bars = Progress(
                TextColumn("{task.description:<15}"),
                BarColumn(),
                MofNCompleteColumn(),
                Rate(""),
                TimeRemainingColumn(),
                console=_console(),
            )
            self._bars.start()
        return self._bars


class EventProgress(ConsoleProgress):
    """A `Progress` for programs: one JSON object a line on stderr."""

    def step(self, name: str, total: int) -> None:
        self._write({"step": name, "total": total})

    def advance(self, done: int = 1) -> None:
        self._write({"done": done})

    def line(self, message: str, head: str = "", style: str = "") -> None:
        kind = {"Warning: ": "warning", "Error: ": "error"}.get(head, "info")
        self._write({kind: message})

    def _write(self, event: dict[str, Any]) -> None:
        with suppress(OSError, ValueError):
            print(json.dumps(event), file=sys.stderr, flush=True)


def of_process(verbosity: int) -> ConsoleProgress:
    """The progress that this process was asked for."""
    return EventProgress(verbosity) if os.environ.get(EVENTS) == "json" else ConsoleProgress(verbosity)


def _console() -> Any:
    from rich.console import Console

    return Console(stderr=True, highlight=False)
