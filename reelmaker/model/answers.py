"""The nouns of the program: frozen dataclasses, standard library only, no I/O. All times are whole milliseconds;
only the edges (ffmpeg, faster-whisper, captions) convert to and from seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["pain", "praise", "any"]
Verdict = Literal["keep", "drop", "hide"]
# Why a sentence is not fit to quote -> in words
UNFIT = {
    "greeting": "a greeting",
    "introduction": "a self-introduction",
    "thanks": "thanks or a goodbye",
    "nonsense": "makes no sense as it was recognised",
    "unclear": "almost all of this answer was recognised with low confidence",
}
NOT_RECOGNISED = ("nonsense", "unclear")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time in one response: half open, `start_ms` in, `end_ms` out."""

    response: str
    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms:
            raise ValueError(f"span ends before it starts: {self.start_ms}-{self.end_ms} ms")

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms

    def pad(self, before_ms: int, after_ms: int) -> Span:
        """The span made longer (or, with negative numbers, shorter) at each side, never before 0."""
        return replace(self, start_ms=max(0, self.start_ms - before_ms), end_ms=self.end_ms + after_ms)

    def clamp(self, low_ms: int, high_ms: int) -> Span:
        """The part of the span inside `low_ms`..`high_ms`; empty at the nearer end if outside."""
        start = min(max(self.start_ms, low_ms), high_ms)
        return replace(self, start_ms=start, end_ms=max(start, min(self.end_ms, high_ms)))

    def overlaps(self, other: Span) -> bool:
        """True if both spans share at least one millisecond of the same response."""
        shared = min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms)
        return self.response == other.response and shared > 0

    def union(self, other: Span) -> Span:
        """The shortest span that contains both; they must belong to the same response."""
        if self.response != other.response:
            raise ValueError("spans of different responses have no union")
        return Span(self.response, min(self.start_ms, other.start_ms), max(self.end_ms, other.end_ms))


@dataclass(frozen=True, slots=True)
class Problem:
    """A business problem the team wants evidence for, as written in reelmaker.toml."""

    slug: str
    statement: str
    question: tuple[str, ...]
    outcome: str = ""
    describe: str = ""
    phrases: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()  # the key `not` in the file
    kind: Kind = "pain"
    stage: str = ""
    threshold: float | None = None  # overrides `[tag] threshold`


BARS = 7  # where they stand among the facts behind the notes


