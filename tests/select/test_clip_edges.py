"""Edges: in the pause beside the moment, never inside a word, whatever the level of the voice or the room."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.films.measure import STRETCHES, talk
from helpers.surveys import truth

from reelmaker import media
from reelmaker.model import Span
from reelmaker.select.pauses import AROUND_MS, edges
from reelmaker.transcribe import word_alignment


@pytest.mark.parametrize("level", [0.5, 0.05, 0.005])
@pytest.mark.parametrize("off", [-250, -120, 0, 120, 220])
def test_edges_land_in_the_pause_even_where_word_times_are_off(level: float, off: int) -> None:
    sound = talk(STRETCHES, 7000, level)
    span = edges(sound, 0, Span("r", 2600 + off, 4300 + off), 2000 + off, 5000 + off)
    assert 2400 <= span.start_ms <= 2600 and 4300 <= span.end_ms <= 4550


@pytest.mark.parametrize("closure", [50, 90])
def test_the_silence_inside_a_word_is_no_pause(closure: int) -> None:
    """As the "sk" and the "t" of "basket": silent for a moment near both edges."""
    broken = [(500, 2000), (2600, 2700), (2700 + closure, 4150), (4150 + closure, 4300), (5000, 6500)]
    span = edges(talk(broken, 7000), 0, Span("r", 2600, 4300), 2000, 5000)
    assert 2400 <= span.start_ms <= 2600 and 4300 <= span.end_ms <= 4550


def test_times_are_those_of_the_response_not_of_the_window() -> None:
    sound = talk(STRETCHES, 7000)[1600 * 16 : 5300 * 16]
    span = edges(sound, 1600, Span("r", 2600, 4300), 2000, 5000)
    assert 2480 <= span.start_ms <= 2600 and 4300 <= span.end_ms <= 4500


def test_a_noisy_room_still_gives_the_quietest_place() -> None:
    sound = talk(STRETCHES, 7000, 0.3, noise=0.02)
    span = edges(sound, 0, Span("r", 2600, 4300), 2000, 5000)
    assert 2400 <= span.start_ms <= 2620 and 4280 <= span.end_ms <= 4600


def test_without_a_pause_the_neighbours_word_is_not_taken_in() -> None:
    sound = talk([(500, 6500)], 7000)
    span = edges(sound, 0, Span("r", 2600, 4300), 2590, 4310)
    assert 2430 <= span.start_ms <= 2660 and 4240 <= span.end_ms <= 4470


def test_speech_up_to_both_ends_of_the_file_is_kept() -> None:
    sound = talk([(0, 3000)], 3000)
    span = edges(sound, 0, Span("r", 0, 3000), 0, 3000)
    assert span == Span("r", 0, 3000)


def test_nothing_to_look_at() -> None:
    assert edges(np.zeros(0, np.float32), 0, Span("r", 5, 90), 0, 100) == Span("r", 5, 90)
    silent = edges(np.zeros(16_000, np.float32), 0, Span("r", 200, 700), 0, 1000)
    assert 0 <= silent.start_ms < silent.end_ms <= 1000


@pytest.mark.slow
def test_no_edge_of_the_samples_is_inside_the_sound() -> None:
    """Each sentence of every sample answer, cut: within 20 ms of an edge it is 35 dB below its loudest speech.

    Where the room itself is hardly quieter than that, it is the room that is heard there.
    """
    checked = noisy = 0
    for file, said in truth.load().items():
        path = truth.SAMPLES / "uploads" / file
        facts = media.probe(path)
        sound = media.pcm(path, facts.sound_track)
        levels, length = word_alignment.levels(sound), len(sound) // 16
        room = float(np.percentile(levels, 5))
        for number, one in enumerate(said):
            before = said[number - 1].end_ms if number else 0
            after = said[number + 1].start_ms if number + 1 < len(said) else length
            offset = max(0, one.start_ms - AROUND_MS)
            around = sound[offset * 16 : min(length, one.end_ms + AROUND_MS) * 16]
            span = edges(around, offset, Span(file, one.start_ms, one.end_ms), before, after)
            peak = float(levels[span.start_ms // 10 : span.end_ms // 10].max())
            for edge in (span.start_ms, span.end_ms):
                if 20 <= edge <= facts.duration_ms - 50:
                    checked += 1
                    there = float(levels[edge // 10 - 2 : edge // 10 + 2].max())
                    noisy += there > peak - 35
                    assert there <= peak - 35 or (there <= room + 7 and there <= peak - 30), (file, edge)
    assert checked >= 150 and noisy <= checked // 10, (checked, noisy)
