"""Speech files -> the sound of an upload (level, room tone, telephone band), and what a mouth does while it plays."""

from __future__ import annotations

import math
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from drawing.figures import Pose

RATE = 48000
STEP = 480  # ten milliseconds


def read(path: Path) -> np.ndarray:
    """Mono samples at 48 kHz, -1..1."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-i",
        str(path),
        *"-f f32le -ac 1 -ar".split(),
        str(RATE),
        "-",
    ]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4").astype(np.float64)


def recorded(samples: np.ndarray, level: float, tone: str, seed: int) -> np.ndarray:
    """The samples with speech at `level` dBFS, in a room with `tone`, loud peaks rounded off."""
    loud = _levels(samples)
    speech = loud[loud > loud.max() - 25]
    gain = 10 ** ((level - 10 * math.log10(np.mean(10 ** (speech / 10)))) / 20)
    out = samples * gain
    if tone:
        out = out + _room_tone(len(out), tone, seed)
    over = np.abs(out) > 0.6
    out[over] = np.sign(out[over]) * (0.6 + 0.35 * np.tanh((np.abs(out[over]) - 0.6) / 0.35))
    return out


def telephone(samples: np.ndarray) -> np.ndarray:
    """What a telephone line lets through: 300 to 3400 Hz."""
    bins = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    keep = np.clip((hertz - 200) / 120, 0, 1) * np.clip((3700 - hertz) / 350, 0, 1)
    return np.fft.irfft(bins * keep, len(samples))


def write(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).round().astype("<i2").tobytes())


def _room_tone(count: int, tone: str, seed: int) -> np.ndarray:
    """Noise whose colour depends on the place, about -55 dBFS."""
    corner, level = {
        "room": (300.0, -56.0),
        "train": (160.0, -50.0),
        "cafe": (700.0, -54.0),
        "garden": (1800.0, -58.0),
    }[tone]
    noise = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    colour = 1 / (1 + (hertz / corner) ** 2) * np.clip(hertz / 40, 0, 1)
    shaped = np.fft.irfft(noise * colour, count)
    return shaped / np.sqrt(np.mean(shaped**2)) * 10 ** (level / 20)


def _levels(samples: np.ndarray, width: int = 1440) -> np.ndarray:
    """Loudness in dB every ten milliseconds, over thirty."""
    power = np.concatenate([[0.0], np.cumsum(samples**2)])
    middle = np.arange(0, len(samples), STEP)
    low, high = np.clip(middle - width // 2, 0, None), np.clip(middle + width // 2, None, len(samples))
    return 10 * np.log10((power[high] - power[low]) / np.maximum(high - low, 1) + 1e-10)


@dataclass(frozen=True)
class Mouth:
    """Opening 0..1, width -1..1 and stress 0..1, every ten milliseconds."""

    opening: np.ndarray
    wide: np.ndarray
    stress: np.ndarray


def mouth(samples: np.ndarray) -> Mouth:
    """Follow the sound: loud opens, hissing stretches and narrows, dark vowels round."""
    db = _levels(samples)
    top = np.percentile(db, 92)
    loud = np.clip((db - (top - 24)) / 26, 0, 1)
    padded = np.pad(samples, (720, 1440))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 1440)[: len(db) * STEP : STEP]
    bins = np.fft.rfft(windows * np.hanning(1440), axis=1)
    power, hertz = np.abs(bins) ** 2 + 1e-9, np.fft.rfftfreq(1440, 1 / RATE)

    def band(a: float, b: float) -> np.ndarray:
        return power[:, (hertz >= a) & (hertz < b)].sum(axis=1)

    hiss = band(3500, 12000) / (band(80, 12000))
    bright = 10 * np.log10(band(1400, 3200) / band(200, 900))
    opening = loud * (1 - 0.75 * np.clip(hiss * 1.8, 0, 1))
    slow = _smooth(opening, 0.22, 0.22)
    opening = np.clip(opening + 1.1 * (opening - slow), 0, 1)
    wide = np.clip((bright + 13) / 11, -1, 1) + np.clip(hiss * 2, 0, 0.8)
    return Mouth(_smooth(opening, 0.025, 0.055), np.clip(_smooth(wide, 0.06, 0.06), -1, 1), _smooth(loud, 0.18, 0.4))


def _smooth(values: np.ndarray, rise: float, fall: float) -> np.ndarray:
    """Follow upwards within `rise` seconds and downwards within `fall`."""
    up, down = 1 - math.exp(-0.01 / rise), 1 - math.exp(-0.01 / fall)
    out, now = np.empty_like(values), float(values[0])
    for i, value in enumerate(values):
        now += (value - now) * (up if value > now else down)
        out[i] = now
    return out


class Acting:
    """The pose at any moment: the mouth from the sound, the rest from a seed, moving between poses that are held."""

    def __init__(self, track: Mouth, seconds: float, seed: int, liveliness: float = 1) -> None:
        self.track, self.seconds = track, seconds
        dice = np.random.default_rng(seed)
        self.holds = [(0.0, np.zeros(5))]
        at = 0.4
        while at < seconds:
            turn, tilt, x, gaze, brows = dice.normal(0, (0.42, 1.5, 3.6, 0.16, 0.3))
            if dice.random() < 0.16:
                gaze = math.copysign(0.75, gaze)  # a glance aside while thinking
            self.holds.append((at, liveliness * np.array([np.clip(turn, -0.9, 0.9), tilt, x + turn * 5, gaze, brows])))
            at += float(dice.uniform(0.9, 2.8))
        self.blinks, at = [], float(dice.uniform(0.8, 2.0))
        while at < seconds:
            self.blinks.append(at)
            at += float(dice.choice((0.32, dice.uniform(2.0, 5.0)), p=(0.1, 0.9)))
        self.phase = float(dice.uniform(0, 6.28))

    def pose(self, seconds: float) -> Pose:
        i = min(round(seconds * 100), len(self.track.opening) - 1)
        opening, wide, stress = (float(v[i]) for v in (self.track.opening, self.track.wide, self.track.stress))
        turn, tilt, x, gaze, brows = self._held(seconds)
        breath = 1.5 * math.sin(seconds * 6.283 / 4.2 + self.phase)
        lid = min((abs(seconds - at - 0.09) for at in self.blinks), default=9.0)
        eyes = 0.94 if lid > 0.13 else 0.94 * max(0.0, (lid - 0.035) / 0.095)
        return Pose(
            mouth=round(0.82 * opening, 2) if opening > 0.045 else 0.0,
            wide=round(wide, 2),
            eyes=round(eyes, 2),
            gaze=round(gaze, 2),
            brows=round(brows + 0.5 * stress - 0.2, 2),
            turn=round(turn, 3),
            tilt=round(tilt, 2),
            x=round(x, 2),
            y=round(-0.6 * breath + 5 * stress - 2, 2),
            breath=round(breath, 1),
        )

    def _held(self, seconds: float) -> np.ndarray:
        before, now = self.holds[0], self.holds[0]
        for hold in self.holds:
            if hold[0] > seconds:
                break
            before, now = now, hold
        t = min(1.0, (seconds - now[0]) / 0.7)
        return before[1] + (now[1] - before[1]) * t * t * (3 - 2 * t)
