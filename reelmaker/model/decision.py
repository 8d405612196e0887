"""The team's decisions; separate from the other model classes because a build never creates them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from reelmaker.model.answers import Span, Verdict

End = Literal["first", "last"]
Check = Literal["yes", "no", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("keep", "drop", "hide")
ENDS: tuple[End, ...] = ("first", "last")
CHECKS: tuple[Check, ...] = get_args(Check)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the team about a stretch of an answer; it survives every rebuild and is withdrawn, never deleted.

    `keep`: it is about the problem and belongs in the reel. `drop`: it is not about the problem. `hide`: it may be,
    but is not shown. `trim`: its clip shows `shown`, to the millisecond if `exact`. `strike`: its clip jumps over `shown`;
    of several strikes all apply. `yes`, `no`, `unsure`: an audit's verdict on whether the customer is about the problem. A customer with several answers gets one for each, made in
    one go. Nothing is shown, counted or learned because of it. `first`, `last`: its clip opens or closes the problem's
    part of the reel, in the order of `rank`. The span is where it was said, however the transcript divides it into
    sentences today.
    """

    number: int
    span: Span
    problem: str  # slug, "" for every problem
    verdict: Verdict | Literal["trim", "strike"] | End | Check
    note: str
    made: str  # ISO 8601
    withdrawn: str = ""  # ISO 8601, "" while it applies
    shown: Span | None = None
    exact: bool = False
    rank: int = 0  # from 0

    @property
    def kind(self) -> str:
        """The kind of decision: of several of one kind on a moment the last one applies."""
        if self.verdict in CHECKS:
            return "check"
        return "verdict" if self.verdict in VERDICTS else "place" if self.verdict in ENDS else self.verdict

    @property
    def order(self) -> int:
        """The number of the first decision made in one go with this one, for orders and audits."""
        return self.number - self.rank
