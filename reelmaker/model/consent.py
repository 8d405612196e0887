"""Consent rules: the consent in responses.csv against the audience of a reel, and what an external reel may show."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Literal

from reelmaker.model import blur_consent
from reelmaker.model.answers import DIGITS, Response

INTERNAL, EXTERNAL = "internal", "external"
AUDIENCES = (INTERNAL, EXTERNAL)
Scope = Literal["none", "internal", "external"]
# Single words, as `plain_word` writes them, in the languages in which people fill in such a column
REFUSED = {
    *("none", "no", "n", "false", "f", "0", "0.0", "off", "never", "not given", "not granted", "opt out", "opted out"),
    *("withdrawn", "refused", "declined", "denied", "revoked", "rejected", "objected", "expired", "stop"),
    *("nein", "non", "não", "nao", "nee", "nej", "nei", "nie", "falsch", "faux", "falso", "いいえ", "否", "нет"),
    *("widerrufen", "zurückgezogen", "abgelehnt", "verweigert", "retiré", "révoqué", "refusé", "retirado", "revocado"),
    *("ritirato", "revocato", "rifiutato", "ingetrokken", "geweigerd"),
}
AGREED = {
    *("", "internal", "yes", "y", "true", "t", "1", "1.0", "x", "on", "ok", "okay", "agree", "agreed", "granted"),
    *("given", "accepted", "consented", "opt in", "opted in", "checked", "✓", "✔", "☑", "✅"),
    *(
        "ja",
        "j",
        "wahr",
        "oui",
        "o",
        "vrai",
        "si",
        "sí",
        "sì",
        "s",
        "verdadero",
        "vero",
        "sim",
        "tak",
        "да",
        "はい",
        "是",
    ),
}
# Reasons why an answer is not used: key in the counts -> words
WHY = {
    "withdrawn": "no consent",
    "expired": "consent expired",
    "audience": "not for this audience",
    "filtered": "outside the filter",
}
# The columns that an external reel may show; any other may contain a name
TOLD = ("segment", "date", "score")


def today() -> date:
    """The date by which consents are checked."""
    return date.today()


def scope(word: str) -> Scope | None:
    """The scope of a consent; None if the word is unknown."""
    plain = plain_word(word)
    if plain == EXTERNAL:
        return "external"
    if not plain and not word.isspace() and word:
        return None if _visible(word) else "internal"  # a dash is no consent
    if plain in AGREED:
        return "internal"
    return "none" if plain in REFUSED else None


def plain_word(word: str) -> str:
    """A word for comparisons: small, composed letters of usual width, without what cannot be seen or ends a sentence.

    Only what says nothing is dropped: "no?" or "yes/no" stay as they are, and so stay unknown.
    """
    seen = _visible(unicodedata.normalize("NFKC", word))
    return " ".join(seen.replace("_", " ").replace("-", " ").casefold().split()).strip(".!\"' ")


def _visible(word: str) -> str:
    hidden = ("Cf", "Cc", "Cs")
    return "".join(c for c in word.replace("\ufe0f", "") if c.isspace() or unicodedata.category(c) not in hidden)


def refusal(response: Response, audience: str, day: date) -> str:
    """Why an answer may not be used on that day for this audience, as a key of `WHY`; "" if it may.

    An unknown word never counts as consent.
    """
    if reason := ended(response.consent, response.consent_until, day):
        return reason
    return "audience" if audience != INTERNAL and scope(response.consent) != EXTERNAL else ""


def ended(consent: str, until: str, day: date) -> str:
    """Why an answer may not be used at all on that day: "withdrawn" or "expired"; "" if it may be used."""
    if scope(consent) in (None, "none"):
        return "withdrawn"
    last_allowed_day = last_day(until) if until else day
    return "expired" if last_allowed_day is None or day > last_allowed_day else ""


def last_day(text: str) -> date | None:
    """The last day of a consent, from ISO 8601; None if it is not a date."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def unclear(row: Mapping[str, str]) -> list[str]:
    """Warnings about unknown consent values, which leave the answer out."""
    warnings = []
    if scope(word := row.get("consent", "")) is None:
        warnings.append(f'the consent "{word}" should be none, internal or external; the answer is not used.')
    if (until := row.get("consent_until", "")) and last_day(until) is None:
        warnings.append(f'consent_until "{until}" is not a date such as 2027-03-31; the answer is not used.')
    return warnings


def reach(word: str) -> int:
    """How far a consent reaches: 2 external, 1 internal, 0 nowhere or unknown."""
    return {"external": 2, "internal": 1}.get(scope(word) or "none", 0)


def stricter(row: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """The first row with the narrower consent of both, and blurred faces if either requires it.

    Two rows may belong to one video.
    """
    if not row or not other:
        return dict(row or other)
    narrower = min(row, other, key=lambda candidate: reach(candidate.get("consent", "")))
    ends = [until for candidate in (row, other) if (until := candidate.get("consent_until", ""))]
    earliest_end = min(ends, key=lambda until: last_day(until) or date.min, default="")
    hidden = next((candidate for candidate in (row, other) if not shows_name(candidate)), row)
    return {
        **row,
        "consent": narrower.get("consent", ""),
        "consent_until": earliest_end,
        "show_name": hidden.get("show_name", ""),
        "blur": blur_consent.stricter(row.get("blur", ""), other.get("blur", "")),
    }


def shows_name(row: Mapping[str, str]) -> bool:
    """Whether the row allows the name to be shown."""
    return plain_word(row.get("show_name", "")) in AGREED - {"", "internal"}


def masked(responses: Mapping[str, Response]) -> dict[str, Response]:
    """The responses without personal data: the name only if it may be shown, otherwise the start of an id.

    Only the fields listed here are copied, so that a new field stays hidden until it is allowed explicitly.
    """
    digits = DIGITS
    while len({id[:digits] for id in responses}) < len(responses):
        digits += 1
    people: dict[str, str] = {}
    for id in sorted(responses):
        people.setdefault(responses[id].person, f"customer-{id[:digits]}")
    return {
        id: Response(
            id=id,
            file=f"answer-{id[:digits]}",
            duration_ms=response.duration_ms,
            picture=response.picture,
            sound=response.sound,
            respondent=people[response.person],
            name=response.name if response.show_name else "",
            date=response.date,
            segment=response.segment,
            score=response.score,
            show_name=response.show_name,
        )
        for id, response in responses.items()
    }
