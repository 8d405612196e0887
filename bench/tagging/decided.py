"""What a team's decisions teach, measured on labelled text: part of `make bench-moments DATA=folder`.

Decisions are drawn from the part `examples`, for each problem so many sentences that speak to it (kept) and so many that
do not (dropped), and the part `evaluation` is judged with them. Two ways to draw the dropped: any sentences, and, as a
team meets them, sentences among the best that the tagger offers. The mean of five seeded draws.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from helpers.surveys.truth import average_precision, f1

from reelmaker.tag import embeddings, feedback, semantic, short_answers

SEEDS = 5
MANY = ((8, 16), (4, 8), (2, 4), (1, 2), (1, 0), (0, 4))  # kept, dropped
OFFERED = 5  # the dropped are drawn from so many times their number
WAYS = ("any", "offered")


def figures(
    data: Any,
    examples: Any,
    truth: np.ndarray,
    decided: np.ndarray,
    kind: str,
    model: Path,
    remembered: MutableMapping[str, bytes],
) -> dict[tuple[str, int, int], tuple[float, float]]:
    """Mean average precision and F1 by way of drawing, kept and dropped; nothing decided stands under ("", 0, 0).

    Args:
        truth, decided: what is true of `data` and of `examples`, shape (problems, sentences).
    """
    problems = [replace(problem, kind=kind) for problem in data.problems]
    seen = semantic.judged(sentences(data), problems, model, remembered)
    offered = semantic.judged(sentences(examples), problems, model, remembered).chances
    lone = seen.look.share == short_answers.ALONE[1]
    several = seen.look.about.several if seen.look.about is not None else 0.0
    read = embeddings.read(examples.texts, model, remembered)

    def judged(lessons: dict[int, feedback.Lesson]) -> tuple[float, float]:
        after = feedback.taught(seen.in_answers, seen.heard, problems, lessons, lone, several)
        scores = np.round(semantic.scale(1 / (1 + np.exp(-after.log_odds)), problems), semantic.DIGITS)
        pairs = list(zip(scores, truth, strict=True))
        return mean(average_precision(s, t) for s, t in pairs), mean(f1(s, t, 0.5) for s, t in pairs)

    found = {("", 0, 0): judged({})}
    for way in WAYS:
        for many in MANY:
            runs = [judged(drawn(read, decided, offered, way, many, seed)) for seed in range(SEEDS)]
            found[way, *many] = (mean(a for a, _ in runs), mean(f for _, f in runs))
    return found


def drawn(
    read: embeddings.Read, decided: np.ndarray, offered: np.ndarray, way: str, many: tuple[int, int], seed: int
) -> dict[int, feedback.Lesson]:
    """One draw: a lesson for each problem."""
    found = {}
    for number, speaks in enumerate(decided):
        random = np.random.default_rng([seed, number])
        no = np.flatnonzero(~speaks)
        if way == "offered":
            no = no[np.argsort(-offered[number][no], kind="stable")[: OFFERED * max(1, many[1])]]
        kept = random.permutation(np.flatnonzero(speaks))[: many[0]].tolist()
        dropped = random.permutation(no)[: many[1]].tolist()
        found[number] = feedback.Lesson(part(read, kept), part(read, dropped))
    return found


def part(read: embeddings.Read, at: Sequence[int]) -> embeddings.Read:
    return embeddings.Read(read.whole[list(at)].reshape(-1, read.whole.shape[1]), tuple(read.words[n] for n in at))


def sentences(data: Any) -> list[Any]:
    return [sentence for transcript in data.transcripts for sentence in transcript.sentences]
