"""The moments of a problem as a person looks through them: neighbouring sentences of one kind together, filtered, in order. Pure.

A row's key is the start of the answer's id and the numbers of its sentences, so that it stays the same while scores and
decisions change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reelmaker.model import DIGITS as SHORT
from reelmaker.model import Moment, Response, Span, joined, moment_ids
from reelmaker.tag.presence import decision as presence

State = Literal["sure", "maybe", "decided", "rest"]
DIGITS = 16  # of an answer's id in a key
# filter of the list -> the states it shows
SHOWN: Mapping[str, tuple[State, ...]] = {
    "open": ("sure", "maybe"),
    "sure": ("sure",),
    "maybe": ("maybe",),
    "decided": ("decided",),
    "all": ("sure", "maybe", "decided", "rest"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One or more neighbouring sentences of an answer that are in the same state."""

    moments: tuple[Moment, ...]
    state: State

    @property
    def first(self) -> Moment:
        return self.moments[0]

    @property
    def response(self) -> str:
        return self.first.sentences[0].response

    @property
    def key(self) -> str:
        first, last = self.first.sentences[0].index, self.moments[-1].sentences[0].index
        return f"{self.response[:DIGITS]}.{first}-{last}"

    @property
    def span(self) -> Span:
        return self.first.span.union(self.moments[-1].span)

    @property
    def score(self) -> float:
        return max(moment.score for moment in self.moments)

    @property
    def best(self) -> Moment:
        return max(self.moments, key=lambda moment: moment.score)

    @property
    def text(self) -> str:
        return joined([word for moment in self.moments for word in moment.words])

    def name(self, digits: int = SHORT) -> str:
        """The moment's name, as every command takes it."""
        return moment_ids.of(self.span, len(self.moments) > 1, digits)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list; "" for none."""

    shown: str = "open"
    segment: str | None = None
    month: str | None = None
    score: str = ""  # "low" 0-6, "middle" 7-8, "high" 9-10, as the Net Promoter Score groups them
    words: str = ""


def rows(moments: Sequence[Moment], threshold: float, longest_ms: int) -> list[Row]:
    """Every moment of a problem in rows, surest first.

    Args:
        moments: of one problem, one for each sentence.
        longest_ms: neighbouring sentences are joined up to this length, which is that of the longest clip.
    """
    in_order = sorted(moments, key=lambda moment: moment.span)
    groups: list[Row] = []
    for moment in in_order:
        state = _state(moment, threshold)
        if groups and _continues(groups[-1], moment, state, longest_ms):
            groups[-1] = Row((*groups[-1].moments, moment), state)
        else:
            groups.append(Row((moment,), state))
    return sorted(groups, key=lambda row: (-row.score, row.span))


def _state(moment: Moment, threshold: float) -> State:
    if moment.verdict is not None:
        return "decided"
    if not moment.sentences[0].scored:
        return "rest"
    if moment.speaks(threshold):
        return "sure"
    return "maybe" if presence.maybe(moment.score, threshold) else "rest"


def _continues(row: Row, moment: Moment, state: State, longest_ms: int) -> bool:
    last = row.moments[-1]
    return (
        state in ("sure", "decided")
        and row.state == state
        and last.verdict == moment.verdict
        and last.sentences[0].response == moment.sentences[0].response
        and last.sentences[0].index + 1 == moment.sentences[0].index
        and moment.span.end_ms - row.span.start_ms <= longest_ms
    )


def chosen(all_rows: Sequence[Row], responses: Mapping[str, Response], wanted: Wanted) -> Iterator[Row]:
    """The rows that pass the filters, in the order given."""
    states = SHOWN.get(wanted.shown, SHOWN["open"])
    words = wanted.words.casefold().split()
    for row in all_rows:
        if row.state in states and _of_group(responses[row.response], wanted):
            text = row.text.casefold() if words else ""
            if all(word in text for word in words):
                yield row


def _of_group(response: Response, wanted: Wanted) -> bool:
    return (
        (wanted.segment is None or response.segment.strip() == wanted.segment)
        and (wanted.month is None or response.date[:7] == wanted.month)
        and (not wanted.score or score_group(response.score) == wanted.score)
    )


def score_group(score: float | None) -> str:
    """Detractors, passives and promoters, by the answer to the question of recommendation; "" without a score."""
    if score is None:
        return ""
    return "low" if score <= 6 else "middle" if score <= 8 else "high"


def totals(all_rows: Sequence[Row]) -> dict[str, int]:
    """How many rows each choice of the list shows."""
    states = Counter(row.state for row in all_rows)
    return {name: sum(states[state] for state in shown) for name, shown in SHOWN.items()}


def groups(all_rows: Sequence[Row], responses: Mapping[str, Response]) -> dict[str, list[str]]:
    """The values by which the rows can be filtered."""
    used = [responses[response] for response in {row.response for row in all_rows}]
    return {
        "segments": sorted({response.segment.strip() for response in used}),
        "months": sorted({response.date[:7] for response in used if response.date}),
        "scores": [g for g in ("low", "middle", "high") if any(score_group(r.score) == g for r in used)],
    }
