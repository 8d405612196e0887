"""The audit stored in the library, for counts: that of the last drawing whose question is still the problem's."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker.model import Moment, Problem
from reelmaker.model.audit import Audited, Draw
from reelmaker.model.survey import Survey
from reelmaker.project.library import Library, key_of
from reelmaker.select.audits import sample as audit_sample
from reelmaker.select.audits.sample import Sample


def audited(
    library: Library, survey: Survey, moments: Sequence[Moment], problem: Problem, threshold: float
) -> Audited | None:
    """What the audit says about the survey's customers; None if there is no audit for this question.

    Only they are included: for an external reel those who agreed to be shown, for a filtered one those inside the
    filter.
    """
    sample = sample_of(library, survey, problem)
    return audit_sample.audited(sample, moments, threshold) if sample else None


def sample_of(library: Library, survey: Survey, problem: Problem) -> Sample | None:
    """The list of the last drawing for this question, compared with today's survey; None if there is none."""
    draws = standing(library, problem)
    return audit_sample.sample_of(draws, survey, library.decisions()) if draws else None


def standing(library: Library, problem: Problem) -> list[Draw]:
    """The last drawing and its additions, if it asked this question."""
    draws = _last(library, problem)
    return draws if draws and draws[0].asked == question(problem) else []


def outdated(library: Library, problem: Problem) -> str:
    """A warning that there is an audit, but of another question; "" if not."""
    draws = _last(library, problem)
    if not draws or draws[0].asked == question(problem):
        return ""
    return f"{problem.slug} was audited before its statement or kind was changed; that audit does not count."


def question(problem: Problem) -> str:
    """What a customer is asked about, as a key. Phrases and descriptions only help to find it."""
    return key_of("audit", problem.statement, problem.kind)[:16]


def _last(library: Library, problem: Problem) -> list[Draw]:
    draws = library.draws().of(problem.slug)
    return [draw for draw in draws if draw.base == max(other.base for other in draws)]
