"""Speech without words is noticed, and where a window is parted for it."""

from __future__ import annotations

import pytest

from reelmaker.model import Word
from reelmaker.transcribe import missed_speech


def samples(*stretches: tuple[float, float]) -> list[tuple[int, int]]:
    """Stretches of speech, given in seconds."""
    return [(round(start * missed_speech.RATE), round(end * missed_speech.RATE)) for start, end in stretches]


def words(*spans: tuple[float, float]) -> list[Word]:
    return [Word("word", round(start * 1000), round(end * 1000)) for start, end in spans]


@pytest.mark.parametrize(
    ("speech", "said", "place"),
    [
        # all is said
        (samples((0, 2), (3, 5)), words((0.1, 1), (1, 1.9), (3.1, 4.8)), None),
        # the end is not
        (samples((0, 4.5), (5.4, 8.3)), words((0.1, 2), (2, 4.4)), 1),
        # nor the beginning, where the first word is drawn out over it
        (samples((0.6, 2.4), (2.8, 6)), words((0.62, 3), (3, 5.9)), 1),
        # nor the middle: the longer pause is taken
        (samples((0, 2), (2.5, 4), (5, 7)), words((0.1, 1.9), (5.1, 6.9)), 2),
        # a cough
        (samples((0, 2), (3, 3.8)), words((0.1, 1.9)), None),
        # words here and there in long speech: the longest pause
        (samples((0, 6), (6.4, 12), (13, 14)), words((0.1, 2), (7, 9), (13, 14)), 2),
        # one stretch cannot be parted
        (samples((0, 9)), words((0.1, 2)), None),
    ],
)
def test_where_a_window_is_parted(speech: list[tuple[int, int]], said: list[Word], place: int | None) -> None:
    assert missed_speech.pause(said, speech) == place
