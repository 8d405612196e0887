"""Interviews: the customer alone is quoted, and nobody who speaks alone loses a sentence. Real sound, real network."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.surveys import interviews
from helpers.words.spliced import asked, made, transcript_of

from reelmaker import model_files, tag
from reelmaker.errors import ModelError
from reelmaker.model import Moment, Problem, Response, Sentence, Transcript, Word
from reelmaker.project.library import Library
from reelmaker.select import pick, prevalence
from reelmaker.transcribe import sidecars
from reelmaker.transcribe.diarization import embeddings, roles, turns
from reelmaker.transcribe.sidecars import spread


@pytest.fixture(scope="module")
def encoder() -> embeddings.Encoder:
    return embeddings.Encoder(model_files.find("voices", "voice"))


# the network


def test_the_network_computes_what_its_definition_says(encoder: embeddings.Encoder) -> None:
    """Against the formula of an LSTM written down gate by gate, one stretch and one step at a time."""
    random = np.random.default_rng(1)
    sound = (random.standard_normal(9000) * 0.1).astype(np.float32)
    heard = encoder._heard(sound)
    flow = heard.astype(np.float64)
    w = {name: one.astype(np.float64) for name, one in encoder._weights.items()}
    for layer in range(3):
        state, memory, out = np.zeros(256), np.zeros(256), []
        for step in flow:
            total = w[f"lstm.weight_ih_l{layer}"] @ step + w[f"lstm.bias_ih_l{layer}"]
            total += w[f"lstm.weight_hh_l{layer}"] @ state + w[f"lstm.bias_hh_l{layer}"]
            i, f, g, o = np.split(total, 4)
            memory = memory / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
            state = np.tanh(memory) / (1 + np.exp(-o))
            out.append(state)
        flow = np.array(out)
    raw = np.maximum(w["linear.weight"] @ flow[-1] + w["linear.bias"], 0)
    assert np.allclose(encoder([sound])[0], raw / np.linalg.norm(raw), atol=1e-5)


@pytest.mark.slow
def test_a_stretch_is_heard_alike_in_any_batch_and_at_any_loudness(encoder: embeddings.Encoder) -> None:
    sounds = [sound for voice in interviews.customers()[:3] for _, sound in voice.said]
    together = encoder(sounds)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[4], encoder([sounds[4] * np.float32(0.01)])[0], atol=1e-3)
    assert encoder([]).shape == (0, 256)


@pytest.mark.slow
def test_voices_of_the_samples_are_apart(encoder: embeddings.Encoder) -> None:
    owners = [voice.name for voice in interviews.customers() for _ in voice.said]
    prints = encoder([sound for voice in interviews.customers() for _, sound in voice.said])
    likeness, same = prints @ prints.T, np.array(owners)[:, None] == np.array(owners)[None, :]
    np.fill_diagonal(likeness, np.nan)
    assert np.nanpercentile(likeness[same], 5) > np.nanpercentile(likeness[~same], 95)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("echo never > evil.txt",)


@pytest.mark.parametrize("what", ["code", "half", "nothing", "other shape"])
def test_weights_that_are_none_run_nothing(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    whole = (model_files.find("voices", "voice") / "pretrained.pt").read_bytes()
    bodies = {
        "code": pickle.dumps(Evil()),
        "half": whole[: len(whole) // 2],
        "nothing": b"",
        "other shape": whole.replace(b"linear.weight", b"linear.height"),
    }
    (tmp_path / "pretrained.pt").write_bytes(bodies[what])
    with pytest.raises(ModelError, match="the voice model cannot be read"):
        embeddings.Encoder(tmp_path)
    assert not (tmp_path / "evil.txt").exists()


# telling apart


@pytest.mark.slow
@pytest.mark.parametrize("kind", interviews.INTERVIEWS)
@pytest.mark.parametrize("number", [1, 6])
def test_interviews_are_told_apart_sentence_by_sentence(encoder: embeddings.Encoder, kind: str, number: int) -> None:
    recording = made(kind, number)
    before = transcript_of(recording)
    after = roles.tell_apart(before, recording.samples, encoder)
    assert asked(after) == [spoken.asked for spoken in recording.spoken]
    assert after.notes and "interview" in after.notes[0]
    assert [s.index for s in after.sentences] == list(range(len(after.sentences)))


@pytest.mark.slow
def test_who_speaks_alone_loses_nothing(encoder: embeddings.Encoder) -> None:
    """Where the sound changes half way it could be two voices: then rhetorical questions are lost, and nothing else."""
    for recording in interviews.alone():
        after = roles.tell_apart(transcript_of(recording), recording.samples, encoder)
        lost = [sentence.text for sentence in after.sentences if sentence.asked]
        if "half way" not in recording.name:
            assert not lost, recording.name
        assert all("?" in text for text in lost), recording.name
        assert after.notes == ((roles.UNSURE,) if lost else ()), recording.name
        after = roles.tell_apart(transcript_of(recording), recording.samples, encoder, roles.NONE)
        assert after == transcript_of(recording)


@pytest.mark.slow
def test_one_person_in_both_parts_is_no_interview(encoder: embeddings.Encoder) -> None:
    """Two texts read by the same voice: the questions are the customer's own."""
    asker = next(voice for voice in interviews.others("interviewer") if voice.name == "emma")
    customer = next(voice for voice in interviews.customers() if voice.name == "Priya")
    recording = interviews.interview(asker, customer, "clear", 1)
    after = roles.tell_apart(transcript_of(recording), recording.samples, encoder)
    assert not any(asked(after))


