"""What people say about anything at all: statistics of general customer talk, to measure a likeness against.

A cosine of 0.4 means much for one problem and nothing for another, and a survey alone cannot show which: it may not
contain a single sentence on the problem. So each likeness is compared with that of many thousand invented and openly
licensed sentences from all trades. Only their mean, covariance and cluster centres are kept, and how rare each word
is. `bench/train_background.py` makes `background.npz`.
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

NEAREST = 8  # number of clusters that measure how close a vector is to general talk
STIFF = 0.3  # of the covariance where directions are evened


@dataclass(frozen=True, slots=True)
class Background:
    """Mean (384,), covariance (384, 384), clusters (clusters, 384) of unit length, mean of words in context (384,),
    and word stem -> share of sentences that contain it.
    """

    mean: np.ndarray
    spread: np.ndarray
    clusters: np.ndarray
    word_mean: np.ndarray
    share: Mapping[str, float]
    even: np.ndarray  # inverse square root of the stiffened covariance

    def standing(self, likeness: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """How far the likenesses to a vector stand out from the background's, in standard deviations."""
        deviation = math.sqrt(max(float(vector @ self.spread @ vector), 1e-6))
        result: np.ndarray = (likeness - float(self.mean @ vector)) / deviation
        return result

    def hub(self, vectors: np.ndarray) -> np.ndarray:
        """How close vectors are to their nearest clusters: being close means little for a vector that is close to
        everything.
        """
        import numpy as np

        near = np.sort(vectors @ self.clusters.T, 1)[:, -NEAREST:]
        result: np.ndarray = near.mean(1)
        return result

    def evened(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors relative to the mean of all talk, whitened, at unit length."""
        return unit((vectors - self.mean) @ self.even)

    def rarity(self, word: str) -> float:
        """The rarity of a stem, 0 (in every sentence) .. 1 (never seen)."""
        return min(1.0, -math.log(max(self.share.get(word, 0.0), 1e-4)) / -math.log(1e-4))


def learned(
    vectors: np.ndarray, words: Sequence[np.ndarray], stems: Iterable[Iterable[str]], clusters: int = 256
) -> Background:
    """The background of some sentences, from their vectors, their words' vectors and their stems."""
    import numpy as np

    mean = vectors.mean(0)
    centred = vectors - mean
    spread = centred.T @ centred / len(centred)
    counts: dict[str, int] = {}
    sentence_count = 0
    for sentence_stems in stems:
        sentence_count += 1
        for stem in set(sentence_stems):
            counts[stem] = counts.get(stem, 0) + 1
    share = {stem: round(count / sentence_count, 6) for stem, count in sorted(counts.items()) if count > 1}
    return made(mean, spread, middles(vectors, clusters), np.concatenate(list(words)).mean(0), share)


def made(
    mean: np.ndarray,
    spread: np.ndarray,
    clusters: np.ndarray,
    word_mean: np.ndarray,
    share: Mapping[str, float],
) -> Background:
    """A background from its parts."""
    import numpy as np

    stiff = (1 - STIFF) * spread + STIFF * np.trace(spread) / len(spread) * np.eye(len(spread))
    values, directions = np.linalg.eigh(stiff.astype(np.float64))
    even = ((directions / np.sqrt(values)) @ directions.T).astype(np.float32)
    return Background(
        mean.astype(np.float32), spread.astype(np.float32), clusters.astype(np.float32),
        word_mean.astype(np.float32), share, even,
    )  # fmt: skip


def middles(vectors: np.ndarray, count: int, rounds: int = 8) -> np.ndarray:
    """Cluster centres (spherical k-means, from evenly spread starts: the same each time)."""
    import numpy as np

    if len(vectors) <= count:
        return vectors
    starts = np.linspace(0, len(vectors) - 1, count).astype(int)
    result: np.ndarray = vectors[starts]
    for _ in range(rounds):
        nearest = (vectors @ result.T).argmax(1)
        sums = np.zeros_like(result)
        np.add.at(sums, nearest, vectors)
        empty = np.abs(sums).sum(1) == 0
        sums[empty] = result[empty]
        result = unit(sums)
    return result


def save(background: Background, path: Path) -> None:
    """Write a background, in half precision: it need not be exact."""
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
    """The background that is shipped."""
    import numpy as np

    with np.load(Path(__file__).parent / "background.npz") as arrays:
        return made(
            arrays["mean"],
            arrays["spread"].astype(np.float32) / 1000,
            unit(arrays["clusters"].astype(np.float32)),
            arrays["word_mean"],
            json.loads(arrays["share"].tobytes().decode()),
        )
