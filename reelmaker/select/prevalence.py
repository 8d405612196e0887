"""Prevalence: how many customers spoke of a problem, of those with usable answers, with interval, groups and exclusions. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from reelmaker.model import Count, Moment, Part, Response, Transcript
from reelmaker.select import headline
from reelmaker.tag.presence import decision

Z95 = 1.959964  # standard deviations that hold 95 % of a normal distribution
REASONS = ("silent", "withdrawn", "expired", "audience", "failed", "filtered")


def interval(spoke: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share, 0..1; (0, 1) if nobody was asked.

    Wilson (1927), as recommended for small samples by Brown, Cai & DasGupta (2001).
    """
    if total <= 0:
        return 0.0, 1.0
    share = spoke / total
    middle = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low = 0.0 if spoke == 0 else (middle - reach) / scale
    high = 1.0 if spoke == total else (middle + reach) / scale
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
        left_out: (customer, why) of those without a transcript, such as withdrawn, failed or filtered. A
        customer with speech in another answer is not left out; one with several reasons has the first.
    """
    with_speech = {t.response for t in transcripts if t.heard}
    spoke = {m.sentences[0].response for m in moments if m.speaks(threshold)} & with_speech
    may = {
        m.sentences[0].response for m in moments if m.verdict != "drop" and decision.maybe(m.score, threshold)
    } & with_speech
    people, speakers, perhaps = ({responses[r].person for r in group} for group in (with_speech, spoke, may))
    silent = [(responses[t.response].person, "silent") for t in transcripts if not t.heard]
    why: dict[str, str] = {}
    for person, reason in [*left_out, *silent]:
        if person not in people:
            why.setdefault(person, reason)
    return Count(
        len(speakers),
        len(people),
        _parts(people, speakers, _segments(with_speech, responses)),
        _parts(people, speakers, _months(with_speech, spoke, responses)),
        tuple((r, customers) for r in REASONS if (customers := sum(reason == r for reason in why.values()))),
        len(perhaps - speakers),
    )


def _segments(with_speech: Iterable[str], responses: Mapping[str, Response]) -> dict[str, str]:
    """Customer -> segment: the first that one of their answers has, "" if none has one."""
    return _first(with_speech, responses, lambda response: response.segment.strip(), lambda response: False)


def _months(with_speech: Iterable[str], spoke: Collection[str], responses: Mapping[str, Response]) -> dict[str, str]:
    """Customer -> month, such as "2026-07": that of the first answer about the problem, else of the first answer."""
    return _first(with_speech, responses, _month, lambda response: response.id not in spoke)


def _month(response: Response) -> str:
    return response.date[:7] if re.match(r"\d{4}-(0[1-9]|1[0-2])(?!\d)", response.date) else ""


def _first(
    with_speech: Iterable[str],
    responses: Mapping[str, Response],
    value_of: Callable[[Response], str],
    later: Callable[[Response], bool],
) -> dict[str, str]:
    """One value for each customer with several answers, so that the parts add up to the total."""
    values: dict[str, str] = {}
    for response in sorted(
        (responses[id] for id in with_speech), key=lambda r: (later(r), not value_of(r), r.date, r.file, r.id)
    ):
        values.setdefault(response.person, value_of(response))
    return values


def _parts(people: Iterable[str], speakers: Collection[str], value_of: Mapping[str, str]) -> tuple[Part, ...]:
    """One part for each value, in the order of the values; every customer is in exactly one of them."""
    customers = Counter(value_of[person] for person in people)
    spoke = Counter(value_of[person] for person in speakers)
    return tuple(Part(value, spoke[value], customers[value]) for value in sorted(customers))


def line(slug: str, count: Count) -> str:
    """The count in one line: who spoke, of how many, who counted, how certain that is, who is left out and why."""
    return f"{slug}: {headline.sentence(count)}{_certainty(count)}{left_out(count)}"


def _certainty(count: Count) -> str:
    if count.audited:
        return f" ({headline.basis(count)})."
    return f". {headline.title(headline.basis(count))}: {share(count)}." if count.of else "."


def share(count: Count) -> str:
    """The share of the customers and its interval: `56 %, 95 % interval 33–77 %`; only if anybody was counted."""
    low, high = interval(count.spoke, count.of)
    return f"{count.spoke / count.of * 100:.0f} %, 95 % interval {low * 100:.0f}–{high * 100:.0f} %"


def left_out(count: Count) -> str:
    """Who is not in the count, as a sentence; "" if everybody is."""
    phrases = {
        "silent": "without speech",
        "withdrawn": "without consent",
        "expired": "whose consent expired",
        "audience": "not for this audience",
        "failed": "that could not be used",
        "filtered": "outside the filter",
    }
    parts = [f"{customers} {phrases[reason]}" for reason, customers in count.left_out]
    return f" Left out: {', '.join(parts)}." if parts else ""
