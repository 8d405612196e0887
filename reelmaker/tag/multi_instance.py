"""Which words make a sentence be about a problem, learned from sentences alone: multiple-instance learning.

Takes bags of word vectors, a chance for some and a verdict for others; returns log odds for every bag. A sentence is
about a problem if one of its words is (noisy or), so the words are found without labels on words. Fitted by Adam
(Kingma & Ba 2015) for a fixed number of steps from a fixed start: the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

STEPS, STEP, BIAS_STEP = 90, 0.03, 0.09
SHRINK = 0.1  # ridge
SHARP = 10.0  # log odds for a cosine of one
RARE = -3.0  # log odds of any word at the start
DECIDED = 0.5  # how much the decided bags count together beside all others


def learn(bags: Sequence[np.ndarray], chances: np.ndarray, decided: Sequence[tuple[int, int, bool]]) -> np.ndarray:
    """Log odds of every bag, shape (problems, bags).

    Args:
        bags: word vectors of each sentence, unit length, shape (words, 384) each; may be empty.
        chances: the current estimate for the first bags, 0..1, shape (problems, first bags).
        decided: (bag, problem, whether it is about it) for further bags.
    """
    import numpy as np

    problems, first = chances.shape
    words = np.concatenate([*bags, np.zeros((0, 384), np.float32)]).astype(np.float32)
    sizes = np.array([len(bag) for bag in bags])
    full = sizes > 0
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])[full]
    bag_of_word = np.repeat(np.arange(len(bags)), sizes)
    wanted, weight = np.zeros((len(bags), problems)), np.zeros((len(bags), problems))
    wanted[:first], weight[:first] = chances.T, (1 - DECIDED) / first
    for problem in range(problems):
        for verdict in (True, False):
            own = [bag for bag, number, sure in decided if number == problem and sure == verdict]
            wanted[own, problem] = float(verdict)
            weight[own, problem] = DECIDED / 2 / max(1, len(own))
    weight = weight / weight.sum(0)
    direction, bias = np.zeros((words.shape[1], problems)), np.full(problems, RARE)
    moments = [[np.zeros_like(value), np.full_like(value, 1e-8)] for value in (direction, bias)]
    for step in range(1, STEPS + 1):
        odds = SHARP * (words @ direction.astype(np.float32)) + bias
        word_chances = 1 / (1 + np.exp(-odds))
        bag_chances = np.clip(1 - np.exp(_none(word_chances, starts, full)), 1e-4, 1 - 1e-4)
        slope = -((wanted - bag_chances) / bag_chances * weight)[bag_of_word] * word_chances
        slopes = (SHARP * (words.T @ slope.astype(np.float32)) + SHRINK * direction, slope.sum(0))
        for value, grad, moment, size in zip((direction, bias), slopes, moments, (STEP, BIAS_STEP), strict=True):
            moment[0] = 0.9 * moment[0] + 0.1 * grad
            moment[1] = 0.99 * moment[1] + 0.01 * grad**2
            value -= size * (moment[0] / (1 - 0.9**step)) / (np.sqrt(moment[1] / (1 - 0.99**step)) + 1e-8)
    odds = SHARP * (words @ direction.astype(np.float32)) + bias
    bag_chances = np.clip(1 - np.exp(_none(1 / (1 + np.exp(-odds)), starts, full)), 1e-9, 1 - 1e-9)
    result: np.ndarray = np.log(bag_chances / (1 - bag_chances)).T
    return result


def _none(word_chances: np.ndarray, starts: np.ndarray, full: np.ndarray) -> np.ndarray:
    """Log of the chance that no word of a bag is about the problem, shape (bags, problems)."""
    import numpy as np

    logs = np.log1p(-np.minimum(word_chances, 1 - 1e-7))
    result = np.zeros((len(full), word_chances.shape[1]))
    if len(starts):
        result[full] = np.add.reduceat(logs, starts, axis=0)
    return result
