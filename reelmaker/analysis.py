"""The first half of a build: every answer transcribed, redacted and tagged; or the same from stored results only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reelmaker.errors import AnotherBuild
from reelmaker.ingest import stage as ingest_stage
from reelmaker.model import Count, Moment, Problem
from reelmaker.model.survey import Survey
from reelmaker.progress import Progress
from reelmaker.project.config import Project
from reelmaker.project.session import Session, look_into, open_session
from reelmaker.redaction import stage as redaction_stage
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.transcribe import stage as transcribe_stage
from reelmaker.transcribe.corrections import stage as corrections_stage


@dataclass(frozen=True, slots=True)
class Analysis:
    """All transcripts and judgements, the counts, and the warnings."""

    survey: Survey
    moments: list[Moment]
    warnings: tuple[str, ...]
    counts: Mapping[str, Count] = field(default_factory=dict)  # by the slug of a problem


def analyse(project: Project, problems: Sequence[Problem], progress: Progress, *, stores: bool = True) -> Analysis:
    """For `find`, `moments` and `suggest`: every answer transcribed and judged.

    `stores`: the library stores how the sentences were judged. While another build is running, the stored results are
    used as they are.
    """
    try:
        with open_session(project, progress) as session:
            survey = ingest_stage.take_in(session)
            survey = transcribe_stage.transcribe_answers(session, survey)
            survey = redaction_stage.redact(session, corrections_stage.correct(session, survey))
            session.stores = stores
            return _judged(session, survey, problems)
    except AnotherBuild as other:
        progress.warn(f"{other.message} Continuing with what is known so far.")
    with look_into(project, progress) as session:
        return _judged(session, known(session), problems)


def _judged(session: Session, survey: Survey, problems: Sequence[Problem]) -> Analysis:
    moments = decisions_stage.judge(session, survey, problems)
    counts = {problem.slug: select_stage.counted(session, survey, moments, problem) for problem in problems}
    return Analysis(survey, moments, tuple(session.warnings), counts)


def known(session: Session) -> Survey:
    """The stored results, without looking at the uploads or doing any work."""
    quiet = replace(session, known_only=True, stores=False)
    return redaction_stage.redact(quiet, spoken(quiet))


def spoken(session: Session) -> Survey:
    """The same before redaction: with the words that nobody else may read, for corrections of them."""
    quiet = replace(session, known_only=True, stores=False)
    survey = transcribe_stage.transcribe_answers(quiet, ingest_stage.known(quiet))
    return corrections_stage.correct(quiet, survey)


def known_counts(session: Session, survey: Survey) -> dict[str, Count]:
    """How many spoke of each problem of the file, as the library knows it; empty where something was changed since."""
    quiet = replace(session, known_only=True, stores=False, missing=0)
    problems = list(session.project.problems.values())
    moments = decisions_stage.judge(quiet, survey, problems)
    if quiet.missing or not moments:
        return {}
    return {problem.slug: select_stage.counted(quiet, survey, moments, problem) for problem in problems}
