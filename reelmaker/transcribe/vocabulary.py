"""Names that speech recognition does not know, recognised by their sound. Pure.

Takes the recognised words and the team's vocabulary; returns the words with the names that they sound like. A name is
inserted only if words sound like it and were uncertain, or are its own letters with other spaces: an answer without
the name keeps its words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from reelmaker.model import Word, joined
from reelmaker.text.edit_distance import edits

VERSION = 1
UNSURE = 0.6  # confidence of the least sure word below which another name may stand for it
SHORTEST = 4  # letters of a name that is looked for; shorter ones sound like too much else
LONG, LONGER = 6, 9  # letters of a sound from which one other is the same name, and two are worth listening again
SPELT, SPELT_SURE = 0.5, 0.34  # share of its letters that may differ: to listen again, and to put it in
MORE_WORDS = 2  # than the name has may have been written instead
MOST = 200  # names; what is longer is no vocabulary
# What letters sound like, in this order; all vowels are one
SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"gh(?=[bcdfgjklmnpqrstvwxz]|$)"), ""),
    (re.compile(r"wr"), "r"),
    (re.compile(r"kn|gn(?=[aeiou])"), "n"),
    (re.compile(r"sch|sh|ch|tsch"), "C"),
    (re.compile(r"th"), "t"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"j"), "g"),
    (re.compile(r"w"), "v"),
    (re.compile(r"d(?=$)"), "t"),
    (re.compile(r"h(?![aeiouy])"), ""),
    (re.compile(r"[aeiouy]+"), "a"),
    (re.compile(r"(.)\1+"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Near:
    """Words `first`..`last` sound like a name; `apart`: by how many sounds."""

    name: str
    first: int
    last: int
    apart: int
    misspelt: float  # share of the name's letters that differ


def of(settings: Sequence[str], name: str = "") -> tuple[str, ...]:
    """The names to recognise in an answer: the team's vocabulary and, if there is one, the customer's own name in
    parts.
    """
    if not settings:
        return ()
    own = [part for part in re.findall(r"[^\W\d_]+", name) if len(part) >= SHORTEST]
    return tuple(dict.fromkeys([*settings, *own]))[:MOST]


def mended(words: Sequence[Word], names: Sequence[str]) -> list[Word]:
    """The words with the names that they sound like, each over the time of the words it replaces."""
    result, position = list[Word](), 0
    for near in _apart(_sure(words, names)):
        old = words[near.first : near.last + 1]
        before, after = re.match(r"[^\w\s]*", old[0].text), re.search(r"(['’]s)?[^\w\s]*$", old[-1].text)
        text = (before[0] if before else "") + near.name + (after[0] if after else "")
        least = min(word.confidence for word in old)
        result += [*words[position : near.first], replace(old[0], text=text, end_ms=old[-1].end_ms, confidence=least)]
        position = near.last + 1
    return [*result, *words[position:]]


def worth_asking(words: Sequence[Word], names: Sequence[str]) -> bool:
    """Whether some words may be one of the names misheard, so that it is worth transcribing again with the names in
    mind.
    """
    return any(True for near in _near(words, names) if not _is(words, near))


def held(words: Sequence[Word], names: Sequence[str]) -> int:
    """How often the names are written correctly."""
    return sum(_is(words, near) and near.apart == 0 for near in _near(words, names))


def _sure(words: Sequence[Word], names: Sequence[str]) -> Iterator[Near]:
    """Where a name may be inserted."""
    for near in _near(words, names):
        old = words[near.first : near.last + 1]
        if _is(words, near):
            continue
        same_letters = _letters(joined(old)) == _letters(near.name)
        unsure = min(word.confidence for word in old) < UNSURE
        alike = near.apart <= (len(_sound(_letters(near.name))) >= LONG) and near.misspelt <= SPELT_SURE
        long = len(old) == 1 or len(_letters(near.name)) >= LONG  # "pry a" is no Priya
        if long and ((same_letters and len(old) > 1) or (unsure and alike)):
            yield near


def _near(words: Sequence[Word], names: Sequence[str]) -> Iterator[Near]:
    """Every stretch of words that sounds like a name."""
    letters = [_letters(word.text) for word in words]
    for name in names:
        wanted, long = _sound(_letters(name)), len(name.split()) + MORE_WORDS
        if len(_letters(name)) < SHORTEST:
            continue
        most = (len(wanted) >= LONG) + (len(wanted) >= LONGER)
        for first in range(len(words)):
            for last in range(first, min(first + long, len(words))):
                if not letters[first] or not letters[last]:
                    continue
                written = "".join(letters[first : last + 1])
                sounded = _sound(written)
                if sounded[:1] != wanted[:1] or abs(len(sounded) - len(wanted)) > most:
                    continue
                apart = edits(sounded, wanted, swaps=False)
                misspelt = edits(written, _letters(name), swaps=False) / len(_letters(name))
                if apart <= most and misspelt < SPELT:
                    yield Near(name, first, last, apart, misspelt)


def _is(words: Sequence[Word], near: Near) -> bool:
    """Whether the words are the name already, whatever its case; or the name with an ending, such as "Fernhill's"."""
    written, name = joined(words[near.first : near.last + 1]), near.name
    bare = re.sub(r"^[^\w]+|(['’]s)?[^\w]*$", "", written).casefold()
    return bare == name.casefold()


def _apart(candidates: Iterator[Near]) -> list[Near]:
    """Of overlapping ones the closest, then the longest; in order."""
    ranked = sorted(
        candidates, key=lambda near: (near.apart, near.misspelt, near.first - near.last, near.first, near.name)
    )
    taken: list[Near] = []
    for near in ranked:
        if all(near.last < other.first or other.last < near.first for other in taken):
            taken.append(near)
    return sorted(taken, key=lambda near: near.first)


def _letters(text: str) -> str:
    """Only letters and digits, without accents, in one case."""
    bare = unicodedata.normalize("NFKD", text.casefold().removesuffix("'s").removesuffix("’s"))
    return "".join(character for character in bare if character.isalnum())


@lru_cache(maxsize=4096)
def _sound(letters: str) -> str:
    """The sound of letters, roughly."""
    for pattern, sound in SOUNDS:
        letters = pattern.sub(sound, letters)
    return letters
