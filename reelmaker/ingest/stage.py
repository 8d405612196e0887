"""The arrows of the walk with what the library remembers of each: work whose key is known is not done again.

Only these functions, `cutting.py`, `walk.py` and `deciding.py` read or write the library; the rooms they call give and take plain values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reelmaker import media, parallel
from reelmaker.errors import ProjectError
from reelmaker.ingest import responses_csv, suppression
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Facts, Failure, Response, Upload, blur_consent, consent
from reelmaker.model.survey import Source, Survey
from reelmaker.progress import Report
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library


def take_in(project: Project, library: Library, report: Report) -> Survey:
    """uploads -> responses. Files that are as they were are not read again."""
    found, passed = ingest_uploads.files(project.uploads)
    known = library.uploads()
    uploads = {upload.file: upload for upload in passed}
    new: list[Path] = []
    sieve, gone = suppression.sieve(library), dict[str, str]()
    for path, facts in found:
        file = path.relative_to(project.uploads).as_posix()
        if file in project.growing:
            continue
        if mark := sieve.stamped(file, facts):
            gone[file] = mark
            continue
        upload = known.get(file)
        if upload and (upload.size, upload.mtime_ns) == (facts.st_size, facts.st_mtime_ns):
            uploads[upload.file] = upload
        else:
            new.append(path)
    if new:
        report.step("Adding uploads", len(new))
        for path, looked in parallel.do(
            lambda path: ingest_uploads.look(project.uploads, path), new, stop=media.stop_all
        ):
            if isinstance(looked, Exception):
                name = path.relative_to(project.uploads).as_posix()
                looked = Upload(name, 0, 0, trouble=str(looked))
            uploads[looked.file] = looked
            report.advance()
        media.rest()
    uploads, table, gone = sieve.left(uploads, responses_csv.read_table(project.uploads), gone)
    library.store_uploads(uploads)
    survey = Survey(taken_in=len(new))
    responses, survey.warnings = ingest_uploads.responses(list(uploads.values()), table)
    _use(project, library, survey, responses, uploads)
    survey.left_out |= suppression.as_left_out(gone)
    survey.warnings += suppression.warnings(gone)
    survey.failures = [
        Failure(upload.file, "ingest", upload.trouble) for _, upload in sorted(uploads.items()) if upload.trouble
    ]
    if not uploads and not gone:
        raise ProjectError(
            f"{project.uploads}: there are no videos in this folder.", "Put the customers' videos into it."
        )
    return survey


def _use(
    project: Project, library: Library, survey: Survey, responses: Sequence[Response],
    uploads: Mapping[str, Upload],
) -> None:  # fmt: skip
    today = consent.today()
    day = clock_skew.for_consents(library, today)
    refused = {r.id: why for r in responses if (why := consent.refusal(r, project.reel.audience, day))}
    if day != today and any(
        refused.get(r.id, "") != consent.refusal(r, project.reel.audience, today) for r in responses
    ):
        survey.warnings.append(clock_skew.behind(today, day))
    for response in responses_csv.select(responses, project.reel.where, survey.warnings.append, refused):
        facts = uploads[response.file].facts
        assert facts is not None
        survey.responses[response.id] = response
        survey.sources[response.id] = source(project, response, facts)
    survey.blurs = {response.id: response.blur for response in responses if response.picture}
    survey.left_out = {
        response.id: (response.person, refused.get(response.id, "filtered"))
        for response in responses
        if response.id not in survey.responses
    }


def source(project: Project, response: Response, facts: Facts) -> Source:
    """Where a response's file lies, on which side of a call its customer speaks, and whether faces are blurred."""
    side = (response.channel or project.customer_channel) if facts.channels == 2 else ""
    outside = project.reel.audience == consent.EXTERNAL
    faces = facts.picture is not None and blur_consent.wanted(response.blur, project.blur, outside)
    return Source(project.uploads / response.file, facts, side if side in ("left", "right") else "", faces)


def left_out(survey: Survey) -> list[tuple[str, str]]:
    """(customer, why) of those who were not listened to: not allowed, filtered, or their file failed."""
    people = {response.file: response.person for response in survey.responses.values()}
    failed = [(people.get(failure.file, failure.file), "failed") for failure in survey.failures]
    return [*survey.left_out.values(), *failed]
