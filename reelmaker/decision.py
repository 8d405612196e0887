"""The noun of what the team decides; apart from the nouns of the walk, which makes none of it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from reelmaker.model import Span, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """What the team said of a stretch of an answer; it outlives every rebuild and is withdrawn, never deleted.

    `keep`: it speaks to the problem and belongs in the reel. `drop`: it does not speak to the problem.
    `hide`: it may, but is not shown. The span is where it was said, whatever the sentences are called today.
    """

    number: int
    span: Span
    problem: str  # slug, "" for every problem
    verdict: Verdict
    note: str
    made: str  # ISO 8601
    withdrawn: str = ""  # ISO 8601, "" while it holds
