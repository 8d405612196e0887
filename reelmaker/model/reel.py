"""Moments, clips, cards and the reel made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from reelmaker.model.answers import Problem, Sentence, Span, Verdict, Word, joined
from reelmaker.model.audit import Audited
from reelmaker.model.correction import Shown
from reelmaker.model.stretches import Hole, inside, played_at, remaining


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a response scored for one problem: consecutive sentences, a score and the reasons."""

    problem: str  # slug
    sentences: tuple[Sentence, ...]
    score: float  # 0..1, calibrated: 0.5 is as likely as not
    why: tuple[str, ...]  # reasons a person can read, most telling first
    tone: float = 0.0  # -1 negative .. 1 positive
    intensity: float = 0.0  # 0..1: how strongly it is said, whatever the sign
    cut_before: bool = False  # text before or after it is omitted, shown as "…"
    cut_after: bool = False
    dissent: bool = False  # says the opposite of the problem; shown by `[reel] dissent`
    verdict: Verdict | None = None  # the team's decision about it
    whole: Span | None = None  # the stretch before the team trimmed it; only the words inside remain
    exact: Span | None = None  # the exact part to show, if the team set it
    holes: tuple[Hole, ...] = ()  # what the team struck between its words

    def speaks(self, threshold: float) -> bool:
        """True if it counts as being about the problem."""
        return self.score >= threshold and self.verdict != "drop"

    @property
    def span(self) -> Span:
        return self.sentences[0].span.union(self.sentences[-1].span)

    @property
    def length_ms(self) -> int:
        """How long it is shown, without what the team struck and without the pauses at its edges."""
        return (self.exact or self.span).length_ms - sum(hole.span.length_ms for hole in self.holes)

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
    bleeps: tuple[tuple[int, int, str], ...] = ()  # start and end in the source in ms; kind of PII said there
    placed: Literal["", "first", "last"] = ""  # by the team
    corrected: tuple[Shown, ...] = ()  # words that the team corrected
    holes: tuple[Span, ...] = ()  # parts of the span that the team struck, edges included; in order

    @property
    def stretches(self) -> tuple[Span, ...]:
        """The parts of the source that it shows, one after the other."""
        return remaining(self.span, self.holes) or (self.span,)

    @property
    def length_ms(self) -> int:
        return sum(stretch.length_ms for stretch in self.stretches)

    def played_at(self, time_ms: int) -> int:
        """Where a time of the source is in the clip, in ms from its start."""
        return played_at(self.stretches, time_ms)

    @property
    def heard_bleeps(self) -> tuple[tuple[int, int], ...]:
        """Where its bleeps are heard, in ms from its start; those in a hole are not."""
        pairs = [pair for start, end, _ in self.bleeps for pair in inside(self.stretches, start, end)]
        return tuple((self.played_at(start), self.played_at(end - 1) + 1) for start, end in pairs)

    def frames(self, fps: int) -> tuple[int, ...]:
        """How many frames each of its stretches has in a reel."""
        return tuple(max(1, round(stretch.length_ms * fps / 1000)) for stretch in self.stretches)

    def jumps(self, fps: int) -> tuple[tuple[int, int], ...]:
        """Where each stretch of a clip with holes begins, in ms from the clip's start in the source, and its frames.

        Empty for a clip without holes.
        """
        if not self.holes:
            return ()
        starts = [stretch.start_ms - self.span.start_ms for stretch in self.stretches]
        return tuple(zip(starts, self.frames(fps), strict=True))


