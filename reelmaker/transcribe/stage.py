"""responses -> transcripts. Each is on the disk as soon as it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker import media, model_files, transcribe
from reelmaker.checksums import checksum
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Failure, Response, Transcript
from reelmaker.project.config import Project
from reelmaker.project.library import Library, key_of
from reelmaker.project.session import Session
from reelmaker.transcribe import same_recording, translation_stage
from reelmaker.transcribe.diarization import stage as diarization_stage
from reelmaker.transcribe.quotability import marking
from reelmaker.transcribe.speech_model import speech_model

if TYPE_CHECKING:
    import numpy as np
from reelmaker.model.survey import Survey

PIECE_MS = 600_000  # of sound that count as one more piece of work while it is transcribed


def transcribe_answers(session: Session, survey: Survey) -> Survey:
    """responses -> transcripts: who asks is marked, English added where wanted, and what is not fit to quote.

    Each is on the disk once it is done.
    """
    sounds = Sounds(survey)
    survey = _transcripts(session, survey, sounds)
    survey = diarization_stage.mark(session, survey, sounds)
    survey = _recordings(session, translation_stage.in_english(session, survey, sounds), sounds)
    return replace(survey, transcripts=marking.marked(survey.transcripts))


def _recordings(session: Session, survey: Survey, sounds: Sounds) -> Survey:
    """A recording that was uploaded twice counts once: the other upload is of the person of the one to show."""
    responses = dict(survey.responses)
    for pair in same_recording.candidates(survey.transcripts):
        one, other = sorted((responses[id] for id in pair), key=_worth_showing)

        def compute(one: Response = one, other: Response = other) -> bool:
            heard = sounds(one), sounds(other)
            return heard[0] is not None and heard[1] is not None and same_recording.same_sound(heard[0], heard[1])

        sides = (survey.sources[one.id].side, survey.sources[other.id].side)
        key = key_of("same recording", same_recording.VERSION, one.id, other.id, *sides)
        if one.person == other.person or not session.remember(key, compute):
            continue
        note = f"holds the same recording as {one.file}: counted and shown once"
        session.warn(f"{other.file} {note}.")
        responses[other.id] = replace(other, same_as=one.person, notes=(*other.notes, note))
    return replace(survey, responses=responses)


def _worth_showing(response: Response) -> tuple[bool, bool, str, str]:
    """Of two uploads of one recording, the one of a known respondent, with a picture, and the earlier comes first."""
    return not response.respondent, response.picture is None, response.date, response.file


class Sounds:
    """Opens the sound of answers; notes where it cannot be decoded."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self.broken: dict[str, int] = {}  # response -> places that cannot be read

    def __call__(self, response: Response) -> np.ndarray | None:
        """Samples of the customer's side, 16 kHz mono; None without a sound track."""
        source = self._survey.sources[response.id]
        if source.facts.sound_track < 0:
            return None
        heard = media.recording(source.path, source.facts.sound_track, side=source.side)
        if heard.broken:
            self.broken[response.id] = heard.broken
        return heard.samples


def _transcripts(session: Session, survey: Survey, sounds: Sounds) -> Survey:
    """What is known, what sidecars say, and the rest from the sound."""
    library, failed = session.library, session.library.failures()
    work = _Work(survey, sounds)
    to_do: list[Response] = []
    for response in survey.responses.values():
        source = survey.sources[response.id]
        sidecar = transcribe.beside(source.path) if session.project.sidecars else None
        key = _transcript_key(session.project, response, sidecar, source.side)
        work.keys[response.id] = key
        transcript = library.transcript(key)
        if transcript is not None:
            work.transcripts[response.id] = transcript
        elif failed.get((response.id, "transcribe"), ("", ""))[0] == key:
            work.failures.append(Failure(response.file, "transcribe", failed[response.id, "transcribe"][1]))
        elif sidecar and not session.known_only:
            work.keep(library, response, _read(sidecar, response))
        else:
            to_do.append(response)
    if to_do and not session.known_only:
        _listen(session, work, to_do)
    return replace(
        survey, transcripts=work.transcripts, keys=work.keys, failures=tuple(work.failures), transcribed=work.done
    )


class _Work:
    """The transcripts as they come."""

    def __init__(self, survey: Survey, sounds: Sounds) -> None:
        self.transcripts = dict(survey.transcripts)
        self.keys = dict(survey.keys)
        self.failures = list(survey.failures)
        self.done = 0
        self.sounds = sounds

    def keep(self, library: Library, response: Response, result: Transcript | Exception) -> None:
        """Store a transcript, or why there is none."""
        key = self.keys[response.id]
        if isinstance(result, (ModelError, MemoryError)):
            raise result  # every other response would meet the same
        if isinstance(result, Exception):
            reason = str(result) or type(result).__name__
            library.store_failure(response.id, "transcribe", key, reason)
            self.failures.append(Failure(response.file, "transcribe", reason))
            return
        if broken := self.sounds.broken.get(response.id):
            note = f"damaged: {broken} places of the sound cannot be read"
            result = replace(result, notes=(*result.notes, note))
        library.store_transcript(key, result)
        self.transcripts[response.id] = result


def _listen(session: Session, work: _Work, to_do: Sequence[Response]) -> None:
    """Transcribe what is not known yet."""
    pieces = {response.id: 1 + response.duration_ms // PIECE_MS for response in to_do}
    left = dict(pieces)
    session.progress.step("Transcribing", sum(left.values()))

    def moved(response: str, share: float) -> None:
        """A long answer counts for several pieces, so that the bar does not stand still for it."""
        done = int(share * pieces[response]) - (pieces[response] - left[response])
        if done > 0:
            left[response] -= done
            session.progress.advance(done)

    jobs = ((response, partial(work.sounds, response)) for response in to_do)
    for response, result in speech_model(session)(session.project.language).transcribe(jobs, moved):
        work.keep(session.library, response, result)
        work.done += 1
        session.progress.advance(left[response.id])
        left[response.id] = 0


def _read(sidecar: Path, response: Response) -> Transcript | Exception:
    try:
        return transcribe.read_sidecar(sidecar, response)
    except ReelmakerError as problem:
        return problem


def _transcript_key(project: Project, response: Response, sidecar: Path | None, side: str) -> str:
    if sidecar:
        return key_of("captions", transcribe.VERSION, transcribe.CAPTIONS, response.id, checksum(sidecar))
    return key_of(
        project.transcriber,
        transcribe.VERSION,
        response.id,
        model_files.identity(project.model),
        project.language,
        side,
        *project.compute.speech_facts,
    )
