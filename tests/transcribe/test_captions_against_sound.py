"""Captions that leave out what is said, or lie where nobody speaks, are told from those that fit their recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.surveys import truth

from reelmaker import media
from reelmaker.model import Sentence, Transcript, Word
from reelmaker.transcribe.sidecars import coverage

FILE = "maya-fernhill.mp4"
RATE = 16_000
SILENCE_S = 20


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """Twenty seconds of a quiet room, then a customer."""
    path = truth.SAMPLES / "uploads" / FILE
    speech = media.pcm(path, media.probe(path).sound_track)
    room = np.random.default_rng(1).normal(0, 0.0005, SILENCE_S * RATE).astype(np.float32)
    return np.concatenate([room, np.asarray(speech, np.float32) / (32768 if speech.dtype == np.int16 else 1)])


def captions(*spans: tuple[int, int], asked: bool = False) -> Transcript:
    sentences = tuple(
        Sentence("r", number, (Word("My", start, start + 100), Word("card.", end - 100, end)), asked=asked)
        for number, (start, end) in enumerate(spans)
    )
    return Transcript("r", "", "captions srt", sentences)


def spoken() -> list[tuple[int, int]]:
    return [(one.start_ms + 1000 * SILENCE_S, one.end_ms + 1000 * SILENCE_S) for one in truth.load()[FILE]]


def test_captions_of_all_that_is_said_fit(sound: np.ndarray) -> None:
    assert coverage.fit(captions(*spoken()), sound) == "whole"


def test_captions_of_the_first_sentence_alone_leave_something_out(sound: np.ndarray) -> None:
    first = captions(spoken()[0])
    assert coverage.worth_checking(first, 1000 * len(sound) // RATE)
    assert coverage.fit(first, sound) == "part"


def test_captions_where_nobody_speaks_are_those_of_another_recording(sound: np.ndarray) -> None:
    assert coverage.fit(captions((1000, 6000), (7000, 15_000)), sound) == "elsewhere"


def test_captions_without_words_beside_speech_are_told_and_beside_silence_are_right(sound: np.ndarray) -> None:
    assert coverage.fit(captions(), sound) == "empty"
    assert coverage.fit(captions(), sound[: (SILENCE_S - 1) * RATE]) == "whole"


def test_where_captions_leave_no_gap_the_sound_is_not_looked_at() -> None:
    every = captions(*((3000 * n, 3000 * n + 2500) for n in range(20)))
    assert not coverage.worth_checking(every, 62_000)
    assert coverage.worth_checking(every, 75_000), "fifteen seconds at the end"


def test_only_the_rest_is_listened_to_and_put_in_its_place() -> None:
    some = captions((10_000, 12_000), (14_000, 16_000))
    stretches = coverage.covered(some)
    assert stretches == [(8500, 17_500)]
    rest = coverage.without(np.ones(30 * RATE, np.int16), stretches)
    assert rest[: 8500 * 16].all() and not rest[8500 * 16 : 17_500 * 16].any() and rest[17_500 * 16 :].all()
    heard = replace(captions((1000, 3000), (11_000, 12_000), (20_000, 22_000)), source="whisper base", language="en")
    whole = coverage.completed(some, heard)
    assert [s.span.start_ms for s in whole.sentences] == [1000, 10_000, 14_000, 20_000]
    assert [s.index for s in whole.sentences] == [0, 1, 2, 3] and whole.captioned and whole.language == "en"
    assert any("only a part" in note for note in whole.notes)


def test_of_an_interview_nothing_is_quoted_from_the_rest() -> None:
    asked = captions((10_000, 12_000), asked=True)
    whole = coverage.completed(asked, captions((1000, 3000)))
    assert all(sentence.asked for sentence in whole.sentences)
