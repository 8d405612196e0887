"""Consent rules: the consent in responses.csv against the audience of a reel, and what an external reel may
show of the people in it.

In: rows and responses. Out: the reason why an answer is left out, or responses without personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from reelmaker.model import blur_consent
from reelmaker.model.answers import DIGITS, Response

INTERNAL, EXTERNAL = "internal", "external"
AUDIENCES = (INTERNAL, EXTERNAL)
Scope = Literal["none", "internal", "external"]
REFUSED = {"none", "no", "n", "false", "0", "withdrawn", "refused", "declined"}
AGREED = {"", "internal", "yes", "y", "true", "1", "x", "ja", "oui", "si", "sí"}
# Why an answer is not used: key in the counts -> in words
WHY = {
    "withdrawn": "no consent",
    "expired": "consent expired",
    "audience": "not for this audience",
    "filtered": "outside the filter",
}
# The columns that an external reel may use; any other may contain a name
TOLD = ("segment", "date", "score")


def today() -> date:
    """The date by which consents are checked."""
    return date.today()


def scope(word: str) -> Scope | None:
    """The scope of a consent; None if the word is unknown."""
    said = word.strip().casefold()
    if said == EXTERNAL:
        return "external"
    if said in AGREED:
        return "internal"
    return "none" if said in REFUSED else None


def refusal(response: Response, audience: str, day: date) -> str:
    """Why an answer may not be used on that day for this audience, as a key of `WHY`; "" if it may.

    An unknown word never counts as consent.
    """
    if why := ended(response.consent, response.consent_until, day):
        return why
    return "audience" if audience != INTERNAL and scope(response.consent) != EXTERNAL else ""


def ended(consent: str, until: str, day: date) -> str:
    """Why an answer may be used nowhere on that day: "withdrawn" or "expired"; "" if it may be used anywhere."""
    if scope(consent) in (None, "none"):
        return "withdrawn"
    last = last_day(until) if until else day
    return "expired" if last is None or day > last else ""


def last_day(text: str) -> date | None:
    """The last day of a consent, from ISO 8601; None if it is not a date."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def unclear(row: Mapping[str, str]) -> list[str]:
    """Warnings about unknown consent values, which leave the answer out."""
    found = []
    if scope(word := row.get("consent", "")) is None:
        found.append(f'the consent "{word}" should be none, internal or external; the answer is not used.')
    if (until := row.get("consent_until", "")) and last_day(until) is None:
        found.append(f'consent_until "{until}" is not a date such as 2027-03-31; the answer is not used.')
    return found


def stricter(row: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """The first row with the narrower consent of both, and the face blurred if either says so: two rows may belong to one video."""
    if not row or not other:
        return dict(row or other)
    reach = {"external": 2, "internal": 1}
    narrow = min(row, other, key=lambda one: reach.get(scope(one.get("consent", "")) or "none", 0))
    ends = [until for one in (row, other) if (until := one.get("consent_until", ""))]
    first = min(ends, key=lambda until: last_day(until) or date.min, default="")
    hidden = next((one for one in (row, other) if not shows_name(one)), row)
    return {
        **row,
        "consent": narrow.get("consent", ""),
        "consent_until": first,
        "show_name": hidden.get("show_name", ""),
        "blur": blur_consent.stricter(row.get("blur", ""), other.get("blur", "")),
    }


def shows_name(row: Mapping[str, str]) -> bool:
    """Whether the row allows the name to be shown."""
    return row.get("show_name", "").strip().casefold() in AGREED - {"", "internal"}


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
