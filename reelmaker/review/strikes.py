"""Strikes words in the middle of a clip, and takes strikes back: proposed first, then recorded in one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Sentence, Span, Word, joined, moment_ids
from reelmaker.model.decision import Decision
from reelmaker.model.survey import Survey
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import look_into
from reelmaker.review import edits
from reelmaker.review.lookup import ResolvedMoment, resolve
from reelmaker.select.decisions import strike_risks
from reelmaker.select.decisions import strikes as select_strikes
from reelmaker.select.decisions import trims as select_trims
from reelmaker.transcribe.corrections import matching

TIMES = re.compile(rf"({moment_ids.CLOCK})\s*[-–]\s*({moment_ids.CLOCK})")
LEAST_LEFT_MS = 300  # between two cuts nobody understands less
LEAST_PAUSE_MS = 50  # of silence that is worth a cut
LONGEST = 600  # characters of a clip's words in a message
GUESSED = "The captions give no time for each word, so the cut is a guess: listen to it."
HIDE = "`reelmaker drop` or `reelmaker hide` leaves the whole moment out."


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall change in a clip. Words as the clip says them, or two times of the answer such as "0:12.4-0:13.1"."""

    strike: tuple[str, ...] = ()
    unstrike: tuple[str, ...] = ()
    begin: edits.Edge = field(default_factory=edits.Edge)
    end: edits.Edge = field(default_factory=edits.Edge)
    exactly: bool = False  # cut to the millisecond, even inside a word
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit of a clip that is not recorded yet.

    `text`: what the clip will say, with "…" where it jumps. `risks`: why somebody should listen first. `notes`: worth
    telling. `taken_back`: the numbers of strikes that no longer apply.
    """

    moment: ResolvedMoment
    decisions: tuple[Decision, ...]
    taken_back: tuple[int, ...]
    text: str
    risks: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Clip:
    """A clip as it is now: its complete sentences, its words before strikes, and the strikes that apply."""

    moment: ResolvedMoment
    sentences: tuple[Sentence, ...]
    words: tuple[Word, ...]
    strikes: tuple[Decision, ...]

    @property
    def name(self) -> str:
        return self.moment.name


def proposed(project: Project, name: str, asked: Asked, problem: str = "") -> Proposal:
    """What an edit would make of a clip. Nothing is recorded.

    Args:
        name: a moment such as `4f2a91@1:07.4` or `checkout/3`.
        problem: slug; "" means the clip's problem if a clip of a reel is named, otherwise every problem.

    Raises:
        UnknownMoment: the name matches no moment, or several.
        ProjectError: the words are not said there or several times, or too little would be left.
    """
    if problem:
        project.problem(problem)
    with look_into(project) as session:
        library, survey = session.library, analysis.known(session)
        moment = resolve(project, survey, name, problem)
        slug = problem or moment.problem
        trim = None
        if asked.begin != edits.Edge() or asked.end != edits.Edge():
            trim, _ = edits.proposed(library, survey, moment, slug, asked.begin, asked.end, asked.note, asked.exactly)
        clip = _clip(library, survey, moment, slug, trim)
        back = _taken_back(clip, asked.unstrike)
        applying = [strike for strike in clip.strikes if strike.number not in back]
        before = select_strikes.left(clip.words, applying).words
        note, made = " ".join(asked.note.split()), clock_skew.now()
        new = [
            Decision(0, moment.span, slug, "strike", note, made, shown=span, exact=exact)
            for span, exact in (_stretch(clip, text, applying, asked.exactly) for text in asked.strike)
        ]
        rest = select_strikes.left(clip.words, [*applying, *new])
        notes = _refuse_or_tell(clip, rest)
        transcript = survey.transcripts[moment.span.response]
        if new and transcript.captioned and transcript.source != "captions json":
            notes.append(GUESSED)
        risks = strike_risks.risks(clip.sentences, before, rest.words)
        return Proposal(
            moment, (*([trim] if trim else []), *new), tuple(back), text_of(rest), tuple(risks), tuple(notes)
        )


def record(project: Project, proposal: Proposal) -> list[Decision]:
    """Write an edit down; returns its new decisions with their numbers."""
    with look_into(project) as session:
        if proposal.taken_back:
            session.library.withdraw(proposal.taken_back, clock_skew.now())
        return session.library.store_decisions(proposal.decisions)


def text_of(rest: select_strikes.Left) -> str:
    """The remaining words, with "…" where a clip jumps over others."""
    text = ""
    for number, part in enumerate(rest.parts):
        jumps = number and not rest.holes[number - 1].silent
        text += f"{' … ' if jumps else ' ' if number else ''}{joined(part)}"
    return text


def _clip(library: Library, survey: Survey, moment: ResolvedMoment, slug: str, trim: Decision | None) -> _Clip:
    sentences = survey.transcripts[moment.span.response].sentences
    shown = trim.shown if trim else edits.trimmed(library, moment, slug)
    words: tuple[Word, ...] = tuple(word for sentence in moment.sentences for word in sentence.words)
    if shown:
        words = select_trims.within([word for sentence in sentences for word in sentence.words], shown)
    own = tuple(sentence for sentence in sentences if set(sentence.words) & set(words))
    stretch = shown or moment.span
    applying = select_strikes.of_problem(library.decisions(), slug)
    return _Clip(moment, own, words, tuple(s for s in applying if s.shown and s.shown.overlaps(stretch)))


def _taken_back(clip: _Clip, texts: Sequence[str]) -> list[int]:
    """The strikes that touch these words or times."""
    numbers: set[int] = set()
    for text in texts:
        spans = [_times(clip, text)] if TIMES.fullmatch(text.strip()) else _spoken(clip, text)
        touched = {s.number for s in clip.strikes for span in spans if s.shown and s.shown.overlaps(span)}
        if not touched:
            struck = [f'"{_said(clip, strike)}"' for strike in clip.strikes]
            raise ProjectError(
                f'{clip.name}: "{text}" is not struck.',
                f"Struck are: {', '.join(struck)}." if struck else "Nothing is struck in this clip.",
            )
        numbers |= touched
    return sorted(numbers)


def _said(clip: _Clip, strike: Decision) -> str:
    assert strike.shown is not None
    words = joined(select_trims.within(clip.words, strike.shown))
    return words or f"{moment_ids.clock(strike.shown.start_ms)}-{moment_ids.clock(strike.shown.end_ms)}"


def _stretch(clip: _Clip, text: str, applying: Sequence[Decision], exactly: bool) -> tuple[Span, bool]:
    """The stretch to strike, and whether it is exact."""
    if TIMES.fullmatch(text.strip()):
        return _between(clip, _times(clip, text), exactly)
    remaining = set(select_strikes.left(clip.words, applying).words)
    spans = _spoken(clip, text)
    unstruck = [span for span in spans if remaining & set(select_trims.within(clip.words, span))]
    if len(unstruck) == 1:
        return unstruck[0], exactly
    if spans and not unstruck:
        raise ProjectError(f'{clip.name}: "{text}" is struck already.', "`--unstrike` takes a strike back.")
    if unstruck:
        times = ", ".join(moment_ids.clock(span.start_ms) for span in unstruck[:6])
        raise ProjectError(
            f'{clip.name}: the clip says "{text}" {len(unstruck)} times, at {times}: {_words(clip)}',
            "Add a neighbouring word, or give two times such as 0:12.4-0:13.1.",
        )
    raise ProjectError(
        f'{clip.name}: the clip does not say "{text}". It says: {_words(clip)}',
        "Give words as the clip says them, or two times such as 0:12.4-0:13.1.",
    )


def _spoken(clip: _Clip, text: str) -> list[Span]:
    """Everywhere that the clip says these words, struck or not."""
    places = matching.places(clip.words, text) or matching.parts(clip.words, text)
    response = clip.moment.span.response
    return [
        Span(response, clip.words[first].start_ms, max(word.end_ms for word in clip.words[first:stop]))
        for first, stop in places
    ]


def _times(clip: _Clip, text: str) -> Span:
    match = TIMES.fullmatch(text.strip())
    assert match
    start, end = moment_ids.ms_of(match[1]), moment_ids.ms_of(match[2])
    first, last = clip.words[0].start_ms, clip.words[-1].end_ms
    if not start < end or end <= first or start >= last:
        raise ProjectError(
            f"{clip.name}: {text} is not inside the clip.",
            f"It is {moment_ids.clock(first)}-{moment_ids.clock(last)}; give an earlier and a later time of the answer.",
        )
    return Span(clip.moment.span.response, start, end)


def _between(clip: _Clip, span: Span, exactly: bool) -> tuple[Span, bool]:
    """The words between two times, or the pause if no word is said there."""
    if exactly:
        return span, True
    if inside := select_trims.within(clip.words, span):
        return Span(span.response, inside[0].start_ms, max(word.end_ms for word in inside)), False
    touching = [word for word in clip.words if word.end_ms > span.start_ms and word.start_ms < span.end_ms]
    start = max([span.start_ms, *(w.end_ms for w in touching if w.start_ms < span.start_ms)])
    end = min([span.end_ms, *(w.start_ms for w in touching if w.start_ms >= span.start_ms)])
    if end - start < LEAST_PAUSE_MS:
        raise ProjectError(
            f'{clip.name}: {moment_ids.clock(span.start_ms)}-{moment_ids.clock(span.end_ms)} is inside "{joined(touching)}".',
            "Strike the word, or cut inside it with --exactly.",
        )
    return Span(span.response, start, end), True


def _refuse_or_tell(clip: _Clip, rest: select_strikes.Left) -> list[str]:
    """What to tell about the parts that remain.

    Raises:
        ProjectError: too little would be left of the clip, or between two cuts.
    """
    if not rest.words:
        raise ProjectError(f"{clip.name}: that strikes every word of the clip.", HIDE)
    if rest.length_ms < select_trims.LEAST_MS:
        raise ProjectError(f"{clip.name}: that leaves less than half a second of speech.", HIDE)
    notes = []
    for part in rest.parts if len(rest.parts) > 1 else ():
        length_ms, words = part[-1].end_ms - part[0].start_ms, joined(part)
        if length_ms < LEAST_LEFT_MS:
            raise ProjectError(
                f'{clip.name}: only "{words}" ({length_ms / 1000:.1f} s) would be left between two cuts.',
                "Nobody understands so little: strike it too, or strike less.",
            )
        if len(part) == 1:
            notes.append(f'"{words}" stands alone at a cut: listen whether it is understood.')
    return notes


def _words(clip: _Clip) -> str:
    text = joined(clip.words)
    return f'"{text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"}"'
