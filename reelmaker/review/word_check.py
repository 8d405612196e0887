"""The words of quotes that speech recognition was not sure of, for somebody to listen to: for `check-words`.

In: the clips of finished reels, and what is transcribed today. Out: the unsure words, worst first, each with the
moment it is in; and those sentences that are held back because of one word.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from reelmaker import analysis
from reelmaker.model import MARKS, Moment, Sentence, Span, Word, joined, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.project.config import Project
from reelmaker.project.session import look_into
from reelmaker.publish import catalog
from reelmaker.review.corrections import EDGES
from reelmaker.select.decisions import trims
from reelmaker.transcribe.corrections import matching, swearing

UNSURE = 0.5  # confidence below which a word should be listened to
SAID = "WHAT IS SAID"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words to listen to: the least confidence of them, the moment they are in, and where they are shown."""

    words: str
    confidence: float
    moment: str
    start_ms: int
    sentence: str
    clip: str  # such as "checkout/3"; "" for a sentence that no reel shows
    span: Span  # of the words
    around: Span  # of their sentence
    held: bool = False  # the sentence is not quoted until somebody has checked it

    @property
    def command(self) -> str:
        """The line that corrects them; with the words themselves it confirms them."""
        return f'reelmaker correct {self.moment} {_quoted(self.words)} "{SAID}"'


def check(project: Project, problem: str = "") -> list[Doubt]:
    """The unsure words of the finished reels, worst first, each place once; before them what is held back.

    Args:
        problem: only quotes about this problem; "" for all.

    Raises:
        UnknownProblem: there is no such problem.
        ProjectError: nothing has been transcribed yet.
    """
    if problem:
        project.problem(problem)
    with look_into(project) as session:
        return unsure(project, analysis.known(session), problem)


def unsure(project: Project, survey: Survey, problem: str = "", quotes: Iterable[Moment] = ()) -> list[Doubt]:
    """The same from what is known of the survey already.

    Args:
        quotes: moments that no reel shows, to be checked after all others.
    """
    shown: dict[tuple[str, int], Doubt] = {}
    for reel in catalog.reels(project):
        clips = [item for item in reel.document["items"] if item["kind"] == "clip"]
        for number, clip in enumerate(clips, 1):
            if problem in ("", clip["problem"]) and reel.folder.parent == project.reels:
                for doubt in _of_clip(survey, clip, f"{reel.folder.name}/{number}"):
                    shown.setdefault(_place(doubt), doubt)
    held = [] if problem else list(_held_back(survey))
    listed = {_place(doubt) for doubt in held} | set(shown)
    rest = {
        _place(doubt): doubt
        for moment in quotes
        for sentence in moment.sentences
        for doubt in _of_sentence(sentence, sentence.words, "")
        if _place(doubt) not in listed
    }
    return [*held, *_worst_first(shown.values()), *_worst_first(rest.values())]


def _place(doubt: Doubt) -> tuple[str, int]:
    return doubt.span.response, doubt.start_ms


def _worst_first(doubts: Iterable[Doubt]) -> list[Doubt]:
    return sorted(doubts, key=lambda doubt: (doubt.confidence, doubt.moment, doubt.start_ms))


def document(project: Project, doubts: Sequence[Doubt]) -> dict[str, Any]:
    """The document of `check-words --json`."""
    facts = {"name": project.name, "language": project.language or "auto"}
    told = [
        {
            "words": doubt.words,
            "confidence": doubt.confidence,
            "moment": doubt.moment,
            "start_ms": doubt.start_ms,
            "text": doubt.sentence,
            "clip": doubt.clip,
        }
        for doubt in doubts
    ]
    return manifest.document("check-words", facts, [], {}, {}, thresholds={}, unsure=told)


def _of_clip(survey: Survey, clip: dict[str, Any], place: str) -> Iterator[Doubt]:
    transcript = survey.transcripts.get(clip["response"])
    if transcript is None or not clip["words"]:
        return
    stretch = Span(clip["response"], clip["words"][0]["start_ms"], clip["words"][-1]["end_ms"])
    for sentence in transcript.sentences:
        yield from _of_sentence(sentence, trims.within(sentence.words, stretch), place)


def _of_sentence(sentence: Sentence, words: Iterable[Word], place: str) -> Iterator[Doubt]:
    for doubtful, run in groupby(words, key=_unsure):
        if doubtful:
            yield _doubt(sentence, list(run), place)


def _unsure(word: Word) -> bool:
    return (
        word.confidence < UNSURE and bool(matching.plain(word.text)) and not word.text.startswith(tuple(MARKS.values()))
    )


def _held_back(survey: Survey) -> Iterator[Doubt]:
    for transcript in survey.transcripts.values():
        word = swearing.doubted(transcript)
        for sentence in transcript.sentences if word else ():
            if word in sentence.words:
                assert word is not None
                yield replace(_doubt(sentence, [word], ""), held=True)


def _doubt(sentence: Sentence, run: list[Word], place: str) -> Doubt:
    span = Span(sentence.response, run[0].start_ms, run[-1].end_ms)
    return Doubt(
        _unmistakable(sentence, run),
        min(word.confidence for word in run),
        moment_ids.of(sentence.span),
        span.start_ms,
        sentence.text,
        place,
        span,
        sentence.span,
    )


def _unmistakable(sentence: Sentence, run: list[Word]) -> str:
    """The words, with as many neighbours as it takes to say them only once in their sentence."""
    words = sentence.words
    first = words.index(run[0])
    stop = first + len(run)
    while len(matching.places(words, joined(words[first:stop]))) > 1 and (first or stop < len(words)):
        first, stop = (first - 1, stop) if first else (first, stop + 1)
    return EDGES.sub("", joined(words[first:stop]))


def _quoted(text: str) -> str:
    """The text as one word of a shell."""
    return shlex.quote(text) if any(letter in '"$`\\!' for letter in text) else f'"{text}"'
