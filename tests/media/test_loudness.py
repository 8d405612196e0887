"""Every clip as loud as the others, whatever the level of the voice, and no peak over the ceiling."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.pieces import RESPONSE, clip_of, made, source_of, speech_like
from helpers.films.videos import ffmpeg
from helpers.paths import SAMPLES

from reelmaker.model import Reel
from reelmaker.render import clip_sound, pieces


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level_db", "claps"),
    [(-40, 0), (-23, 0), (-5, 0), (-27, 5), (-35, 5)],
    ids=["quiet", "usual", "hot", "peaky", "very peaky"],
)
def test_synthetic_voices_of_every_level_come_out_equally_loud(tmp_path: Path, level_db: float, claps: int) -> None:
    source = source_of(speech_like(tmp_path / "voice.wav", level_db, claps))
    [job] = made(tmp_path, {RESPONSE: source}, clip_of(200, 5700))
    integrated, peak = measure.loudness(job.target)
    assert abs(integrated + 16) <= 1.5 and peak <= -1, (integrated, peak)
    reel = tmp_path / "reel.mp4"
    pieces.join([job], reel, None, [], "T", "en")
    integrated, peak = measure.loudness(reel)
    assert abs(integrated + 16) <= 1.5 and peak <= -1, ("joined", integrated, peak)


@pytest.mark.slow
def test_real_voices_of_every_level_come_out_equally_loud(tmp_path: Path) -> None:
    found = {}
    names = (
        "Video 12.mp4",
        "Réponse Daniel B.mp4",
        "IMG_4821.MOV",
        "puck (square).mp4",
        "Voice memo 14.m4a",
    )
    for name in names:
        source = source_of(SAMPLES / "uploads" / name)
        [job] = made(tmp_path, {RESPONSE: source}, clip_of(3000, 7000, response=RESPONSE, label=name))
        found[name] = measure.loudness(job.target)
    assert all(abs(integrated + 16) <= 1.5 and peak <= -1 for integrated, peak in found.values()), found


@pytest.mark.slow
def test_the_gain_turns_loud_down_quiet_up_and_lets_silence_be(tmp_path: Path) -> None:
    def gain(path: Path) -> float:
        clip = clip_of(0, 5000)
        [place] = Reel((), (clip,)).places()
        return clip_sound.gain(source_of(path), clip, place)

    assert gain(speech_like(tmp_path / "hot.wav", -5)) < -5
    assert 3 < gain(speech_like(tmp_path / "usual.wav", -26)) < 20
    assert 30 < gain(speech_like(tmp_path / "faint.wav", -52)) <= clip_sound.MOST_GAIN_DB
    assert gain(speech_like(tmp_path / "hiss.wav", -80)) == 0
    assert gain(speech_like(tmp_path / "none.wav", -200)) == 0


@pytest.mark.slow
def test_the_loudness_is_that_of_the_clip_and_not_of_the_whole_answer(tmp_path: Path) -> None:
    source = tmp_path / "both.wav"
    loud, faint = (
        speech_like(tmp_path / "loud.wav", -12),
        speech_like(tmp_path / "faint.wav", -38),
    )
    ffmpeg("-i", loud, "-i", faint, "-filter_complex", "[0:a][1:a]concat=n=2:v=0:a=1", source)
    jobs = made(tmp_path, {RESPONSE: source_of(source)}, clip_of(200, 5600), clip_of(6200, 11_600))
    levels = [measure.loudness(job.target)[0] for job in jobs]
    assert all(abs(level + 16) <= 1.5 for level in levels), levels


def test_sharp_clicks_stay_under_the_ceiling_between_the_samples_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    samples = 0.05 * np.sin(2 * np.pi * 300 * np.arange(48_000 * 4) / 48_000)
    for at in range(10):
        samples[at * 19_000 : at * 19_000 + 2400] += 0.9 * np.sign(rng.standard_normal(2400))
    with wave.open(str(tmp_path / "clicks.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    [job] = made(tmp_path, {RESPONSE: source_of(tmp_path / "clicks.wav")}, clip_of(100, 3800))
    assert measure.loudness(job.target)[1] <= -1
