"""A sidecar's file -> the transcript of its upload. Pure except for reading the file.

One bad file stops nothing: any fault becomes a `TranscriptError`, and the answer is transcribed from its sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from reelmaker.errors import TranscriptError
from reelmaker.ingest import table_text
from reelmaker.model import Response, Sentence, Transcript, Word
from reelmaker.transcribe import word_alignment
from reelmaker.transcribe.sentences import cut
from reelmaker.transcribe.sidecars import cue_files, json_layouts, rolling, speakers
from reelmaker.transcribe.sidecars.phrases import ALWAYS_WORDS, LONGEST_WORD, MOST_WORDS_A_SECOND, Phrase, refuse

# Bytes of a file at most: always, for each second of the recording, and altogether
CAPTION_BYTES = (500_000, 4_000, 20_000_000)
JSON_BYTES = (5_000_000, 20_000, 60_000_000)
HOUR_MS = 3_600_000
OUTSIDE_SHARE = 0.5  # of the phrases that may begin after the recording has ended
AFTER_MS = 1000  # by which times may overshoot
ROOM = 0.4  # of a phrase's length that it keeps at least where the next one begins inside it


def read(path: Path, response: Response) -> Transcript | None:
    """The transcript in a sidecar; None if it is no transcript at all, but for instance a photo's metadata.

    Raises:
        TranscriptError: not readable as what its name says, with the line, or with times that do not fit.
    """
    suffix = path.suffix.lower()
    text = _text(path, suffix, response.duration_ms)
    language = ""
    if suffix == ".json":
        content = json_layouts.read(text, path.name, response.duration_ms)
        if content is None:
            return None
        phrases, language = content
    elif suffix == ".tsv":
        phrases = json_layouts.read_tsv(text, path.name)
    else:
        phrases = speakers.phrases_of(rolling.once(cue_files.read(text, path.name, suffix)), response)
    phrases, left_out = _within(sorted(phrases, key=lambda phrase: phrase.start_ms), path.name, response.duration_ms)
    _refuse_too_many(phrases, path.name, response.duration_ms)
    asking, unclear = speakers.askers(phrases, response)
    sentences = tuple(_sentences(_apart(phrases), response, asking, unclear))
    notes = [speakers.UNCLEAR] if unclear else []
    if left_out:
        notes.append(f"{left_out} captions begin after the end of the recording and are left out")
    return Transcript(response.id, language, f"captions {suffix[1:]}", sentences, tuple(notes))


def _within(phrases: Sequence[Phrase], name: str, duration_ms: int) -> tuple[list[Phrase], int]:
    """The phrases inside the recording, and how many are not; a start at 01:00:00, as broadcasters count, is zero.

    Raises:
        TranscriptError: most are outside, so that the times are those of something else.
    """
    if not phrases:
        return [], 0
    hours = phrases[0].start_ms // HOUR_MS * HOUR_MS
    if hours and duration_ms <= hours:
        phrases = [_moved(phrase, -hours) for phrase in phrases]
    inside = [phrase for phrase in phrases if phrase.start_ms < duration_ms]
    outside = len(phrases) - len(inside)
    if outside > OUTSIDE_SHARE * len(phrases):
        raise refuse(name, "its times do not fit the recording, which is shorter")
    return inside, outside


def _refuse_too_many(phrases: Sequence[Phrase], name: str, duration_ms: int) -> None:
    """Refuse more words than anybody can say in the time: they belong to something else, and cost time and memory.

    Raises:
        TranscriptError: there are more.
    """
    count = sum(len(phrase.words) or phrase.text.count(" ") + 1 for phrase in phrases)
    if count > max(ALWAYS_WORDS, MOST_WORDS_A_SECOND * duration_ms // 1000):
        raise refuse(name, f"{count} words are more than anybody can say in {round(duration_ms / 1000)} s")


def _moved(phrase: Phrase, by_ms: int) -> Phrase:
    words = tuple(replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in phrase.words)
    return replace(phrase, start_ms=phrase.start_ms + by_ms, end_ms=phrase.end_ms + by_ms, words=words)


def _apart(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases without overlaps, if the next one leaves enough time: each keeps its words together."""
    apart: list[Phrase] = []
    for phrase in phrases:
        if apart and not apart[-1].words:
            before = apart[-1]
            room = (before.end_ms - before.start_ms) * ROOM
            if before.end_ms < phrase.end_ms and before.start_ms + room <= phrase.start_ms < before.end_ms:
                apart[-1] = replace(before, end_ms=phrase.start_ms)
        apart.append(phrase)
    return apart


def _sentences(phrases: Sequence[Phrase], response: Response, asking: set[str], unclear: bool) -> Iterator[Sentence]:
    """Sentences, none with words of two speakers; those of an interviewer, and possible questions, are marked."""
    timed = [(word, phrase.speaker, phrase.turn) for phrase in phrases for word in phrase.timed()]
    words = word_alignment.in_order([word for word, _, _ in timed])
    spoken_words = [
        (word, speaker, turn)
        for word, (_, speaker, turn) in zip(words, timed, strict=True)
        if word.start_ms < response.duration_ms and len(word.text) <= LONGEST_WORD
    ]
    several = len({turn for _, _, turn in spoken_words}) > 1
    number, question_by = 0, -1
    for (speaker, turn), group in groupby(spoken_words, key=lambda item: item[1:]):
        for sentence in cut([word for word, _, _ in group], response.id):
            asks = speakers.asks(sentence.text)
            doubtful = (unclear or (several and not speaker)) and (asks or question_by not in (-1, turn))
            yield replace(sentence, index=number, asked=speaker in asking or doubtful)
            question_by = turn if asks and unclear else -1
            number += 1


def _text(path: Path, suffix: str, duration_ms: int) -> str:
    """The text of a file in any usual encoding, with line feeds.

    Raises:
        TranscriptError: it cannot be read, or is too large to be the captions of one answer.
    """
    always, a_second, altogether = JSON_BYTES if suffix == ".json" else CAPTION_BYTES
    most = min(altogether, always + a_second * duration_ms // 1000)
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as problem:
        raise TranscriptError(f"{path.name}: cannot be read ({problem.strerror}).", "Check its permissions.") from None
    if len(raw) > most:
        raise refuse(path.name, f"larger than what anybody says in {round(duration_ms / 1000)} s")
    text = raw.decode(table_text.encoding(raw), "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def words_of(transcript: Transcript) -> list[Word]:
    """All words of a transcript in order."""
    return [word for sentence in transcript.sentences for word in sentence.words]