def test_where_nobody_asks_nothing_is_listened_to() -> None:
    def never(stretches: Sequence[np.ndarray]) -> np.ndarray:
        raise AssertionError

    recording = next(iter(interviews.alone()))
    before = transcript_of(recording)
    assert "?" not in " ".join(s.text for s in before.sentences)
    assert roles.tell_apart(before, recording.samples, never) is before


def test_of_two_voices_that_both_ask_no_question_is_quoted_and_a_note_says_so(encoder: embeddings.Encoder) -> None:
    recording = made("clear", 0)
    questions = replace(recording, spoken=tuple(replace(s, text=s.text.rstrip(".?") + "?") for s in recording.spoken))
    questions = replace(questions, spoken=(*questions.spoken[:-1], replace(questions.spoken[-1], text="It is fine.")))
    after = roles.tell_apart(transcript_of(questions), recording.samples, encoder)
    assert asked(after) == [True] * (len(questions.spoken) - 1) + [False]
    assert after.notes == (roles.UNSURE,)


@pytest.mark.slow
def test_of_three_people_those_who_ask_are_never_quoted(encoder: embeddings.Encoder) -> None:
    """Two interviewers and a customer; an interviewer and a couple: who asks is marked, or no question is quoted."""
    one, other = (voice for voice in interviews.others("interviewer") if voice.name in ("eric", "lily"))
    customer, partner = interviews.customers()[1], interviews.customers()[10]
    for askers, answerers in (((one, other), (customer,)), ((one,), (customer, partner))):
        pieces = []
        for turn in range(4):
            asker = askers[turn % len(askers)]
            pieces.append((*asker.said[turn % len(asker.said)], True, 150))
            pieces += [(*voice.said[turn % len(voice.said)], False, 200) for voice in answerers]
        sound, spoken = interviews.splice(pieces)
        recording = interviews.Recording("three people", sound, tuple(spoken), "three")
        after = roles.tell_apart(transcript_of(recording), sound, encoder)
        assert len(after.notes) == 1
        quoted = {sentence.text for sentence in after.sentences if not sentence.asked}
        assert not quoted & {said.text for said in spoken if said.asked}
        assert quoted, "the customers still have their say"


@pytest.mark.slow
def test_a_team_may_say_that_the_interviewer_speaks_first(encoder: embeddings.Encoder) -> None:
    recording = made("clear", 0)
    flat = replace(recording, spoken=tuple(replace(s, text=s.text.replace("?", ".")) for s in recording.spoken))
    after = roles.tell_apart(transcript_of(flat), recording.samples, encoder, roles.FIRST)
    assert asked(after) == [spoken.asked for spoken in recording.spoken]
    alone = next(iter(interviews.alone()))
    after = roles.tell_apart(transcript_of(alone), alone.samples, encoder, roles.FIRST)
    assert not any(asked(after)) and after.notes == (roles.ONE_VOICE,)


def joined(recording: interviews.Recording, first: int, sign: str) -> Transcript:
    """Two sentences heard as one; `sign` is what stands between them."""
    before = transcript_of(recording)
    one, two = before.sentences[first : first + 2]
    last = one.words[-1]
    words = (*one.words[:-1], replace(last, text=last.text.rstrip(".?!") + sign), *two.words)
    sentences = [
        *before.sentences[:first],
        Sentence(recording.name, first, words),
        *before.sentences[first + 2 :],
    ]
    return replace(before, sentences=tuple(replace(s, index=at) for at, s in enumerate(sentences)))


@pytest.mark.slow
def test_a_sentence_that_holds_both_is_cut_where_the_voice_changes(encoder: embeddings.Encoder) -> None:
    recording = made("clear", 2)
    second = next(at for at, spoken in enumerate(recording.spoken) if at and spoken.asked)
    after = roles.tell_apart(joined(recording, second - 1, ","), recording.samples, encoder)
    truth = [spoken.asked for spoken in recording.spoken]
    assert asked(after) == truth
    assert [s.text.split()[0] for s in after.sentences] == [s.text.split()[0] for s in recording.spoken]


@pytest.mark.slow
def test_a_mixed_sentence_without_a_place_to_cut_is_not_quoted(encoder: embeddings.Encoder) -> None:
    recording = made("clear", 2)
    second = next(at for at, spoken in enumerate(recording.spoken) if at and spoken.asked)
    before = joined(recording, second - 1, "")
    mixed = before.sentences[second - 1]
    glued = tuple(  # no sign and no pause between the words
        Word(word.text.strip(".,?!"), word.start_ms, following.start_ms)
        for word, following in zip(mixed.words, [*mixed.words[1:], mixed.words[-1]], strict=True)
    )[:-1]
    sentences = [*before.sentences]
    sentences[second - 1] = replace(mixed, words=glued)
    after = roles.tell_apart(replace(before, sentences=tuple(sentences)), recording.samples, encoder)
    assert after.sentences[second - 1].asked
    assert after.sentences[second - 1].words == glued


