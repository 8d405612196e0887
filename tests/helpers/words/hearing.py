"""The real speech model on a sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from helpers.paths import SAMPLES
from helpers.surveys import truth
from reelmaker import media, transcribe
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


@pytest.fixture(scope="module")
def voices() -> dict[str, np.ndarray]:
    found = {}
    for file in (DAN, MAYA):
        path = SAMPLES / "uploads" / file
        found[file] = media.pcm(path, media.probe(path).sound_track)
    return found


@pytest.fixture(scope="module")
def sentence(voices: dict[str, np.ndarray]) -> tuple[np.ndarray, str, int, int]:
    """One sentence of Maya's alone, its words, and where in it she begins and ends in ms."""
    one, margin = truth.load()[MAYA][CHECKOUT], 40
    sound = voices[MAYA][(one.start_ms - margin) * 16 : (one.end_ms + 3 * margin) * 16]
    return sound, one.text, margin, margin + one.end_ms - one.start_ms
