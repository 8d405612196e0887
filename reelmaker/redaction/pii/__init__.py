"""Detects PII in what customers say: e-mail addresses, telephone, card and account numbers, names. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from reelmaker.model import Word
from reelmaker.model.answers import KINDS, MARKS
from reelmaker.redaction.pii import emails, number_words, numbers, person_names
from reelmaker.redaction.pii.tokens import runs, tokens

VERSION = 1

__all__ = [
    "KINDS",
    "MARKS",
    "VERSION",
    "Said",
    "Secret",
    "digits",
    "find",
    "marked",
    "marked_text",
    "normal",
]


@dataclass(frozen=True, slots=True)
class Secret:
    """Words `first`..`last` of an answer are PII of that kind."""

    kind: str
    first: int
    last: int


def find(
    words: Sequence[Word], language: str = "", named: Sequence[str] = (), allowed: Collection[str] = ()
) -> list[Secret]:
    """All PII, in order, without overlaps.

    Args:
        language: ISO 639-1, for words that stand for digits and symbols; English if unknown.
        named: the names to look for.
        allowed: words that are not PII, as normalised by `normal`.
    """
    if not words:
        return []

    def is_allowed(secret: Secret) -> bool:
        return bool(allowed) and normal(_text(words, secret)) in allowed

    parts, lexicon = tokens(words), number_words.of(language)
    stretches = [
        *emails.find(parts, lexicon),
        *numbers.find(parts, lexicon, words, language),
        *person_names.introduced(parts),
        *(person_names.find(parts, named) if named else ()),
    ]
    secrets = [Secret(kind, parts[first].word, parts[last].word) for kind, first, last in stretches]
    # checked before and after merging: a number is allowed by itself, a name as a whole
    return [
        secret for secret in _merged([secret for secret in secrets if not is_allowed(secret)]) if not is_allowed(secret)
    ]


def _text(words: Sequence[Word], secret: Secret) -> str:
    return " ".join(word.text for word in words[secret.first : secret.last + 1])


def _merged(secrets: Sequence[Secret]) -> list[Secret]:
    """Merge overlapping ones into one, of the more important kind."""
    merged: list[Secret] = []
    for current in sorted(secrets, key=lambda item: (item.first, item.last)):
        last = merged[-1] if merged else None
        if last and current.first <= last.last:
            kind = min(last.kind, current.kind, key=KINDS.index)
            merged[-1] = Secret(kind, last.first, max(last.last, current.last))
        elif last and current.kind == last.kind == "names" and current.first == last.last + 1:
            merged[-1] = replace(last, last=current.last)  # first name and surname
        else:
            merged.append(current)
    return merged


def normal(text: str) -> str:
    """A text normalised for comparison with the allowed words: its digits if it has four or more, otherwise its letters."""
    return number if len(number := digits(text)) >= 4 else person_names.plain(text)


def digits(text: str, language: str = "") -> str:
    """All digits of a text, written or spoken, in order."""
    words = [Word(word, 0, 0) for word in text.split()]
    return "".join(run.digits for run in runs(tokens(words), number_words.of(language), words))


def marked(words: Sequence[Word], secrets: Sequence[Secret]) -> tuple[Word, ...]:
    """The words with one mark in place of each PII, over its whole time."""
    marked_words, next_word = list[Word](), 0
    for secret in secrets:
        marked_words += words[next_word : secret.first]
        hidden = words[secret.first : secret.last + 1]
        punctuation = re.search(r"[.,;:!?…]*$", hidden[-1].text)
        marked_words.append(
            Word(
                MARKS[secret.kind] + (punctuation[0] if punctuation else ""),
                hidden[0].start_ms,
                hidden[-1].end_ms,
                round(sum(word.confidence for word in hidden) / len(hidden), 3),
                hidden[0].glued,
            )
        )
        next_word = secret.last + 1
    return (*marked_words, *words[next_word:])


def marked_text(
    text: str,
    kinds: Collection[str],
    named: Sequence[str] = (),
    allowed: Collection[str] = (),
    language: str = "en",
) -> tuple[str, list[str]]:
    """A text with marks in place of PII of these kinds; and the kinds found."""
    words = [Word(word, 0, 0) for word in text.split()]
    secrets = [secret for secret in find(words, language, named, allowed) if secret.kind in kinds]
    return " ".join(word.text for word in marked(words, secrets)), [secret.kind for secret in secrets]