def test_an_okay_at_the_edge_of_a_sentence_is_not_taken_along() -> None:
    words = (Word("It", 0, 200), Word("broke.", 200, 600), Word("Okay.", 900, 1200))
    assert turns._scraps_off(words) == [words[:2], words[2:]]
    assert turns._scraps_off(words[:2]) == [words[:2]]


# what is asked is never shown


def moment(index: int, text: str, score: float, *, mine: bool = True) -> Moment:
    start = 2000 * index
    words = tuple(spread(text, start, start + 1500))
    return Moment("p", (Sentence("r", index, words, asked=not mine),), score, ())


def test_the_interviewers_words_are_in_no_clip_not_even_as_a_neighbour() -> None:
    limits = pick.Limits(60_000, 2_000, 16_000, 1, 0.5)
    responses = {"r": Response("r", "r.wav", 60_000)}
    said = [
        moment(0, "What went wrong while paying?", 0.9, mine=False),
        moment(1, "The card failed.", 0.9),
        moment(2, "And then?", 0.8, mine=False),
    ]
    assert pick.pick(said, responses, limits) == []  # too short alone, and nobody else's words lengthen it
    longer = replace(limits, clip_min_ms=1_000)
    assert [one.text for one in pick.pick(said, responses, longer)] == ["The card failed."]
    only = Transcript("r", "en", "whisper base", said[0].sentences)
    assert prevalence.count(said, [only], responses, 0.5).of == 0
    assert prevalence.count(said, [Transcript("r", "en", "x", said[1].sentences)], responses, 0.5).of == 1


@pytest.mark.parametrize("tagger", tag.REGISTRY)
def test_the_interviewers_words_score_nothing(tagger: str) -> None:
    problem = Problem("p", "Paying fails", ("Why?",), describe="the card payment failed")
    heard = Transcript(
        "r",
        "en",
        "whisper base",
        (
            Sentence("r", 0, tuple(spread("Payment failed?", 0, 900)), asked=True),
            Sentence("r", 1, tuple(spread("The card payment failed twice", 1000, 2900))),
        ),
    )
    model = model_files.find("minilm", "meaning") if tag.needs_model(tagger) else None
    first, second = tag.load(tagger)([heard], [problem], model, {})
    assert (first.score, first.why) == (0.0, ("the interviewer's words",))
    assert second.score > 0


@pytest.mark.slow
def test_the_library_keeps_who_asked_and_reads_rows_of_before(tmp_path: Path) -> None:
    import sqlite3
    import zlib

    recording = made("clear", 0)
    marked = replace(
        transcript_of(recording),
        sentences=tuple(
            replace(s, asked=spoken.asked)
            for s, spoken in zip(transcript_of(recording).sentences, recording.spoken, strict=True)
        ),
    )
    with Library(tmp_path / "library.db") as library:
        library.store_transcript("k", marked)
        assert library.transcript("k") == marked
    old = ["r", "en", "whisper base", [], [[False, [["Hello.", 0, 500, 0.9]]]]]
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("INSERT INTO transcripts VALUES ('old', 'r', ?)", (zlib.compress(json.dumps(old).encode()),))
    db.close()
    with Library(tmp_path / "library.db") as library:
        [sentence] = library.transcript("old").sentences  # type: ignore[union-attr]
        assert not sentence.asked and sentence.text == "Hello."


# captions that say who speaks

TAGGED = """WEBVTT

00:00.000 --> 00:02.000
<v Interviewer>What happened?

00:02.000 --> 00:04.000
<v Maya>My card was refused.

00:04.000 --> 00:06.000
And then I left.
"""
NAMED = """1
00:00:00,000 --> 00:00:02,000
Interviewer: What happened?

2
00:00:02,000 --> 00:00:04,000
- Customer: My card was refused.
- Moderator: And then?

3
00:00:04,000 --> 00:00:06,000
What did you do?

4
00:00:06,000 --> 00:00:08,000
Customer: Note: I left.
"""


def test_captions_that_name_the_interviewer_mark_what_is_asked(tmp_path: Path) -> None:
    response = Response("r", "r.wav", 20_000)
    (tmp_path / "r.vtt").write_text(TAGGED, "utf-8")
    read = sidecars.read(tmp_path / "r.vtt", response)
    assert [(s.text, s.asked) for s in read.sentences] == [
        ("What happened?", True),
        ("My card was refused.", False),
        ("And then I left.", False),
    ]
    (tmp_path / "r.srt").write_text(NAMED, "utf-8")
    read = sidecars.read(tmp_path / "r.srt", response)
    assert [(s.text, s.asked) for s in read.sentences] == [
        ("What happened?", True),
        ("My card was refused.", False),
        ("And then? What did you do?", True),
        ("Note: I left.", False),
    ]
