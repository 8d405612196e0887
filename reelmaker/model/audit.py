"""An audit of a count: whom it drew, and what people's answers say of all customers. No I/O."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One customer as drawn: the answers heard then, the stratum, and the turn at which to ask about them, from 0."""

    answers: tuple[str, ...]
    stratum: int
    turn: int


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawing. `base` is the number of the first drawing that it adds later customers to, its own if it is the first."""

    number: int
    base: int
    problem: str  # slug
    asked: str  # what was asked about them, as a key: verdicts on another question do not count
    made: str  # ISO 8601
    seed: int
    size: int  # customers to ask about
    after: int  # only decisions with a higher number count
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Audited:
    """What a check by people says of a count. All numbers are customers; the intervals hold 95 % of the time."""

    spoke: int
    low: int
    high: int
    of: int
    checked: int  # with an answer, "unsure" among them
    unsure: int = 0
    open: int = 0  # were drawn and still wait for an answer
    new: int = 0  # came after the sample was drawn, and nobody has checked them: any of them may be about it
    counted: int = 0  # by the program, when the sample was drawn, of those who are still here
    today: int = 0  # of the same customers, by the program as it is now
    same: bool = True  # it counts exactly those whom it counted then; otherwise precision and recall are of before
    estimate: float = 0.0  # unbiased where nobody is unsure or new; `spoke` is it, rounded into the interval
    precision: Rate | None = None  # None: too few checked to say
    recall: Rate | None = None
    made: str = ""  # when the sample was drawn, ISO 8601
    seed: int = 0

    @property
    def complete(self) -> bool:
        """Whether everybody who was drawn was checked. Only then is the figure told."""
        return self.checked > 0 and not self.open

    @property
    def exact(self) -> bool:
        """Whether nobody is left of whom it is not known."""
        return self.low == self.high
