"""Explains a moment's score, and why it is in the reel or not: for `why`, and for programs.

The document tells what counts for and against it, the decisions, what it lost to, and the sentences around it. Only
the library is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path
from typing import Any

from reelmaker import analysis, model_files, tag
from reelmaker.compute import Placed
from reelmaker.model import Moment, Problem, Sentence, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.progress import Progress, Silent
from reelmaker.project import request
from reelmaker.project.config import Project, open_project
from reelmaker.project.session import Session, look_into
from reelmaker.redaction import stage as redaction_stage
from reelmaker.review import lookup
from reelmaker.select import rejections
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.select.decisions import standing
from reelmaker.select.decisions.verdicts import belongs
from reelmaker.transcribe import translation_stage

AROUND_MS = 7500  # before and after the moment
LEAST = 0.05  # smaller contributions to a score are not shown


def why(
    project: Project | str | Path, name: str, problems: Iterable[str] = (), *, report: Progress | None = None
) -> dict[str, Any]:
    """The document of `why` for one moment and these problems (if none is named, all of the file).

    Raises:
        UnknownMoment: the name matches no moment, or several.
        ProjectError: nothing has been transcribed yet.
    """
    opened = project if isinstance(project, Project) else open_project(project)
    chosen = request.ask(opened, problems, not tuple(problems))
    with look_into(opened, report) as session:
        survey = analysis.known(session)
        resolved = lookup.resolve(opened, survey, name, chosen[0].slug if len(chosen) == 1 else "")
        all_problems = list(opened.problems.values())
        judged = decisions_stage.judge(session, survey, all_problems)
        accounts = _accounts(session, survey, resolved.sentences, all_problems)
        standings = standing.standings(survey, opened)
        explanations = [_explanation(session, survey, problem, judged, resolved, accounts) for problem in chosen]
    decisions = [
        standing.entry(decision) | {"state": decision.state, "reason": decision.reason}
        for decision in standings
        if belongs(decision.decision.span, resolved.span)
        and decision.decision.problem in ("", *(problem.slug for problem in chosen))
    ]
    moments_there = [moment for moment in judged if moment.sentences[0] in resolved.sentences]
    thresholds = {problem.slug: opened.threshold_of(problem) for problem in chosen}
    return manifest.document(
        "why",
        request.project_facts(opened),
        chosen,
        {},
        survey.responses,
        moments=[moment for moment in moments_there if moment.problem in thresholds],
        thresholds=thresholds,
        explained={
            "moment": resolved.name,
            "problems": explanations,
            "around": _around(survey, resolved),
            **_secrets(survey, resolved),
        },
        decisions=decisions,
    )


def _accounts(
    session: Session,
    survey: Survey,
    sentences: Sequence[Sentence],
    problems: Sequence[Problem],
) -> dict[tuple[int, str], Any]:
    """(index of the sentence, problem) -> the parts of the tagger's score."""
    project = session.project
    transcripts = [survey.transcripts[response] for response in sorted(survey.transcripts)]
    folder = model_files.find("minilm", "meaning") if tag.needs_model(project.tagger) else None
    model = Placed(folder, project.compute) if folder else None
    labels = decisions_stage.labels(session, survey, problems) if tag.learns(project.tagger) else {}
    translated = translation_stage.as_read(transcripts)
    as_tagged = {
        sentence: tagged_sentence
        for original, translation in zip(transcripts, translated, strict=True)
        for sentence, tagged_sentence in zip(original.sentences, translation.sentences, strict=True)
    }
    wanted = [as_tagged[sentence] for sentence in sentences]
    accounts = tag.load_account(project.tagger)(translated, problems, model, session.library.vectors(), wanted, labels)
    places = product((sentence.index for sentence in sentences), (problem.slug for problem in problems))
    return dict(zip(places, accounts, strict=True))


def _explanation(
    session: Session,
    survey: Survey,
    problem: Problem,
    judged: Sequence[Moment],
    resolved: lookup.ResolvedMoment,
    accounts: Mapping[tuple[int, str], Any],
) -> dict[str, Any]:
    """The explanation for one problem; of several sentences the highest-scoring one is explained."""
    moments_there = [m for m in judged if m.problem == problem.slug and m.sentences[0] in resolved.sentences]
    best = max(moments_there, key=lambda moment: (moment.score, -moment.sentences[0].index))
    account = accounts[best.sentences[0].index, problem.slug]
    parts = [{"name": part.name, "moved": round(part.moved, 2), "text": part.text} for part in account.parts]
    return {
        "problem": problem.slug,
        "moment": moment_ids.name(best),
        "score": best.score,
        "threshold": session.project.threshold_of(problem),
        "tone": best.tone,
        "intensity": best.intensity,
        "tagged": account.score,
        "unit": account.unit,
        "start": round(account.start, 2),
        "for": [part for part in parts if part["moved"] > 0],
        "against": [part for part in parts if part["moved"] < 0],
        "near": [asdict(near) for near in account.near],
        "why": list(best.why),
        "reel": _reel(session, survey, problem, judged, moments_there, best),
    }


