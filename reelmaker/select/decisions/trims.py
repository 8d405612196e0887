"""What the team trimmed: the stretch that the clip of a moment shows, in today's transcript. Pure.

Takes a decision of the kind `trim` and the sentences of its answer; returns the sentences cut to the words inside, or
why it does not apply. A trim belongs to the answer and the time; if the transcript has other words there, it shows
those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reelmaker.model import Sentence, Span, Word
from reelmaker.model.decision import Decision
from reelmaker.select.decisions import verdicts

LEAST_MS = 500  # nobody understands less, and its loudness cannot be measured
SILENT = "there is no speech there"
OTHERS = "the transcript has other sentences there now"
TOO_LITTLE = "less than half a second of speech is left"
HOLDS_UNQUOTABLE = {
    verdicts.ASKED: "it contains the interviewer's words",
    verdicts.UNCLEAR: "it contains words that were not clearly recognised",
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a trim shows. `first`..`last`: the positions of all sentences that it is about, also those trimmed away."""

    first: int
    last: int
    shown: tuple[int, int]  # the positions of the first and the last sentence that is at least partly shown
    sentences: tuple[Sentence, ...]  # with the words inside only
    begins_inside: bool  # words of its first sentence are left out before it
    ends_inside: bool
    whole: Span
    exact: Span | None


def of_problem(decisions: Iterable[Decision], problem: str) -> tuple[Decision, ...]:
    """The trims that apply to a problem, the latest first; it wins if two are about the same sentences."""
    own = [d for d in decisions if d.verdict == "trim" and not d.withdrawn and d.problem in ("", problem)]
    return tuple(sorted(own, key=lambda decision: -decision.number))


def cut(trim: Decision, sentences: Sequence[Sentence]) -> Excerpt | str:
    """What the trim shows of an answer, or the reason why it does not apply.

    Args:
        sentences: all sentences of the answer, in order.
    """
    assert trim.shown is not None
    about = [position for position, sentence in enumerate(sentences) if verdicts.belongs(sentence.span, trim.span)]
    if not about:
        return SILENT
    inside = {position: words for position, s in enumerate(sentences) if (words := within(s.words, trim.shown))}
    length = _length(inside, trim)
    if length < LEAST_MS:
        return TOO_LITTLE
    if not inside.keys() & set(about):
        return OTHERS
    for position in inside:
        if why := verdicts.unquotable(sentences[position]):
            return HOLDS_UNQUOTABLE[why]
    first, last = min([*about, *inside]), max([*about, *inside])
    shown = min(inside), max(inside)
    return Excerpt(
        first,
        last,
        shown,
        tuple(_cut(sentences[position], words) for position, words in inside.items()),
        inside[shown[0]][0] != sentences[shown[0]].words[0],
        inside[shown[1]][-1] != sentences[shown[1]].words[-1],
        sentences[first].span.union(sentences[last].span),
        trim.shown if trim.exact else None,
    )


def within(words: Iterable[Word], stretch: Span) -> tuple[Word, ...]:
    """The words whose middle is in the stretch."""
    return tuple(w for w in words if 2 * stretch.start_ms <= w.start_ms + w.end_ms <= 2 * stretch.end_ms)


def _length(inside: dict[int, tuple[Word, ...]], trim: Decision) -> int:
    if not inside or trim.shown is None:
        return 0
    if trim.exact:
        return trim.shown.length_ms
    words = [word for own in inside.values() for word in own]
    return words[-1].end_ms - words[0].start_ms


def _cut(sentence: Sentence, words: tuple[Word, ...]) -> Sentence:
    if len(words) == len(sentence.words):
        return sentence
    return replace(sentence, words=words, english="")  # nobody knows which of the English words are these
