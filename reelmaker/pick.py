"""Moments -> the ones a reel shows: fit the length, one customer once before anybody twice. Pure.

In: every sentence of the survey judged against one problem. Out: whole sentences, joined where they
follow each other, strongest first and last. The same input gives the same choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reelmaker.model import Count, Moment, Response, Transcript

JOIN_GAP_MS = 2500  # a longer silence between two sentences is not shown inside a clip
EDGE_MS = 300  # what trimming may add around a moment
SAME_WORDS = 0.7  # share of content words above which two quotes say the same
SHORTEST_IDEAL_MS = 6000
# Words that lean on the sentence before: a clip rather starts there
LEANS = re.compile(r"(and|but|so|then|it|that|this|they|he|she|which|because|also|or)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reel allows: times in milliseconds; `room_ms` is what is left for clips."""

    room_ms: int
    clip_min_ms: int
    clip_max_ms: int
    clips_per_customer: int
    threshold: float


def count(
    moments: Sequence[Moment],
    transcripts: Sequence[Transcript],
    responses: Mapping[str, Response],
    threshold: float,
) -> Count:
    """How many customers spoke of the problem, of those in whose answers anything was heard."""
    heard = {responses[transcript.response].person for transcript in transcripts if transcript.heard}
    spoke = {responses[moment.span.response].person for moment in moments if moment.score >= threshold}
    return Count(len(spoke & heard), len(heard))


