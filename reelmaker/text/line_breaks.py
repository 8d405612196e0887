"""Where a line may break in scripts without spaces between words, and where it must not. Pure.

A word, from space to space, is split into phrases (BudouX, for Japanese, Chinese and Thai), then into single letters
with their marks. Closing marks never begin a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# No spaces between words: Thai, Lao, Myanmar, Khmer, kana, Chinese characters (Korean has spaces)
SPACELESS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x2E80, 0x2FFF),
    (0x3001, 0x312F),
    (0x3190, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFF9F),
    (0x20000, 0x3FFFF),
)
# Kinsoku and its like: never first on a line, never last on one
NOT_FIRST = set(
    "、。，．・：；？！ー々ゝゞヽヾ〜…‥’”）］｝〕〉》」』】〙〗｠｣､｡ﾞﾟぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
    ",.:;?!%)]}»›ะาำๅๆฯຯະາຳໆ។៕៖ៗ၊။ः।॥،؛؟"
)
NOT_LAST = set("‘“（［｛〔〈《「『【〘〖｟｢([{«‹$€£¥#เแโใไເແໂໃໄ")
_JOINERS = {"\u200c", "\u200d", "\u2060"}
# A consonant after one of these belongs to the same letter
_VIRAMAS = set("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u17d2\u1039")


def spaceless(character: str) -> bool:
    """Whether the character's script puts no spaces between words."""
    code = ord(character)
    return any(first <= code <= last for first, last in SPACELESS)


@lru_cache(maxsize=4096)
def phrases(word: str) -> tuple[str, ...]:
    """The pieces of a word between which a line breaks best; the whole word in scripts with spaces."""
    if not any(spaceless(character) for character in word):
        return (word,)
    pieces: list[str] = []
    for run, inside in _runs(word):
        pieces += _parser(_language(run)).parse(run) if inside else [run]
    return tuple(_unbroken(pieces))


def letters(word: str) -> tuple[str, ...]:
    """The smallest pieces between which a word may be broken if it must be."""
    pieces: list[str] = []
    for character in word:
        glued = pieces and (
            unicodedata.category(character)[0] == "M"
            or character in _JOINERS
            or pieces[-1][-1] in _JOINERS
            or (pieces[-1][-1] in _VIRAMAS and unicodedata.category(character) == "Lo")
        )
        if glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    if any(spaceless(character) for character in word):
        pieces = _unbroken(pieces)
    return tuple(pieces)


def _runs(word: str) -> list[tuple[str, bool]]:
    """Runs inside and outside such scripts; marks belong to the run they follow."""
    runs: list[tuple[str, bool]] = []
    for character in word:
        inside = spaceless(character)
        if runs and (inside == runs[-1][1] or unicodedata.category(character)[0] == "M"):
            runs[-1] = (runs[-1][0] + character, runs[-1][1])
        else:
            runs.append((character, inside))
    return runs


def _unbroken(pieces: Sequence[str]) -> list[str]:
    """Pieces joined where a line must not break."""
    joined: list[str] = []
    for piece in pieces:
        mark = unicodedata.category(piece[0])[0] == "M"
        if joined and (piece[0] in NOT_FIRST or joined[-1][-1] in NOT_LAST or mark):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _language(run: str) -> str:
    names = [unicodedata.name(character, "") for character in run]
    if any(name.startswith(("HIRAGANA", "KATAKANA")) for name in names):
        return "ja"
    return "th" if any(name.startswith("THAI") for name in names) else "zh-hans"


@lru_cache(maxsize=4)
def _parser(language: str) -> Any:
    import budoux

    return {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
    }[language]()


def columns(text: str) -> int:
    """The width of a text in columns: East Asian characters take two, marks none."""
    total = 0
    for character in text:
        if unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return total


def rejoined(lines: Sequence[str]) -> str:
    """Lines of one text as one line: joined by spaces, except within scripts without spaces."""
    text = ""
    for line in lines:
        close = text and line and spaceless(text[-1]) and spaceless(line[0])
        text += line if not text or close else f" {line}"
    return text
