"""Interviews with known speakers, spliced from the synthetic voices of samples/. Used by tests and the bench."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from helpers.surveys import truth
from reelmaker import media

RATE = 16_000
ASKERS = truth.SAMPLES.parent / "interviews"
WOMEN = frozenset({"Maya", "Priya", "Sarah", "Isabella", "Nicole", "Jessica", "Alice", "River"})
SAME_VOICE = {("emma", "Priya")}  # one voice of the text-to-speech model, twice
LEVEL = 10 ** (-24 / 20)  # RMS of each sentence


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence as it was spliced in; `asked`: the interviewer says it."""

    text: str
    start_ms: int
    end_ms: int
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound (float32 mono 16 kHz) and who says what when."""

    name: str
    samples: np.ndarray
    spoken: tuple[Spoken, ...]
    kind: str
    same_sex: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody's sentences: text and sound, all equally loud."""

    name: str
    woman: bool
    said: tuple[tuple[str, np.ndarray], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How an interview is spliced: turns, silence between speakers in ms (below 0 both talk at once), the
    interviewer's level beside the customer's in dB, noise below the voices in dB (None: none)."""

    turns: int = 3
    gap_ms: tuple[int, int] = (350, 700)
    asker_db: float = 0.0
    noise_db: float | None = None


INTERVIEWS = {
    "clear": Kind(),
    "one opening": Kind(turns=1),
    "quick turns": Kind(turns=5, gap_ms=(100, 250)),
    "quiet interviewer": Kind(asker_db=-10),
    "talking over": Kind(gap_ms=(-250, -100)),
    "noise at 20 dB": Kind(noise_db=20),
    "noise at 10 dB": Kind(noise_db=10),
}


def _sound(path: Path) -> np.ndarray:
    return media.pcm(path, media.probe(path).sound_track)


def _cut(path: Path, sentences: Sequence[tuple[str, int, int]]) -> tuple[tuple[str, np.ndarray], ...]:
    sound = _sound(path)
    pieces = []
    for text, start, end in sentences:
        piece = sound[max(0, start - 20) * 16 : (end + 40) * 16]
        pieces.append((text, piece * np.float32(LEVEL / np.sqrt(np.mean(piece**2)))))
    return tuple(pieces)


@lru_cache(maxsize=1)
def customers() -> tuple[Voice, ...]:
    """The sixteen voices of the sample survey."""
    people = json.loads((truth.SAMPLES / "truth.json").read_text("utf-8"))["responses"]
    said = truth.load()
    return tuple(
        Voice(
            one["name"],
            one["name"] in WOMEN,
            _cut(
                truth.SAMPLES / "uploads" / one["file"],
                [(s.text, s.start_ms, s.end_ms) for s in said[one["file"]]],
            ),
        )
        for one in people
    )


@lru_cache(maxsize=2)
def others(role: str) -> tuple[Voice, ...]:
    """Interviewers, or customers who ask questions themselves (`role` "interviewer" or "customer")."""
    voices = json.loads((ASKERS / "truth.json").read_text("utf-8"))["voices"]
    return tuple(
        Voice(
            Path(one["file"]).stem.split("-")[1],
            one["sex"] == "woman",
            _cut(ASKERS / one["file"], [(s["text"], s["start_ms"], s["end_ms"]) for s in one["sentences"]]),
        )
        for one in voices
        if one["role"] == role
    )


def noise(many: int, random: np.random.Generator) -> np.ndarray:
    """Noise of a room, RMS 1: strongest below 500 Hz, 6 dB less for each octave above."""
    spectrum = np.fft.rfft(random.standard_normal(many))
    frequency = np.fft.rfftfreq(many, 1 / RATE)
    shaped = np.fft.irfft(spectrum * (frequency > 40) / np.maximum(1, frequency / 500), many)
    return (shaped / np.sqrt(np.mean(shaped**2))).astype(np.float32)


def splice(pieces: Sequence[tuple[str, np.ndarray, bool, int]]) -> tuple[np.ndarray, list[Spoken]]:
    """Text, sound, asked and the silence before it in ms (below 0: over the end of the one before)."""
    placed, at = [], 300 * 16
    for text, piece, asked, gap in pieces:
        at += gap * 16
        placed.append((at, text, piece, asked))
        at += len(piece)
    sound = np.zeros(at + 500 * 16, np.float32)
    for begin, _, piece, _ in placed:
        sound[begin : begin + len(piece)] += piece
    spoken = [
        Spoken(text, begin // 16 + 20, (begin + len(piece)) // 16 - 40, asked) for begin, text, piece, asked in placed
    ]
    return sound, spoken


def interview(asker: Voice, customer: Voice, kind: str, seed: int) -> Recording:
    """The interviewer asks, the customer answers with one or more sentences; turn by turn."""
    how, random = INTERVIEWS[kind], np.random.default_rng(seed)
    turns = min(how.turns, len(customer.said))
    questions = [asker.said[:2] if how.turns == 1 else asker.said[:1]]
    later = random.permutation(np.arange(1, len(asker.said)))[: turns - 1]
    questions += [asker.said[number : number + 1] for number in later]
    answers = np.array_split(np.arange(len(customer.said)), turns)
    pieces = []
    loud = np.float32(10 ** (how.asker_db / 20))
    for asked, answered in zip(questions, answers, strict=True):
        for number, (text, piece) in enumerate(asked):
            gap = int(random.integers(*how.gap_ms)) if not number and pieces else 300
            pieces.append((text, piece * loud, True, gap))
        for number, place in enumerate(answered):
            gap = 350 if number else int(random.integers(*how.gap_ms))
            pieces.append((*customer.said[place], False, gap))
    sound, spoken = splice(pieces)
    if how.noise_db is not None:
        sound = sound + noise(len(sound), random) * np.float32(LEVEL * 10 ** (-how.noise_db / 20))
    name = f"{kind}: {asker.name} asks {customer.name}"
    return Recording(name, sound, tuple(spoken), kind, asker.woman == customer.woman)


def made(kind: str, number: int) -> Recording:
    """Customer `number` in an interview of that kind, by an interviewer of the same sex or of the other."""
    row, customer = list(INTERVIEWS).index(kind), customers()[number]
    matching = [
        one
        for one in others("interviewer")
        if (one.woman == customer.woman) == bool((number // 2 + row) % 2)
        and (one.name, customer.name) not in SAME_VOICE
    ]
    return interview(matching[(number + row) % len(matching)], customer, kind, 100 * row + number)


def interviews() -> Iterator[Recording]:
    """Each customer in each kind of interview."""
    for kind in INTERVIEWS:
        for number in range(len(customers())):
            yield made(kind, number)


THREE = ("two interviewers", "a couple answers")


def of_three(kind: str, number: int) -> Recording:
    """Customer `number` with a third voice: a second interviewer who asks every other question, or somebody who answers
    every other question in the customer's place.
    """
    customer, random = customers()[number], np.random.default_rng(1000 * (1 + THREE.index(kind)) + number)
    askers = [
        voice
        for voice in others("interviewer")
        if (voice.name, customer.name) not in SAME_VOICE and (kind == THREE[0] or voice.woman == bool(number % 2))
    ]
    askers = [askers[(number + turn) % len(askers)] for turn in range(1 + (kind == THREE[0]))]
    partner = customers()[(number + 5) % len(customers())]
    answering = [customer] if kind == THREE[0] else [customer, partner]
    pieces: list[tuple[str, np.ndarray, bool, int]] = []
    for turn in range(min(4, len(customer.said))):
        asker, teller = askers[turn % len(askers)], answering[turn % len(answering)]
        gap = int(random.integers(200, 600))
        pieces.append((*asker.said[turn % len(asker.said)], True, gap if pieces else 300))
        told = np.array_split(np.arange(len(teller.said)), 4)[turn]
        for place, sentence in enumerate(told):
            pieces.append((*teller.said[sentence], False, 350 if place else int(random.integers(200, 600))))
    sound, spoken = splice(pieces)
    return Recording(f"{kind}: {number}", sound, tuple(spoken), kind, askers[0].woman == customer.woman)


def with_a_third() -> Iterator[Recording]:
    """Each customer in each kind of three voices."""
    for kind in THREE:
        for number in range(len(customers())):
            yield of_three(kind, number)


def alone() -> Iterator[Recording]:
    """One voice: the sixteen customers, and what could be taken for two voices: a change half way."""
    random = np.random.default_rng(7)
    for voice in customers():
        sound, spoken = splice([(*said, False, 350) for said in voice.said])
        yield Recording(f"as it is: {voice.name}", sound, tuple(spoken), "as it is")
    for voice in (*customers(), *others("customer")):
        sound, spoken = splice([(*said, False, 350) for said in voice.said])
        half = spoken[len(spoken) // 2].start_ms * 16 - 2000
        changes = {
            "asks herself": sound,
            "quieter half way": np.concatenate([sound[:half], sound[half:] * np.float32(0.15)]),
            "noise half way": sound
            + np.concatenate([np.zeros(half, np.float32), noise(len(sound) - half, random)])
            * np.float32(LEVEL * 10 ** (-10 / 20)),
            "telephone half way": np.concatenate([sound[:half], _telephone(sound[half:])]),
        }
        for kind, changed in changes.items():
            if kind != "asks herself" or voice in others("customer"):
                yield Recording(f"{kind}: {voice.name}", changed.astype(np.float32), tuple(spoken), kind)


def _telephone(sound: np.ndarray) -> np.ndarray:
    spectrum, frequency = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(frequency < 300) | (frequency > 3400)] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)
