"""Names of a list where they are said: written, nearly written, or spelled letter by letter. Pure.

In: tokens and names. Out: stretches of tokens. A part of a name that is a word as well ("Will", "Grace") counts only with
its capital and away from the beginning of a sentence, or beside another part of the name.
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

SHORTEST = 3  # letters of a part that is looked for by itself
NEARLY = (5, 10)  # from so many letters on, one and two may differ
BONES = 3  # consonants that tell a name
SPELLED = 4  # letters read out one by one
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
    """A name's parts, each of one or several pieces ("anne", "marie") in plain small letters."""

    parts: tuple[tuple[str, ...], ...]


@cache
def read(name: str) -> Name:
    """A name as it stands in a table or a list."""
    parts = (re.split(r"[-‐‑]", re.sub(r"['’]s$", "", part)) for part in name.split())
    return Name(tuple(tuple(filter(None, map(plain, part))) for part in parts))


def plain(text: str) -> str:
    """Small letters without accents and marks."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if character.isalnum())


def find(parts: Sequence[Token], names: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Every place where one of the names, or a part of one, is said."""
    heard = [(at, _bare(token)) for at, token in enumerate(parts) if not token.is_symbol]
    begins: dict[str, list[int]] = {}
    for number, (_, text) in enumerate(heard):
        begins.setdefault(text[:1], []).append(number)
    spelled = list(_letters(heard))
    for name in map(read, names):
        hits = [hit for part in name.parts if part for hit in _said(heard, begins, part)]
        hits += _misheard(heard, name, [first for first, _, _ in hits]) if len(name.parts) > 1 else []
        for first, last, sure in hits:
            beside = any(abs(first - other[1]) <= 2 or abs(other[0] - last) <= 2 for other in hits if other[0] != first)
            if beside or (sure and _alone(parts, first, name)):
                yield "names", first, last
        yield from _spelled(spelled, name)


def introduced(parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """What somebody says of themselves: up to three words with a capital after "my name is"."""
    for at in range(len(parts)):
        for opening in OPENINGS:
            if tuple(token.text for token in parts[at : at + len(opening)]) != opening:
                continue
            end = begin = at + len(opening)
            while end < min(len(parts), begin + 3) and parts[end].raw[0].isupper():
                end += 1
                if parts[end - 1].stop:
                    break
            if end > begin:
                yield "names", begin, end - 1


def _misheard(heard: Sequence[tuple[int, str]], name: Name, sure: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
    """Right beside a part of the name, what sounds a little like another part is that part."""
    for number, (at, _) in enumerate(heard):
        if at not in sure:
            continue
        for beside in (number - 1, number + 1):
            if 0 <= beside < len(heard) and heard[beside][0] not in sure:
                text = heard[beside][1]
                if any(len(p[0]) >= 6 and _near(p[0], text, 2) for p in name.parts if len(p) == 1):
                    yield heard[beside][0], heard[beside][0], False


def _bare(token: Token) -> str:
    return plain(re.sub(r"'s$", "", token.text))


def _said(
    heard: Sequence[tuple[int, str]], begins: Mapping[str, Sequence[int]], part: tuple[str, ...]
) -> Iterator[tuple[int, int, bool]]:
    """Where the pieces stand one after the other; and whether it is long enough to be believed alone."""
    long = sum(map(len, part)) >= SHORTEST
    for number in begins.get(part[0][0], ()):
        here = heard[number : number + len(part)]
        if len(here) == len(part) and all(_same(piece, text) for piece, (_, text) in zip(part, here, strict=True)):
            yield here[0][0], here[-1][0], long
    together = "".join(part)
    if len(part) > 1:
        for number in begins.get(together[0], ()):
            at, text = heard[number]
            if _same(together, text):
                yield at, at, long


def _same(piece: str, text: str) -> bool:
    if piece == text:
        return True
    if len(piece) < NEARLY[0] or piece[0] != text[:1] or text in WORDS:
        return False
    if len(bones := _bones(piece)) >= BONES and bones == _bones(text) and abs(len(piece) - len(text)) <= 2:
        return True
    return _near(piece, text, 1 if len(piece) < NEARLY[1] else 2)


@cache
def _bones(text: str) -> str:
    """The consonants, doubled ones once: what is heard of a name whatever it is written like."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiou]", "", text))


def _alone(parts: Sequence[Token], first: int, name: Name) -> bool:
    """Whether one part by itself is the name, and not a word."""
    token = parts[first]
    if not token.raw[0].isupper():
        return False
    if plain(token.text) in WORDS and token.first:
        return first + 1 < len(parts) and parts[first + 1].text in SAYS
    return True


def _letters(heard: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """What is spelled letter by letter: its first and last token, and the word."""
    letters: list[tuple[int, str]] = []
    for at, text in [*heard, (-1, "")]:
        if len(text) == 1:
            letters.append((at, text))
            continue
        if len(letters) >= SPELLED:
            yield letters[0][0], letters[-1][0], "".join(character for _, character in letters)
        letters = []


def _spelled(spelled: Sequence[tuple[int, int, str]], name: Name) -> Iterator[tuple[str, int, int]]:
    for first, last, word in spelled:
        wholes = ("".join(part) for part in name.parts)
        if any(len(whole) >= SPELLED and (whole in word or _near(whole, word, 1)) for whole in wholes):
            yield "names", first, last


def _near(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters are to change, add, leave out or swap with the next."""
    return abs(len(one) - len(other)) <= most and edits(one, other) <= most
