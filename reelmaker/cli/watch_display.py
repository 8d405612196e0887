"""How a watch talks: one quiet line that changes on a terminal, plain lines elsewhere, or a log without names."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from reelmaker.automation.run_log import FILE, Journal, without_names
from reelmaker.automation.watch import Outcome
from reelmaker.cli import format_results
from reelmaker.cli.console import Talk, shown
from reelmaker.cli.format_results import fetch_summary
from reelmaker.errors import AnotherBuild, DiskFull, ModelError, NothingFound, ProjectError, TemplateError
from reelmaker.model.moment_ids import clock
from reelmaker.select import headline
from reelmaker.sources.fetch import Fetched

# What these say is of the folder, its settings and the machine; others may quote a customer
SAYABLE = (ProjectError, ModelError, TemplateError, DiskFull, NothingFound, AnotherBuild)
WORST = (1, 4, 75, 3, 0)  # of several reels, the exit code that is told


class Telling:
    """A `Tell` of `watching`, which also keeps the exit code of what it heard."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.fancy, talk.fancy = talk.fancy, False  # the quiet line stands where a build has its bars
        self.code = 0
        self._said: set[str] = set()
        self._failed: dict[str, str] = {}
        self._name = ""
        self._step, self._done, self._total = "", 0, 0
        self._last = ""
        self._width = 0
        self._news = ""  # the last thing that happened, for the quiet line

    def step(self, name: str, total: int) -> None:
        self._step, self._done, self._total = name, 0, total
        self.line()

    def advance(self, done: int = 1) -> None:
        self._done += done
        self.line()

    def info(self, message: str) -> None:
        if self.talk.verbosity > 0:
            self._above(message)

    def warn(self, message: str) -> None:
        """Each warning once: every build says them again."""
        if message not in self._said:
            self._said.add(message)
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
        self._show("; ".join([*parts, *filter(None, [self._news])]), said=not growing)

    def ended(self, outcome: Outcome) -> None:
        self.code = worse(self.code, code_of(outcome))
        self._name = ""
        if isinstance(outcome.error, AnotherBuild):
            return  # the quiet line says it
        if outcome.error:
            self._news = f"{outcome.name or 'a build'} failed at {datetime.now():%H:%M}"
            if self._failed.get(outcome.name) != str(outcome.error):  # the same again is no news
                self._failed[outcome.name] = str(outcome.error)
                self._clear()
                self.talk.error(f"{outcome.name}: {outcome.error}" if outcome.name else str(outcome.error))
            return
        for name in (outcome.name, ""):
            self._failed.pop(name, None)
        reel = outcome.reel
        assert reel is not None
        for failure in reel.failures:
            self.warn(f"{failure.file} was not used: {failure.reason}")
        if reel.work.joined:
            self._news = f"{outcome.name} built at {datetime.now():%H:%M}"
            # the lines of each problem, then what was done: of them a watch says one
            counted = "; ".join(map(headline.customers, reel.counts.values()))
            self._above(
                f"{outcome.name}: new reel, {counted}, {clock(reel.duration_ms)} with {len(reel.clips)} clips, built in {outcome.seconds:.0f} s"
            )
        elif reel.work.held and (told := f"{outcome.name}: {reel.work.held}") not in self._said:
            self._said.add(told)
            self._news = f"{outcome.name} checked at {datetime.now():%H:%M}"
            self._above(told)
        for line in format_results.summary(reel) if self.talk.verbosity > 0 else ():
            self._above(line)

    def fetched(self, what: Fetched) -> None:
        """Sources were visited: what came, and each link that failed, once."""
        for one in what.outcomes:
            for missed in (*one.missed, *one.waiting):
                self.warn(f"{missed.source}, row {missed.row}: {missed.reason}.")
        if what.came:
            self._news = f"{what.came} answers downloaded at {datetime.now():%H:%M}"
            for line in fetch_summary(what):
                self._above(line)

    def line(self) -> None:
        """Show what is being done, on a terminal."""
        if self.fancy and self._name:
            step = f": {self._step} {self._done}/{self._total}" if self._step else ""
            self._show(f"Building {self._name}{step}", said=False)
        elif self.fancy and self._step:  # sources are visited
            self._show(f"{self._step} {self._done}/{self._total}", said=False)

    def close(self) -> None:
        self._clear()

    def _above(self, message: str, warning: bool = False) -> None:
        self._clear()
        if warning:
            self.talk.warn(message)
        else:
            self.talk.info(message)

    def _show(self, text: str, said: bool) -> None:
        """The quiet line; where there is no terminal, a plain one for what was not just said."""
        if not self.fancy:
            if said and text != self._last:
                self.talk.info(text)
                self._last = text
            return
        room = shutil.get_terminal_size().columns - 1
        text = shown(text)[:room]
        if text == self._last:
            return
        sys.stderr.write("\r" + text.ljust(min(self._width, room)))
        sys.stderr.flush()
        self._last, self._width = text, len(text)

    def _clear(self) -> None:
        if self.fancy and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._last, self._width = "", 0


class Logging(Telling):
    """Writes to the log only: ids, counts and times, no name of a file or a customer and no word of theirs."""

    def __init__(self, talk: Talk, journal: Journal, ids: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(talk)
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
                self.talk.error(f"{name}: {self.sayable(outcome)}")
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

    def fetched(self, what: Fetched) -> None:
        if not any(one.came or one.missed or one.narrowed or one.trouble for one in what.outcomes):
            return
        reasons = Counter(missed.reason for one in what.outcomes for missed in one.missed)
        told = [*fetch_summary(what), *(f"{reason} ({many})" for reason, many in reasons.items())]
        self._journal.write(f"fetch: {'; '.join(told)}")

    def sayable(self, outcome: Outcome) -> str:
        """What a log may hold of an error."""
        error = outcome.error
        if isinstance(error, SAYABLE):
            return without_names(str(error), self._ids())
        return f"{type(error).__name__}; run `reelmaker build` for details. ({FILE} contains no names or words.)"


def code_of(outcome: Outcome) -> int:
    """As `build` would end with it."""
    if outcome.error is not None:
        return outcome.error.exit_code
    return 3 if outcome.reel is not None and outcome.reel.failures else 0


def worse(one: int, other: int) -> int:
    return min(one, other, key=WORST.index)
