"""moments -> clips: edges moved onto the pauses of the sound, with results cached in the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reelmaker import media, parallel
from reelmaker.model import Clip, Moment, Span
from reelmaker.model.stretches import inside, remaining, whole_frames
from reelmaker.model.survey import Survey
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.redaction import stage as redaction_stage
from reelmaker.redaction import told_corrections
from reelmaker.select import joints, pauses
from reelmaker.select.decisions import trims


def cut(session: Session, survey: Survey, moments: Sequence[Moment]) -> list[Clip]:
    """moments -> clips, with their edges on the pauses of the sound, in the same order."""
    parts: dict[int, tuple[Span, ...]] = {}  # of each moment, what is shown of it
    new: list[tuple[int, str]] = []
    for number, moment in enumerate(moments):
        if moment.exact and not moment.holes:
            length = survey.responses[moment.span.response].duration_ms
            parts[number] = (moment.exact.clamp(0, length),)
            continue
        key = key_of(
            "trim",
            pauses.VERSION,
            moment.span.response,
            survey.sources[moment.span.response].side,
            *_around(survey, moment),
            *([joints.identity(moment)] if moment.holes else []),
        )
        known = session.library.result(key)
        if known is None:
            new.append((number, key))
        else:
            parts[number] = _parts(moment, known)
    if new:
        session.progress.step("Trimming", len(new))
        results = {}
        for (number, key), found in parallel.do(lambda job: _edges(survey, moments[job[0]]), new, stop=media.stop_all):
            if isinstance(found, Exception):
                raise found
            parts[number] = found
            results[key] = [time for part in found for time in (part.start_ms, part.end_ms)]
            session.progress.advance()
        session.store(results)
    return [_clip(session, survey, moment, parts[number]) for number, moment in enumerate(moments)]


def _clip(session: Session, survey: Survey, moment: Moment, parts: tuple[Span, ...]) -> Clip:
    parts = whole_frames(parts, session.project.reel.fps)
    span = parts[0].union(parts[-1])
    clip = Clip(moment, span, survey.responses[span.response].label, holes=remaining(span, parts))
    bleeps, corrected = redaction_stage.bleeps(survey, span), told_corrections.inside(session.project, survey, span)
    if clip.holes:
        corrected = tuple(shown for shown in corrected if inside(parts, shown.start_ms, shown.end_ms))
    return replace(clip, bleeps=bleeps, corrected=corrected)


def _parts(moment: Moment, times: Sequence[int]) -> tuple[Span, ...]:
    """The parts as the library keeps them: start and end of each in turn, in ms."""
    pairs = zip(times[::2], times[1::2], strict=True)
    return tuple(Span(moment.span.response, start, end) for start, end in pairs)


def _around(survey: Survey, moment: Moment) -> tuple[int, int, int, int]:
    """The moment's edges and those of its neighbours' words, in ms: start, end, before, after."""
    sentences = survey.transcripts[moment.span.response].sentences
    length = survey.responses[moment.span.response].duration_ms
    first, last = moment.sentences[0].index, moment.sentences[-1].index
    before = sentences[first - 1].span.end_ms if first else 0
    after = sentences[last + 1].span.start_ms if last + 1 < len(sentences) else length
    if moment.whole:  # the team trimmed it, so words of its own sentences may be its neighbours
        start, end = moment.words[0].start_ms, moment.words[-1].end_ms
        own_words = [*sentences[first].words, *(sentences[last].words if last != first else ())]
        before = max([before, *(w.end_ms for w in own_words if w.end_ms <= start)])
        after = min([after, *(w.start_ms for w in own_words if w.start_ms >= end)])
    return moment.span.start_ms, moment.span.end_ms, before, after


def _edges(survey: Survey, moment: Moment) -> tuple[Span, ...]:
    start, end, before, after = _around(survey, moment)
    source = survey.sources[moment.span.response]
    length = survey.responses[moment.span.response].duration_ms
    if source.facts.sound_track < 0:
        return joints.silent(moment, length)
    offset = max(0, start - pauses.AROUND_MS)
    samples = media.pcm(source.path, source.facts.sound_track, offset, min(length, end + pauses.AROUND_MS), source.side)
    if moment.holes:
        return joints.parts(samples, offset, moment, before, after, length)
    span = pauses.edges(samples, offset, moment.span, before, after).clamp(0, length)
    # of a few words, moving both edges inwards could leave too little to see and hear
    return (span if not moment.whole or span.length_ms >= trims.LEAST_MS else span.union(moment.span),)
