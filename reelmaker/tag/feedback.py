"""What the team's decisions teach: sentences that are like kept ones gain, those like dropped ones lose.

In: log odds of every sentence, their vectors, and for each problem the sentences that the team kept or dropped. Out:
the log odds moved, by more the more was decided. Three views: the direction that parts kept from dropped (a linear
discriminant, Fisher 1936), the nearest decided sentences, and, where sentences touch several subjects at once, their
single words (multiple-instance learning with a noisy or, Maron & Lozano-Pérez 1998).
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
        """0..1: nothing is learned of drops alone, for they do not say what is looked for."""
        return float(min(1.0, len(self.kept.whole) / ENOUGH) ** 0.5)


@dataclass(frozen=True, slots=True)
class Taught:
    """Log odds after the lessons, shape (problems, sentences), and why: (problem, sentence) -> a reason."""

    log_odds: np.ndarray
    why: Mapping[tuple[int, int], str]


def lessons(
    sentences: Sequence[Sentence],
    heard: Read,
    problems: Sequence[Problem],
    decided: Decided,
) -> dict[int, Lesson]:
    """The lessons of the decisions on these sentences, by number of the problem."""
    at = {(sentence.response, sentence.index): number for number, sentence in enumerate(sentences)}
    found = {}
    for number, problem in enumerate(problems):
        own: dict[bool, list[int]] = {True: [], False: []}
        for (slug, response, index), speaks in sorted(decided.items()):
            if slug == problem.slug and (response, index) in at:
                own[speaks].append(at[response, index])
        if any(own.values()):
            kept, dropped = (
                Read(heard.whole[own[verdict]], tuple(heard.words[n] for n in own[verdict]))
                for verdict in (True, False)
            )
            kept_texts, dropped_texts = ([sentences[n].text for n in own[verdict]] for verdict in (True, False))
            found[number] = Lesson(kept, dropped, kept_texts, dropped_texts, (*own[True], *own[False]))
    return found


def taught(
    log_odds: np.ndarray,
    heard: Read,
    problems: Sequence[Problem],
    lessons: Mapping[int, Lesson],
    lone: np.ndarray,
    several: float,
) -> Taught:
    """The log odds, moved by what was decided.

    Args:
        log_odds: of every sentence, shape (problems, sentences).
        lessons: by number of the problem.
        lone: which sentences are an answer by themselves, shape (sentences,).
        several: how far the survey's sentences touch several subjects at once, 0..1.
    """
    import numpy as np

    told = {number: lesson for number, lesson in lessons.items() if lesson.trust > 0}
    if not told:
        return Taught(log_odds, {})
    middle = heard.whole.mean(0)
    ours = unit(heard.whole - middle)
    solve = _stiff(ours)
    result = log_odds.copy()
    why: dict[tuple[int, int], str] = {}
    words = _by_words(log_odds, heard, told) if several > SEVERAL else {}
    for number, lesson in told.items():
        others = np.setdiff1d(np.arange(len(ours)), lesson.at)
        if len(others) < FEWEST:
            continue
        kept, dropped = (unit(read.whole - middle) for read in (lesson.kept, lesson.dropped))
        by_direction, by_neighbours, by_words = PLAIN if problems[number].kind == "any" else TONED
        against = dropped.mean(0) if len(dropped) else np.zeros(ours.shape[1], np.float32)
        near = _nearness(ours, kept) - (_nearness(ours, dropped) if len(dropped) else 0.0)
        heeded = by_direction * _even(ours @ (solve @ (kept.mean(0) - against)), others)
        heeded = heeded + by_neighbours * _even(near, others)
        before = _even(log_odds[number], others)
        if number in words:
            heeded = heeded + by_words * (_even(words[number], others) - before)
        after = before + lesson.trust * heeded
        if several <= SEVERAL:
            after = smoothing.shared(after[None], heard.whole, np.flatnonzero(lone), AGAIN * lesson.trust)[0]
        scale = max(float(log_odds[number][others].std()), 1e-3)
        moved = _levelled(log_odds[number], log_odds[number] + scale * (after - before), others)
        moved[list(lesson.at)] = log_odds[number][list(lesson.at)]  # a decided sentence is like itself: no lesson
        result[number] = moved
        why |= _reasons(number, lesson, (moved - log_odds[number]) / scale, ours @ kept.T, ours @ dropped.T)
    return Taught(result, why)


def _levelled(before: np.ndarray, after: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Log odds after the lesson, moved so that as many undecided sentences are over 0 as were before.

    A lesson says which sentences those are; how many there are, a handful of chosen examples does not say.
    """
    import numpy as np

    many = int((before[others] > 0).sum())
    ranked = np.sort(after[others])[::-1]
    if not 0 < many < len(ranked):
        return after
    result: np.ndarray = after - (ranked[many - 1] + ranked[many]) / 2
    return result


def _reasons(
    number: int, lesson: Lesson, moved: np.ndarray, kept: np.ndarray, dropped: np.ndarray
) -> dict[tuple[int, int], str]:
    """A reason for each sentence that a decision moved, with the decided sentence it is likest to."""
    import numpy as np

    found = {}
    for at in np.flatnonzero(np.abs(moved) > TOLD).tolist():
        up = moved[at] > 0
        likeness, texts = (kept, lesson.kept_texts) if up else (dropped, lesson.dropped_texts)
        if len(texts):
            text = _short(texts[int(likeness[at].argmax())])
            found[number, at] = f'like what the team {"kept" if up else "dropped"}: "{text}"'
    return found


def _by_words(log_odds: np.ndarray, heard: Read, told: Mapping[int, Lesson]) -> dict[int, np.ndarray]:
    """Log odds by the words of each sentence, for each problem with a lesson."""
    import numpy as np

    flat = np.concatenate(heard.words)
    middle = flat.mean(0)
    survey = [unit(words - middle) for words in heard.words]
    numbers = list(told)
    bags, marks = list(survey), []
    for row, number in enumerate(numbers):
        for read, sure in ((told[number].kept, True), (told[number].dropped, False)):
            marks += [(len(bags) + n, row, sure) for n in range(len(read.words))]
            bags += [unit(words - middle) for words in read.words]
    chances = 1 / (1 + np.exp(-log_odds[numbers]))
    found = multi_instance.learn(bags, chances, marks)[:, : len(survey)]
    return {number: found[row] for row, number in enumerate(numbers)}


def _stiff(vectors: np.ndarray) -> np.ndarray:
    """The inverse of their covariance, stiffened."""
    import numpy as np

    spread = vectors.T @ vectors / len(vectors)
    inverse: np.ndarray = np.linalg.inv(
        (1 - STIFF) * spread + STIFF * (np.trace(spread) / len(spread) + 1e-6) * np.eye(len(spread))
    )
    return inverse


def _nearness(ours: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """How near each sentence is to the decided ones, the nearest counting most."""
    import numpy as np

    result: np.ndarray = np.log(np.exp(NARROW * (ours @ decided.T)).mean(1))
    return result


def _even(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """In deviations from the mean, both those of some of the sentences: decided ones are like themselves."""
    result: np.ndarray = (values - values[among].mean()) / max(float(values[among].std()), 1e-3)
    return result


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
