"""What the team says of moments: writes decisions down, takes them back, lists what was decided.

In: names as people type them. Out: rows of the library, and how each decision stands today.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker import audience, clocks, decided, excerpt, naming, steps
from reelmaker.decision import CHECKS, ENDS, Decision
from reelmaker.errors import ProjectError
from reelmaker.library import Library
from reelmaker.model import Moment, Transcript, Verdict, joined
from reelmaker.outputs import manifest
from reelmaker.pointing import Meant, resolve
from reelmaker.project import Project
from reelmaker.report import Report, Silent

LONGEST = 80  # letters of an answer in a list
HOLDS, WITHDRAWN, RESTING, OVERRULED = "holds", "withdrawn", "resting", "overruled"


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision as it stands today; `reason` says why it does not hold."""

    decision: Decision
    name: str
    text: str  # what is said there, "" where the answer is not used
    state: str
    reason: str = ""


def open_library(project: Project) -> Library:
    """The library of a project that was built before.

    Raises:
        ProjectError: there is none yet.
    """
    if not project.library.exists():
        raise ProjectError(
            f"{project.folder}: nothing was heard yet.",
            "Run `reelmaker build` or `reelmaker moments` first.",
        )
    return Library(project.library)


def decide(
    project: Project,
    verdict: Verdict,
    names: Sequence[str],
    problem: str = "",
    note: str = "",
    report: Report | None = None,
) -> list[tuple[Decision, Meant]]:
    """Write down one decision for each name, all of them or, where one name is wrong, none.

    Args:
        names: such as `4f2a91@1:07.4` or `checkout/3`.
        problem: slug; "" is that of the clip where a place in a reel is named, else every problem. What is kept
            without a problem must speak to exactly one.

    Raises:
        UnknownMoment: a name means nothing, or several things.
        ProjectError: nothing was heard yet; or it is not clear which problem a kept moment speaks to.
    """
    if problem:
        project.problem(problem)
    said, made = report or Silent(), clocks.now()
    with open_library(project) as library:
        survey = steps.known(project, library)
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
        never = {decided.unquotable(sentence) for sentence in found.sentences}
        if verdict == "keep" and "" not in never:
            said.warn(
                f"{found.name} is {' or '.join(sorted(never))}: it is never quoted, whatever is decided."
            )
    return list(zip(stored, meant, strict=True))


def withdraw(project: Project, numbers: Sequence[int]) -> None:
    """Take decisions back; their rows stay. What was decided in one go is taken back in one go.

    Raises:
        ProjectError: there is no such decision, or it is withdrawn already; then none is taken back.
    """
    with open_library(project) as library:
        there = {decision.number: decision for decision in library.decisions()}
        for number in numbers:
            if number not in there:
                have = f"The last is {max(there)}." if there else "There is none yet."
                raise ProjectError(f"There is no decision {number}.", f"{have} See `reelmaker decisions`.")
            if there[number].withdrawn:
                raise ProjectError(
                    f"Decision {number} is withdrawn already ({there[number].withdrawn}).",
                    "Nothing was changed.",
                )
        orders = {
            (there[number].verdict, there[number].order)
            for number in numbers
            if there[number].verdict in (*ENDS, *CHECKS)
        }
        together = [d.number for d in there.values() if (d.verdict, d.order) in orders and not d.withdrawn]
        library.withdraw(sorted({*numbers, *together}), clocks.now())


def standings(library: Library, survey: steps.Survey, project: Project | None = None) -> list[Standing]:
    """Every decision and how it stands, in the order they were made."""
    decisions = library.decisions()
    return [_standing(decision, decisions, survey, project) for decision in decisions]


def listed(project: Project) -> list[Standing]:
    """Every decision of a project and how it stands; none where nothing was heard yet."""
    if not project.library.exists():
        return []
    with Library(project.library) as library:
        return standings(library, steps.known(project, library), project)


def document(project: Project, listed: Sequence[Standing]) -> dict[str, Any]:
    """The document of `decisions --json`."""
    told = [
        entry(one) | {"state": one.state, "reason": one.reason, "text": one.text, "withdrawn": one.decision.withdrawn}
        for one in listed
    ]  # fmt: skip
    facts = {"name": project.name, "language": project.language or "auto"}
    return manifest.document("decisions", facts, [], {}, {}, thresholds={}, decisions=told)


