"""The first half of a build: every answer transcribed, redacted and tagged."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import media
from reelmaker.errors import AnotherBuild
from reelmaker.ingest import responses_csv, suppression
from reelmaker.ingest import stage as ingest_stage
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.ingest.stage import _use
from reelmaker.model import (
    Moment,
    Problem,
)
from reelmaker.model.survey import Survey
from reelmaker.progress import Report, Silent
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import at_work, limit
from reelmaker.redaction import stage as redaction_stage
from reelmaker.select import (
    verdict_stage,
)
from reelmaker.transcribe import stage as transcribe_stage


def listen(
    project: Project, problems: Sequence[Problem], report: Report, *, remember: bool = True
) -> tuple[Survey, list[Moment]]:
    """The first half of the walk, for `find` and `moments`: everything heard, judged.

    While another build is running, what the library holds so far is used as it is.
    """
    media.resume()
    limit(project)
    try:
        with at_work(project, report) as library:
            survey = ingest_stage.take_in(project, library, report)
            transcribe_stage.hear(project, library, survey, report)
            redaction_stage.mark(project, library, survey)
            return survey, verdict_stage.judge(project, library, survey, problems, report, remember=remember)
    except AnotherBuild as other:
        report.warn(f"{other.message} Continuing with what is known so far.")
    with Library(project.library) as library:
        survey = known(project, library)
        return survey, verdict_stage.judge(project, library, survey, problems, report, remember=False)


def known(project: Project, library: Library) -> Survey:
    """What the library holds, without looking at the uploads or doing any work."""
    survey = Survey()
    table = responses_csv.read_table(project.uploads)
    uploads, table, _ = suppression.sieve(library).left(library.uploads(), table)
    responses, survey.warnings = ingest_uploads.responses(list(uploads.values()), table)
    _use(project, library, survey, responses, uploads)
    transcribe_stage.hear(project, library, survey, Silent(), only_known=True)
    redaction_stage.mark(project, library, survey, remember=False)
    return survey
