"""Whether a problem is raised in a survey at all, decided on the survey as a whole.

The surest sentence alone is poor evidence: among two thousand sentences, one is close to any problem by chance. So the
gate weighs the surest sentence with how sure the next answers are, how far they stand above the median of the survey,
how many sentences there are, and whether the closest sentences share the problem's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.tag.presence.absolute import COLUMNS, Heard

if TYPE_CHECKING:
    import numpy as np

FEW, SOME = 3, 6  # sentences or answers whose mean is taken
FLOOR = -9.0  # log odds of an answer or a sentence that is not there
WORDS = (
    "shared",
    "covered",
    "own_word",
    "whole",
    "in_survey",
)  # columns of `absolute` whose mean over the likest is taken
MEASURES = (
    "surest", "surest_bounded", "few", "few_answers", "some_answers", "middle_answer", "above_middle", "spread",
    "sentences", *WORDS, "best_part", "best_phrasing", "described", "phrases",
)  # fmt: skip


def measures(columns: np.ndarray, about: np.ndarray, survey: Heard) -> np.ndarray:
    """The features of a survey for one problem, shape (measures,), in the order of `MEASURES`.

    Args:
        columns: the result of `absolute.columns`, shape (sentences, columns).
        about: log odds that each sentence is about the problem, shape (sentences,).
    """
    import numpy as np

    ranked = np.sort(about)[::-1]
    answers = np.sort(_surest_of_answers(about, survey.firsts))[::-1]
    likest = np.argsort(-about, kind="stable")[:FEW]
    few = _mean_of(ranked, FEW)
    by_name = {name: columns[:, place] for place, name in enumerate(COLUMNS)}
    return np.array([
        ranked[0], max(ranked[0], -1.0), few, _mean_of(answers, FEW), _mean_of(answers, SOME), np.median(answers),
        few - np.median(about), about.std(), np.log(len(about)),
        *(by_name[name][likest].mean() for name in WORDS),
        by_name["part"].max(), by_name["phrasing"].max(), by_name["described"][0], by_name["phrases"][0],
    ])  # fmt: skip


def _surest_of_answers(about: np.ndarray, firsts: Sequence[bool] | np.ndarray) -> np.ndarray:
    """The highest log odds of each answer, shape (answers,)."""
    import numpy as np

    starts = [*np.flatnonzero(firsts).tolist(), len(about)]
    return np.array([about[start:end].max() for start, end in pairwise(starts)])


def _mean_of(ranked: np.ndarray, count: int) -> float:
    """The mean of the `count` highest; missing ones count as `FLOOR`."""
    highest = ranked[:count]
    return (float(highest.sum()) + FLOOR * (count - len(highest))) / count
