"""responses -> transcripts. Each is stored as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker import media, model_files, transcribe
from reelmaker.errors import ModelError
from reelmaker.model import Failure, Response, Transcript
from reelmaker.project.config import Project
from reelmaker.project.library import Library, key_of
from reelmaker.project.session import Session
from reelmaker.transcribe import same_recording, sidecars, translation_stage, vocabulary
from reelmaker.transcribe.diarization import stage as diarization_stage
from reelmaker.transcribe.quotability import marking
from reelmaker.transcribe.sidecars import coverage
from reelmaker.transcribe.sidecars import stage as sidecar_stage
from reelmaker.transcribe.speech_model import speech_model

if TYPE_CHECKING:
    import numpy as np
from reelmaker.model.survey import Survey

VERSIONS = (transcribe.VERSION, transcribe.CAPTIONS)
PIECE_MS = 600_000  # of sound that count as one more piece of work while it is transcribed


def transcribe_answers(session: Session, survey: Survey) -> Survey:
    """responses -> transcripts, with interviewers marked, English added if wanted, and unquotable sentences marked.

    Each is stored as soon as it is done.
    """
    sounds = Sounds(survey)
    survey = _transcripts(session, survey, sounds)
    survey = diarization_stage.mark(session, survey, sounds)
    survey = _recordings(session, translation_stage.in_english(session, survey, sounds), sounds)
    return replace(survey, transcripts=marking.marked(survey.transcripts))


def _recordings(session: Session, survey: Survey, sounds: Sounds) -> Survey:
    """A recording that was uploaded several times counts once: the other uploads are assigned to the person of the one
    that is shown.
    """
    groups: dict[str, set[str]] = {}
    for first, other in same_recording.candidates(survey.transcripts):
        if _same_sound(session, survey, sounds, first, other):
            group = groups.get(first, {first}) | groups.get(other, {other})
            groups.update(dict.fromkeys(group, group))
    responses = dict(survey.responses)
    for id in sorted(groups, key=lambda id: survey.responses[id].file):
        shown = min((survey.responses[member] for member in groups[id]), key=_worth_showing)
        duplicate = survey.responses[id]
        if shown.person == duplicate.person:
            continue
        note = f"holds the same recording as {shown.file}: counted and shown once"
        session.warn(f"{duplicate.file} {note}.")
        responses[id] = replace(duplicate, same_as=shown.person, notes=(*duplicate.notes, note))
    return replace(survey, responses=responses)


def _same_sound(session: Session, survey: Survey, sounds: Sounds, first: str, other: str) -> bool:
    """Whether two answers sound alike throughout; remembered."""
    first, other = sorted((first, other))

    def compute() -> bool:
        samples = sounds(survey.responses[first]), sounds(survey.responses[other])
        return samples[0] is not None and samples[1] is not None and same_recording.same_sound(samples[0], samples[1])

    sides = (survey.sources[first].side, survey.sources[other].side)
    return bool(session.remember(key_of("same recording", same_recording.VERSION, first, other, *sides), compute))


def _worth_showing(response: Response) -> tuple[bool, int, str, str]:
    """Of two uploads of one recording, the one of a known respondent, with the larger picture, and the earlier first."""
    width, height = response.picture or (0, 0)
    return not response.respondent, -width * height, response.date, response.file


class Sounds:
    """Opens the sound of answers; records where it cannot be decoded."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self.broken: dict[str, int] = {}  # response -> places that cannot be read

    def __call__(self, response: Response) -> np.ndarray | None:
        """Samples of the customer's side, 16 kHz mono; None without a sound track."""
        source = self._survey.sources[response.id]
        if source.facts.sound_track < 0:
            return None
        recording = media.recording(source.path, source.facts.sound_track, side=source.side)
        if recording.broken:
            self.broken[response.id] = recording.broken
        return recording.samples


def _transcripts(session: Session, survey: Survey, sounds: Sounds) -> Survey:
    """The transcripts that are known, those of sidecars, and the rest from the sound."""
    library, failed = session.library, session.library.failures()
    work = _Work(survey, sounds)
    to_do: list[Response] = []
    folders = sidecars.Folders()
    for response in survey.responses.values():
        source = survey.sources[response.id]
        sidecar = folders.beside(source.path, session.project.language) if session.project.sidecars else None
        captions = sidecar_stage.look(session, response, sidecar, VERSIONS, sounds) if sidecar else None
        if sidecar and captions and captions.failure:
            work.failures.append(Failure(_below(session.project.uploads, sidecar), "captions", captions.failure))
        usable = captions is not None and not captions.refused
        key = captions.key if captions and usable else _transcript_key(session.project, response, source.side)
        work.keys[response.id] = key
        transcript = captions.transcript if captions and usable else library.transcript(key)
        if captions and captions.covered and captions.transcript:
            work.partly[response.id] = captions
            to_do.append(response)
        elif captions and captions.new and captions.transcript:
            work.keep(library, response, captions.transcript)
        elif transcript is not None:
            work.transcripts[response.id] = transcript
        elif failed.get((response.id, "transcribe"), ("", ""))[0] == key:
            work.failures.append(Failure(response.file, "transcribe", failed[response.id, "transcribe"][1]))
        else:
            to_do.append(response)
    if to_do and not session.known_only:
        _listen(session, work, to_do)
    for id, transcript in work.transcripts.items():
        for note in transcript.notes:
            if "another language" in note:
                session.warn(f"{survey.responses[id].file}: {note}.")
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
        self.partly: dict[str, sidecar_stage.Captions] = {}  # responses whose captions leave something out

    def keep(self, library: Library, response: Response, result: Transcript | Exception) -> None:
        """Store a transcript, or why there is none."""
        key = self.keys[response.id]
        captions = self.partly.get(response.id)
        if captions and captions.transcript and not isinstance(result, (ModelError, MemoryError)):
            rest = result if isinstance(result, Transcript) else replace(captions.transcript, sentences=())
            result = coverage.completed(captions.transcript, rest)
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

    jobs = ((response, _sound(work, response)) for response in to_do)
    try:
        model = speech_model(session)(session.project.language)
    except ModelError as problem:
        if len(work.partly) < len(to_do):
            raise
        for response in to_do:  # their captions alone are better than nothing; the next build tries again
            session.warn(f"{response.file}: its captions leave out a part of what is said. {problem.message}")
            work.transcripts[response.id] = work.partly[response.id].transcript  # type: ignore[assignment]
        return
    for response, result in model.transcribe(jobs, moved):
        work.keep(session.library, response, result)
        work.done += 1
        session.progress.advance(left[response.id])
        left[response.id] = 0


def _below(uploads: Path, path: Path) -> str:
    """A file's path below uploads/."""
    return path.relative_to(uploads).as_posix()


def _sound(work: _Work, response: Response) -> Callable[[], np.ndarray | None]:
    """Opens the sound to transcribe: all of it, or what the captions leave out."""
    sound = partial(work.sounds, response)
    captions = work.partly.get(response.id)
    return partial(coverage.rest_of, sound, captions.covered) if captions else sound


def _transcript_key(project: Project, response: Response, side: str) -> str:
    return key_of(
        project.transcriber,
        transcribe.VERSION,
        response.id,
        model_files.identity(project.model),
        project.language,
        side,
        *project.compute.speech_facts,
        *([["names", vocabulary.VERSION, *names]] if (names := _names(project, response)) else []),
    )


def _names(project: Project, response: Response) -> tuple[str, ...]:
    """The names to recognise in an answer."""
    return vocabulary.of(project.vocabulary, response.name)
