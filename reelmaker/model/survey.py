"""The state of a survey during a build."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reelmaker.model.answers import Facts, Response, Transcript
from reelmaker.model.decision import Decision
from reelmaker.model.reel import Failure


@dataclass(slots=True)
class Survey:
    """What is known about the uploads so far; filled by the build's stages."""

    responses: dict[str, Response] = field(default_factory=dict)  # those that may be used, by id
    sources: dict[str, Source] = field(default_factory=dict)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # response -> key of its transcript
    left_out: dict[str, tuple[str, str]] = field(default_factory=dict)  # response -> (customer, why)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    taken_in: int = 0
    transcribed: int = 0
    listener: Any = None
    blurs: dict[str, str] = field(default_factory=dict)  # response -> its column; of those left out as well
    decisions: list[Decision] = field(default_factory=list)  # the team's, as far as they may be shown in this reel
    damaged: dict[str, int] = field(default_factory=dict)  # undecodable places of a response's sound
    secrets: dict[str, tuple[Said, ...]] = field(default_factory=dict)  # response -> PII that was said


@dataclass(frozen=True, slots=True)
class Said:
    """PII as it was said: the times of its words and of the bleep, and whether it is redacted."""

    kind: str
    start_ms: int
    end_ms: int
    from_ms: int
    until_ms: int
    text: str  # for the quality check; no output may contain it
    hidden: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A response's file, its facts, and the customer's channel of a call ("" if it is not a call).

    `faces`: faces in its picture must be blurred.
    """

    path: Path
    facts: Facts
    side: str = ""
    faces: bool = False

    def unseen(self) -> Source:
        """The same without picture: the speaker's card is shown instead."""
        return replace(self, facts=replace(self.facts, picture=None, picture_track=-1))
