"""What is known of a survey while it is worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reelmaker.model.answers import Facts, Response, Transcript
from reelmaker.model.decision import Decision
from reelmaker.model.reel import Failure


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of the uploads; each stage returns it with its own part filled in."""

    responses: Mapping[str, Response] = field(default_factory=dict)  # those that may be used, by id
    sources: Mapping[str, Source] = field(default_factory=dict)
    transcripts: Mapping[str, Transcript] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)  # response -> key of its transcript
    left_out: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # response -> (customer, why)
    failures: tuple[Failure, ...] = ()
    taken_in: int = 0
    transcribed: int = 0
    blurs: Mapping[str, str] = field(default_factory=dict)  # response -> its column; of those left out as well
    decisions: tuple[Decision, ...] = ()  # the team's, as they may be told in this reel
    secrets: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)  # response -> what nobody else should hear


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
