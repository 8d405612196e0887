"""Captions of an answer in another language: the original, its English translation, or both. Pure.

The same rules of size and time apply as to captions in one language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from reelmaker.model import Cue, Moment, Sentence, Word, joined
from reelmaker.text import caption_cues, line_breaks


def english(moment: Moment) -> str:
    """The English of a moment as it is shown; "" if no sentence has a translation. Untranslated sentences stay
    original.
    """
    if not any(sentence.english for sentence in moment.sentences):
        return ""
    return " ".join(_english(unit, joined(words)) for unit, words in _units(moment))


def cues_for(
    moment: Moment, start_ms: int, end_ms: int, line: int, lines: int, language: str = "original"
) -> list[Cue]:
    """Captions of the moment within `start_ms`..`end_ms` of its response, timed relative to `start_ms`.

    Args:
        line, lines: how many characters fit on a line, and how many lines a caption has (per language).
        language: "original", "english", or "both"; a moment without a translation is shown in the original.
    """
    if language == "original" or not english(moment):
        return caption_cues.cues_for(caption_cues.quoted(moment), start_ms, end_ms, line, lines)
    units = [(words, _english(unit, "")) for unit, words in _units(moment)]
    if language == "english":
        words = [word for spoken, text in units for word in (_timed(text, spoken) if text else spoken)]
        return caption_cues.cues_for(words, start_ms, end_ms, line, lines)
    parts = [part for spoken, text in units for part in _paired(spoken, text, line, lines)]
    cues: list[Cue] = []
    for number, (spoken, text) in enumerate(parts):
        # each part by itself, ending where the next one begins
        part_end = parts[number + 1][0][0].start_ms if number + 1 < len(parts) else end_ms
        part_end = min(max(part_end, spoken[0].start_ms), end_ms)
        part_start = max(start_ms, min(spoken[0].start_ms, part_end))
        part_cues = caption_cues.cues_for(spoken, part_start, part_end, line, lines)
        beneath = _split(text, len(part_cues)) if part_cues else []
        cues += [
            replace(
                cue,
                start_ms=cue.start_ms + part_start - start_ms,
                end_ms=cue.end_ms + part_start - start_ms,
                english=caption_cues.balanced(_words(below), line) if below else "",
            )
            for cue, below in zip(part_cues, beneath, strict=True)
        ]
    return cues


def _units(moment: Moment) -> list[tuple[list[Sentence], list[Word]]]:
    """Groups of sentences that share a translation, each with its words as shown."""
    words = list(caption_cues.quoted(moment))
    units, first_word = [], 0
    for _, group in groupby(
        enumerate(moment.sentences), key=lambda numbered: numbered[1].english or f"{numbered[0]} has none"
    ):
        unit = [sentence for _, sentence in group]
        word_count = sum(len(sentence.words) for sentence in unit)
        units.append((unit, words[first_word : first_word + word_count]))
        first_word += word_count
    return units


def _english(unit: Sequence[Sentence], otherwise: str) -> str:
    return unit[0].english or otherwise


def _words(text: str) -> list[Word]:
    return [Word(word, 0, 0) for word in text.split()]


def _timed(text: str, spoken: Sequence[Word]) -> list[Word]:
    """The English words spread over the duration of the spoken ones, in proportion to their letters."""
    words = text.split()
    start, length = spoken[0].start_ms, spoken[-1].end_ms - spoken[0].start_ms
    letters = sum(len(word) + 1 for word in words)
    timed, letters_before = [], 0
    for word in words:
        letters_after = letters_before + len(word) + 1
        timed.append(Word(word, start + length * letters_before // letters, start + length * letters_after // letters))
        letters_before = letters_after
    return timed


def _paired(spoken: Sequence[Word], text: str, line: int, lines: int) -> list[tuple[Sequence[Word], str]]:
    """The spoken words and their English, in as few parts as keep both within the lines.

    A translation many times longer than the original does not fit even word by word; `overlay` then truncates it.
    """
    longest = max(line_breaks.columns(joined(spoken)), line_breaks.columns(text))
    fewest = min(len(spoken), max(1, longest // (line * lines)))
    for part_count in range(fewest, len(spoken) + 1):
        parts = _shares(spoken, part_count)
        texts = _split(text, len(parts))
        if all(
            _fits(part, line, lines) and _fits(_words(below), line, lines)
            for part, below in zip(parts, texts, strict=True)
        ):
            break
    return list(zip(parts, texts, strict=True))


def _fits(words: Sequence[Word], line: int, lines: int) -> bool:
    return len(caption_cues.balanced(words, line).split("\n")) <= lines if words else True


def _shares(words: Sequence[Word], part_count: int) -> list[Sequence[Word]]:
    """The words in that many parts of about equal length, split at punctuation or a pause if one is near."""
    if part_count <= 1 or len(words) < 2:
        return [words]
    ends = list(accumulate(line_breaks.columns(word.text) + (not word.glued) for word in words))
    target = ends[-1] / part_count

    def cost(position: int) -> float:
        text, pause = words[position - 1].text, words[position].start_ms - words[position - 1].end_ms
        bonus = 0.5 if text[-1:] in caption_cues.ENDS else 0.3 if text[-1:] in caption_cues.PAUSES else 0.0
        return abs(ends[position - 1] - target) - target * (bonus + min(0.3, pause / 2000))

    position = min(range(1, len(words)), key=cost)
    return [words[:position], *_shares(words[position:], part_count - 1)]


def _split(text: str, part_count: int) -> list[str]:
    """The text in that many parts; the last ones are empty if it has fewer words."""
    words = _words(text)
    parts = [joined(part) for part in _shares(words, min(part_count, len(words)))] if words else []
    return [*parts, *[""] * (part_count - len(parts))]
