"""What people say when they speak of anything: statistics of general customer talk, to measure a likeness against.

A cosine of 0.4 says much beside one problem and nothing beside another, and a survey alone cannot tell: it may not
hold a single sentence on the problem. So each likeness is set beside that of many thousand invented and openly
licensed sentences of all trades, of which only the mean, the covariance and the middles of clusters are kept, with
how rare each word is. `bench/train_background.py` makes `background.npz`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.tag.embeddings import unit

if TYPE_CHECKING:
    import numpy as np

NEAREST = 8  # clusters by which it is measured how near a vector is to talk of all sorts
STIFF = 0.3  # of the covariance where directions are evened


@dataclass(frozen=True, slots=True)
class Background:
    """Mean (384,), covariance (384, 384), clusters (many, 384) of unit length, mean of words in context (384,), and
    word stem -> in which share of sentences it stands.
    """

    mean: np.ndarray
    spread: np.ndarray
    clusters: np.ndarray
    word_mean: np.ndarray
    share: Mapping[str, float]
    even: np.ndarray  # inverse square root of the stiffened covariance

    def standing(self, likeness: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """How far likenesses to a vector stand out of the background's, in standard deviations."""
        deviation = math.sqrt(max(float(vector @ self.spread @ vector), 1e-6))
        result: np.ndarray = (likeness - float(self.mean @ vector)) / deviation
        return result

    def hub(self, vectors: np.ndarray) -> np.ndarray:
        """How near vectors are to their nearest clusters: what is near to everything says little by being near."""
        import numpy as np

        near = np.sort(vectors @ self.clusters.T, 1)[:, -NEAREST:]
        result: np.ndarray = near.mean(1)
        return result

    def evened(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors around the middle of all talk, each direction as wide as the others, at unit length."""
        return unit((vectors - self.mean) @ self.even)

    def rarity(self, word: str) -> float:
        """Of a stem, 0 (in every sentence) .. 1 (never seen)."""
        return min(1.0, -math.log(max(self.share.get(word, 0.0), 1e-4)) / -math.log(1e-4))


def learned(
    vectors: np.ndarray, words: Sequence[np.ndarray], stems: Iterable[Iterable[str]], clusters: int = 256
) -> Background:
    """The background of some sentences: their vectors, those of their words, and the stems of each."""
    import numpy as np

    mean = vectors.mean(0)
    ours = vectors - mean
    spread = ours.T @ ours / len(ours)
    counts: dict[str, int] = {}
    many = 0
    for some in stems:
        many += 1
        for stem in set(some):
            counts[stem] = counts.get(stem, 0) + 1
    share = {stem: round(count / many, 6) for stem, count in sorted(counts.items()) if count > 1}
    return made(mean, spread, middles(vectors, clusters), np.concatenate(list(words)).mean(0), share)


def made(
    mean: np.ndarray,
    spread: np.ndarray,
    clusters: np.ndarray,
    word_mean: np.ndarray,
    share: Mapping[str, float],
) -> Background:
    """A background of its parts."""
    import numpy as np

    stiff = (1 - STIFF) * spread + STIFF * np.trace(spread) / len(spread) * np.eye(len(spread))
    values, directions = np.linalg.eigh(stiff.astype(np.float64))
    even = ((directions / np.sqrt(values)) @ directions.T).astype(np.float32)
    return Background(
        mean.astype(np.float32), spread.astype(np.float32), clusters.astype(np.float32),
        word_mean.astype(np.float32), share, even,
    )  # fmt: skip


def middles(vectors: np.ndarray, many: int, rounds: int = 8) -> np.ndarray:
    """Middles of clusters (spherical k-means, from evenly spread starts: the same each time)."""
    import numpy as np

    if len(vectors) <= many:
        return vectors
    at = np.linspace(0, len(vectors) - 1, many).astype(int)
    result: np.ndarray = vectors[at]
    for _ in range(rounds):
        nearest = (vectors @ result.T).argmax(1)
        sums = np.zeros_like(result)
        np.add.at(sums, nearest, vectors)
        empty = np.abs(sums).sum(1) == 0
        sums[empty] = result[empty]
        result = unit(sums)
    return result


def save(background: Background, path: Path) -> None:
    """Half precision: a background is no exact thing."""
    import numpy as np

    np.savez_compressed(
        path,
        mean=background.mean,
        spread=(background.spread * 1000).astype(np.float16),
        clusters=background.clusters.astype(np.float16),
        word_mean=background.word_mean,
        share=np.frombuffer(json.dumps(background.share).encode(), np.uint8),
    )


@lru_cache(maxsize=1)
def load() -> Background:
    """The one that is shipped."""
    import numpy as np

    with np.load(Path(__file__).parent / "background.npz") as held:
        return made(
            held["mean"],
            held["spread"].astype(np.float32) / 1000,
            unit(held["clusters"].astype(np.float32)),
            held["word_mean"],
            json.loads(held["share"].tobytes().decode()),
        )
