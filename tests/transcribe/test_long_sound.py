"""Hours of sound in little memory: parted where it is quiet, the same words in the same places, progress on the way."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.videos import ffmpeg
from helpers.surveys import truth
from helpers.surveys.small_survey import TOML
from helpers.words.hearing import listen, text
from helpers.words.saying import RATE

import reelmaker
from reelmaker import media, model_files, transcribe
from reelmaker.model import Response
from reelmaker.transcribe import chunking, word_alignment

MAYA = "maya-fernhill.mp4"


def speech_and_silence(seconds: int, seed: int = 3) -> np.ndarray:
    """16-bit noise that comes and goes as talk does, with half-second pauses at known places."""
    dice = np.random.default_rng(seed)
    sound = dice.normal(0, 3000, seconds * RATE).astype(np.int16)
    for at in range(0, seconds, 4):
        sound[at * RATE : at * RATE + RATE * 6 // 10] //= 500
    return sound


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [0, 1, 10, 11, 12, 25, 47])
def test_long_sound_is_parted_in_pauses_and_nothing_is_left_out(minutes: int) -> None:
    sound = speech_and_silence(minutes * 60)
    loud = word_alignment.levels(sound)
    parts = chunking.stretches(loud, len(sound))
    assert parts[0][0] == 0 and parts[-1][1] == len(sound)
    assert all(a[1] == b[0] for a, b in pairwise(parts))
    assert all(end - begin <= (chunking.STRETCH_S + 120) * RATE for begin, end in parts)
    for begin, _ in parts[1:]:
        assert loud[begin // 160 - 10 : begin // 160 + 10].max() < -60, "in the middle of a pause"
    assert len(parts) == 1 if minutes <= 11 else len(parts) >= minutes // 11


def test_levels_of_long_sound_are_those_of_its_parts_and_need_little_memory() -> None:
    sound = speech_and_silence(20 * 60)
    tracemalloc.start()
    loud = word_alignment.levels(sound)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000 < sound.nbytes, peak
    for at in (0, 59 * RATE, 60 * RATE, 600 * RATE):
        part = sound[at : at + 3 * RATE].astype(np.float32) / 32768
        assert np.array_equal(word_alignment.levels(part), loud[at // 160 : at // 160 + 300])


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [
        ([1, 1, 1, 1, 1], [4, 1]),
        ([40, 40, 40], [1, 1, 1]),
        ([1, 1, 90, 1], [2, 1, 1]),
        ([14, 2, 14, 1], [1, 1, 2]),
        ([], []),
    ],
)
def test_several_long_answers_are_not_held_at_once(minutes: list[int], wanted: list[int]) -> None:
    jobs = [(Response(str(at), "a", length * 60_000), lambda: None) for at, length in enumerate(minutes)]
    batches = chunking.batches_of(jobs, 4)
    assert [len(batch) for batch in batches] == wanted
    assert [job for batch in batches for job in batch] == jobs


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_half_an_hour_is_heard_as_its_parts_are_and_says_how_far_it_is() -> None:
    """One answer three times in half an hour of silence: the same words, each in its place."""
    path = truth.SAMPLES / "uploads" / MAYA
    one = media.recording(path, media.probe(path).sound_track).samples
    places = (20, 640, 1500)
    whole = np.zeros(1600 * RATE, np.int16)
    for at in places:
        whole[at * RATE : at * RATE + len(one)] = one
    source = transcribe.load("whisper", model_files.find("base", "speech"), workers=2, language="en", name="base")
    alone = listen(source, {"one": one})["one"]
    said: list[tuple[str, float]] = []
    response = Response("long", "long", 1_600_000)
    [(_, together)] = source.transcribe([(response, lambda: whole)], lambda who, share: said.append((who, share)))
    assert not isinstance(together, Exception) and not isinstance(alone, Exception)
    wrong, total = measure.word_errors(text(alone) + " " + text(alone) + " " + text(alone), text(together))
    assert wrong <= total // 50, "its windows lie a little otherwise"
    words = [word for sentence in together.sentences for word in sentence.words]
    own = [word for sentence in alone.sentences for word in sentence.words]
    for at in places:
        group = [word for word in words if at * 1000 <= word.start_ms < at * 1000 + len(one) // 16]
        assert abs(group[0].start_ms - own[0].start_ms - at * 1000) <= 150
        assert abs(group[-1].end_ms - own[-1].end_ms - at * 1000) <= 150
    assert {who for who, _ in said} == {"long"} and all(0 <= share < 1 for _, share in said)


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_the_bar_moves_while_one_long_answer_is_heard(tmp_path: Path) -> None:
    """Eleven minutes count as more than one piece of work, and all of them are done in the end."""
    uploads = tmp_path / "survey" / "uploads"
    uploads.mkdir(parents=True)
    (uploads.parent / "reelmaker.toml").write_text(TOML, "utf-8")
    answer = truth.SAMPLES / "uploads" / "IMG_4821.MOV"
    # six seconds of talk in each minute or so, so that it is heard quickly
    talk = "volume=0:enable='gte(mod(t,55),6)'"
    ffmpeg(
        "-stream_loop",
        "-1",
        "-i",
        answer,
        "-vn",
        "-t",
        "660",
        "-af",
        talk,
        "-c:a",
        "aac",
        "-b:a",
        "48k",
        uploads / "long.m4a",
    )
    steps: list[tuple[str, int]] = []
    moved: list[int] = []

    class Says:
        def step(self, name: str, total: int) -> None:
            steps.append((name, total))

        def advance(self, done: int = 1) -> None:
            if steps[-1][0] == "Transcribing":
                moved.append(done)

        def info(self, message: str) -> None: ...

        def warn(self, message: str) -> None: ...

    with pytest.raises(reelmaker.errors.NothingFound):
        reelmaker.build(uploads.parent, ["delivery"], report=Says())
    [total] = [total for name, total in steps if name == "Transcribing"]
    assert total == 2 and sum(moved) == total and len(moved) == 2, "half of it was said before the end"
