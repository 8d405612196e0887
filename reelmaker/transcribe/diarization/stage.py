"""transcripts -> transcripts whose interviewer is marked, cached in the library.

Stored apart from the transcripts themselves, so that another setting compares voices again but transcribes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from reelmaker import media, model_files, parallel
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Response, Sentence, Transcript
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.transcribe.diarization import roles

if TYPE_CHECKING:
    import numpy as np

    from reelmaker.model.survey import Survey
    from reelmaker.project.config import Project

NEEDS = "Interviewers cannot be told apart from customers"


def mark(session: Session, survey: Survey, sound: Callable[[Response], np.ndarray | None]) -> Survey:
    """Mark the interviewer's sentences in the transcripts; known answers are not examined again.

    If the model is missing, nothing is marked, and one warning says so.
    """
    new: list[tuple[Response, str, str]] = []
    results: dict[str, tuple[str, Any]] = {}  # response -> key, what was found
    for response in survey.responses.values():
        way = _way(session.project, survey, response)
        transcript = survey.transcripts.get(response.id)
        if transcript is None or not roles.worth_hearing(transcript, way):
            continue
        key = key_of("voices", roles.VERSION, survey.keys[response.id], way)
        known = session.library.result(key)
        if known is not None:
            results[response.id] = (key, known)
        else:
            new.append((response, key, way))
    encoder = _encoder(session) if new and not session.known_only else None
    if encoder is None:
        return _marked(survey, results)
    session.progress.step("Telling voices apart", len(new))

    def listen(job: tuple[Response, str, str]) -> Any:
        response, _, way = job
        samples = sound(response)
        transcript = survey.transcripts[response.id]
        marked = transcript if samples is None else roles.tell_apart(transcript, samples, encoder, way)
        return _lists(marked, transcript)

    for (response, key, _), result in parallel.do(listen, new, stop=media.stop_all):
        if isinstance(result, ReelmakerError):  # the sound went away since it was transcribed
            session.warn(f"{response.file}: the voices could not be told apart ({result.message})")
        elif isinstance(result, Exception):
            raise result
        else:
            session.store({key: result})
            results[response.id] = (key, result)
        session.progress.advance()
    return _marked(survey, results)


def _way(project: Project, survey: Survey, response: Response) -> str:
    """How to look for the interviewer of a response; captions and single sides of calls are left alone."""
    transcript = survey.transcripts.get(response.id)
    captions = transcript is not None and transcript.captioned
    if captions or survey.sources[response.id].side:
        return roles.NONE
    return response.interviewer if response.interviewer in roles.WAYS else project.interviewer


def _encoder(session: Session) -> Callable[..., np.ndarray] | None:
    from reelmaker.transcribe.diarization.embeddings import Encoder

    try:
        return Encoder(model_files.find("voices", "voice"))
    except ModelError as problem:
        session.warn(f'{NEEDS}: {problem.message} {problem.remedy} Or set [transcribe] interviewer = "none".')
        return None


def _lists(marked: Transcript, before: Transcript) -> Any:
    """The result for the library: words, unreliable, asked of each sentence; and the new notes."""
    sentences = [[len(s.words), s.unreliable, s.asked] for s in marked.sentences]
    return [sentences, list(marked.notes[len(before.notes) :])]


def _marked(survey: Survey, results: Mapping[str, tuple[str, Any]]) -> Survey:
    """The survey with its sentences cut where the voice changes, and those of the interviewer marked."""
    transcripts, keys = dict(survey.transcripts), dict(survey.keys)
    for response, (key, (sentences, notes)) in results.items():
        before = transcripts[response]
        words = iter(word for sentence in before.sentences for word in sentence.words)
        marked = tuple(
            Sentence(response, index, tuple(islice(words, word_count)), unreliable, asked)
            for index, (word_count, unreliable, asked) in enumerate(sentences)
        )
        transcripts[response] = replace(before, sentences=marked, notes=(*before.notes, *notes))
        if transcripts[response] != before:
            keys[response] = key
    return replace(survey, transcripts=transcripts, keys=keys)
