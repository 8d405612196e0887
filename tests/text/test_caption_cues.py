"""Captions: inside their clip, never overlapping, every word once and in order, no line too long."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Clip, Moment, Sentence, Span, Word
from reelmaker.publish.quality_check import word_errors
from reelmaker.render.pieces import clip_cues
from reelmaker.text.caption_cues import cues_for, line_length, quote, quoted

WORDS = st.lists(
    st.tuples(
        st.text("abcdefgh", min_size=1, max_size=12),
        st.sampled_from(["", "", "", ",", ".", "?"]),
        st.integers(60, 700),
        st.sampled_from([0, 0, 30, 200, 1500]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=100)
@given(said=WORDS, at=st.integers(0, 3000), line=st.sampled_from([20, 26, 40]))
def test_captions_hold_every_word_once_inside_the_clip(
    said: list[tuple[str, str, int, int]], at: int, line: int
) -> None:
    words = []
    for number, (letters, mark, length, pause) in enumerate(said):
        words.append(Word(letters + mark + str(number), at, at + length))
        at += length + pause
    start, end = max(0, words[0].start_ms - 80), words[-1].end_ms + 120
    cues = cues_for(words, start, end, line)
    assert " ".join(cue.text.replace("\n", " ") for cue in cues) == " ".join(word.text for word in words)
    for before, cue in pairwise(cues):
        assert before.end_ms <= cue.start_ms
    for cue in cues:
        assert 0 <= cue.start_ms < cue.end_ms <= end - start
        lines = cue.text.split("\n")
        assert len(lines) <= 2 and all(len(text) <= line for text in lines)


def test_a_caption_is_there_when_its_words_are() -> None:
    words = [Word(f"w{n}", 1000 + 400 * n, 1350 + 400 * n) for n in range(30)]
    cues = cues_for(words, 900, 14_000)
    for word in words:
        [cue] = [cue for cue in cues if word.text in cue.text.replace("\n", " ").split()]
        assert cue.start_ms <= word.start_ms - 900 + 1 and cue.end_ms >= word.end_ms - 900 - 1


def test_captions_break_at_a_pause_and_after_a_sentence() -> None:
    words = [
        Word("Nobody", 0, 400),
        Word("came.", 420, 800),
        Word("I", 3000, 3100),
        Word("waited.", 3120, 3600),
    ]
    assert [cue.text for cue in cues_for(words, 0, 4000)] == ["Nobody came.", "I waited."]


def test_narrow_frames_get_short_lines() -> None:
    assert line_length(1280, 720) > line_length(720, 720) > line_length(720, 1280)


def moment_of(*said: tuple[int, str], cut_before: bool = False, cut_after: bool = False) -> Moment:
    sentences = tuple(
        Sentence(
            "a",
            index,
            tuple(Word(w, 3000 * index + 300 * n, 3000 * index + 300 * n + 250) for n, w in enumerate(text.split())),
        )
        for index, text in said
    )
    return Moment("p", sentences, 0.9, (), cut_before=cut_before, cut_after=cut_after)


def test_an_ellipsis_stands_where_something_was_left_out_and_no_word_is_changed() -> None:
    whole = moment_of((1, "My card failed."), (2, "Nobody came."))
    assert quote(whole) == whole.text
    cut_both = moment_of((1, "My card failed."), (2, "Nobody came."), cut_before=True, cut_after=True)
    assert quote(cut_both) == "… My card failed. Nobody came. …" and cut_both.text == whole.text
    between = moment_of((1, "My card failed."), (3, "Nobody came."))
    assert quote(between) == "My card failed. … Nobody came."
    assert [(w.start_ms, w.end_ms) for w in quoted(cut_both)] == [(w.start_ms, w.end_ms) for w in whole.words]


def test_the_captions_of_a_clip_carry_the_ellipsis_and_keep_their_times() -> None:
    moment = moment_of((1, "My card failed."), (2, "Nobody came."), cut_before=True, cut_after=True)
    plain = cues_for(moment.words, 2900, 7000)
    marked = clip_cues(Clip(moment, Span("a", 2900, 7000)), (1280, 720))
    assert " ".join(cue.text for cue in marked) == "… My card failed. Nobody came. …"
    assert [(cue.start_ms, cue.end_ms) for cue in marked] == [(cue.start_ms, cue.end_ms) for cue in plain]


def test_the_check_of_words_does_not_hear_an_ellipsis() -> None:
    assert word_errors("… My card failed. …", "my card failed") == 0
