"""transcripts -> transcripts whose other languages have their English beside them, with what the library remembers.

Whole answers are translated, not only what a reel shows: the tagger reads English, so it judges a sentence of another
language by its English, and every sentence has to have one before anything is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reelmaker import model_files, registry, transcribe
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.model import Moment, Response, Sentence, Transcript, Word
from reelmaker.progress import Report
from reelmaker.project.library import Library, key_of

if TYPE_CHECKING:
    import numpy as np

    from reelmaker.model.survey import Survey
    from reelmaker.project.config import Project
    from reelmaker.transcribe.speech_model import Listener

ROUGH = ("tiny", "base")  # models whose English is often wrong
REMEDY = "Name a multilingual model with --model or [transcribe] model, such as base."


def in_english(
    project: Project,
    library: Library,
    survey: Survey,
    report: Report,
    sound: Callable[[Response], np.ndarray | None],
    listener: Callable[[], Listener],
    *,
    only_known: bool = False,
) -> None:
    """Put English beside every sentence of another language, where the project wants it.

    What is known is not translated again. Answers that stay as they are get one warning together.
    """
    if not project.translate:
        _warn(survey, report, _unread(project, survey))
        return
    if transcribe.english_only(project.model):
        _warn(survey, report, f'"{project.model}" hears only English: nothing is translated. {REMEDY}')
        return
    new: list[tuple[Response, str]] = []
    for response in survey.responses.values():
        transcript = survey.transcripts.get(response.id)
        if transcript is None or not transcript.sentences:
            continue
        if not transcript.language and project.language:  # captions do not say it themselves
            survey.transcripts[response.id] = transcript = replace(transcript, language=project.language)
        if transcript.language == "en" or survey.sources[response.id].facts.sound_track < 0:
            continue
        key = key_of(
            "english",
            transcribe.ENGLISH,
            survey.keys[response.id],
            model_files.identity(project.model),
            transcript.language,
            *project.compute.speech_facts,
        )
        known = library.result(key)
        if known is not None:
            _use(survey, response.id, key, known)
        else:
            new.append((response, key))
    if new and not only_known:
        _translate(project, library, survey, report, new, sound, listener())
    waiting = {response.id for response, _ in new} if only_known else set()
    _warn(survey, report, _rough(project, [t for r, t in survey.transcripts.items() if r not in waiting]))


def _translate(
    project: Project,
    library: Library,
    survey: Survey,
    report: Report,
    new: Sequence[tuple[Response, str]],
    sound: Callable[[Response], np.ndarray | None],
    listener: Listener,
) -> None:
    report.step("Translating", len(new))
    keys = {response.id: key for response, key in new}
    jobs = [
        (response, survey.transcripts[response.id], lambda response=response: sound(response)) for response, _ in new
    ]
    for response, result in listener(project.language).english(jobs):
        if isinstance(result, ModelError):  # every other answer would meet the same
            _warn(survey, report, f"{result.message} Nothing is translated. {REMEDY}")
            return
        if isinstance(result, ReelmakerError):
            _warn(survey, report, f"{response.file}: not translated ({result.message})")
        elif isinstance(result, Exception):
            raise result
        else:
            found = [result.language, list(result.texts)]
            library.store_results({keys[response.id]: found})
            _use(survey, response.id, keys[response.id], found)
        report.advance()


def _use(survey: Survey, response: str, key: str, found: Sequence[object]) -> None:
    language, texts = found
    transcript = survey.transcripts[response]
    assert isinstance(language, str) and isinstance(texts, list)
    if any(texts):
        sentences = tuple(
            replace(sentence, english=english) for sentence, english in zip(transcript.sentences, texts, strict=True)
        )
        transcript = replace(transcript, sentences=sentences)
        survey.keys[response] = key
    survey.transcripts[response] = replace(transcript, language=language)


def _unread(project: Project, survey: Survey) -> str:
    """That the tagger does not read some answers well, and what to do."""
    others = _others(survey.transcripts.values())
    if not others or not registry.of("tag")[project.tagger].english:
        return ""
    return (
        f"{_many(others)} in another language than English ({_named(others)}), which the tagger does not "
        "read well: set translate = true under [transcribe]."
    )


def _rough(project: Project, transcripts: Sequence[Transcript]) -> str:
    """That some answers got no English, or English that has to be read first."""
    others = _others(transcripts)
    silent = [one for one in others if not any(sentence.english for sentence in one.sentences)]
    if silent:
        return f'{_many(silent)} in another language ({_named(silent)}) and got no English from "{project.model}".'
    if others and project.model in ROUGH:
        return (
            f'{_many(others)} in another language ({_named(others)}). "{project.model}" translates roughly: '
            "read the English before you show it; larger models do better."
        )
    return ""


def _others(transcripts: Iterable[Transcript]) -> list[Transcript]:
    return [one for one in transcripts if one.heard and one.language not in ("", "en")]


def _many(transcripts: Sequence[Transcript]) -> str:
    return "1 answer is" if len(transcripts) == 1 else f"{len(transcripts)} answers are"


def _named(transcripts: Sequence[Transcript]) -> str:
    counted = Counter(transcript.language for transcript in transcripts)
    return ", ".join(f"{language} {many}" for language, many in sorted(counted.items()))


def _warn(survey: Survey, report: Report, what: str) -> None:
    if what and what not in survey.warnings:
        survey.warnings.append(what)
        report.warn(what)


def as_read(transcripts: Sequence[Transcript]) -> list[Transcript]:
    """The transcripts as the tagger reads them: English in place of other languages, sentence for sentence."""
    return [
        replace(one, sentences=tuple(map(_read, one.sentences)))
        if any(sentence.english for sentence in one.sentences)
        else one
        for one in transcripts
    ]


def _read(sentence: Sentence) -> Sentence:
    if not sentence.english:
        return sentence
    span = sentence.span
    return replace(
        sentence, words=(Word(sentence.english, span.start_ms, span.end_ms, sentence.confidence),), english=""
    )


def as_said(moment: Moment, transcript: Transcript) -> Moment:
    """A judged moment of one sentence with the customer's own words again; its reasons say what was read."""
    sentence = transcript.sentences[moment.sentences[0].index]
    if not sentence.english:
        return replace(moment, sentences=(sentence,))
    near = transcript.sentences[max(0, sentence.index - 1) : sentence.index + 2]
    shared = sum(one.english == sentence.english for one in near) > 1
    how = "judged by the English of several sentences" if shared else "judged by its English"
    return replace(moment, sentences=(sentence,), why=(*moment.why, f'{how}: "{sentence.english}"'))
