"""The first half of a build: every answer transcribed, redacted and tagged; or the same from stored results only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reelmaker.errors import AnotherBuild
from reelmaker.ingest import stage as ingest_stage
from reelmaker.model import Moment, Problem
from reelmaker.model.survey import Survey
from reelmaker.progress import Progress
from reelmaker.project.config import Project
from reelmaker.project.session import Session, look_into, open_session
from reelmaker.redaction import stage as redaction_stage
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.transcribe import stage as transcribe_stage


@dataclass(frozen=True, slots=True)
class Analysis:
    """All transcripts and judgements, and the warnings."""

    survey: Survey
    moments: list[Moment]
    warnings: tuple[str, ...]


def analyse(project: Project, problems: Sequence[Problem], progress: Progress, *, stores: bool = True) -> Analysis:
    """For `find`, `moments` and `suggest`: every answer transcribed and judged.

    `stores`: the library stores how the sentences were judged. While another build is running, the stored results are
    used as they are.
    """
    try:
        with open_session(project, progress) as session:
            survey = ingest_stage.take_in(session)
            survey = transcribe_stage.transcribe_answers(session, survey)
            survey = redaction_stage.redact(session, survey)
            session.stores = stores
            return Analysis(survey, decisions_stage.judge(session, survey, problems), tuple(session.warnings))
    except AnotherBuild as other:
        progress.warn(f"{other.message} Continuing with what is known so far.")
    with look_into(project, progress) as session:
        survey = known(session)
        return Analysis(survey, decisions_stage.judge(session, survey, problems), tuple(session.warnings))


def known(session: Session) -> Survey:
    """The stored results, without looking at the uploads or doing any work."""
    quiet = replace(session, known_only=True, stores=False)
    survey = transcribe_stage.transcribe_answers(quiet, ingest_stage.known(quiet))
    return redaction_stage.redact(quiet, survey)
