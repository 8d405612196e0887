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
from itertools import groupby

from reelmaker.errors import ProjectError
from reelmaker.model import Moment, Problem, Sentence, Span
from reelmaker.model.decision import CHECKS, Check, Decision
from reelmaker.model.survey import Survey
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library, key_of
from reelmaker.project.library_draws import Draw, Unit
from reelmaker.select import estimate
from reelmaker.select.estimate import Audited, Stratum

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


@dataclass(frozen=True, slots=True)
class _Answered:
    """A verdict about some answers, given in one go."""

    answers: frozenset[str]
    verdict: str
    holds: bool


@dataclass(frozen=True, slots=True)
class _Member:
    """A customer of today who was in the list from which the sample was drawn."""

    draw: Draw
    unit: Unit
    person: str

    @property
    def stratum(self) -> tuple[int, int]:
        return self.draw.number, self.unit.stratum

    @property
    def wanted(self) -> bool:
        return self.unit.turn < self.draw.size


@dataclass(frozen=True, slots=True)
class _Frame:
    """The list from which the sample was drawn, matched with the customers of today."""

    draws: tuple[Draw, ...]
    members: tuple[_Member, ...]
    people: Mapping[str, tuple[str, ...]]  # customer -> answers, of everybody with speech today
    answered: tuple[_Answered, ...]
    listed: frozenset[str]  # customers with an answer in the list, including those who cannot be placed in it

    @property
    def new(self) -> list[str]:
        """Customers who are not in the list."""
        return sorted(self.people.keys() - {member.person for member in self.members})

    def answer(self, person: str) -> tuple[bool, str]:
        """Whether a customer was ever asked about, and the current verdict: "yes", "no", "unsure" or none ("").

        A yes holds while all answers for which it was given exist; a no as long as there is no further answer.
        """
        answers = frozenset(self.people[person])
        given = [verdict for verdict in self.answered if verdict.answers & answers]
        current = next((verdict for verdict in reversed(given) if verdict.holds), None)
        if current is None:
            return bool(given), ""
        still_true = {"yes": current.answers <= answers, "no": answers <= current.answers}.get(current.verdict, True)
        return True, current.verdict if still_true else ""


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
    people = _people(survey)
    if not people:
        raise ProjectError(
            "Nothing has been transcribed yet, so there is no count to check.", "Run `reelmaker build` first."
        )
    frame = _frame(library, survey, problem)
    if frame is None or again:
        after = frame.draws[0].after if frame else max((d.number for d in library.decisions()), default=0)
        new_seed = _fresh(library, problem, seed)
        new_draw = Draw(0, 0, problem.slug, _question(problem), clock_skew.now(), new_seed, sample_size or MANY, after)
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
        frame = replace(frame, draws=tuple(_standing(library, problem)))
    if sample_size is None:
        return
    sizes = Counter(estimate.turns([len(existing.units) for existing in frame.draws], sample_size))
    library.draws().enlarge(
        [(existing.number, sizes[index]) for index, existing in enumerate(frame.draws) if sizes[index] > existing.size]
    )


def waiting(library: Library, survey: Survey, problem: Problem) -> list[Customer]:
    """The sampled customers without a verdict, in the order in which to ask about them."""
    frame = _frame(library, survey, problem)
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
    """The audit's result for the customers of today; None if there is no audit, or none of this question.

    Customers who came later are included, once as a yes and once as a no. `complete` tells whether it is finished.
    """
    frame = _frame(library, survey, problem)
    if frame is None or not any(frame.answer(person)[1] for person in frame.people):
        return None
    strata = list(_strata(frame))
    threshold = project.threshold_of(problem)
    answers_about = {m.sentences[0].response for m in moments if m.problem == problem.slug and m.speaks(threshold)}
    counted = [person for person in frame.new if not answers_about.isdisjoint(frame.people[person])]
    not_counted = [person for person in frame.new if person not in counted]
    newcomers = [_unsampled(frame, counted, True), _unsampled(frame, not_counted, False)]
    within_frame, overall = (
        estimate.audit(strata),
        estimate.audit([*strata, *(stratum for stratum in newcomers if stratum.of)]),
    )
    return replace(
        overall,
        checked=sum(bool(frame.answer(person)[1]) for person in frame.people),
        unsure=sum(frame.answer(person)[1] == "unsure" for person in frame.people),
        open=sum(member.wanted and not frame.answer(member.person)[1] for member in frame.members),
        new=sum(not frame.answer(person)[1] for person in frame.new),
        counted=within_frame.counted,
        precision=within_frame.precision,
        recall=within_frame.recall,
        made=frame.draws[0].made,
        seed=frame.draws[0].seed,
    )


