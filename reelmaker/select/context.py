"""The context of a quote: adds the neighbouring sentences it needs, or says what was lost. Pure.

Takes an answer, sentence by sentence, scored for one problem; returns stretches that can stand alone, each with the
marks that a reader needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reelmaker.model import Kind, Moment
from reelmaker.select import discourse
from reelmaker.select.clips import points
from reelmaker.tag import sentiment
from reelmaker.tag.presence import decision

JOIN_GAP_MS = 2500  # a longer silence between two sentences is not shown inside a clip
LOST, HINTED = (
    0.15,
    0.05,
)  # how much a moment is worth less: its meaning may be turned; something softer follows
SAME_SUBJECT = 0.5  # of the threshold: a preceding sentence with at least this score is about the same
MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of an answer: first and last sentence, what was lost, and the penalty for it."""

    first: int
    last: int
    marks: tuple[str, ...] = ()
    penalty: float = 0.0
    cut_before: bool = False
    cut_after: bool = False


class Answer:
    """One answer: a moment for each sentence, in order, scored for one problem.

    `taken`: positions of sentences that are already in a clip trimmed by the team, and may be in no other.
    """

    def __init__(self, moments: Sequence[Moment], threshold: float, taken: frozenset[int] = frozenset()) -> None:
        self.moments = moments
        self.texts = [moment.text for moment in moments]
        self.threshold = threshold
        self.taken = taken
        self._marks = discourse.punctuated(self.texts)

    def follows(self, position: int) -> bool:
        """True if sentence `position` follows the one before it without a long silence or a gap."""
        return self._next(position) and self._gap(position) <= JOIN_GAP_MS

    def speaks(self, position: int) -> bool:
        """True if the sentence may be quoted and is about the problem."""
        moment = self.moments[position]
        return moment.speaks(self.threshold) and self.may_join(position)

    def runs(self, kind: Kind | None = None) -> list[range]:
        """Consecutive sentences about the problem; with a kind, also those that continue one of them and state it."""
        stretches: list[range] = []
        for position in range(len(self.moments)):
            if not self.speaks(position) and not (kind and self.goes_on(position, kind)):
                continue
            if stretches and stretches[-1].stop == position and self.follows(position):
                stretches[-1] = range(stretches[-1].start, position + 1)
            else:
                stretches.append(range(position, position + 1))
        return stretches

    def goes_on(self, position: int, kind: Kind) -> bool:
        """True if a sentence continues one that counts just before it, and takes a side.

        It cannot be understood without that one, or may itself be about the problem.
        """
        return (
            position > 0
            and not self.speaks(position)
            and self.may_join(position)
            and self.follows(position)
            and (self.speaks(position - 1) or self.goes_on(position - 1, kind))
            and (self._leans_hard(position) or decision.maybe(self.moments[position].score, self.threshold))
            and points.stated(self.moments[position], kind) >= points.STATED
        )

    def _leans_hard(self, position: int) -> bool:
        return self.follows(position) and discourse.leans(self.texts[position], self.texts[position - 1]) == "hard"

    def point(self, position: int, kind: Kind) -> float | None:
        """How well the sentence serves as the point of a clip; None if it does not.

        A sentence that cannot be understood without the one before has the score of that one, which only sets its
        scene.
        """
        if not self.speaks(position) and not self.goes_on(position, kind):
            return None
        score = self.moments[position].score
        if not self.speaks(position) and self._leans_hard(position):
            score = max(self.moments[before].score for before in range(position) if self.speaks(before))
        value = points.point(self.moments[position], kind, score)
        if position + 1 < len(self.moments) and self._leans_hard(position + 1):
            after = self.point(position + 1, kind)
            if after is not None and after >= value - points.NEAR:
                return value - points.SCENE
        return value

    def bare(self, first: int, last: int) -> Quote:
        """The stretch as it is, with incomplete sentences completed and marks for everything that is left out."""
        return self._marked(self.part_of(first).start, self.part_of(last).stop - 1, True)

    def neighbours(self, run: range) -> list[tuple[int, int]]:
        """The run with the sentence before it or the one after it, the nearer first."""
        sides = [
            (self._gap(position), first, last)
            for position, first, last in (
                (run.start, run.start - 1, run.stop - 1),
                (run.stop, run.start, run.stop),
            )
            if 0 < position < len(self.texts)
            and self.follows(position)
            and self.may_join(first)
            and self.may_join(last)
        ]
        return [(first, last) for _, first, last in sorted(sides)]

    def torn(self, position: int) -> bool:
        """True if sentence `position` and the one before it are parts of one sentence."""
        return (
            0 < position < len(self.texts)
            and self.follows(position)
            and discourse.torn(self.texts[position - 1], self.texts[position], self._marks)
        )

    def part_of(self, position: int) -> range:
        """The complete sentence that `position` is a part of."""
        first = last = position
        while self.torn(first):
            first -= 1
        while self.torn(last + 1):
            last += 1
        return range(first, last + 1)

    def complete(self, first: int, last: int, fits: Callable[[int, int], bool]) -> Quote:
        """The stretch with the neighbours it needs, as far as `fits` allows, and marks for the rest."""
        lean = True  # a sentence is taken in for what it names, not for what it leans on itself
        for _ in range(MOST_STEPS):
            if self._open_after(last) and fits(first, last + 1) and self.may_join(last + 1):
                last += 1
            elif self.torn(first) and fits(first - 1, last) and self.may_join(first - 1):
                first -= 1
            elif (
                (self._needs_before(first) if lean else self._answered(first))
                and fits(first - 1, last)
                and self.may_join(first - 1)
            ):
                first, lean = first - 1, False
            else:
                break
        return self._marked(first, last, lean)

    def _open_after(self, last: int) -> bool:
        """Whether the next sentence finishes, contradicts or answers the last one."""
        return self.torn(last + 1) or (
            last + 1 < len(self.texts)
            and self.follows(last + 1)
            and bool(discourse.turns(self.texts[last + 1]) or self._answered(last + 1))
        )

    def _needs_before(self, first: int) -> bool:
        if first == 0 or not self.follows(first):
            return False
        lean = discourse.leans(self.texts[first], self.texts[first - 1])
        return lean == "hard" or (lean == "soft" and self._same_subject(first - 1))

    def _same_subject(self, position: int) -> bool:
        return self.moments[position].score >= self.threshold * SAME_SUBJECT

    def _answered(self, position: int) -> bool:
        """True if sentence `position` answers a question asked just before."""
        return (
            position > 0
            and self.follows(position)
            and discourse.asks(self.texts[position - 1])
            and discourse.answers(self.texts[position], self.texts[position - 1])
        )

    def _marked(self, first: int, last: int, lean: bool) -> Quote:
        marks, penalty = [], 0.0
        cut_before = cut_after = False
        if self._next(first):
            how = discourse.leans(self.texts[first], self.texts[first - 1])
            turn = discourse.turns(self.texts[first]) or discourse.only(self.texts[first])
            cut_before = self.torn(first) or bool(how) or (self.speaks(first - 1) and self.follows(first))
            if self.torn(first):
                marks.append("context lost: it begins in the middle of a sentence")
            elif self._answered(first):
                marks.append("context lost: the question it answers is not shown")
            elif how == "hard" and lean:
                marks.append(f'context lost: what "{_opening(self.texts[first])}" refers to is not shown')
            elif turn and self._same_subject(first - 1):
                marks.append(f'context lost: it begins with "{turn}"')
            elif turn:
                marks.append(f'begins with "{turn}"; the sentence before is about something else')
        if last + 1 < len(self.texts) and self._next(last + 1):
            following = self.texts[last + 1]
            turn, later = discourse.turns(following), discourse.turns_inside(following)
            answered = self._answered(last + 1)
            cut_after = (
                self.torn(last + 1)
                or bool(turn or later or answered)
                or (self.speaks(last + 1) and self.follows(last + 1))
            )
            if self.torn(last + 1):
                marks.append("context lost: it ends in the middle of a sentence")
            elif turn:
                marks.append(f'context lost: the next sentence begins with "{turn}"')
            elif answered:
                marks.append("context lost: the answer to its question is not shown")
            elif later:
                marks.append(f'the next sentence continues with "{later}"')
                penalty += HINTED
        penalty += LOST * sum(mark.startswith("context lost") for mark in marks)
        return Quote(first, last, tuple(marks), penalty, cut_before, cut_after)

    def may_join(self, position: int) -> bool:
        """True if the sentence may be in a clip with others; sentences that are not quotable or not wanted never may."""
        return position not in self.taken and _quotable(self.moments[position])

    def may_show(self, position: int) -> bool:
        """True if the sentence may be inside a clip that the team trimmed, which may also contain small talk."""
        sentence, verdict = self.moments[position].sentences[0], self.moments[position].verdict
        return self.may_join(position) or (
            position not in self.taken and sentence.small_talk and verdict not in ("drop", "hide")
        )

    def parted(self, first: int, last: int) -> tuple[bool, bool]:
        """Whether something that belongs to these sentences comes before them, and after them."""
        quote = self._marked(first, last, False)
        return quote.cut_before, quote.cut_after

    def _next(self, position: int) -> bool:
        return (
            position > 0
            and self.moments[position].sentences[0].index == self.moments[position - 1].sentences[-1].index + 1
        )

    def _gap(self, position: int) -> int:
        return self.moments[position].span.start_ms - self.moments[position - 1].span.end_ms


