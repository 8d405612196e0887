"""What a sentence is about, whatever its tone: used for short written answers and for problems without a tone.

Takes the vectors of sentences and words, and the problems; returns how far each sentence stands out as being about
each problem. Nothing here is learned from examples: the survey itself shows what is ordinary in it, and the surest
sentences teach how this survey's customers put the rest (pseudo-relevance feedback, Lavrenko & Croft 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.model import Problem
from reelmaker.tag import lexical
from reelmaker.tag.embeddings import Read, unit
from reelmaker.tag.features import TYPICAL_WEIGHT, beside_background

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

# Typical mean and variance of each view, which a small survey leans on
TYPICAL = {
    "meaning": (0.0, 0.012),
    "words": (0.12, 0.09),
    "own": (0.1, 0.03),
    "said": (0.33, 0.012),
    "phrasing": (0.25, 0.012),
}
MEANING, WORDS, PARTS = 3.0, 0.7, 1.5  # how much each view counts
OWN_WORDS = 3.0  # of each problem's own words, where sentences touch several subjects at once
RIVAL = 0.5  # how much the best other problem takes away
# Share of sentences on several subjects at which their own words count half; how steeply; so many expected of fifty
MANY, SLOPE, EXPECTED = 0.06, 0.012, 1.0
SAME_WORD, SHARPNESS = 0.55, 0.06  # cosine from which a word is taken for one of the problem's
SEVERAL = 0.4
SURE, UNSURE, STIFF, TAUGHT = 2.5, 0.4, 0.9, 1.3  # which sentences teach, how stiffly, how much that counts
TOP = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """How each sentence relates to each problem, shape (problems, sentences), about 0 for an ordinary sentence.

    `standing` is the verdict; `phrasing` is how close the words are, in their context, to the problem's own;
    `own_words[p][s]` says for each word of sentence s that carries meaning whether it is a word of problem p, 0..1;
    `several` is how far this survey's sentences touch several subjects at once, 0..1.
    """

    standing: np.ndarray
    phrasing: np.ndarray
    own_words: tuple[tuple[np.ndarray, ...], ...]
    several: float


def stand(
    sentence_vectors: Read,
    problems: Sequence[Problem],
    problem_vectors: np.ndarray,
    parts: np.ndarray,
    shared: np.ndarray,
    tone: np.ndarray,
    read: Callable[[Sequence[str]], Read],
) -> Subject:
    """How far each sentence stands out as being about each problem.

    Args:
        problem_vectors: vectors of the problems, shape (problems, 384).
        parts: how far each sentence stands out by its likeness to the problems' parts, shape (problems, sentences).
        shared: weight of the words that both use, shape (problems, sentences).
        tone: the direction from complaint to praise, shape (384,).
        read: returns the vectors of texts.
    """
    centred, middle = _centred(_without(sentence_vectors.whole, tone))
    meaning = unit(_without(problem_vectors, tone) - middle) @ centred.T
    words = _Words(sentence_vectors, problems, read)
    own = words.own()
    strongest = _strongest(own)
    verdict = (
        MEANING * beside_background(meaning, TYPICAL["meaning"])
        + WORDS * beside_background(shared, TYPICAL["words"])
        + PARTS * parts
    )
    verdict = _even(verdict)
    gate = _several(strongest)
    if gate > 0.01:
        word_strength = _strongest(words.said)
        verdict = verdict + gate * OWN_WORDS * (
            beside_background(strongest, TYPICAL["own"]) + beside_background(word_strength, TYPICAL["said"])
        )
    verdict = _taught(_against_rivals(_even(verdict)), sentence_vectors.whole)
    return Subject(verdict, beside_background(words.phrasing(), TYPICAL["phrasing"]), own, gate)


class _Words:
    """The words of the sentences compared with those of the problems; all words are in one flat list with cuts between
    sentences.
    """

    def __init__(
        self, sentence_vectors: Read, problems: Sequence[Problem], read: Callable[[Sequence[str]], Read]
    ) -> None:
        import numpy as np

        self._cuts = np.cumsum([0, *(len(words) for words in sentence_vectors.words)])
        flat = np.concatenate([*sentence_vectors.words, np.zeros((0, sentence_vectors.whole.shape[1]), np.float32)])
        self._flat, self._around = _centred(flat)
        texts = [[text for text in (p.describe, p.statement, *p.phrases) if text] for p in problems]
        spoken = [list(lexical.content(" ".join(own)).values()) for own in texts]
        alone = read([word.lower() for words in spoken for word in words] or [""]).whole
        inside = read([text for own in texts for text in own]).words
        cuts = np.cumsum([0, *(len(words) for words in spoken)])
        self._alone = [unit(alone[a:b] - self._around) for a, b in pairwise(cuts)]
        cuts = np.cumsum([0, *(len(own) for own in texts)])
        self._inside = [unit(np.concatenate(inside[a:b]) - self._around) for a, b in pairwise(cuts)]
        self._near = [vectors @ self._flat.T for vectors in self._alone]
        self.said = tuple(map(self._split, self._near))

    def own(self) -> tuple[tuple[np.ndarray, ...], ...]:
        """For each problem and sentence, how surely each word is one of the problem's and of no other's."""
        import numpy as np

        rows = []
        for number, (vectors, near) in enumerate(zip(self._alone, self._near, strict=True)):
            others = [other for index, other in enumerate(self._alone) if index != number and len(other)]
            alike = (vectors @ np.concatenate(others).T).max(1) if others else np.zeros(len(vectors))
            mine = np.clip(1.2 - alike, 0.1, 1.0)[:, None]
            sure = 1 / (1 + np.exp(-(near - SAME_WORD) / SHARPNESS))
            rows.append(self._split(mine * sure))
        return tuple(rows)

    def phrasing(self) -> np.ndarray:
        """The mean of the best few likenesses between a sentence's words and a problem's, each in its context."""
        import numpy as np

        rows = []
        for vectors in self._inside:
            near = vectors @ self._flat.T
            best = np.zeros((len(vectors), len(self._cuts) - 1), np.float32)
            for sentence, (a, b) in enumerate(pairwise(self._cuts)):
                if b > a:
                    best[:, sentence] = near[:, a:b].max(1)
            rows.append(np.sort(best, 0)[-TOP:].mean(0) if len(best) else np.zeros(best.shape[1]))
        return np.stack(rows)

    def _split(self, of_words: np.ndarray) -> tuple[np.ndarray, ...]:
        """For each sentence, the best match of each of its words with the problem's words."""
        import numpy as np

        best = of_words.max(0) if len(of_words) else np.zeros(of_words.shape[1], np.float32)
        return tuple(best[a:b] for a, b in pairwise(self._cuts))


