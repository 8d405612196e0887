"""The team's decisions applied to judged moments. Pure.

Takes decisions on stretches of time, and the sentences of today's transcript; returns the sentence each decision is
about, and the moments as the team wants them. Another transcript cuts and times sentences differently; decisions are
matched to sentences by overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reelmaker.model import Moment, Sentence, Span
from reelmaker.model.decision import Decision

TOLERANCE_MS = 1500  # how far off a name's time may be
KEPT = 0.99  # the least score of what the team keeps
ASKED, UNCLEAR = "the interviewer's words", "words that were not clearly recognised"

Place = tuple[str, str, int]  # problem, response, index of the sentence


def belongs(sentence: Span, decision: Span) -> bool:
    """True if the two share at least half of the shorter one."""
    if sentence.response != decision.response:
        return False
    shared = min(sentence.end_ms, decision.end_ms) - max(sentence.start_ms, decision.start_ms)
    return shared >= 0 and 2 * shared >= min(sentence.length_ms, decision.length_ms)


def within(sentences: Sequence[Sentence], span: Span) -> list[Sentence]:
    """The sentences that a stretch is about."""
    return [sentence for sentence in sentences if belongs(sentence.span, span)]


def at(sentences: Sequence[Sentence], time_ms: int) -> Sentence | None:
    """The sentence at a time: one that begins about then, else the one spoken then, else one close by."""
    begun = [s for s in sentences if abs(s.span.start_ms - time_ms) <= TOLERANCE_MS]
    if begun:
        return min(begun, key=lambda s: (abs(s.span.start_ms - time_ms), s.index))
    near = min(sentences, key=lambda s: (_away(s, time_ms), s.index), default=None)
    return near if near and _away(near, time_ms) <= TOLERANCE_MS else None


def rulings(
    decisions: Sequence[Decision], judged: Sequence[Moment], thresholds: Mapping[str, float]
) -> dict[Place, Decision]:
    """The decision that applies to each sentence and problem: the last if there are several.

    Of a kept stretch of several sentences those about the problem are kept, and the others stay as they are,
    its context; if none is about it, all are kept.

    Args:
        judged: one moment for each sentence and problem.
    """
    by_answer: dict[tuple[str, str], list[Moment]] = {}
    for moment in judged:
        by_answer.setdefault((moment.problem, moment.sentences[0].response), []).append(moment)
    by_place: dict[Place, Decision] = {}
    for decision in sorted(decisions, key=lambda decision: decision.number):
        if decision.withdrawn or decision.kind != "verdict":
            continue
        for slug in [decision.problem] if decision.problem else thresholds:
            about = [m for m in by_answer.get((slug, decision.span.response), ()) if belongs(m.span, decision.span)]
            if decision.verdict == "keep":
                about = [m for m in about if m.score >= thresholds[slug]] or about
            for moment in about:
                by_place[place(moment)] = decision
    return by_place


def labels(rulings: Mapping[Place, Decision], judged: Sequence[Moment]) -> dict[Place, bool]:
    """What can be learned from: True if the team says that a sentence is about a problem, False if not."""
    quotable = {place(moment) for moment in judged if not unquotable(moment.sentences[0])}
    return {
        where: decision.verdict == "keep"
        for where, decision in rulings.items()
        if decision.verdict != "hide" and where in quotable
    }


def obeyed(
    judged: Sequence[Moment],
    labels: Mapping[Place, bool],
    rulings: Mapping[Place, Decision],
    thresholds: Mapping[str, float],
) -> list[Moment]:
    """The moments as the team wants them, in the same order; sentences that are not quotable stay so."""
    return [
        _obeyed(moment, rulings[place(moment)], labels.get(place(moment)), thresholds[moment.problem])
        if place(moment) in rulings
        else moment
        for moment in judged
    ]


def place(moment: Moment) -> Place:
    """The position of a judged sentence."""
    sentence = moment.sentences[0]
    return moment.problem, sentence.response, sentence.index


def _obeyed(moment: Moment, decision: Decision, label: bool | None, threshold: float) -> Moment:
    note = f": {decision.note}" if decision.note else ""
    if label:
        score = max(KEPT, threshold, moment.score)
        return replace(moment, score=score, why=(f"kept by the team{note}", *moment.why), verdict="keep")
    if decision.verdict == "keep":
        but = f"kept by the team{note}, but never quoted: {unquotable(moment.sentences[0])}"
        return replace(moment, why=(but, *moment.why))
    note = f" ({decision.note})" if decision.note else ""
    if decision.verdict == "drop":
        return replace(moment, score=0.0, why=(f"dropped by the team{note}", *moment.why), verdict="drop")
    return replace(moment, why=(f"hidden by the team{note}", *moment.why), verdict="hide")


def unquotable(sentence: Sentence) -> str:
    """Why a sentence is never quoted, whatever the team decides; "" if it may be."""
    return ASKED if sentence.asked else UNCLEAR if sentence.unclear else ""


def _away(sentence: Sentence, time_ms: int) -> int:
    span = sentence.span
    return max(span.start_ms - time_ms, time_ms - span.end_ms, 0)
