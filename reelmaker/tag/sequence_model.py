"""From judging sentences alone to judging them in their answer: people stay with a subject for some sentences.

An answer is a walk through the states "nothing we look for" and "is about problem P". The posterior of every state at
every sentence is computed exactly, by the forward-backward algorithm (Rabiner 1989, A tutorial on hidden Markov
models).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Habits:
    """How people move between subjects: chances from one sentence to the next.

    `enter`: from nothing to a problem; `stay`: with the same problem; `leave`: of those that do not stay, to
    nothing rather than to another problem. `offset` takes the overall rarity out of the sentence's own odds.
    """

    enter: float
    stay: float
    leave: float
    offset: float


def posterior(log_odds: np.ndarray, answers: Sequence[slice], habits: Habits) -> np.ndarray:
    """The chance that each sentence is about each problem, given its whole answer.

    Args:
        log_odds: of each sentence alone, shape (problems, sentences).
        answers: where each answer's sentences are.
    """
    import numpy as np

    problem_count = len(log_odds)
    steps = _steps(problem_count, habits)
    start = np.concatenate([[1 - habits.enter], np.full(problem_count, habits.enter / problem_count)])
    likelihoods = np.concatenate([np.zeros((1, log_odds.shape[1])), log_odds + habits.offset])
    likelihoods = np.exp(likelihoods - likelihoods.max(0)).T  # shape (sentences, states)
    result = np.zeros(log_odds.shape)
    for answer in answers:
        likelihood = likelihoods[answer]
        forward, backward = np.zeros(likelihood.shape), np.ones(likelihood.shape)
        for sentence in range(len(likelihood)):
            forward[sentence] = (forward[sentence - 1] @ steps if sentence else start) * likelihood[sentence]
            forward[sentence] /= forward[sentence].sum()
        for sentence in range(len(likelihood) - 2, -1, -1):
            backward[sentence] = steps @ (backward[sentence + 1] * likelihood[sentence + 1])
            backward[sentence] /= backward[sentence].sum()
        both = forward * backward
        result[:, answer] = (both / both.sum(1, keepdims=True))[:, 1:].T
    return result


def _steps(problem_count: int, habits: Habits) -> np.ndarray:
    import numpy as np

    steps = np.zeros((problem_count + 1, problem_count + 1))
    steps[0, 0] = 1 - habits.enter
    steps[0, 1:] = habits.enter / problem_count
    for state in range(1, problem_count + 1):
        if problem_count > 1:
            steps[state, 1:] = (1 - habits.stay) * (1 - habits.leave) / (problem_count - 1)
        steps[state, state] = habits.stay
        steps[state, 0] = 1 - steps[state, 1:].sum()
    return steps


def operating_point(chances: np.ndarray, lowest: float, highest: float) -> float:
    """The chance from which using a sentence is worth it: the one that maximises the expected F1.

    It is half of the best F1 to be expected (Lipton, Elkan & Narayanaswamy 2014), limited to a range.
    """
    import numpy as np

    ranked = np.sort(chances)[::-1]
    expected = 2 * np.cumsum(ranked) / (np.arange(1, len(ranked) + 1) + ranked.sum())
    return float(np.clip(expected.max() / 2, lowest, highest))