def _reel(
    session: Session,
    survey: Survey,
    problem: Problem,
    judged: Sequence[Moment],
    moments_there: Sequence[Moment],
    best: Moment,
) -> dict[str, Any]:
    """Whether a reel of this problem shows it now, and if not what it lost to."""
    quiet = replace(session, progress=Silent(), warnings=[])  # a build's warnings do not matter here
    choice = select_stage.plan(quiet, survey, [problem], judged).choices.get(problem.slug)
    clips = [*choice.clips, *choice.voices] if choice else []
    sentences_there = {(moment.sentences[0].response, moment.sentences[0].index) for moment in moments_there}
    shown_clip = next((c for c in clips if sentences_there & {(s.response, s.index) for s in c.sentences}), None)
    if shown_clip:
        return {"shown": True, "reason": "shown", "clip": _clip(shown_clip)}
    sentence = best.sentences[0]
    if best.verdict in ("drop", "hide"):
        return {"shown": False, "reason": "dropped" if best.verdict == "drop" else "hidden"}
    if not sentence.quotable:
        return {"shown": False, "reason": _unquotable(sentence)}
    if choice is None or not best.speaks(choice.limits.threshold):
        return {"shown": False, "reason": "threshold"}
    groups = select_stage.groups(session.project, survey)
    rejection = rejections.why_not(choice.own, survey.responses, choice.limits, choice.clips, groups)[
        sentence.response, sentence.index
    ]
    return {"shown": False, "reason": rejection.reason, **({"clip": _clip(rejection.to)} if rejection.to else {})}


def reel_words(explanation: Mapping[str, Any]) -> str:
    """Whether the reel shows a moment, and if not why, in words."""
    reel = explanation["reel"]
    clip = reel.get("clip")
    clip_words = f"{clip['moment']} (score {clip['score']:.2f})" if clip else "no clip"
    return {
        "shown": f"shown, as {clip_words}{_length(clip)}",
        "dropped": "not shown: dropped by the team",
        "hidden": "not shown: hidden by the team",
        "asked": "not shown: the interviewer's words are never quoted",
        "unreliable": "not shown: speech recognition is uncertain about these words, and such words are never quoted",
        "small talk": "not shown: a greeting, a self-introduction or thanks is only quoted if the team keeps it",
        "not quotable": "not shown: these words may not be quoted",
        "threshold": "not shown: the score is under the threshold",
        "trimmed": f"not shown: the team trimmed it away from {clip_words}",
        "length": "not shown: too short or too long for a clip ([reel] clip_min, clip_max, length)",
        "customer": f"not shown: the reel already shows this customer with {clip_words}",
        "touches": f"not shown: it touches {clip_words} of the same customer",
        "repeats": f"not shown: {clip_words} says the same in nearly the same words",
        "room": f"not shown: it does not fit into the reel; the last clip chosen is {clip_words}",
        "balance": "not shown: stronger moments filled the quota of this customer's group ([reel] balance)",
        "later": f"not shown: others scored higher; the last clip chosen is {clip_words}",
    }[reel["reason"]]


def _length(clip: Mapping[str, Any] | None) -> str:
    """How long a clip with struck words is; "" for others."""
    if not clip or "struck_ms" not in clip:
        return ""
    return f", {clip['length_ms'] / 1000:.1f} s long, {clip['struck_ms'] / 1000:.1f} s shorter by struck words"


def _unquotable(sentence: Sentence) -> str:
    return "asked" if sentence.asked else "unreliable" if sentence.unclear else "small talk"


def _clip(clip: Moment) -> dict[str, Any]:
    shorter = {"length_ms": clip.length_ms, "struck_ms": sum(hole.span.length_ms for hole in clip.holes)}
    about = {"moment": moment_ids.name(clip), "score": clip.score, "text": clip.text}
    return about | (shorter if clip.holes else {})


def _secrets(survey: Survey, resolved: lookup.ResolvedMoment) -> dict[str, Any]:
    """The PII in the moment: kinds and numbers, never the words."""
    counts = Counter((pii.kind, pii.hidden) for pii in redaction_stage.inside(survey, resolved.span))
    entries = [{"kind": kind, "count": count, "redacted": hidden} for (kind, hidden), count in counts.items()]
    return {"secrets": entries} if entries else {}


def _around(survey: Survey, resolved: lookup.ResolvedMoment) -> list[dict[str, Any]]:
    """The sentences from shortly before the moment to shortly after it."""
    stretch = resolved.span.pad(AROUND_MS, AROUND_MS)
    return [
        {
            "moment": moment_ids.of(sentence.span),
            "start_ms": sentence.span.start_ms,
            "end_ms": sentence.span.end_ms,
            "text": sentence.text,
            "asked": sentence.asked,
            "it": sentence in resolved.sentences,
        }
        for sentence in survey.transcripts[resolved.span.response].sentences
        if sentence.span.overlaps(stretch)
    ]
