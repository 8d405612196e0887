"""What is not fit to quote: small talk, and what was not clearly recognised; what is fit stays so."""

from __future__ import annotations

import pytest
from helpers.words import spoken_surveys

from reelmaker.model import Sentence, Transcript, Word
from reelmaker.transcribe.quotability import marking, small_talk

SMALL = {
    "greeting": [
        "Hello there!",
        "Good morning, everyone.",
        "Um, hello, is it on, okay.",
        "So, hi, nice to meet you.",
        "Guten Tag zusammen.",
        "Bonjour à tous.",
    ],
    "introduction": [
        "Hi, my name's Tobias, I'm a third-year student of mechanical engineering, and I was in, um, in Stuttgart.",
        "So, um, yeah, hi, Matteo, I come from Bologna.",
        "Hello, um, my name is Berenike, I'm sixty-two.",
        "My name is Eun-ji, I'm a student of literature, first semester.",
        "Yeah, hi, it's Dermot.",
        "Good evening, this is Bartholomew Quist.",
        "Hello, I am Takumi, I live in Leeds since two years.",
        "Hi, [name] here.",
        "Hallo, ich heiße Jonas.",
        "Bonjour, je m'appelle Amélie.",
        "Hola, me llamo Inés.",
    ],
    "thanks": [
        "Thank you very much for listening.",
        "Okay, that's all, thank you.",
        "So that's all from me, thank you for your time.",
        "Okay, thanks, bye.",
        "That's it, really.",
        "Um, yeah, thanks for having me.",
        "Bye-bye.",
        "Vielen Dank und auf Wiedersehen.",
        "Merci beaucoup, au revoir.",
    ],
    "": [
        "Hi, I'm Ana and my card was refused.",
        "Hi, so, I'm Maya, and I bought a desk lamp and some curtains about two weeks ago.",
        "Hello, nobody answered.",
        "Hello, the door was broken.",
        "Good morning is all they ever say.",
        "My name was wrong on every letter.",
        "My name is spelled wrong on the card.",
        "I'm a nurse and I work nights, so I can't come at ten.",
        "Thank you to Katrin, who sat down with me every morning.",
        "Thanks for fixing it so quickly.",
        "Thank you for nothing.",
        "Thanks to the driver I lost my parcel.",
        "That's it, I'm never coming back.",
        "I was in hospital for three weeks.",
        "I'm furious.",
        "I am disappointed.",
        "It's February.",
        "It's broken.",
        "They say hello and then nothing happens.",
        "The goodbye took them an hour.",
        "Really great, thank you.",
        "Bye to my two hundred euros.",
        "I've been waiting, well, three weeks.",
        "Boring, boring, boring.",
        "",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SMALL.items() for text in texts])
def test_small_talk_is_told_from_what_somebody_has_to_say(kind: str, text: str) -> None:
    assert small_talk.kind(text) == kind


def test_in_invented_answers_small_talk_is_found_and_nothing_else() -> None:
    for survey in spoken_surveys.surveys():
        for response, transcript in marking.marked({t.response: t for t in survey.transcripts}).items():
            expected = [spoken_surveys.SMALL_TALK.get(mark, "") for mark in survey.marks[response]]
            assert [sentence.unfit for sentence in transcript.sentences] == expected


def heard(*sentences: tuple[str, float], **marks: bool) -> Transcript:
    """An answer with a confidence for each sentence."""
    made = tuple(
        Sentence("a", index, tuple(Word(word, index * 9000 + n * 300, index * 9000 + n * 300 + 280, confidence)
                                   for n, word in enumerate(text.split())), **marks)
        for index, (text, confidence) in enumerate(sentences)
    )  # fmt: skip
    return Transcript("a", "en", "whisper base", made)


def unfit(transcript: Transcript) -> list[str]:
    return [sentence.unfit for sentence in marking.marked({"a": transcript})["a"].sentences]


GARBLED = "When I got a guest there and some certain about TV today."
CLEAR = "My card was refused and the page was blank."


def test_a_sentence_that_was_hardly_recognised_is_not_fit_and_the_others_are() -> None:
    assert unfit(heard((CLEAR, 0.9), (GARBLED, 0.5), (CLEAR, 0.7), (CLEAR, 0.8))) == ["", "nonsense", "", ""]


def test_an_answer_that_was_hardly_recognised_throughout_has_nothing_fit_to_quote() -> None:
    doubtful = heard((GARBLED, 0.5), (GARBLED, 0.62), (GARBLED, 0.6), (GARBLED, 0.4), ("Yes, exactly.", 0.95))
    assert unfit(doubtful) == ["unclear"] * 5, "the two words that happen to be clear as well"
    assert unfit(heard((CLEAR, 0.6), (CLEAR, 0.9), (CLEAR, 0.62))) == ["", "", ""], "two thirds are not almost all"


def test_captions_with_holes_in_them_are_not_fit() -> None:
    holes = heard(("[inaudible] and then [inaudible] the door.", 1.0), (CLEAR, 1.0), (f"{CLEAR} [inaudible]", 1.0))
    assert unfit(holes) == ["nonsense", "", ""]


def test_what_never_counts_has_no_further_reason() -> None:
    assert unfit(heard((GARBLED, 0.3), asked=True)) == [""]
    assert unfit(heard((GARBLED, 0.3), unreliable=True)) == [""]


def test_what_is_not_fit_is_still_scored_and_is_told_from_what_is_not_recognised() -> None:
    greeting, nonsense = (Sentence("a", 0, (Word("x", 0, 9),), unfit=why) for why in ("greeting", "nonsense"))
    for sentence in (greeting, nonsense):
        assert sentence.scored and not sentence.quotable
    assert (greeting.small_talk, greeting.unclear) == (True, False)
    assert (nonsense.small_talk, nonsense.unclear) == (False, True)
