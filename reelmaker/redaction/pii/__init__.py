"""Detects PII that customers say: e-mail addresses, telephone, card and account numbers, names. Pure.

In: the words of an answer. Out: which of them are PII, and of what kind; the words with marks instead.
"""

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

    def free(one: Secret) -> bool:
        return bool(allowed) and normal(_text(words, one)) in allowed

    parts, said = tokens(words), number_words.of(language)
    stretches = [
        *emails.find(parts, said),
        *numbers.find(parts, said, words, language),
        *person_names.introduced(parts),
        *(person_names.find(parts, named) if named else ()),
    ]
    found = [Secret(kind, parts[first].word, parts[last].word) for kind, first, last in stretches]
    # before and after those that touch are one: a number is allowed by itself, a name as a whole
    return [one for one in _apart([one for one in found if not free(one)]) if not free(one)]


def _text(words: Sequence[Word], secret: Secret) -> str:
    return " ".join(word.text for word in words[secret.first : secret.last + 1])


def _apart(found: Sequence[Secret]) -> list[Secret]:
    """Merge overlapping ones into one, of the more important kind."""
    whole: list[Secret] = []
    for one in sorted(found, key=lambda secret: (secret.first, secret.last)):
        last = whole[-1] if whole else None
        if last and one.first <= last.last:
            kind = min(last.kind, one.kind, key=KINDS.index)
            whole[-1] = Secret(kind, last.first, max(last.last, one.last))
        elif last and one.kind == last.kind == "names" and one.first == last.last + 1:
            whole[-1] = replace(last, last=one.last)  # first name and surname
        else:
            whole.append(one)
    return whole


def normal(text: str) -> str:
    """A text normalised for comparison with the allowed words: its digits if it has four or more, otherwise its letters."""
    return number if len(number := digits(text)) >= 4 else person_names.plain(text)


def digits(text: str, language: str = "") -> str:
    """All digits of a text, written or spoken, in order."""
    words = [Word(word, 0, 0) for word in text.split()]
    return "".join(run.digits for run in runs(tokens(words), number_words.of(language), words))


def marked(words: Sequence[Word], found: Sequence[Secret]) -> tuple[Word, ...]:
    """The words with one mark in place of each PII, over its whole time."""
    shown, at = list[Word](), 0
    for secret in found:
        shown += words[at : secret.first]
        hidden = words[secret.first : secret.last + 1]
        stop = re.search(r"[.,;:!?…]*$", hidden[-1].text)
        shown.append(
            Word(
                MARKS[secret.kind] + (stop[0] if stop else ""),
                hidden[0].start_ms,
                hidden[-1].end_ms,
                round(sum(word.confidence for word in hidden) / len(hidden), 3),
                hidden[0].glued,
            )
        )
        at = secret.last + 1
    return (*shown, *words[at:])


def marked_text(
    text: str,
    kinds: Collection[str],
    named: Sequence[str] = (),
    allowed: Collection[str] = (),
    language: str = "en",
) -> tuple[str, list[str]]:
    """A text with marks in place of PII of these kinds; and the kinds found."""
    words = [Word(word, 0, 0) for word in text.split()]
    found = [one for one in find(words, language, named, allowed) if one.kind in kinds]
    return " ".join(word.text for word in marked(words, found)), [one.kind for one in found]
