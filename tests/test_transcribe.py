"""From sound or captions to sentences: cutting, sidecars, word times on the sound, and the real model."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import measure
import numpy as np
import pytest
import truth
from conftest import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from measure import STRETCHES, talk

from reelmaker import media, transcribe, weights
from reelmaker.errors import ModelError, TranscriptError
from reelmaker.model import Response, Sentence, Transcript, Word
from reelmaker.transcribe import align, captions, sentences, whisper

RATE = 16_000


def said(
    text: str, start_ms: int = 0, gaps: dict[int, int] | None = None, length_ms: int = 250
) -> list[Word]:
    """Words one after the other, each `length_ms` long; `gaps`: silence before the word of that number."""
    words, at = [], start_ms
    for number, word in enumerate(text.split()):
        at += (gaps or {}).get(number, 50)
        words.append(Word(word, at, at + length_ms))
        at += length_ms
    return words


def cut(words: Sequence[Word]) -> list[str]:
    return [sentence.text for sentence in sentences.cut(words, "r")]


def flat(found: Sequence[Sentence]) -> list[Word]:
    return [word for sentence in found for word in sentence.words]


# --- sentences


def test_a_full_stop_ends_a_sentence() -> None:
    text = "I bought a lamp. Did it come late? It really did! I am done."
    assert cut(said(text)) == ["I bought a lamp.", "Did it come late?", "It really did!", "I am done."]


@pytest.mark.parametrize("end", ["lamp.”", 'lamp!"', "lamp?)", "lamp…", "lamp。"])
def test_a_full_stop_may_stand_inside_quotation_marks(end: str) -> None:
    assert cut(said(f"I bought a {end} Then it broke down.")) == [
        f"I bought a {end}",
        "Then it broke down.",
    ]


def test_a_long_pause_ends_a_sentence_without_punctuation() -> None:
    words = said("the page went blank my basket was empty", gaps={4: sentences.PAUSE_MS})
    assert cut(words) == ["the page went blank", "my basket was empty"]
    nearly = said("the page went blank my basket was empty", gaps={4: sentences.PAUSE_MS - 1})
    assert len(cut(nearly)) == 1


@pytest.mark.parametrize("mark", [",", "-"])
def test_a_long_pause_after_a_comma_is_a_hesitation(mark: str) -> None:
    words = said(f"the page went blank{mark} my basket was empty", gaps={4: 1500})
    assert len(cut(words)) == 1


@pytest.mark.parametrize("joiner", ["but", "and", "so,", "because", "She"])
def test_a_breath_before_a_joiner_parts_two_thoughts(joiner: str) -> None:
    words = said(f"the order came late, {joiner} she adores it all", gaps={4: sentences.BREATH_MS})
    assert cut(words) == ["the order came late,", f"{joiner} she adores it all"]


def test_a_breath_alone_parts_nothing() -> None:
    assert len(cut(said("the order came late with seven big parcels", gaps={4: sentences.BREATH_MS}))) == 1
    shorter = said("the order came late but she adores it", gaps={4: sentences.BREATH_MS - 1})
    assert len(cut(shorter)) == 1


def test_a_breath_after_the_first_few_words_parts_nothing() -> None:
    assert len(cut(said("It came late, but she adores the room", gaps={3: 700}))) == 1


def test_a_run_on_is_split_at_a_joiner_or_comma_near_the_middle() -> None:
    half = " ".join(["one two three four five six seven eight nine"] * 2)
    assert cut(said(f"{half}, {half}")) == [f"{half},", half]
    assert cut(said(f"{half} because {half}")) == [half, f"because {half}"]
    assert len(cut(said(half))) == 1


def test_a_run_on_is_split_at_its_longest_pause_where_there_is_nothing_else() -> None:
    words = said(" ".join(f"w{number}" for number in range(40)), gaps={22: 800})
    assert [len(sentence.words) for sentence in sentences.cut(words, "r")] == [22, 18]


def test_slow_speech_is_a_run_on_by_its_length() -> None:
    words = said("I went to the shop, and then I came back to my house again", length_ms=1100)
    found = sentences.cut(words, "r")
    assert [sentence.text for sentence in found] == [
        "I went to the shop,", "and then I came back to my house again",
    ]  # fmt: skip


def test_what_nobody_would_notice_to_be_cut_is_left_whole() -> None:
    words = said(" ".join(f"w{number}" for number in range(40)), gaps=dict.fromkeys(range(40), 0))
    assert len(cut(words)) == 1


def test_words_without_end_are_split_all_the_same() -> None:
    words = said(" ".join(f"w{number}" for number in range(1000)), gaps=dict.fromkeys(range(1000), 0))
    found = sentences.cut(words, "r")
    assert flat(found) == words and max(len(sentence.words) for sentence in found) <= 2 * 34


def test_a_scrap_leans_on_the_sentence_before_it() -> None:
    assert cut(said("I got them later. So, yeah. My sister helped me.", gaps={4: 400, 6: 400})) == [
        "I got them later. So, yeah.", "My sister helped me.",
    ]  # fmt: skip


def test_a_scrap_at_the_beginning_leans_on_the_sentence_after_it() -> None:
    assert cut(said("Well. Okay. I bought a lamp.")) == ["Well. Okay. I bought a lamp."]


def test_a_scrap_with_nobody_near_stands_alone() -> None:
    far = sentences.NEAR_MS + 1
    words = said("I got them later. So, yeah. My sister helped me.", gaps={4: far, 6: far})
    assert cut(words) == ["I got them later.", "So, yeah.", "My sister helped me."]


def test_a_scrap_does_not_make_a_long_sentence_too_long() -> None:
    words = said("I went on and on and on. Yeah. That was it then.", length_ms=1750)
    assert cut(words) == ["I went on and on and on.", "Yeah. That was it then."]


@pytest.mark.parametrize("short", ["Dr.", "Mrs.", "e.g.", "vs.", "U.S.", "approx."])
def test_an_abbreviation_ends_no_sentence(short: str) -> None:
    assert len(cut(said(f"I spoke to the {short} Smith about my order."))) == 1
    assert len(cut(said(f"I spoke to the {short} Smith about my order.", gaps={5: 1000}))) == 2


def test_an_ellipsis_before_a_small_letter_is_a_hesitation() -> None:
    for dots in ("...", "…"):
        assert len(cut(said(f"I was looking for{dots} a reading chair."))) == 1
        assert cut(said(f"I was looking for{dots} They had none left.")) == [
            f"I was looking for{dots}", "They had none left.",
        ]  # fmt: skip


def test_no_words_are_no_sentences() -> None:
    assert sentences.cut([], "r") == ()


TEXTS = st.sampled_from(
    [
        "lamp",
        "I",
        "and",
        "but",
        "late,",
        "gone.",
        "why?",
        "Dr.",
        "er...",
        "…",
        "No!”",
        "-",
        "checkout",
        "Zürich。",
    ]
)


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """Words in the order they were said, with all sorts of lengths and silences."""
    at, words = draw(st.integers(0, 5000)), []
    for text in draw(st.lists(TEXTS, max_size=120)):
        at += draw(st.sampled_from([0, 0, 30, 200, 549, 550, 899, 900, 1300, 5000]))
        length = draw(st.sampled_from([0, 1, 120, 300, 900, 4000]))
        words.append(Word(text, at, at + length))
        at += length
    return words


@settings(max_examples=300, deadline=None)
@given(spoken())
def test_every_word_is_in_exactly_one_sentence(words: list[Word]) -> None:
    found = sentences.cut(words, "r")
    assert flat(found) == words
    assert [sentence.index for sentence in found] == list(range(len(found)))
    assert all(sentence.words and sentence.response == "r" for sentence in found)
    for before, after in itertools.pairwise(found):
        assert before.span.end_ms <= after.span.start_ms


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(Word, TEXTS, st.integers(0, 9000), st.integers(0, 9000)), max_size=60))
def test_words_in_disorder_are_not_lost_either(words: list[Word]) -> None:
    assert flat(sentences.cut(words, "r")) == words


# --- captions beside an upload

RESPONSE = Response("r", "a.mp4", 60_000)
SRT = """1
00:00:01,000 --> 00:00:03,000
I bought a lamp.

