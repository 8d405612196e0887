"""What the project's settings say about a fair choice, handed to the pure rooms as plain values."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import contrary, ingest, pick, sample, steps
from reelmaker.model import Moment, Problem, Reel, Sample
from reelmaker.project import Project
from reelmaker.report import Report


def groups(project: Project, survey: steps.Survey, report: Report) -> dict[str, str] | None:
    """Response -> value of the column over which the places are shared out."""
    column = project.reel.balance
    if not column:
        return None
    groups = {
        response.id: ingest.column_of(response, column).strip().lower()
        for response in survey.responses.values()
    }
    if not any(groups.values()):
        survey.warnings.append(f'No response has a column "{column}"; [reel] balance does nothing.')
        report.warn(survey.warnings[-1])
        return None
    return groups


def contrary_voice(
    project: Project,
    survey: steps.Survey,
    problem: Problem,
    moments: Sequence[Moment],
    limits: pick.Limits,
) -> list[Moment]:
    """At most one moment: a customer who says the opposite."""
    if not project.reel.dissent:
        return []
    rivals = [
        other.slug
        for other in project.problems.values()
        if other.kind == problem.kind and other.slug != problem.slug
    ]
    voice = contrary.find(problem, moments, rivals, survey.responses, limits)
    return [voice] if voice else []


def compared(project: Project, reel: Reel, survey: steps.Survey, moments: Sequence[Moment]) -> list[Sample]:
    """Each problem's clips beside all who spoke of it and all who were heard."""
    column = project.reel.balance or "segment"
    voices = {c.moment.problem for c in reel.clips if c.moment.dissent}
    told = {c.moment.problem for c in reel.clips}
    return [
        sample.compare(
            problem.slug,
            [c.moment for c in reel.clips if c.moment.problem == problem.slug and not c.moment.dissent],
            [moment for moment in moments if moment.problem == problem.slug],
            survey.responses,
            project.threshold_of(problem),
            column,
            lambda response: ingest.column_of(response, column).strip(),
            problem.slug in voices if project.reel.dissent else None,
        )
        for problem in reel.problems
        if problem.slug in told
    ]
