"""A caption file or transcript beside an upload -> its transcript, instead of listening.

Reads SubRip (.srt), WebVTT (.vtt) and Whisper's JSON (openai, faster-whisper and whisperX layouts). Captions that
name the interviewer (`<v Interviewer>`, or "Interviewer:" before the words) mark those sentences as asked.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from reelmaker.errors import TranscriptError
from reelmaker.model import Response, Sentence, Transcript, Word
from reelmaker.transcribe import unspaced_scripts, word_alignment
from reelmaker.transcribe.sentences import cut

SUFFIXES = (".vtt", ".srt", ".json")
TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})")
BREAK = re.compile(r"<br\s*/?>|\\[Nn]", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>|\{\\[^}]*\}")
# Who speaks, as WebVTT says it and as people write it
SPEAKER = re.compile(r"\s*(?:<v(?:\.[^\s>]*)?\s+([^>]+)>|(?:[-–—]\s*)?([A-Za-z]{1,14})\s*:(?=\s))")
ASKERS = frozenset({"interviewer", "moderator", "facilitator", "researcher", "agent", "host", "question", "q"})
TELLERS = frozenset({"customer", "respondent", "participant", "interviewee", "caller", "guest", "answer", "a"})

Spoken = tuple[Word, bool]  # with whether the captions say that an interviewer speaks


def beside(upload: Path) -> Path | None:
    """The caption file of an upload: the same name with another ending, or with one more ending."""
    for suffix in SUFFIXES:
        for path in (upload.with_suffix(suffix), upload.with_name(upload.name + suffix)):
            if path.is_file() and not path.is_symlink():
                return path
    return None


def read(path: Path, response: Response) -> Transcript:
    """The transcript that a file beside the upload holds.

    Raises:
        TranscriptError: not readable as what its name says; with the line.
    """
    spoken, language = _from_json(path) if path.suffix == ".json" else (_from_cues(path), "")
    spoken.sort(key=lambda one: one[0].start_ms)
    words = word_alignment.in_order([word for word, _ in spoken])
    said = [
        (word, asked) for word, (_, asked) in zip(words, spoken, strict=True) if word.start_ms < response.duration_ms
    ]
    source = f"captions {path.suffix[1:]}"
    return Transcript(response.id, language, source, tuple(_sentences(said, response.id)))


def _sentences(said: Sequence[Spoken], response: str) -> Iterator[Sentence]:
    """Sentences, none of which holds words of both."""
    number = 0
    for asked, turn in groupby(said, key=lambda one: one[1]):
        for sentence in cut([word for word, _ in turn], response):
            yield replace(sentence, index=number, asked=asked)
            number += 1


def _from_cues(path: Path) -> list[Spoken]:
    lines = _text(path).split("\n")
    words: list[Spoken] = []
    at, asked, tagged = 0, False, any("<v" in line for line in lines)
    while at < len(lines):
        line = lines[at]
        at += 1
        if "-->" not in line:
            continue
        times = [_ms(match) for match in TIME.finditer(line)]
        if len(times) < 2 or times[1] < times[0]:
            raise TranscriptError(
                f"{path.name}, line {at}: not valid caption times.", "Fix that line, or remove the file."
            )
        asked = asked and not tagged  # a tag holds for its cue, a name before the words until the next
        texts: list[tuple[str, bool]] = []
        while at < len(lines) and lines[at].strip() and not _begins_a_cue(lines, at):
            asked, line = _speaker(lines[at], asked)
            texts.append((html.unescape(TAG.sub("", BREAK.sub(" ", line))), asked))
            at += 1
        whose = [asked for text, asked in texts for _ in unspaced_scripts.pieces(text)]
        words += zip(spread(" ".join(text for text, _ in texts), times[0], times[1]), whose, strict=True)
    empty = not "".join(lines[1:]).strip() and (not lines[0].strip() or lines[0].startswith("WEBVTT"))
    if not words and not empty and "-->" not in "".join(lines):
        raise TranscriptError(
            f"{path.name}: contains no captions.", "Remove the file to use speech recognition instead."
        )
    return words


def _speaker(line: str, asked: bool) -> tuple[bool, str]:
    """Whether an interviewer speaks in this line, and the line without the name; no name: who spoke before."""
    found = SPEAKER.match(line)
    name = (found[1] or found[2]).strip().lower() if found else ""
    if found and (name in ASKERS or name in TELLERS):
        return name in ASKERS, line[found.end() :]
    return asked and not (found and found[1]), line  # another name in a tag is a customer's


def _begins_a_cue(lines: Sequence[str], at: int) -> bool:
    """Some files leave out the empty line between two captions; a spoken arrow is none."""
    if TIME.search(lines[at].partition("-->")[0]) and "-->" in lines[at]:
        return True
    return lines[at].strip().isdigit() and at + 1 < len(lines) and bool(TIME.match(lines[at + 1].strip()))


def spread(spoken: str, start_ms: int, end_ms: int) -> list[Word]:
    """The words of a text inside a stretch, each as long as its share of the letters."""
    pieces = unspaced_scripts.pieces(spoken)
    total = sum(len(text) + 1 for text, _ in pieces)
    words, letters = [], 0
    for text, glued in pieces:
        begin = start_ms + (end_ms - start_ms) * letters // max(1, total)
        letters += len(text) + 1
        end = start_ms + (end_ms - start_ms) * letters // max(1, total)
        words.append(Word(text, begin, end, glued=glued))
    return words


def _from_json(path: Path) -> tuple[list[Spoken], str]:
    try:
        data: Any = json.loads(_text(path))
    except json.JSONDecodeError as problem:
        raise TranscriptError(
            f"{path.name}, line {problem.lineno}: not JSON ({problem.msg}).", "Fix it, or remove the file."
        ) from None
    except RecursionError:
        raise _no_transcript(path) from None
    segments: Any = data.get("segments") if isinstance(data, dict) else data
    language = str(data.get("language") or "") if isinstance(data, dict) else ""
    words: list[Word] = []
    try:
        for segment in segments:
            timed = [word for word in segment.get("words") or [] if "start" in word and "end" in word]
            if timed and len(timed) == len(segment["words"]):
                words += unspaced_scripts.gathered(_segment(timed, language))
            else:
                texts = str(segment["text"])
                start, end = max(0, round(segment["start"] * 1000)), round(segment["end"] * 1000)
                words += spread(texts, start, max(start, end))
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
        raise _no_transcript(path) from None
    spoken = [(word, False) for word in words if word.text]
    return spoken, language if re.fullmatch(r"[a-z]{2,3}", language) else ""


def _no_transcript(path: Path) -> TranscriptError:
    return TranscriptError(
        f"{path.name}: not a transcript in Whisper's format.",
        "Remove the file to use speech recognition instead.",
    )


def _segment(timed: Sequence[dict[str, Any]], language: str) -> list[Word]:
    words: list[Word] = []
    for entry in timed:
        raw, word = str(entry.get("word", entry.get("text", "")) or ""), _word(entry)
        if word.text:
            words.append(replace(word, glued=unspaced_scripts.is_joined(raw, words, language)))
    return words


def _word(entry: dict[str, Any]) -> Word:
    confidence = float(entry.get("probability", entry.get("score", 1.0)))
    start, end = max(0, round(entry["start"] * 1000)), round(entry["end"] * 1000)
    return Word(
        str(entry.get("word", entry.get("text", "")) or "").strip(),
        start,
        max(start, end),
        round(min(1.0, max(0.0, confidence)), 3),
    )


def _ms(match: re.Match[str]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise TranscriptError(f"{path.name}: cannot be read ({problem.strerror}).", "Check its permissions.") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").replace("\r\n", "\n")
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")
