"""Names that speech recognition does not know: put in where words sound like them, and nowhere else."""

from __future__ import annotations

import pytest

from reelmaker.model import Word
from reelmaker.transcribe import vocabulary

NAMES = ("Fernhill", "Lumio", "Wren & Co", "Priya")


def words(text: str, confidence: float = 0.4) -> list[Word]:
    return [Word(word, 300 * at, 300 * at + 300, confidence) for at, word in enumerate(text.split())]


def mended(text: str, confidence: float = 0.4) -> str:
    return " ".join(word.text for word in vocabulary.mended(words(text, confidence), NAMES))


@pytest.mark.parametrize(
    ("heard", "wanted"),
    [
        ("I buy from furn hill, always.", "I buy from Fernhill, always."),
        ("I buy from Fernhil always.", "I buy from Fernhill always."),
        ("Fern Hill's lamp", "Fernhill's lamp"),
        ("my Lumeo lamp", "my Lumio lamp"),
        ("I am Pria and", "I am Priya and"),
        ("from ferne hill.", "from Fernhill."),
    ],
)
def test_what_sounds_like_a_name_becomes_the_name(heard: str, wanted: str) -> None:
    assert mended(heard) == wanted


@pytest.mark.parametrize(
    "said",
    [
        "I bought a lamp and it was refused at the payment page twice.",
        "The fern on the hill is nice.",
        "A funeral was held.",
        "A lime and a llama, my lamp, may I pry a prior one?",
        "We furnish rental flats and firmly ask.",
        "Fernhill is fine, and Fernhill's lamps too.",
        "",
    ],
)
def test_other_words_stay_as_they_are(said: str) -> None:
    assert mended(said) == said


def test_words_that_were_recognised_surely_stay_unless_only_spaces_differ() -> None:
    assert mended("from furn hill", 0.9) == "from furn hill"
    assert mended("from Fern Hill", 0.9) == "from Fernhill"


def test_the_name_stands_over_the_time_of_the_words_and_stays_unsure() -> None:
    [_, name] = vocabulary.mended(words("from furn hill"), NAMES)
    assert (name.text, name.start_ms, name.end_ms, name.confidence) == ("Fernhill", 300, 900, 0.4)


def test_it_is_worth_listening_again_only_where_something_is_near() -> None:
    assert vocabulary.worth_asking(words("from fern all now"), NAMES)
    assert not vocabulary.worth_asking(words("from Fernhill now"), NAMES)
    assert not vocabulary.worth_asking(words("the parcel came late and wet"), NAMES)
    assert vocabulary.held(words("Fernhill and fernhill's"), NAMES) == 2


def test_the_customers_own_name_is_listened_for_with_the_vocabulary() -> None:
    assert vocabulary.of(("Fernhill",), "Priya O'Brien-Ng") == ("Fernhill", "Priya", "Brien")
    assert vocabulary.of((), "Priya") == ()
