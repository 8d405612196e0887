"""Who may see an answer: the consent of responses.csv against the audience of a reel, and what a reel for outsiders may
say of the people in it.

In: rows and responses. Out: the reason why an answer is left out, or responses with everything personal taken away.
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
# Why an answer is not used, as the counts name it -> in words
WHY = {
    "withdrawn": "no consent",
    "expired": "consent expired",
    "audience": "not for this audience",
    "filtered": "outside the filter",
}
# The columns that a reel for outsiders speaks of; any other may hold a name
TOLD = ("segment", "date", "score")


def today() -> date:
    """The day on which consents are looked at."""
    return date.today()


def scope(word: str) -> Scope | None:
    """How far a consent goes; None where the word says nothing that is known."""
    said = word.strip().casefold()
    if said == EXTERNAL:
        return "external"
    if said in AGREED:
        return "internal"
    return "none" if said in REFUSED else None


def refusal(response: Response, audience: str, day: date) -> str:
    """Why an answer may not be used on that day for this audience, as a key of `WHY`; "" where it may.

    What cannot be understood never counts as a consent.
    """
    if why := ended(response.consent, response.consent_until, day):
        return why
    return "audience" if audience != INTERNAL and scope(response.consent) != EXTERNAL else ""


def ended(consent: str, until: str, day: date) -> str:
    """Why an answer may be used nowhere on that day: "withdrawn" or "expired"; "" where it may somewhere."""
    if scope(consent) in (None, "none"):
        return "withdrawn"
    last = last_day(until) if until else day
    return "expired" if last is None or day > last else ""


def last_day(text: str) -> date | None:
    """The last day of a consent, written as ISO 8601; None where it is no date."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def unclear(row: Mapping[str, str]) -> list[str]:
    """What in a row's consent cannot be understood, and that the answer is left out for it."""
    found = []
    if scope(word := row.get("consent", "")) is None:
        found.append(f'the consent "{word}" should be none, internal or external; the answer is not used.')
    if (until := row.get("consent_until", "")) and last_day(until) is None:
        found.append(f'consent_until "{until}" is not a date such as 2027-03-31; the answer is not used.')
    return found


def stricter(row: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """The first row with the narrower consent of both, and a face blurred where one says so, as two rows may speak of one video."""
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
    """The responses with nothing personal left: a name only where it may be shown, else the beginning of an id.

    Only what is listed here is carried over, so that a new field says nothing until somebody decides that it may.
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
