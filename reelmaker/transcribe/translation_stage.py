"""transcripts -> transcripts with the English of other languages, cached in the library.

Whole answers are translated, not only what a reel shows: the tagger reads English, so it judges a sentence of another
language by its English, and every sentence needs one before anything is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reelmaker import model_files, registry, transcribe
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Moment, Response, Sentence, Transcript, Word
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.transcribe.speech_model import speech_model

if TYPE_CHECKING:
    import numpy as np

    from reelmaker.model.survey import Survey
    from reelmaker.project.config import Project

ROUGH = ("tiny", "base")  # models whose English is often wrong
REMEDY = "Choose a multilingual model with --model or [transcribe] model, such as base."


def in_english(session: Session, survey: Survey, sound: Callable[[Response], np.ndarray | None]) -> Survey:
    """Add English to every sentence of another language, if the project wants it.

    Known sentences are not translated again. Answers without a translation get one warning together.
    """
    project = session.project
    if not project.translate:
        session.warn(_unread(project, survey))
        return survey
    if transcribe.english_only(project.model):
        session.warn(f'"{project.model}" only understands English: nothing is translated. {REMEDY}')
        return survey
    survey = _with_language(survey, project.language)
    keys = {
        id: key_of(
            "english",
            transcribe.ENGLISH,
            survey.keys[id],
            model_files.identity(project.model),
            transcript.language,
            *project.compute.speech_facts,
        )
        for id, transcript in survey.transcripts.items()
        if transcript.sentences and transcript.language != "en" and survey.sources[id].facts.sound_track >= 0
    }
    results = {id: session.library.result(key) for id, key in keys.items()}
    new = [id for id, result in results.items() if result is None]
    if new and not session.known_only:
        results |= _translate(session, survey, {id: keys[id] for id in new}, sound)
    for id, result in results.items():
        if result is not None:
            survey = _use(survey, id, keys[id], result)
    waiting = set(new) if session.known_only else set[str]()
    session.warn(_rough(project, [t for id, t in survey.transcripts.items() if id not in waiting]))
    return survey


def _with_language(survey: Survey, language: str) -> Survey:
    """Sidecars do not say their language themselves: it is the project's."""
    if not language:
        return survey
    transcripts = {
        id: transcript if transcript.language or not transcript.sentences else replace(transcript, language=language)
        for id, transcript in survey.transcripts.items()
    }
    return replace(survey, transcripts=transcripts)


def _translate(
    session: Session, survey: Survey, keys: Mapping[str, str], sound: Callable[[Response], np.ndarray | None]
) -> dict[str, list[object]]:
    """response -> its language and the English of each sentence; those that fail are reported and left out."""
    session.progress.step("Translating", len(keys))
    jobs = [(survey.responses[id], survey.transcripts[id], partial(sound, survey.responses[id])) for id in keys]
    translations: dict[str, list[object]] = {}
    for response, result in speech_model(session)(session.project.language).english(jobs):
        if isinstance(result, ModelError):  # every other answer would meet the same
            session.warn(f"{result.message} Nothing is translated. {REMEDY}")
            return translations
        if isinstance(result, ReelmakerError):
            session.warn(f"{response.file}: not translated ({result.message})")
        elif isinstance(result, Exception):
            raise result
        else:
            translations[response.id] = [result.language, list(result.texts)]
            session.store({keys[response.id]: translations[response.id]})
        session.progress.advance()
    return translations


def _use(survey: Survey, response: str, key: str, translation: Sequence[object]) -> Survey:
    language, texts = translation
    transcript, keys = survey.transcripts[response], survey.keys
    assert isinstance(language, str) and isinstance(texts, list)
    if any(texts):
        sentences = tuple(
            replace(sentence, english=english) for sentence, english in zip(transcript.sentences, texts, strict=True)
        )
        transcript = replace(transcript, sentences=sentences)
        keys = {**keys, response: key}
    transcripts = {**survey.transcripts, response: replace(transcript, language=language)}
    return replace(survey, transcripts=transcripts, keys=keys)


def _unread(project: Project, survey: Survey) -> str:
    """The warning that the tagger does not read some answers well, and what to do."""
    others = _others(survey.transcripts.values())
    if not others or not registry.of("tag")[project.tagger].english:
        return ""
    return (
        f"{_many(others)} in a language other than English ({_named(others)}), which the tagger does not "
        "understand well: set translate = true under [transcribe]."
    )


def _rough(project: Project, transcripts: Sequence[Transcript]) -> str:
    """The warning that some answers have no English, or English that has to be checked first."""
    others = _others(transcripts)
    silent = [transcript for transcript in others if not any(sentence.english for sentence in transcript.sentences)]
    if silent:
        return (
            f'{_many(silent)} in another language ({_named(silent)}) and could not be translated by "{project.model}".'
        )
    if others and project.model in ROUGH:
        return (
            f'{_many(others)} in another language ({_named(others)}). "{project.model}" translates roughly: '
            "check the English before you show it; larger models translate better."
        )
    return ""


def _others(transcripts: Iterable[Transcript]) -> list[Transcript]:
    return [transcript for transcript in transcripts if transcript.heard and transcript.language not in ("", "en")]


def _many(transcripts: Sequence[Transcript]) -> str:
    return "1 answer is" if len(transcripts) == 1 else f"{len(transcripts)} answers are"


def _named(transcripts: Sequence[Transcript]) -> str:
    counted = Counter(transcript.language for transcript in transcripts)
    return ", ".join(f"{language} {count}" for language, count in sorted(counted.items()))


def as_read(transcripts: Sequence[Transcript]) -> list[Transcript]:
    """The transcripts as the tagger reads them: English in place of other languages, sentence for sentence."""
    return [
        replace(transcript, sentences=tuple(map(_read, transcript.sentences)))
        if any(sentence.english for sentence in transcript.sentences)
        else transcript
        for transcript in transcripts
    ]


def _read(sentence: Sentence) -> Sentence:
    if not sentence.english:
        return sentence
    span = sentence.span
    return replace(
        sentence,
        words=(Word(sentence.english, span.start_ms, span.end_ms, sentence.confidence),),
        english="",
    )


def as_said(moment: Moment, transcript: Transcript) -> Moment:
    """A judged moment of one sentence with the customer's own words again; its reasons say what was read."""
    sentence = transcript.sentences[moment.sentences[0].index]
    if not sentence.english:
        return replace(moment, sentences=(sentence,))
    near = transcript.sentences[max(0, sentence.index - 1) : sentence.index + 2]
    shared = sum(neighbour.english == sentence.english for neighbour in near) > 1
    how = "scored by the English translation of several sentences" if shared else "scored by its English translation"
    return replace(moment, sentences=(sentence,), why=(*moment.why, f'{how}: "{sentence.english}"'))
