"""Audits a problem's count with a random sample of customers: drawing, showing passages, recording answers,
estimating.

There are no prompts here: the command line and the review window ask, with the same functions in the same order:
`draw`, `waiting`, `passages`, `record`, `audited`.

The unit is the customer, as in the count. A verdict covers everything that a customer says in the answers shown, so it
belongs to the recordings and survives re-transcription. The tagger does not learn from it: nobody said which sentence
made it a yes, and a tagger trained on the sample would look better on it than elsewhere.
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
WHOLE_WORDS = 150  # an answer up to this length is shown completely
PASSAGES = 4  # number of passages of a longer one, the best first
AROUND = 2  # sentences shown before and after the best one; one around the others


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer to ask about: which answers to show, and the position in the sample, from 1."""

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
    sample_size: int | None = None,
    seed: int | None = None,
    *,
    again: bool = False,
) -> None:
    """Make sure that there is a sample: a new one, or the existing one extended by customers who came since.

    Args:
        moments: judged for this problem; those of other problems are ignored.
        sample_size: customers to ask about, `MANY` at first; a larger existing sample keeps its size.
        again: draw a new sample with an unused seed: decisions made since know the old sample, and strata that
            know the sample would narrow the interval. Existing verdicts are not asked for again.

    Raises:
        ProjectError: nothing has been transcribed; the sample has another seed; or a new one would reuse a seed.
    """
    people = people_of(survey)
    if not people:
        raise ProjectError(
            "Nothing has been transcribed yet, so there is no count to check.", "Run `reelmaker build` first."
        )
    frame = audits.sample_of(library, survey, problem)
    if frame is None or again:
        after = frame.draws[0].after if frame else max((d.number for d in library.decisions()), default=0)
        new_seed = _fresh(library, problem, seed)
        new_draw = Draw(
            0, 0, problem.slug, audits.question(problem), clock_skew.now(), new_seed, sample_size or MANY, after
        )
        _store(library, new_draw, people, moments, project.threshold_of(problem))
        return
    first_draw = frame.draws[0]
    if seed is not None and seed != first_draw.seed:
        raise ProjectError(
            f"The sample of {problem.slug} was drawn with seed {first_draw.seed} on {first_draw.made[:10]}.",
            "Leave --seed out to go on with it, or add --again to draw a new one.",
        )
    if newcomers := people.keys() - frame.listed:
        share = math.ceil(max(sample_size or 0, first_draw.size) * len(newcomers) / len(people))
        addition = replace(first_draw, number=0, made=clock_skew.now(), size=share, units=())
        _store(library, addition, {who: people[who] for who in newcomers}, moments, project.threshold_of(problem))
        frame = replace(frame, draws=tuple(audits.standing(library, problem)))
    if sample_size is None:
        return
    sizes = Counter(estimate.turns([len(existing.units) for existing in frame.draws], sample_size))
    library.draws().enlarge(
        [(existing.number, sizes[index]) for index, existing in enumerate(frame.draws) if sizes[index] > existing.size]
    )


def waiting(library: Library, survey: Survey, problem: Problem) -> list[Customer]:
    """The sampled customers without a verdict, in the order in which to ask about them."""
    frame = audits.sample_of(library, survey, problem)
    sampled = [member for member in frame.members if member.wanted] if frame else []
    return [
        Customer(frame.people[member.person], place, len(sampled))
        for place, member in enumerate(sampled, 1)
        if frame and not frame.answer(member.person)[1]
    ]


def passages(
    survey: Survey, moments: Sequence[Moment], problem: Problem, customer: Customer
) -> list[tuple[str, tuple[Line, ...]]]:
    """For each answer of a customer its id and its sentences: all of a short answer, the best passages of a long one."""
    scores = {(m.sentences[0].response, m.sentences[0].index): m.score for m in moments if m.problem == problem.slug}
    answers_shown = [(answer, survey.transcripts[answer].sentences) for answer in customer.answers]
    best = max((scores.get((a, s.index), 0.0) for a, sentences in answers_shown for s in sentences), default=0.0)
    return [
        (answer, tuple(_lines(sentences, [scores.get((answer, s.index), 0.0) for s in sentences], best)))
        for answer, sentences in answers_shown
    ]


def record(library: Library, survey: Survey, problem: Problem, customer: Customer, verdict: Check) -> list[Decision]:
    """Record a verdict about a customer: one decision for each of their answers, in one go."""
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


# the list from which the sample is drawn


def _store(
    library: Library, new: Draw, people: Mapping[str, tuple[str, ...]], moments: Sequence[Moment], threshold: float
) -> None:
    """Assign customers to strata, put each stratum in random order, and store both."""
    best: dict[str, float] = {}
    for moment in moments:
        if moment.problem == new.problem:
            answer = moment.sentences[0].response
            best[answer] = max(best.get(answer, 0.0), 0.0 if moment.verdict == "drop" else moment.score)
    random_key = {
        who: hashlib.sha256(f"{new.seed}\0{new.problem}\0{min(answers)}".encode()).digest()
        for who, answers in people.items()
    }
    shuffled = sorted(people, key=lambda who: random_key[who])
    scores = [max(best.get(answer, 0.0) for answer in people[who]) for who in shuffled]
    kinds = estimate.kinds(scores, [score >= threshold for score in scores], threshold, new.size)
    strata = [
        [who for who, kind in zip(shuffled, kinds, strict=True) if kind == stratum_kind] for stratum_kind in range(3)
    ]
    rows = [iter(members) for members in strata]
    turns = estimate.turns([len(members) for members in strata], len(shuffled))
    units = tuple(Unit(people[next(rows[kind])], kind, turn) for turn, kind in enumerate(turns))
    library.draws().store(replace(new, units=units))


def _fresh(library: Library, problem: Problem, seed: int | None) -> int:
    """An unused seed for this problem: the requested one, or the next."""
    used = {drawn.seed for drawn in library.draws().of(problem.slug)}
    if seed in used:
        raise ProjectError(
            f"A sample of {problem.slug} was drawn with seed {seed} before.",
            f"Choose another; without --seed it is {max(used) + 1}.",
        )
    return (max(used) + 1 if used else SEED) if seed is None else seed


# the passages


def _lines(sentences: Sequence[Sentence], scores: Sequence[float], best: float) -> Iterator[Line]:
    """The sentences of an answer; `best` is the highest score of the customer."""
    visible = set(range(len(sentences)))
    if sum(len(sentence.words) for sentence in sentences) > WHOLE_WORDS:
        best_first = sorted(visible, key=lambda index: (-scores[index], index))[:PASSAGES]
        reach = dict.fromkeys(best_first, 1) | {best_first[0]: AROUND}
        visible = {index + offset for index in best_first for offset in range(-reach[index], reach[index] + 1)}
    for index, sentence in enumerate(sentences):
        yield Line(sentence, index in visible, scores[index] == best > 0)
