"""Prevalence: how many customers spoke of a problem, of those with usable answers, with interval, groups and exclusions. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from reelmaker.model import Count, Moment, Part, Response, Transcript
from reelmaker.tag.presence import decision

Z95 = 1.959964  # standard deviations that hold 95 % of a normal distribution
REASONS = ("silent", "withdrawn", "expired", "audience", "failed", "filtered")


def interval(spoke: int, of: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share, 0..1; (0, 1) where nobody was asked.

    Wilson (1927), as recommended for small samples by Brown, Cai & DasGupta (2001).
    """
    if of <= 0:
        return 0.0, 1.0
    share = spoke / of
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    low = 0.0 if spoke == 0 else (middle - reach) / whole
    high = 1.0 if spoke == of else (middle + reach) / whole
    return max(0.0, low), min(1.0, high)


def count(
    moments: Sequence[Moment],
    transcripts: Sequence[Transcript],
    responses: Mapping[str, Response],
    threshold: float,
    left_out: Iterable[tuple[str, str]] = (),
) -> Count:
    """How many customers spoke of the problem, of those with speech in their answers.

    Args:
        moments: of one problem.
        left_out: (customer, why) of those who were not listened to, such as withdrawn, failed or filtered. A
            customer of whom something was heard is not left out; one with several reasons has the first.
    """
    heard = {t.response for t in transcripts if t.heard}
    spoke = {m.sentences[0].response for m in moments if m.speaks(threshold)} & heard
    may = {
        m.sentences[0].response for m in moments if m.verdict != "drop" and decision.maybe(m.score, threshold)
    } & heard
    people, speakers, perhaps = ({responses[r].person for r in some} for some in (heard, spoke, may))
    silent = [(responses[t.response].person, "silent") for t in transcripts if not t.heard]
    why: dict[str, str] = {}
    for person, reason in [*left_out, *silent]:
        if person not in people:
            why.setdefault(person, reason)
    return Count(
        len(speakers),
        len(people),
        _parts(heard, spoke, responses, lambda response: response.segment.strip()),
        _parts(heard, spoke, responses, lambda response: response.date[:7]),
        tuple((r, many) for r in REASONS if (many := sum(reason == r for reason in why.values()))),
        len(perhaps - speakers),
    )


def _parts(
    heard: Iterable[str],
    spoke: Iterable[str],
    responses: Mapping[str, Response],
    value_of: Callable[[Response], str],
) -> tuple[Part, ...]:
    """One part for each value, in the order of the values; a customer with several answers may be in several."""
    people: dict[str, set[str]] = {}
    speakers: dict[str, set[str]] = {}
    for some, found in ((heard, people), (spoke, speakers)):
        for response in some:
            found.setdefault(value_of(responses[response]), set()).add(responses[response].person)
    return tuple(Part(value, len(speakers.get(value, ())), len(people[value])) for value in sorted(people))


def line(slug: str, count: Count) -> str:
    """The prevalence in one line: count, share, interval, and who is left out and why."""
    who = f"{count.spoke} of {count.of} customer{'' if count.of == 1 else 's'}"
    if not count.of:
        return f"{slug}: {who} spoke of this.{left_out(count)}"
    low, high = interval(count.spoke, count.of)
    share = f"{count.spoke / count.of:.0%}".replace("%", " %")
    more = f" {count.maybe} more may have." if count.maybe else ""
    return f"{slug}: {who} spoke of this ({share}, 95 % interval {low * 100:.0f}–{high * 100:.0f} %).{more}{left_out(count)}"


def left_out(count: Count) -> str:
    """Who is not in the count, as a sentence; "" if everybody is."""
    told = {
        "silent": "without speech",
        "withdrawn": "without consent",
        "expired": "whose consent expired",
        "audience": "not for this audience",
        "failed": "that could not be used",
        "filtered": "outside the filter",
    }
    some = [f"{many} {told[reason]}" for reason, many in count.left_out]
    return f" Left out: {', '.join(some)}." if some else ""
