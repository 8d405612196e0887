"""The customers that an audit drew, seen with the customers of today, and what was answered about them. Pure.

In: the drawings of one question, the survey, the team's decisions, the program's scores. Out: `Audited`.

The list is the one that was drawn from: strata made anew would know the answers already. Whoever came later is unknown
until somebody checks them; whoever is gone (forgotten, without consent, filtered out) is in neither list nor estimate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reelmaker.model import Moment
from reelmaker.model.audit import Audited, Draw, Unit
from reelmaker.model.decision import CHECKS, Decision
from reelmaker.model.survey import Survey
from reelmaker.select.audits import estimate
from reelmaker.select.audits.estimate import Stratum


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was answered about some answers in one go."""

    answers: frozenset[str]
    verdict: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of today who was in the list that was drawn from."""

    draw: Draw
    unit: Unit
    person: str

    @property
    def stratum(self) -> tuple[int, int]:
        """The drawing, and the stratum in it."""
        return self.draw.number, self.unit.stratum

    @property
    def wanted(self) -> bool:
        """Whether they were drawn: to be asked about."""
        return self.unit.turn < self.draw.size


@dataclass(frozen=True, slots=True)
class Sample:
    """The list that was drawn from, seen with the customers of today."""

    draws: tuple[Draw, ...]
    members: tuple[Member, ...]
    people: Mapping[str, tuple[str, ...]]  # customer -> answers, of everybody heard today
    verdicts: tuple[Verdict, ...]
    listed: frozenset[str]  # customers with an answer in the list, also those who cannot be placed in it

    @property
    def new(self) -> list[str]:
        """Customers who have no place in the list."""
        return sorted(self.people.keys() - {member.person for member in self.members})

    def answer(self, person: str) -> tuple[bool, str]:
        """Whether anybody was ever asked about a customer, and what holds: "yes", "no", "unsure" or nothing ("").

        A yes holds while every answer it was given for is there; a no while no further answer is.
        """
        there = frozenset(self.people[person])
        about = [verdict for verdict in self.verdicts if verdict.answers & there]
        last = next((verdict for verdict in reversed(about) if verdict.holds), None)
        if last is None:
            return bool(about), ""
        true = {"yes": last.answers <= there, "no": there <= last.answers}.get(last.verdict, True)
        return True, last.verdict if true else ""


def people_of(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Everybody of whom anything was heard, with their answers in the order in which they were given."""
    heard = [survey.responses[t.response] for t in survey.transcripts.values() if t.heard]
    people: dict[str, tuple[str, ...]] = {}
    for response in sorted(heard, key=lambda response: (response.date, response.file, response.id)):
        people[response.person] = (*people.get(response.person, ()), response.id)
    return people


def sample_of(draws: Sequence[Draw], survey: Survey, decisions: Sequence[Decision]) -> Sample:
    """The list of these drawings, oldest first and at least one: the first of a question and what was added to it."""
    people = people_of(survey)
    person_of = {answer: person for person, answers in people.items() for answer in answers}
    listed = [
        (draw, unit, {person_of[answer] for answer in unit.answers if answer in person_of})
        for draw in draws
        for unit in draw.units
    ]
    claimed = Counter(person for _, _, persons in listed for person in persons)
    # whoever was two customers then, or one who is two today, cannot be placed: they are like those who came later
    members = tuple(
        Member(draw, unit, person)
        for draw, unit, persons in listed
        if len(persons) == 1 and claimed[person := next(iter(persons))] == 1
    )
    verdicts = tuple(_verdicts(decisions, draws[0].problem, draws[0].after))
    return Sample(tuple(draws), members, people, verdicts, frozenset(claimed))


def _verdicts(decisions: Sequence[Decision], slug: str, after: int) -> Iterator[Verdict]:
    """The audit's decisions on a problem, those made in one go together, in their order."""
    own = [d for d in decisions if d.verdict in CHECKS and d.problem == slug and d.number > after]
    for _, some in groupby(own, key=lambda decision: decision.order):
        together = list(some)
        answers = frozenset(decision.span.response for decision in together)
        yield Verdict(answers, together[0].verdict, not any(decision.withdrawn for decision in together))


def audited(sample: Sample, moments: Sequence[Moment], threshold: float) -> Audited | None:
    """What the sample says of the customers of today; None where nothing holds of what was answered.

    Customers who came later are in it, each as a yes and as a no. `complete` tells whether it is finished.

    Args:
        moments: as the program judges them today; of other problems they are passed over.
    """
    if not any(sample.answer(person)[1] for person in sample.people):
        return None
    first = sample.draws[0]
    spoken = {m.sentences[0].response for m in moments if m.problem == first.problem and m.speaks(threshold)}
    counted = {person for person, answers in sample.people.items() if not spoken.isdisjoint(answers)}
    drawn = list(_strata(sample))
    later = [
        _unsampled(sample, [person for person in sample.new if (person in counted) is counts], counts)
        for counts in (True, False)
    ]
    of_list, whole = estimate.audit(drawn), estimate.audit([*drawn, *(stratum for stratum in later if stratum.of)])
    then = {member.person for member in sample.members if member.unit.stratum == estimate.COUNTED}
    now = counted & {member.person for member in sample.members}
    return replace(
        whole,
        checked=sum(bool(sample.answer(person)[1]) for person in sample.people),
        unsure=sum(sample.answer(person)[1] == "unsure" for person in sample.people),
        open=sum(member.wanted and not sample.answer(member.person)[1] for member in sample.members),
        new=sum(not sample.answer(person)[1] for person in sample.new),
        counted=len(then),
        today=len(now),
        same=then == now,
        precision=of_list.precision,
        recall=of_list.recall,
        made=first.made,
        seed=first.seed,
    )


def _strata(sample: Sample) -> Iterator[Stratum]:
    """Each stratum with its sample: the customers up to the first who was never asked about, in random order.

    Somebody whose answer was taken back, or does not hold any more, is one of whom nobody is sure.
    """
    by_stratum = sorted(sample.members, key=lambda member: (member.stratum, member.unit.turn))
    for (_, kind), some in groupby(by_stratum, key=lambda member: member.stratum):
        answers = [sample.answer(member.person) for member in some]
        until = next((place for place, (asked, _) in enumerate(answers) if not asked), len(answers))
        checked, rest = Counter(what for _, what in answers[:until]), Counter(what for _, what in answers[until:])
        yield Stratum(
            len(answers),
            checked["yes"],
            checked["no"],
            checked["unsure"] + checked[""],
            kind == estimate.COUNTED,
            rest["yes"],
            rest["no"],
        )


def _unsampled(sample: Sample, people: Sequence[str], counted: bool) -> Stratum:
    known = Counter(sample.answer(person)[1] for person in people)
    return Stratum(len(people), counted=counted, known_yes=known["yes"], known_no=known["no"])