def in_force(library: Library, survey: steps.Survey, problems: Iterable[str]) -> list[dict[str, Any]]:
    """The decisions that shape a reel of these problems, as its document tells them."""
    about = {"", *problems}
    return [
        entry(standing)
        for standing in standings(library, survey)
        if standing.state == HOLDS
        and standing.decision.problem in about
        and standing.decision.verdict not in CHECKS  # an audit shapes no reel
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


def _judged(project: Project, library: Library, survey: steps.Survey) -> list[Moment]:
    return steps.judge(project, library, survey, list(project.problems.values()), Silent(), remember=False)


def _spoken_of(project: Project, meant: Meant, judged: Sequence[Moment]) -> str:
    """The one problem that it speaks to."""
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
        f"{meant.name}: it is not clear to which problem this speaks.",
        f"Say it with --problem: {', '.join(f'{slug} ({scores[slug]:.2f})' for slug in ranked)}.",
    )


def _standing(
    decision: Decision, decisions: Sequence[Decision], survey: steps.Survey, project: Project | None
) -> Standing:
    transcript = survey.transcripts.get(decision.span.response)
    sentences = decided.within(transcript.sentences, decision.span) if transcript else []
    name = naming.of(decision.span, len(sentences) > 1)
    words = [word for sentence in sentences for word in sentence.words]
    if transcript and decision.shown:
        words = list(excerpt.within([w for s in transcript.sentences for w in s.words], decision.shown))
    text = joined(words)
    if decision.verdict in CHECKS:
        text = textwrap.shorten(text, LONGEST, placeholder=" …")  # it is the whole answer
    state, reason = HOLDS, ""
    later = [
        other for other in decisions
        if other.number > decision.number and not other.withdrawn and other.problem in ("", decision.problem)
        and decided.belongs(other.span, decision.span) and other.kind == decision.kind
    ]  # fmt: skip
    if decision.withdrawn:
        state, reason = WITHDRAWN, decision.withdrawn
    elif decision.span.response not in survey.responses:
        why = survey.left_out.get(decision.span.response, ("", "gone"))[1]
        told = {**audience.WHY, "withdrawn": "without consent"}
        state, reason = RESTING, f"the answer is not used ({told.get(why, 'its file is not there')})"
    elif not sentences:
        state, reason = RESTING, "nothing is heard there"
    elif project and decision.problem and decision.problem not in project.problems:
        state, reason = RESTING, f'there is no problem "{decision.problem}" any more'
    elif later:
        state, reason = OVERRULED, f"by {later[-1].number}"
    elif decision.verdict == "keep" and all(decided.unquotable(s) for s in sentences):
        state, reason = RESTING, decided.unquotable(sentences[0])
    elif transcript and decision.verdict == "trim" and (why := _no_trim(decision, decisions, transcript)):
        state, reason = RESTING, why
    return Standing(decision, name, text, state, reason)


def _no_trim(trim: Decision, decisions: Sequence[Decision], transcript: Transcript) -> str:
    """Why a trim rests; "" where its clip is shown so."""
    cut = excerpt.cut(trim, transcript.sentences)
    if isinstance(cut, str):
        return cut
    for other in decisions:
        if other.number > trim.number and other in excerpt.of_problem(decisions, trim.problem):
            there = (
                excerpt.cut(other, transcript.sentences)
                if other.span.response == trim.span.response
                else ""
            )
            if not isinstance(there, str) and there.first <= cut.last and cut.first <= there.last:
                return f"its sentences are in the clip of decision {other.number}"
    for at in range(cut.shown[0], cut.shown[1] + 1):
        about = [
            d for d in decisions
            if d.kind == "verdict" and not d.withdrawn and d.problem in ("", trim.problem)
            and decided.belongs(transcript.sentences[at].span, d.span)
        ]  # fmt: skip
        if about and about[-1].verdict != "keep":
            return f"it holds what the team does not want shown ({about[-1].number})"
    return ""
