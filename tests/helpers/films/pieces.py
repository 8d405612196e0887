"""Clips, cards and finished pieces, for tests of rendering."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from reelmaker import media
from reelmaker.model import Brand, Card, Clip, Facts, Moment, Reel, Sentence, Span, Word, survey
from reelmaker.render import cards, pieces

RESPONSE, OTHER = "a" * 64, "b" * 64
LOOK = pieces.Look(cards.find("plain"), Brand("Fernhill"), "blur", True, False)
CARD = Card("intro", "plain", (("statement", "Paying is hard"), ("of", "3"), ("spoke", "2")), 1000)
SEEN = survey.Source(Path("answer.mp4"), Facts(60_000, (320, 180), 0, 1))
HEARD = survey.Source(Path("answer.wav"), Facts(60_000, None, -1, 0))


def clip_of(
    start_ms: int,
    end_ms: int,
    words: str = "My card was refused again",
    label: str = "New customer",
    response: str = RESPONSE,
    problem: str = "checkout",
) -> Clip:
    """A clip in which one word is said each 300 ms."""
    said = tuple(Word(word, start_ms + 300 * at, start_ms + 300 * at + 250) for at, word in enumerate(words.split()))
    said = said or (Word("", start_ms, start_ms),)
    moment = Moment(problem, (Sentence(response, 0, said),), 0.9, ("the words of the problem",))
    return Clip(moment, Span(response, start_ms, end_ms), label)


CLIP = clip_of(2000, 5000)


def source_of(path: Path) -> survey.Source:
    return survey.Source(path, media.probe(path))


def made(
    folder: Path,
    sources: Mapping[str, survey.Source],
    *items: Card | Clip,
    size: tuple[int, int] = (320, 180),
    fps: int = 30,
    look: pieces.Look = LOOK,
) -> list[pieces.Job]:
    """The pieces of a reel of these items, made."""
    environment = pieces.prepare(folder, look.brand)
    jobs = pieces.plan(Reel((), items, {}, *size, fps), sources, look, folder)
    for job in jobs:
        pieces.make(job, environment)
    return jobs


def left_behind(folder: Path) -> list[str]:
    """What lies beside the fonts in the folder of the pieces."""
    return sorted(path.name for path in (folder / "pieces").iterdir() if path.name not in ("fonts", "fonts.conf"))


def speech_like(path: Path, level_db: float, claps: int = 0) -> Path:
    """Six seconds of syllables with pauses, `level_db` dBFS while they last; and claps at full scale."""
    rng, rate = np.random.default_rng(7), 48_000
    time = np.arange(6 * rate) / rate
    noise = np.convolve(rng.standard_normal(len(time)), np.ones(12) / 12, "same")
    syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0, 1) ** 0.5 * (time % 1.7 < 1.3)
    samples = noise * syllables * (0.5 + rng.random(len(time) // 12_000)[(time * 4).astype(int)])
    samples *= 10 ** (level_db / 20) / np.sqrt((samples[samples != 0] ** 2).mean())
    dull = np.hanning(12) / np.hanning(12).sum()  # no microphone lets a single sample jump
    for at in range(claps):
        clap = np.convolve(rng.standard_normal(2400) * np.exp(-np.arange(2400) / 480), dull, "same")
        begin = int((0.4 + at) * rate)
        samples[begin : begin + 2400] += clap * 0.97 / abs(clap).max()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path
