"""The customers that an audit drew, compared with today's customers, and the verdicts on them. Pure.

Takes the drawings for one question, the survey, the team's decisions and the program's scores; returns `Audited`.

The list is the one that was drawn from: strata formed again would already know the verdicts. Customers who came later
are unknown until somebody checks them; customers who are gone (forgotten, without consent, filtered out) are in
neither the list nor the estimate.
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
    """One verdict of the audit, on answers that were judged together."""

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
        """Whether the customer was drawn, and is to be checked."""
        return self.unit.turn < self.draw.size


@dataclass(frozen=True, slots=True)
class Sample:
    """The list that was drawn from, compared with today's customers."""

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
        """Whether a customer was ever checked, and the verdict that holds: "yes", "no", "unsure" or none ("").

        A yes holds as long as every answer it was given for exists; a no holds as long as there is no further answer.
        """
        answers_today = frozenset(self.people[person])
        about = [verdict for verdict in self.verdicts if verdict.answers & answers_today]
        last = next((verdict for verdict in reversed(about) if verdict.holds), None)
        if last is None:
            return bool(about), ""
        true = {"yes": last.answers <= answers_today, "no": answers_today <= last.answers}.get(last.verdict, True)
        return True, last.verdict if true else ""


def people_of(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Every customer with speech, with their answers in the order in which they were given."""
    with_speech = [survey.responses[t.response] for t in survey.transcripts.values() if t.heard]
    people: dict[str, tuple[str, ...]] = {}
    for response in sorted(with_speech, key=lambda response: (response.date, response.file, response.id)):
        people[response.person] = (*people.get(response.person, ()), response.id)
    return people


def sample_of(draws: Sequence[Draw], survey: Survey, decisions: Sequence[Decision]) -> Sample:
    """The list of these drawings, oldest first and at least one: the first for a question and its additions."""
    people = people_of(survey)
    person_of = {answer: person for person, answers in people.items() for answer in answers}
    listed = [
        (draw, unit, {person_of[answer] for answer in unit.answers if answer in person_of})
        for draw in draws
        for unit in draw.units
    ]
    claimed = Counter(person for _, _, persons in listed for person in persons)
    # a customer who counted as two then, or counts as two today, cannot be placed and is treated as one who came later
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
    for _, group in groupby(own, key=lambda decision: decision.order):
        together = list(group)
        answers = frozenset(decision.span.response for decision in together)
        yield Verdict(answers, together[0].verdict, not any(decision.withdrawn for decision in together))


def audited(sample: Sample, moments: Sequence[Moment], threshold: float) -> Audited | None:
    """What the sample says about today's customers; None if no verdict holds.

    Customers who came later are included, each as a yes and as a no. `complete` says whether it is finished.

    Args:
        moments: as the program judges them today; those of other problems are ignored.
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
    of_list, of_today = estimate.audit(drawn), estimate.audit([*drawn, *(stratum for stratum in later if stratum.of)])
    then = {member.person for member in sample.members if member.unit.stratum == estimate.COUNTED}
    now = counted & {member.person for member in sample.members}
    return replace(
        of_today,
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
    """Each stratum with its sample: the customers up to the first who was never checked, in random order.

    A customer whose verdict was withdrawn, or does not hold any more, counts as unsure.
    """
    by_stratum = sorted(sample.members, key=lambda member: (member.stratum, member.unit.turn))
    for (_, kind), group in groupby(by_stratum, key=lambda member: member.stratum):
        answers = [sample.answer(member.person) for member in group]
        until = next((place for place, (was_checked, _) in enumerate(answers) if not was_checked), len(answers))
        checked, rest = (
            Counter(verdict for _, verdict in answers[:until]),
            Counter(verdict for _, verdict in answers[until:]),
        )
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
