"""The transcript of a finished clip -> PII that can still be heard in it. Pure.

In: the recognised words, the PII to be removed, the words that may be shown. Out: kinds.
"""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import model
from reelmaker.model import MARKS, Word
from reelmaker.model.survey import Said
from reelmaker.redaction import pii
from reelmaker.redaction.pii import person_names
from reelmaker.redaction.pii.emails import PROVIDERS
from reelmaker.redaction.pii.tokens import tokens

FEWEST = 4  # consecutive digits that reveal a number
SHORTEST = 4  # letters of a part of an address that do
COMMON = frozenset(["mail", "email", "address", "underscore", "hyphen", "dash", "minus", "plus", *PROVIDERS])


def leaks(heard: str, said: Sequence[Said], shown: str, language: str) -> list[str]:
    """The kinds of PII that were heard but are not among the words shown, each once."""
    found = {one.kind for one in said if one.hidden and _can_be_recognised(heard, one, shown, language)}
    # heard completely again, in other words
    hidden = {one.kind for one in said if one.hidden} - {"names"}
    words = [Word(word, 0, 0) for word in heard.split()]
    found |= {one.kind for one in pii.find(words, language) if one.kind in hidden}
    return [kind for kind in model.KINDS if kind in found]


def _can_be_recognised(heard: str, one: Said, shown: str, language: str) -> bool:
    if one.kind == "names":
        words = [Word(word, 0, 0) for word in heard.split()]
        return any(person_names.find(tokens(words), [one.text.strip(".,;:!?…'\"")]))
    number = pii.digits(one.text, language)
    if len(number) >= 3 and one.kind != "email":
        return _digits(pii.digits(heard, language), number, pii.digits(shown, language))
    return bool(_parts(one.text) & _parts(heard) - _parts(shown))


def _digits(heard: str, secret: str, shown: str) -> bool:
    """Whether some digits of the secret are heard in a row; those that are shown anyway do not count."""
    many = min(FEWEST, len(secret))
    rows = {secret[at : at + many] for at in range(len(secret) - many + 1)}
    return any(row in heard and row not in shown for row in rows)


def _parts(text: str) -> set[str]:
    """The longer words of an address, without what many have in common."""
    split = "".join(character if character.isalnum() else " " for character in text).split()
    return {plain for part in split if len(plain := person_names.plain(part)) >= SHORTEST and plain not in COMMON}


def visible(text: str) -> str:
    """The words of a text without its marks."""
    for mark in MARKS.values():
        text = text.replace(mark, " ")
    return " ".join(text.split())