def pick(moments: Sequence[Moment], responses: Mapping[str, Response], limits: Limits) -> list[Moment]:
    """The moments to show, in the order to show them.

    Args:
        moments: one for each sentence, all of one problem; low scores too, for their neighbourhood.
        responses: by id.
    """
    by_person: dict[str, list[Moment]] = {}
    for window in _windows(moments, limits):
        by_person.setdefault(responses[window.span.response].person, []).append(window)
    people = sorted(by_person, key=lambda person: (-max(w.score for w in by_person[person]), person))
    chosen: dict[str, list[Moment]] = {}
    left = limits.room_ms
    ideal = max(SHORTEST_IDEAL_MS, limits.room_ms // max(1, len(people)))
    for round_number in range(limits.clips_per_customer):
        for person in people:
            if len(chosen.get(person, [])) < round_number:
                continue
            taken = [moment for moments in chosen.values() for moment in moments]
            free = [w for w in by_person[person] if not _clashes(w, chosen.get(person, []))]
            best = _best([w for w in free if not _repeats(w, taken)], min(ideal, left), left)
            if best:
                chosen.setdefault(person, []).append(best)
                left -= _cost(best)
        left = _widen(chosen, by_person, left)
    return _order([moment for moments in chosen.values() for moment in moments])


def _windows(moments: Sequence[Moment], limits: Limits) -> list[Moment]:
    """Every stretch of whole sentences that may be a clip, from each run of sentences over the threshold."""
    found = []
    ordered = sorted(moments, key=lambda moment: (moment.span.response, moment.sentences[0].index))
    for _, group in groupby(ordered, key=lambda moment: moment.span.response):
        answer = list(group)
        for run in _runs(answer, limits.threshold):
            windows = [
                joined
                for first in range(len(run))
                for last in range(first, len(run))
                if (joined := join(run[first : last + 1])) and _fits(joined, limits)
            ]
            found += windows or _with_a_neighbour(run, answer, limits)
    return found


def _runs(answer: Sequence[Moment], threshold: float) -> list[list[Moment]]:
    runs: list[list[Moment]] = []
    for before, moment in zip([None, *answer], answer, strict=False):
        if moment.score < threshold or not _quotable(moment):
            continue
        if runs and before is runs[-1][-1] and _follows(before, moment):
            runs[-1].append(moment)
        else:
            runs.append([moment])
    return runs


def _quotable(moment: Moment) -> bool:
    return all(sentence.quotable for sentence in moment.sentences)


def _follows(before: Moment, after: Moment) -> bool:
    return after.span.start_ms - before.span.end_ms <= JOIN_GAP_MS


def _with_a_neighbour(run: Sequence[Moment], answer: Sequence[Moment], limits: Limits) -> list[Moment]:
    """A moment too short to understand takes in the sentence before it, or else the one after."""
    whole = join(run)
    if whole.span.length_ms >= limits.clip_min_ms:
        return []
    at = answer.index(run[0])
    after = at + len(run)
    tries = []
    if at > 0 and _quotable(answer[at - 1]) and _follows(answer[at - 1], run[0]):
        tries.append(join([answer[at - 1], *run]))
    if after < len(answer) and _quotable(answer[after]) and _follows(run[-1], answer[after]):
        tries.append(join([*run, answer[after]]))
    return [moment for moment in tries if _fits(moment, limits)][:1]


def _fits(moment: Moment, limits: Limits) -> bool:
    # A single long sentence is shown whole or not at all
    longest = limits.clip_max_ms * (1.5 if len(moment.sentences) == 1 else 1)
    return limits.clip_min_ms <= moment.span.length_ms <= longest


def join(moments: Sequence[Moment]) -> Moment:
    """Moments that follow each other as one: the best score, the reasons of the best first."""
    best = max(moments, key=lambda moment: moment.score)
    reasons = dict.fromkeys(reason for moment in [best, *moments] for reason in moment.why)
    return Moment(
        best.problem,
        tuple(sentence for moment in moments for sentence in moment.sentences),
        best.score,
        tuple(reasons)[:6],
        round(sum(moment.tone for moment in moments) / len(moments), 4),
    )


def _best(windows: Sequence[Moment], ideal_ms: int, left_ms: int) -> Moment | None:
    """The strongest window of the ideal length; the shortest one that fits where none is."""
    inside = [window for window in windows if _cost(window) <= ideal_ms]
    if inside:
        return max(inside, key=_value)
    return min(
        (w for w in windows if _cost(w) <= left_ms), key=lambda w: (_cost(w), -w.score), default=None
    )


def _value(window: Moment) -> tuple[float, int, int]:
    leans = bool(LEANS.match(window.sentences[0].text))
    worth = window.score + 0.1 * (len(window.sentences) - 1) - (0.05 if leans else 0)
    return round(worth, 6), -window.span.length_ms, -window.span.start_ms


def _widen(chosen: Mapping[str, list[Moment]], by_person: Mapping[str, Sequence[Moment]], left: int) -> int:
    """Spend what is left of the length on letting people finish their thought, strongest first."""
    for person in sorted(chosen, key=lambda person: (-chosen[person][0].score, person)):
        for place, moment in enumerate(chosen[person]):
            others = chosen[person][:place] + chosen[person][place + 1 :]
            wider = [
                window
                for window in by_person[person]
                if set(window.sentences) > set(moment.sentences)
                and _cost(window) - _cost(moment) <= left
                and not _clashes(window, others)
            ]
            if wider:
                best = max(wider, key=_value)
                left -= _cost(best) - _cost(moment)
                chosen[person][place] = best
    return left


def _cost(moment: Moment) -> int:
    return moment.span.length_ms + EDGE_MS


def _clashes(window: Moment, chosen: Sequence[Moment]) -> bool:
    return any(window.span.pad(EDGE_MS, EDGE_MS).overlaps(moment.span) for moment in chosen)


def _repeats(window: Moment, chosen: Sequence[Moment]) -> bool:
    words = _content(window.text)
    return any(
        len(words & other) / max(1, len(words | other)) >= SAME_WORDS
        for other in (_content(moment.text) for moment in chosen)
    )


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.lower()) if len(word) > 3)


def _order(moments: Sequence[Moment]) -> list[Moment]:
    """Strongest first, second strongest last, the rest between them from strong to weak."""
    ranked = sorted(moments, key=lambda moment: (-moment.score, moment.span))
    if len(ranked) < 3:
        return ranked
    return [ranked[0], *ranked[2:], ranked[1]]
