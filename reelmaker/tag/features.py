"""The evidence for and against each sentence being what a problem looks for: plain numbers, before any weighing.

All arrays have the shape (problems, sentences). Nothing here is learned except the two heads, which estimate from a
sentence's vector whether somebody complains or praises.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelmaker.model import Problem
from reelmaker.tag import lexical

if TYPE_CHECKING:
    import numpy as np

# The survey's own background, leant on these typical values while it is small: mean, variance, and their weight
TYPICAL_WHOLE = (0.17, 0.012)
TYPICAL_PART = (0.24, 0.012)
TYPICAL_WEIGHT = 30.0
TYPICAL_RIVAL = 0.30  # of a problem that has no rival
BEFORE = 0.6  # how much of the sentence before belongs to the context of a sentence

Embed = Callable[[Sequence[str]], "np.ndarray"]


@dataclass(frozen=True, slots=True)
class View:
    """A problem as vectors: one for the whole problem, its parts (phrases and clauses) and its near misses."""

    whole: np.ndarray
    parts: np.ndarray
    part_texts: tuple[str, ...]
    near: np.ndarray


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features by name, and what they are based on (positions in the views' texts)."""

    columns: Mapping[str, np.ndarray]
    whole: np.ndarray  # vectors of the problems, shape (problems, 384)
    part_texts: tuple[tuple[str, ...], ...]
    nearest_part: np.ndarray
    part_likeness: np.ndarray
    rival: np.ndarray  # position of the strongest other problem, -1 for none
    shared: list[list[lexical.Shared]]


def view(problem: Problem, embed: Embed) -> View:
    """The vectors of a problem's texts."""
    import numpy as np

    described = problem.describe or problem.statement
    clauses = [part for part in _clauses(described) if len(part.split()) > 1] or [described]
    parts = (*problem.phrases, *clauses)
    vectors = embed([described, problem.statement, *parts, *problem.near_misses])
    phrase_count = len(problem.phrases)
    problem_vector = vectors[0] + 0.5 * vectors[1]
    if phrase_count:
        problem_vector = problem_vector + 0.5 * vectors[2 : 2 + phrase_count].sum(0) / math.sqrt(phrase_count)
    problem_vector = problem_vector / max(float(np.linalg.norm(problem_vector)), 1e-9)
    split = 2 + len(parts)
    return View(problem_vector, vectors[2:split], parts, vectors[split:])


def _clauses(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[:;,.]", text) if part.strip()]


def gather(
    texts: Sequence[str],
    firsts: Sequence[bool],
    vectors: np.ndarray,
    problems: Sequence[Problem],
    embed: Embed,
    complaint: np.ndarray,
    praise: np.ndarray,
) -> Evidence:
    """Everything known of each sentence for each problem.

    Args:
        firsts: True if a sentence is the first of its answer.
        vectors: of the texts, unit length, shape (sentences, 384).
        complaint, praise: how much each sentence sounds like it, in log odds, shape (sentences,).
    """
    import numpy as np

    views = [view(problem, embed) for problem in problems]
    whole_likeness = np.stack([each.whole for each in views]) @ vectors.T
    likeness = [each.parts @ vectors.T for each in views]
    best_part = np.stack([part_likeness.max(0) for part_likeness in likeness])
    strongest = np.stack([np.sort(part_likeness, 0)[-3:].mean(0) for part_likeness in likeness])
    near = np.stack([(v.near @ vectors.T).max(0) if len(v.near) else np.zeros(len(texts)) for v in views])
    base = 0.5 * whole_likeness + 0.5 * best_part
    rival, rivals = _rivals(base, problems)
    before = np.where(np.asarray(firsts)[:, None], 0.0, np.roll(vectors, 1, 0))
    context = vectors + BEFORE * before
    context = context / np.maximum(np.linalg.norm(context, axis=1, keepdims=True), 1e-9)
    shared = lexical.shared(texts, problems)
    tone = np.where([[problem.kind == "praise"] for problem in problems], praise, complaint)
    columns = {
        "near_miss": near,
        "words": np.array([[words.weight for words in row] for row in shared]),
        "rival": rival,
        "behind_rival": np.minimum(base - rival, 0.0),
        "whole": beside_background(whole_likeness, TYPICAL_WHOLE),
        "parts": beside_background(strongest, TYPICAL_PART),
        "context": np.stack([each.whole for each in views]) @ context.T,
        "tone": tone,
        "tone_against": np.minimum(tone, 0.0),
    }
    nearest = np.stack([part_likeness.argmax(0) for part_likeness in likeness])
    views_whole = np.stack([each.whole for each in views])
    return Evidence(
        columns,
        views_whole,
        tuple(each.part_texts for each in views),
        nearest,
        best_part,
        rivals,
        shared,
    )


def _rivals(base: np.ndarray, problems: Sequence[Problem]) -> tuple[np.ndarray, np.ndarray]:
    """The score of the closest other problem of the same kind for each sentence, and its index."""
    import numpy as np

    best = np.full(base.shape, TYPICAL_RIVAL)
    which = np.full(base.shape, -1)
    for number, problem in enumerate(problems):
        others = [index for index, other in enumerate(problems) if index != number and other.kind == problem.kind]
        if others:
            best[number] = base[others].max(0)
            which[number] = np.array(others)[base[others].argmax(0)]
    return best, which


def beside_background(likeness: np.ndarray, typical: tuple[float, float]) -> np.ndarray:
    """How far a sentence stands out from the survey's own background, in standard deviations."""
    import numpy as np

    count = likeness.shape[1]
    mean = (likeness.sum(1, keepdims=True) + TYPICAL_WEIGHT * typical[0]) / (count + TYPICAL_WEIGHT)
    squares = ((likeness - mean) ** 2).sum(1, keepdims=True)
    variance = (squares + TYPICAL_WEIGHT * typical[1]) / (count + TYPICAL_WEIGHT)
    standing: np.ndarray = (likeness - mean) / np.sqrt(variance)
    return standing
