"""The English of a stretch shared out over its sentences, and what happens where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers.words.saying import said
from hypothesis import given
from hypothesis import strategies as st

from reelmaker import transcribe
from reelmaker.errors import ModelError, UploadError
from reelmaker.model import Facts, Moment, Response, Sentence, Span, Transcript, Word
from reelmaker.model.survey import Source, Survey
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.transcribe import translation, translation_stage
from reelmaker.transcribe.speech_model import SpeechModel
from reelmaker.transcribe.translation import English, shared_out, stretches

FACTS = Facts(9000, None, -1, 0)


def spans(*edges: tuple[int, int]) -> list[Span]:
    return [Span("r", start, end) for start, end in edges]


def heard(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """English words evenly spread over a time."""
    words = text.split()
    step = (end - start) // len(words)
    return [(word, start + at * step, start + (at + 1) * step) for at, word in enumerate(words)]


def test_each_sentence_has_its_own_english() -> None:
    words = heard("I like it.", 0, 1500) + heard("My card was refused twice.", 1500, 4000)
    assert shared_out(words, spans((100, 1400), (1800, 3900))) == [
        "I like it.",
        "My card was refused twice.",
    ]


def test_two_english_sentences_of_one_original_stay_together() -> None:
    words = heard("It broke. I cried.", 0, 2000) + heard("Never again!", 2500, 4000)
    assert shared_out(words, spans((0, 2100), (2400, 4000))) == ["It broke. I cried.", "Never again!"]


def test_english_over_two_sentences_is_parted_at_its_comma_only() -> None:
    words = heard("I like a lot of furniture,", 0, 1500) + heard("but the page does not work.", 1500, 4000)
    both = spans((0, 1500), (2000, 4000))
    assert shared_out(words, both) == ["I like a lot of furniture,", "but the page does not work."]
    whole = heard("I like a lot of furniture but the page does not work.", 0, 4000)
    shared = "I like a lot of furniture but the page does not work."
    assert shared_out(whole, both) == [shared, shared], "where it cannot be parted both have all of it"
    assert shared_out([*whole, *heard("That is all.", 5000, 6000)], [*both, Span("r", 5000, 6000)]) == [
        shared,
        shared,
        "That is all.",
    ]


def test_without_english_no_sentence_has_any() -> None:
    assert shared_out([], spans((0, 1000), (1000, 2000))) == ["", ""] and shared_out([], []) == []


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(100, 5000)), min_size=1, max_size=8),
    st.lists(
        st.tuples(st.sampled_from(["a", "b,", "c.", "d"]), st.integers(0, 9000), st.integers(0, 900)),
        min_size=1,
    ),
)
def test_no_english_word_is_lost_or_out_of_order(
    gaps: list[tuple[int, int]], words: list[tuple[str, int, int]]
) -> None:
    at, edges = 0, []
    for gap, length in gaps:
        edges.append((at + gap, at + gap + length))
        at = edges[-1][1]
    timed = [(f"{text[0]}{number}{text[1:]}", start, start + long) for number, (text, start, long) in enumerate(words)]
    texts = shared_out(timed, spans(*edges))
    assert len(texts) == len(edges) and all(texts), "every sentence has some"
    once = [text for number, text in enumerate(texts) if not number or text != texts[number - 1]]
    assert " ".join(once).split() == [word for word, _, _ in timed]


def test_stretches_hold_whole_sentences_and_no_long_silence() -> None:
    some = spans((0, 9000), (9500, 18_000), (18_500, 27_900), (28_500, 30_000), (35_000, 36_000), (36_500, 90_000))
    assert stretches(some) == [range(0, 3), range(3, 4), range(4, 5), range(5, 6)]
    assert stretches([]) == []


def test_a_translation_that_repeats_the_original_is_none() -> None:
    original = "Mi hija eligió una cama azul."
    assert translation.parroted("Mi hija, eligió una cama azul", original)
    assert not translation.parroted("My daughter chose a blue bed.", original)
    assert not translation.parroted("Taxi, please.", "Taxi, bitte.")


def test_models_that_know_only_english_are_known_by_name_or_vocabulary(tmp_path: Path) -> None:
    assert transcribe.english_only("tiny.en") and not transcribe.english_only("base")
    (tmp_path / "vocabulary.txt").write_text("x\n" * 51_864, "utf-8")
    assert transcribe.english_only(str(tmp_path))
    (tmp_path / "vocabulary.txt").write_text("x\n" * 51_865, "utf-8")
    assert not transcribe.english_only(str(tmp_path))
    (tmp_path / "vocabulary.json").write_text(json.dumps(["x"] * 51_864, indent=2), "utf-8")
    assert transcribe.english_only(str(tmp_path))
    assert not transcribe.english_only(str(tmp_path / "nothing"))


# What the walk makes of it


class Speaker:
    """Stands for the model: gives what it is told to, and remembers what it was asked."""

    def __init__(self, answers: dict[str, English | Exception]) -> None:
        self.answers, self.asked = answers, list[tuple[str, str]]()

    def __call__(self, language: str) -> Speaker:
        return self

    def english(self, jobs: Any) -> Iterator[tuple[Response, English | Exception]]:
        for response, transcript, sound in jobs:
            assert sound() is not None
            self.asked.append((response.id, transcript.language))
            yield response, self.answers[response.id]


warned: list[tuple[str, ...]] = []  # by the last run


@pytest.fixture
def translating(tmp_path: Path) -> Callable[..., tuple[Survey, Speaker]]:
    """Runs the step over answers: id -> (language, text of two sentences); the same library each time."""

    def run(
        answers: dict[str, tuple[str, str]],
        speaker: Speaker,
        settings: str = "translate = true",
        top: str = "",
        known: bool = False,
    ) -> tuple[Survey, Speaker]:
        (tmp_path / "reelmaker.toml").write_text(f"{top}\n[transcribe]\n{settings}\n", "utf-8")
        responses, sources, transcripts, keys = {}, {}, {}, {}
        for name, (language, text) in answers.items():
            responses[name] = Response(name, f"{name}.wav", 9000)
            sources[name] = Source(tmp_path / f"{name}.wav", FACTS)
            first, second = text.split("|")
            sentences = (
                Sentence(name, 0, tuple(said(first))),
                Sentence(name, 1, tuple(said(second, 4000))),
            )
            transcripts[name] = Transcript(name, language, "whisper base", sentences)
            keys[name] = f"key of {name}"
        with Library(tmp_path / "library.db") as library:
            session = Session(open_project(tmp_path), library, known_only=known)
            session.once(SpeechModel, lambda: speaker)  # type: ignore[arg-type,return-value]
            survey = translation_stage.in_english(
                session,
                Survey(responses=responses, sources=sources, transcripts=transcripts, keys=keys),
                lambda _: np.zeros(9),
            )
        warned.append(tuple(session.warnings))
        return survey, speaker

    return run


ANNA, BERT = {"anna": ("de", "Guten Tag.|Das ging nicht.")}, {"bert": ("en", "Hello there.|It failed.")}
GERMAN = English("de", ("Good day.", "That did not work."))


def test_only_other_languages_are_translated_and_only_once(
    translating: Callable[..., tuple[Survey, Speaker]],
) -> None:
    survey, speaker = translating(ANNA | BERT, Speaker({"anna": GERMAN}))
    assert speaker.asked == [("anna", "de")]
    assert [s.english for s in survey.transcripts["anna"].sentences] == list(GERMAN.texts)
    assert [s.english for s in survey.transcripts["bert"].sentences] == ["", ""]
    assert survey.keys["anna"] != "key of anna" and survey.keys["bert"] == "key of bert"
    assert ["translates roughly" in warning for warning in warned[-1]] == [True]
    again, silent = translating(ANNA | BERT, Speaker({}))
    looked, _ = translating(ANNA | {"carl": ("de", "Hallo.|Gut so.")}, Speaker({}), known=True)
    assert looked.transcripts["anna"] == survey.transcripts["anna"] and len(warned[-1]) == 1
    assert "1 answer is in another language (de 1)." in warned[-1][0], "one still waits; nothing is said of it"
    assert not silent.asked and again.transcripts == survey.transcripts and again.keys == survey.keys


def test_captions_that_do_not_say_their_language_are_asked_for_it(
    translating: Callable[..., tuple[Survey, Speaker]],
) -> None:
    answers = {"anna": ("", ANNA["anna"][1]), "carl": ("", "All is well.|Thank you.")}
    survey, speaker = translating(answers, Speaker({"anna": GERMAN, "carl": English("en")}))
    assert speaker.asked == [("anna", ""), ("carl", "")]
    assert [survey.transcripts[name].language for name in answers] == ["de", "en"]
    named, told = translating({"anna": answers["anna"]}, Speaker({"anna": GERMAN}), top='language = "de"')
    assert told.asked == [("anna", "de")] and named.transcripts["anna"].language == "de"


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (
            "",
            "1 answer is in a language other than English (de 1), which the tagger does not understand well: set translate = true",
        ),
        (
            'translate = true\nmodel = "tiny.en"',
            '"tiny.en" only understands English: nothing is translated. Choose a multilingual model',
        ),
    ],
)
def test_what_stays_untranslated_is_said_with_its_remedy(
    settings: str, wanted: str, translating: Callable[..., tuple[Survey, Speaker]]
) -> None:
    survey, speaker = translating(ANNA | BERT, Speaker({}), settings)
    [warning] = warned[-1]
    assert wanted in warning and "\n" not in warning and not speaker.asked
    assert not any(s.english for s in survey.transcripts["anna"].sentences)
    translating(BERT, Speaker({}), "")
    assert not warned[-1]


def test_what_fails_costs_one_answer_and_is_tried_again(
    translating: Callable[..., tuple[Survey, Speaker]],
) -> None:
    gone = UploadError("carl.wav: cannot be read.", "Put it back.")
    answers = ANNA | {"carl": ("de", "Hallo zusammen.|Gut so.")}
    survey, _ = translating(answers, Speaker({"anna": GERMAN, "carl": gone}))
    assert survey.transcripts["anna"].sentences[0].english == "Good day."
    assert any("carl.wav: not translated" in warning for warning in warned[-1])
    assert any(
        "1 answer is in another language (de 1) and could not be translated" in warning for warning in warned[-1]
    )
    _, speaker = translating(answers, Speaker({"carl": GERMAN}))
    assert speaker.asked == [("carl", "de")]


def test_a_model_that_turns_out_to_know_only_english_is_one_warning(
    translating: Callable[..., tuple[Survey, Speaker]],
) -> None:
    model = SimpleNamespace(model=SimpleNamespace(is_multilingual=False))
    job = (Response("anna", "anna.wav", 9), Transcript("anna", "de", "x"), lambda: None)
    [(_, problem)] = translation.translate(model, [job], 1)
    assert isinstance(problem, ModelError) and problem.remedy
    _, _ = translating(ANNA, Speaker({"anna": problem}))
    assert warned[-1][0].startswith("The model only understands English. Nothing is translated. Choose a multi")


def test_a_sentence_is_judged_by_its_english_and_shown_as_it_was_said() -> None:
    sentences = tuple(
        Sentence("r", at, (Word(text, at * 1000, at * 1000 + 900),), english=english)
        for at, (text, english) in enumerate(
            [
                ("Guten Tag.", "Good day."),
                ("Zu spät,", "Too late it came."),
                ("kam es.", "Too late it came."),
                ("OK.", ""),
            ]
        )
    )
    transcript = Transcript("r", "de", "whisper base", sentences)
    [read] = translation_stage.as_read([transcript])
    assert [s.text for s in read.sentences] == [
        "Good day.",
        "Too late it came.",
        "Too late it came.",
        "OK.",
    ]
    assert [s.span for s in read.sentences] == [s.span for s in sentences]
    moments = [translation_stage.as_said(Moment("late", (s,), 0.9, ("a reason",)), transcript) for s in read.sentences]
    assert [moment.text for moment in moments] == ["Guten Tag.", "Zu spät,", "kam es.", "OK."]
    assert moments[0].why == ("a reason", 'scored by its English translation: "Good day."')
    assert moments[1].why[-1] == 'scored by the English translation of several sentences: "Too late it came."'
    assert moments[3].why == ("a reason",)
