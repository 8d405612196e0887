"""`forget`: erases all data of a person, rebuilds the reels without them, and returns a receipt (a JSON document)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from reelmaker.errors import UnknownPerson
from reelmaker.outputs import manifest
from reelmaker.privacy import data_subject, retention
from reelmaker.privacy import erasure as privacy_erasure
from reelmaker.progress import Progress, Silent
from reelmaker.project import request
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import open_session


def planned(project: Project, who: str, keep_upload: bool = False) -> dict[str, Any]:
    """The receipt of what `forget` would erase; changes nothing.

    Raises:
        UnknownPerson: nobody, or several people, match.
    """
    library_file = project.library if project.library.exists() else Path(":memory:")
    with Library(library_file) as library:
        job = privacy_erasure.plan(project, library, data_subject.resolve(project, library, who), keep_upload)
        removed = privacy_erasure.would_remove(project, library, job)
    reels = [{"reel": reel["name"], "not_made": ""} for reel in job["reels"]]
    return _document(project, job, removed, reels, [], dry_run=True)


def forget(
    project: Project,
    who: str,
    build: retention.Build,
    *,
    keep_upload: bool = False,
    sure: Callable[[dict[str, Any]], None] = lambda _: None,
    report: Progress | None = None,
) -> dict[str, Any]:
    """Erase all data of a person, then rebuild the reels that contained them.

    Args:
        build: rebuilds the reels, as `reelmaker.build.rebuild` does.
        keep_upload: leave the file in uploads/, its sidecars and its row; it is never used again.
        sure: receives what will be erased, and raises if that is not confirmed.

    Raises:
        UnknownPerson: nobody, or several people, match.
        ReelmakerError: something cannot be deleted; running it again continues.
    """
    progress = report or Silent()
    with open_session(project, progress) as session:
        library = session.library
        erasure = library.erasure()
        unfinished, was_unfinished = erasure.job(), bool(erasure.job())
        removed = privacy_erasure.finish(project, library)
        try:
            person = data_subject.resolve(project, library, who)
        except UnknownPerson:
            forgotten_at = data_subject.forgotten_before(project, library, who)
            if not was_unfinished and not forgotten_at:
                raise
            job = unfinished or {"made": forgotten_at, "person": None, "reels": []}
        else:
            job = privacy_erasure.plan(project, library, person, keep_upload)
            sure(_document(project, job, privacy_erasure.would_remove(project, library, job), [], [], dry_run=True))
            job["reels"] = (erasure.job() or {}).get("reels", []) + job["reels"]
            privacy_erasure.begin(library, job, project)
            removed += privacy_erasure.finish(project, library)
    reels = retention.make_again(project, build, progress)
    still_found = privacy_erasure.still_holding(project, job) if job.get("person") else []
    return _document(project, job, removed, reels, still_found, dry_run=False)


def _document(
    project: Project,
    job: dict[str, Any],
    removed: list[dict[str, Any]],
    reels: list[dict[str, str]],
    still_found: list[str],
    *,
    dry_run: bool,
) -> dict[str, Any]:
    person = job.get("person") or {"answers": []}
    return manifest.document(
        "forget",
        request.project_facts(project),
        [],
        {},
        {},
        thresholds={},
        forgotten={
            "made": job["made"],
            "dry_run": dry_run,
            "answers": [answer[:12] for answer in person["answers"]],
            "removed": removed,
            "kept_upload": bool(job.get("keep_upload")),
            "reels": reels,
            "still_found": still_found,
            "published": list(project.privacy.published),
        },
    )
