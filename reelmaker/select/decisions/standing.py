"""The state of the team's decisions today: which apply, which do not and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker.model import Transcript, consent, joined, moment_ids
from reelmaker.model.decision import CHECKS, ENDS, Decision
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project
from reelmaker.select.decisions import strikes, trims, verdicts

LONGEST = 80  # characters of an answer in a list
HOLDS, WITHDRAWN, RESTING, OVERRULED = "holds", "withdrawn", "resting", "overruled"


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision and its state today; `reason` says why it does not apply."""

    decision: Decision
    name: str
    text: str  # the words in it, "" if the answer is not used
    state: str
    reason: str = ""


def standings(survey: Survey, project: Project | None = None) -> list[Standing]:
    """Every decision and its state, in the order they were made."""
    return [_standing(decision, survey.decisions, survey, project) for decision in survey.decisions]


def in_force(survey: Survey, problems: Iterable[str]) -> list[dict[str, Any]]:
    """The decisions that affect a reel of these problems, as entries of its manifest."""
    about = {"", *problems}
    return [
        entry(standing)
        for standing in standings(survey)
        if standing.state == HOLDS
        and standing.decision.problem in about
        and standing.decision.verdict not in CHECKS  # an audit shapes no reel
    ]


def entry(standing: Standing) -> dict[str, Any]:
    """A decision as an entry of a JSON document."""
    decision = standing.decision
    return {
        "number": decision.number,
        "moment": standing.name,
        "problem": decision.problem,
        "verdict": decision.verdict,
        "note": decision.note,
        "made": decision.made,
        **(
            {"from_ms": decision.shown.start_ms, "to_ms": decision.shown.end_ms, "exact": decision.exact}
            if decision.shown
            else {}
        ),
        **({"rank": decision.rank + 1} if decision.verdict in ENDS else {}),
    }


def _standing(decision: Decision, decisions: Sequence[Decision], survey: Survey, project: Project | None) -> Standing:
    transcript = survey.transcripts.get(decision.span.response)
    sentences = verdicts.within(transcript.sentences, decision.span) if transcript else []
    name = moment_ids.of(decision.span, len(sentences) > 1)
    words = [word for sentence in sentences for word in sentence.words]
    if transcript and decision.shown:
        words = list(trims.within([w for s in transcript.sentences for w in s.words], decision.shown))
    text = joined(words)
    if decision.verdict in CHECKS:
        text = textwrap.shorten(text, LONGEST, placeholder=" …")  # it is the whole answer
    state, reason = HOLDS, ""
    later = [
        other
        for other in decisions
        if other.number > decision.number
        and not other.withdrawn
        and other.problem in ("", decision.problem)
        and verdicts.belongs(other.span, decision.span)
        and other.kind == decision.kind
        and decision.verdict != "strike"  # all of them apply
    ]
    if decision.withdrawn:
        state, reason = WITHDRAWN, decision.withdrawn
    elif decision.span.response not in survey.responses:
        state, reason = RESTING, unused(survey, decision.span.response)
    elif not sentences:
        state, reason = RESTING, "there is no speech there"
    elif project and decision.problem and decision.problem not in project.problems:
        state, reason = RESTING, f'the problem "{decision.problem}" no longer exists'
    elif later:
        state, reason = OVERRULED, f"by decision {later[-1].number}"
    elif decision.verdict == "keep" and all(verdicts.unquotable(s) for s in sentences):
        state, reason = RESTING, verdicts.unquotable(sentences[0])
    elif transcript and (why := _no_effect(decision, decisions, transcript)):
        state, reason = RESTING, why
    return Standing(decision, name, text, state, reason)


def unused(survey: Survey, response: str) -> str:
    """Why no decision on an answer has any effect now: the answer is not used."""
    why = survey.left_out.get(response, ("", "gone"))[1]
    reasons = {**consent.WHY, "withdrawn": "without consent"}
    return f"the answer is not used ({reasons.get(why, 'its file is not there')})"


def _no_effect(edit: Decision, decisions: Sequence[Decision], transcript: Transcript) -> str:
    """Why a trim or a strike changes nothing; "" if it does, and for other decisions."""
    if edit.verdict == "trim":
        return _no_trim(edit, decisions, transcript)
    return _no_strike(edit, decisions, transcript) if edit.verdict == "strike" else ""


def _no_strike(strike: Decision, decisions: Sequence[Decision], transcript: Transcript) -> str:
    """Why a strike has no effect; "" if it takes something out of its clip."""
    words = [word for s in verdicts.within(transcript.sentences, strike.span) for word in s.words]
    trim = next((t for t in trims.of_problem(decisions, strike.problem) if verdicts.belongs(t.span, strike.span)), None)
    if trim and trim.shown and not isinstance(trims.cut(trim, transcript.sentences), str):
        words = list(trims.within([w for s in transcript.sentences for w in s.words], trim.shown))
    rest = strikes.left(words, [strike])
    return "" if rest.holes or len(rest.words) < len(words) else strikes.NOTHING_THERE


def _no_trim(trim: Decision, decisions: Sequence[Decision], transcript: Transcript) -> str:
    """Why a trim does not apply; "" if its clip is shown with it."""
    cut = trims.cut(trim, transcript.sentences)
    if isinstance(cut, str):
        return cut
    for other in decisions:
        if other.number > trim.number and other in trims.of_problem(decisions, trim.problem):
            other_cut = trims.cut(other, transcript.sentences) if other.span.response == trim.span.response else ""
            if not isinstance(other_cut, str) and other_cut.first <= cut.last and cut.first <= other_cut.last:
                return f"its sentences belong to the clip of decision {other.number}"
    for position in range(cut.shown[0], cut.shown[1] + 1):
        about = [
            d
            for d in decisions
            if d.kind == "verdict"
            and not d.withdrawn
            and d.problem in ("", trim.problem)
            and verdicts.belongs(transcript.sentences[position].span, d.span)
        ]
        if about and about[-1].verdict != "keep":
            return f"it contains words that the team hid or dropped (decision {about[-1].number})"
    return ""