def judged(answer: Sequence[Moment], kind: Kind, threshold: float, shortest_ms: int) -> list[Moment]:
    """The moments of one answer; those whose meaning their context reverses get a score below the threshold.

    A part of a sentence ("and your team chatted with him for an hour"), or one too short to stand alone, is read
    with the rest. If that stretch clearly praises, it is no complaint.
    """
    if kind != "pain" or not any(moment.score >= threshold for moment in answer):
        return list(answer)
    context = Answer(answer, threshold)
    runs = context.runs()
    wholes = {position: context.part_of(position) for run in runs for position in run}
    for run in runs:
        span = answer[run.start].span.union(answer[run.stop - 1].span)
        if span.length_ms < shortest_ms and all(len(wholes[position]) == 1 for position in run):
            near = context.neighbours(run)
            wholes |= {position: range(near[0][0], near[0][1] + 1) for position in run if near}
    result = list(answer)
    for position, stretch in wholes.items():
        text = " ".join(context.texts[place] for place in stretch)
        if len(stretch) > 1 and sentiment.polarity(text) > 0:
            reason = f'it praises as a whole: "{text}"'
            lower = round(min(answer[position].score, 0.96 * threshold), 4)
            result[position] = replace(answer[position], score=lower, why=(reason, *answer[position].why))
    return result


def in_answers(
    moments: Sequence[Moment], kinds: Mapping[str, Kind], thresholds: Mapping[str, float], shortest_ms: int
) -> list[Moment]:
    """Every sentence and problem of a survey, `judged` answer by answer; in the same order."""
    by_answer: dict[tuple[str, str], list[int]] = {}
    for number, moment in enumerate(moments):
        by_answer.setdefault((moment.problem, moment.sentences[0].response), []).append(number)
    result = list(moments)
    for (slug, _), numbers in by_answer.items():
        answer = [moments[number] for number in numbers]
        for number, moment in zip(numbers, judged(answer, kinds[slug], thresholds[slug], shortest_ms), strict=True):
            result[number] = moment
    return result


def _quotable(moment: Moment) -> bool:
    if moment.verdict in ("drop", "hide"):
        return False
    return all(s.quotable or (moment.verdict == "keep" and s.small_talk) for s in moment.sentences)


def _opening(text: str) -> str:
    return " ".join(text.split()[:2]).rstrip(",.;:!?")
