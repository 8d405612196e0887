"""The team's corrections of misheard words; a build never creates them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reelmaker.model.answers import Span

Outcome = Literal["holds", "fulfilled", "overruled", "resting"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What was really said in a stretch of an answer; it survives every transcription and is withdrawn, never deleted.

    `heard` is what the transcript said when it was made; equal to `text` where somebody confirmed the words. `before`
    and `after` are the words next to it then ("" at the ends of the answer), by which the stretch is found again where
    another transcription mishears it differently.
    """

    number: int
    span: Span
    heard: str
    text: str
    before: str = ""
    after: str = ""
    note: str = ""
    made: str = ""  # ISO 8601
    withdrawn: str = ""  # ISO 8601, "" while it holds

    @property
    def confirms(self) -> bool:
        """Whether it says that the words are right as they were heard."""
        return self.heard == self.text


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a correction in today's transcript.

    `holds`: the words are replaced, `heard` is what stood there, `text` what stands there now. `fulfilled`: the
    transcript says so by itself. `overruled`: a later correction changed the same words. `resting`: `reason` says why.
    """

    correction: Correction
    outcome: Outcome
    span: Span
    heard: str = ""
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A correction inside a clip, as a document may tell it: times in the answer, personal data replaced by marks."""

    number: int
    start_ms: int
    end_ms: int
    heard: str
    text: str