2
00:00:04,500 --> 00:00:06,500
My card was
refused twice.
"""
HEARD = [(1000, 3000, "I bought a lamp."), (4500, 6500, "My card was refused twice.")]


def read(folder: Path, name: str, content: str | bytes, response: Response = RESPONSE) -> Transcript:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return transcribe.read_sidecar(path, response)


def spans(transcript: Transcript) -> list[tuple[int, int, str]]:
    return [(s.span.start_ms, s.span.end_ms, s.text) for s in transcript.sentences]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_subrip_is_read_whatever_its_line_ends(tmp_path: Path, ending: str) -> None:
    transcript = read(tmp_path, "a.srt", SRT.replace("\n", ending))
    assert spans(transcript) == HEARD
    assert (transcript.response, transcript.source, transcript.language) == ("r", "captions srt", "")
    assert all(word.confidence == 1 for word in flat(transcript.sentences))


def test_web_captions_with_settings_tags_and_notes_are_read(tmp_path: Path) -> None:
    text = """WEBVTT - made by hand
Kind: captions

NOTE
not said: nobody hears this

STYLE
::cue(b) { color: red }

REGION
id:bottom

intro
00:00:01.000 --> 00:00:03.000 align:start position:0% line:-1
<v Maya>I <b>bought</b> <c.loud>a</c> <00:00:02.500>lamp.</v>

