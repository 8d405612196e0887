"""The document of a reel, which manifest.json contains and `--json` prints, and the warnings about a reel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reelmaker.model import Moment, Problem, Reel, Sample
from reelmaker.model.consent import EXTERNAL
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.project.config import Project
from reelmaker.project.request import project_facts
from reelmaker.project.session import Session
from reelmaker.redaction import anonymise
from reelmaker.redaction import stage as redaction_stage
from reelmaker.render import pieces
from reelmaker.select import representativeness
from reelmaker.select.decisions import standing


def document(project: Project, kind: str, reel: Reel, survey: Survey, moments: Sequence[Moment]) -> dict[str, Any]:
    """Everything that is known about a reel before it is rendered."""
    decisions = standing.in_force(survey, [problem.slug for problem in reel.problems])
    content = manifest.document(
        kind,
        project_facts(project),
        reel.problems,
        reel.counts,
        survey.responses,
        reel=reel,
        moments=about_problems(project, reel.problems, moments),
        thresholds={problem.slug: project.threshold_of(problem) for problem in reel.problems},
        failures=[{"file": f.file, "step": f.step, "reason": f.reason} for f in survey.failures],
        warnings=list(reel.warnings),
        **({"decisions": decisions} if decisions else {}),
    )
    content["reel"]["audience"] = project.reel.audience
    if project.redact.words:
        content["reel"]["redacted"] = list(project.redact.words)
    return content


def about_problems(project: Project, problems: Sequence[Problem], moments: Sequence[Moment]) -> list[Moment]:
    """The sentences that are about these problems; all of them are in the document."""
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    return [m for m in moments if m.problem in thresholds and m.speaks(thresholds[m.problem])]


def warn(
    session: Session, survey: Survey, masked: Survey, reel: Reel, samples: Sequence[Sample], moments: Sequence[Moment]
) -> None:
    """Warn about everything a person should know before the reel is shown.

    Args:
        masked: the survey without the data that the reel's audience may not see.
    """
    project = session.project
    burnt = project.reel.captions != "sidecar"
    for warning in pieces.left_out(reel, project.brand, burnt, project.reel.caption_language):
        session.warn(warning)
    for sample in samples:
        session.warn(representativeness.warning(sample))
    if project.reel.audience == EXTERNAL:
        moments_shown = [clip.moment for clip in reel.clips]
        session.warn(
            anonymise.names_said(project, masked, [*moments_shown, *about_problems(project, reel.problems, moments)])
        )
    session.warn(redaction_stage.warning(project, survey, reel))
