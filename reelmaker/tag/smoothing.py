"""Customers who say nearly the same are judged nearly alike.

Takes the verdict on each sentence and the vectors; returns the verdicts, averaged with those of the most similar other
sentences (label propagation over nearest neighbours, Zhu & Ghahramani 2002, one step). A sentence similar to no other
keeps its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reelmaker.tag.embeddings import unit

if TYPE_CHECKING:
    import numpy as np

NEAREST = 10  # sentences that are looked at
NEARNESS = 4  # power of the cosine by which each counts
AT_HOME = 0.6  # mean cosine of them from which a sentence leans on them fully
BLOCK = 1024  # sentences compared at a time


def shared(verdict: np.ndarray, vectors: np.ndarray, positions: np.ndarray, trust: float) -> np.ndarray:
    """The verdict, shape (problems, sentences), each sentence in `positions` moved towards those most like it.

    Args:
        vectors: of the sentences, unit length, shape (sentences, 384).
        positions: of the sentences that may be compared, shape (compared sentences,).
        trust: how much the others count if they are very similar, 0..1.
    """
    import numpy as np

    neighbour_count = min(NEAREST, len(positions) - 1)
    if neighbour_count < 1 or trust <= 0:
        return verdict
    own = unit(vectors[positions] - vectors.mean(0))
    verdicts = verdict[:, positions]
    result: np.ndarray = verdict.copy()
    for begin in range(0, len(positions), BLOCK):
        near = own[begin : begin + BLOCK] @ own.T
        rows = np.arange(len(near))
        near[rows, rows + begin] = -1.0  # not itself
        best = np.argsort(-near, 1, kind="stable")[:, :neighbour_count]
        weight = np.maximum(np.take_along_axis(near, best, 1), 0.0) ** NEARNESS
        total = weight.sum(1)
        theirs = (verdicts[:, best] * weight).sum(2) / np.maximum(total, 1e-6)
        lean = trust * np.minimum(1.0, total / (NEAREST * AT_HOME**NEARNESS))
        result[:, positions[begin : begin + BLOCK]] = (1 - lean) * verdicts[:, begin : begin + BLOCK] + lean * theirs
    return result
