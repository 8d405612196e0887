"""Resolves a typed moment name to a stretch of an answer, in today's sentences.

In: `4f2a91@1:07.4`, or `checkout/3` for the third clip of a finished reel. Out: the stretch, or an error that
names the closest one.
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
class Meant:
    """The stretch of a name: its current sentences, and the problem it was shown for."""

    span: Span
    sentences: tuple[Sentence, ...]
    problem: str = ""  # of the clip, where a place in a reel was named
    shown: Span | None = None  # what that clip shows, edges included

    @property
    def name(self) -> str:
        return moment_ids.of(self.span, len(self.sentences) > 1)

    @property
    def text(self) -> str:
        return joined([word for sentence in self.sentences for word in sentence.words])


def resolve(project: Project, survey: Survey, name: str, problem: str = "") -> Meant:
    """Resolve a name.

    Raises:
        UnknownMoment: no moment or several match; the closest are named.
    """
    asked = moment_ids.read(name, problem)
    if asked is None:
        raise UnknownMoment(
            f'"{name}" is not a moment.',
            "Use a name as printed by `reelmaker moments`, such as 4f2a91@1:07.4, or checkout/3.",
        )
    if isinstance(asked, moment_ids.Placed):
        return _placed(project, survey, name, asked)
    answers = [r for r in survey.transcripts if r.startswith(asked.digits)]
    found = {r: some for r in answers if (some := _said(survey.transcripts[r].sentences, asked))}
    if len(found) == 1:
        [(response, sentences)] = found.items()
        return _meant(response, sentences)
    if found:
        names = [moment_ids.of(_meant(r, s).span, len(s) > 1, len(asked.digits) + 4) for r, s in found.items()]
        raise UnknownMoment(f'"{name}" matches {len(found)} moments.', f"Name one of {', '.join(names[:4])}.")
    raise UnknownMoment(f'There is no moment "{name}".', _nearest(survey, asked, answers))


def _said(sentences: Sequence[Sentence], asked: moment_ids.Named) -> list[Sentence]:
    if asked.end_ms is not None and sentences:
        several = verdicts.within(sentences, Span(sentences[0].response, asked.start_ms, asked.end_ms))
        if several:
            return several
    one = verdicts.at(sentences, asked.start_ms)
    return [one] if one else []


def _meant(response: str, sentences: Sequence[Sentence], problem: str = "") -> Meant:
    first, last = sentences[0].span, sentences[-1].span
    return Meant(Span(response, first.start_ms, max(first.end_ms, last.end_ms)), tuple(sentences), problem)


def _placed(project: Project, survey: Survey, name: str, asked: moment_ids.Placed) -> Meant:
    """The clip at a position of a finished reel."""
    there = {path.parent.name: path.parent for path in sorted(project.reels.glob(f"*/{archive.MANIFEST}"))}
    document = archive.document(there[asked.reel]) if asked.reel in there else None
    try:
        clips = [item for item in (document or {})["items"] if item["kind"] == "clip"]
    except (KeyError, TypeError):
        raise UnknownMoment(
            f'"{name}": there is no finished reel "{asked.reel}".',
            f"There are: {', '.join(there)}." if there else "Build it first.",
        ) from None
    if not 1 <= asked.number <= len(clips):
        raise UnknownMoment(
            f'"{name}": the reel has {len(clips)} clips.',
            f"Name one from 1 to {len(clips)}, cards not counted.",
        )
    clip = clips[asked.number - 1]
    span = Span(clip["response"], clip["words"][0]["start_ms"], clip["words"][-1]["end_ms"])
    if whole := clip.get("trimmed"):
        span = Span(span.response, whole["start_ms"], whole["end_ms"])
    transcript = survey.transcripts.get(span.response)
    sentences = verdicts.within(transcript.sentences, span) if transcript else []
    if not sentences:
        raise UnknownMoment(f'"{name}": that answer is no longer used.', "Build the reel again.")
    shown = Span(span.response, clip["source_start_ms"], clip["source_end_ms"])
    return replace(_meant(span.response, sentences, clip["problem"]), shown=shown)


def _nearest(survey: Survey, asked: moment_ids.Named, answers: Sequence[str]) -> str:
    if not answers:
        if unused := [r for r in survey.left_out if r.startswith(asked.digits)]:
            return f"That answer is not used: {survey.left_out[unused[0]][1]}."
        digits = sorted({response[: len(asked.digits)] for response in survey.transcripts})
        near = difflib.get_close_matches(asked.digits, digits, 3, 0.0)
        return f"Answer ids here start with {', '.join(near)}." if near else "Nothing has been transcribed yet."
    spoken = [s.span for r in answers for s in survey.transcripts[r].sentences]
    near_by = sorted(spoken, key=lambda span: (abs(span.start_ms - asked.start_ms), span))[:2]
    return (
        f"The nearest: {', '.join(moment_ids.of(span) for span in near_by)}."
        if near_by
        else "There is no speech there."
    )
