"""Explains a moment's score, and why it is in the reel or not: for `why`, and for programs.

In: a moment's name. Out: a document with what counts for and against it, the decisions, what it lost to, and
the sentences around it. Uses only the library.
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


def why(
    project: Project | str | Path, name: str, problems: Iterable[str] = (), *, report: Progress | None = None
) -> dict[str, Any]:
    """The document of `why` for one moment and these problems (all of the file if none is named).

    Raises:
        UnknownMoment: the name means nothing, or several things.
        ProjectError: nothing has been transcribed yet.
    """
    opened = project if isinstance(project, Project) else open_project(project)
    asked = request.ask(opened, problems, not tuple(problems))
    with look_into(opened, report) as session:
        survey = analysis.known(session)
        meant = lookup.resolve(opened, survey, name, asked[0].slug if len(asked) == 1 else "")
        every = list(opened.problems.values())
        judged = decisions_stage.judge(session, survey, every)
        accounts = _accounts(session, survey, meant.sentences, every)
        standings = standing.standings(survey, opened)
        told = [_explanation(session, survey, problem, judged, meant, accounts) for problem in asked]
    decisions = [
        standing.entry(one) | {"state": one.state, "reason": one.reason}
        for one in standings
        if belongs(one.decision.span, meant.span) and one.decision.problem in ("", *(problem.slug for problem in asked))
    ]
    own = [moment for moment in judged if moment.sentences[0] in meant.sentences]
    thresholds = {problem.slug: opened.threshold_of(problem) for problem in asked}
    return manifest.document(
        "why",
        request.project_facts(opened),
        asked,
        {},
        survey.responses,
        moments=[moment for moment in own if moment.problem in thresholds],
        thresholds=thresholds,
        explained={
            "moment": meant.name,
            "problems": told,
            "around": _around(survey, meant),
            **_secrets(survey, meant),
        },
        decisions=decisions,
    )


def _accounts(
    session: Session,
    survey: Survey,
    sentences: Sequence[Sentence],
    problems: Sequence[Problem],
) -> dict[tuple[int, str], Any]:
    """(index of the sentence, problem) -> what the tagger's score is made of."""
    project = session.project
    heard = [survey.transcripts[response] for response in sorted(survey.transcripts)]
    folder = model_files.find("minilm", "meaning") if tag.needs_model(project.tagger) else None
    model = Placed(folder, project.compute) if folder else None
    labels = decisions_stage.labels(session, survey, problems) if tag.learns(project.tagger) else {}
    read = translation_stage.as_read(heard)
    said = {
        sentence: one
        for was, now in zip(heard, read, strict=True)
        for sentence, one in zip(was.sentences, now.sentences, strict=True)
    }
    asked = [said[sentence] for sentence in sentences]
    accounts = tag.load_account(project.tagger)(read, problems, model, session.library.vectors(), asked, labels)
    places = product((sentence.index for sentence in sentences), (problem.slug for problem in problems))
    return dict(zip(places, accounts, strict=True))


def _explanation(
    session: Session,
    survey: Survey,
    problem: Problem,
    judged: Sequence[Moment],
    meant: lookup.Meant,
    accounts: Mapping[tuple[int, str], Any],
) -> dict[str, Any]:
    """The explanation for one problem; of several sentences the highest-scoring one is explained."""
    own = [m for m in judged if m.problem == problem.slug and m.sentences[0] in meant.sentences]
    best = max(own, key=lambda moment: (moment.score, -moment.sentences[0].index))
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
        "reel": _reel(session, survey, problem, judged, own, best),
    }


def _reel(
    session: Session,
    survey: Survey,
    problem: Problem,
    judged: Sequence[Moment],
    own: Sequence[Moment],
    best: Moment,
) -> dict[str, Any]:
    """Whether a reel of this problem shows it now, and if not what it lost to."""
    quiet = replace(session, progress=Silent(), warnings=[])  # what a build would warn of is not asked for here
    choice = select_stage.plan(quiet, survey, [problem], judged).choices.get(problem.slug)
    clips = [*choice.clips, *choice.voices] if choice else []
    spoken = {(moment.sentences[0].response, moment.sentences[0].index) for moment in own}
    shown = next((c for c in clips if spoken & {(s.response, s.index) for s in c.sentences}), None)
    if shown:
        return {"shown": True, "reason": "shown", "clip": _clip(shown)}
    sentence = best.sentences[0]
    if best.verdict in ("drop", "hide"):
        return {"shown": False, "reason": "dropped" if best.verdict == "drop" else "hidden"}
    if not sentence.quotable:
        return {"shown": False, "reason": "asked" if sentence.asked else "unreliable"}
    if choice is None or not best.speaks(choice.limits.threshold):
        return {"shown": False, "reason": "threshold"}
    groups = select_stage.groups(session.project, survey)
    lost = rejections.why_not(choice.own, survey.responses, choice.limits, choice.clips, groups)[
        sentence.response, sentence.index
    ]
    return {"shown": False, "reason": lost.reason, **({"clip": _clip(lost.to)} if lost.to else {})}


def _clip(clip: Moment) -> dict[str, Any]:
    return {"moment": moment_ids.name(clip), "score": clip.score, "text": clip.text}


def _secrets(survey: Survey, meant: lookup.Meant) -> dict[str, Any]:
    """The PII in the moment: kinds and numbers, never the words."""
    found = Counter((one.kind, one.hidden) for one in redaction_stage.inside(survey, meant.span))
    told = [{"kind": kind, "count": many, "redacted": hidden} for (kind, hidden), many in found.items()]
    return {"secrets": told} if told else {}


def _around(survey: Survey, meant: lookup.Meant) -> list[dict[str, Any]]:
    """The sentences from shortly before the moment to shortly after it."""
    wide = meant.span.pad(AROUND_MS, AROUND_MS)
    return [
        {
            "moment": moment_ids.of(sentence.span),
            "start_ms": sentence.span.start_ms,
            "end_ms": sentence.span.end_ms,
            "text": sentence.text,
            "asked": sentence.asked,
            "it": sentence in meant.sentences,
        }
        for sentence in survey.transcripts[meant.span.response].sentences
        if sentence.span.overlaps(wide)
    ]
