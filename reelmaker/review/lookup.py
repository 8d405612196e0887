"""Resolves a typed moment name to a stretch of an answer, in today's sentences.

Names are such as `4f2a91@1:07.4`, or `checkout/3` for the third clip of a finished reel. An error names the closest
moment.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reelmaker.errors import UnknownMoment
from reelmaker.model import Sentence, Span, joined, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project
from reelmaker.publish import archive
from reelmaker.select.decisions import verdicts


@dataclass(frozen=True, slots=True)
class ResolvedMoment:
    """The stretch a name refers to: its current sentences, and the problem it was shown for."""

    span: Span
    sentences: tuple[Sentence, ...]
    problem: str = ""  # of the clip, if a position in a reel was named
    shown: Span | None = None  # what that clip shows, edges included

    @property
    def name(self) -> str:
        return moment_ids.of(self.span, len(self.sentences) > 1)

    @property
    def text(self) -> str:
        return joined([word for sentence in self.sentences for word in sentence.words])


def resolve(project: Project, survey: Survey, name: str, problem: str = "") -> ResolvedMoment:
    """Resolve a name.

    Raises:
        UnknownMoment: no moment or several match; the closest are named.
    """
    parsed = moment_ids.read(name, problem)
    if parsed is None:
        raise UnknownMoment(
            f'"{name}" is not a moment.',
            "Use a name as printed by `reelmaker moments`, such as 4f2a91@1:07.4, or checkout/3.",
        )
    if isinstance(parsed, moment_ids.Placed):
        return _clip_at(project, survey, name, parsed)
    answers = [r for r in survey.transcripts if r.startswith(parsed.digits)]
    matches = {
        r: sentences_there
        for r in answers
        if (sentences_there := _sentences_of(survey.transcripts[r].sentences, parsed))
    }
    if len(matches) == 1:
        [(response, sentences)] = matches.items()
        return _resolved(response, sentences)
    if matches:
        names = [moment_ids.of(_resolved(r, s).span, len(s) > 1, len(parsed.digits) + 4) for r, s in matches.items()]
        raise UnknownMoment(f'"{name}" matches {len(matches)} moments.', f"Name one of {', '.join(names[:4])}.")
    raise UnknownMoment(f'There is no moment "{name}".', _nearest(survey, parsed, answers))


def _sentences_of(sentences: Sequence[Sentence], named: moment_ids.Named) -> list[Sentence]:
    if named.end_ms is not None and sentences:
        several = verdicts.within(sentences, Span(sentences[0].response, named.start_ms, named.end_ms))
        if several:
            return several
    sentence = verdicts.at(sentences, named.start_ms)
    return [sentence] if sentence else []


def _resolved(response: str, sentences: Sequence[Sentence], problem: str = "") -> ResolvedMoment:
    first, last = sentences[0].span, sentences[-1].span
    return ResolvedMoment(Span(response, first.start_ms, max(first.end_ms, last.end_ms)), tuple(sentences), problem)


def _clip_at(project: Project, survey: Survey, name: str, position: moment_ids.Placed) -> ResolvedMoment:
    """The clip at a position of a finished reel."""
    reels = {path.parent.name: path.parent for path in sorted(project.reels.glob(f"*/{archive.MANIFEST}"))}
    document = archive.document(reels[position.reel]) if position.reel in reels else None
    try:
        clips = [item for item in (document or {})["items"] if item.get("kind") == "clip"]
    except (KeyError, TypeError):
        raise UnknownMoment(
            f'"{name}": there is no finished reel "{position.reel}".',
            f"There are: {', '.join(reels)}." if reels else "Build it first.",
        ) from None
    if not 1 <= position.number <= len(clips):
        raise UnknownMoment(
            f'"{name}": the reel has {len(clips)} clips.',
            f"Name one from 1 to {len(clips)}, cards not counted.",
        )
    clip = clips[position.number - 1]
    try:
        span = Span(clip["response"], clip["words"][0]["start_ms"], clip["words"][-1]["end_ms"])
        if before_trim := clip.get("trimmed"):
            span = Span(span.response, before_trim["start_ms"], before_trim["end_ms"])
        shown = Span(span.response, clip["source_start_ms"], clip["source_end_ms"])
        problem = str(clip["problem"])
    except (KeyError, IndexError, ValueError):
        raise UnknownMoment(f'"{name}": the manifest of that reel is damaged.', "Build the reel again.") from None
    transcript = survey.transcripts.get(span.response)
    sentences = verdicts.within(transcript.sentences, span) if transcript else []
    if not sentences:
        raise UnknownMoment(f'"{name}": that answer is no longer used.', "Build the reel again.")
    return replace(_resolved(span.response, sentences, problem), shown=shown)


def _nearest(survey: Survey, named: moment_ids.Named, answers: Sequence[str]) -> str:
    if not answers:
        if unused := [r for r in survey.left_out if r.startswith(named.digits)]:
            return f"That answer is not used: {survey.left_out[unused[0]][1]}."
        digits = sorted({response[: len(named.digits)] for response in survey.transcripts})
        similar = difflib.get_close_matches(named.digits, digits, 3, 0.0)
        return f"Answer ids here start with {', '.join(similar)}." if similar else "Nothing has been transcribed yet."
    spoken = [s.span for r in answers for s in survey.transcripts[r].sentences]
    closest = sorted(spoken, key=lambda span: (abs(span.start_ms - named.start_ms), span))[:2]
    return (
        f"The nearest: {', '.join(moment_ids.of(span) for span in closest)}."
        if closest
        else "There is no speech there."
    )
