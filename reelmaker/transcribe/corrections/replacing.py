"""Applies corrections to a transcript. Pure.

Takes the words of today's transcription, and the team's corrections by time; returns the transcript with the corrected
words, timed inside the stretch that they replace, and the outcome of each correction.

A stretch is matched by the words that it had, near the time that it had; if another transcription misheard it
differently, by the words before and after it. If neither is there, the correction does not apply: a wrong word is
worse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reelmaker.model import Sentence, Span, Transcript, Word, joined
from reelmaker.model.correction import Corrected, Correction
from reelmaker.transcribe import word_alignment
from reelmaker.transcribe.corrections.matching import Place, places, plain

VERSION = 1
TOLERANCE_MS = 1500  # how far another transcription may move a word
MORE_WORDS = 3  # than were corrected may stand between the same neighbours
SILENT = "other words are transcribed there now"
TWO_VOICES = "it is about the words of two speakers"

Pauses = Callable[[Span], Sequence[word_alignment.Pause]]


def corrected(
    transcript: Transcript, corrections: Sequence[Correction], pauses: Pauses = lambda span: ()
) -> tuple[Transcript, list[Corrected]]:
    """The transcript as the team corrected it, and the outcome of each correction.

    Args:
        corrections: those of this answer; the withdrawn ones have no effect and are not in the result.
        pauses: returns the audible pauses (ms in the answer) inside a stretch, for the times of its new words.
    """
    outcomes: list[Corrected] = []
    for correction in sorted(corrections, key=lambda correction: correction.number):
        if correction.withdrawn:
            continue
        transcript, outcome = _applied(transcript, correction, pauses)
        outcomes = [_overruled(earlier, outcome) for earlier in outcomes] + [outcome]
    return transcript, outcomes


def _overruled(earlier: Corrected, later: Corrected) -> Corrected:
    covered = later.span.start_ms <= earlier.span.start_ms and earlier.span.end_ms <= later.span.end_ms
    if earlier.outcome == later.outcome == "holds" and covered and not later.correction.confirms:
        return replace(earlier, outcome="overruled", reason=f"by correction {later.correction.number}")
    return earlier


def _applied(transcript: Transcript, correction: Correction, pauses: Pauses) -> tuple[Transcript, Corrected]:
    words = [word for sentence in transcript.sentences for word in sentence.words]
    place = _stretch(words, correction)
    if place is None:
        return transcript, Corrected(correction, "resting", correction.span, reason=SILENT)
    old = words[place[0] : place[1]]
    old_text, span = joined(old), Span(transcript.response, old[0].start_ms, old[-1].end_ms)
    if not correction.confirms and plain(old_text) == plain(correction.text) != plain(correction.heard):
        return transcript, Corrected(correction, "fulfilled", span, old_text, old_text)
    change = _replaced(transcript.sentences, place, correction, pauses)
    if change is None:
        return transcript, Corrected(correction, "resting", span, reason=TWO_VOICES)
    new, sentences = change
    result = replace(transcript, sentences=sentences)
    return result, Corrected(correction, "holds", span, old_text, joined(new))


def _stretch(words: Sequence[Word], correction: Correction) -> Place | None:
    """The words to correct: those it names or already has, the longer if one contains the other, otherwise by context."""
    named, already = (_nearest(words, places(words, text), correction) for text in (correction.heard, correction.text))
    if named and already:
        if already[0] <= named[0] and named[1] <= already[1]:
            return already
        if named[0] <= already[0] and already[1] <= named[1]:
            return named
        return min(named, already, key=lambda place: _away(words, place, correction))
    return named or already or _between(words, correction)


def _nearest(words: Sequence[Word], candidates: Sequence[Place], correction: Correction) -> Place | None:
    near = [place for place in candidates if _away(words, place, correction) <= TOLERANCE_MS]
    return min(near, key=lambda place: _away(words, place, correction), default=None)


def _away(words: Sequence[Word], place: Place, correction: Correction) -> int:
    return abs(words[place[0]].start_ms - correction.span.start_ms)


def _between(words: Sequence[Word], correction: Correction) -> Place | None:
    """What is between the same neighbours as before; at an end of the answer one neighbour is enough."""
    before, after = plain(correction.before), plain(correction.after)
    if not before and not after:
        return None
    span, most = correction.span, len(correction.heard.split()) + MORE_WORDS
    firsts = [
        index + 1
        for index, word in enumerate(words)
        if plain(word.text) == before and abs(word.end_ms - span.start_ms) <= TOLERANCE_MS
    ]
    stops = [
        index
        for index, word in enumerate(words)
        if plain(word.text) == after and abs(word.start_ms - span.end_ms) <= TOLERANCE_MS
    ]
    candidates = [
        (first, stop)
        for first in (firsts if before else [0])
        for stop in (stops if after else [len(words)])
        if 0 < stop - first <= most
    ]
    return _nearest(words, candidates, correction)


@dataclass(frozen=True, slots=True)
class _Reach:
    """The sentences that a stretch is in: the first and the last, and the words of both outside of it."""

    first: int
    last: int
    head: tuple[Word, ...]
    tail: tuple[Word, ...]


def _reach(sentences: Sequence[Sentence], place: Place) -> _Reach:
    offset, first, head = 0, -1, tuple[Word, ...]()
    for number, sentence in enumerate(sentences):
        end = offset + len(sentence.words)
        if first < 0 and place[0] < end:
            first, head = number, sentence.words[: place[0] - offset]
        if place[1] <= end:
            return _Reach(first, number, head, sentence.words[place[1] - offset :])
        offset = end
    raise ValueError(f"no words {place[0]} to {place[1]}")


def _replaced(
    sentences: Sequence[Sentence], place: Place, correction: Correction, pauses: Pauses
) -> tuple[list[Word], tuple[Sentence, ...]] | None:
    """The new words and the sentences with them; None if they belong to two speakers."""
    reach = _reach(sentences, place)
    own = sentences[reach.first : reach.last + 1]
    if len({sentence.asked for sentence in own}) > 1:
        return None
    old = [word for sentence in own for word in sentence.words]
    old = old[len(reach.head) : len(old) - len(reach.tail)]
    new = _timed(old, correction, pauses)
    words = (*reach.head, *new, *reach.tail)
    english = " ".join(dict.fromkeys(sentence.english for sentence in own if sentence.english))
    # what somebody has checked word by word is no guess any more
    unreliable = any(sentence.unreliable for sentence in own) and len(words) > len(new)
    sentence = replace(
        own[0], words=words, unreliable=unreliable, english=in_english(english, correction.heard, correction.text)
    )
    all_sentences = [*sentences[: reach.first], sentence, *sentences[reach.last + 1 :]]
    return new, tuple(replace(each, index=index) for index, each in enumerate(all_sentences))


def _timed(old: Sequence[Word], correction: Correction, pauses: Pauses) -> list[Word]:
    """The new words in the time of the old ones: word for word, otherwise by their letters and the pauses between
    them.
    """
    if correction.confirms:
        return [replace(word, confidence=1.0) for word in old]
    parts = _punctuated(correction.text.split(), old)
    if len(parts) == len(old):
        return [replace(word, text=text, confidence=1.0) for word, text in zip(old, parts, strict=True)]
    begin, end = old[0].start_ms, old[-1].end_ms
    letters = [len(part) + 1 for part in parts]
    edges = [begin + (end - begin) * sum(letters[:index]) // sum(letters) for index in range(len(parts) + 1)]
    spread = [
        Word(text, start, stop, 1.0, old[0].glued and not index)
        for index, (text, start, stop) in enumerate(zip(parts, edges[:-1], edges[1:], strict=True))
    ]
    inside = (
        [pause for pause in pauses(_span(old, correction)) if begin < pause[0] and pause[1] < end]
        if len(parts) > 1
        else []
    )
    aligned = word_alignment.correct(spread, inside)
    return [
        replace(word, start_ms=min(max(word.start_ms, begin), end), end_ms=min(max(word.end_ms, begin), end))
        for word in aligned
    ]


def _span(old: Sequence[Word], correction: Correction) -> Span:
    return Span(correction.span.response, old[0].start_ms, old[-1].end_ms)


def _punctuated(parts: Sequence[str], old: Sequence[Word]) -> list[str]:
    """The new words with the punctuation that stood around the old ones, unless they bring their own."""
    before = re.match(r"[^\w\s]*", old[0].text)
    after = re.search(r"[^\w\s]*$", old[-1].text)
    new = list(parts)
    if before and new[0][:1].isalnum():
        new[0] = before[0] + new[0]
    if after and new[-1][-1:].isalnum():
        new[-1] += after[0]
    return new


def in_english(english: str, misheard: str, text: str) -> str:
    """The translation with the corrected words, if it contains the misheard ones, because names stay the same."""
    if not english or len(plain(misheard)) < 3:
        return english
    return re.sub(rf"\b{re.escape(misheard)}\b", lambda _: text, english, flags=re.IGNORECASE)
