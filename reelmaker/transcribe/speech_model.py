"""Opens the project's speech model: once, however many languages are listened to."""

from __future__ import annotations

from reelmaker import model_files, parallel, transcribe
from reelmaker.project.session import Session


class SpeechModel:
    """The speech model of a project, loaded when it is first needed."""

    def __init__(self, model: str) -> None:
        self._model, self._opened = model, dict[str, transcribe.Source]()

    @property
    def identity(self) -> str:
        """What tells its model from others."""
        return model_files.identity(self._model)

    def __call__(self, language: str) -> transcribe.Source:
        """The model, ready to listen; "" recognises the language in each response."""
        if language in self._opened:
            return self._opened[language]
        for other in self._opened.values():
            self._opened[language] = other.speaking(language)
            return self._opened[language]
        folder = model_files.find(self._model, "speech")
        self._opened[language] = transcribe.load(
            "whisper", folder, workers=parallel.cores(), language=language, name=self._model
        )
        return self._opened[language]


def speech_model(session: Session) -> SpeechModel:
    """The speech model of a session; the one that transcribes is the one that checks the finished clips."""
    return session.once(SpeechModel, lambda: SpeechModel(session.project.model))
