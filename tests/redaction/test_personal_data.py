"""What customers say that nobody else should hear: found in many forms, and nothing else taken for it."""

from __future__ import annotations

import sys

import pytest
from helpers.paths import ROOT

from reelmaker.model import Word
from reelmaker.model.survey import Said
from reelmaker.redaction import pii
from reelmaker.redaction.pii import leak_check
from reelmaker.redaction.pii.numbers import luhn

sys.path.insert(0, str(ROOT / "bench"))
import redaction

NAMES = ("Bertrand Quibble", "Will Mason", "Anne-Marie Duval", "José García", "Dorothea Wobble")


def words_of(text: str) -> list[Word]:
    return [Word(word, 300 * at, 300 * at + 250) for at, word in enumerate(text.split())]


def shown(text: str, language: str = "en", named: tuple[str, ...] = NAMES, allowed: tuple[str, ...] = ()) -> str:
    words = words_of(text)
    found = pii.find(words, language, named, frozenset(map(pii.normal, allowed)))
    return " ".join(word.text for word in pii.marked(words, found))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Ring me on 07700 900417, please.", "Ring me on [phone number], please."),
        (
            "Ring me on double oh four four, seven seven oh oh, nine oh oh, one eight eight.",
            "Ring me on [phone number].",
        ),
        ("My number is O7700-9OO-417.", "My number is [phone number]."),
        ("as a number plus 4.4. 7.7.00. 9.00. 11.9. it failed", "as a number plus [phone number]. it failed"),
        ("It was (212) 555-0187 again.", "It was [phone number] again."),
        ("My card 4275, I made 5828 2357 4162 now.", "My card [card number] now."),
        ("Write to jane dot doe at example dot com.", "Write to [e-mail address]."),
        ("My email is Jane.doe.example.com.", "My email is [e-mail address]."),
        ("I put carlosatgmail.com there.", "I put [e-mail address] there."),
        ("my gmail is peter parker nine at gmail dot com", "my gmail is [e-mail address]"),
        ("It is 3782 822463 10005 here.", "It is [card number] here."),
        ("four one one one, double one double one, one one one one, triple one one and", "[card number] and"),
        ("My card number is 4111 1111 1111 1112.", "My card number is [card number]."),
        ("The security code is 737.", "The security code is [card number]."),
        ("My IBAN is GB29 NWBK 6016 1331 9268 19.", "My IBAN is [bank account]."),
        ("I am Bertrand, with a T.", "I am [name], with a T."),
        ("Mr. Quibbel's order, Bertrand said.", "Mr. [name] order, [name] said."),
        ("Q-U-I-B-B-L-E is how you spell it.", "[name] is how you spell it."),
        ("This is Bertrand Wibble speaking.", "This is [name] speaking."),
        ("My name is Zaphod Beeble, and I wait.", "My name is [name], and I wait."),
        ("I spoke with Bertrant Quible there.", "I spoke with [name] there."),
        ("It was Anne Marie of the desk.", "It was [name] of the desk."),
        ("Mason said no, and then Will left.", "[name] said no, and then [name] left."),
    ],
)
def test_a_secret_is_found_however_it_is_said(said: str, told: str) -> None:
    assert shown(said) == told


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        (
            "de",
            "Meine Nummer ist null eins sieben eins, drei neun zwo null null eins vier.",
            "Meine Nummer ist [phone number].",
        ),
        (
            "de",
            "Schreiben Sie an jana punkt meier at beispiel punkt de bitte.",
            "Schreiben Sie an [e-mail address] bitte.",
        ),
        (
            "fr",
            "Appelez le zéro six, trente-neuf, quatre-vingt-dix-huit, douze, trente-quatre.",
            "Appelez le [phone number].",
        ),
        ("fr", "Écrivez à paul point martin arobase exemple point fr.", "Écrivez à [e-mail address]."),
        ("es", "Llámeme al seis uno dos, tres cuatro cinco, seis siete ocho.", "Llámeme al [phone number]."),
        ("es", "Mi correo es ana punto lopez arroba ejemplo punto es.", "Mi correo es [e-mail address]."),
    ],
)
def test_other_languages_have_their_own_words(language: str, said: str, told: str) -> None:
    assert shown(said, language) == told
    assert shown(said, "en") != told  # it is the words that do it