@dataclass(frozen=True, slots=True)
class Facts:
    """Metadata of a media file as probed. `picture` is the displayed width and height in pixels.

    `matrix` is how its colours are coded ("bt709", "bt601", "bt2020"; "" if not YUV), `transfer` "pq" or "hlg" for
    high dynamic range, `channels` those of the sound track. `picture_ms`: where the picture ends (0: with the file).
    `interlaced`: its frames hold two moments each. `timecode`: of its first frame, as written by the camera
    ("01:00:00:00", "01:00:00;00" with dropped numbers, "" for none), counted at `rate` frames a second.
    `bars`: what is only black at its left, top, right and bottom edge, in shares of the picture; `picture` is without.
    """

    duration_ms: int
    picture: tuple[int, int] | None
    picture_track: int  # index among the file's streams, -1 for none
    sound_track: int  # index among the file's streams, -1 for none
    notes: tuple[str, ...] = ()
    matrix: str = ""
    transfer: str = ""
    channels: int = 0
    picture_ms: int = 0
    interlaced: bool = False
    timecode: str = ""
    rate: float = 0.0
    bars: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @classmethod
    def of(cls, values: Sequence[Any]) -> Facts:
        """Metadata from its values in field order, as restored from JSON."""
        duration_ms, picture, picture_track, sound_track, notes, *coded = values
        size = tuple(picture) if picture else None
        coded[BARS:] = [tuple(bars) for bars in coded[BARS:]]
        return cls(duration_ms, size, picture_track, sound_track, tuple(notes), *coded)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in uploads/ as last probed: its metadata, or why it cannot be used."""

    file: str  # path below uploads/, "/" between the parts
    size: int
    mtime_ns: int
    response: str = ""  # checksum of the content, "" if it could not be read
    facts: Facts | None = None
    trouble: str = ""
    probed: int = 0  # version of the probe


@dataclass(frozen=True, slots=True)
class Response:
    """One uploaded answer. `id` is the SHA-256 of the file's content, so a copy is the same response."""

    id: str
    file: str  # path below uploads/, "/" between the parts
    duration_ms: int
    picture: tuple[int, int] | None = None  # displayed width, height in pixels; None: sound only
    sound: bool = True
    respondent: str = ""  # "" : one file, one person
    name: str = ""
    date: str = ""  # ISO 8601
    segment: str = ""
    score: float | None = None
    question: str = ""
    consent: str = ""
    consent_until: str = ""  # ISO 8601, its last day; "": no end
    show_name: bool = False
    channel: str = ""  # "left" or "right": the customer's side of a call
    interviewer: str = ""  # "auto", "first" or "none", instead of the project's setting
    blur: str = ""  # "faces", "no" or "external", instead of the project's setting
    extra: tuple[tuple[str, str], ...] = ()  # further columns of responses.csv
    notes: tuple[str, ...] = ()  # notes about the file, for `status`
    same_as: str = ""  # the person of another upload that holds the same recording

    @property
    def person(self) -> str:
        """The person this response counts for: the respondent's id, or the file if there is none.

        That of another upload where both hold the same recording.
        """
        return self.same_as or self.respondent or self.id

    @property
    def label(self) -> str:
        """The speaker's label in a reel: the name only with `show_name`, otherwise the segment."""
        if self.show_name and self.name:
            return f"{self.name}, {self.segment} customer" if self.segment else self.name
        return f"{self.segment.capitalize()} customer" if self.segment else "Customer"


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with its punctuation; `confidence` 0..1 (1 if the source gives none)."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    glued: bool = False  # no space before it, as in scripts without spaces between words


def joined(words: Sequence[Word]) -> str:
    """The words as one text."""
    return "".join(w.text if w.glued or not number else f" {w.text}" for number, w in enumerate(words))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a transcript; built from words the same way for every source."""

    response: str
    index: int
    words: tuple[Word, ...]
    unreliable: bool = False  # a repeated loop or a guess; never quoted
    asked: bool = False  # the interviewer's words, or unclear whose; never quoted, never counted
    english: str = ""  # its English translation; the same in neighbours that share one
    unfit: str = ""  # why it is not quoted although it may count, as a key of `UNFIT`

    @property
    def scored(self) -> bool:
        """False for sentences that never count: uncertain ones and the interviewer's."""
        return not (self.unreliable or self.asked)

    @property
    def quotable(self) -> bool:
        """False for sentences never shown: those that never count, and those that are not fit to quote."""
        return self.scored and not self.unfit

    @property
    def unclear(self) -> bool:
        """Whether its words were not clearly recognised."""
        return self.unreliable or self.unfit in NOT_RECOGNISED

    @property
    def small_talk(self) -> bool:
        """Whether it is only a greeting, a self-introduction or thanks; the team may still keep it."""
        return bool(self.unfit) and not self.unclear

    @property
    def text(self) -> str:
        return joined(self.words)

    @property
    def span(self) -> Span:
        return Span(self.response, self.words[0].start_ms, self.words[-1].end_ms)

    @property
    def confidence(self) -> float:
        return round(sum(word.confidence for word in self.words) / len(self.words), 3)


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything said in one response. No sentences means no speech was found."""

    response: str
    language: str  # ISO 639-1, "" without speech
    source: str  # for instance "whisper base" or "captions answer.srt"
    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def captioned(self) -> bool:
        """Whether it was read from a caption sidecar, so that nothing was transcribed."""
        return self.source.startswith("captions ")

    @property
    def heard(self) -> bool:
        """Whether the customer says anything; an interviewer alone does not count."""
        return any(not sentence.asked for sentence in self.sentences)


DIGITS = 6
# kind -> the mark that replaces it
MARKS = {
    "email": "[e-mail address]",
    "phone": "[phone number]",
    "card": "[card number]",
    "iban": "[bank account]",
    "names": "[name]",
}
KINDS = tuple(MARKS)  # if two overlap, the first one listed counts
