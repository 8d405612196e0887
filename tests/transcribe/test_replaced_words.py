"""Corrections of misheard words: found again after another transcription, timed inside the stretch, or at rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reelmaker.model import Sentence, Span, Transcript, Word
from reelmaker.model.correction import Correction
from reelmaker.transcribe.corrections import matching, negation, replacing, swearing

ANSWER = "a" * 64


def transcript(*sentences: str, shift_ms: int = 0, confidence: float = 0.4) -> Transcript:
    """Each word lasts 300 ms and follows the last at once; a second lies between sentences."""
    made, at = [], 1000 + shift_ms
    for index, text in enumerate(sentences):
        words = []
        for word in text.split():
            words.append(Word(word, at, at + 300, confidence))
            at += 300
        made.append(Sentence(ANSWER, index, tuple(words)))
        at += 1000
    return Transcript(ANSWER, "en", "whisper base", tuple(made))


def correction(heard: str, text: str, words: Transcript, number: int = 1) -> Correction:
    """As `correct` records it: the first place where the words stand."""
    said = [word for sentence in words.sentences for word in sentence.words]
    first, stop = matching.places(said, heard)[0]
    before = said[first - 1].text if first else ""
    after = said[stop].text if stop < len(said) else ""
    return Correction(number, Span(ANSWER, said[first].start_ms, said[stop - 1].end_ms), heard, text, before, after)


def texts(words: Transcript) -> list[str]:
    return [sentence.text for sentence in words.sentences]


BEFORE = transcript("I like lamps.", "I buy from furn hill, always.")


def test_the_words_are_replaced_with_their_punctuation_and_known_for_sure() -> None:
    told, [outcome] = replacing.corrected(BEFORE, [correction("furn hill", "Fernhill", BEFORE)])
    assert texts(told) == ["I like lamps.", "I buy from Fernhill, always."]
    assert (outcome.outcome, outcome.heard, outcome.text) == ("holds", "furn hill,", "Fernhill,")
    word = told.sentences[1].words[3]
    # three words at 2900 ms, so "furn" begins at 3800 and "hill," ends at 4400
    assert (word.start_ms, word.end_ms, word.confidence) == (3800, 4400, 1.0)
    assert told.sentences[1].words[2] == BEFORE.sentences[1].words[2]


def test_more_words_share_the_time_by_their_letters() -> None:
    before = transcript("We saw abba today.")
    told, _ = replacing.corrected(before, [correction("abba", "a bee abc", before)])
    # 300 ms from 1600 on for 2 + 4 + 4 letters with their spaces
    assert [(w.text, w.start_ms, w.end_ms) for w in told.sentences[0].words[2:5]] == [
        ("a", 1600, 1660),
        ("bee", 1660, 1780),
        ("abc", 1780, 1900),
    ]


def test_a_pause_that_can_be_heard_lies_between_two_of_the_new_words() -> None:
    before = transcript("We saw thelongest today.")
    sentence = before.sentences[0]
    stretched = [
        *sentence.words[:2],
        replace(sentence.words[2], end_ms=3600),
        replace(sentence.words[3], start_ms=3600, end_ms=3900),
    ]
    before = replace(before, sentences=(replace(sentence, words=tuple(stretched)),))
    asked: list[Span] = []

    def pauses(span: Span) -> list[tuple[int, int]]:
        asked.append(span)
        return [(2400, 2900)]

    told, _ = replacing.corrected(before, [correction("thelongest", "the longest", before)], pauses)
    assert asked == [Span(ANSWER, 1600, 3600)]
    words = told.sentences[0].words[2:4]
    assert (words[0].end_ms, words[1].start_ms) == (2400, 2900), words
    assert (words[0].start_ms, words[1].end_ms) == (1600, 3600)


def test_as_many_words_keep_their_own_times() -> None:
    told, _ = replacing.corrected(BEFORE, [correction("from furn hill", "at Fern Hill", BEFORE)])
    assert [w.start_ms for w in told.sentences[1].words] == [w.start_ms for w in BEFORE.sentences[1].words]
    assert texts(told)[1] == "I buy at Fern Hill, always."


@pytest.mark.parametrize("shift_ms", [-1400, 0, 900, 1400])
def test_another_transcription_moves_the_words_a_little(shift_ms: int) -> None:
    again = transcript("I like lamps.", "I buy from furn hill, always.", shift_ms=shift_ms)
    told, [outcome] = replacing.corrected(again, [correction("furn hill", "Fernhill", BEFORE)])
    assert outcome.outcome == "holds" and texts(told)[1] == "I buy from Fernhill, always."


def test_too_far_away_they_are_other_words() -> None:
    again = transcript("I like lamps.", "I buy from furn hill, always.", shift_ms=9000)
    told, [outcome] = replacing.corrected(again, [correction("furn hill", "Fernhill", BEFORE)])
    assert told == again and (outcome.outcome, outcome.reason) == ("resting", replacing.SILENT)


def test_a_better_transcription_fulfils_it() -> None:
    again = transcript("I like lamps.", "I buy from Fernhill, always.")
    told, [outcome] = replacing.corrected(again, [correction("furn hill", "Fernhill", BEFORE)])
    assert told == again and outcome.outcome == "fulfilled"


def test_a_word_that_the_right_words_hold_is_not_put_in_twice() -> None:
    before = transcript("I buy from hill always.")
    again = transcript("I buy from Fern Hill always.")
    told, [outcome] = replacing.corrected(again, [correction("hill", "Fern Hill", before)])
    assert texts(told) == ["I buy from Fern Hill always."] and outcome.outcome == "fulfilled"
    shorter, [outcome] = replacing.corrected(again, [correction("Fern Hill", "Hill", again)])
    assert texts(shorter) == ["I buy from Hill always."] and outcome.outcome == "holds"


def test_misheard_differently_it_is_found_between_the_same_neighbours() -> None:
    again = transcript("I like lamps.", "I buy from fur nil, always.")
    told, [outcome] = replacing.corrected(again, [correction("furn hill", "Fernhill", BEFORE)])
    assert texts(told)[1] == "I buy from Fernhill, always."
    assert (outcome.outcome, outcome.heard) == ("holds", "fur nil,")
    other = transcript("I like lamps.", "I do buy it there, often.")
    assert replacing.corrected(other, [correction("furn hill", "Fernhill", BEFORE)])[0] == other


def test_the_nearest_of_several_is_meant() -> None:
    before = transcript("A lamp and a lamb and a lamb.")
    second = replace(correction("lamb", "lamp", before), span=Span(ANSWER, 3100, 3400), before="a", after="")
    told, _ = replacing.corrected(before, [second])
    assert texts(told) == ["A lamp and a lamb and a lamp."]


def test_a_correction_of_a_correction_overrules_it_and_undone_ones_do_nothing() -> None:
    first = correction("furn hill", "Fern Hill", BEFORE)
    second = replace(first, number=2, heard="Fern Hill", text="Fernhill")
    told, outcomes = replacing.corrected(BEFORE, [first, second])
    assert texts(told)[1] == "I buy from Fernhill, always."
    assert [one.outcome for one in outcomes] == ["overruled", "holds"]
    assert replacing.corrected(BEFORE, [replace(first, withdrawn="2026-11-29")]) == (BEFORE, [])


def test_a_name_over_two_sentences_makes_them_one_but_never_two_speakers() -> None:
    before = transcript("I buy from furn.", "Hill is nice.", "Yes.")
    told, _ = replacing.corrected(before, [correction("furn. Hill", "Fernhill", before)])
    assert texts(told) == ["I buy from Fernhill is nice.", "Yes."]
    assert [sentence.index for sentence in told.sentences] == [0, 1]
    asked = replace(before, sentences=(replace(before.sentences[0], asked=True), *before.sentences[1:]))
    same, [outcome] = replacing.corrected(asked, [correction("furn. Hill", "Fernhill", before)])
    assert same == asked and (outcome.outcome, outcome.reason) == ("resting", replacing.TWO_VOICES)


def test_a_guess_that_is_corrected_whole_may_be_quoted() -> None:
    guess = replace(BEFORE, sentences=tuple(replace(sentence, unreliable=True) for sentence in BEFORE.sentences))
    part, _ = replacing.corrected(guess, [correction("furn hill", "Fernhill", BEFORE)])
    assert part.sentences[1].unreliable
    whole, _ = replacing.corrected(guess, [correction("I like lamps.", "I like lamps.", BEFORE)])
    assert not whole.sentences[0].unreliable and whole.sentences[1].unreliable
    assert whole.sentences[0].confidence == 1.0


def test_the_translation_gets_the_name_too() -> None:
    before = replace(
        BEFORE, sentences=tuple(replace(s, english="Ich always buy at Furn Hill.") for s in BEFORE.sentences)
    )
    told, _ = replacing.corrected(before, [correction("furn hill", "Fernhill", BEFORE)])
    assert told.sentences[1].english == "Ich always buy at Fernhill."


def test_words_inside_a_phrase_without_spaces_are_found() -> None:
    words = [Word("東京駅は、", 0, 500), Word("きれいです。", 500, 900, glued=True)]
    assert matching.places(words, "京駅") == [] and matching.parts(words, "京駅") == [(0, 1)]
    assert matching.parts(words, "はきれい") == [(0, 2)]
    assert matching.parts([Word("shopping", 0, 500)], "hop") == []


@pytest.mark.parametrize(
    ("heard", "text", "turned"),
    [
        ("I can pay", "I can't pay", True),
        ("I can’t pay", "I can pay", True),
        ("it works", "it never works", True),
        ("I know that", "no that", True),
        ("was able", "was unable", True),
        ("useful", "useless", True),
        ("das geht", "das geht nicht", True),
        ("c'est bien", "ce n'est pas bien", True),
        ("furn hill", "Fernhill", False),
        ("not a lamb", "not a lamp", False),
        ("I don't", "I do not", False),
        ("under", "wonder", False),
    ],
)
def test_a_not_more_or_less_is_noticed(heard: str, text: str, turned: bool) -> None:
    assert negation.turned(heard, text) is turned


def test_a_single_unsure_swear_word_is_held_back_until_it_is_confirmed() -> None:
    once = transcript("I love the shit lamp.", "It is nice.", confidence=0.5)
    held = swearing.held_back(once)
    assert [sentence.quotable for sentence in held.sentences] == [False, True]
    assert "0:01.9" in held.notes[0], "at 1000 + 3 x 300 ms"
    for fine in (
        transcript("I love the shit lamp.", confidence=0.9),
        transcript("The shit lamp.", "Shit service.", confidence=0.5),
        transcript("I love the shiitake lamp in Scunthorpe.", "My class passed, shitake.", confidence=0.3),
    ):
        assert swearing.held_back(fine) == fine
    confirmed, _ = replacing.corrected(once, [correction("shit", "shit", once)])
    assert swearing.held_back(confirmed) == confirmed
    named, _ = replacing.corrected(once, [correction("shit", "Schitt", once)])
    assert swearing.held_back(named) == named
