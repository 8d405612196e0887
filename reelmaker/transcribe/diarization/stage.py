"""transcripts -> transcripts whose interviewer is marked, with what the library remembers of each.

Apart from the transcripts themselves, so that another setting listens to voices again but transcribes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reelmaker import media, model_files, parallel
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Response, Sentence, Transcript
from reelmaker.progress import Report
from reelmaker.project.library import Library, key_of
from reelmaker.transcribe.diarization import roles

if TYPE_CHECKING:
    import numpy as np

    from reelmaker.model.survey import Survey
    from reelmaker.project.config import Project

NEEDS = "Interviewers are not told apart from customers"


def mark(
    project: Project,
    library: Library,
    survey: Survey,
    report: Report,
    sound: Callable[[Response], np.ndarray | None],
    *,
    only_known: bool = False,
) -> None:
    """Mark the interviewer's sentences in the survey's transcripts; those that are known are not listened to again.

    Where the model is not there nothing is marked, and one warning says so.
    """
    new: list[tuple[Response, str, str]] = []
    for response in survey.responses.values():
        way = _way(project, survey, response)
        transcript = survey.transcripts.get(response.id)
        if transcript is None or not roles.worth_hearing(transcript, way):
            continue
        key = key_of("voices", roles.VERSION, survey.keys[response.id], way)
        known = library.result(key)
        if known is not None:
            _use(survey, response.id, key, known)
        else:
            new.append((response, key, way))
    if only_known or not new:
        return
    encoder = _encoder(survey, report)
    if encoder is None:
        return
    report.step("Telling voices apart", len(new))

    def listen(job: tuple[Response, str, str]) -> Any:
        response, _, way = job
        samples = sound(response)
        transcript = survey.transcripts[response.id]
        told = transcript if samples is None else roles.tell_apart(transcript, samples, encoder, way)
        return _lists(told, transcript)

    for (response, key, _), found in parallel.do(listen, new, stop=media.stop_all):
        if isinstance(found, ReelmakerError):  # the sound went away since it was transcribed
            survey.warnings.append(f"{response.file}: voices not told apart ({found.message})")
            report.warn(survey.warnings[-1])
        elif isinstance(found, Exception):
            raise found
        else:
            library.store_results({key: found})
            _use(survey, response.id, key, found)
        report.advance()


def _way(project: Project, survey: Survey, response: Response) -> str:
    """How the interviewer of a response is looked for; captions and single sides of calls are left alone."""
    transcript = survey.transcripts.get(response.id)
    captions = transcript is not None and transcript.captioned
    if captions or survey.sources[response.id].side:
        return roles.NONE
    return response.interviewer if response.interviewer in roles.WAYS else project.interviewer


def _encoder(survey: Survey, report: Report) -> Callable[..., np.ndarray] | None:
    from reelmaker.transcribe.diarization.embeddings import Encoder

    try:
        return Encoder(model_files.find("voices", "voice"))
    except ModelError as problem:
        off = f'{NEEDS}: {problem.message} {problem.remedy} Or set [transcribe] interviewer = "none".'
        survey.warnings.append(off)
        report.warn(off)
        return None


def _lists(told: Transcript, before: Transcript) -> Any:
    """What was found, for the library: words, unreliable, asked of each sentence; and the new notes."""
    sentences = [[len(s.words), s.unreliable, s.asked] for s in told.sentences]
    return [sentences, list(told.notes[len(before.notes) :])]


def _use(survey: Survey, response: str, key: str, found: Any) -> None:
    sentences, notes = found
    transcript = survey.transcripts[response]
    words = [word for sentence in transcript.sentences for word in sentence.words]
    marked, at = [], 0
    for index, (many, unreliable, asked) in enumerate(sentences):
        marked.append(Sentence(response, index, tuple(words[at : at + many]), unreliable, asked))
        at += many
    survey.transcripts[response] = replace(transcript, sentences=tuple(marked), notes=(*transcript.notes, *notes))
    if survey.transcripts[response] != transcript:
        survey.keys[response] = key
