"""Customers who say nearly the same are judged nearly alike.

In: what is held of each sentence, their vectors. Out: the same, leant on the likest other sentences (label
propagation over nearest neighbours, Zhu & Ghahramani 2002, one step). A sentence like no other keeps its own.
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


def shared(verdict: np.ndarray, vectors: np.ndarray, at: np.ndarray, trust: float) -> np.ndarray:
    """The verdict, shape (problems, sentences), each of the sentences `at` leant on those of them likest to it.

    Args:
        vectors: of the sentences, unit length, shape (sentences, 384).
        at: positions of the sentences that may be compared, shape (many,).
        trust: how much the others count where they are very like, 0..1.
    """
    import numpy as np

    many = min(NEAREST, len(at) - 1)
    if many < 1 or trust <= 0:
        return verdict
    own = unit(vectors[at] - vectors.mean(0))
    held = verdict[:, at]
    result: np.ndarray = verdict.copy()
    for begin in range(0, len(at), BLOCK):
        near = own[begin : begin + BLOCK] @ own.T
        rows = np.arange(len(near))
        near[rows, rows + begin] = -1.0  # not itself
        best = np.argsort(-near, 1, kind="stable")[:, :many]
        weight = np.maximum(np.take_along_axis(near, best, 1), 0.0) ** NEARNESS
        total = weight.sum(1)
        theirs = (held[:, best] * weight).sum(2) / np.maximum(total, 1e-6)
        lean = trust * np.minimum(1.0, total / (NEAREST * AT_HOME**NEARNESS))
        result[:, at[begin : begin + BLOCK]] = (1 - lean) * held[:, begin : begin + BLOCK] + lean * theirs
    return result
