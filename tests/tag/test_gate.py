"""The gate weighs a survey as a whole: measures with values worked out by hand, and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pytest

from reelmaker.tag.presence import absolute, gate


class Survey:
    """Answers of the given numbers of sentences; the gate asks for nothing else."""

    def __init__(self, *answers: int) -> None:
        self.firsts = np.array([place == 0 for many in answers for place in range(many)])


def measured(about: list[float], *answers: int, columns: np.ndarray | None = None) -> dict[str, float]:
    table = np.zeros((len(about), len(absolute.COLUMNS))) if columns is None else columns
    return dict(zip(gate.MEASURES, gate.measures(table, np.array(about), Survey(*answers)), strict=True))  # type: ignore[arg-type]


def test_the_surest_sentences_and_the_surest_answers_are_told_apart() -> None:
    found = measured([2.0, 1.0, 0.0, -3.0, -5.0], 3, 2)
    assert found["surest"] == found["surest_bounded"] == 2.0
    assert found["few"] == pytest.approx((2 + 1 + 0) / 3), "three sentences of one answer"
    assert found["few_answers"] == pytest.approx((2 - 3) / 2), "there are only two answers"
    assert found["middle_answer"] == pytest.approx((2 - 3) / 2)
    assert found["above_middle"] == pytest.approx(1 - 0)


def test_one_sentence_alone_has_all_measures() -> None:
    found = measured([-4.0], 1)
    assert found["surest"] == -4 and found["surest_bounded"] == -1 and found["spread"] == 0
    assert found["some_answers"] == -4


def test_words_are_those_of_the_likest_sentences() -> None:
    columns = np.zeros((5, len(absolute.COLUMNS)))
    columns[:, absolute.COLUMNS.index("shared")] = [0.9, 0.6, 0.0, 5.0, 5.0]
    columns[:, absolute.COLUMNS.index("part")] = [0, 0, 0, 0, 7.0]
    found = measured([2.0, 1.0, 0.0, -3.0, -5.0], 3, 2, columns=columns)
    assert found["shared"] == pytest.approx(0.5), "the last two are far from the problem"
    assert found["best_part"] == 7.0


def test_the_order_of_the_answers_changes_nothing() -> None:
    one, other = measured([2.0, 1.0, -3.0, -5.0], 2, 2), measured([-3.0, -5.0, 2.0, 1.0], 2, 2)
    assert one == pytest.approx(other)


def test_a_survey_of_many_more_sentences_that_say_nothing_of_it_measures_nearly_the_same() -> None:
    rest = [-6.0] * 100
    small, large = measured([2.0, 1.0, *rest], 102), measured([2.0, 1.0, *rest * 40], 1, 1, *[1] * 4000)
    for name in ("surest", "few", "above_middle", "best_part"):
        assert large[name] == pytest.approx(small[name]), name
