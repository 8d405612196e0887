"""The team's decisions about moments: records, reverses and lists them.

In: names as typed. Out: rows of the library, and the current state of each decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Verdict
from reelmaker.model.decision import CHECKS, ENDS, Decision
from reelmaker.outputs import manifest
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.session import look_into
from reelmaker.review.lookup import Meant, resolve
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
) -> list[tuple[Decision, Meant]]:
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
    said, made = report or Silent(), clock_skew.now()
    with look_into(project) as session:
        survey = analysis.known(session)
        judged: list[Moment] = []
        meant, new = [], []
        for name in names:
            found = resolve(project, survey, name, problem)
            slug = problem or found.problem
            if verdict == "keep" and not slug:
                judged = judged or decisions_stage.judge(session, survey, list(project.problems.values()))
                slug = _spoken_of(project, found, judged)
            meant.append(found)
            new.append(Decision(0, found.span, slug, verdict, " ".join(note.split()), made))
        stored = session.library.store_decisions(new)
    for found in meant:
        never = {verdicts.unquotable(sentence) for sentence in found.sentences}
        if verdict == "keep" and "" not in never:
            said.warn(f"{found.name}: {' and '.join(sorted(never))} are never quoted, whatever the team decides.")
    return list(zip(stored, meant, strict=True))


def withdraw(project: Project, numbers: Sequence[int]) -> None:
    """Take decisions back; their rows stay. What was decided in one go is taken back in one go.

    Raises:
        ProjectError: there is no such decision, or it is already reversed; then none is reversed.
    """
    with look_into(project) as session:
        library = session.library
        there = {decision.number: decision for decision in library.decisions()}
        for number in numbers:
            if number not in there:
                have = f"The last is {max(there)}." if there else "There is none yet."
                raise ProjectError(f"There is no decision {number}.", f"{have} See `reelmaker decisions`.")
            if there[number].withdrawn:
                raise ProjectError(
                    f"Decision {number} was already reversed ({there[number].withdrawn}).",
                    "Nothing was changed.",
                )
        orders = {
            (there[number].verdict, there[number].order)
            for number in numbers
            if there[number].verdict in (*ENDS, *CHECKS)
        }
        together = [d.number for d in there.values() if (d.verdict, d.order) in orders and not d.withdrawn]
        library.withdraw(sorted({*numbers, *together}), clock_skew.now())


def listed(project: Project) -> list[Standing]:
    """Every decision of a project with its current state; none if nothing has been transcribed yet."""
    if not project.library.exists():
        return []
    with look_into(project) as session:
        return standings(analysis.known(session), project)


def document(project: Project, listed: Sequence[Standing]) -> dict[str, Any]:
    """The document of `decisions --json`."""
    told = [
        entry(one) | {"state": one.state, "reason": one.reason, "text": one.text, "withdrawn": one.decision.withdrawn}
        for one in listed
    ]
    facts = {"name": project.name, "language": project.language or "auto"}
    return manifest.document("decisions", facts, [], {}, {}, thresholds={}, decisions=told)


def _spoken_of(project: Project, meant: Meant, judged: Sequence[Moment]) -> str:
    """The one problem that it is about."""
    if len(project.problems) == 1:
        return next(iter(project.problems))
    scores: dict[str, float] = {}
    for moment in judged:
        if moment.sentences[0] in meant.sentences:
            scores[moment.problem] = max(moment.score, scores.get(moment.problem, 0.0))
    over = [slug for slug, score in scores.items() if score >= project.threshold_of(project.problems[slug])]
    if len(over) == 1:
        return over[0]
    ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))
    raise ProjectError(
        f"{meant.name}: it is not clear which problem this is about.",
        f"Name it with --problem: {', '.join(f'{slug} ({scores[slug]:.2f})' for slug in ranked)}.",
    )
