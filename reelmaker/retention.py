"""What a build erases by itself: an erasure that was cut off, consents that were withdrawn, answers that are too old.

In: a project and today's date. Out: what is due, what soon will be; after a build, the reels that held it made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from reelmaker import clocks, forgetting, forgotten, ingest, persons, steps
from reelmaker.atwork import at_work
from reelmaker.errors import AnotherBuild, NothingFound, ReelmakerError
from reelmaker.library import Library
from reelmaker.model import Reel, Response
from reelmaker.project import Project, open_project
from reelmaker.report import Report, Silent

WARNED_DAYS = 30
# Erasing cannot be undone, so only words that surely mean it
WITHDRAWN = frozenset({"no", "none", "n", "false", "0", "withdrawn", "refused", "declined"})
Build = TypeVar("Build", bound=Callable[..., Reel])


def today() -> date:
    """The day by which answers are too old; tests put another function in its place."""
    return date.today()


@dataclass(frozen=True, slots=True)
class Due:
    """Answers (checksums) that are to be erased, and the days on which others will be."""

    withdrawn: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    soon: tuple[date, ...] = ()  # within the next 30 days, the first first

    @property
    def warning(self) -> str:
        if not self.soon:
            return ""
        many = len(self.soon)
        what = "1 answer" if many == 1 else f"{many} answers"
        day = f"on {self.soon[0]:%Y-%m-%d}"
        when = day if self.soon[0] == self.soon[-1] else f"until {self.soon[-1]:%Y-%m-%d}, the first {day}"
        return f"{what} will be erased {when}, as [privacy] retention says."


def due(project: Project, library: Library, day: date) -> Due:
    """What is due on that day, by what the library holds of the uploads and the table says of them."""
    settings = project.privacy
    if not settings.erases:
        return Due()
    uploads, table, _ = forgotten.sieve(library).left(library.uploads(), ingest.read_table(project.uploads))
    responses, _ = ingest.responses(list(uploads.values()), table)
    withdrawn = [
        one.id
        for one in responses
        if settings.erase_withdrawn and one.consent.strip().casefold() in WITHDRAWN
    ]
    ends: dict[str, date] = {}
    if settings.retention:
        for one in responses:
            ends[one.id] = settings.retention.ends(_given(one, uploads[one.file].mtime_ns))
    return Due(
        tuple(withdrawn),
        tuple(id for id, end in ends.items() if end <= day and id not in withdrawn),
        tuple(sorted(end for id, end in ends.items() if day < end <= day + timedelta(WARNED_DAYS))),
    )


def settle(project: Project, report: Report, *, sure: bool = False) -> int:
    """Finish an erasure that was cut off, and erase what is due. Gives back how many uploads it took in.

    `sure`: the team says that the machine's day is right, however far it is from the last.
    """
    if not project.library.exists() and not project.privacy.erases:
        return 0
    with at_work(project, report) as library:
        if library.erasure().job() and forgetting.finish(project, library):
            report.info("An erasure that had been cut off was finished.")
        if not project.privacy.erases:
            return 0
        taken_in = steps.take_in(project, library, report).taken_in
        found = due(project, library, today())
        last = None if sure else clocks.far_ahead(library, today())
        if found.old and last:
            report.warn(clocks.ahead(today(), last, len(found.old)))
            found = replace(found, old=())
        for answers, whole, why in (
            (found.withdrawn, True, "the consent is withdrawn"),
            (found.old, False, "they are older than [privacy] retention allows"),
        ):
            if answers:
                before = (library.erasure().job() or {}).get("reels", [])
                person = persons.of_answers(project, library, answers, whole)
                job = forgetting.plan(project, library, person, not project.privacy.erase_uploads)
                job["reels"] = before + job["reels"]
                forgetting.begin(library, job, project)
                forgetting.finish(project, library)
                report.warn(f"{_many(answers)} erased: {why}.")
        if found.warning:
            report.warn(found.warning)
        return taken_in


def settled(build: Build) -> Build:
    """A build that first erases what is due, and afterwards makes the other reels again that had held it."""

    @wraps(build)
    def wrapped(project: Project | str | Path, problems: Iterable[str] = (), **options: Any) -> Reel:
        found = project if isinstance(project, Project) else open_project(project)
        if options.get("dry_run"):
            return build(found, problems, **options)
        report: Report = options.get("report") or Silent()
        taken_in = settle(found, report, sure=options.get("date_is_right", False))
        try:
            reel = build(found, problems, **options)
        except AnotherBuild:
            raise
        except ReelmakerError:
            again(found, build, report)
            raise
        again(found, build, report, reel.folder.name if reel.folder else "")
        return replace(reel, work=replace(reel.work, taken_in=reel.work.taken_in + taken_in))

    return cast(Build, wrapped)


def again(
    project: Project, build: Callable[..., Reel], report: Report, made: str = ""
) -> list[dict[str, str]]:
    """Make the reels again that an erasure took away, each without the person, or say why one is not.

    Args:
        build: a build that erases nothing itself.
        made: the reel that was made just now.
    """
    told: list[dict[str, str]] = []
    while job := _waiting(project):
        one = job["reels"][0]
        options = {key: one[key] for key in ("where", "size", "audience", "all_problems") if key in one}
        outcome = ""
        if one["name"] != made:
            try:
                report.info(f"Making {one['name']} again.")
                build(project, one["problems"], report=report, **options)
            except NothingFound:
                outcome = "nothing is left to show"
            except ReelmakerError as problem:
                outcome = problem.message
                report.warn(f"{one['name']} is not made again: {problem.message}")
        told.append({"reel": one["name"], "not_made": outcome})
        _done(project, one)
    return told


def _waiting(project: Project) -> dict[str, Any] | None:
    if not project.library.exists():
        return None
    with Library(project.library) as library:
        job = library.erasure().job()
    return job if job and job["stage"] == forgetting.REBUILD and job["reels"] else None


def _done(project: Project, one: dict[str, Any]) -> None:
    with Library(project.library) as library:
        erasure = library.erasure()
        job = erasure.job()
        if job:
            left = [other for other in job["reels"] if other != one]
            erasure.store({**job, "reels": left} if left else None)


def _given(response: Response, mtime_ns: int) -> date:
    """The day an answer was given: as the table says, or else when its file was written."""
    text = response.date.strip()
    for form in (text[:10], f"{text[:7]}-01", f"{text[:4]}-01-01"):
        try:
            return date.fromisoformat(form)
        except ValueError:
            continue
    return datetime.fromtimestamp(mtime_ns / 1e9).date()


def _many(answers: tuple[str, ...]) -> str:
    return (
        "What was made of 1 answer is"
        if len(answers) == 1
        else f"What was made of {len(answers)} answers is"
    )
