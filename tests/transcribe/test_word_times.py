"""Word times moved onto the sound: pauses heard, words kept whole and in order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from helpers.films.measure import STRETCHES, talk
from helpers.words.saying import said, silences, spoken
from hypothesis import given, settings

from reelmaker.model import Word
from reelmaker.transcribe import word_alignment


@pytest.mark.parametrize(("level", "noise"), [(0.5, 0.0), (0.3, 0.01), (0.01, 0.0), (0.01, 0.0003)])
def test_pauses_are_heard_whatever_the_voice_and_the_room(level: float, noise: float) -> None:
    found = word_alignment.pauses(word_alignment.levels(talk(STRETCHES, 7000, level, noise)))
    wanted = [(0, 500), (2000, 2600), (4300, 5000), (6500, 7000)]
    assert len(found) == len(wanted)
    assert np.abs(np.array(found) - np.array(wanted)).max() <= 20


def test_a_click_does_not_end_a_pause_and_a_short_gap_is_none() -> None:
    sound = talk([(500, 2000), (2300, 2330), (2600, 4000), (4140, 5000)], 5500)
    assert word_alignment.pauses(word_alignment.levels(sound)) == [(0, 500), (2000, 2600), (5000, 5500)]


def test_sound_without_any_frames_has_no_pauses() -> None:
    assert word_alignment.pauses(word_alignment.levels(np.zeros(0, np.float32))) == []
    assert word_alignment.pauses(word_alignment.levels(np.zeros(100, np.float32))) == []


@pytest.mark.parametrize("off", [-300, -150, 0, 150, 300])
def test_words_are_moved_onto_the_sound(off: int) -> None:
    """Four words in each stretch; their times are off, all alike."""
    texts = iter(["I", "really", "like", "lamps.", "Your", "page", "went", "blank.", "Nobody", "told", "me", "why."])
    words = [
        Word(next(texts), max(0, start + off) + (end - start) * at // 4, start + off + (end - start) * (at + 1) // 4)
        for start, end in STRETCHES
        for at in range(4)
    ]
    moved = word_alignment.correct(words, word_alignment.pauses(word_alignment.levels(talk(STRETCHES, 7000))))
    assert [word.text for word in moved] == [word.text for word in words]
    for number, (start, end) in enumerate(STRETCHES):
        group = moved[4 * number : 4 * number + 4]
        assert abs(group[0].start_ms - start) <= 20 and abs(group[-1].end_ms - end) <= 20
        assert all(start - 20 <= word.start_ms <= word.end_ms <= end + 20 for word in group)


def test_a_pause_that_fits_no_word_is_left_alone() -> None:
    words = said("one two three four five six", start_ms=10_000)
    assert word_alignment.correct(words, [(0, 400)]) == words
    assert word_alignment.correct(words, []) == words and word_alignment.correct([], [(0, 400)]) == []


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(spoken(), silences())
def test_moved_words_stay_the_same_words(words: list[Word], found: list[tuple[int, int]]) -> None:
    moved = word_alignment.correct(words, found)
    assert [(w.text, w.confidence) for w in moved] == [(w.text, w.confidence) for w in words]
    assert all(0 <= word.start_ms <= word.end_ms for word in moved)


def test_words_that_run_backwards_are_put_in_order() -> None:
    found = word_alignment.in_order([Word("a", 0, 900), Word("b", 500, 700), Word("c", 300, 400), Word("d", 800, 900)])
    assert [(word.start_ms, word.end_ms) for word in found] == [
        (0, 500),
        (500, 500),
        (500, 500),
        (800, 900),
    ]


@given(spoken(), silences())
def test_corrected_words_keep_their_order(words: list[Word], found: list[tuple[int, int]]) -> None:
    corrected = word_alignment.correct(words, found)
    assert [word.text for word in corrected] == [word.text for word in words]
    for before, after in itertools.pairwise(corrected):
        assert before.start_ms <= before.end_ms <= after.start_ms <= after.end_ms


def test_the_voice_is_measured_where_it_speaks() -> None:
    loud = np.full(8000, -90.0)
    loud[7800:7950] = -20.0
    assert word_alignment.voice_level(loud) == pytest.approx(-20)
    assert word_alignment.pauses(loud)[0] == (0, 78_000)
