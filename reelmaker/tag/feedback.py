"""What the team's decisions teach: sentences similar to kept ones gain, those similar to dropped ones lose.

Takes the log odds of every sentence, their vectors, and for each problem the sentences that the team kept or dropped;
returns the adjusted log odds, changed more the more was decided. There are three views: the direction that separates
kept from dropped (a linear discriminant, Fisher 1936), the nearest decided sentences, and, where sentences touch
several subjects at once, their single words (multiple-instance learning with a noisy or, Maron & Lozano-Pérez 1998).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelmaker.model import Problem, Sentence
from reelmaker.tag import Decided, multi_instance, smoothing
from reelmaker.tag.embeddings import Read, unit

if TYPE_CHECKING:
    import numpy as np

# How much each view counts, in deviations of the log odds: direction, neighbours, words. Where a tone is looked for,
# a sentence may be dropped for its tone alone, so that its subject says less.
PLAIN, TONED = (0.25, 0.25, 0.6), (0.08, 0.08, 0.2)
STIFF = 0.9  # of the covariance: 384 numbers are not known from a few sentences
NARROW = 8.0  # how fast likeness to a decided sentence counts less
AGAIN = 0.5  # how much the likest answers count for an answer of one sentence
ENOUGH = 8  # kept sentences at which a problem is believed to be known
SEVERAL = 0.5  # from here on sentences touch several subjects, and words are listened to
FEWEST = 5  # undecided sentences from which there is something to compare
TOLD = 0.35  # deviations from which a lesson is worth a reason


@dataclass(frozen=True, slots=True)
class Lesson:
    """The decided sentences of one problem, with the vectors of their words."""

    kept: Read
    dropped: Read
    kept_texts: Sequence[str] = ()
    dropped_texts: Sequence[str] = ()
    at: tuple[int, ...] = ()  # where they stand among the sentences that are judged

    @property
    def trust(self) -> float:
        """0..1: nothing is learned from drops alone, because they do not show what is looked for."""
        return float(min(1.0, len(self.kept.whole) / ENOUGH) ** 0.5)


@dataclass(frozen=True, slots=True)
class Taught:
    """Log odds after the lessons, shape (problems, sentences), and why: (problem, sentence) -> a reason."""

    log_odds: np.ndarray
    why: Mapping[tuple[int, int], str]


def lessons(
    sentences: Sequence[Sentence],
    sentence_vectors: Read,
    problems: Sequence[Problem],
    decided: Decided,
) -> dict[int, Lesson]:
    """The lessons from the decisions on these sentences, by index of the problem."""
    positions = {(sentence.response, sentence.index): number for number, sentence in enumerate(sentences)}
    by_problem = {}
    for number, problem in enumerate(problems):
        own: dict[bool, list[int]] = {True: [], False: []}
        for (slug, response, index), speaks in sorted(decided.items()):
            if slug == problem.slug and (response, index) in positions:
                own[speaks].append(positions[response, index])
        if any(own.values()):
            kept, dropped = (
                Read(sentence_vectors.whole[own[verdict]], tuple(sentence_vectors.words[n] for n in own[verdict]))
                for verdict in (True, False)
            )
            kept_texts, dropped_texts = ([sentences[n].text for n in own[verdict]] for verdict in (True, False))
            by_problem[number] = Lesson(kept, dropped, kept_texts, dropped_texts, (*own[True], *own[False]))
    return by_problem


def taught(
    log_odds: np.ndarray,
    sentence_vectors: Read,
    problems: Sequence[Problem],
    lessons: Mapping[int, Lesson],
    lone: np.ndarray,
    several: float,
) -> Taught:
    """The log odds, adjusted by the decisions.

    Args:
        log_odds: of every sentence, shape (problems, sentences).
        lessons: by index of the problem.
        lone: which sentences are a whole answer, shape (sentences,).
        several: how far the survey's sentences touch several subjects at once, 0..1.
    """
    import numpy as np

    trusted = {number: lesson for number, lesson in lessons.items() if lesson.trust > 0}
    if not trusted:
        return Taught(log_odds, {})
    middle = sentence_vectors.whole.mean(0)
    centred = unit(sentence_vectors.whole - middle)
    solve = _stiff(centred)
    result = log_odds.copy()
    why: dict[tuple[int, int], str] = {}
    words = _by_words(log_odds, sentence_vectors, trusted) if several > SEVERAL else {}
    for number, lesson in trusted.items():
        others = np.setdiff1d(np.arange(len(centred)), lesson.at)
        if len(others) < FEWEST:
            continue
        kept, dropped = (unit(read.whole - middle) for read in (lesson.kept, lesson.dropped))
        by_direction, by_neighbours, by_words = PLAIN if problems[number].kind == "any" else TONED
        against = dropped.mean(0) if len(dropped) else np.zeros(centred.shape[1], np.float32)
        near = _nearness(centred, kept) - (_nearness(centred, dropped) if len(dropped) else 0.0)
        heeded = by_direction * _even(centred @ (solve @ (kept.mean(0) - against)), others)
        heeded = heeded + by_neighbours * _even(near, others)
        before = _even(log_odds[number], others)
        if number in words:
            heeded = heeded + by_words * (_even(words[number], others) - before)
        after = before + lesson.trust * heeded
        if several <= SEVERAL:
            after = smoothing.shared(after[None], sentence_vectors.whole, np.flatnonzero(lone), AGAIN * lesson.trust)[0]
        scale = max(float(log_odds[number][others].std()), 1e-3)
        moved = _levelled(log_odds[number], log_odds[number] + scale * (after - before), others)
        moved[list(lesson.at)] = log_odds[number][list(lesson.at)]  # a decided sentence is like itself: no lesson
        result[number] = moved
        why |= _reasons(number, lesson, (moved - log_odds[number]) / scale, centred @ kept.T, centred @ dropped.T)
    return Taught(result, why)


def _levelled(before: np.ndarray, after: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Log odds after the lesson, shifted so that as many undecided sentences are above 0 as before.

    A lesson shows which sentences those are; a handful of chosen examples does not show how many there are.
    """
    import numpy as np

    count = int((before[others] > 0).sum())
    ranked = np.sort(after[others])[::-1]
    if not 0 < count < len(ranked):
        return after
    result: np.ndarray = after - (ranked[count - 1] + ranked[count]) / 2
    return result


