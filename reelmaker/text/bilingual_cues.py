"""Captions of what was said in another language: the original, its English, or the English beneath the original. Pure.

In: a moment whose sentences may have English. Out: captions that keep to the same rules of size and time as others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from reelmaker.model import Cue, Moment, Sentence, Word, joined
from reelmaker.text import caption_cues, line_breaks


def english(moment: Moment) -> str:
    """The English of a moment as it is shown, "" where nothing of it has any; what has none stays as it was said."""
    if not any(sentence.english for sentence in moment.sentences):
        return ""
    return " ".join(_english(unit, joined(words)) for unit, words in _units(moment))


def cut(moment: Moment, start_ms: int, end_ms: int, line: int, lines: int, language: str = "original") -> list[Cue]:
    """Captions of the moment in `start_ms`..`end_ms` of its response, timed from `start_ms` on.

    Args:
        line, lines: how many letters a line has, and how many lines a caption has (each language by itself).
        language: "original", "english", or "both"; a moment without English is shown as it was said.
    """
    if language == "original" or not english(moment):
        return caption_cues.cut(caption_cues.quoted(moment), start_ms, end_ms, line, lines)
    units = [(words, _english(unit, "")) for unit, words in _units(moment)]
    if language == "english":
        words = [word for said, text in units for word in (_timed(text, said) if text else said)]
        return caption_cues.cut(words, start_ms, end_ms, line, lines)
    parts = [part for said, text in units for part in _paired(said, text, line, lines)]
    found: list[Cue] = []
    for number, (said, text) in enumerate(parts):
        # each part alone, its room ending where the next one begins
        stop = parts[number + 1][0][0].start_ms if number + 1 < len(parts) else end_ms
        stop = min(max(stop, said[0].start_ms), end_ms)
        begin = max(start_ms, min(said[0].start_ms, stop))
        shown = caption_cues.cut(said, begin, stop, line, lines)
        beneath = _split(text, len(shown)) if shown else []
        found += [
            replace(
                cue,
                start_ms=cue.start_ms + begin - start_ms,
                end_ms=cue.end_ms + begin - start_ms,
                english=caption_cues.balanced(_words(below), line) if below else "",
            )
            for cue, below in zip(shown, beneath, strict=True)
        ]
    return found


def _units(moment: Moment) -> list[tuple[list[Sentence], list[Word]]]:
    """Sentences that share their English, and their words as they are shown."""
    words = list(caption_cues.quoted(moment))
    found, at = [], 0
    for _, group in groupby(enumerate(moment.sentences), key=lambda one: one[1].english or f"{one[0]} has none"):
        unit = [sentence for _, sentence in group]
        many = sum(len(sentence.words) for sentence in unit)
        found.append((unit, words[at : at + many]))
        at += many
    return found


def _english(unit: Sequence[Sentence], otherwise: str) -> str:
    return unit[0].english or otherwise


def _words(text: str) -> list[Word]:
    return [Word(word, 0, 0) for word in text.split()]


def _timed(text: str, said: Sequence[Word]) -> list[Word]:
    """English words spread over the time of what was said, by their letters."""
    words = text.split()
    start, length = said[0].start_ms, said[-1].end_ms - said[0].start_ms
    letters = sum(len(word) + 1 for word in words)
    found, at = [], 0
    for word in words:
        until = at + len(word) + 1
        found.append(Word(word, start + length * at // letters, start + length * until // letters))
        at = until
    return found


def _paired(said: Sequence[Word], text: str, line: int, lines: int) -> list[tuple[Sequence[Word], str]]:
    """What was said and its English in as few parts as keep both within the lines.

    English many times as long as what was said does not fit even word by word; `overlay` then cuts it short.
    """
    longest = max(line_breaks.columns(joined(said)), line_breaks.columns(text))
    fewest = min(len(said), max(1, longest // (line * lines)))
    for many in range(fewest, len(said) + 1):
        parts = _shares(said, many)
        texts = _split(text, len(parts))
        if all(
            _fits(part, line, lines) and _fits(_words(below), line, lines)
            for part, below in zip(parts, texts, strict=True)
        ):
            break
    return list(zip(parts, texts, strict=True))


def _fits(words: Sequence[Word], line: int, lines: int) -> bool:
    return len(caption_cues.balanced(words, line).split("\n")) <= lines if words else True


def _shares(words: Sequence[Word], many: int) -> list[Sequence[Word]]:
    """The words in so many parts of about equal length, parted at punctuation or a pause where one is near."""
    if many <= 1 or len(words) < 2:
        return [words]
    ends = list(accumulate(line_breaks.columns(word.text) + (not word.glued) for word in words))
    target = ends[-1] / many

    def cost(at: int) -> float:
        text, pause = words[at - 1].text, words[at].start_ms - words[at - 1].end_ms
        good = 0.5 if text[-1:] in caption_cues.ENDS else 0.3 if text[-1:] in caption_cues.PAUSES else 0.0
        return abs(ends[at - 1] - target) - target * (good + min(0.3, pause / 2000))

    at = min(range(1, len(words)), key=cost)
    return [words[:at], *_shares(words[at:], many - 1)]


def _split(text: str, many: int) -> list[str]:
    """Text in so many parts; the last ones are empty where it has fewer words."""
    words = _words(text)
    parts = [joined(part) for part in _shares(words, min(many, len(words)))] if words else []
    return [*parts, *[""] * (many - len(parts))]
