"""The output of a watch: one status line that is updated on a terminal, plain lines elsewhere, or a log without names."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from reelmaker.automation.run_log import FILE, Journal, without_names
from reelmaker.automation.watch import Outcome
from reelmaker.cli import format_results
from reelmaker.cli.console import ConsoleProgress, printable
from reelmaker.cli.format_results import fetch_summary
from reelmaker.errors import AnotherBuild, DiskFull, ModelError, NothingFound, ProjectError, TemplateError
from reelmaker.model.moment_ids import clock
from reelmaker.select import headline
from reelmaker.sources.fetch import Fetched

# The messages of these errors concern the folder, its settings and the machine; others may quote a customer
SAYABLE = (ProjectError, ModelError, TemplateError, DiskFull, NothingFound, AnotherBuild)
WORST = (1, 4, 75, 3, 0)  # exit codes, worst first: of several reels the worst is reported


class WatchDisplay:
    """Shows the events of a watch, and keeps their exit code."""

    def __init__(self, console: ConsoleProgress) -> None:
        self.console = console
        self.fancy, console.fancy = console.fancy, False  # the status line replaces a build's progress bars
        self.code = 0
        self._shown_messages: set[str] = set()
        self._failed: dict[str, str] = {}
        self._name = ""
        self._step, self._done, self._total = "", 0, 0
        self._last = ""
        self._width = 0
        self._news = ""  # the last event, for the status line

    def step(self, name: str, total: int) -> None:
        self._step, self._done, self._total = name, 0, total
        self.line()

    def advance(self, done: int = 1) -> None:
        self._done += done
        self.line()

    def info(self, message: str) -> None:
        if self.console.verbosity > 0:
            self._above(message)

    def warn(self, message: str) -> None:
        """Show each warning once, because every build repeats them."""
        if message not in self._shown_messages:
            self._shown_messages.add(message)
            self._above(message, warning=True)

    def begins(self, name: str) -> None:
        self._name, self._step = name, ""
        self.line()

    def idle(self, files: int, growing: int, waits: bool) -> None:
        parts = [f"Watching: {files} files in uploads/"]
        if growing:
            parts.append(f"{growing} still arriving")
        if waits:
            parts.append("another build is running; trying again")
        self._name = ""
        self._show("; ".join([*parts, *filter(None, [self._news])]), is_new=not growing)

    def ended(self, outcome: Outcome) -> None:
        self.code = worse(self.code, code_of(outcome))
        self._name = ""
        if isinstance(outcome.error, AnotherBuild):
            return  # the status line says it
        if outcome.error:
            self._news = f"{outcome.name or 'a build'} failed at {datetime.now():%H:%M}"
            if self._failed.get(outcome.name) != str(outcome.error):  # a repeated error is not shown again
                self._failed[outcome.name] = str(outcome.error)
                self._clear()
                self.console.error(f"{outcome.name}: {outcome.error}" if outcome.name else str(outcome.error))
            return
        for name in (outcome.name, ""):
            self._failed.pop(name, None)
        reel = outcome.reel
        assert reel is not None
        for failure in reel.failures:
            self.warn(f"{failure.file} was not used: {failure.reason}")
        if reel.work.joined:
            self._news = f"{outcome.name} built at {datetime.now():%H:%M}"
            # one line instead of a build's summary
            counts = "; ".join(map(headline.customers, reel.counts.values()))
            self._above(
                f"{outcome.name}: new reel, {counts}, {clock(reel.duration_ms)} with {len(reel.clips)} clips, built in {outcome.seconds:.0f} s"
            )
        elif reel.work.held and (kept_message := f"{outcome.name}: {reel.work.held}") not in self._shown_messages:
            self._shown_messages.add(kept_message)
            self._news = f"{outcome.name} checked at {datetime.now():%H:%M}"
            self._above(kept_message)
        for line in format_results.summary(reel) if self.console.verbosity > 0 else ():
            self._above(line)

    def fetched(self, result: Fetched) -> None:
        """Sources were fetched: show the downloads, and each failed link once."""
        for outcome in result.outcomes:
            for failed_link in (*outcome.missed, *outcome.waiting):
                self.warn(f"{failed_link.source}, row {failed_link.row}: {failed_link.reason}.")
        if result.came:
            self._news = f"{result.came} answers downloaded at {datetime.now():%H:%M}"
            for line in fetch_summary(result):
                self._above(line)

    def line(self) -> None:
        """Show the current work, on a terminal."""
        if self.fancy and self._name:
            step = f": {self._step} {self._done}/{self._total}" if self._step else ""
            self._show(f"Building {self._name}{step}", is_new=False)
        elif self.fancy and self._step:  # sources are being fetched
            self._show(f"{self._step} {self._done}/{self._total}", is_new=False)

    def close(self) -> None:
        self._clear()

    def _above(self, message: str, warning: bool = False) -> None:
        self._clear()
        if warning:
            self.console.warn(message)
        else:
            self.console.info(message)

    def _show(self, text: str, is_new: bool) -> None:
        """Update the status line; without a terminal, print a line if it is new."""
        if not self.fancy:
            if is_new and text != self._last:
                self.console.info(text)
                self._last = text
            return
        columns = shutil.get_terminal_size().columns - 1
        text = printable(text)[:columns]
        if text == self._last:
            return
        sys.stderr.write("\r" + text.ljust(min(self._width, columns)))
        sys.stderr.flush()
        self._last, self._width = text, len(text)

    def _clear(self) -> None:
        if self.fancy and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._last, self._width = "", 0


class WatchLog(WatchDisplay):
    """Writes to the log only: ids, counts and times, no names of files or customers and none of their words."""

    def __init__(self, console: ConsoleProgress, journal: Journal, ids: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(console)
        self._journal, self._ids = journal, ids
        self._warnings = 0

    def line(self) -> None: ...

    def info(self, message: str) -> None: ...

    def warn(self, message: str) -> None:
        self._warnings += 1

    def begins(self, name: str) -> None:
        self._warnings = 0

    def idle(self, files: int, growing: int, waits: bool) -> None:
        if growing and not self._last:
            self._journal.write(f"{growing} files are still arriving; the next run adds them")
        self._last = str(growing or "")

    def ended(self, outcome: Outcome) -> None:
        self.code = worse(self.code, code_of(outcome))
        name = outcome.name or "watch"
        if outcome.error is not None:
            self._journal.write(f"{name}: exit code {code_of(outcome)}: {self.sayable(outcome)}")
            if not isinstance(outcome.error, AnotherBuild):
                self.console.error(f"{name}: {self.sayable(outcome)}")
            return
        reel = outcome.reel
        assert reel is not None
        work = reel.work
        parts = [
            f"new reel of {len(reel.clips)} clips"
            if work.joined
            else "the current reel is kept"
            if work.held
            else "nothing new",
            ", ".join(f"{slug} {count.spoke} of {count.of} customers" for slug, count in reel.counts.items()),
            f"{work.taken_in} files added, {work.transcribed} transcribed" if work.taken_in or work.transcribed else "",
            f"{len(reel.failures)} files not used (see `reelmaker status`)" if reel.failures else "",
            f"{self._warnings} warnings" if self._warnings else "",
            f"{outcome.seconds:.1f} s",
        ]
        self._journal.write(f"{name}: {'; '.join(filter(None, parts))}")

    def fetched(self, result: Fetched) -> None:
        if not any(
            outcome.came or outcome.missed or outcome.narrowed or outcome.trouble for outcome in result.outcomes
        ):
            return
        reasons = Counter(failed_link.reason for outcome in result.outcomes for failed_link in outcome.missed)
        parts = [*fetch_summary(result), *(f"{reason} ({count})" for reason, count in reasons.items())]
        self._journal.write(f"fetch: {'; '.join(parts)}")

    def sayable(self, outcome: Outcome) -> str:
        """The part of an error that may be logged."""
        error = outcome.error
        if isinstance(error, SAYABLE):
            return without_names(str(error), self._ids())
        return f"{type(error).__name__}; run `reelmaker build` for details. ({FILE} contains no names or words.)"


def code_of(outcome: Outcome) -> int:
    """The exit code with which `build` would end."""
    if outcome.error is not None:
        return outcome.error.exit_code
    return 3 if outcome.reel is not None and outcome.reel.failures else 0


def worse(first: int, second: int) -> int:
    return min(first, second, key=WORST.index)
