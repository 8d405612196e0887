"""Opens the project's speech model: once, however many languages are transcribed."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import model_files, parallel, registry, transcribe
from reelmaker.compute import CPU, Compute
from reelmaker.project.session import Session


class SpeechModel:
    """The speech model of a project, loaded when it is first needed."""

    def __init__(self, model: str, engine: str = "", compute: Compute = CPU, names: Sequence[str] = ()) -> None:
        """`engine`: of `transcribe.REGISTRY`; the default one if none is named."""
        self._model, self._engine, self._compute = model, engine or registry.usual("transcribe"), compute
        self._names = tuple(names)
        self._opened = dict[str, transcribe.Source]()

    @property
    def identity(self) -> str:
        """What distinguishes its model from others, and the device if that is not the processor."""
        return " ".join((model_files.identity(self._model), *self._compute.speech_facts, *self._names))

    def __call__(self, language: str) -> transcribe.Source:
        """The model, ready to transcribe; "" recognises the language in each response."""
        if language in self._opened:
            return self._opened[language]
        for other in self._opened.values():
            self._opened[language] = other.speaking(language)
            return self._opened[language]
        kind = transcribe.REGISTRY[self._engine].model
        self._opened[language] = transcribe.load(
            self._engine,
            model_files.find(self._model, kind) if kind else None,
            workers=parallel.cores(),
            language=language,
            name=self._model,
            compute=self._compute,
            names=self._names,
        )
        return self._opened[language]


def speech_model(session: Session) -> SpeechModel:
    """The speech model of a session; the one that transcribes is the one that checks the finished clips."""
    project = session.project
    return session.once(
        SpeechModel, lambda: SpeechModel(project.model, project.transcriber, project.compute, project.vocabulary)
    )
