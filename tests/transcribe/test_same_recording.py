"""One recording in two encodings is found by its words, their times and its sound; a script read by two people is not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
from helpers.words import spoken_surveys

from reelmaker.model import Transcript, Word
from reelmaker.transcribe import same_recording

TEXTS = [
    "I went in for the ones in the window, thirty-nine euros, it said, complete.",
    "Then at the till it was two hundred and eighty, and I stood there with my mouth open.",
    "I took them anyway, because I need them.",
]


def said(name: str, shift_ms: int = 0, drift: float = 1.0, wrong: int = 0) -> Transcript:
    """The answer again, later, slower, or with so many words heard otherwise."""
    transcript = spoken_surveys.transcript(name, TEXTS)
    dice = Random(4)
    places = [(s, w) for s, sentence in enumerate(transcript.sentences) for w in range(len(sentence.words))]
    others = set(dice.sample(places, wrong))

    def changed(place: tuple[int, int], word: Word) -> Word:
        start, end = (round(ms * drift) + shift_ms for ms in (word.start_ms, word.end_ms))
        return Word("other" if place in others else word.text, start, end)

    sentences = tuple(
        replace(sentence, words=tuple(changed((s, w), word) for w, word in enumerate(sentence.words)))
        for s, sentence in enumerate(transcript.sentences)
    )
    return replace(transcript, sentences=sentences)


def found(*transcripts: Transcript) -> list[tuple[str, str]]:
    return same_recording.candidates({transcript.response: transcript for transcript in transcripts})


def test_the_same_words_at_the_same_times_are_a_candidate() -> None:
    assert found(said("a"), said("b", shift_ms=250), said("c", wrong=3)) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_what_everybody_says_at_the_same_time_tells_nobody_apart() -> None:
    """As in a made-up survey of thousands, or where an announcement opens each call; and it must not take long."""
    crowd = [said(f"{number:02}") for number in range(60)]
    assert found(*crowd) == [] and len(found(*crowd[:3])) == 3


def test_a_script_read_aloud_by_two_people_is_none() -> None:
    assert found(said("a"), said("b", shift_ms=400)) == []
    assert found(said("a"), said("b", drift=1.1)) == [], "it drifts apart after the first seconds"
    assert found(said("a"), said("b", wrong=12)) == []


def test_a_few_words_at_the_same_time_are_chance() -> None:
    short = [
        spoken_surveys.transcript(name, ["The payment page refused my card again.", "Thank you."]) for name in "ab"
    ]
    assert found(*short) == []


def test_the_same_sound_is_told_from_another_voice() -> None:
    draw = np.random.default_rng(5)

    def voice(seed: int) -> np.ndarray:
        loud = np.repeat(np.random.default_rng(seed).random(60) ** 2, 4000)  # a syllable each quarter of a second
        return (8000 * loud * draw.normal(size=len(loud))).clip(-32768, 32767).astype(np.int16)

    one, other = voice(1), voice(2)
    worse = (np.concatenate([np.zeros(1600), one[:-1600]]) * 0.3 + 60 * draw.normal(size=len(one))).astype(np.int16)
    assert same_recording.same_sound(one, worse), "later, softer and with noise"
    assert not same_recording.same_sound(one, other)
    assert not same_recording.same_sound(one, one[: len(one) // 2])
    assert not same_recording.same_sound(one, np.zeros_like(one))


def test_two_voices_that_get_louder_together_are_two_recordings() -> None:
    loud = np.repeat(np.random.default_rng(3).random(60) ** 2, 4000)
    times = np.arange(len(loud)) / 16_000

    def voice(pitch_hz: float) -> np.ndarray:
        tones = sum(np.sin(2 * np.pi * pitch_hz * times * partial) / partial for partial in range(1, 6))
        return np.asarray(8000 * loud * tones).clip(-32768, 32767).astype(np.int16)

    low, high = voice(110), voice(205)
    assert same_recording.same_sound(low, (low * 0.5).astype(np.int16))
    assert not same_recording.same_sound(low, high)
