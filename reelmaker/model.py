"""The nouns of the program: frozen dataclasses, standard library only, no I/O. All times are whole milliseconds;
only the edges (ffmpeg, faster-whisper, captions) convert to and from seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

Kind = Literal["pain", "praise", "any"]
Verdict = Literal["keep", "drop", "hide"]


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
        """True where both spans share at least one millisecond of the same response."""
        shared = min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms)
        return self.response == other.response and shared > 0

    def union(self, other: Span) -> Span:
        """The shortest span that holds both; they must belong to the same response."""
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


@dataclass(frozen=True, slots=True)
class Facts:
    """What a media file holds. `picture` is the displayed width and height in pixels.

    `matrix` is how its colours are coded ("bt709", "bt601", "bt2020"; "" if not YUV), `transfer` "pq" or "hlg" for
    high dynamic range, `channels` those of the sound track. `picture_ms`: where the picture ends (0: with the file).
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

    @classmethod
    def of(cls, values: Sequence[Any]) -> Facts:
        """The facts whose values, in the order of the fields, went through JSON."""
        duration_ms, picture, picture_track, sound_track, notes, *coded = values
        size = tuple(picture) if picture else None
        return cls(duration_ms, size, picture_track, sound_track, tuple(notes), *coded)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in uploads/ as it was when last looked at: what it holds, or why it cannot be used."""

    file: str  # path below uploads/, "/" between the parts
    size: int
    mtime_ns: int
    response: str = ""  # checksum of the content, "" where it could not be read
    facts: Facts | None = None
    trouble: str = ""


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
    notes: tuple[str, ...] = ()  # what was odd about the file, for `status`

    @property
    def person(self) -> str:
        """Whom this response counts for: the respondent's id, or the file itself where none is given."""
        return self.respondent or self.id

    @property
    def label(self) -> str:
        """What a reel may show of the speaker: the name only with `show_name`, else the segment."""
        if self.show_name and self.name:
            return f"{self.name}, {self.segment} customer" if self.segment else self.name
        return f"{self.segment.capitalize()} customer" if self.segment else "Customer"


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with its punctuation; `confidence` 0..1 (1 where the source gives none)."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    glued: bool = False  # no space stands before it, as in scripts that put none between words


