"""Sound -> transcript: what surrounds the model, and the real model on the sample survey's voices."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.paths import SAMPLES
from helpers.surveys import truth
from helpers.words.hearing import CHECKOUT, DAN, MAYA, Heard, listen, text
from helpers.words.saying import RATE, RESPONSE, flat, said
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker import media, model_files, transcribe
from reelmaker.errors import ModelError
from reelmaker.model import Response, Sentence, Span, Transcript, Word
from reelmaker.select import pauses
from reelmaker.transcribe import hallucinations, whisper


@pytest.fixture(scope="module")
def voices() -> dict[str, np.ndarray]:
    found = {}
    for file in (DAN, MAYA):
        path = SAMPLES / "uploads" / file
        found[file] = media.pcm(path, media.probe(path).sound_track)
    return found


@pytest.fixture(scope="module")
def sentence(voices: dict[str, np.ndarray]) -> tuple[np.ndarray, str, int, int]:
    """One sentence of Maya's alone, its words, and where in it she begins and ends in ms."""
    one, margin = truth.load()[MAYA][CHECKOUT], 40
    sound = voices[MAYA][(one.start_ms - margin) * 16 : (one.end_ms + 3 * margin) * 16]
    return sound, one.text, margin, margin + one.end_ms - one.start_ms


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8 * RATE), st.integers(1, round(28.5 * RATE))), max_size=12))
def test_windows_hold_all_the_speech_and_never_too_much(stretches: list[tuple[int, int]]) -> None:
    speech, at = [], 0
    for gap, length in stretches:
        speech.append({"start": at + gap, "end": at + gap + length})
        at += gap + length
    sound = np.arange(at + RATE, dtype=np.float32)
    windows = whisper.windows_of(sound, speech)
    held = np.zeros(len(sound), bool)
    for window in windows:
        stop = window.start + len(window.samples)
        assert len(window.samples) <= whisper.WINDOW_S * RATE
        assert not held[window.start : stop].any(), "heard twice"
        assert np.array_equal(window.samples, sound[window.start : stop])
        held[window.start : stop] = True
    for stretch in speech:
        assert held[stretch["start"] : stretch["end"]].all()


def test_a_long_silence_is_not_listened_to() -> None:
    speech = [{"start": 0, "end": RATE}, {"start": 6 * RATE, "end": 7 * RATE}]
    windows = whisper.windows_of(np.zeros(8 * RATE, np.float32), speech)
    assert sum(len(window.samples) for window in windows) < 3 * RATE


LOOPS = {
    "one phrase over and over": "thank you thank you thank you thank you",
    "a long text that compresses": "and the page went blank again " * 6,
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_sentence_that_repeats_itself_is_never_quoted(name: str) -> None:
    loop, good = (
        Sentence("r", 0, tuple(said(LOOPS[name]))),
        Sentence("r", 1, tuple(said("It came very late."))),
    )
    assert [s.unreliable for s in hallucinations.mark_loops([loop, good])] == [True, False]


def test_the_same_sentence_three_times_is_never_quoted_but_twice_may_be() -> None:
    def sentence(index: int, text: str) -> Sentence:
        return Sentence("r", index, tuple(said(text)))

    three = [sentence(number, "Thanks for watching this.") for number in range(3)]
    assert all(marked.unreliable for marked in hallucinations.mark_loops(three))
    assert not any(marked.unreliable for marked in hallucinations.mark_loops(three[:2]))


def test_a_guess_is_never_quoted() -> None:
    words = said("It came very late.")
    guess = Sentence("r", 0, tuple(Word(w.text, w.start_ms, w.end_ms, 0.1) for w in words))
    assert hallucinations.mark_loops([guess])[0].unreliable
    sure = Sentence("r", 0, tuple(Word(w.text, w.start_ms, w.end_ms, 0.4) for w in words))
    assert not hallucinations.mark_loops([sure])[0].unreliable


def test_a_folder_that_holds_no_model_is_refused_with_one_line(tmp_path: Path) -> None:
    for name in model_files.NEEDED["speech"]:
        (tmp_path / name).write_text("{}", "utf-8")
    source = transcribe.load("whisper", tmp_path, workers=1, language="en", name="mine")
    with pytest.raises(ModelError, match="this Whisper model cannot be loaded") as refused:
        list(source.transcribe([(RESPONSE, lambda: None)]))
    assert str(tmp_path) in refused.value.message and refused.value.remedy
    assert "\n" not in str(refused.value)


# --- the real model, on the sample survey's voices


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean()))


