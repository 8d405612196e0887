"""responses -> transcripts. Each is on the disk as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker import media, model_files, transcribe
from reelmaker.checksums import checksum
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Failure, Response, Transcript
from reelmaker.progress import Report
from reelmaker.project.config import Project
from reelmaker.project.library import Library, key_of
from reelmaker.transcribe import translation_stage
from reelmaker.transcribe.diarization import stage as diarization_stage
from reelmaker.transcribe.speech_model import Listener

if TYPE_CHECKING:
    import numpy as np
from reelmaker.model.survey import Survey

PIECE_MS = 600_000  # of sound that count as one more piece of work while it is transcribed


def hear(project: Project, library: Library, survey: Survey, report: Report, *, only_known: bool = False) -> None:
    """responses -> transcripts. Each is on the disk as soon as it is done."""
    failed = library.failures()
    to_do: list[Response] = []
    for response in survey.responses.values():
        sidecar = transcribe.beside(survey.sources[response.id].path) if project.sidecars else None
        key = _transcript_key(project, response, sidecar, survey.sources[response.id].side)
        survey.keys[response.id] = key
        transcript = library.transcript(key)
        if transcript is not None:
            survey.transcripts[response.id] = transcript
        elif failed.get((response.id, "transcribe"), ("", ""))[0] == key:
            reason = failed[response.id, "transcribe"][1]
            survey.failures.append(Failure(response.file, "transcribe", reason))
        elif sidecar and not only_known:
            _keep(library, survey, response, _read(sidecar, response))
        else:
            to_do.append(response)
    if to_do and not only_known:
        _listen(project, library, survey, to_do, report)
    sound = partial(_sound, survey)
    diarization_stage.mark(project, library, survey, report, sound, only_known=only_known)
    translation_stage.in_english(
        project, library, survey, report, sound, partial(_listener, project, survey), only_known=only_known
    )


def _listen(project: Project, library: Library, survey: Survey, to_do: Sequence[Response], report: Report) -> None:
    """Transcribe what is not known yet."""
    left = {response.id: 1 + response.duration_ms // PIECE_MS for response in to_do}
    report.step("Transcribing", sum(left.values()))

    def moved(response: str, share: float) -> None:
        """A long answer counts for several pieces, so that the bar does not stand still for it."""
        pieces = 1 + survey.responses[response].duration_ms // PIECE_MS
        done = int(share * pieces) - (pieces - left[response])
        if done > 0:
            left[response] -= done
            report.advance(done)

    for response, result in _transcribed(project, survey, to_do, moved):
        _keep(library, survey, response, result)
        survey.transcribed += 1
        report.advance(left[response.id])
        left[response.id] = 0


def _transcribed(
    project: Project,
    survey: Survey,
    responses: Sequence[Response],
    moved: Callable[[str, float], None],
) -> Iterator[tuple[Response, Transcript | Exception]]:
    jobs = ((response, partial(_sound, survey, response)) for response in responses)
    yield from _listener(project, survey)(project.language).transcribe(jobs, moved)


def _listener(project: Project, survey: Survey) -> Listener:
    listener: Listener = survey.listener or Listener(project.model, project.transcriber, project.compute)
    survey.listener = listener
    return listener


def _sound(survey: Survey, response: Response) -> np.ndarray | None:
    source = survey.sources[response.id]
    if source.facts.sound_track < 0:
        return None
    heard = media.recording(source.path, source.facts.sound_track, side=source.side)
    if heard.broken:
        survey.damaged[response.id] = heard.broken
    return heard.samples


def _read(sidecar: Path, response: Response) -> Transcript | Exception:
    try:
        return transcribe.read_sidecar(sidecar, response)
    except ReelmakerError as problem:
        return problem


def _keep(library: Library, survey: Survey, response: Response, result: Transcript | Exception) -> None:
    key = survey.keys[response.id]
    if isinstance(result, (ModelError, MemoryError)):
        raise result  # every other response would meet the same
    if isinstance(result, Exception):
        reason = str(result) or type(result).__name__
        library.store_failure(response.id, "transcribe", key, reason)
        survey.failures.append(Failure(response.file, "transcribe", reason))
        return
    if broken := survey.damaged.get(response.id):
        note = f"damaged: {broken} places of the sound cannot be read"
        result = replace(result, notes=(*result.notes, note))
    library.store_transcript(key, result)
    survey.transcripts[response.id] = result


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