def _strongest(words: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    import numpy as np

    return np.array([[float(each.max()) if len(each) else 0.0 for each in row] for row in words])


def _several(own: np.ndarray) -> float:
    """0..1: whether this survey's sentences touch several subjects at once, so that a whole sentence blurs them."""
    import numpy as np

    if len(own) < 2:
        return 0.0
    both = float((np.sort(own, 0)[-2] > SEVERAL).sum())
    share = (both + EXPECTED) / (own.shape[1] + 50 * EXPECTED)
    return float(1 / (1 + np.exp(-(share - MANY) / SLOPE)))


def _against_rivals(verdict: np.ndarray) -> np.ndarray:
    import numpy as np

    if len(verdict) < 2:
        return verdict
    others = [np.delete(verdict, number, 0).max(0) for number in range(len(verdict))]
    return verdict - RIVAL * np.stack(others)


def _taught(verdict: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The verdict, improved by what the surest sentences teach: the direction that separates them from the rest.

    This is the direction of a linear discriminant (Fisher 1936) with a regularised covariance. Without sure sentences
    there is no lesson.
    """
    import numpy as np

    even = _even(verdict)
    sure = 1 / (1 + np.exp(-(even - SURE) / UNSURE))
    sure = sure / np.maximum(1.0, sure.sum(0))
    centred = vectors - vectors.mean(0)
    spread = centred.T @ centred / len(centred)
    spread = (1 - STIFF) * spread + STIFF * (np.trace(spread) / len(spread) + 1e-6) * np.eye(len(spread))
    total = sure.sum(1, keepdims=True)
    lesson = np.linalg.solve(spread, (sure @ centred / np.maximum(total, 1e-6)).T).T @ centred.T
    result: np.ndarray = even + TAUGHT * total / (total + 1.0) * _even(lesson)
    return result


def _even(values: np.ndarray) -> np.ndarray:
    """Mean 0 and deviation 1 in each row; a survey of few sentences is trusted less."""
    import numpy as np

    count = values.shape[1]
    middle = values.sum(1, keepdims=True) / (count + TYPICAL_WEIGHT / 10)
    scale = np.sqrt(
        (((values - middle) ** 2).sum(1, keepdims=True) + TYPICAL_WEIGHT / 10) / (count + TYPICAL_WEIGHT / 10)
    )
    result: np.ndarray = (values - middle) / scale
    return result


def _centred(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors relative to their own mean, at unit length; and the mean."""
    middle = vectors.sum(0) / (len(vectors) + TYPICAL_WEIGHT / 3)
    return unit(vectors - middle), middle


def _without(vectors: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Vectors without their component along a direction, at unit length."""
    import numpy as np

    along = direction / max(float(np.linalg.norm(direction)), 1e-9)
    return unit(vectors - np.outer(vectors @ along, along))
