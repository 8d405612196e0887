"""The right to work on a project: its lock and its library, and a clean end however the work ends.

In: a project. Out: its library, for as long as nobody else builds there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reelmaker import media
from reelmaker.errors import DiskFull, ProjectError
from reelmaker.progress import Report
from reelmaker.project.config import Project
from reelmaker.project.library import NO_ROOM, Library
from reelmaker.project.lock import one_builder


@contextmanager
def at_work(project: Project, report: Report, place: Path | None = None) -> Iterator[Library]:
    """The library of a project, held alone; what is odd about the lock or the library is told.

    Args:
        place: of another library than the project's, for work that leaves no trace.

    Raises:
        AnotherBuild: somebody else works on it.
        ProjectError, DiskFull: the lock or the library cannot be had, read or written.
    """
    with interruptible(), one_builder(project.folder) as odd, Library(place or project.library) as library:
        for told in filter(None, (odd, library.odd)):
            report.warn(told)
        yield library


@contextmanager
def interruptible() -> Iterator[None]:
    """However the work ends early, no ffmpeg is left running; a full disk is said in one line."""
    try:
        yield
    except BaseException as problem:
        media.stop_all()
        media.resume()  # for whoever goes on after the error
        if isinstance(problem, OSError) and problem.errno in NO_ROOM:
            raise DiskFull("No space is left on the disk.", "Free some space and run again; nothing is lost.") from None
        raise


def limit(project: Project) -> None:
    """Put the project's limits on uploads in force."""
    bounds = project.limits
    if bounds:
        media.set_limits(
            media.Limits(
                bounds["hours"],
                round(bounds["megapixels"] * 1e6),
                round(bounds["memory_mb"] * 1e6),
                bounds["minutes"] * 60,
            )
        )


def open_library(project: Project) -> Library:
    """The library of a project that was built before.

    Raises:
        ProjectError: there is none yet.
    """
    if not project.library.exists():
        raise ProjectError(
            f"{project.folder}: nothing was heard yet.", "Run `reelmaker build` or `reelmaker moments` first."
        )
    return Library(project.library)