def at_level(sound: np.ndarray, db: float) -> np.ndarray:
    return (sound * 10 ** ((db - level_db(sound)) / 20)).astype(np.float32)


@pytest.fixture(scope="module")
def two_workers() -> transcribe.Source:
    return transcribe.load("whisper", model_files.find("base", "speech"), workers=2, language="en", name="base")


@pytest.fixture(scope="module")
def one_worker() -> transcribe.Source:
    """It recognises the language itself."""
    return transcribe.load("whisper", model_files.find("base", "speech"), workers=1, language="", name="base")


@pytest.fixture(scope="module")
def alone(two_workers: transcribe.Source, voices: dict[str, np.ndarray]) -> Heard:
    """Each voice transcribed with no other beside it."""
    return {file: listen(two_workers, {file: sound})[file] for file, sound in voices.items()}


def sound_words(transcript: Transcript | Exception, length_ms: int) -> list[Word]:
    """The words, checked: in order, within the length, with a confidence."""
    assert isinstance(transcript, Transcript), transcript
    words = flat(transcript.sentences)
    assert all(0 <= word.start_ms <= word.end_ms <= length_ms for word in words)
    assert all(before.end_ms <= after.start_ms for before, after in itertools.pairwise(words))
    assert all(0 <= word.confidence <= 1 and word.text.strip() == word.text != "" for word in words)
    return words


