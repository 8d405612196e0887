"""Interviews spliced from synthetic voices, of two people and of three, heard by Whisper and told apart: what is quoted
that should not be, and what is lost. `python bench/two_voices.py` (about twenty minutes), `--every 4` for a part.

A true sentence counts as quoted if more than half of its time lies under words that may be quoted.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # threads that wait for each other would be counted as work
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import numpy as np
from helpers.surveys import interviews
from table import said

from reelmaker import model_files, transcribe
from reelmaker.model import Response, Transcript
from reelmaker.transcribe.diarization import roles
from reelmaker.transcribe.diarization.embeddings import Encoder

SPILL_MS = 250  # so much of the other's sentence under quotable words is heard in a clip


@dataclass(slots=True)
class Tally:
    """What came of the recordings of one kind."""

    recordings: int = 0
    told: int = 0  # an interviewer was found
    unsure: int = 0  # two voices, but not which is whose
    asked: int = 0  # true sentences of interviewers in recordings that were told apart
    quoted: int = 0  # of these, still quotable
    spilt: int = 0  # of these, a bit of it still quotable
    customers: int = 0  # true sentences of customers in all recordings
    lost: int = 0  # of these, no longer quotable
    left: int = 0  # sentences of interviewers that stay quotable because nobody was found

    def add(self, recording: interviews.Recording, before: Transcript, after: Transcript) -> None:
        new = after.notes[len(before.notes) :]
        told = any(sentence.asked for sentence in after.sentences)
        self.recordings += 1
        self.told += told
        self.unsure += roles.UNSURE in new
        for sentence in recording.spoken:
            free, before_free = (quotable_ms(sentence, one) for one in (after, before))
            half = (sentence.end_ms - sentence.start_ms) / 2
            if sentence.asked and told:
                self.asked += 1
                self.quoted += free > half
                self.spilt += SPILL_MS < free <= half
            elif sentence.asked:
                self.left += free > half
            else:
                self.customers += 1
                self.lost += free <= half < before_free


def quotable_ms(sentence: interviews.Spoken, transcript: Transcript) -> int:
    """How much of a true sentence lies under words that may be quoted."""
    return sum(
        max(0, min(word.end_ms, sentence.end_ms) - max(word.start_ms, sentence.start_ms))
        for heard in transcript.sentences
        if not heard.asked
        for word in heard.words
    )


def equal_error_rate(encoder: Encoder, seconds: float) -> float:
    """Of all pairs of sentences of the samples' voices, by that much of each: same voice or not."""
    owners, stretches = [], []
    for voice in interviews.customers():
        for _, sound in voice.said:
            middle, half = len(sound) // 2, int(seconds * 8000)
            owners.append(voice.name)
            stretches.append(sound[max(0, middle - half) : middle + half])
    prints = encoder(stretches)
    likeness, names = prints @ prints.T, np.array(owners)
    pairs = np.triu_indices(len(names), 1)
    same = (names[:, None] == names[None, :])[pairs]
    alike, other = np.sort(likeness[pairs][same]), np.sort(likeness[pairs][~same])
    limits = np.sort(likeness[pairs])
    missed = np.searchsorted(alike, limits) / len(alike)
    false = 1 - np.searchsorted(other, limits) / len(other)
    at = int(np.argmin(abs(missed - false)))
    return float(missed[at] + false[at]) / 2


def hear(recordings: Sequence[interviews.Recording]) -> tuple[dict[str, Transcript], float]:
    """Each recording's transcript by its name, and the processor time it took."""
    hearing = transcribe.load("whisper", model_files.find("base", "speech"), workers=1, language="en", name="base")
    jobs = [(Response(one.name, one.name, len(one.samples) // 16), lambda one=one: one.samples) for one in recordings]
    found, began = {}, time.process_time()
    for number, (response, transcript) in enumerate(hearing.transcribe(jobs), start=1):
        assert isinstance(transcript, Transcript), transcript
        found[response.id] = transcript
        if number % 10 == 0:
            said(f"heard {number} of {len(recordings)}")
    return found, time.process_time() - began


def count(
    recordings: Sequence[interviews.Recording], heard: dict[str, Transcript], encoder: Encoder
) -> dict[tuple[str, str], Tally]:
    """What comes of telling apart, by kind and by whether the two are of one sex."""
    tallies: dict[tuple[str, str], Tally] = {}
    for one in recordings:
        after = roles.tell_apart(heard[one.name], one.samples, encoder)
        interview = any(sentence.asked for sentence in one.spoken)
        sexes = ("same sex" if one.same_sex else "other sex") if interview else "one voice"
        for row in ((one.kind, sexes), ("all", sexes)):
            tallies.setdefault(row, Tally()).add(one, heard[one.name], after)
    return tallies


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--every", type=int, default=1, metavar="N", help="only one recording of N (1)")
    arguments.add_argument("--kind", default="", metavar="WORDS", help="only kinds with these words in their name")
    options = arguments.parse_args()
    encoder = Encoder(model_files.find("voices", "voice"))
    for seconds in (0.8, 1.2, 1.6):
        print(f"equal error rate, {seconds} s of each sentence: {equal_error_rate(encoder, seconds):.3f}")
    recordings = [*interviews.interviews(), *interviews.with_a_third(), *interviews.alone()]
    random.Random(5).shuffle(recordings)
    recordings = [one for one in recordings if options.kind in one.kind][:: options.every]
    heard, listening = hear(recordings)
    began = time.process_time()
    tallies = count(recordings, heard, encoder)
    telling = time.process_time() - began
    show(tallies)
    print(f"processor time, telling apart / transcription: {telling:.1f} s / {listening:.1f} s")


def show(tallies: dict[tuple[str, str], Tally]) -> None:
    columns = ("recordings", "told", "unsure", "asked", "quoted", "spilt", "left", "customers", "lost")
    print(f"{'':<32}" + "".join(f"{name:>11}" for name in columns))
    for (kind, sexes), tally in sorted(tallies.items(), key=lambda one: (one[0][0] == "all", one[0])):
        figures = "".join(f"{getattr(tally, name):>11}" for name in columns)
        print(f"{kind + ', ' + sexes:<32}" + figures)


if __name__ == "__main__":
    main()