@pytest.mark.parametrize(
    "said",
    [
        "It was nineteen ninety-nine, not £1,299.00, in 2019, 2020 and 2021.",
        "Order number 1004827719 came at 10:30 on 12/05/2026.",
        "One, two, three, four, five, six, seven, eight, nine, ten.",
        "I found it at amazon dot com, at the checkout dot.",
        "The last four digits, 4242, are wrong.",
        "Will it work? By the grace of God, a quibble.",
        "My name is spelled wrong.",
        "Dorothy helped me and so did Bernard.",
        "The barcode 4006381333931 does not scan.",
        "Rooms 101, 102, 103, 104 and 105 were full.",
        "It took 45 minutes and cost 60 000 points.",
    ],
)
def test_prices_years_times_orders_and_other_words_are_left_alone(said: str) -> None:
    assert shown(said) == said


def test_what_is_allowed_is_no_secret_in_whatever_form_it_is_said() -> None:
    assert shown("Ring 0800 496 0552 today.") == "Ring [phone number] today."
    assert shown("Ring 0800 496 0552 today.", allowed=("0800-4960552",)) == "Ring 0800 496 0552 today."
    assert shown("I met Dorothea Wobble.", allowed=("Dorothea Wobble",)) == "I met Dorothea Wobble."


def test_a_mark_takes_the_time_of_the_words_it_stands_for() -> None:
    words = words_of("Ring 07700 900417, please.")
    marked = pii.marked(words, pii.find(words))
    assert [(w.text, w.start_ms, w.end_ms) for w in marked] == [
        ("Ring", 0, 250),
        ("[phone number],", 300, 850),
        ("please.", 900, 1150),
    ]


def test_luhn_tells_one_wrong_digit_and_two_that_are_swapped() -> None:
    assert luhn("4111111111111111") and luhn("378282246310005")
    assert not luhn("4111111111111112") and not luhn("387282246310005")


@pytest.mark.parametrize(
    ("kind", "secret", "heard", "left"),
    [
        ("phone", "07700 900417", "call me on bleep and then", []),
        ("phone", "07700 900417", "call me on double nine, nine hundred four one seven", ["phone"]),
        ("phone", "07700 900417", "call me on 0 7 7 0 and", ["phone"]),
        ("phone", "07700 900417", "in 2026 I paid 41", []),
        ("card", "4111 1111 1111 1111", "it is 4111", ["card"]),
        ("card", "737", "the code is seven three seven", ["card"]),
        ("email", "jane.quibble at example dot com", "it is Quibble at", ["email"]),
        ("email", "jane.quibble at example dot com", "my email address is", []),
        ("names", "Quibble's", "it said Quibbel on it", ["names"]),
        ("names", "Quibble", "it is Q U I B B L E", ["names"]),
        ("phone", "07700 900417", "ring 020 7946 0958", ["phone"]),
        ("names", "Quibble", "ring 020 7946 0958", []),
        ("names", "Quibble", "my name is Mee and I bought it", []),
    ],
)
def test_what_is_heard_again_gives_a_secret_away(kind: str, secret: str, heard: str, left: list[str]) -> None:
    said = Said(kind, 0, 100, 0, 100, secret, True)
    assert leak_check.leaks(heard, [said], "call me on it is in 2026", "en") == left


def test_digits_that_are_shown_anyway_give_nothing_away() -> None:
    said = Said("phone", 0, 100, 0, 100, "020 2026 0958", True)
    assert leak_check.leaks("it was 2026", [said], "it was 2026", "en") == []
    assert leak_check.leaks("it was 2026", [said], "it was late", "en") == ["phone"]


def test_marks_are_no_words_that_could_be_heard() -> None:
    assert leak_check.visible("Ring [phone number], or [name].") == "Ring , or ."


def test_the_planted_sentences_are_found_and_the_plain_ones_left_alone() -> None:
    """Over both halves; `python bench/redaction.py` says more."""
    planted = redaction.read(redaction.HERE / "planted.txt", True)
    plain = redaction.read(redaction.HERE / "plain.txt", False)
    whole = [found for sentence in planted for _, found in redaction.caught(sentence, redaction.look(sentence))]
    assert len(planted) >= 190 and len(whole) >= 200 and sum(whole) / len(whole) >= 0.95
    assert len(plain) >= 200 and sum(len(redaction.look(sentence)) for sentence in plain) <= 2
