"""Retention: what a build erases by itself: interrupted erasures, withdrawn consents, answers that are too old.

Afterwards the affected reels are rebuilt; answers that are due soon yield a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from reelmaker.errors import NothingFound, ReelmakerError
from reelmaker.ingest import responses_csv, suppression
from reelmaker.ingest import stage as ingest_stage
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Reel, Response, consent
from reelmaker.model.request import BuildRequest
from reelmaker.privacy import data_subject
from reelmaker.privacy import erasure as privacy_erasure
from reelmaker.progress import Progress
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session, known_library

WARNED_DAYS = 30
Build = Callable[[Project, BuildRequest, Progress], Reel]


def today() -> date:
    """Today's date for retention; tests replace this function."""
    return date.today()


@dataclass(frozen=True, slots=True)
class Due:
    """Answers (checksums) due for erasure, and the dates on which others will be."""

    withdrawn: tuple[str, ...] = ()  # or the consent has expired
    old: tuple[str, ...] = ()
    soon: tuple[date, ...] = ()  # within the next 30 days, earliest first
    ending: tuple[date, ...] = ()  # likewise, because their consent ends
    undated: int = 0  # answers without a date, which are as old as their files

    @property
    def warnings(self) -> list[str]:
        messages = []
        for days, reason in (
            (self.soon, "because of [privacy] retention"),
            (self.ending, "because their consent expires"),
        ):
            if days:
                answers = "1 answer" if len(days) == 1 else f"{len(days)} answers"
                day = f"on {days[0]:%Y-%m-%d}"
                date_range = day if days[0] == days[-1] else f"until {days[-1]:%Y-%m-%d}, the first {day}"
                messages.append(f"{answers} will be erased {date_range}, {reason}.")
        if self.undated:
            answers = "1 answer has no date" if self.undated == 1 else f"{self.undated} answers have no date"
            messages.append(f"{answers} in responses.csv: [privacy] retention counts from the date of the file.")
        return messages


def due(project: Project, library: Library, day: date) -> Due:
    """The answers due on that day, according to the library and the table."""
    settings = project.privacy
    if not settings.erases:
        return Due()
    uploads, table, _ = suppression.sieve(library).left(
        library.uploads(), responses_csv.read_table(project.uploads, project.dates)
    )
    responses, _ = ingest_uploads.responses(list(uploads.values()), table)
    last_days = {
        response.id: consent.last_day(response.consent_until) for response in responses if settings.erase_withdrawn
    }
    refused = [
        response.id
        for response in responses
        if response.id in last_days
        and (consent.scope(response.consent) == "none" or _before(last_days[response.id], day))
    ]
    withdrawn = _with_data(project, library, refused)
    ends: dict[str, date] = {}
    if settings.retention:
        for response in responses:
            ends[response.id] = settings.retention.ends(_date_of(response, uploads[response.file].mtime_ns))
    return Due(
        tuple(withdrawn),
        tuple(id for id, end in ends.items() if end <= day and id not in withdrawn),
        _soon(ends.values(), day),
        _soon((end + timedelta(1) for id, end in last_days.items() if end and id not in refused), day),
        sum(not response.date.strip() for response in responses) if settings.retention else 0,
    )


def _before(last: date | None, day: date) -> bool:
    """Whether a consent's last day has passed. Text that is not a date never counts: erasing cannot be undone."""
    return last is not None and last < day


def _soon(days: Iterable[date], today: date) -> tuple[date, ...]:
    return tuple(sorted(end for end in days if today < end <= today + timedelta(WARNED_DAYS)))


def _with_data(project: Project, library: Library, answers: Sequence[str]) -> list[str]:
    """The answers for which there is something to erase."""
    if not answers or project.privacy.erase_uploads:
        return list(answers)
    processed = library.erasure().answers()
    processed |= {
        answer for document in data_subject.documents(project.reels).values() for answer in _answers_in(document)
    }
    return [answer for answer in answers if answer in processed]


def _answers_in(document: Mapping[str, Any] | None) -> set[str]:
    parts = [*(document or {}).get("items", ()), *(document or {}).get("moments", ())]
    return {str(part.get("response", "")) for part in parts}


