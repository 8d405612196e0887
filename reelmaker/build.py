"""The build, top to bottom: uploads -> responses -> transcripts -> moments -> clips -> reel -> files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reelmaker.errors import AnotherBuild, ReelmakerError
from reelmaker.ingest import stage as ingest
from reelmaker.model import Reel
from reelmaker.model.request import BuildRequest
from reelmaker.privacy import retention
from reelmaker.progress import Progress, Silent
from reelmaker.project.config import Project, open_project
from reelmaker.project.request import ask, with_overrides
from reelmaker.project.session import open_session
from reelmaker.publish import publish
from reelmaker.redaction import stage as redaction
from reelmaker.select import stage as select
from reelmaker.select.decisions import stage as tag
from reelmaker.transcribe import stage as transcribe
from reelmaker.transcribe.corrections import stage as corrections


def build(
    project: Project | str | Path,
    problems: Iterable[str] = (),
    *,
    all_problems: bool = False,
    dry_run: bool = False,
    draft: bool = False,
    check: bool = True,
    model: str | None = None,
    language: str | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    size: str | None = None,
    only_if_changed: bool = False,
    notify: bool = False,
    audience: str | None = None,
    date_is_right: bool = False,
    report: Progress | None = None,
) -> Reel:
    """Make the reel of one or more problems; only new work is done. Erasures that are due come first.

    Args:
        project: a project, or its folder.
        problems: the problems' short names; several make one reel with a chapter each.
        all_problems: take every problem of the file instead.
        dry_run: choose the clips, render nothing.
        draft: render small and fast, next to the real reel.
        check: transcribe the finished clips again and compare the words with the captions (a draft never does).
        model, language, where, size, audience: replace those in reelmaker.toml. `model` is a name or a folder,
            `language` an ISO 639-1 code or "auto", `where` column -> values, `size` such as "9:16", `audience`
            "internal" or "external".
        only_if_changed: keep the current reel unless `[reel] refresh_when` is met; `work.held` then tells what
            would be new, and the document is that of the reel that was not made.
        notify: notify the recipients in `[notify]` if the reel changed.
        date_is_right: this machine's date is correct, however far it is from that of the last build.
        report: receives the progress; silent if None.

    Returns:
        The reel, with its folder (None for a dry run), failures, warnings, counts and document.

    Raises:
        ReelmakerError: every error of `reelmaker.errors`; its `exit_code` is that of the command line.
    """
    request = BuildRequest(
        tuple(problems),
        all_problems,
        dry_run,
        draft,
        check,
        only_if_changed,
        notify,
        date_is_right,
        model,
        language,
        where,
        size,
        audience,
    )
    opened = project if isinstance(project, Project) else open_project(project)
    return build_and_restore(opened, request, report or Silent())


def build_and_restore(project: Project, request: BuildRequest, progress: Progress) -> Reel:
    """`build_reel`, then rebuild the other reels that contained a person whose answers it erased."""
    try:
        reel = build_reel(project, request, progress)
    except AnotherBuild:
        raise
    except ReelmakerError:
        if not request.dry_run:
            retention.make_again(project, rebuild, progress)
        raise
    if not request.dry_run:
        retention.make_again(project, rebuild, progress, reel.folder.name if reel.folder else "")
    return reel


def rebuild(project: Project, request: BuildRequest, progress: Progress) -> Reel:
    """`build_reel` without its own erasure, for callers that have just erased."""
    return build_reel(project, request, progress, erase=False)


def build_reel(project: Project, request: BuildRequest, progress: Progress, *, erase: bool = True) -> Reel:
    """Make one reel; only new work is done."""
    project = with_overrides(project, request)
    problems = ask(project, request.problems, request.all_problems)
    publish.check_request(project, request)
    with open_session(project, progress) as session:
        erased = retention.erase_due(session, request) if erase and not request.dry_run else 0
        publish.make_ready(session, request)
        with session.clock("take in"):
            survey = ingest.take_in(session)
        publish.drop_unusable(session, survey, request)
        with session.clock("transcribe"):
            survey = transcribe.transcribe_answers(session, survey)
            survey = corrections.correct(session, survey)
            survey = redaction.redact(session, survey)
        with session.clock("tag"):
            moments = tag.judge(session, survey, list(project.problems.values()))
        analysed = len(session.warnings)
        with session.clock("cut"):
            assembled = select.assemble_reel(session, survey, moments, problems, request.draft)
        reel = publish.publish(session, survey, assembled, moments, request, told_since=analysed)
    publish.notify(session, reel, request)
    return replace(reel.reel, work=replace(reel.reel.work, taken_in=reel.reel.work.taken_in + erased))
