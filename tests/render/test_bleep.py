"""Bleeps in a piece: nothing of the sound is left there, the rest is as it was, nothing clicks, and it is as loud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films.pieces import CLIP, LOOK, SEEN, clip_of, made, source_of, speech_like
from helpers.films.videos import ffmpeg

from reelmaker import media
from reelmaker.media import bleep
from reelmaker.model import Reel
from reelmaker.render import clip_sound
from reelmaker.render import pieces as render_pieces

RATE = 48_000


def sound_of(path: Path) -> np.ndarray:
    """Both channels, -1..1, shape (samples, 2)."""
    raw = ffmpeg("-i", path, "-map", "0:a", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-")
    return np.frombuffer(raw, np.float32).reshape(-1, 2).astype(float)


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, np.ndarray, Path]:
    """The same clip plain and with two bleeps: 1.0-2.0 s and 3.0-3.5 s of it."""
    folder = tmp_path_factory.mktemp("bleeps")
    speech = speech_like(folder / "speech.wav", -30, claps=4)
    plain = clip_of(500, 5500)
    hushed = replace(plain, bleeps=((1500, 2500, "phone"), (3500, 4000, "names")))
    jobs = made(folder, {plain.span.response: source_of(speech)}, plain, hushed)
    return sound_of(jobs[0].target), sound_of(jobs[1].target), jobs[1].target


def at(sound: np.ndarray, start_ms: int, end_ms: int) -> np.ndarray:
    return sound[start_ms * RATE // 1000 : end_ms * RATE // 1000]


@pytest.mark.slow
def test_nothing_but_the_tone_is_left(pieces: tuple[np.ndarray, np.ndarray, Path]) -> None:
    plain, hushed, _ = pieces
    for start, end in ((1000, 2000), (3000, 3500)):
        for side in (0, 1):
            assert bleep.residual_db(at(hushed, start, end)[:, side], RATE, [(0, end - start)]) < -60
            assert bleep.residual_db(at(plain, start, end)[:, side], RATE, [(0, end - start)]) > -40
        peak = abs(at(hushed, start, end)).max()
        assert peak == pytest.approx(10 ** (bleep.TONE_DB / 20), rel=0.02)


def test_the_rest_is_as_it_was(pieces: tuple[np.ndarray, np.ndarray, Path]) -> None:
    """But for one gain: what is bleeped no longer counts for the clip's loudness."""
    plain, hushed, _ = pieces
    quiet = [(100, 950), (2050, 2950), (3550, 4800)]
    both = [np.concatenate([at(one, *stretch) for stretch in quiet]).ravel() for one in (plain, hushed)]
    assert np.corrcoef(*both)[0, 1] > 0.97


def test_no_edge_of_a_bleep_clicks(pieces: tuple[np.ndarray, np.ndarray, Path]) -> None:
    _, hushed, _ = pieces
    steps = abs(np.diff(hushed[:, 0]))
    steady = max(abs(np.diff(at(hushed, 1100, 1900)[:, 0])).max(), steps[: RATE // 2].max())
    for edge in (1000, 2000, 3000, 3500):
        assert at(steps, edge - 20, edge + 20).max() < 3 * steady


def test_the_clip_is_as_loud_as_any(pieces: tuple[np.ndarray, np.ndarray, Path]) -> None:
    level = media.examine(pieces[2]).loudness
    assert abs(level.integrated - clip_sound.TARGET_LUFS) < 1.5 and level.peak < -1


@pytest.mark.slow
def test_a_clip_that_is_nearly_all_bleep_is_as_loud_too(tmp_path: Path) -> None:
    speech = speech_like(tmp_path / "speech.wav", -40)
    clip = replace(clip_of(0, 6000), bleeps=((600, 5800, "card"),))
    [job] = made(tmp_path, {clip.span.response: source_of(speech)}, clip)
    assert abs(media.examine(job.target).loudness.integrated - clip_sound.TARGET_LUFS) < 2.5


def test_stretches_that_meet_are_one() -> None:
    assert bleep.apart([(500, 700), (100, 300), (310, 400)]) == [(100, 400), (500, 700)]


def test_a_bleep_makes_another_piece_and_its_absence_the_same_as_ever() -> None:
    def key(clip: object) -> str:
        [job] = render_pieces.plan(Reel((), (clip,), {}, 320, 180), {CLIP.span.response: SEEN}, LOOK, Path("x"))  # type: ignore[arg-type]
        return job.target.stem

    keys = {key(CLIP), key(replace(CLIP, bleeps=())), key(replace(CLIP, bleeps=((2500, 3000, "phone"),)))}
    assert len(keys) == 2
    assert key(replace(CLIP, bleeps=((2500, 3001, "phone"),))) not in keys
