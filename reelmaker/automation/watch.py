"""Watches a folder: rebuilds reels when answers have arrived and stopped growing.

Rebuilding an unaffected reel changes no byte, so every round builds all requested reels. Only the content of the
folder counts; the system's change notifications only tell when to look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from reelmaker.automation.arrivals import Arrivals, Stamp, left_out, snapshot
from reelmaker.build import build
from reelmaker.errors import AnotherBuild, ProjectError, ReelmakerError
from reelmaker.model import Reel
from reelmaker.progress import Progress
from reelmaker.project import request
from reelmaker.project.config import FILE, Project, open_project
from reelmaker.project.session import known_library
from reelmaker.sources.fetch import Fetched
from reelmaker.sources.polling import Visits

TICK_S = 0.5
SCAN_S = 30.0  # the folder is checked this often even without a notification: network folders send none
RETRY_S = 5.0  # while another build is running
POLL_MS = 2000
SETTINGS = f"../{FILE}"  # its name among those of uploads/
TABLE = "responses.csv"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reel to keep up to date, as requested from `build`."""

    problems: tuple[str, ...] = ()
    all_problems: bool = False
    notify: bool = False  # notify the recipients in `[notify]`, if any

    @property
    def name(self) -> str:
        return "all" if self.all_problems else "+".join(self.problems)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one reel in a round: the reel, or the error. `name` is "" if no reel is concerned."""

    name: str
    reel: Reel | None = None
    error: ReelmakerError | None = None
    seconds: float = 0.0


class Tell(Progress, Protocol):
    """Receives the events of a watch."""

    def idle(self, files: int, growing: int, waits: bool) -> None:
        """Nothing to do now: number of files, and of those still growing; `waits` for another build."""

    def begins(self, name: str) -> None:
        """A reel is being built."""

    def ended(self, outcome: Outcome) -> None:
        """The build has finished or failed."""

    def fetched(self, result: Fetched) -> None:
        """Sources were fetched."""


def requested_reels(project: Project, requested: Wanted) -> list[Wanted]:
    """The requested reel; if none, all that were built and still exist, except drafts.

    Raises:
        ProjectError: there is none, or a requested problem is not in reelmaker.toml.
    """
    if requested.problems or requested.all_problems:
        request.ask(project, requested.problems, requested.all_problems)
        return [replace(requested, problems=tuple(dict.fromkeys(requested.problems)))]
    existing = []
    if project.library.exists():
        with known_library(project) as library:
            for name, body in library.reels().items():
                if not name.endswith(".draft") and (project.reels / name).is_dir():
                    is_all = name == "all"
                    existing.append(Wanted(() if is_all else tuple(body.get("problems", ())), is_all, requested.notify))
    if not existing:
        raise ProjectError(
            f"{project.folder}: there is no reel to keep up to date.",
            "Build one first, name a problem with --problem, or use --all.",
        )
    return existing


def ids(folder: Path) -> dict[str, str]:
    """The files of uploads/ with the short id of each ("unread" if none), which a log may show instead of the name."""
    names: dict[str, str] = {}
    with suppress(OSError):
        names = dict.fromkeys(snapshot(folder / "uploads"), "unread")
    with suppress(ReelmakerError):
        project = open_project(folder)
        if project.library.exists():
            with known_library(project) as library:
                names |= {name: upload.response[:6] or "unread" for name, upload in library.uploads().items()}
    names.pop(TABLE, None)
    return names


def once(folder: Path, requested: Wanted, settle_s: float, tell: Tell) -> None:
    """One round with all files that have stopped growing; files still growing after a minute are left for the next
    run.
    """
    Visits(folder, tell).make()
    arrivals = Arrivals(settle_s, (SETTINGS, TABLE))
    started = time.monotonic()
    while True:
        now = time.monotonic()
        try:
            arrivals.look(_files(folder), now, time.time())
        except OSError as problem:
            tell.ended(Outcome("", error=_no_folder(folder, problem)))
            return
        if _only_settings(arrivals.seen) or (arrivals.growing(now) == arrivals.pending and now - started > 60):
            tell.idle(len(arrivals.seen) - 1, len(arrivals.growing(now)), False)
            return
        if arrivals.ready(now):
            _round(folder, requested, arrivals, tell)
            return
        time.sleep(min(TICK_S, settle_s))


def watch(
    folder: Path,
    requested: Wanted,
    settle_s: float,
    tell: Tell,
    *,
    polling: bool = False,
    ends: Callable[[], bool] = lambda: False,
) -> None:
    """Round after round, until an interrupt or `ends` stops it. Errors are reported, and the watch continues.

    Python can lose an interrupt while an object is destroyed: hence `ends`.
    """
    arrivals = Arrivals(settle_s, (SETTINGS, TABLE))
    detector = ChangeDetector(folder / "uploads", polling, tell)
    visits = Visits(folder, tell)
    files: dict[str, Stamp] = {}
    may_have_changed, scanned, not_before, unreadable = True, 0.0, 0.0, False
    try:
        while not ends():
            may_have_changed = visits.make() or may_have_changed
            now = time.monotonic()
            if may_have_changed or arrivals.pending or now - scanned >= SCAN_S:
                scanned = now
                try:
                    files, unreadable = snapshot(folder / "uploads"), False
                except OSError as problem:
                    if not unreadable:
                        tell.ended(Outcome("", error=_no_folder(folder, problem)))
                    unreadable = True
            if not unreadable:
                arrivals.look({**files, **_settings(folder)}, now, time.time())
                if now >= not_before and arrivals.ready(now) and not _only_settings(arrivals.seen):
                    waits = not _round(folder, requested, arrivals, tell)
                    not_before = time.monotonic() + RETRY_S if waits else 0.0
                    may_have_changed = True
                    if not waits:
                        continue
                tell.idle(len(files), len(arrivals.growing(now)), now < not_before)
            may_have_changed = detector.wait()
    finally:
        detector.close()


def _round(folder: Path, requested: Wanted, arrivals: Arrivals, tell: Tell) -> bool:
    """Build every requested reel. False: another build is running, try again."""
    without = left_out(arrivals.growing(time.monotonic()), arrivals.seen)
    for outcome in make(folder, requested, without, tell):
        tell.ended(outcome)
        if isinstance(outcome.error, AnotherBuild):
            return False
    arrivals.built(without)
    return True


def make(folder: Path, requested: Wanted, without: frozenset[str], tell: Tell) -> Iterator[Outcome]:
    """Build every requested reel without these files; an error only affects its own reel.

    A reel that changes by less than `[reel] refresh_when` is left as it is.
    """
    try:
        project = replace(open_project(folder), growing=without)
        reels: Sequence[Wanted] = requested_reels(project, requested)
    except ReelmakerError as problem:
        yield Outcome("", error=problem)
        return
    for reel_request in reels:
        started = time.monotonic()
        tell.begins(reel_request.name)
        reel, error = None, None
        try:
            reel = build(
                project,
                reel_request.problems,
                all_problems=reel_request.all_problems,
                only_if_changed=True,
                notify=reel_request.notify and project.notify.anybody,
                report=tell,
            )
        except ReelmakerError as problem:
            error = problem
        except Exception as problem:  # noqa: BLE001 - an unexpected error must not end the watch
            error = ReelmakerError(
                f"Unexpected error: {type(problem).__name__}: {problem}.",
                "Run `reelmaker build -v` for details and report it.",
            )
        yield Outcome(reel_request.name, reel, error, time.monotonic() - started)


class ChangeDetector:
    """Wakes when something changes in a folder, or after a tick if the system sends no notifications.

    The folder may disappear and come back, as network shares do. `polling` compares its content every two seconds.
    """

    def __init__(self, folder: Path, polling: bool, report: Progress) -> None:
        self._folder, self._polling, self._report = folder, polling, report
        self._notices: Any = None
        self._identity: tuple[int, int] | None = None

    def wait(self) -> bool:
        """Wait for a notification or a tick. True: there may be something new."""
        if self._identity != self._folder_identity():
            self.close()
            self._identity = self._folder_identity()
            if self._identity:
                self._open()
                return True
        if self._notices is not None:
            try:
                return bool(next(self._notices, None))
            except (OSError, RuntimeError) as problem:
                self.close()
                if not self._polling and self._folder_identity() == self._identity:
                    self._polling = True
                    self._report.warn(
                        f"The system sends no change notifications for this folder ({problem}); checking it every two seconds instead."
                    )
                self._identity = None  # opened again by the next wait
        time.sleep(TICK_S)
        return False

    def close(self) -> None:
        if self._notices is not None:
            self._notices.close()
            self._notices = None

    def _folder_identity(self) -> tuple[int, int] | None:
        try:
            facts = self._folder.stat()
        except OSError:
            return None
        return facts.st_dev, facts.st_ino

    def _open(self) -> None:
        from watchfiles import watch as notices

        self._notices = notices(
            self._folder,
            watch_filter=None,
            debounce=400,
            step=50,
            rust_timeout=round(TICK_S * 1000),
            yield_on_timeout=True,
            force_polling=self._polling or None,
            poll_delay_ms=POLL_MS,
            ignore_permission_denied=True,
        )


def _files(folder: Path) -> dict[str, Stamp]:
    return {**snapshot(folder / "uploads"), **_settings(folder)}


def _settings(folder: Path) -> dict[str, Stamp]:
    try:
        stat_result = (folder / FILE).stat()
    except OSError:
        return {}
    return {SETTINGS: (stat_result.st_size, stat_result.st_mtime_ns)}


def _only_settings(seen: dict[str, Stamp]) -> bool:
    """Nothing is in uploads/: an empty folder, or the mount point of a missing share."""
    return not seen.keys() - {SETTINGS}


def _no_folder(folder: Path, problem: OSError) -> ProjectError:
    return ProjectError(
        f"{folder / 'uploads'}: cannot be read ({problem.strerror}).",
        "Restore or reconnect the folder; nothing is lost.",
    )