@pytest.mark.slow
def test_speech_is_heard_with_its_words_and_times(alone: Heard, voices: dict[str, np.ndarray]) -> None:
    for file, transcript in alone.items():
        said_there = truth.load()[file]
        wrong, total = measure.word_errors(" ".join(s.text for s in said_there), text(transcript))
        assert wrong <= 0.1 * total
        words = sound_words(transcript, len(voices[file]) // 16)
        assert np.mean([word.confidence for word in words]) > 0.7
        assert isinstance(transcript, Transcript)
        assert (transcript.language, transcript.source) == ("en", "whisper base")
        starts, ends = [w.start_ms for w in words], [w.end_ms for w in words]
        for one in said_there:
            assert min(abs(one.start_ms - start) for start in starts) <= 100
            assert min(abs(one.end_ms - end) for end in ends) <= 100


@pytest.mark.slow
def test_a_transcript_does_not_depend_on_its_company_nor_on_the_workers(
    alone: Heard,
    one_worker: transcribe.Source,
    two_workers: transcribe.Source,
    voices: dict[str, np.ndarray],
    sentence: tuple[np.ndarray, str, int, int],
) -> None:
    first, silence = sentence[0], np.zeros(RATE, np.float32)
    together = listen(one_worker, {"first": first, MAYA: voices[MAYA], "silence": silence, DAN: voices[DAN]})
    assert {file: together[file] for file in voices} == alone, "language recognised or named, all the same"
    other_order = listen(two_workers, {DAN: voices[DAN], "first": first, "silence": silence})
    assert other_order == {name: together[name] for name in (DAN, "first", "silence")}


@pytest.mark.slow
def test_english_is_recognised_and_silence_has_no_language(
    one_worker: transcribe.Source, sentence: tuple[np.ndarray, str, int, int]
) -> None:
    heard = listen(one_worker, {"speech": sentence[0], "silence": np.zeros(3 * RATE, np.float32)})
    speech, silence = heard["speech"], heard["silence"]
    assert isinstance(speech, Transcript) and isinstance(silence, Transcript)
    assert (speech.language, speech.notes) == ("en", ()) and silence.language == ""


@pytest.mark.slow
def test_a_quiet_voice_is_heard_nearly_the_same(
    alone: Heard, two_workers: transcribe.Source, voices: dict[str, np.ndarray]
) -> None:
    quiet = at_level(voices[DAN], -40)
    assert abs(level_db(quiet) + 40) < 0.1
    heard = listen(two_workers, {"quiet": quiet})["quiet"]
    wrong, total = measure.word_errors(text(alone[DAN]), text(heard))
    assert total > 30 and wrong <= 2
    starts = [word.start_ms for word in sound_words(heard, len(quiet) // 16)]
    for one in truth.load()[DAN]:
        assert min(abs(one.start_ms - start) for start in starts) <= 100


@pytest.mark.slow
@pytest.mark.parametrize("level", [-23.0, -40.0])
def test_a_sentence_after_75_seconds_of_silence_is_heard_in_its_place(
    two_workers: transcribe.Source, sentence: tuple[np.ndarray, str, int, int], level: float
) -> None:
    sound, words, start_ms, end_ms = sentence
    late = np.concatenate([np.zeros(75 * RATE, np.float32), at_level(sound, level)])
    heard = listen(two_workers, {"late": late})["late"]
    wrong, _ = measure.word_errors(words, text(heard))
    assert wrong == 0
    found = sound_words(heard, len(late) // 16)
    assert abs(found[0].start_ms - 75_000 - start_ms) <= 300
    assert abs(found[-1].end_ms - 75_000 - end_ms) <= 300
    assert all(word.end_ms - word.start_ms <= whisper.LONGEST_WORD_MS for word in found)
    # and where the clip begins, as a build cuts it
    moment = Span("late", found[0].start_ms, found[-1].end_ms)
    offset = moment.start_ms - pauses.AROUND_MS
    edges = pauses.edges(late[offset * 16 :], offset, moment, 0, len(late) // 16)
    onset = 75_000 + start_ms
    assert onset - 500 <= edges.start_ms <= onset + 20, "at most half a second before the sound does"


def hold_music(seconds: int) -> np.ndarray:
    """A chord of three sines that swells and fades."""
    time = np.arange(seconds * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (261.6, 329.6, 392.0))
    return (0.1 * chord * (0.6 + 0.4 * np.sin(np.pi * time))).astype(np.float32)


@pytest.mark.slow
def test_what_is_not_speech_gives_no_words(one_worker: transcribe.Source) -> None:
    noise = np.random.default_rng(1).normal(0, 1, 60 * RATE).astype(np.float32)
    heard = listen(
        one_worker,
        {
            "silence": np.zeros(60 * RATE, np.float32),
            "hiss": 0.01 * noise,
            "roar": (0.2 * noise).clip(-1, 1),
            "hold music": hold_music(60),
            "a blink": np.zeros(5, np.float32),
            "nothing": np.zeros(0, np.float32),
        },
    )
    for name, transcript in heard.items():
        assert transcript == Transcript(name, "", "whisper base", (), ("no speech",))


@pytest.mark.slow
def test_a_response_without_sound_has_an_empty_transcript(one_worker: transcribe.Source) -> None:
    assert listen(one_worker, {"r": None})["r"] == Transcript("r", "", "whisper base", (), ("no sound track",))
    assert list(one_worker.transcribe([])) == []


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_response_whose_sound_fails_stops_no_other(
    workers: int,
    one_worker: transcribe.Source,
    two_workers: transcribe.Source,
    sentence: tuple[np.ndarray, str, int, int],
) -> None:
    gone = OSError("the disk is gone")

    def fails() -> np.ndarray:
        raise gone

    source = one_worker if workers == 1 else two_workers
    heard = listen(source, {"first": sentence[0], "broken": fails, "silent": None, "last": sentence[0]})
    assert heard["broken"] is gone
    for name in ("first", "last"):
        assert measure.word_errors(sentence[1], text(heard[name]))[0] == 0
    assert text(heard["silent"]) == ""


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_never_more_threads_than_processors(
    workers: int, jobs: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import faster_whisper

    asked: dict[str, int] = {}

    class Stub:
        def __init__(self, folder: str, **options: int) -> None:
            asked.update(options)

    monkeypatch.setattr(faster_whisper, "WhisperModel", Stub)
    source = transcribe.load("whisper", tmp_path, workers=workers, language="en", name="x")
    heard = list(source.transcribe([(Response(str(at), "a", 5000), lambda: None) for at in range(jobs)]))
    assert len(heard) == jobs
    assert 1 <= asked["num_workers"] * asked["cpu_threads"] <= workers
    assert asked["num_workers"] == min(workers, jobs)


@pytest.mark.slow
def test_the_language_is_that_of_the_speech_however_long_the_silence_before_it(
    one_worker: transcribe.Source, sentence: tuple[np.ndarray, str, int, int]
) -> None:
    quiet = np.random.default_rng(5).normal(0, 0.0005, 40 * RATE).astype(np.float32)
    heard = listen(one_worker, {"late": np.concatenate([quiet, sentence[0], quiet])})["late"]
    assert isinstance(heard, Transcript) and (heard.language, heard.notes) == ("en", ())


@pytest.mark.slow
def test_a_language_that_is_not_sure_is_said(
    one_worker: transcribe.Source,
    sentence: tuple[np.ndarray, str, int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(whisper, "UNSURE", 1.01)  # nothing is as sure as that
    heard = listen(one_worker, {"speech": sentence[0]})["speech"]
    assert isinstance(heard, Transcript) and any("not sure about the language (en" in note for note in heard.notes)
    assert whisper.MOST_WINDOWS_ASKED >= 2, "more than one window is asked"
