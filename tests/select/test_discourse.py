"""Leaning: contrasts, words that point back, torn sentences, short answers; nothing is found where nothing is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.select import discourse


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("But the refund came quickly.", "But"),
        ("However, it works now.", "However"),
        ("Well, but it works now.", "but"),
        ("Though the chair is lovely.", "Though"),
        ("Still, I would buy again.", "Still"),
        ("Still the best shop there is.", "Still"),
        ("Then again, it was cheap.", "Then again"),
        ("Mind you, it was Christmas.", "Mind you"),
        ("On the other hand it was free.", "On the other hand"),
        ("Although they did say sorry.", "Although"),
        ("That said, the staff were kind.", "That said"),
        ("To be fair, you did answer.", "To be fair"),
        ("Even so I would come back.", "Even so"),
        ("No, that is wrong.", "No"),
        ("Actually, it was my own mistake.", "Actually"),
        ("Not really.", "Not"),
    ],
)
def test_a_contrast_at_the_beginning_is_heard(text: str, word: str) -> None:
    assert discourse.turns(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "Still waiting for my refund.",
        "Butter is cheap.",
        "Buttons did not work.",
        "Not one person could help me at all.",
        "No one could help me.",
        "Yet again my card was refused.",
        "Nobody but you has it.",
        "Then it wanted an account.",
        "The card was refused, but I tried again.",
        "Aber das war gut.",
        "Ali to je bilo dobro.",
        "でも、よかったです。",
    ],
)
def test_what_only_looks_like_a_contrast_is_none(text: str) -> None:
    assert discourse.turns(text) == ""


def test_a_contrast_inside_is_told_apart_from_one_at_the_beginning() -> None:
    assert discourse.turns_inside("It arrived early though and the men were kind.") == "though"
    assert discourse.turns_inside("The crew, on the other hand, are brilliant.") == "on the other hand"
    assert discourse.turns_inside("I looked at the page as though I had never seen one.") == ""
    assert discourse.turns_inside("My card was refused at the payment page yesterday though.") == ""


@pytest.mark.parametrize(
    "text",
    [
        "It was supposed to come on Tuesday.",
        "They were left in the rain.",
        "That was the worst part.",
        "He never came back.",
        "And so I gave up.",
        "Because nobody told me.",
        "Which cost me a day.",
        "Yes, twice.",
        "No, never.",
        "Not really.",
        "One of them was broken.",
        "This is why I left.",
        "And they never called.",
    ],
)
def test_what_points_back_needs_the_sentence_before(text: str) -> None:
    assert discourse.leans(text, "Something was said.") == "hard"


@pytest.mark.parametrize(
    "text",
    [
        "It took three weeks.",
        "It's been five weeks now.",
        "That sofa was broken.",
        "This website is slow.",
        "My card was refused.",
        "Nobody came.",
        "Theyre is not a word.",
        "Italy is far away.",
        "Nothing works on your site.",
        "Der Stuhl war kaputt.",
        "私のカードは拒否されました。",
    ],
)
def test_what_stands_alone_needs_nothing(text: str) -> None:
    assert discourse.leans(text, "Something was said.") == ""


def test_going_on_leans_softly() -> None:
    for text in (
        "And the password rules were silly.",
        "So I closed the window.",
        "Maybe the search.",
        "But it was slow.",
    ):
        assert discourse.leans(text, "Something was said.") == "soft", text


def test_a_short_answer_needs_its_question() -> None:
    assert discourse.answers("Twice a month.", "How often do you order?")
    assert discourse.answers("Never.", "Would I buy again?")
    assert not discourse.answers(
        "I order tables and chairs for three cafes in the old town.", "How often do you order?"
    )
    assert not discourse.answers("The card was refused.", "I tried to pay.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("My father is deaf", "and your team chatted with him for an hour"),
        ("I kept having to run home,", "but she adores the room."),
        ("I would not", "Buy again."),
        ("It is slow because", "The page has to load."),
        ("I waited...", "and waited."),
    ],
)
def test_a_sentence_torn_by_a_pause_is_seen(before: str, after: str) -> None:
    assert discourse.torn(before, after, marks=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("My card was refused.", "and I left."),
        ("Why?", "because it was slow."),
        ("We bought a lamp", "I like it."),
        ("カードが拒否されました。", "もう買いません。"),
    ],
)
def test_whole_sentences_are_not_torn(before: str, after: str) -> None:
    assert not discourse.torn(before, after, marks=True)


def test_an_answer_without_sentence_marks_is_not_taken_for_one_torn_sentence() -> None:
    texts = ["we bought a lamp", "the card was refused", "nobody helped"]
    assert not discourse.punctuated(texts)
    assert not discourse.torn(texts[0], texts[1], discourse.punctuated(texts))


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_it(text: str, before: str) -> None:
    assert discourse.turns(text) in text.replace("’", "'")
    assert discourse.leans(text, before) in ("", "soft", "hard")
    discourse.torn(before, text, marks=True)
    discourse.turns_inside(text)


@pytest.mark.parametrize(
    "said",
    [
        ["Die Karte wurde abgelehnt.", "Ich habe es dreimal versucht.", "Dann habe ich aufgegeben."],
        ["Ma carte a été refusée.", "J'ai essayé trois fois.", "Je ne reviendrai pas."],
        ["La tarjeta fue rechazada.", "Lo intenté tres veces.", "Me fui sin comprar."],
        ["Карту не приняли.", "Я пробовал три раза.", "Я ушёл."],
    ],
)
def test_other_languages_are_left_alone(said: list[str]) -> None:
    for before, text in pairwise(said):
        assert discourse.turns(text) == "" == discourse.turns_inside(text)
        assert discourse.leans(text, before) == "" and not discourse.torn(before, text, marks=True)
