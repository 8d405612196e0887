"""A session: work on a project, with its lock and its library, and a clean end however the work ends."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from reelmaker import media, permissions
from reelmaker.errors import DiskFull, ProjectError, ReelmakerError
from reelmaker.progress import Progress, Silent
from reelmaker.project.config import Project
from reelmaker.project.library import NO_ROOM, Library
from reelmaker.project.lock import one_builder
from reelmaker.project.rows.head import outdated

Resource = TypeVar("Resource")


@dataclass(eq=False, slots=True)
class Session:
    """A project that is being worked on: its library, and the receiver of its progress.

    `known_only`: use only what the library contains and compute nothing; `missing` counts what it lacks.
    `stores`: new results are stored.
    """

    project: Project
    library: Library
    progress: Progress = field(default_factory=Silent)
    known_only: bool = False
    stores: bool = True
    missing: int = 0
    warnings: list[str] = field(default_factory=list)  # reported so far, each once
    seconds: dict[str, float] = field(default_factory=dict)  # wall time of each step
    _opened: dict[type, Any] = field(default_factory=dict)

    def warn(self, message: str) -> None:
        """Report a warning, but only once; "" is ignored."""
        if message and message not in self.warnings:
            self.warnings.append(message)
            self.progress.warn(message)

    def remember(self, key: str, compute: Callable[[], Any]) -> Any:
        """The result under this key: from the library, else computed and stored. None if it may not be computed."""
        result = self.library.result(key)
        if result is None and self.known_only:
            self.missing += 1
        elif result is None:
            result = compute()
            self.store({key: result})
        return result

    def store(self, results: dict[str, Any]) -> None:
        """Store results by their keys."""
        if self.stores and results:
            self.library.store_results(results)

    def once(self, kind: type[Resource], make: Callable[[], Resource]) -> Resource:
        """The only object of its kind in this session, such as a loaded model; made when first needed."""
        if kind not in self._opened:
            self._opened[kind] = make()
        return cast(Resource, self._opened[kind])

    @contextmanager
    def clock(self, step: str) -> Iterator[None]:
        """Add the wall time of a step to `seconds`."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = round(self.seconds.get(step, 0) + time.monotonic() - started, 3)


@contextmanager
def open_session(project: Project, progress: Progress, library: Path | None = None) -> Iterator[Session]:
    """Work on a project exclusively; warnings about its lock or its library are reported.

    Args:
        library: another library than the project's, for work that leaves no trace.

    Raises:
        AnotherBuild: another process works on it.
        ProjectError, DiskFull: the lock or the library cannot be opened, read or written.
    """
    media.resume()
    limit(project)
    access = project.privacy.access
    with (
        permissions.restricted(access),
        interruptible(),
        one_builder(project.folder) as lock_warning,
        Library(library or project.library) as library_opened,
    ):
        permissions.correct(project.library, _own(project), access)
        session = Session(project, library_opened, progress)
        for message in filter(None, (lock_warning, library_opened.warning)):
            progress.warn(message)
        yield session


@contextmanager
def look_into(project: Project, progress: Progress | None = None) -> Iterator[Session]:
    """Use what is known about a project that was built before, without waiting for the lock and without new work.

    Raises:
        ProjectError: nothing is known yet.
    """
    if not project.library.exists():
        raise ProjectError(
            f"{project.folder}: nothing has been transcribed yet.",
            "Run `reelmaker build` or `reelmaker moments` first.",
        )
    with known_library(project) as library:
        yield Session(project, library, progress or Silent(), stores=False)


@contextmanager
def known_library(project: Project) -> Iterator[Library]:
    """The library of a project, for reading beside a build. One of an older version is migrated only while nobody works on it.

    Raises:
        AnotherBuild: a build runs, and the library is of an older version: perhaps the build is, too.
        ProjectError: it cannot be opened.
    """
    with permissions.restricted(project.privacy.access):
        if outdated(project.library):
            with (
                suppress(ProjectError),
                one_builder(project.folder),
            ):  # if the folder cannot be written, opening says so
                Library(project.library).close()
        with Library(project.library) as library:
            yield library


def _own(project: Project) -> list[Path]:
    """What the program writes, but for uploads and the settings."""
    files = project.folder.glob(f"{project.library.stem}.before-*{project.library.suffix}")
    return [project.cache, project.reels, project.folder / ".lock", *files]


@contextmanager
def interruptible() -> Iterator[None]:
    """If the work ends early, stop every ffmpeg; report a full disk in one line."""
    try:
        yield
    except BaseException as problem:
        media.stop_all()
        media.resume()  # for a caller that continues after the error
        if isinstance(problem, OSError) and (line := _of_the_system(problem)):
            raise line from None
        raise


def _of_the_system(problem: OSError) -> ReelmakerError | None:
    """What the system refused, in one line; None where it is no matter of disks and folders."""
    if problem.errno in NO_ROOM:
        return DiskFull("No space is left on the disk.", "Free some space and run again; nothing is lost.")
    if problem.errno == errno.EFBIG:
        return DiskFull("A file became larger than is allowed here.", "Raise the limit (ulimit -f) and run again.")
    if problem.errno in (errno.EMFILE, errno.ENFILE):
        return ProjectError("Too many files are open.", "Close other programs, or raise the limit (ulimit -n).")
    if problem.filename is None or isinstance(problem, BrokenPipeError):
        return None
    path = problem.filename2 or problem.filename
    return ProjectError(
        f"{os.fsdecode(path) if isinstance(path, (str, bytes)) else path}: cannot be read or written ({problem.strerror}).",
        "Check what lies there, the permissions and the disk, and run again; nothing is lost.",
    )


def limit(project: Project) -> None:
    """Apply the project's limits for uploads."""
    limits = project.limits
    if limits:
        media.set_limits(
            media.Limits(
                limits["hours"],
                round(limits["megapixels"] * 1e6),
                round(limits["memory_mb"] * 1e6),
                limits["minutes"] * 60,
            )
        )
