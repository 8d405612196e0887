"""Misspelt words are read as they were meant, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.tag import spelling
from reelmaker.text.edit_distance import edits

WORDS = {
    "address",
    "credit",
    "because",
    "changed",
    "account",
    "nicer",
    "reimbursement",
    "meals",
    "receipt",
    "the",
    "update",
}
OFTEN = ["I changed my address and my account."] * 4


def mended(text: str, sure: tuple[str, ...] = ("credit card refused", "reimbursement", "update")) -> str:
    return spelling.mended([*OFTEN, text], sure, WORDS)[-1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("My new adress is wrong", "My new address is wrong"),  # left out
        ("my creidt was refused", "my credit was refused"),  # swapped, and of the problem's own words
        ("An Accountt.", "An account."),  # added
        ("my reimburserment please", "my reimbursement please"),
        ("my reimbrusmnet please", "my reimbrusmnet please"),  # three slips: nobody knows
        ("my changes", "my changes"),  # another ending is another word
        ("the meats were cold", "the meats were cold"),  # nothing common here is near
        ("I udate it", "I update it"),
        ("a becuse b", "a becuse b"),  # what it may mean is neither common here nor the problem's
        ("Fernhill", "Fernhill"),
    ],
)
def test_a_slip_of_the_fingers_is_mended_and_nothing_else(typed: str, meant: str) -> None:
    assert mended(typed) == meant


def test_what_is_written_often_is_meant_so() -> None:
    brand = ["Our adress book app is called Adress."] * 3
    assert spelling.mended([*OFTEN, *brand], (), WORDS) == [*OFTEN, *brand]


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_text_keeps_its_signs_and_its_number_of_words(texts: list[str]) -> None:
    done = spelling.mended(texts, ["credit"], WORDS)
    assert len(done) == len(texts)
    for before, after in zip(texts, done, strict=True):
        assert len(spelling.WORD.findall(before)) == len(spelling.WORD.findall(after))
        assert spelling.WORD.sub("", before) == spelling.WORD.sub("", after)


@pytest.mark.parametrize(
    ("one", "other", "many"),
    [
        ("creidt", "credit", 1),
        ("adress", "address", 1),
        ("same", "same", 0),
        ("", "abc", 3),
        ("abcd", "badc", 2),
        ("kitten", "sitting", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, many: int) -> None:
    assert edits(one, other) == edits(other, one) == many


def test_without_swaps_it_is_levenshteins_distance() -> None:
    assert edits("abcd", "badc", swaps=False) == 3 and edits(["a", "card"], ["the", "card"], swaps=False) == 1