DRAWN = ("spoke", "of", "number", "figure")  # fields of a card that repeat its words, to be drawn large


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
    """The company's branding; empty values leave the choice to the card template. Colours are #rrggbb."""

    name: str = ""
    primary: str = ""
    accent: str = ""
    background: str = ""
    text: str = ""
    logo: str = ""  # absolute path of a PNG or JPEG, "" for none
    font: str = ""  # absolute path of a .ttf or .otf, "" for the built-in one
    deck: str = ""  # absolute path of a .pptx or .potx to build slides on, "" for a plain design


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: text (lines separated by newlines) shown from `start_ms` until `end_ms`."""

    start_ms: int
    end_ms: int
    text: str
    english: str = ""  # shown beneath


NOT_TOLD = "Not told"  # a part without a value, in charts and on cards


@dataclass(frozen=True, slots=True)
class Part:
    """One group of customers with usable answers: a column's value, how many spoke of the problem, of how many."""

    value: str  # "" if the table has no value
    spoke: int
    of: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers spoke of a problem, of all customers with usable answers, as the program counts them.

    `figure` is what to state; where people checked the count, that is theirs. A customer stands in one part of each kind.
    """

    spoke: int
    of: int
    by_segment: tuple[Part, ...] = ()
    by_month: tuple[Part, ...] = ()  # values such as "2026-07"
    left_out: tuple[tuple[str, int], ...] = ()  # why -> customers: see `prevalence.REASONS`
    maybe: int = 0  # customers who are not counted but may have spoken of it
    audited: Audited | None = None  # what a finished audit says of the same customers

    @property
    def figure(self) -> tuple[int, int]:
        """Customers who spoke of it, of how many: those of the audit, else as counted."""
        return (self.audited.spoke, self.audited.of) if self.audited else (self.spoke, self.of)

    @property
    def agrees(self) -> bool:
        """Whether the parts add up to `figure`."""
        return self.figure == (self.spoke, self.of)


@dataclass(frozen=True, slots=True)
class Group:
    """Some customers: how many, how many of each value of a column, mean score and mean tone (None: unknown)."""

    customers: int
    parts: tuple[tuple[str, int], ...]
    score: float | None
    tone: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One problem's clips compared with all who spoke of the problem and the whole survey."""

    problem: str
    column: str
    reel: Group
    speakers: Group
    survey: Group
    harsher: bool  # the reel's tone is clearly more negative than everything said about the problem
    contrary: bool | None  # whether a dissenting voice is shown; None: not requested


@dataclass(frozen=True, slots=True)
class Place:
    """The position of an item in the reel: first frame and frame count; times follow from the frame rate."""

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

    def parts(self) -> tuple[Place, ...]:
        """Each stretch of the source that it shows, as a place with a clip of its own."""
        if isinstance(self.item, Card) or not self.item.holes:
            return (self,)
        places, first_frame = [], self.first_frame
        for stretch, frames in zip(self.item.stretches, self.item.frames(self.fps), strict=True):
            bleeps = tuple(bleep for bleep in self.item.bleeps if inside([stretch], *bleep[:2]))
            part = replace(self.item, span=stretch, holes=(), bleeps=bleeps)
            places.append(Place(part, first_frame, frames, self.fps))
            first_frame += frames
        return tuple(places)


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
    held: str = ""  # why the current reel is kept although a new one would differ
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reel:
    """The ordered cards and clips with computed positions. The result of `build` also says where its files are and what failed."""

    problems: tuple[Problem, ...]
    items: tuple[Card | Clip, ...]
    counts: Mapping[str, Count] = field(default_factory=dict)
    width: int = 1280
    height: int = 720
    fps: int = 30
    folder: Path | None = None
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()  # comparison with the survey, for each problem
    work: Work = field(default_factory=Work)
    document: Mapping[str, Any] = field(default_factory=dict)  # of manifest.json

    def places(self) -> Iterator[Place]:
        """Each item with its exact frames; a piece is a whole number of frames long."""
        first_frame = 0
        for item in self.items:
            if isinstance(item, Card):
                frames = max(1, round(item.duration_ms * self.fps / 1000))
            else:
                frames = sum(item.frames(self.fps))
            yield Place(item, first_frame, frames, self.fps)
            first_frame += frames

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(item for item in self.items if isinstance(item, Clip))

    @property
    def duration_ms(self) -> int:
        return max((place.end_ms for place in self.places()), default=0)
