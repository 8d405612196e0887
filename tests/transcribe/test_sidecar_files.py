"""Which file is a sidecar, transcripts of programs and services, and strangers' files."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from helpers.words.saying import flat
from helpers.words.sidecar_files import RESPONSE, read, said, srt

from reelmaker.errors import TranscriptError
from reelmaker.transcribe import sidecars

# ---- which file it is ---------------------------------------------------------------------------------------

NAMES = [
    "anna.srt", "anna.SRT", "anna.Vtt", "anna.mp4.srt", "ANNA.srt", "anna.en.srt", "anna.en-US.vtt", "anna.en_GB.srt",
    "anna.eng.srt", "anna.en.sdh.srt", "anna.cc.vtt", "anna.wav.srt", "anna.wav.json", "anna.mp4.json", "anna.json",
    "anna.ass", "anna.tsv", "anna.mp4.en.vtt", "anna.sbv", "anna.ttml",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_usual_names_beside_a_video_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "anna.mp4").touch()
    (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") == tmp_path / name


@pytest.mark.parametrize(
    "name", ["anna-2.srt", "ann.srt", "anna.forced.srt.bak", "anna.txt", "annabel.en.srt", "en.srt"]
)
def test_other_names_are_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "anna.mp4").touch()
    (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") is None


def test_of_several_languages_the_customers_is_taken_or_none(tmp_path: Path) -> None:
    for name in ("anna.mp4", "anna.en.srt", "anna.de.srt"):
        (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") is None
    assert sidecars.beside(tmp_path / "anna.mp4", "de") == tmp_path / "anna.de.srt"
    (tmp_path / "anna.srt").touch()
    assert sidecars.beside(tmp_path / "anna.mp4", "de") == tmp_path / "anna.srt"


def test_captions_of_a_longer_name_belong_to_that_video(tmp_path: Path) -> None:
    for name in ("anna.mp4", "anna.en.mp4", "anna.en.srt"):
        (tmp_path / name).touch()
    assert sidecars.beside(tmp_path / "anna.mp4") is None
    assert sidecars.beside(tmp_path / "anna.en.mp4") == tmp_path / "anna.en.srt"


def test_composed_and_decomposed_letters_are_one_name(tmp_path: Path) -> None:
    (tmp_path / (unicodedata.normalize("NFD", "Zoë") + ".srt")).touch()
    assert sidecars.beside(tmp_path / (unicodedata.normalize("NFC", "Zoë") + ".mp4")) is not None


PHOTO = {
    "title": "anna.mp4",
    "description": "",
    "creationTime": {"timestamp": "1700000000", "formatted": "x"},
    "photoTakenTime": {"timestamp": "1700000000"},
    "geoData": {"latitude": 0.0},
    "googlePhotosOrigin": {"mobileUpload": {}},
}


@pytest.mark.parametrize(
    "data", [PHOTO, {"SourceFile": "a.mp4", "Duration": 3}, {"id": "x", "formats": [], "title": "y"}]
)
def test_metadata_of_another_program_is_no_transcript(tmp_path: Path, data: object) -> None:
    path = tmp_path / "a.mp4.json"
    path.write_text(json.dumps(data), "utf-8")
    assert sidecars.read(path, RESPONSE) is None


# ---- transcripts of programs and services -------------------------------------------------------------------


def listed(text: str, start: float, **keys: str) -> list[dict[str, Any]]:
    names = {"word": "word", "start": "start", "end": "end"} | keys
    return [
        {names["word"]: word, names["start"]: start + n, names["end"]: start + n + 0.8}
        for n, word in enumerate(text.split())
    ]


def by(speaker: object, words: list[dict[str, Any]], key: str = "speaker") -> list[dict[str, Any]]:
    return [{**word, key: speaker} for word in words]


ASK, TELL = "What happened?", "My card was refused."
SPOKEN = [*by("SPEAKER_00", listed(ASK, 1)), *by("SPEAKER_01", listed(TELL, 5))]


def in_ms(words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "text": w["word"],
            "start": round(w["start"] * 1000),
            "end": round(w["end"] * 1000),
            "speaker": w["speaker"][-1:],
        }
        for w in words
    ]


def amazon(words: list[dict[str, Any]]) -> list[dict[str, Any]]:
    items = []
    for word in words:
        bare, mark = (word["word"][:-1], word["word"][-1]) if word["word"][-1] in ".?" else (word["word"], "")
        items.append(
            {
                "type": "pronunciation",
                "start_time": str(word["start"]),
                "end_time": str(word["end"]),
                "alternatives": [{"content": bare, "confidence": "0.9"}],
                "speaker_label": word["speaker"],
            }
        )
        if mark:
            items.append({"type": "punctuation", "alternatives": [{"content": mark, "confidence": "0.0"}]})
    return items


SERVICES: dict[str, Any] = {
    "WhisperX": {
        "segments": [
            {"start": 1, "end": 3, "text": ASK, "speaker": "SPEAKER_00", "words": SPOKEN[:2]},
            {"start": 5, "end": 9, "text": TELL, "speaker": "SPEAKER_01", "words": SPOKEN[2:]},
        ]
    },
    "WhisperX, speakers of segments": {
        "segments": [
            {"start": 1, "end": 3, "text": ASK, "speaker": "SPEAKER_00"},
            {"start": 5, "end": 9, "text": TELL, "speaker": "SPEAKER_01"},
        ]
    },
    "WhisperX, one segment of two": {
        "segments": [{"start": 1, "end": 9, "text": f"{ASK} {TELL}", "words": SPOKEN}],
        "word_segments": SPOKEN,
    },
    "Deepgram": {
        "metadata": {},
        "results": {
            "channels": [
                {"alternatives": [{"transcript": "", "words": [
                    {"word": w["word"].strip(".?").lower(), "punctuated_word": w["word"], "start": w["start"],
                     "end": w["end"], "confidence": 0.9, "speaker": int(w["speaker"][-1])} for w in SPOKEN]}]}
            ]
        },
    },
    "Deepgram, two channels": {
        "results": {
            "channels": [
                {"alternatives": [{"transcript": "", "words": listed(ASK, 1)}]},
                {"alternatives": [{"transcript": "", "words": listed(TELL, 5)}]},
            ]
        }
    },
    "AssemblyAI": {"text": f"{ASK} {TELL}", "words": in_ms(SPOKEN), "audio_duration": 60, "language_code": "en_us"},
    "AssemblyAI, utterances": {
        "utterances": [
            {"speaker": "A", "text": ASK, "start": 1000, "end": 2800},
            {"speaker": "B", "text": TELL, "start": 5000, "end": 8800},
        ]
    },
    "words in seconds": {"words": SPOKEN},
    "Amazon": {"jobName": "x", "results": {"transcripts": [], "items": amazon(SPOKEN)}},
    "Google": {
        "results": [
            {"alternatives": [{"transcript": "", "words": [
                {"word": w["word"], "startTime": f"{w['start']}s", "endTime": f"{w['end']}s",
                 "speakerTag": 1 + int(w["speaker"][-1])} for w in SPOKEN]}]}
        ]
    },
    "Rev": {
        "monologues": [
            {"speaker": n, "elements": [
                part
                for w in some
                for part in (
                    {"type": "text", "value": w["word"].strip(".?"), "ts": w["start"], "end_ts": w["end"]},
                    {"type": "punct", "value": w["word"][-1] if w["word"][-1] in ".?" else " "},
                )
            ]}
            for n, some in enumerate((SPOKEN[:2], SPOKEN[2:]))
        ]
    },
    "podcast": {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Jane", "startTime": 1, "endTime": 3, "body": ASK},
            {"speaker": "Tom", "startTime": 5, "endTime": 9, "body": TELL},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_diarized_transcripts_of_services_keep_their_speakers(tmp_path: Path, service: str) -> None:
    transcript = read(tmp_path, "a.json", SERVICES[service])
    assert said(transcript, asked=True) == ASK and said(transcript, asked=False) == TELL
    assert [s.span.start_ms for s in transcript.sentences] == [1000, 5000]


def test_whisper_cpp_and_its_language_are_read(tmp_path: Path) -> None:
    data = {
        "result": {"language": "de"},
        "transcription": [
            {"timestamps": {"from": "00:00:01,000", "to": "00:00:03,000"}, "offsets": {"from": 1000, "to": 3000},
             "text": " Meine Karte wurde abgelehnt."},
            {"timestamps": {"from": "00:00:04,000", "to": "00:00:05,000"}, "text": " [Musik]"},
        ],
    }  # fmt: skip
    transcript = read(tmp_path, "a.json", data)
    assert (said(transcript), transcript.language) == ("Meine Karte wurde abgelehnt.", "de")
    assert (transcript.sentences[0].span.start_ms, transcript.sentences[0].span.end_ms) == (1000, 3000)


def test_whispers_table_is_read(tmp_path: Path) -> None:
    [sentence] = read(tmp_path, "a.tsv", "start\tend\ttext\n1000\t3000\tMy card was refused.\n").sentences
    assert (sentence.text, sentence.span.start_ms, sentence.span.end_ms) == ("My card was refused.", 1000, 3000)


def test_sounds_in_timed_words_are_no_words(tmp_path: Path) -> None:
    words = listed("[background music] My card ♪ la ♪ was refused.", 1)
    transcript = read(tmp_path, "a.json", {"segments": [{"start": 1, "end": 12, "text": "", "words": words}]})
    assert said(transcript) == "My card was refused."


# ---- strangers' files: one line for that file, in little time -------------------------------------------------

HOSTILE: dict[str, tuple[str, str | bytes]] = {
    "a number of 5,000 digits": ("a.json", '[{"start": 1' + "0" * 5000 + ', "end": 2, "text": "a"}]'),
    "an hour of 5,000 digits": ("a.srt", "1\n" + "9" * 5000 + ":00:01,000 --> 00:00:03,000\nMy card was refused.\n"),
    "a lone surrogate": ("a.json", '[{"start": 1, "end": 3, "text": "My card \\ud800was refused."}]'),
    "a word of a megabyte": ("a.srt", srt((0, 2, "x" * 1_000_000), (3, 5, "My card was refused."))),
    "a tag that never closes": ("a.srt", srt((0, 2, "<" * 200_000), (3, 5, "My card was refused."))),
    "an open tag of a megabyte": ("a.srt", srt((0, 2, "<b" + "a" * 1_000_000), (3, 5, "My card was refused."))),
    "override codes that never close": ("a.srt", srt((0, 2, "{\\" * 200_000), (3, 5, "My card was refused."))),
    "brackets that never close": ("a.srt", srt((0, 2, "[(" * 200_000), (3, 5, "My card was refused."))),
    "notes of music": ("a.srt", srt((0, 2, "♪" * 300_000), (3, 5, "My card was refused."))),
    "colons": ("a.srt", srt((0, 2, ": " * 200_000), (3, 5, "My card was refused."))),
    "names": ("a.srt", srt((0, 2, "A" * 300_000 + ":"), (3, 5, "My card was refused."))),
    "spaces": ("a.srt", srt((0, 2, " " * 1_000_000 + "x"), (3, 5, "My card was refused."))),
    "digits": ("a.srt", "1" * 1_000_000 + "\n" + srt((3, 5, "My card was refused."))),
    "arrows": ("a.srt", srt((0, 2, "-->" * 200_000), (3, 5, "My card was refused."))),
    "empty lines": ("a.srt", "\n" * 1_000_000 + srt((3, 5, "My card was refused."))),
    "deep nesting": ("a.json", '{"segments":' + "[" * 200_000),
    "deep objects": ("a.json", '{"segments":[{"start":1,"end":2,"text":' + '{"a":' * 5000 + "1" + "}" * 5000 + "}]}"),
    "not a number": ("a.json", '[{"start": NaN, "end": 1, "text": "a"}]'),
    "endless": ("a.json", '[{"start": 0, "end": 1e308, "text": "a b"}]'),
    "speakers that are lists": ("a.json", '{"segments":[{"start":1,"end":3,"text":"My card was refused.","speaker":[]}]}'),
    "a zero byte": ("a.srt", srt((3, 5, "My card\x00 was refused."))),
    "random bytes": ("a.srt", bytes(range(256)) * 400),
    "a hundred thousand cues": ("a.srt", srt(*((n * 0.0005, n * 0.0005 + 0.0004, f"word {n}") for n in range(100_000)))),
    "a hundred thousand that are empty": ("a.srt", "1\n0:1 --> 0:2\n\n" * 30_000),
    "a cue of 300,000 words": ("a.srt", srt((0, 50, "word " * 300_000))),
    "entities": ("a.srt", srt((0, 2, "&amp;" * 100_000 + "&#9999999999;"), (3, 5, "My card was refused."))),
    "a broken ass": ("a.ass", "[Events]\nDialogue: 0,x,y\n" * 2000),
    "a bomb of entities": ("a.ttml", '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><tt><body><p>&b;</p></body></tt>'),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_strangers_file_is_read_or_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    name, content = HOSTILE[kind]
    try:
        transcript = read(tmp_path, name, content)
    except TranscriptError as problem:
        assert str(problem).startswith(name) and "\n" not in str(problem) and len(str(problem)) < 300
        return
    text = said(transcript)
    text.encode("utf-8")  # no surrogates
    assert "\0" not in text and all(len(word.text) <= 100 for word in flat(transcript.sentences))
    assert text in ("", "My card was refused.") or "My card was refused." in text
