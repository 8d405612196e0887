"""moments -> moments as the team decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from reelmaker import tag
from reelmaker.model import Moment, Problem, consent
from reelmaker.model.decision import Decision
from reelmaker.model.survey import Survey
from reelmaker.progress import Report, Silent
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.select import context, verdicts
from reelmaker.tag.stage import _tagged


def judge(
    project: Project,
    library: Library,
    survey: Survey,
    problems: Sequence[Problem],
    report: Report,
    *,
    remember: bool = True,
    only_known: bool = False,
) -> list[Moment]:
    """transcripts -> moments: every sentence against every problem of the file, then as the team decided.

    `only_known`: nothing is judged anew; none where the library does not hold it.
    """
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    tagged = partial(_tagged, project, library, survey, problems, report, remember, only_known=only_known)
    judged = tagged()
    survey.decisions = _decisions(project, library)
    rulings, labels = _ruled(project, survey.decisions, problems, judged)
    if labels and tag.learns(project.tagger):
        judged = tagged(labels) or judged
    kinds = {problem.slug: problem.kind for problem in problems}
    seen = context.in_answers(judged, kinds, thresholds, project.reel.clip_min_ms)
    return verdicts.obeyed(seen, labels, rulings, thresholds)


def labels(
    project: Project, library: Library, survey: Survey, problems: Sequence[Problem]
) -> dict[verdicts.Place, bool]:
    """What the tagger may learn from: whether a sentence speaks to a problem, as the team says."""
    judged = _tagged(project, library, survey, problems, Silent(), False)
    return _ruled(project, _decisions(project, library), problems, judged)[1]


def _decisions(project: Project, library: Library) -> list[Decision]:
    decisions = library.decisions()
    if project.reel.audience == consent.EXTERNAL:  # a note stands in the reasons, and may name anybody
        decisions = [replace(decision, note="") for decision in decisions]
    return decisions


def _ruled(
    project: Project, decisions: Sequence[Decision], problems: Sequence[Problem], judged: Sequence[Moment]
) -> tuple[dict[verdicts.Place, Decision], dict[verdicts.Place, bool]]:
    """The decision that holds for each sentence and problem of the file, and what can be learned from it."""
    known = {p.slug: project.threshold_of(p) for p in problems if project.problems.get(p.slug) == p}
    rulings = verdicts.rulings(decisions, judged, known)
    return rulings, verdicts.labels(rulings, judged)
