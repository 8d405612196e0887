"""The real speech model on a sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reelmaker import transcribe
from reelmaker.model import Response, Transcript

DAN, MAYA = "Réponse Daniel B.mp4", "maya-fernhill.mp4"
CHECKOUT = 2  # the sentence of Maya's that is used alone
Heard = dict[str, Transcript | Exception]
Sound = Callable[[], "np.ndarray | None"]


def listen(source: transcribe.Source, sounds: dict[str, np.ndarray | Sound | None]) -> Heard:
    jobs = [
        (
            Response(name, name, len(sound) // 16 if isinstance(sound, np.ndarray) else 5000),
            sound if callable(sound) else lambda sound=sound: sound,
        )
        for name, sound in sounds.items()
    ]
    found = list(source.transcribe(jobs))
    assert sorted(response.id for response, _ in found) == sorted(sounds), "each once"
    return {response.id: transcript for response, transcript in found}


def text(transcript: Transcript | Exception) -> str:
    assert isinstance(transcript, Transcript), transcript
    return " ".join(sentence.text for sentence in transcript.sentences)
