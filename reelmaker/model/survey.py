"""The state of a survey during a build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reelmaker.model.answers import Facts, Response, Transcript
from reelmaker.model.correction import Corrected
from reelmaker.model.decision import Decision
from reelmaker.model.reel import Failure


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known about the uploads; each stage returns it with its own part filled in."""

    responses: Mapping[str, Response] = field(default_factory=dict)  # those that may be used, by id
    sources: Mapping[str, Source] = field(default_factory=dict)
    transcripts: Mapping[str, Transcript] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)  # response -> key of its transcript
    left_out: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # response -> (customer, why)
    failures: tuple[Failure, ...] = ()
    taken_in: int = 0
    transcribed: int = 0
    blurs: Mapping[str, str] = field(default_factory=dict)  # response -> its column, including those left out
    decisions: tuple[Decision, ...] = ()  # the team's, as far as this reel may contain them
    corrections: tuple[Corrected, ...] = ()  # the team's, and what became of each that is not withdrawn
    secrets: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)  # response -> PII in its speech


@dataclass(frozen=True, slots=True)
class Said:
    """PII in the speech: the times of its words and of the bleep, and whether it is redacted."""

    kind: str
    start_ms: int
    end_ms: int
    from_ms: int
    until_ms: int
    text: str  # for the quality check; no output may contain it
    hidden: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A response's file, its metadata, and the customer's channel of a call ("" if it is not a call).

    `faces`: faces in its picture must be blurred.
    """

    path: Path
    facts: Facts
    side: str = ""
    faces: bool = False

    def unseen(self) -> Source:
        """A copy without picture: the speaker's card is shown instead."""
        return replace(self, facts=replace(self.facts, picture=None, picture_track=-1))
