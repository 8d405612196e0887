"""Measuring finished files: pictures, sound, loudness, joins; and sound to measure. Used by tests and the bench."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np

from reelmaker import media


def decode(path: Path, *arguments: str) -> bytes:
    command = [media.ffmpeg_exe(), "-v", "error", "-i", str(path), *arguments, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def luma(path: Path, size: int = 16) -> np.ndarray:
    """Mean brightness of each frame, shape (frames,), 0..255."""
    raw = decode(
        path,
        "-map",
        "0:v:0",
        "-vf",
        f"scale={size}:{size},format=gray",
        "-fps_mode",
        "passthrough",
        "-f",
        "rawvideo",
    )
    return np.frombuffer(raw, np.uint8).reshape(-1, size * size).mean(1)


def frame(path: Path, number: int, fps: int = 30) -> np.ndarray:
    """One frame, shape (height, width, 3), RGB."""
    import av

    with av.open(str(path)) as box:
        width, height = box.streams.video[0].width, box.streams.video[0].height
    raw = decode(
        path,
        "-map",
        "0:v:0",
        "-vf",
        f"select=eq(n\\,{number})",
        "-frames:v",
        "1",
        "-pix_fmt",
        "rgb24",
        "-f",
        "rawvideo",
    )
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3)


def sound(path: Path, rate: int = 48_000) -> np.ndarray:
    """The sound as mono float32."""
    return np.frombuffer(decode(path, "-map", "0:a:0", "-ac", "1", "-ar", str(rate), "-f", "f32le"), np.float32)


def loudness(path: Path, start_s: float = 0, length_s: float = 1e6) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a stretch, by ffmpeg's ebur128."""
    command = [
        media.ffmpeg_exe(),
        "-hide_banner",
        "-nostats",
        "-ss",
        f"{start_s:.3f}",
        "-t",
        f"{length_s:.3f}",
        "-i",
        str(path),
        *"-map 0:a:0 -af ebur128=peak=true:framelog=quiet -f null -".split(),
    ]
    said = subprocess.run(command, capture_output=True, check=True).stderr.decode()
    summary = said[said.rfind("Summary:") :]
    integrated = re.search(r"I:\s+(\S+) LUFS", summary)
    peak = re.search(r"Peak:\s+(\S+) dBFS", summary)
    assert integrated and peak, said[-500:]
    return float(integrated[1]), float(peak[1])


def apart_ms(path: Path, fps: int = 30) -> tuple[list[float], float]:
    """How far each flash is from its nearest beep in ms; and how far the streams' ends are apart in seconds."""
    brightness = luma(path)
    level = np.abs(sound(path))
    flashes = [n / fps for n in range(1, len(brightness)) if brightness[n] > 60 >= brightness[n - 1]]
    envelope = np.maximum.reduceat(level, np.arange(0, len(level), 48))
    beeps = [n / 1000 for n in range(20, len(envelope)) if envelope[n] > 0.1 and envelope[n - 20 : n].max() < 0.05]
    assert flashes and beeps
    apart = [min((beep - flash for beep in beeps), key=abs) * 1000 for flash in flashes]
    return apart, len(brightness) / fps - len(level) / 48_000


def faults(path: Path) -> str:
    """What ffmpeg complains of while decoding everything strictly; "" for a sound file."""
    command = [
        media.ffmpeg_exe(),
        *"-v error -xerror -i".split(),
        str(path),
        *"-map 0:v -map 0:a -f null -".split(),
    ]
    return subprocess.run(command, capture_output=True, check=False).stderr.decode()


def times_increase(path: Path) -> bool:
    """Whether the timestamps of every stream's packets strictly increase."""
    import av

    with av.open(str(path)) as box:
        for stream in (box.streams.video[0], box.streams.audio[0]):
            stamps = [packet.dts for packet in box.demux(stream) if packet.dts is not None]
            box.seek(0)
            if not all(a < b for a, b in pairwise(stamps)):
                return False
    return True


def words(text: str) -> list[str]:
    """Lower case words without punctuation, for counting word errors."""
    return re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("-", " ").replace("’", "'")).split()


def word_errors(truth: str, heard: str) -> tuple[int, int]:
    """Substitutions, insertions and deletions; and how many words the truth has."""
    wanted, got = words(truth), words(heard)
    row = list(range(len(got) + 1))
    for i, a in enumerate(wanted, 1):
        last, row[0] = row[:], i
        for j, b in enumerate(got, 1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
    return row[-1], len(wanted)


STRETCHES = [(500, 2000), (2600, 4300), (5000, 6500)]


def talk(stretches: list[tuple[int, int]], length_ms: int, level: float = 0.3, noise: float = 0.0) -> np.ndarray:
    """A buzz of 160 Hz with harmonics during the stretches (ms), noise everywhere; 16 kHz."""
    time = np.arange(length_ms * 16) / 16_000
    voice = sum(np.sin(2 * np.pi * 160 * k * time) / k for k in range(1, 8))
    gate = np.zeros_like(time)
    for start, end in stretches:
        gate[start * 16 : end * 16] = 1
    hiss = np.random.default_rng(7).normal(0, 1, len(time)) * noise
    return (voice * gate * level / 2 + hiss).astype(np.float32)
