"""The team's decisions about moments: records, reverses and lists them.

In: names as typed. Out: rows of the library, and the current state of each decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Transcript, Verdict, consent, joined, moment_ids
from reelmaker.model.decision import ENDS, Decision
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.progress import Report, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import open_library
from reelmaker.review.lookup import Meant, resolve
from reelmaker.select import trims, verdict_stage, verdicts

HOLDS, WITHDRAWN, RESTING, OVERRULED = "holds", "withdrawn", "resting", "overruled"


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision with its current state; `reason` says why it does not apply."""

    decision: Decision
    name: str
    text: str  # what is said there, "" where the answer is not used
    state: str
    reason: str = ""


def decide(
    project: Project,
    verdict: Verdict,
    names: Sequence[str],
    problem: str = "",
    note: str = "",
    report: Report | None = None,
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
    with open_library(project) as library:
        survey = analysis.known(project, library)
        judged: list[Moment] = []
        meant, new = [], []
        for name in names:
            found = resolve(project, survey, name, problem)
            slug = problem or found.problem
            if verdict == "keep" and not slug:
                judged = judged or _judged(project, library, survey)
                slug = _spoken_of(project, found, judged)
            meant.append(found)
            new.append(Decision(0, found.span, slug, verdict, " ".join(note.split()), made))
        stored = library.store_decisions(new)
    for found in meant:
        never = {verdicts.unquotable(sentence) for sentence in found.sentences}
        if verdict == "keep" and "" not in never:
            said.warn(f"{found.name}: {' and '.join(sorted(never))} are never quoted, whatever the team decides.")
    return list(zip(stored, meant, strict=True))


def withdraw(project: Project, numbers: Sequence[int]) -> None:
    """Reverse decisions; their rows stay. Clips that were ordered together are reversed together.

    Raises:
        ProjectError: there is no such decision, or it is already reversed; then none is reversed.
    """
    with open_library(project) as library:
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
        orders = {(there[number].verdict, there[number].order) for number in numbers if there[number].verdict in ENDS}
        together = [d.number for d in there.values() if (d.verdict, d.order) in orders and not d.withdrawn]
        library.withdraw(sorted({*numbers, *together}), clock_skew.now())


def standings(library: Library, survey: Survey, project: Project | None = None) -> list[Standing]:
    """Every decision with its current state, in the order they were made."""
    decisions = library.decisions()
    return [_standing(decision, decisions, survey, project) for decision in decisions]


def listed(project: Project) -> list[Standing]:
    """Every decision of a project with its current state; none if nothing has been transcribed yet."""
    if not project.library.exists():
        return []
    with Library(project.library) as library:
        return standings(library, analysis.known(project, library), project)


def document(project: Project, listed: Sequence[Standing]) -> dict[str, Any]:
    """The document of `decisions --json`."""
    told = [
        entry(one) | {"state": one.state, "reason": one.reason, "text": one.text, "withdrawn": one.decision.withdrawn}
        for one in listed
    ]  # fmt: skip
    facts = {"name": project.name, "language": project.language or "auto"}
    return manifest.document("decisions", facts, [], {}, {}, thresholds={}, decisions=told)


def in_force(library: Library, survey: Survey, problems: Iterable[str]) -> list[dict[str, Any]]:
    """The decisions that affect a reel of these problems, as in its document."""
    about = {"", *problems}
    return [
        entry(standing)
        for standing in standings(library, survey)
        if standing.state == HOLDS and standing.decision.problem in about
    ]


def entry(standing: Standing) -> dict[str, Any]:
    """A decision for a document."""
    decision = standing.decision
    return {
        "number": decision.number, "moment": standing.name, "problem": decision.problem,
        "verdict": decision.verdict, "note": decision.note, "made": decision.made,
        **({"from_ms": decision.shown.start_ms, "to_ms": decision.shown.end_ms, "exact": decision.exact} if decision.shown else {}),
        **({"rank": decision.rank + 1} if decision.verdict in ENDS else {}),
    }  # fmt: skip


def _judged(project: Project, library: Library, survey: Survey) -> list[Moment]:
    return verdict_stage.judge(project, library, survey, list(project.problems.values()), Silent(), remember=False)


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


def _standing(decision: Decision, decisions: Sequence[Decision], survey: Survey, project: Project | None) -> Standing:
    transcript = survey.transcripts.get(decision.span.response)
    sentences = verdicts.within(transcript.sentences, decision.span) if transcript else []
    name = moment_ids.of(decision.span, len(sentences) > 1)
    words = [word for sentence in sentences for word in sentence.words]
    if transcript and decision.shown:
        words = list(trims.within([w for s in transcript.sentences for w in s.words], decision.shown))
    text = joined(words)
    state, reason = HOLDS, ""
    later = [
        other for other in decisions
        if other.number > decision.number and not other.withdrawn and other.problem in ("", decision.problem)
        and verdicts.belongs(other.span, decision.span) and other.kind == decision.kind
    ]  # fmt: skip
    if decision.withdrawn:
        state, reason = WITHDRAWN, decision.withdrawn
    elif decision.span.response not in survey.responses:
        why = survey.left_out.get(decision.span.response, ("", "gone"))[1]
        told = {**consent.WHY, "withdrawn": "without consent"}
        state, reason = RESTING, f"the answer is not used ({told.get(why, 'its file is not there')})"
    elif not sentences:
        state, reason = RESTING, "there is no speech there"
    elif project and decision.problem and decision.problem not in project.problems:
        state, reason = RESTING, f'the problem "{decision.problem}" no longer exists'
    elif later:
        state, reason = OVERRULED, f"by decision {later[-1].number}"
    elif decision.verdict == "keep" and all(verdicts.unquotable(s) for s in sentences):
        state, reason = RESTING, verdicts.unquotable(sentences[0])
    elif transcript and decision.verdict == "trim" and (why := _no_trim(decision, decisions, transcript)):
        state, reason = RESTING, why
    return Standing(decision, name, text, state, reason)


def _no_trim(trim: Decision, decisions: Sequence[Decision], transcript: Transcript) -> str:
    """Why a trim does not apply; "" if it does."""
    cut = trims.cut(trim, transcript.sentences)
    if isinstance(cut, str):
        return cut
    for other in decisions:
        if other.number > trim.number and other in trims.of_problem(decisions, trim.problem):
            there = trims.cut(other, transcript.sentences) if other.span.response == trim.span.response else ""
            if not isinstance(there, str) and there.first <= cut.last and cut.first <= there.last:
                return f"its sentences belong to the clip of decision {other.number}"
    for at in range(cut.shown[0], cut.shown[1] + 1):
        about = [
            d for d in decisions
            if d.kind == "verdict" and not d.withdrawn and d.problem in ("", trim.problem)
            and verdicts.belongs(transcript.sentences[at].span, d.span)
        ]  # fmt: skip
        if about and about[-1].verdict != "keep":
            return f"it contains words that the team hid or dropped (decision {about[-1].number})"
    return ""
