"""What the team struck inside a clip: the words that remain of a moment, and the holes between them. Pure.

Takes decisions of the kind `strike`. A strike belongs to the answer and its time; whatever words a new transcript has
there are struck. Struck words at the beginning or end of a moment only make it shorter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reelmaker.model import Moment, Sentence, Span, Word
from reelmaker.model.decision import Decision
from reelmaker.model.stretches import Hole
from reelmaker.select.decisions import trims

STRUCK = "words struck by the team"
NOTHING_THERE = "the clip has no words there now"


@dataclass(frozen=True, slots=True)
class Left:
    """What strikes leave of some words: the words of each part, in order, and the holes between the parts."""

    parts: tuple[tuple[Word, ...], ...]
    holes: tuple[Hole, ...]
    begins_inside: bool  # words before the first part are struck
    ends_inside: bool

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for part in self.parts for word in part)

    @property
    def length_ms(self) -> int:
        """How long the remaining words last."""
        return sum(part[-1].end_ms - part[0].start_ms for part in self.parts)


def of_problem(decisions: Iterable[Decision], problem: str) -> tuple[Decision, ...]:
    """The strikes that apply to a problem, in the order they were made."""
    own = [d for d in decisions if d.verdict == "strike" and not d.withdrawn and d.problem in ("", problem) and d.shown]
    return tuple(sorted(own, key=lambda decision: decision.number))


def pins(decisions: Sequence[Decision], problem: str) -> tuple[Decision, ...]:
    """The stretches whose sentences are a clip because the team edited it: its trims, then what it struck words in.

    The latest come first. A strike without a trim keeps the whole sentences that the clip had.
    """
    struck = [replace(strike, shown=strike.span, exact=False) for strike in of_problem(decisions, problem)]
    return (*trims.of_problem(decisions, problem), *reversed(struck))


def left(words: Sequence[Word], strikes: Iterable[Decision]) -> Left:
    """What the strikes leave of some words of one answer, which are in order."""
    merged = _merged(words, strikes)
    gone = {word for hole in merged for word in trims.within(words, hole.span)}
    kept = [number for number, word in enumerate(words) if word not in gone]
    if not kept:
        return Left((), (), True, True)
    parts, holes = [[words[kept[0]]]], list[Hole]()
    for before, after in pairwise(kept):
        between = [h for h in merged if _middle(words[before]) < _twice(h) < _middle(words[after])]
        if between:
            span = between[0].span.union(between[-1].span)
            holes.append(Hole(span, all(h.exact for h in between), after == before + 1))
            parts.append([])
        parts[-1].append(words[after])
    return Left(tuple(map(tuple, parts)), tuple(holes), kept[0] > 0, kept[-1] < len(words) - 1)


def applied(moment: Moment, strikes: Iterable[Decision]) -> Moment | None:
    """The moment without its struck words; None if the team struck nearly all of it.

    Moments that no strike is about stay as they are.
    """
    stretch = moment.exact or moment.span
    own = [strike for strike in strikes if strike.shown and strike.shown.overlaps(stretch)]
    rest = left(moment.words, own)
    if not rest.holes and len(rest.words) == len(moment.words):
        return moment
    if rest.length_ms < trims.LEAST_MS:
        return None
    remaining = set(rest.words)
    sentences = [_cut(sentence, remaining) for sentence in moment.sentences]
    shown = tuple(sentence for sentence in sentences if sentence.words)
    exact = moment.exact
    if exact:
        start = rest.words[0].start_ms if rest.begins_inside else exact.start_ms
        end = rest.words[-1].end_ms if rest.ends_inside else exact.end_ms
        exact = Span(exact.response, start, end)
    note = next((strike.note for strike in reversed(own) if strike.note), "")
    return replace(
        moment,
        sentences=shown,
        why=(f"{STRUCK}{f': {note}' if note else ''}", *moment.why)[:6],
        cut_before=moment.cut_before or rest.begins_inside,
        cut_after=moment.cut_after or rest.ends_inside,
        whole=moment.whole or moment.span,
        exact=exact,
        holes=rest.holes,
    )


def _merged(words: Sequence[Word], strikes: Iterable[Decision]) -> list[Hole]:
    """The struck stretches, from the first to the last struck word each, in order; neighbours are one."""
    holes = []
    for strike in strikes:
        assert strike.shown is not None
        inside = trims.within(words, strike.shown)
        span = strike.shown
        if inside and not strike.exact:
            span = Span(span.response, inside[0].start_ms, max(word.end_ms for word in inside))
        holes.append(Hole(span, strike.exact, not inside))
    merged: list[Hole] = []
    for hole in sorted(holes, key=lambda hole: hole.span):
        if merged and hole.span.start_ms <= merged[-1].span.end_ms:
            last = merged[-1]
            merged[-1] = Hole(last.span.union(hole.span), last.exact and hole.exact, last.silent and hole.silent)
        else:
            merged.append(hole)
    return merged


def _middle(word: Word) -> int:
    return word.start_ms + word.end_ms


def _twice(hole: Hole) -> int:
    return hole.span.start_ms + hole.span.end_ms


def _cut(sentence: Sentence, remaining: set[Word]) -> Sentence:
    words = tuple(word for word in sentence.words if word in remaining)
    return sentence if len(words) == len(sentence.words) else replace(sentence, words=words, english="")
