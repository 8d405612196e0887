"""Transcripts as JSON -> phrases: Whisper and its kin, and the layouts of speech services.

Each layout is one function that takes the document and gives its phrases, or None if the document is of another layout.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from reelmaker.model import Word
from reelmaker.text.cleaning import clean, folded
from reelmaker.transcribe import unspaced_scripts
from reelmaker.transcribe.sidecars import markup, times
from reelmaker.transcribe.sidecars.phrases import LATEST_MS, LONGEST_TEXT, MOST_PHRASES, Phrase, refuse

SPEECH_KEYS = frozenset(
    {
        *("segments", "transcription", "results", "words", "utterances", "monologues", "events", "transcript", "text"),
        *("word_segments", "speech", "sentences", "channels", "paragraphs", "phrases", "recognizedphrases"),
    }
)
Found = list[Phrase]
NO_TRANSCRIPT = "not a transcript in a known format, such as Whisper's"


def read(text: str, name: str, duration_ms: int) -> tuple[Found, str] | None:
    """The phrases of a document and its language ("" unknown); None if it is no transcript at all.

    Args:
        duration_ms: of the recording, which distinguishes seconds from milliseconds.

    Raises:
        TranscriptError: not JSON, or a transcript that cannot be understood.
    """
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as problem:
        raise refuse(name, f"line {problem.lineno}: not JSON ({problem.msg})", "Fix it, or remove the file.") from None
    except (RecursionError, ValueError):
        raise refuse(name, NO_TRANSCRIPT) from None
    if isinstance(data, dict) and data and not SPEECH_KEYS & {str(key).lower() for key in data}:
        return None
    try:
        for layout in LAYOUTS:
            phrases = layout(data, duration_ms / 1000)
            if phrases is not None:
                return _usable(phrases, name), _language(data)
    except (TypeError, KeyError, AttributeError, ValueError, ArithmeticError, IndexError, RecursionError):
        pass
    raise refuse(name, NO_TRANSCRIPT)


def read_tsv(text: str, name: str) -> Found:
    """The phrases of Whisper's table: start and end in ms, text.

    Raises:
        TranscriptError: not such a table.
    """
    lines = text.split("\n")
    if lines[0].split("\t")[:3] != ["start", "end", "text"]:
        raise refuse(name, "not Whisper's table with start, end and text")
    phrases = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        match = re.fullmatch(r"(\d{1,10})\t(\d{1,10})\t(.*)", line)
        if not match or int(match[2]) < int(match[1]):
            raise refuse(name, f"line {number}: not a start, an end and a text", "Fix that line, or remove the file.")
        phrases.append(Phrase(int(match[1]), int(match[2]), markup.spoken(clean(match[3]))))
    return _usable(phrases, name)


def _usable(phrases: Sequence[Phrase], name: str) -> Found:
    """Phrases with text, without what was not said."""
    usable = []
    for phrase in phrases:
        if len(phrase.text) > LONGEST_TEXT and not phrase.words:
            raise refuse(name, f"a phrase of more than {LONGEST_TEXT} characters without times of its words")
        words = tuple(markup.spoken_words(phrase.words))
        if phrase.words and words:
            usable.append(replace(phrase, words=words, text=" ".join(word.text for word in words)))
        elif not phrase.words and (text := markup.spoken(phrase.text)):
            usable.append(replace(phrase, text=text))
    if len(usable) > MOST_PHRASES:
        raise refuse(name, f"more than {MOST_PHRASES} phrases")
    return usable


def _language(data: Any) -> str:
    """The code of the language in a document."""
    if not isinstance(data, Mapping):
        return ""
    result = data.get("result")
    named = data.get("language") or data.get("language_code") or data.get("lang")
    named = named or (result.get("language") if isinstance(result, Mapping) else "")
    code = re.split("[-_]", str(named or "").lower())[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else ""


def _ms(seconds: Any) -> int:
    """Seconds, as a number or "1.5s", in ms.

    Raises:
        ValueError: not a time.
    """
    number = float(str(seconds).removesuffix("s")) if isinstance(seconds, str) else float(seconds)
    if isinstance(seconds, bool) or not math.isfinite(number) or number * 1000 > LATEST_MS:
        raise ValueError("not a time")
    return max(0, round(number * 1000))


def _word(text: Any, start: Any, end: Any, confidence: Any = None) -> Word:
    sure = 1.0 if confidence is None else float(confidence)
    begin = _ms(start)
    share = round(min(1.0, max(0.0, sure)), 3) if math.isfinite(sure) else 1.0
    return Word(clean(str(text or "")).strip(), begin, max(begin, _ms(end)), share)


def _speaker(value: Any) -> str:
    return "" if value is None or value == "" or isinstance(value, (dict, list)) else folded(str(value))[:60]


def _turns(words: Iterable[tuple[Word, str]]) -> Found:
    """Words with their speakers as phrases, one for each change."""
    phrases = []
    for turn, (speaker, group) in enumerate(groupby(words, key=lambda item: item[1])):
        spoken = tuple(word for word, _ in group if word.text)
        if spoken:
            text = " ".join(word.text for word in spoken)
            phrases.append(Phrase(spoken[0].start_ms, spoken[-1].end_ms, text, speaker, turn, spoken))
    return phrases


def _whisper(data: Any, _: float) -> Found | None:
    """openai-whisper, faster-whisper, WhisperX: segments with words, perhaps with speakers."""
    segments = data.get("segments") if isinstance(data, dict) else data
    if not isinstance(segments, list) or any(
        "startTime" in first_segment or "body" in first_segment for first_segment in segments[:1]
    ):
        return None
    language = _language(data)
    phrases: Found = []
    for segment in segments:
        speaker = _speaker(segment.get("speaker"))
        listed = segment.get("words") or []
        timed = [word for word in listed if "start" in word and "end" in word]
        if timed and len(timed) == len(listed):
            turns = [(word, _speaker(entry.get("speaker")) or speaker) for word, entry in _glued(timed, language)]
            for own, group in groupby(turns, key=lambda item: item[1]):
                words = tuple(unspaced_scripts.gathered([word for word, _ in group]))
                if words:
                    text = " ".join(word.text for word in words)
                    phrases.append(_next(phrases, Phrase(words[0].start_ms, words[-1].end_ms, text, own, words=words)))
        else:
            start, end = _ms(segment["start"]), _ms(segment["end"])
            text = clean(str(segment["text"]))
            phrases.append(_next(phrases, Phrase(start, max(start, end), text, speaker)))
    return phrases


def _next(earlier: Sequence[Phrase], phrase: Phrase) -> Phrase:
    """The phrase with the number of its turn."""
    if not earlier:
        return phrase
    return replace(phrase, turn=earlier[-1].turn + (phrase.speaker != earlier[-1].speaker))


def _glued(timed: Sequence[Mapping[str, Any]], language: str) -> Iterator[tuple[Word, Mapping[str, Any]]]:
    words: list[Word] = []
    for entry in timed:
        raw = clean(str(entry.get("word", entry.get("text", "")) or ""))
        word = _word(raw, entry["start"], entry["end"], entry.get("probability", entry.get("score")))
        if word.text:
            words.append(replace(word, glued=unspaced_scripts.is_joined(raw, words, language)))
            yield words[-1], entry


def _whisper_cpp(data: Any, _: float) -> Found | None:
    """whisper.cpp: `transcription` with offsets in ms."""
    if not isinstance(data, dict) or not isinstance(data.get("transcription"), list):
        return None
    phrases = []
    for entry in data["transcription"]:
        offsets = entry.get("offsets") or {}
        if offsets:
            start, end = _ms(offsets["from"] / 1000), _ms(offsets["to"] / 1000)
        else:
            start, end = (times.milliseconds(entry["timestamps"][side]) for side in ("from", "to"))
        phrases.append(Phrase(start, max(start, end), clean(str(entry["text"])), _speaker(entry.get("speaker"))))
    return phrases


def _deepgram(data: Any, _: float) -> Found | None:
    """Deepgram: results, channels, alternatives, words."""
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, dict) or not isinstance(results.get("channels"), list):
        return None
    several = len(results["channels"]) > 1
    words = []
    for number, channel in enumerate(results["channels"]):
        for entry in channel["alternatives"][0].get("words") or []:
            name = _speaker(entry.get("speaker")) or (f"channel {number}" if several else "")
            text = entry.get("punctuated_word") or entry["word"]
            words.append((_word(text, entry["start"], entry["end"], entry.get("confidence")), name))
    return _turns(sorted(words, key=lambda item: item[0].start_ms))


def _assembly(data: Any, duration_s: float) -> Found | None:
    """AssemblyAI and others: a list of words, in ms or seconds, perhaps in utterances."""
    if not isinstance(data, dict) or "segments" in data:
        return None
    entries = data.get("words")
    if not isinstance(entries, list):
        utterances = data.get("utterances")
        if not isinstance(utterances, list):
            return None
        entries = [word for item in utterances for word in item.get("words") or [item]]
    ends = [float(entry["end"]) for entry in entries]
    unit = 1000 if ends and max(ends) > 1.5 * max(duration_s, 1) and all(end.is_integer() for end in ends) else 1
    words = [
        (
            _word(
                entry.get("punctuated_word") or entry.get("text") or entry.get("word") or entry.get("transcript"),
                float(entry["start"]) / unit,
                float(entry["end"]) / unit,
                entry.get("confidence"),
            ),
            _speaker(entry.get("speaker")),
        )
        for entry in entries
    ]
    phrases = _turns(words)
    sentences = any(" " in word.text for word, _ in words)  # whole utterances: their words have no times
    return [replace(phrase, words=()) for item in words for phrase in _turns([item])] if sentences else phrases


def _items(data: Any, _: float) -> Found | None:
    """Amazon Transcribe and Speechmatics: words and punctuation marks as items."""
    results = data.get("results") if isinstance(data, dict) else None
    items = results.get("items") if isinstance(results, dict) else results
    if not isinstance(items, list) or not items or "alternatives" not in items[0] or "type" not in items[0]:
        return None
    words: list[tuple[Word, str]] = []
    for item in items:
        best = item["alternatives"][0]
        if item["type"] == "punctuation" and words:
            words[-1] = (replace(words[-1][0], text=words[-1][0].text + clean(str(best["content"]))), words[-1][1])
        elif item["type"] != "punctuation":
            speaker = _speaker(item.get("speaker_label") or best.get("speaker"))
            words.append(
                (_word(best["content"], item["start_time"], item["end_time"], best.get("confidence")), speaker)
            )
    return _turns(words)


def _google(data: Any, _: float) -> Found | None:
    """Google Speech-to-Text: results with alternatives; times as "1.5s"."""
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list) or not results or "type" in results[0]:
        return None
    last = [result["alternatives"][0] for result in results if result.get("alternatives")]
    tagged = [
        alternative for alternative in last if any("speakerTag" in word for word in alternative.get("words") or [])
    ]
    entries = [word for alternative in (tagged[-1:] or last) for word in alternative.get("words") or []]
    return _turns(
        (
            _word(
                entry["word"],
                entry.get("startTime", entry.get("startOffset", "0s")),
                entry.get("endTime", entry.get("endOffset")),
            ),
            _speaker(entry.get("speakerTag", entry.get("speakerLabel"))),
        )
        for entry in entries
    )


def _rev(data: Any, _: float) -> Found | None:
    """Rev: monologues of elements."""
    if not isinstance(data, dict) or not isinstance(data.get("monologues"), list):
        return None
    words: list[tuple[Word, str]] = []
    for monologue in data["monologues"]:
        speaker = f"speaker {_speaker(monologue.get('speaker'))}"
        for element in monologue["elements"]:
            if element["type"] == "text":
                word = _word(element["value"], element["ts"], element["end_ts"], element.get("confidence"))
                words.append((word, speaker))
            elif words and str(element["value"]).strip():
                word = replace(words[-1][0], text=words[-1][0].text + clean(str(element["value"])).strip())
                words[-1] = (word, words[-1][1])
    return _turns(words)


def _youtube(data: Any, _: float) -> Found | None:
    """YouTube's json3: events of segments in ms."""
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        return None
    events = [
        candidate
        for candidate in data["events"]
        if candidate.get("segs") and "".join(str(seg.get("utf8", "")) for seg in candidate["segs"]).strip()
    ]
    phrases = []
    for number, event in enumerate(events):
        start = int(event["tStartMs"])
        end = start + int(event.get("dDurationMs", 0))
        if number + 1 < len(events):  # a line stays on the screen while the next one is said
            end = min(end, max(start, int(events[number + 1]["tStartMs"])))
        text = clean("".join(str(seg.get("utf8", "")) for seg in event["segs"]))
        phrases.append(Phrase(_ms(start / 1000), max(_ms(start / 1000), _ms(end / 1000)), text))
    return phrases


def _podcast(data: Any, _: float) -> Found | None:
    """The podcast namespace: segments with startTime, endTime, body, speaker."""
    segments = data.get("segments") if isinstance(data, dict) else None
    if not isinstance(segments, list) or not segments:
        return None
    phrases: Found = []
    for segment in segments:
        start, end = _ms(segment["startTime"]), _ms(segment.get("endTime", segment["startTime"]))
        phrase = Phrase(
            start,
            max(start, end),
            clean(str(segment.get("body", segment.get("text", "")))),
            _speaker(segment.get("speaker")),
        )
        phrases.append(_next(phrases, phrase))
    return phrases


LAYOUTS: Sequence[Callable[[Any, float], Found | None]] = (
    _whisper_cpp,
    _deepgram,
    _items,
    _google,
    _rev,
    _youtube,
    _assembly,
    _whisper,
    _podcast,
)
