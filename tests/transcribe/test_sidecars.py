"""Captions and transcripts beside an upload: every usual kind and encoding, and broken ones named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.words.saying import RESPONSE, flat

from reelmaker import transcribe
from reelmaker.errors import TranscriptError
from reelmaker.model import Response, Transcript
from reelmaker.transcribe import sidecars

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
    text = (
        "WEBVTT\n\n00:01.000 --> 00:03.000\nI bought a lamp.\n\n100:00:04.500 --> 100:00:06.500\nIt came very late.\n"
    )
    assert [span[:2] for span in spans(read(tmp_path, "a.vtt", text, long))] == [
        (1000, 3000),
        (360_004_500, 360_006_500),
    ]


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
        (1000, 1285),
        (1285, 1857),
        (1857, 3000),
    ]


def test_captions_that_overlap_keep_every_word_in_turn(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:04.000\nMy card was refused,\n\n00:03.500 --> 00:06.000\nand nobody told me why.\n"
    )
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
        ("a.srt", b""),
        ("a.srt", b"\n\n"),
        ("a.vtt", b"WEBVTT\n\n"),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT"),
        ("a.json", b'{"segments": [], "language": "en"}'),
        ("a.json", b"[]"),
    ],
)
def test_captions_without_words_mean_that_nothing_was_said(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(tmp_path, name, content).sentences == ()


BROKEN = [
    ("a.srt", "Dear Sir,\nthis is a letter.\n", "contains no captions"),
    ("a.vtt", "WEBVTT\n\n00:01.000 -> 00:03.000\nHello there all.\n", "contains no captions"),
    ("a.srt", "1\nsoon --> later\nHello\n", "line 2: not valid caption times"),
    ("a.srt", SRT + "\n3\n00:00:09,000 --> 00:00:08,000\nHello\n", "line 11: not valid caption times"),
    ("a.vtt", "WEBVTT\n\n00:01.000 -->\nHello\n", "line 3: not valid caption times"),
    ("a.json", "", "line 1: not JSON"),
    ("a.json", '{"segments": [\n{"start": 0, "end"', "line 2: not JSON"),
    ("a.json", "12", "not a transcript in a known format"),
    ("a.json", "null", "not a transcript in a known format"),
    ("a.json", '{"segments": {"a": 1}}', "not a transcript in a known format"),
    ("a.json", '{"segments": [{"text": "no times"}]}', "not a transcript in a known format"),
    (
        "a.json",
        '{"segments": [{"text": "x", "start": "soon", "end": 2}]}',
        "not a transcript in a known format",
    ),
    (
        "a.json",
        '{"segments": [{"text": "x", "start": NaN, "end": 2}]}',
        "not a transcript in a known format",
    ),
]


@pytest.mark.parametrize(("name", "content", "reason"), BROKEN)
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, name: str, content: str, reason: str) -> None:
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
        ("I", 1000, 1100, 0.9),
        ("bought", 1100, 1500, 0.812),
        ("a lamp.", 1500, 2000, 1.0),
    ]
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


def test_captions_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:05,000 --> 00:00:06,000\nIt never came.\n\n2\n00:00:01,000 --> 00:00:02,000\nI waited at home.\n"
    )
    transcript = sidecars.read(path, Response("r" * 64, "a.mp4", 9000))
    assert [sentence.text for sentence in transcript.sentences] == ["I waited at home.", "It never came."]


@pytest.mark.parametrize(
    "text",
    [
        '[{"start": 0, "end": Infinity, "text": "a b c"}]',
        "[" * 100_000,
        "{}",
        '{"text": "only words"}',
        '[{"start": NaN, "end": 1, "text": "a"}]',
    ],
)
def test_json_that_is_no_transcript_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(TranscriptError, match=r"a\.json"):
        sidecars.read(path, Response("r" * 64, "a.mp4", 9000))


def test_odd_json_words_are_left_out_or_put_right(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    words = '[{"word": null, "start": 0, "end": 1}, {"word": " Yes.", "start": -1, "end": 2}]'
    path.write_text(f'[{{"start": 5, "end": 1, "text": "x", "words": {words}}}]')
    [sentence] = sidecars.read(path, Response("r" * 64, "a.mp4", 9000)).sentences
    assert (sentence.text, sentence.span.start_ms, sentence.span.end_ms) == ("Yes.", 0, 2000)


def test_tags_do_not_tear_words_and_cues_without_an_empty_line_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\n<b>It failed</b>. Un<i>believ</i>able.\n"
        "2\n00:00:03,000 --> 00:00:04,000\nI clicked --> and nothing.\n"
    )
    found = sidecars.read(path, Response("r" * 64, "a.mp4", 9000))
    assert " ".join(s.text for s in found.sentences) == "It failed. Unbelievable. I clicked --> and nothing."
