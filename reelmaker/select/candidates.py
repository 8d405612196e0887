"""Candidate clips: the stretches of an answer that may become a clip, and their value. Pure.

Takes every sentence of the survey scored for one problem; returns complete sentences, joined if they follow each
other, with the neighbours they need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reelmaker.model import Kind, Moment, Verdict, joined
from reelmaker.model.decision import Decision
from reelmaker.select.clips import points
from reelmaker.select.context import Answer, Quote
from reelmaker.select.decisions import strikes as select_strikes
from reelmaker.select.decisions import trims as select_trims
from reelmaker.select.decisions.trims import Excerpt
from reelmaker.tag import sentiment

EDGE_MS = 300  # what trimming may add around a moment
MORE = 0.1  # share of its score that each further sentence about the problem adds
CLEARLY = 0.3  # of the way from the threshold to 1: from there on "vivid" looks at how things are said


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a reel: times in milliseconds; `room_ms` is the time left for clips."""

    room_ms: int
    clip_min_ms: int
    clip_max_ms: int
    clips_per_customer: int
    threshold: float
    prefer: str = "score"  # or "vivid": among moments clearly above the threshold, concrete and intense ones first
    trims: tuple[Decision, ...] = ()  # of this problem, the last first; see `strikes.pins`
    strikes: tuple[Decision, ...] = ()  # of this problem
    kind: Kind = "pain"  # of the problem


@dataclass(frozen=True, slots=True)
class Window:
    """A candidate clip: `strength` is how well it matches, `worth` also counts how much of it there is, `point` is how
    well its best sentence states the problem, whatever context is lost.
    """

    moment: Moment
    strength: float
    worth: float
    marked: bool
    point: float
    kept: frozenset[tuple[str, int]] = frozenset()  # (response, index) of its sentences that the team keeps

    @property
    def cost_ms(self) -> int:
        return self.moment.length_ms + EDGE_MS

    @property
    def rank(self) -> tuple[float, int, int]:
        """Higher is better; of equals the shorter, then the earlier."""
        return round(self.worth, 6), -self.moment.span.length_ms, -self.moment.span.start_ms


def windows(moments: Sequence[Moment], limits: Limits) -> list[Window]:
    """Every stretch of complete sentences that may become a clip, with the neighbours it needs."""
    results = []
    ordered = sorted(moments, key=lambda moment: (moment.sentences[0].response, moment.sentences[0].index))
    for _, group in groupby(ordered, key=lambda moment: moment.sentences[0].response):
        answer = list(group)
        if any(moment.speaks(limits.threshold) for moment in answer):
            trimmed, taken = _trimmed(Answer(answer, limits.threshold), limits)
            results += [*trimmed, *_of_answer(Answer(answer, limits.threshold, taken), limits)]
    return [rest for window in results if (rest := _without_struck(window, limits))] if limits.strikes else results


def _without_struck(window: Window, limits: Limits) -> Window | None:
    """The candidate without the words that the team struck; None if nothing is left of it."""
    moment = select_strikes.applied(window.moment, limits.strikes)
    return replace(window, moment=moment) if moment else None


def _trimmed(answer: Answer, limits: Limits) -> tuple[list[Window], frozenset[int]]:
    """The clips trimmed by the team, and the positions of the sentences that therefore appear in no other clip."""
    sentences = [moment.sentences[0] for moment in answer.moments]
    trimmed_clips: list[Window] = []
    taken: set[int] = set()
    for trim in limits.trims:
        if trim.span.response != sentences[0].response:
            continue
        cut = select_trims.cut(trim, sentences)
        if isinstance(cut, str):
            continue
        about = range(cut.first, cut.last + 1)
        first, last = cut.shown
        wanted = all(answer.may_show(position) for position in range(first, last + 1))
        if wanted and not taken & set(about) and any(answer.speaks(position) for position in about):
            trimmed_clips.append(_excerpt(answer, cut, trim, limits))
            taken |= set(about)
    return trimmed_clips, frozenset(taken)


def _excerpt(answer: Answer, cut: Excerpt, trim: Decision, limits: Limits) -> Window:
    """As trimmed by the team, whatever its length and context; it has the value of its moment."""
    parts = [answer.moments[position] for position in range(cut.first, cut.last + 1) if answer.may_show(position)]
    before, after = answer.parted(*cut.shown)
    moment = join(parts)
    why = [f"trimmed by the team{f': {trim.note}' if trim.note else ''}"] if trim.verdict == "trim" else []
    moment = replace(
        moment,
        sentences=cut.sentences,
        why=(*why, *moment.why)[:6],
        cut_before=cut.begins_inside or before,
        cut_after=cut.ends_inside or after,
        whole=cut.whole,
        exact=cut.exact,
    )
    point = max(points.point(part, limits.kind) for part in parts)
    strength = _strength(moment, limits) + point - moment.score
    return Window(moment, strength, strength, False, strength, _kept(parts))


