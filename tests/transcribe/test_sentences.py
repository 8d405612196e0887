"""Words -> sentences: where one ends, what leans on its neighbour, and that no word is lost."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from helpers.words.saying import TEXTS, flat, said, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Word
from reelmaker.transcribe import sentences


def cut(words: Sequence[Word]) -> list[str]:
    return [sentence.text for sentence in sentences.cut(words, "r")]


def test_a_full_stop_ends_a_sentence() -> None:
    text = "I bought a lamp. Did it come late? It really did! I am done."
    assert cut(said(text)) == ["I bought a lamp.", "Did it come late?", "It really did!", "I am done."]


@pytest.mark.parametrize("end", ["lamp.”", 'lamp!"', "lamp?)", "lamp…", "lamp。"])
def test_a_full_stop_may_stand_inside_quotation_marks(end: str) -> None:
    assert cut(said(f"I bought a {end} Then it broke down.")) == [
        f"I bought a {end}",
        "Then it broke down.",
    ]


def test_a_long_pause_ends_a_sentence_without_punctuation() -> None:
    words = said("the page went blank my basket was empty", gaps={4: sentences.PAUSE_MS})
    assert cut(words) == ["the page went blank", "my basket was empty"]
    nearly = said("the page went blank my basket was empty", gaps={4: sentences.PAUSE_MS - 1})
    assert len(cut(nearly)) == 1


@pytest.mark.parametrize("mark", [",", "-"])
def test_a_long_pause_after_a_comma_is_a_hesitation(mark: str) -> None:
    words = said(f"the page went blank{mark} my basket was empty", gaps={4: 1500})
    assert len(cut(words)) == 1


@pytest.mark.parametrize("joiner", ["but", "and", "so,", "because", "She"])
def test_a_breath_before_a_joiner_parts_two_thoughts(joiner: str) -> None:
    words = said(f"the order came late, {joiner} she adores it all", gaps={4: sentences.BREATH_MS})
    assert cut(words) == ["the order came late,", f"{joiner} she adores it all"]


def test_a_breath_alone_parts_nothing() -> None:
    assert len(cut(said("the order came late with seven big parcels", gaps={4: sentences.BREATH_MS}))) == 1
    shorter = said("the order came late but she adores it", gaps={4: sentences.BREATH_MS - 1})
    assert len(cut(shorter)) == 1


def test_a_breath_after_the_first_few_words_parts_nothing() -> None:
    assert len(cut(said("It came late, but she adores the room", gaps={3: 700}))) == 1


def test_a_run_on_is_split_at_a_joiner_or_comma_near_the_middle() -> None:
    half = " ".join(["one two three four five six seven eight nine"] * 2)
    assert cut(said(f"{half}, {half}")) == [f"{half},", half]
    assert cut(said(f"{half} because {half}")) == [half, f"because {half}"]
    assert len(cut(said(half))) == 1


def test_a_run_on_is_split_at_its_longest_pause_where_there_is_nothing_else() -> None:
    words = said(" ".join(f"w{number}" for number in range(40)), gaps={22: 800})
    assert [len(sentence.words) for sentence in sentences.cut(words, "r")] == [22, 18]


def test_slow_speech_is_a_run_on_by_its_length() -> None:
    words = said("I went to the shop, and then I came back to my house again", length_ms=1100)
    found = sentences.cut(words, "r")
    assert [sentence.text for sentence in found] == [
        "I went to the shop,",
        "and then I came back to my house again",
    ]


def test_what_nobody_would_notice_to_be_cut_is_left_whole() -> None:
    words = said(" ".join(f"w{number}" for number in range(40)), gaps=dict.fromkeys(range(40), 0))
    assert len(cut(words)) == 1


def test_words_without_end_are_split_all_the_same() -> None:
    words = said(" ".join(f"w{number}" for number in range(1000)), gaps=dict.fromkeys(range(1000), 0))
    found = sentences.cut(words, "r")
    assert flat(found) == words and max(len(sentence.words) for sentence in found) <= 2 * 34


def test_a_scrap_leans_on_the_sentence_before_it() -> None:
    assert cut(said("I got them later. So, yeah. My sister helped me.", gaps={4: 400, 6: 400})) == [
        "I got them later. So, yeah.",
        "My sister helped me.",
    ]


def test_a_scrap_at_the_beginning_leans_on_the_sentence_after_it() -> None:
    assert cut(said("Well. Okay. I bought a lamp.")) == ["Well. Okay. I bought a lamp."]


def test_a_scrap_with_nobody_near_stands_alone() -> None:
    far = sentences.NEAR_MS + 1
    words = said("I got them later. So, yeah. My sister helped me.", gaps={4: far, 6: far})
    assert cut(words) == ["I got them later.", "So, yeah.", "My sister helped me."]


def test_a_scrap_does_not_make_a_long_sentence_too_long() -> None:
    words = said("I went on and on and on. Yeah. That was it then.", length_ms=1750)
    assert cut(words) == ["I went on and on and on.", "Yeah. That was it then."]


@pytest.mark.parametrize("short", ["Dr.", "Mrs.", "e.g.", "vs.", "U.S.", "approx."])
def test_an_abbreviation_ends_no_sentence(short: str) -> None:
    assert len(cut(said(f"I spoke to the {short} Smith about my order."))) == 1
    assert len(cut(said(f"I spoke to the {short} Smith about my order.", gaps={5: 1000}))) == 2


def test_an_ellipsis_before_a_small_letter_is_a_hesitation() -> None:
    for dots in ("...", "…"):
        assert len(cut(said(f"I was looking for{dots} a reading chair."))) == 1
        assert cut(said(f"I was looking for{dots} They had none left.")) == [
            f"I was looking for{dots}",
            "They had none left.",
        ]


def test_no_words_are_no_sentences() -> None:
    assert sentences.cut([], "r") == ()


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(spoken())
def test_every_word_is_in_exactly_one_sentence(words: list[Word]) -> None:
    found = sentences.cut(words, "r")
    assert flat(found) == words
    assert [sentence.index for sentence in found] == list(range(len(found)))
    assert all(sentence.words and sentence.response == "r" for sentence in found)
    for before, after in itertools.pairwise(found):
        assert before.span.end_ms <= after.span.start_ms


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(Word, TEXTS, st.integers(0, 9000), st.integers(0, 9000)), max_size=60))
def test_words_in_disorder_are_not_lost_either(words: list[Word]) -> None:
    assert flat(sentences.cut(words, "r")) == words


def test_no_and_i_end_sentences_and_initials_do_not() -> None:
    texts = [
        "They",
        "said",
        "no.",
        "It",
        "never",
        "came",
        "back.",
        "So",
        "was",
        "I.",
        "They",
        "never",
        "rang.",
    ]
    words = [Word(text, at * 300, at * 300 + 250) for at, text in enumerate(texts)]
    assert [s.text for s in sentences.cut(words, "r")] == [
        "They said no.",
        "It never came back.",
        "So was I.",
        "They never rang.",
    ]