def joined(words: Sequence[Word]) -> str:
    """The words as one text."""
    return "".join(w.text if w.glued or not number else f" {w.text}" for number, w in enumerate(words))


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was said in one breath of meaning; cut from words once, the same for every source."""

    response: str
    index: int
    words: tuple[Word, ...]
    unreliable: bool = False  # a repeated loop or a guess; never quoted
    asked: bool = False  # the interviewer's words, or unclear whose; never quoted, never counted
    english: str = ""  # of another language; the same in neighbours that only share one

    @property
    def quotable(self) -> bool:
        """False for what is never shown: what may not have been said, or not by the customer."""
        return not (self.unreliable or self.asked)

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
    language: str  # ISO 639-1, "" where nothing was said
    source: str  # for instance "whisper base" or "captions answer.srt"
    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def heard(self) -> bool:
        """Whether the customer says anything; an interviewer alone is nobody's answer."""
        return any(not sentence.asked for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a response judged against one problem: consecutive sentences, a score and why."""

    problem: str  # slug
    sentences: tuple[Sentence, ...]
    score: float  # 0..1, calibrated: 0.5 is as likely as not
    why: tuple[str, ...]  # reasons a person can read, most telling first
    tone: float = 0.0  # -1 negative .. 1 positive
    intensity: float = 0.0  # 0..1: how strongly it is said, whatever the sign
    cut_before: bool = False  # something that belongs to it was left out there: shown as "…"
    cut_after: bool = False
    dissent: bool = False  # says the opposite of the problem; shown by `[reel] dissent`
    verdict: Verdict | None = None  # what the team decided of it
    whole: Span | None = None  # the sentences from which the team trimmed it; it has the words inside only
    exact: Span | None = None  # what is shown of it to the millisecond, where the team insists

    def speaks(self, threshold: float) -> bool:
        """True where it counts as speaking to the problem."""
        return self.score >= threshold and self.verdict != "drop"

    @property
    def span(self) -> Span:
        return self.sentences[0].span.union(self.sentences[-1].span)

    @property
    def text(self) -> str:
        return joined(self.words)

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for sentence in self.sentences for word in sentence.words)


@dataclass(frozen=True, slots=True)
class Clip:
    """A moment chosen for a reel, with its exact edges in the source."""

    moment: Moment
    span: Span
    label: str = ""  # the lower third
    fade_ms: int = 20
    bleeps: tuple[tuple[int, int, str], ...] = ()  # start, end in the source in ms; what is said there
    placed: Literal["", "first", "last"] = ""  # by the team


@dataclass(frozen=True, slots=True)
class Card:
    """A picture between the clips: a template's name and the words to put into it."""

    kind: Literal["intro", "evidence", "chapter", "quote", "outro"]
    template: str
    fields: tuple[tuple[str, str], ...]
    duration_ms: int
    problem: str = ""  # slug of the problem it belongs to, "" for the whole reel


@dataclass(frozen=True, slots=True)
class Brand:
    """The company's look; empty values leave the choice to the card template. Colours are #rrggbb."""

    name: str = ""
    primary: str = ""
    accent: str = ""
    background: str = ""
    text: str = ""
    logo: str = ""  # absolute path of a PNG or JPEG, "" for none
    font: str = ""  # absolute path of a .ttf or .otf, "" for the one that comes along
    deck: str = ""  # absolute path of a .pptx or .potx to build slides on, "" for a plain design


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: text (lines separated by newlines) shown from `start_ms` until `end_ms`."""

    start_ms: int
    end_ms: int
    text: str
    english: str = ""  # shown beneath


@dataclass(frozen=True, slots=True)
class Part:
    """A part of those who were heard: one value of a column, how many of it spoke of the problem, of how many."""

    value: str  # "" where the table says nothing
    spoke: int
    of: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers spoke of a problem, and of how many who were heard at all."""

    spoke: int
    of: int
    by_segment: tuple[Part, ...] = ()
    by_month: tuple[Part, ...] = ()  # values such as "2026-07"
    left_out: tuple[tuple[str, int], ...] = ()  # why -> customers: see `prevalence.REASONS`
    maybe: int = 0  # customers who are not counted but may have spoken of it


@dataclass(frozen=True, slots=True)
class Group:
    """Some customers: how many, how many of each value of a column, mean score and mean tone (None: unknown)."""

    customers: int
    parts: tuple[tuple[str, int], ...]
    score: float | None
    tone: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One problem's clips beside all who spoke of the problem and all who were heard."""

    problem: str
    column: str
    reel: Group
    speakers: Group
    survey: Group
    harsher: bool  # the reel's tone is clearly more negative than that of all that was said of the problem
    contrary: bool | None  # a voice to the contrary is shown; None: none was asked for


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in the reel: first frame, frame count; times follow from the rate."""

    item: Card | Clip
    first_frame: int
    frames: int
    fps: int

    @property
    def start_ms(self) -> int:
        return round(self.first_frame * 1000 / self.fps)

    @property
    def end_ms(self) -> int:
        return round((self.first_frame + self.frames) * 1000 / self.fps)


@dataclass(frozen=True, slots=True)
class Failure:
    """A response that could not be used: which file, in which step, and why."""

    file: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a build did: counts, and the wall time of each step in seconds."""

    taken_in: int = 0
    transcribed: int = 0
    rendered: int = 0
    joined: int = 0
    held: str = ""  # why the old reel stays although a new one would be another
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reel:
    """The ordered cards and clips; places are computed. That of `build` also says where its files are and what failed."""

    problems: tuple[Problem, ...]
    items: tuple[Card | Clip, ...]
    counts: Mapping[str, Count] = field(default_factory=dict)
    width: int = 1280
    height: int = 720
    fps: int = 30
    folder: Path | None = None
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()  # how it compares with the survey, for each problem
    work: Work = field(default_factory=Work)
    document: Mapping[str, Any] = field(default_factory=dict)  # of manifest.json

    def places(self) -> Iterator[Place]:
        """Each item with its exact frames; a piece is a whole number of frames long."""
        at = 0
        for item in self.items:
            length = item.duration_ms if isinstance(item, Card) else item.span.length_ms
            frames = max(1, round(length * self.fps / 1000))
            yield Place(item, at, frames, self.fps)
            at += frames

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(item for item in self.items if isinstance(item, Clip))

    @property
    def duration_ms(self) -> int:
        return max((place.end_ms for place in self.places()), default=0)
