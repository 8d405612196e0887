"""uploads/ and responses.csv -> the survey of a build: which answers may be used, and why others may not.

Takes a session; returns a `Survey` without transcripts. Files that are unchanged in the library are not probed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from reelmaker import media, parallel
from reelmaker.errors import ProjectError
from reelmaker.ingest import passed_over, responses_csv, suppression
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Facts, Failure, Response, Upload, blur_consent, consent
from reelmaker.model.decision import Decision
from reelmaker.model.survey import Source, Survey
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.session import Session


def take_in(session: Session) -> Survey:
    """uploads -> responses. Unchanged files are not read again."""
    project, library = session.project, session.library
    present_files, passed = ingest_uploads.files(project.uploads)
    known = library.uploads()
    uploads = {upload.file: upload for upload in passed}
    new: list[Path] = []
    sieve, gone = suppression.sieve(library), dict[str, str]()
    for path, facts in present_files:
        file = path.relative_to(project.uploads).as_posix()
        if file in project.growing:
            continue
        if mark := sieve.stamped(file, facts):
            gone[file] = mark
            continue
        upload = known.get(file)
        same = upload and (upload.size, upload.mtime_ns) == (facts.st_size, facts.st_mtime_ns)
        if upload and same and (upload.trouble or upload.probed == media.PROBED):
            uploads[upload.file] = upload
        else:
            new.append(path)
    if new:
        session.progress.step("Adding uploads", len(new))
        for path, probed in parallel.do(
            lambda path: ingest_uploads.look(project.uploads, path), new, stop=media.stop_all
        ):
            if isinstance(probed, Exception):
                name = path.relative_to(project.uploads).as_posix()
                probed = Upload(name, 0, 0, trouble=str(probed))
            uploads[probed.file] = probed
            session.progress.advance()
        media.rest()
    uploads, table, gone = sieve.left(uploads, responses_csv.read_table(project.uploads, project.dates), gone)
    library.store_uploads(uploads)
    survey = usable(session, uploads, table)
    for warning in (*suppression.warnings(gone), *passed_over.warnings(project.uploads)):
        session.warn(warning)
    if not uploads and not gone:
        raise ProjectError(
            f"{project.uploads}: there are no videos in this folder.", "Put the customers' videos into it."
        )
    return replace(
        survey,
        taken_in=len(new),
        left_out={**survey.left_out, **suppression.as_left_out(gone)},
        failures=tuple(
            Failure(upload.file, "ingest", upload.trouble) for _, upload in sorted(uploads.items()) if upload.trouble
        ),
    )


def known(session: Session) -> Survey:
    """The responses in the library, without a look at the uploads."""
    table = responses_csv.read_table(session.project.uploads, session.project.dates)
    uploads, table, _ = suppression.sieve(session.library).left(session.library.uploads(), table)
    return usable(session, uploads, table)


def with_decisions(session: Session, survey: Survey) -> Survey:
    """The same answers with the team's decisions as they are now."""
    return replace(survey, decisions=_decisions(session))


def usable(session: Session, uploads: Mapping[str, Upload], table: responses_csv.Table) -> Survey:
    """The responses that this reel may use, and why the others are left out."""
    project = session.project
    responses, warnings = ingest_uploads.responses(list(uploads.values()), table)
    for warning in warnings:
        session.warn(warning)
    today = consent.today()
    day = clock_skew.for_consents(session.library, today)
    refused = {r.id: why for r in responses if (why := consent.refusal(r, project.reel.audience, day))}
    if day != today and any(
        refused.get(r.id, "") != consent.refusal(r, project.reel.audience, today) for r in responses
    ):
        session.warn(clock_skew.behind(today, day))
    chosen = {r.id: r for r in responses_csv.select(responses, project.reel.where, session.warn, refused)}
    facts = {id: uploads[response.file].facts for id, response in chosen.items()}
    return Survey(
        responses=chosen,
        sources={id: source(project, chosen[id], probed) for id, probed in facts.items() if probed is not None},
        blurs={response.id: response.blur for response in responses if response.picture},
        left_out={r.id: (r.person, refused.get(r.id, "filtered")) for r in responses if r.id not in chosen},
        decisions=_decisions(session),
    )


def _decisions(session: Session) -> tuple[Decision, ...]:
    decisions = session.library.decisions()
    if session.project.reel.audience == consent.EXTERNAL:  # a note stands in the reasons, and may name anybody
        decisions = [replace(decision, note="") for decision in decisions]
    return tuple(decisions)


def source(project: Project, response: Response, facts: Facts) -> Source:
    """The path of a response's file, on which side of a call its customer speaks, and whether faces are blurred."""
    side = (response.channel or project.customer_channel) if facts.channels == 2 else ""
    outside = project.reel.audience == consent.EXTERNAL
    faces = facts.picture is not None and blur_consent.wanted(response.blur, project.blur, outside)
    return Source(project.uploads / response.file, facts, side if side in ("left", "right") else "", faces)


def left_out(survey: Survey) -> list[tuple[str, str]]:
    """(customer, why) of those without a transcript: not allowed, filtered, or their file failed."""
    people = {response.file: response.person for response in survey.responses.values()}
    answers = [failure.file for failure in survey.failures if failure.step != "captions"]  # those are listened to
    failed = [(people.get(file, file), "failed") for file in answers]
    return [*survey.left_out.values(), *failed]