def erase_due(session: Session, request: BuildRequest) -> int:
    """Finish an interrupted erasure, and erase what is due. Returns how many uploads were taken in for this.

    If today's date is far from the last build's, nothing is erased unless the request confirms the date.
    """
    project, library = session.project, session.library
    if library.erasure().job() and privacy_erasure.finish(project, library):
        session.progress.info("Finished an erasure that had been interrupted.")
    if not project.privacy.erases or not _may_be_due(project):
        return 0
    taken_in = ingest_stage.take_in(session).taken_in
    due_now = due(project, library, today())
    last_build_day = None if request.date_is_right else clock_skew.far_ahead(library, today())
    if last_build_day:
        due_then = due(project, library, last_build_day)
        doubtful = {*due_now.withdrawn, *due_now.old} - {*due_then.withdrawn, *due_then.old}
        if doubtful:
            session.warn(clock_skew.ahead(today(), last_build_day, len(doubtful)))
        due_now = due_then
    for answers, until_agreed, reason in (
        (due_now.withdrawn, True, "consent was withdrawn or has expired"),
        (due_now.old, False, "older than [privacy] retention allows"),
    ):
        if answers:
            _erase(session, answers, until_agreed, reason)
            session.progress.warn(f"Erased {_count_words(answers)}: {reason}.")
    for warning in due_now.warnings:
        session.progress.warn(warning)
    return taken_in


def _erase(session: Session, answers: tuple[str, ...], until_agreed: bool, reason: str) -> None:
    project, library = session.project, session.library
    before = (library.erasure().job() or {}).get("reels", [])
    person = data_subject.of_answers(project, library, answers, until_agreed)
    job = privacy_erasure.plan(project, library, person, not project.privacy.erase_uploads, reason)
    job["reels"] = before + job["reels"]
    privacy_erasure.begin(library, job, project, until_agreed=until_agreed)
    privacy_erasure.finish(project, library)


def _may_be_due(project: Project) -> bool:
    """Whether a check is needed: most surveys have no dates that end, and a build with nothing to do should be quick."""
    if project.privacy.retention:
        return True
    rows = (
        responses_csv.read_table(project.uploads, project.dates).rows.values()
        if project.privacy.erase_withdrawn
        else ()
    )
    return any(row.get("consent_until") or consent.scope(row.get("consent", "")) == "none" for row in rows)


def make_again(project: Project, build: Build, progress: Progress, made: str = "") -> list[dict[str, str]]:
    """Rebuild the reels that an erasure removed, each without the person, or record why one is not.

    Args:
        build: a build that does not erase anything itself.
        made: the reel that was just built.
    """
    rebuilt: list[dict[str, str]] = []
    while job := _pending_rebuilds(project):
        reel = job["reels"][0]
        options = {key: reel[key] for key in ("where", "size", "audience", "all_problems") if key in reel}
        request = BuildRequest(tuple(reel["problems"]), **options)
        outcome = ""
        if reel["name"] != made:
            try:
                progress.info(f"Rebuilding {reel['name']}.")
                build(project, request, progress)
            except NothingFound:
                outcome = "there is nothing left to show"
            except ReelmakerError as problem:
                outcome = problem.message
                progress.warn(f"{reel['name']} was not rebuilt: {problem.message}")
        rebuilt.append({"reel": reel["name"], "not_made": outcome})
        _mark_rebuilt(project, reel)
    return rebuilt


def _pending_rebuilds(project: Project) -> dict[str, Any] | None:
    if not project.library.exists():
        return None
    with known_library(project) as library:
        job = library.erasure().job()
    return job if job and job["stage"] == privacy_erasure.REBUILD and job["reels"] else None


def _mark_rebuilt(project: Project, reel: dict[str, Any]) -> None:
    with known_library(project) as library:
        erasure = library.erasure()
        job = erasure.job()
        if job:
            remaining = [waiting for waiting in job["reels"] if waiting != reel]
            erasure.store({**job, "reels": remaining} if remaining else None)


def _date_of(response: Response, mtime_ns: int) -> date:
    """The date of an answer: from the table, or else from its file."""
    text = response.date.strip()
    for form in (text[:10], f"{text[:7]}-01", f"{text[:4]}-01-01"):
        try:
            return date.fromisoformat(form)
        except ValueError:
            continue
    return datetime.fromtimestamp(mtime_ns / 1e9).date()


def _count_words(answers: tuple[str, ...]) -> str:
    return "all data derived from 1 answer" if len(answers) == 1 else f"all data derived from {len(answers)} answers"
