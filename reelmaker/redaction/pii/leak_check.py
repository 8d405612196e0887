"""Checks the transcript of a finished clip for PII that can still be heard. Pure."""

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
SHORTEST = 4  # letters of a part of an address that reveal it
COMMON = frozenset(["mail", "email", "address", "underscore", "hyphen", "dash", "minus", "plus", *PROVIDERS])


def leaks(recognised: str, secrets: Sequence[Said], allowed_text: str, language: str) -> list[str]:
    """The kinds of PII that were recognised but are not part of the allowed text, each once."""
    leaked = {
        secret.kind
        for secret in secrets
        if secret.hidden and _can_be_recognised(recognised, secret, allowed_text, language)
    }
    # also recognised completely, in other words
    hidden = {secret.kind for secret in secrets if secret.hidden} - {"names"}
    words = [Word(word, 0, 0) for word in recognised.split()]
    leaked |= {secret.kind for secret in pii.find(words, language) if secret.kind in hidden}
    return [kind for kind in model.KINDS if kind in leaked]


def _can_be_recognised(recognised: str, secret: Said, allowed_text: str, language: str) -> bool:
    if secret.kind == "names":
        words = [Word(word, 0, 0) for word in recognised.split()]
        return any(person_names.find(tokens(words), [secret.text.strip(".,;:!?…'\"")]))
    number = pii.digits(secret.text, language)
    if len(number) >= 3 and secret.kind != "email":
        return _digits(pii.digits(recognised, language), number, pii.digits(allowed_text, language))
    return bool(_parts(secret.text) & _parts(recognised) - _parts(allowed_text))


def _digits(recognised: str, secret: str, allowed_text: str) -> bool:
    """Whether consecutive digits of the secret are recognised; those in the allowed text do not count."""
    length = min(FEWEST, len(secret))
    substrings = {secret[start : start + length] for start in range(len(secret) - length + 1)}
    return any(digits_in_row in recognised and digits_in_row not in allowed_text for digits_in_row in substrings)


def _parts(text: str) -> set[str]:
    """The longer words of an address, without common ones."""
    split = "".join(character if character.isalnum() else " " for character in text).split()
    return {plain for part in split if len(plain := person_names.plain(part)) >= SHORTEST and plain not in COMMON}


def visible(text: str) -> str:
    """The words of a text without its marks."""
    for mark in MARKS.values():
        text = text.replace(mark, " ")
    return " ".join(text.split())
