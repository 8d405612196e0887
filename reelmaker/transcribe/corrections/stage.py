"""transcripts -> transcripts with the team's corrections, applied after every transcription; doubtful words are held
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace

from reelmaker import media
from reelmaker.model import Span, Transcript, moment_ids
from reelmaker.model.correction import Corrected, Correction
from reelmaker.model.survey import Survey
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.transcribe import word_alignment
from reelmaker.transcribe.corrections import replacing, swearing

AROUND_MS = 3000  # of sound next to a stretch, by which its pauses are told from its voice
MOST_NAMED = 3


def correct(session: Session, survey: Survey) -> Survey:
    """Put the corrected words into the transcripts, before anything is redacted or judged."""
    transcripts, keys = dict(survey.transcripts), dict(survey.keys)
    outcomes: list[Corrected] = []
    by_answer: dict[str, list[Correction]] = {}
    for correction in session.library.corrections().all():
        by_answer.setdefault(correction.span.response, []).append(correction)
    for response, before in survey.transcripts.items():
        corrections = by_answer.get(response, ())
        corrected, own = replacing.corrected(before, corrections, lambda span: _pauses(session, survey, span))
        outcomes += own
        if corrected != before:
            active = [astuple(entry) for entry in corrections if not entry.withdrawn]
            keys[response] = key_of("corrected", replacing.VERSION, keys[response], active)
        transcripts[response] = swearing.held_back(corrected)
        if transcripts[response] != corrected:
            keys[response] = key_of("held back", swearing.VERSION, keys[response])
    session.warn(_doubted([t for t in transcripts.values() if swearing.doubted(t)]))
    return replace(survey, transcripts=transcripts, keys=keys, corrections=tuple(outcomes))


def _doubted(transcripts: Sequence[Transcript]) -> str:
    """The warning that sentences are not quoted because of a word that may be misheard; "" if there are none."""
    names = [
        moment_ids.of(sentence.span)
        for transcript in transcripts
        for sentence in transcript.sentences
        if swearing.doubted(transcript) in sentence.words
    ]
    if not names:
        return ""
    more = ", …" if len(names) > MOST_NAMED else ""
    return (
        f"A swear word that may be a misheard name is not quoted until somebody has checked it "
        f"({', '.join(names[:MOST_NAMED])}{more}). See `reelmaker check-words`."
    )


def _pauses(session: Session, survey: Survey, span: Span) -> Sequence[word_alignment.Pause]:
    """The audible pauses inside a stretch, in ms of the answer; none if the sound must not be examined now."""
    source = survey.sources[span.response]
    if source.facts.sound_track < 0:
        return ()
    key = key_of("pauses", replacing.VERSION, span.response, source.side, span.start_ms, span.end_ms)

    def listen() -> list[list[int]]:
        begin = max(0, span.start_ms - AROUND_MS)
        samples = media.pcm(source.path, source.facts.sound_track, begin, span.end_ms + AROUND_MS, source.side)
        local_pauses = word_alignment.pauses(word_alignment.levels(samples))
        inside = [(begin + start, begin + end) for start, end in local_pauses]
        return [[start, end] for start, end in inside if span.start_ms < start and end < span.end_ms]

    return [(start, end) for start, end in session.remember(key, listen) or ()]
