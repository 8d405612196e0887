"""What the team says of moments: finds the moment that a name means, writes the decision down, lists what was decided.

In: names as people type them. Out: rows of the library, and how each decision stands today.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reelmaker import decided, naming, steps
from reelmaker.errors import ProjectError, UnknownMoment
from reelmaker.library import Library
from reelmaker.model import Decision, Moment, Sentence, Span, Verdict, joined
from reelmaker.project import Project
from reelmaker.report import Report, Silent

HOLDS, WITHDRAWN, RESTING, OVERRULED = "holds", "withdrawn", "resting", "overruled"


@dataclass(frozen=True, slots=True)
class Meant:
    """The stretch that a name means: its sentences as they are cut today, and the problem it was shown for."""

    span: Span
    sentences: tuple[Sentence, ...]
    problem: str = ""  # of the clip, where a place in a reel was named

    @property
    def name(self) -> str:
        return naming.of(self.span, len(self.sentences) > 1)

    @property
    def text(self) -> str:
        return joined([word for sentence in self.sentences for word in sentence.words])


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
    said, now = report or Silent(), _now()
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
            new.append(Decision(0, found.span, slug, verdict, " ".join(note.split()), now))
        stored = library.store_decisions(new)
    for found in meant:
        never = {decided.unquotable(sentence) for sentence in found.sentences}
        if verdict == "keep" and "" not in never:
            said.warn(
                f"{found.name} is {' or '.join(sorted(never))}: it is never quoted, whatever is decided."
            )
    return list(zip(stored, meant, strict=True))


def withdraw(project: Project, numbers: Sequence[int]) -> None:
    """Take decisions back; their rows stay.

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
        library.withdraw(numbers, _now())


def standings(library: Library, survey: steps.Survey, project: Project | None = None) -> list[Standing]:
    """Every decision and how it stands, in the order they were made."""
    decisions = library.decisions()
    return [_standing(decision, decisions, survey, project) for decision in decisions]


def in_force(library: Library, survey: steps.Survey, problems: Iterable[str]) -> list[dict[str, Any]]:
    """The decisions that shape a reel of these problems, as its document tells them."""
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
    }  # fmt: skip


def resolve(project: Project, survey: steps.Survey, name: str, problem: str = "") -> Meant:
    """What a name means.

    Raises:
        UnknownMoment: nothing, or several things; the nearest are named.
    """
    asked = naming.read(name, problem)
    if asked is None:
        raise UnknownMoment(
            f'"{name}" is no moment.',
            "Name one as `reelmaker moments` does, such as 4f2a91@1:07.4, or checkout/3.",
        )
    if isinstance(asked, naming.Placed):
        return _placed(project, survey, name, asked)
    answers = [r for r in survey.transcripts if r.startswith(asked.digits)]
    found = {r: some for r in answers if (some := _said(survey.transcripts[r].sentences, asked))}
    if len(found) == 1:
        [(response, sentences)] = found.items()
        return _meant(response, sentences)
    if found:
        names = [naming.of(_meant(r, s).span, len(s) > 1, len(asked.digits) + 4) for r, s in found.items()]
        raise UnknownMoment(f'"{name}" is {len(found)} moments.', f"Name one of {', '.join(names[:4])}.")
    raise UnknownMoment(f'There is no moment "{name}".', _nearest(survey, asked, answers))


def _said(sentences: Sequence[Sentence], asked: naming.Named) -> list[Sentence]:
    if asked.end_ms is not None and sentences:
        several = decided.within(sentences, Span(sentences[0].response, asked.start_ms, asked.end_ms))
        if several:
            return several
    one = decided.at(sentences, asked.start_ms)
    return [one] if one else []


def _meant(response: str, sentences: Sequence[Sentence], problem: str = "") -> Meant:
    first, last = sentences[0].span, sentences[-1].span
    return Meant(Span(response, first.start_ms, max(first.end_ms, last.end_ms)), tuple(sentences), problem)


def _placed(project: Project, survey: steps.Survey, name: str, asked: naming.Placed) -> Meant:
    """The clip at a place of the reel that lies in reels/."""
    try:
        document = json.loads((project.reels / Path(asked.reel).name / "manifest.json").read_text("utf-8"))
        clips = [item for item in document["items"] if item["kind"] == "clip"]
    except (OSError, ValueError, KeyError, TypeError):
        there = sorted(p.parent.name for p in project.reels.glob("*/manifest.json"))
        raise UnknownMoment(
            f'"{name}": there is no finished reel "{asked.reel}".',
            f"There is {', '.join(there)}." if there else "Build it first.",
        ) from None
    if not 1 <= asked.number <= len(clips):
        raise UnknownMoment(
            f'"{name}": the reel has {len(clips)} clips.',
            f"Name one from 1 to {len(clips)}, cards not counted.",
        )
    clip = clips[asked.number - 1]
    span = Span(clip["response"], clip["words"][0]["start_ms"], clip["words"][-1]["end_ms"])
    transcript = survey.transcripts.get(span.response)
    sentences = decided.within(transcript.sentences, span) if transcript else []
    if not sentences:
        raise UnknownMoment(f'"{name}": that answer is not used any more.', "Build the reel again.")
    return _meant(span.response, sentences, clip["problem"])


def _nearest(survey: steps.Survey, asked: naming.Named, answers: Sequence[str]) -> str:
    if not answers:
        if unused := [r for r in survey.left_out if r.startswith(asked.digits)]:
            return f"That answer is not used: {survey.left_out[unused[0]][1]}."
        digits = sorted({response[: len(asked.digits)] for response in survey.transcripts})
        near = difflib.get_close_matches(asked.digits, digits, 3, 0.0)
        return f"Answers begin with {', '.join(near)}." if near else "Nothing was heard yet."
    spoken = [s.span for r in answers for s in survey.transcripts[r].sentences]
    near_by = sorted(spoken, key=lambda span: (abs(span.start_ms - asked.start_ms), span))[:2]
    return (
        f"The nearest: {', '.join(naming.of(span) for span in near_by)}."
        if near_by
        else "Nothing is said there."
    )


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
    text = joined([word for sentence in sentences for word in sentence.words])
    state, reason = HOLDS, ""
    later = [
        other for other in decisions
        if other.number > decision.number and not other.withdrawn and other.problem in ("", decision.problem)
        and decided.belongs(other.span, decision.span)
    ]  # fmt: skip
    if decision.withdrawn:
        state, reason = WITHDRAWN, decision.withdrawn
    elif decision.span.response not in survey.responses:
        why = survey.left_out.get(decision.span.response, ("", "gone"))[1]
        told = {"withdrawn": "without consent", "filtered": "outside the filter"}
        state, reason = RESTING, f"the answer is not used ({told.get(why, 'its file is not there')})"
    elif not sentences:
        state, reason = RESTING, "nothing is heard there"
    elif project and decision.problem and decision.problem not in project.problems:
        state, reason = RESTING, f'there is no problem "{decision.problem}" any more'
    elif later:
        state, reason = OVERRULED, f"by {later[-1].number}"
    elif decision.verdict == "keep" and all(decided.unquotable(s) for s in sentences):
        state, reason = RESTING, decided.unquotable(sentences[0])
    return Standing(decision, name, text, state, reason)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
