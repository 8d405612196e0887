"""moments -> moments with the team's decisions applied."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import tag
from reelmaker.model import Moment, Problem
from reelmaker.model.decision import Decision
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project
from reelmaker.project.session import Session
from reelmaker.select import context
from reelmaker.select.decisions import verdicts
from reelmaker.tag.stage import tag_sentences


def judge(session: Session, survey: Survey, problems: Sequence[Problem]) -> list[Moment]:
    """transcripts -> moments: every sentence against every problem of the file, then with the team's decisions
    applied.
    """
    project = session.project
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    judged = tag_sentences(session, survey, problems)
    rulings, labels = _ruled(project, survey.decisions, problems, judged)
    if labels and tag.learns(project.tagger):
        judged = tag_sentences(session, survey, problems, labels) or judged
    kinds = {problem.slug: problem.kind for problem in problems}
    in_context = context.in_answers(judged, kinds, thresholds, project.reel.clip_min_ms)
    return verdicts.obeyed(in_context, labels, rulings, thresholds)


def labels(session: Session, survey: Survey, problems: Sequence[Problem]) -> dict[verdicts.Place, bool]:
    """What the tagger may learn from: whether a sentence is about a problem, according to the team."""
    return _ruled(session.project, survey.decisions, problems, tag_sentences(session, survey, problems))[1]


def _ruled(
    project: Project, decisions: Sequence[Decision], problems: Sequence[Problem], judged: Sequence[Moment]
) -> tuple[dict[verdicts.Place, Decision], dict[verdicts.Place, bool]]:
    """The decision that holds for each sentence and problem of the file, and what can be learned from it."""
    known = {p.slug: project.threshold_of(p) for p in problems if project.problems.get(p.slug) == p}
    rulings = verdicts.rulings(decisions, judged, known)
    return rulings, verdicts.labels(rulings, judged)