def _reasons(
    number: int, lesson: Lesson, moved: np.ndarray, kept: np.ndarray, dropped: np.ndarray
) -> dict[tuple[int, int], str]:
    """A reason for each sentence that a decision moved, with the decided sentence it resembles most."""
    import numpy as np

    reasons = {}
    for position in np.flatnonzero(np.abs(moved) > TOLD).tolist():
        up = moved[position] > 0
        likeness, texts = (kept, lesson.kept_texts) if up else (dropped, lesson.dropped_texts)
        if len(texts):
            text = _short(texts[int(likeness[position].argmax())])
            reasons[number, position] = f'like what the team {"kept" if up else "dropped"}: "{text}"'
    return reasons


def _by_words(log_odds: np.ndarray, sentence_vectors: Read, trusted: Mapping[int, Lesson]) -> dict[int, np.ndarray]:
    """Log odds by the words of each sentence, for each problem with a lesson."""
    import numpy as np

    flat = np.concatenate(sentence_vectors.words)
    middle = flat.mean(0)
    survey = [unit(words - middle) for words in sentence_vectors.words]
    numbers = list(trusted)
    bags, marks = list(survey), []
    for row, number in enumerate(numbers):
        for read, sure in ((trusted[number].kept, True), (trusted[number].dropped, False)):
            marks += [(len(bags) + n, row, sure) for n in range(len(read.words))]
            bags += [unit(words - middle) for words in read.words]
    chances = 1 / (1 + np.exp(-log_odds[numbers]))
    odds = multi_instance.learn(bags, chances, marks)[:, : len(survey)]
    return {number: odds[row] for row, number in enumerate(numbers)}


def _stiff(vectors: np.ndarray) -> np.ndarray:
    """The inverse of their regularised covariance."""
    import numpy as np

    spread = vectors.T @ vectors / len(vectors)
    inverse: np.ndarray = np.linalg.inv(
        (1 - STIFF) * spread + STIFF * (np.trace(spread) / len(spread) + 1e-6) * np.eye(len(spread))
    )
    return inverse


def _nearness(undecided: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """How close each sentence is to the decided ones; the nearest count most."""
    import numpy as np

    result: np.ndarray = np.log(np.exp(NARROW * (undecided @ decided.T)).mean(1))
    return result


def _even(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """In standard deviations from the mean, both taken over some of the sentences: decided ones resemble themselves."""
    result: np.ndarray = (values - values[among].mean()) / max(float(values[among].std()), 1e-3)
    return result


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