def outdated(library: Library, problem: Problem) -> bool:
    """Whether there is only an audit of another question: the problem's statement or kind has changed since."""
    draws = _bases(library, problem)
    return bool(draws) and draws[-1].asked != _question(problem)


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


def _frame(library: Library, survey: Survey, problem: Problem) -> _Frame | None:
    """The list of the last draw for this question; None if there is none."""
    draws = _standing(library, problem)
    if not draws:
        return None
    people = _people(survey)
    person_of = {answer: person for person, answers in people.items() for answer in answers}
    matches = [
        (drawn, unit, {person_of[answer] for answer in unit.answers if answer in person_of})
        for drawn in draws
        for unit in drawn.units
    ]
    claimed = Counter(person for _, _, persons in matches for person in persons)
    # customers that were merged or split since then cannot be placed; they count as newcomers
    members = tuple(
        _Member(drawn, unit, person)
        for drawn, unit, persons in matches
        if len(persons) == 1 and claimed[person := next(iter(persons))] == 1
    )
    verdicts = tuple(_verdicts(library.decisions(), problem, draws[0].after))
    return _Frame(tuple(draws), members, people, verdicts, frozenset(claimed))


def _fresh(library: Library, problem: Problem, seed: int | None) -> int:
    """An unused seed for this problem: the requested one, or the next."""
    used = {drawn.seed for drawn in library.draws().of(problem.slug)}
    if seed in used:
        raise ProjectError(
            f"A sample of {problem.slug} was drawn with seed {seed} before.",
            f"Choose another; without --seed it is {max(used) + 1}.",
        )
    return (max(used) + 1 if used else SEED) if seed is None else seed


def _bases(library: Library, problem: Problem) -> list[Draw]:
    draws = library.draws().of(problem.slug)
    return [drawn for drawn in draws if drawn.base == max(candidate.base for candidate in draws)]


def _standing(library: Library, problem: Problem) -> list[Draw]:
    """The last draw and its extensions, if they are about this question."""
    draws = _bases(library, problem)
    return draws if draws and draws[0].asked == _question(problem) else []


def _question(problem: Problem) -> str:
    """The question about a customer, as a key. Phrases and descriptions only help to find moments."""
    return key_of("audit", problem.statement, problem.kind)[:16]


def _people(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Every customer with speech, and their answers in chronological order."""
    with_speech = [survey.responses[t.response] for t in survey.transcripts.values() if t.heard]
    people: dict[str, tuple[str, ...]] = {}
    for response in sorted(with_speech, key=lambda response: (response.date, response.file, response.id)):
        people[response.person] = (*people.get(response.person, ()), response.id)
    return people


def _verdicts(decisions: Sequence[Decision], problem: Problem, after: int) -> Iterator[_Answered]:
    """The audit's decisions about a problem, in order; those made in one go are grouped."""
    checks = [d for d in decisions if d.verdict in CHECKS and d.problem == problem.slug and d.number > after]
    for _, group in groupby(checks, key=lambda decision: decision.order):
        made_together = list(group)
        answers = frozenset(decision.span.response for decision in made_together)
        yield _Answered(answers, made_together[0].verdict, not any(decision.withdrawn for decision in made_together))


# the estimate


def _strata(frame: _Frame) -> Iterator[Stratum]:
    """Each stratum with its sample: the customers before the first one who was never asked about, in random order.

    A customer whose verdict was reversed or no longer holds counts as unsure.
    """
    by_stratum = sorted(frame.members, key=lambda member: (member.stratum, member.unit.turn))
    for (_, kind), members in groupby(by_stratum, key=lambda member: member.stratum):
        answers = [frame.answer(member.person) for member in members]
        sample_end = next((position for position, (was_asked, _) in enumerate(answers) if not was_asked), len(answers))
        sample, beyond = (
            Counter(verdict for _, verdict in answers[:sample_end]),
            Counter(verdict for _, verdict in answers[sample_end:]),
        )
        yield Stratum(
            len(answers),
            sample["yes"],
            sample["no"],
            sample["unsure"] + sample[""],
            kind == estimate.COUNTED,
            beyond["yes"],
            beyond["no"],
        )


def _unsampled(frame: _Frame, people: Sequence[str], counted: bool) -> Stratum:
    verdicts = Counter(frame.answer(person)[1] for person in people)
    return Stratum(len(people), counted=counted, known_yes=verdicts["yes"], known_no=verdicts["no"])


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
