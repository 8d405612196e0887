"""How a count is said: by whom it was made, who may be missing, one and many, and which figure is stated."""

from __future__ import annotations

import pytest

from reelmaker.model import Count
from reelmaker.model.audit import Audited
from reelmaker.select import headline


@pytest.mark.parametrize(
    ("audited", "customers", "basis"),
    [
        (None, "11 of 28 customers", "counted by the program"),
        (Audited(9, 6, 12, 28, 20), "about 9 of 28 customers", "6–12, checked on 20 answers"),
        (Audited(9, 9, 9, 28, 28), "9 of 28 customers", "every answer checked"),
        (Audited(9, 8, 10, 28, 28, unsure=2), "about 9 of 28 customers", "8–10, every answer checked"),
        (
            Audited(9, 6, 14, 30, 20, new=2),
            "about 9 of 30 customers",
            "6–14, checked on 20 answers; 2 customers who came later were not checked",
        ),
        (
            Audited(5, 5, 6, 13, 12, new=1),
            "about 5 of 13 customers",
            "5–6, checked on 12 answers; 1 customer who came later was not checked",
        ),
        (Audited(0, 0, 1, 1, 1), "about 0 of 1 customer", "0–1, every answer checked"),
        (Audited(1, 0, 1, 2, 1), "about 1 of 2 customers", "0–1, checked on 1 answer"),
    ],
)
def test_who_says_so_and_between_which_limits(audited: Audited | None, customers: str, basis: str) -> None:
    count = Count(11, 28, audited=audited)
    assert (headline.customers(count), headline.basis(count)) == (customers, basis)


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (Count(1, 1), "1 of 1 customer spoke of this"),
        (Count(9, 16, maybe=3), "9 of 16 customers spoke of this; 3 more may have"),
        (Count(0, 2, maybe=1), "0 of 2 customers spoke of this; 1 more may have"),
        (Count(11, 28, maybe=3, audited=Audited(9, 6, 12, 28, 20)), "about 9 of 28 customers spoke of this"),
    ],
)
def test_who_may_have_is_said_of_a_count_that_nobody_checked(count: Count, sentence: str) -> None:
    assert headline.sentence(count) == sentence == f"{headline.number(count)} {headline.claim(count)}"


def test_an_unfinished_audit_says_how_far_it_is() -> None:
    assert headline.so_far(Audited(9, 3, 20, 28, 12, open=8)) == "; 12 of 20 answers checked so far"
    assert headline.so_far(Audited(9, 6, 12, 28, 20)) == headline.so_far(None) == ""


def test_the_parts_of_a_checked_count_say_that_they_are_the_programs() -> None:
    assert headline.of_parts("By segment", Count(11, 28)) == "By segment"
    assert headline.of_parts("By segment", Count(11, 28, audited=Audited(11, 9, 13, 28, 20))) == "By segment"
    checked = Count(11, 28, audited=Audited(9, 6, 12, 28, 20))
    assert headline.of_parts("By segment", checked) == "By segment, counted by the program (11 of 28)"
