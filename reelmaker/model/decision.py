"""The team's decisions; separate from the other model classes because a build never creates them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reelmaker.model.answers import Span, Verdict

End = Literal["first", "last"]
VERDICTS: tuple[Verdict, ...] = ("keep", "drop", "hide")
ENDS: tuple[End, ...] = ("first", "last")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the team about a stretch of an answer; it survives every rebuild and is withdrawn, never deleted.

    `keep`: it is about the problem and belongs in the reel. `drop`: it is not about the problem.
    `hide`: it may be, but is not shown. `trim`: its clip shows `shown`, to the millisecond if `exact`.
    `first`, `last`: its clip opens or closes the problem's part of the reel; those of one order are sorted by `rank`.
    The span is the place in the answer, independent of today's sentence boundaries.
    """

    number: int
    span: Span
    problem: str  # slug, "" for every problem
    verdict: Verdict | Literal["trim"] | End
    note: str
    made: str  # ISO 8601
    withdrawn: str = ""  # ISO 8601, "" while it holds
    shown: Span | None = None
    exact: bool = False
    rank: int = 0  # from 0

    @property
    def kind(self) -> str:
        """Its kind: of several decisions of one kind about one moment the last one applies."""
        return "verdict" if self.verdict in VERDICTS else "place" if self.verdict in ENDS else self.verdict

    @property
    def order(self) -> int:
        """The number of the first decision made together with this one, if it places a clip."""
        return self.number - self.rank
