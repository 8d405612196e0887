"""Sentences -> moments: the registry of taggers and their contract.

Contract: a tagger is called with every transcript of the survey and the problems of the project file. It returns one
moment for each sentence and problem, in the order of transcripts, sentences, problems: a score 0..1 (0.5: as likely as
not that the sentence is what the problem looks for), a tone -1..1, and up to four reasons that a person can read. The
result depends only on the arguments: it is the same on every machine, whatever was judged before. Sentences that never
count (unreliable ones, or the interviewer's words) score 0. A tagger that learns also receives the team's decisions,
and judges the other sentences accordingly.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from reelmaker import registry
from reelmaker.compute import Placed
from reelmaker.model import Moment, Problem, Transcript
from reelmaker.registry import Entry

VERSION = 6  # of all taggers together; a new version judges everything again
# Facts: whether it needs the sentence model, learns from decisions, reads only English; `account`: the function that
# breaks a score down, see `reelmaker.tag.score_breakdown` (without one, only the score is shown)
REGISTRY = {
    "meaning": Entry(
        "reelmaker.tag.semantic:tag",
        needs_model=True,
        learns=True,
        english=True,
        account="reelmaker.tag.score_breakdown:by_meaning",
    ),
    "keywords": Entry("reelmaker.tag.keywords:tag", account="reelmaker.tag.score_breakdown:by_keywords"),
}
Model = Path | Placed  # folder of the sentence model, and where it runs


# (problem, response, index of the sentence) -> whether it is about the problem
Decided = Mapping[tuple[str, str, int], bool]
NOTHING: Decided = {}


class Tagger(Protocol):
    """Judges every sentence against every problem."""

    def __call__(
        self,
        transcripts: Sequence[Transcript],
        problems: Sequence[Problem],
        model: Model | None,
        remembered: MutableMapping[str, bytes],
        decided: Decided = NOTHING,
    ) -> list[Moment]:
        """One moment for each sentence and problem.

        Args:
            model: the sentence model, None for a tagger that needs none.
            remembered: vectors by key from earlier calls; new ones are added.
            decided: whether a sentence is about a problem, as the team decided; a tagger that does not learn ignores it.
        """


def load(name: str) -> Tagger:
    """The tagger with this name."""
    tagger: Tagger = registry.load(REGISTRY[name])
    return tagger


def load_account(name: str) -> Any:
    """The function that breaks down the scores of the tagger with this name."""
    if account := REGISTRY[name].account:
        return registry.load(account)
    return partial(registry.load("reelmaker.tag.score_breakdown:by_score"), load(name))


def needs_model(name: str) -> bool:
    """True if the tagger needs the sentence model."""
    return bool(REGISTRY[name].needs_model)


def learns(name: str) -> bool:
    """True if the tagger learns from the team's decisions."""
    return bool(REGISTRY[name].learns)
