"""What is known of the project, kept until the project changes: the settings, the answers, every moment and its score.

Reading a large library takes seconds, a click must take none. So what was read is kept, with the stamp of what it was
read from: the settings, the table of answers, and how often the library was written. The window keeps nothing else:
decisions and settings are in the project, and the command line sees them at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from reelmaker import analysis
from reelmaker.errors import ReelmakerError
from reelmaker.ingest import stage as ingest_stage
from reelmaker.ingest.responses_csv import TABLE
from reelmaker.model import Count, Moment, consent
from reelmaker.model.audit import Audited
from reelmaker.model.survey import Survey
from reelmaker.progress import Silent
from reelmaker.project.config import FILE, Project, open_project
from reelmaker.project.rows.head import change_count
from reelmaker.project.session import limit, look_into
from reelmaker.review import audit as review_audit
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import stage as decisions_stage

Result = TypeVar("Result")
Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The answers and moments of a project as its library has them. Empty before the first answer was transcribed."""

    project: Project
    stamp: Stamp = ()
    origin: Stamp = ()  # of the words
    survey: Survey = field(default_factory=Survey)
    moments: Mapping[str, tuple[Moment, ...]] = field(default_factory=dict)  # of each problem, highest score first
    counts: Mapping[str, Count] = field(default_factory=dict)
    audits: Mapping[str, Audited] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    _derived: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def derived(self, name: tuple[str, ...], make: Callable[[], Result]) -> Result:
        """What a screen works out of it, once; it goes when this goes."""
        if name not in self._derived:
            self._derived[name] = make()
        result: Result = self._derived[name]
        return result


class Workspace:
    """One project folder that is open in the window."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._reading, self._made = threading.Lock(), threading.Lock()
        self._project: tuple[Stamp, Project] | None = None
        self._known: Known | None = None
        self._parts: dict[type, Any] = {}

    # parts of the window that live as long as it does, such as the running job

    def part(self, kind: type[Result], make: Callable[[], Result]) -> Result:
        """The only object of its kind in this window; made when first needed."""
        with self._made:
            if kind not in self._parts:
                self._parts[kind] = make()
            part: Result = self._parts[kind]
            return part

    @property
    def busy(self) -> bool:
        """Whether work is going on that nobody has to watch, such as a build."""
        with self._made:
            parts = list(self._parts.values())
        return any(getattr(part, "busy", False) for part in parts)

    def prepare(self) -> None:
        """Begin to read what is known, so that the first screen need not wait for it."""
        threading.Thread(target=self._read_ahead, daemon=True).start()

    def close(self) -> None:
        """End what goes on."""
        with self._made:
            parts = list(self._parts.values())
        for part in parts:
            if close := getattr(part, "close", None):
                close()

    # the project

    @property
    def exists(self) -> bool:
        return (self.folder / FILE).exists()

    def project(self) -> Project:
        """The settings as they are in the file now.

        Raises:
            ProjectError: there is no project, or its settings cannot be read.
        """
        stamp = _stamp(self.folder / FILE)
        if self._project is None or self._project[0] != stamp:
            project = open_project(self.folder)
            limit(project)
            self._project = stamp, project
        return self._project[1]

    @property
    def stamp(self) -> Stamp:
        """Changes whenever somebody changes the settings, the table of answers or the library."""
        folder = self.folder
        return (
            _stamp(folder / FILE),
            _stamp(folder / "uploads" / TABLE),
            change_count(folder / "library.db"),
            _stamp(folder / "reels"),
        )

    def known(self) -> Known:
        """What is known now; read again only if something changed.

        Raises:
            ProjectError: there is no project, or it cannot be read.
        """
        stamp = self.stamp
        known = self._known
        if known is not None and known.stamp == stamp:
            return known
        with self._reading:
            stamp = self.stamp
            if self._known is None or self._known.stamp != stamp:
                self._known = _read(self.project(), stamp, self._known)
            return self._known

    def lately(self) -> Known:
        """What was known at the last look, for work that must not wait; the newest where there was none."""
        known = self._known
        return known if known is not None else self.known()

    def session(self) -> Any:
        """A look into the library, as every command takes it that waits for nobody; to be used with `with`."""
        return look_into(self.project(), Silent())

    def _read_ahead(self) -> None:
        with suppress(ReelmakerError, OSError):  # the first screen says what is wrong
            self.known()


def _read(project: Project, stamp: Stamp, before: Known | None) -> Known:
    """What is known. If only decisions were made since `before`, its words are taken over: reading them takes longest."""
    if not project.library.exists():
        return Known(project, stamp)
    with look_into(project, Silent()) as session:
        origin = (stamp[:2], session.library.words_mark(), consent.today())
        if before is not None and before.origin == origin:
            survey, warnings = ingest_stage.with_decisions(session, before.survey), before.warnings
        else:
            survey = analysis.known(session)
            warnings = tuple(session.warnings)
        problems = list(project.problems.values())
        moments = decisions_stage.judge(session, survey, problems) if problems else []
        counts = {problem.slug: select_stage.counted(session, survey, moments, problem) for problem in problems}
        audits = {
            problem.slug: result
            for problem in problems
            if (result := review_audit.audited(project, session.library, survey, moments, problem))
        }
        return Known(project, stamp, origin, survey, _by_problem(project, moments), counts, audits, warnings)


def _by_problem(project: Project, moments: list[Moment]) -> dict[str, tuple[Moment, ...]]:
    ranked: dict[str, list[Moment]] = {slug: [] for slug in project.problems}
    for moment in sorted(moments, key=lambda moment: (-moment.score, moment.span)):
        if moment.problem in ranked:
            ranked[moment.problem].append(moment)
    return {slug: tuple(own) for slug, own in ranked.items()}


def _stamp(path: Path) -> Stamp:
    try:
        facts = path.stat()
    except OSError:
        return ()
    return facts.st_mtime_ns, facts.st_size