def _of_answer(answer: Answer, limits: Limits) -> list[Window]:
    by_stretch: dict[tuple[int, int], Window] = {}

    def fits(first: int, last: int) -> bool:
        inside = first >= 0 and last < len(answer.moments)
        return inside and _length(answer, first, last) <= _most(answer, first, last, limits)

    def add(first: int, last: int, shortest_ms: int = limits.clip_min_ms) -> bool:
        if not fits(first, last):
            return False
        added = False
        for quote in (answer.complete(first, last, fits), answer.bare(first, last)):
            inside = range(quote.first, quote.last + 1)
            may_be = all(map(answer.may_join, inside)) and any(map(answer.speaks, inside))
            if may_be and fits(quote.first, quote.last) and _length(answer, quote.first, quote.last) >= shortest_ms:
                added = True
                window = _window(answer, quote, limits)
                place = (quote.first, quote.last)
                if place not in by_stretch or window.strength > by_stretch[place].strength:
                    by_stretch[place] = window
        return added

    for run in answer.runs(limits.kind):
        fit = False
        for first in run:
            for last in range(first, run.stop):
                if last > first and not fits(first, last):
                    break
                fit |= add(first, last)
        if not fit and _length(answer, run.start, run.stop - 1) < limits.clip_min_ms:
            # too short to understand: add the nearer neighbour
            for first, last in answer.neighbours(run):
                if add(first, last):
                    break
    shown = {sentence for window in by_stretch.values() for sentence in window.moment.sentences}
    for position, moment in enumerate(answer.moments):
        if moment.verdict == "keep" and moment.sentences[0] not in shown and answer.may_join(position):
            add(position, position, 0)  # what the team keeps may be shorter than any other clip
    return list(by_stretch.values())


def _length(answer: Answer, first: int, last: int) -> int:
    return answer.moments[last].span.end_ms - answer.moments[first].span.start_ms


def _most(answer: Answer, first: int, last: int, limits: Limits) -> float:
    # A single long sentence is shown whole or not at all; nothing is included that does not fit into the reel
    room = limits.room_ms - EDGE_MS
    if all(moment.verdict == "keep" for moment in answer.moments[first : last + 1]):
        return room  # the team wants it, however long
    return min(limits.clip_max_ms * (1.5 if first == last else 1), room)


def _window(answer: Answer, quote: Quote, limits: Limits) -> Window:
    parts = answer.moments[quote.first : quote.last + 1]
    speaking = [part for part in parts if part.speaks(limits.threshold)]
    moment = join(parts)
    moment = replace(
        moment,
        why=(*quote.marks, *moment.why)[:6],
        cut_before=quote.cut_before,
        cut_after=quote.cut_after,
    )
    of_each = [answer.point(position, limits.kind) for position in range(quote.first, quote.last + 1)]
    point = max(value for value in of_each if value is not None)
    states = _strength(moment, limits) + point - moment.score
    strength = states - quote.penalty
    further = sum(part.score for part in speaking) - moment.score
    return Window(moment, strength, strength + MORE * further, quote.penalty > 0, states, _kept(parts))


def _kept(parts: Sequence[Moment]) -> frozenset[tuple[str, int]]:
    return frozenset((p.sentences[0].response, p.sentences[0].index) for p in parts if p.verdict == "keep")


def _strength(moment: Moment, limits: Limits) -> float:
    """0..1 by score; with "vivid", moments clearly above the threshold rank above all others, 1..2."""
    clearly = limits.threshold + CLEARLY * (1 - limits.threshold)
    if limits.prefer == "vivid" and moment.score >= clearly:
        return 1 + sentiment.vivid(moment.text, moment.tone)
    return moment.score


def join(moments: Sequence[Moment]) -> Moment:
    """Join consecutive moments: the best score, with the reasons of the best first."""
    best = max(moments, key=lambda moment: (moment.score, moment.verdict == "keep"))
    reasons = dict.fromkeys(reason for moment in [best, *moments] for reason in moment.why)
    sentences = tuple(sentence for moment in moments for sentence in moment.sentences)
    tone = round(sum(moment.tone for moment in moments) / len(moments), 4)
    text = joined([word for sentence in sentences for word in sentence.words])
    verdict: Verdict | None = "keep" if any(moment.verdict == "keep" for moment in moments) else None
    return Moment(
        best.problem, sentences, best.score, tuple(reasons)[:6], tone, sentiment.of(text, tone), verdict=verdict
    )
