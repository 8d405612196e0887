"""What is known of a survey while it is worked on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reelmaker.model.answers import Facts, Response, Transcript
from reelmaker.model.decision import Decision
from reelmaker.model.reel import Failure


@dataclass(slots=True)
class Survey:
    """What is known of the uploads so far; grows along the walk."""

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
    decisions: list[Decision] = field(default_factory=list)  # the team's, as they may be told in this reel
    damaged: dict[str, int] = field(default_factory=dict)  # places of a response's sound not decoded
    secrets: dict[str, tuple[Said, ...]] = field(default_factory=dict)  # response -> what nobody else should hear


@dataclass(frozen=True, slots=True)
class Said:
    """A secret as it was said: when its words are, from when until when the sound is covered, whether it is taken out."""

    kind: str
    start_ms: int
    end_ms: int
    from_ms: int
    until_ms: int
    text: str  # for the self-check; no output may hold it
    hidden: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A response's file, what it holds, and on which side of a call the customer speaks ("" for no call).

    `faces`: those in its picture must not be seen.
    """

    path: Path
    facts: Facts
    side: str = ""
    faces: bool = False

    def unseen(self) -> Source:
        """The same as if it had no picture: its speaker's card is shown."""
        return replace(self, facts=replace(self.facts, picture=None, picture_track=-1))
