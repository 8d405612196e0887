"""Whether a problem is raised in a survey at all, decided on the survey as a whole.

The surest sentence alone is poor evidence: among two thousand sentences, one is close to any problem by chance. So the
gate weighs the surest sentence with how sure the next answers are, how far they stand above the median of the survey,
and whether the closest sentences share the problem's own words. The size of the survey is no measure: the gate was
learned from surveys of one size, and it must not close because a survey is larger or smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.tag.presence.absolute import COLUMNS, Heard

if TYPE_CHECKING:
    import numpy as np

FEW, SOME = 3, 6  # sentences or answers whose mean is taken
WORDS = (
    "shared",
    "covered",
    "own_word",
    "whole",
    "in_survey",
)  # columns of `absolute` whose mean over the likest is taken
MEASURES = (
    "surest", "surest_bounded", "few", "few_answers", "some_answers", "middle_answer", "above_middle", "spread",
    *WORDS, "best_part", "best_phrasing", "described", "phrases",
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
        few - np.median(about), about.std(),
        *(by_name[name][likest].mean() for name in WORDS),
        by_name["part"].max(), by_name["phrasing"].max(), by_name["described"][0], by_name["phrases"][0],
    ])  # fmt: skip


def _surest_of_answers(about: np.ndarray, firsts: Sequence[bool] | np.ndarray) -> np.ndarray:
    """The highest log odds of each answer, shape (answers,)."""
    import numpy as np

    starts = [*np.flatnonzero(firsts).tolist(), len(about)]
    return np.array([about[start:end].max() for start, end in pairwise(starts)])


def _mean_of(ranked: np.ndarray, count: int) -> float:
    """The mean of the `count` highest, or of all if there are fewer."""
    return float(ranked[:count].mean())