NOTE one line

00:04.500 --> 00:06.500 size:50%
My card &amp; account {\\an8}were <i>refused</i> twice&nbsp;now.
"""
    transcript = read(tmp_path, "a.vtt", text)
    assert spans(transcript) == [HEARD[0], (4500, 6500, "My card & account were refused twice now.")]
    assert transcript.source == "captions vtt"


def test_times_may_lack_their_hours_and_have_many(tmp_path: Path) -> None:
    long = Response("r", "a.mp4", 400_000_000)
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\nI bought a lamp.\n\n100:00:04.500 --> 100:00:06.500\nIt came very late.\n"
    assert [span[:2] for span in spans(read(tmp_path, "a.vtt", text, long))] == [
        (1000, 3000), (360_004_500, 360_006_500),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_captions_may_be_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = SRT.replace("lamp", "très chère lampe")
    transcript = read(tmp_path, "a.srt", text.replace("\n", "\r\n").encode(encoding))
    assert spans(transcript) == [(1000, 3000, "I bought a très chère lampe."), HEARD[1]]


def test_both_byte_orders_of_utf_16_are_read(tmp_path: Path) -> None:
    for order, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert spans(read(tmp_path, "a.srt", mark + SRT.encode(order))) == HEARD


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_may_begin_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    data = '[{"start": 1, "end": 3, "text": "I bought a lamp."}]'
    assert spans(read(tmp_path, "a.json", data.encode(encoding))) == HEARD[:1]


def test_the_curly_quotes_of_windows_are_read(tmp_path: Path) -> None:
    transcript = read(tmp_path, "a.srt", SRT.replace("a lamp", "a “lamp” – late").encode("cp1252"))
    assert transcript.sentences[0].text == "I bought a “lamp” – late."


def test_words_of_a_caption_share_its_time_by_their_letters(tmp_path: Path) -> None:
    [sentence] = read(tmp_path, "a.srt", "1\n00:00:01,000 --> 00:00:03,000\nI saw nothing\n").sentences
    assert [(word.start_ms, word.end_ms) for word in sentence.words] == [
        (1000, 1285), (1285, 1857), (1857, 3000),
    ]  # fmt: skip


def test_captions_that_overlap_keep_every_word_in_turn(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\nMy card was refused,\n\n00:03.500 --> 00:06.000\nand nobody told me why.\n"
    transcript = read(tmp_path, "a.vtt", text)
    assert " ".join(s.text for s in transcript.sentences) == "My card was refused, and nobody told me why."
    assert transcript.sentences[0].span.start_ms == 1000 and transcript.sentences[-1].span.end_ms == 6000
    starts = [word.start_ms for word in flat(transcript.sentences)]
    assert starts == sorted(starts)


def test_captions_after_the_end_of_the_video_are_left_out(tmp_path: Path) -> None:
    transcript = read(tmp_path, "a.srt", SRT, Response("r", "a.mp4", 4000))
    assert spans(transcript) == HEARD[:1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.srt", b""), ("a.srt", b"\n\n"), ("a.vtt", b"WEBVTT\n\n"), ("a.vtt", b"\xef\xbb\xbfWEBVTT"),
        ("a.json", b'{"segments": [], "language": "en"}'), ("a.json", b"[]"),
    ],
)  # fmt: skip
def test_captions_without_words_mean_that_nothing_was_said(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert read(tmp_path, name, content).sentences == ()


BROKEN = [
    ("a.srt", "Dear Sir,\nthis is a letter.\n", "holds no captions"),
    ("a.vtt", "WEBVTT\n\n00:01.000 -> 00:03.000\nHello there all.\n", "holds no captions"),
    ("a.srt", "1\nsoon --> later\nHello\n", "line 2: not a caption's times"),
    ("a.srt", SRT + "\n3\n00:00:09,000 --> 00:00:08,000\nHello\n", "line 11: not a caption's times"),
    ("a.vtt", "WEBVTT\n\n00:01.000 -->\nHello\n", "line 3: not a caption's times"),
    ("a.json", "", "line 1: not JSON"),
    ("a.json", '{"segments": [\n{"start": 0, "end"', "line 2: not JSON"),
    ("a.json", "12", "not a transcript as Whisper writes it"),
    ("a.json", "null", "not a transcript as Whisper writes it"),
    ("a.json", '{"segments": {"a": 1}}', "not a transcript as Whisper writes it"),
    ("a.json", '{"segments": [{"text": "no times"}]}', "not a transcript as Whisper writes it"),
    (
        "a.json", '{"segments": [{"text": "x", "start": "soon", "end": 2}]}',
        "not a transcript as Whisper writes it",
    ),
    (
        "a.json", '{"segments": [{"text": "x", "start": NaN, "end": 2}]}',
        "not a transcript as Whisper writes it",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "reason"), BROKEN)
def test_a_broken_file_is_named_with_what_to_do(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    with pytest.raises(TranscriptError, match=reason) as refused:
        read(tmp_path, name, content)
    assert refused.value.message.startswith(name)
    assert "emove the file" in refused.value.remedy and "\n" not in str(refused.value)


def test_a_file_that_is_not_there_any_more_is_named(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match=r"gone\.srt: cannot be read") as refused:
        transcribe.read_sidecar(tmp_path / "gone.srt", RESPONSE)
    assert refused.value.remedy


WORDS = [
    {"word": " I", "start": 1.0, "end": 1.1, "probability": 0.9},
    {"word": " bought", "start": 1.1, "end": 1.5, "probability": 0.81239},
    {"word": " a lamp.", "start": 1.5, "end": 2.0, "probability": 1.7},
]


@pytest.mark.parametrize("layout", ["openai", "list", "whisperx"])
def test_the_words_of_whispers_json_keep_their_times(tmp_path: Path, layout: str) -> None:
    words = WORDS
    if layout == "whisperx":
        words = [{("score" if k == "probability" else k): v for k, v in word.items()} for word in WORDS]
    segments = [{"start": 0.9, "end": 2.1, "text": " I bought a lamp.", "words": words}]
    data = segments if layout == "list" else {"text": "", "segments": segments, "language": "en"}
    transcript = read(tmp_path, "a.json", json.dumps(data))
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in flat(transcript.sentences)] == [
        ("I", 1000, 1100, 0.9), ("bought", 1100, 1500, 0.812), ("a lamp.", 1500, 2000, 1.0),
    ]  # fmt: skip
    assert transcript.language == ("" if layout == "list" else "en")
    assert transcript.source == "captions json"


@pytest.mark.parametrize(
    "words", [None, [], [{"word": "I", "start": 1.0, "end": 1.1}, {"word": "bought"}, {"word": "lamp."}]]
)
def test_a_segment_without_all_word_times_is_spread_over_its_own(tmp_path: Path, words: object) -> None:
    segment = {"start": 1.0, "end": 3.0, "text": "I bought a lamp.", "words": words}
    transcript = read(tmp_path, "a.json", json.dumps({"segments": [segment], "language": "English"}))
    assert spans(transcript) == [HEARD[0]] and len(flat(transcript.sentences)) == 4
    assert transcript.language == "", "not a code"


def test_the_file_beside_an_upload_has_its_name_with_another_or_one_more_ending(tmp_path: Path) -> None:
    upload = tmp_path / "alice v1.2 FINAL.mp4"
    for wrong in ("alice v1.srt", "alice.srt", "alice v1.2 FINAL.txt", "bob.vtt"):
        (tmp_path / wrong).touch()
    assert transcribe.beside(upload) is None
    for name in ("alice v1.2 FINAL.json", "alice v1.2 FINAL.mp4.srt", "alice v1.2 FINAL.srt"):
        (tmp_path / name).touch()
        assert transcribe.beside(upload) == tmp_path / name, "captions before JSON, its own name first"
    (tmp_path / "alice v1.2 FINAL.mp4.vtt").touch()
    assert transcribe.beside(upload) == tmp_path / "alice v1.2 FINAL.mp4.vtt"


def test_a_folder_or_a_link_beside_an_upload_is_no_caption_file(tmp_path: Path) -> None:
    (tmp_path / "a.srt").mkdir()
    (tmp_path / "elsewhere.txt").write_text(SRT, "utf-8")
    (tmp_path / "a.vtt").symlink_to(tmp_path / "elsewhere.txt")
    assert transcribe.beside(tmp_path / "a.mp4") is None


# --- word times and the sound


@pytest.mark.parametrize(("level", "noise"), [(0.5, 0.0), (0.3, 0.01), (0.01, 0.0), (0.01, 0.0003)])
def test_pauses_are_heard_whatever_the_voice_and_the_room(level: float, noise: float) -> None:
    found = align.pauses(align.levels(talk(STRETCHES, 7000, level, noise)))
    wanted = [(0, 500), (2000, 2600), (4300, 5000), (6500, 7000)]
    assert len(found) == len(wanted)
    assert np.abs(np.array(found) - np.array(wanted)).max() <= 20


def test_a_click_does_not_end_a_pause_and_a_short_gap_is_none() -> None:
    sound = talk([(500, 2000), (2300, 2330), (2600, 4000), (4140, 5000)], 5500)
    assert align.pauses(align.levels(sound)) == [(0, 500), (2000, 2600), (5000, 5500)]


def test_sound_without_any_frames_has_no_pauses() -> None:
    assert align.pauses(align.levels(np.zeros(0, np.float32))) == []
    assert align.pauses(align.levels(np.zeros(100, np.float32))) == []


@pytest.mark.parametrize("off", [-300, -150, 0, 150, 300])
def test_words_are_moved_onto_the_sound(off: int) -> None:
    """Four words in each stretch; their times are off, all alike."""
    texts = iter(
        ["I", "really", "like", "lamps.", "Your", "page", "went", "blank.", "Nobody", "told", "me", "why."]
    )
    words = [
        Word(next(texts), max(0, start + off) + (end - start) * at // 4, start + off + (end - start) * (at + 1) // 4)
        for start, end in STRETCHES
        for at in range(4)
    ]  # fmt: skip
    moved = align.correct(words, align.pauses(align.levels(talk(STRETCHES, 7000))))
    assert [word.text for word in moved] == [word.text for word in words]
    for number, (start, end) in enumerate(STRETCHES):
        group = moved[4 * number : 4 * number + 4]
        assert abs(group[0].start_ms - start) <= 20 and abs(group[-1].end_ms - end) <= 20
        assert all(start - 20 <= word.start_ms <= word.end_ms <= end + 20 for word in group)


def test_a_pause_that_fits_no_word_is_left_alone() -> None:
    words = said("one two three four five six", start_ms=10_000)
    assert align.correct(words, [(0, 400)]) == words
    assert align.correct(words, []) == words and align.correct([], [(0, 400)]) == []


@st.composite
def silences(draw: st.DrawFn) -> list[tuple[int, int]]:
    at, found = 0, []
    for _ in range(draw(st.integers(0, 10))):
        at += draw(st.integers(50, 3000))
        length = draw(st.integers(align.SHORTEST_PAUSE_MS, 3000))
        found.append((at, at + length))
        at += length
    return found


@settings(max_examples=300, deadline=None)
@given(spoken(), silences())
def test_moved_words_stay_the_same_words(words: list[Word], found: list[tuple[int, int]]) -> None:
    moved = align.correct(words, found)
    assert [(w.text, w.confidence) for w in moved] == [(w.text, w.confidence) for w in words]
    assert all(0 <= word.start_ms <= word.end_ms for word in moved)


# --- what surrounds the model


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


def test_words_that_run_backwards_are_put_in_order() -> None:
    found = align.in_order(
        [Word("a", 0, 900), Word("b", 500, 700), Word("c", 300, 400), Word("d", 800, 900)]
    )
    assert [(word.start_ms, word.end_ms) for word in found] == [
        (0, 500),
        (500, 500),
        (500, 500),
        (800, 900),
    ]


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
    assert [s.unreliable for s in whisper.mark_loops([loop, good])] == [True, False]


def test_the_same_sentence_three_times_is_never_quoted_but_twice_may_be() -> None:
    def sentence(index: int, text: str) -> Sentence:
        return Sentence("r", index, tuple(said(text)))

    three = [sentence(number, "Thanks for watching this.") for number in range(3)]
    assert all(marked.unreliable for marked in whisper.mark_loops(three))
    assert not any(marked.unreliable for marked in whisper.mark_loops(three[:2]))


def test_a_guess_is_never_quoted() -> None:
    words = said("It came very late.")
    guess = Sentence("r", 0, tuple(Word(w.text, w.start_ms, w.end_ms, 0.1) for w in words))
    assert whisper.mark_loops([guess])[0].unreliable
    sure = Sentence("r", 0, tuple(Word(w.text, w.start_ms, w.end_ms, 0.4) for w in words))
    assert not whisper.mark_loops([sure])[0].unreliable


def test_a_folder_that_holds_no_model_is_refused_with_one_line(tmp_path: Path) -> None:
    for name in weights.NEEDED["speech"]:
        (tmp_path / name).write_text("{}", "utf-8")
    source = transcribe.load("whisper", tmp_path, workers=1, language="en", name="mine")
    with pytest.raises(ModelError, match="not a Whisper model") as refused:
        list(source.transcribe([(RESPONSE, lambda: None)]))
    assert str(tmp_path) in refused.value.message and refused.value.remedy
    assert "\n" not in str(refused.value)


# --- the real model, on the sample survey's voices

DAN, MAYA = "Réponse Daniel B.mp4", "maya-fernhill.mp4"
CHECKOUT = 2  # the sentence of Maya's that is used alone
Heard = dict[str, Transcript | Exception]
Sound = Callable[[], "np.ndarray | None"]


def listen(source: transcribe.Source, sounds: dict[str, np.ndarray | Sound | None]) -> Heard:
    jobs = [
        (
            Response(name, name, len(sound) // 16 if isinstance(sound, np.ndarray) else 5000),
            sound if callable(sound) else lambda sound=sound: sound,
        )
        for name, sound in sounds.items()
    ]
    found = list(source.transcribe(jobs))
    assert sorted(response.id for response, _ in found) == sorted(sounds), "each once"
    return {response.id: transcript for response, transcript in found}


def text(transcript: Transcript | Exception) -> str:
    assert isinstance(transcript, Transcript), transcript
    return " ".join(sentence.text for sentence in transcript.sentences)


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean()))


def at_level(sound: np.ndarray, db: float) -> np.ndarray:
    return (sound * 10 ** ((db - level_db(sound)) / 20)).astype(np.float32)


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


@pytest.fixture(scope="module")
def two_workers() -> transcribe.Source:
    return transcribe.load("whisper", weights.find("base", "speech"), workers=2, language="en", name="base")


@pytest.fixture(scope="module")
def one_worker() -> transcribe.Source:
    """It recognises the language itself."""
    return transcribe.load("whisper", weights.find("base", "speech"), workers=1, language="", name="base")


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
    together = listen(
        one_worker, {"first": first, MAYA: voices[MAYA], "silence": silence, DAN: voices[DAN]}
    )
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


def hold_music(seconds: int) -> np.ndarray:
    """A chord of three sines that swells and fades."""
    time = np.arange(seconds * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (261.6, 329.6, 392.0))
    return (0.1 * chord * (0.6 + 0.4 * np.sin(np.pi * time))).astype(np.float32)


@pytest.mark.slow
def test_what_is_not_speech_gives_no_words(one_worker: transcribe.Source) -> None:
    noise = np.random.default_rng(1).normal(0, 1, 20 * RATE).astype(np.float32)
    heard = listen(
        one_worker,
        {
            "silence": np.zeros(20 * RATE, np.float32), "hiss": 0.01 * noise, "roar": (0.2 * noise).clip(-1, 1),
            "hold music": hold_music(20), "a blink": np.zeros(5, np.float32), "nothing": np.zeros(0, np.float32),
        },
    )  # fmt: skip
    for name, transcript in heard.items():
        assert transcript == Transcript(name, "", "whisper base", (), ("no speech",))


@pytest.mark.slow
def test_a_response_without_sound_has_an_empty_transcript(one_worker: transcribe.Source) -> None:
    assert listen(one_worker, {"r": None})["r"] == Transcript(
        "r", "", "whisper base", (), ("no sound track",)
    )
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


# ---- what broken and odd files did -----------------------------------------------------------------


def test_captions_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:05,000 --> 00:00:06,000\nIt never came.\n\n2\n00:00:01,000 --> 00:00:02,000\nI waited at home.\n"
    )
    transcript = captions.read(path, Response("r" * 64, "a.mp4", 9000))
    assert [sentence.text for sentence in transcript.sentences] == ["I waited at home.", "It never came."]


@pytest.mark.parametrize(
    "text",
    [
        '[{"start": 0, "end": Infinity, "text": "a b c"}]', "[" * 100_000, "{}", '{"text": "only words"}',
        '[{"start": NaN, "end": 1, "text": "a"}]',
    ],
)  # fmt: skip
def test_json_that_is_no_transcript_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(TranscriptError, match=r"a\.json"):
        captions.read(path, Response("r" * 64, "a.mp4", 9000))


def test_odd_json_words_are_left_out_or_put_right(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    words = '[{"word": null, "start": 0, "end": 1}, {"word": " Yes.", "start": -1, "end": 2}]'
    path.write_text(f'[{{"start": 5, "end": 1, "text": "x", "words": {words}}}]')
    [sentence] = captions.read(path, Response("r" * 64, "a.mp4", 9000)).sentences
    assert (sentence.text, sentence.span.start_ms, sentence.span.end_ms) == ("Yes.", 0, 2000)


def test_tags_do_not_tear_words_and_cues_without_an_empty_line_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\n<b>It failed</b>. Un<i>believ</i>able.\n"
        "2\n00:00:03,000 --> 00:00:04,000\nI clicked --> and nothing.\n"
    )
    found = captions.read(path, Response("r" * 64, "a.mp4", 9000))
    assert (
        " ".join(s.text for s in found.sentences) == "It failed. Unbelievable. I clicked --> and nothing."
    )


@given(spoken(), silences())
def test_corrected_words_keep_their_order(words: list[Word], found: list[tuple[int, int]]) -> None:
    corrected = align.correct(words, found)
    assert [word.text for word in corrected] == [word.text for word in words]
    for before, after in itertools.pairwise(corrected):
        assert before.start_ms <= before.end_ms <= after.start_ms <= after.end_ms


def test_the_voice_is_measured_where_it_speaks() -> None:
    loud = np.full(8000, -90.0)
    loud[7800:7950] = -20.0
    assert align.voice_level(loud) == pytest.approx(-20)
    assert align.pauses(loud)[0] == (0, 78_000)


def test_no_and_i_end_sentences_and_initials_do_not() -> None:
    texts = [
        "They",
        "said",
        "no.",
        "It",
        "never",
        "came",
        "back.",
        "So",
        "was",
        "I.",
        "They",
        "never",
        "rang.",
    ]
    words = [Word(text, at * 300, at * 300 + 250) for at, text in enumerate(texts)]
    assert [s.text for s in sentences.cut(words, "r")] == [
        "They said no.", "It never came back.", "So was I.", "They never rang.",
    ]  # fmt: skip
