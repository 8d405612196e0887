"""Finds the names of a list in speech: written, nearly written, or spelled letter by letter. Pure.

A part of a name that is also a word ("Will", "Grace") counts only if it is capitalised within a sentence, or next to
another part of the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from reelmaker.redaction.pii.number_words import gathered
from reelmaker.redaction.pii.tokens import Token
from reelmaker.text.edit_distance import edits

SHORTEST = 3  # fewest letters of a part that is searched for by itself
NEARLY = (5, 10)  # lengths from which one letter or two may differ
BONES = 3  # fewest consonants that identify a name
SPELLED = 4  # fewest letters spelled one by one
# English words that are names as well
WORDS = gathered(
    "will mark rose may june april august grace hope joy faith bill rob sue pat frank art dean dawn jack penny amber ruby "
    "summer autumn violet ivy rich guy max chip chase drew grant hunter mason miles brown green black white grey gray young "
    "king price day park page best long short cook baker smith taylor miller fisher carpenter gardener potter porter carter "
    "cooper butler banks wood woods field fields hill lake stone rivers bridge church temple cross bell ball hall hunt fox "
    "wolf bird lamb swan drake nick gene dick harry bob don jean carol eve lily daisy heather holly hazel olive basil clay "
    "cliff dale glen heath reed forest stormy sky star chance major earl duke prince bishop abbot pope marshal marshall "
    "archer cash gold silver pearl jade crystal melody harmony mercy patience constance charity trinity christian love "
    "wells ford marsh case read rush sharp strong sweet swift wise savage noble power rice roe ray ham stock post trust "
    "singer weaver turner walker skinner shepherd wright mann mini mia bit mal ernst frei gut klein gross lang kurz"
)
OPENINGS = (
    ("my", "name", "is"),
    ("my", "name's"),
    ("mein", "name", "ist"),
    ("ich", "heiße"),
    ("je", "m'appelle"),
    ("me", "llamo"),
    ("mi", "nombre", "es"),
)
SAYS = gathered("said says told called helped promised answered asked phoned rang wrote sagte rief meinte")


@dataclass(frozen=True, slots=True)
class Name:
    """A name's parts, each of one or several pieces ("anne", "marie") in plain lower-case letters."""

    parts: tuple[tuple[str, ...], ...]


@cache
def read(name: str) -> Name:
    """A name as written in a table or a list."""
    parts = (re.split(r"[-‐‑]", re.sub(r"['’]s$", "", part)) for part in name.split())
    return Name(tuple(tuple(filter(None, map(plain, part))) for part in parts))


def plain(text: str) -> str:
    """Lower-case letters without accents and marks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def find(parts: Sequence[Token], names: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Every place where one of the names, or a part of one, is said."""
    spoken = [(position, _bare(token)) for position, token in enumerate(parts) if not token.is_symbol]
    begins: dict[str, list[int]] = {}
    for number, (_, text) in enumerate(spoken):
        begins.setdefault(text[:1], []).append(number)
    spelled = list(_letters(spoken))
    for name in map(read, names):
        matches = [match for part in name.parts if part for match in _occurrences(spoken, begins, part)]
        matches += _misheard(spoken, name, [first for first, _, _ in matches]) if len(name.parts) > 1 else []
        for first, last, is_long in matches:
            next_to_another = any(
                abs(first - another[1]) <= 2 or abs(another[0] - last) <= 2
                for another in matches
                if another[0] != first
            )
            if next_to_another or (is_long and _alone(parts, first, name)):
                yield "names", first, last
        yield from _spelled(spelled, name)


def introduced(parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """The name with which a person introduces themselves: up to three capitalised words after "my name is"."""
    for position in range(len(parts)):
        for opening in OPENINGS:
            if tuple(token.text for token in parts[position : position + len(opening)]) != opening:
                continue
            end = begin = position + len(opening)
            while end < min(len(parts), begin + 3) and parts[end].raw[0].isupper():
                end += 1
                if parts[end - 1].stop:
                    break
            if end > begin:
                yield "names", begin, end - 1


def _misheard(
    spoken: Sequence[tuple[int, str]], name: Name, certain_positions: Sequence[int]
) -> Iterator[tuple[int, int, bool]]:
    """Words directly next to a part of the name that sound slightly like another part."""
    for number, (position, _) in enumerate(spoken):
        if position not in certain_positions:
            continue
        for neighbour in (number - 1, number + 1):
            if 0 <= neighbour < len(spoken) and spoken[neighbour][0] not in certain_positions:
                text = spoken[neighbour][1]
                if any(len(p[0]) >= 6 and _near(p[0], text, 2) for p in name.parts if len(p) == 1):
                    yield spoken[neighbour][0], spoken[neighbour][0], False


def _bare(token: Token) -> str:
    return plain(re.sub(r"'s$", "", token.text))


def _occurrences(
    spoken: Sequence[tuple[int, str]], begins: Mapping[str, Sequence[int]], part: tuple[str, ...]
) -> Iterator[tuple[int, int, bool]]:
    """Where the pieces follow one another, and whether they are long enough to count alone."""
    is_long = sum(map(len, part)) >= SHORTEST
    for number in begins.get(part[0][0], ()):
        window = spoken[number : number + len(part)]
        if len(window) == len(part) and all(_same(piece, text) for piece, (_, text) in zip(part, window, strict=True)):
            yield window[0][0], window[-1][0], is_long
    joined_part = "".join(part)
    if len(part) > 1:
        for number in begins.get(joined_part[0], ()):
            position, text = spoken[number]
            if _same(joined_part, text):
                yield position, position, is_long


def _same(piece: str, text: str) -> bool:
    if piece == text:
        return True
    if len(piece) < NEARLY[0] or piece[0] != text[:1] or text in WORDS:
        return False
    if (
        len(consonants := _consonants(piece)) >= BONES
        and consonants == _consonants(text)
        and abs(len(piece) - len(text)) <= 2
    ):
        return True
    return _near(piece, text, 1 if len(piece) < NEARLY[1] else 2)


@cache
def _consonants(text: str) -> str:
    """The consonants, doubled ones once: they are similar however a name is spelled."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiou]", "", text))


def _alone(parts: Sequence[Token], first: int, name: Name) -> bool:
    """Whether a single part counts as the name, and is not an ordinary word."""
    token = parts[first]
    if not token.raw[0].isupper():
        return False
    if plain(token.text) in WORDS and token.first:
        return first + 1 < len(parts) and parts[first + 1].text in SAYS
    return True


def _letters(spoken: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Words spelled letter by letter: first and last token, and the word."""
    letters: list[tuple[int, str]] = []
    for position, text in [*spoken, (-1, "")]:
        if len(text) == 1:
            letters.append((position, text))
            continue
        if len(letters) >= SPELLED:
            yield letters[0][0], letters[-1][0], "".join(character for _, character in letters)
        letters = []


def _spelled(spelled: Sequence[tuple[int, int, str]], name: Name) -> Iterator[tuple[str, int, int]]:
    for first, last, word in spelled:
        joined_parts = ("".join(part) for part in name.parts)
        if any(
            len(joined_part) >= SPELLED and (joined_part in word or _near(joined_part, word, 1))
            for joined_part in joined_parts
        ):
            yield "names", first, last


def _near(first: str, second: str, max_edits: int) -> bool:
    """Whether the words differ by at most `max_edits` letters changed, added, omitted or swapped."""
    return abs(len(first) - len(second)) <= max_edits and edits(first, second) <= max_edits
