"""Checks a problem's count by a sample: whom to ask about, what to show of them, what was answered, what follows from it.

In: the survey, judged. Out: customers in random order, decisions, an estimate. No prompts: the command line and the
review window ask, with the same functions in the same order: `draw`, `waiting`, `passages`, `record`, `audited`.

The unit is the customer, as in the count. A verdict holds for what a customer says in all answers that were shown, so
it belongs to the recordings and outlives every transcript of them. It teaches the tagger nothing: which sentence made
it a yes was not asked, and a tagger that had learned the sample would look better in it than elsewhere.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Problem, Sentence, Span
from reelmaker.model.audit import Audited, Draw, Unit
from reelmaker.model.decision import Check, Decision
from reelmaker.model.survey import Survey
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.select.audits import estimate
from reelmaker.select.audits import stage as audits
from reelmaker.select.audits.sample import people_of

MANY, SEED = 20, 1
WHOLE_WORDS = 150  # an answer up to this length is shown whole
PASSAGES = 4  # of a longer one so many, the best first
AROUND = 2  # sentences before and after the best one; one around the others


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody to ask about: which answers to show, and which of the sample it is, from 1."""

    answers: tuple[str, ...]
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an answer as it is shown; `mark`: the one that is most likely about the problem."""

    sentence: Sentence
    shown: bool
    mark: bool


def draw(
    project: Project,
    library: Library,
    survey: Survey,
    moments: Sequence[Moment],
    problem: Problem,
    many: int | None = None,
    seed: int | None = None,
    *,
    again: bool = False,
) -> None:
    """See that there is a sample to ask about: a new one, or the one of before with those who came since.

    Args:
        moments: judged for this problem; of others they are passed over.
        many: customers to ask about, `MANY` at first; a sample that is larger already stays as it is.
        again: draw anew, with a seed that was never used: decisions that were made since know the old sample, and strata
            that know the sample would narrow the interval. What is known of a customer is not asked again.

    Raises:
        ProjectError: nothing was heard; or the sample has another seed; or a new one would have one that was used.
    """
    people = people_of(survey)
    if not people:
        raise ProjectError("Nobody was heard yet, so there is no count to check.", "Run `reelmaker build` first.")
    frame = audits.sample_of(library, survey, problem)
    if frame is None or again:
        after = frame.draws[0].after if frame else max((d.number for d in library.decisions()), default=0)
        fresh = _fresh(library, problem, seed)
        first = Draw(0, 0, problem.slug, audits.question(problem), clock_skew.now(), fresh, many or MANY, after)
        _store(library, first, people, moments, project.threshold_of(problem))
        return
    base = frame.draws[0]
    if seed is not None and seed != base.seed:
        raise ProjectError(
            f"The sample of {problem.slug} was drawn with seed {base.seed} on {base.made[:10]}.",
            "Leave --seed out to go on with it, or add --again to draw a new one.",
        )
    if new := people.keys() - frame.listed:
        share = math.ceil(max(many or 0, base.size) * len(new) / len(people))
        later = replace(base, number=0, made=clock_skew.now(), size=share, units=())
        _store(library, later, {who: people[who] for who in new}, moments, project.threshold_of(problem))
        frame = replace(frame, draws=tuple(audits.standing(library, problem)))
    if many is None:
        return
    taken = Counter(estimate.turns([len(one.units) for one in frame.draws], many))
    library.draws().enlarge([(one.number, taken[at]) for at, one in enumerate(frame.draws) if taken[at] > one.size])


def waiting(library: Library, survey: Survey, problem: Problem) -> list[Customer]:
    """Those who were drawn and not answered for yet, in the order in which to ask."""
    frame = audits.sample_of(library, survey, problem)
    wanted = [member for member in frame.members if member.wanted] if frame else []
    return [
        Customer(frame.people[member.person], place, len(wanted))
        for place, member in enumerate(wanted, 1)
        if frame and not frame.answer(member.person)[1]
    ]


def passages(
    survey: Survey, moments: Sequence[Moment], problem: Problem, customer: Customer
) -> list[tuple[str, tuple[Line, ...]]]:
    """For each answer of a customer its id and its sentences: all of a short one shown, of a long one the likeliest."""
    scores = {(m.sentences[0].response, m.sentences[0].index): m.score for m in moments if m.problem == problem.slug}
    own = [(answer, survey.transcripts[answer].sentences) for answer in customer.answers]
    best = max((scores.get((a, s.index), 0.0) for a, some in own for s in some), default=0.0)
    return [
        (answer, tuple(_lines(some, [scores.get((answer, s.index), 0.0) for s in some], best))) for answer, some in own
    ]


def record(library: Library, survey: Survey, problem: Problem, customer: Customer, verdict: Check) -> list[Decision]:
    """Write down what was answered about a customer: one decision for each of their answers, in one go."""
    made = clock_skew.now()
    return library.store_decisions(
        [
            Decision(
                0, Span(answer, 0, survey.responses[answer].duration_ms), problem.slug, verdict, "", made, rank=rank
            )
            for rank, answer in enumerate(customer.answers)
        ]
    )


def audited(
    project: Project, library: Library, survey: Survey, moments: Sequence[Moment], problem: Problem
) -> Audited | None:
    """What the audit says of the customers of today; see `reelmaker.select.audits.stage`."""
    return audits.audited(library, survey, moments, problem, project.threshold_of(problem))


# the list that was drawn from


def _store(
    library: Library, new: Draw, people: Mapping[str, tuple[str, ...]], moments: Sequence[Moment], threshold: float
) -> None:
    """Share customers out to strata, put each stratum in random order, and keep both."""
    best: dict[str, float] = {}
    for moment in moments:
        if moment.problem == new.problem:
            answer = moment.sentences[0].response
            best[answer] = max(best.get(answer, 0.0), 0.0 if moment.verdict == "drop" else moment.score)
    chance = {
        who: hashlib.sha256(f"{new.seed}\0{new.problem}\0{min(answers)}".encode()).digest()
        for who, answers in people.items()
    }
    ordered = sorted(people, key=lambda who: chance[who])
    scores = [max(best.get(answer, 0.0) for answer in people[who]) for who in ordered]
    kinds = estimate.kinds(scores, [score >= threshold for score in scores], threshold, new.size)
    strata = [[who for who, kind in zip(ordered, kinds, strict=True) if kind == at] for at in range(3)]
    rows = [iter(some) for some in strata]
    turns = estimate.turns([len(some) for some in strata], len(ordered))
    units = tuple(Unit(people[next(rows[kind])], kind, turn) for turn, kind in enumerate(turns))
    library.draws().store(replace(new, units=units))


def _fresh(library: Library, problem: Problem, seed: int | None) -> int:
    """A seed with which nothing was drawn for this problem: the one asked for, or the next."""
    used = {one.seed for one in library.draws().of(problem.slug)}
    if seed in used:
        raise ProjectError(
            f"A sample of {problem.slug} was drawn with seed {seed} before.",
            f"Choose another; without --seed it is {max(used) + 1}.",
        )
    return (max(used) + 1 if used else SEED) if seed is None else seed


# what is shown


def _lines(sentences: Sequence[Sentence], scores: Sequence[float], best: float) -> Iterator[Line]:
    """The sentences of an answer; `best` is the highest score of the customer."""
    shown = set(range(len(sentences)))
    if sum(len(sentence.words) for sentence in sentences) > WHOLE_WORDS:
        ranked = sorted(shown, key=lambda at: (-scores[at], at))[:PASSAGES]
        reach = dict.fromkeys(ranked, 1) | {ranked[0]: AROUND}
        shown = {at + by for at in ranked for by in range(-reach[at], reach[at] + 1)}
    for at, sentence in enumerate(sentences):
        yield Line(sentence, at in shown, scores[at] == best > 0)
