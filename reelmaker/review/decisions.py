"""The team's decisions about moments: records, reverses and lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Verdict
from reelmaker.model.decision import CHECKS, ENDS, Decision
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.session import Session, look_into
from reelmaker.review import reversal
from reelmaker.review.lookup import ResolvedMoment, resolve
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.select.decisions import verdicts
from reelmaker.select.decisions.standing import Standing, entry, standings


def decide(
    project: Project,
    verdict: Verdict,
    names: Sequence[str],
    problem: str = "",
    note: str = "",
    report: Progress | None = None,
) -> list[tuple[Decision, ResolvedMoment]]:
    """Record one decision for each name; none of them if one name is wrong.

    Args:
        names: such as `4f2a91@1:07.4` or `checkout/3`.
        problem: slug; "" means the clip's problem if a clip of a reel is named, otherwise every problem. A moment kept
            without a problem must be about exactly one.

    Raises:
        UnknownMoment: a name matches no moment, or several.
        ProjectError: nothing has been transcribed yet, or it is not clear which problem a kept moment is about.
    """
    if problem:
        project.problem(problem)
    with look_into(project) as session:
        return record(session, analysis.known(session), verdict, names, problem, note, report or Silent())


def record(
    session: Session,
    survey: Survey,
    verdict: Verdict,
    names: Sequence[str],
    problem: str,
    note: str,
    progress: Progress,
) -> list[tuple[Decision, ResolvedMoment]]:
    """`decide` in a session, with the answers as they are known."""
    project, made_at = session.project, clock_skew.now()
    judged: list[Moment] = []
    resolved_moments, new_decisions = [], []
    for name in names:
        moment = resolve(project, survey, name, problem)
        slug = problem or moment.problem
        if verdict == "keep" and not slug:
            judged = judged or decisions_stage.judge(session, survey, list(project.problems.values()))
            slug = _spoken_of(project, moment, judged)
        resolved_moments.append(moment)
        new_decisions.append(Decision(0, moment.span, slug, verdict, " ".join(note.split()), made_at))
    stored = session.library.store_decisions(new_decisions)
    for moment in resolved_moments:
        unquotable = {verdicts.unquotable(sentence) for sentence in moment.sentences}
        if verdict == "keep" and "" not in unquotable:
            progress.warn(
                f"{moment.name}: {' and '.join(sorted(unquotable))} are never quoted, whatever the team decides."
            )
    return list(zip(stored, resolved_moments, strict=True))


def withdraw(project: Project, numbers: Sequence[int]) -> None:
    """Reverse decisions; their rows stay. Decisions made in one go are reversed in one go.

    Raises:
        ProjectError: there is no such decision, or it is already reversed; then none is reversed.
    """
    with look_into(project) as session:
        library = session.library
        decisions = {decision.number: decision for decision in library.decisions()}
        reversal.refuse(decisions, numbers, "decision")
        orders = {
            (decisions[number].verdict, decisions[number].order)
            for number in numbers
            if decisions[number].verdict in (*ENDS, *CHECKS)
        }
        same_order = [d.number for d in decisions.values() if (d.verdict, d.order) in orders and not d.withdrawn]
        library.withdraw(sorted({*numbers, *same_order}), clock_skew.now())


def listed(project: Project) -> list[Standing]:
    """Every decision of a project with its current state; none if nothing has been transcribed yet."""
    if not project.library.exists():
        return []
    with look_into(project) as session:
        return standings(analysis.known(session), project)


def document(project: Project, listed: Sequence[Standing]) -> dict[str, Any]:
    """The document of `decisions --json`."""
    entries = [
        entry(standing)
        | {
            "state": standing.state,
            "reason": standing.reason,
            "text": standing.text,
            "withdrawn": standing.decision.withdrawn,
        }
        for standing in listed
    ]
    project_facts = {"name": project.name, "language": project.language or "auto"}
    return manifest.document("decisions", project_facts, [], {}, {}, thresholds={}, decisions=entries)


def _spoken_of(project: Project, moment: ResolvedMoment, judged: Sequence[Moment]) -> str:
    """The one problem that the moment is about."""
    if len(project.problems) == 1:
        return next(iter(project.problems))
    scores: dict[str, float] = {}
    for judged_moment in judged:
        if judged_moment.sentences[0] in moment.sentences:
            scores[judged_moment.problem] = max(judged_moment.score, scores.get(judged_moment.problem, 0.0))
    above_threshold = [slug for slug, score in scores.items() if score >= project.threshold_of(project.problems[slug])]
    if len(above_threshold) == 1:
        return above_threshold[0]
    ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))
    raise ProjectError(
        f"{moment.name}: it is not clear which problem this is about.",
        f"Name it with --problem: {', '.join(f'{slug} ({scores[slug]:.2f})' for slug in ranked)}.",
    )
