"""Moments -> the ones a reel shows: fit the length, one customer once before anybody twice. Pure.

In: every sentence of the survey judged against one problem. Out: whole sentences with what belongs to them,
strongest first and last. The same input gives the same choice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from reelmaker.fair import in_spoken_order, places
from reelmaker.model import Moment, Response
from reelmaker.windows import EDGE_MS, Limits, Window, windows

__all__ = ["EDGE_MS", "Limits", "pick"]

SAME_WORDS = 0.7  # share of content words above which two quotes say the same
SHORTEST_IDEAL_MS = 6000
MARKED_MS = 3000  # where room is short, a quote that lost its context counts for so much longer


Chosen = dict[str, list[Window]]


def pick(
    moments: Sequence[Moment],
    responses: Mapping[str, Response],
    limits: Limits,
    groups: Mapping[str, str] | None = None,
) -> list[Moment]:
    """The moments to show, in the order to show them.

    Args:
        moments: one for each sentence, all of one problem; low scores too, for their neighbourhood.
        responses: by id.
        groups: response -> value of the column over which places are shared out; None for no sharing out.
    """
    by_person: dict[str, list[Window]] = {}
    for window in windows(moments, limits):
        by_person.setdefault(responses[window.moment.span.response].person, []).append(window)
    people = sorted(by_person, key=lambda person: (-max(w.strength for w in by_person[person]), person))
    chosen: Chosen = {}
    left = limits.room_ms
    if groups is not None and people:
        chosen = _shared_out(people, by_person, limits, groups)
        left -= sum(window.cost_ms for own in chosen.values() for window in own)
    else:
        left = _round(people, by_person, chosen, left, _ideal(limits, len(people)), 0)
    left = _widen(chosen, by_person, left)
    shown = [person for person in people if person in chosen] if groups is not None else people
    for round_number in range(1, limits.clips_per_customer):
        left = _round(shown, by_person, chosen, left, _ideal(limits, len(people)), round_number)
        left = _widen(chosen, by_person, left)
    return in_spoken_order(_order([w for own in chosen.values() for w in own]), responses)


def _ideal(limits: Limits, people: int) -> int:
    return max(SHORTEST_IDEAL_MS, limits.room_ms // max(1, people))


def _shared_out(
    people: Sequence[str],
    by_person: Mapping[str, Sequence[Window]],
    limits: Limits,
    groups: Mapping[str, str],
) -> Chosen:
    """As many places as fit, shared out over the groups as the people are: the strongest of each first."""
    value_of = {}
    for person in people:
        best = max(by_person[person], key=lambda window: (window.strength, window.rank))
        value_of[person] = groups.get(best.moment.span.response, "")
    speakers = Counter(value_of.values())
    shortest = min(window.cost_ms for windows in by_person.values() for window in windows)
    for seats in range(min(len(people), max(1, limits.room_ms // shortest)), 0, -1):
        wanted = places(speakers, seats)
        chosen: Chosen = {}
        left = limits.room_ms
        seated = dict.fromkeys(speakers, 0)
        for person in people:
            value = value_of[person]
            if seated[value] == wanted[value]:
                continue
            left = _round([person], by_person, chosen, left, _ideal(limits, seats), 0)
            seated[value] += person in chosen
        # somebody who says what was said already leaves the place to the next; when all have left, it stays empty
        if seated == wanted or (seats == 1 and chosen):
            return chosen
    return {}


def _round(
    people: Sequence[str],
    by_person: Mapping[str, Sequence[Window]],
    chosen: Chosen,
    left: int,
    ideal_ms: int,
    round_number: int,
) -> int:
    """One more clip for each of these people who has had all earlier ones; gives back the room that is left."""
    for person in people:
        own = chosen.get(person, [])
        if len(own) < round_number:
            continue
        taken = [window for windows in chosen.values() for window in windows]
        free = [w for w in by_person[person] if not _clashes(w, own) and not _repeats(w, taken)]
        best = _best(free, min(ideal_ms, left), left)
        if best:
            chosen.setdefault(person, []).append(best)
            left -= best.cost_ms
    return left


def _best(found: Sequence[Window], ideal_ms: int, left_ms: int) -> Window | None:
    """The strongest window of the ideal length; the shortest one that fits where none is."""
    inside = [window for window in found if window.cost_ms <= ideal_ms]
    if inside:
        return max(inside, key=lambda window: window.rank)
    return min(
        (window for window in found if window.cost_ms <= left_ms),
        key=lambda w: (w.cost_ms + MARKED_MS * w.marked, -w.strength, w.moment.span.start_ms),
        default=None,
    )


def _widen(chosen: Chosen, by_person: Mapping[str, Sequence[Window]], left: int) -> int:
    """Spend what is left of the length on letting people finish their thought, strongest first."""
    for person in sorted(chosen, key=lambda person: (-chosen[person][0].strength, person)):
        for place, window in enumerate(chosen[person]):
            others = chosen[person][:place] + chosen[person][place + 1 :]
            wider = [
                other
                for other in by_person[person]
                if set(other.moment.sentences) > set(window.moment.sentences)
                and other.cost_ms - window.cost_ms <= left
                and other.rank > window.rank
                and not _clashes(other, others)
            ]
            if wider:
                best = max(wider, key=lambda other: other.rank)
                left -= best.cost_ms - window.cost_ms
                chosen[person][place] = best
    return left


def _clashes(window: Window, chosen: Sequence[Window]) -> bool:
    around = window.moment.span.pad(EDGE_MS, EDGE_MS)
    return any(around.overlaps(other.moment.span) for other in chosen)


def _repeats(window: Window, chosen: Sequence[Window]) -> bool:
    words = _content(window.moment.text)
    return any(
        len(words & other) / max(1, len(words | other)) >= SAME_WORDS
        for other in (_content(taken.moment.text) for taken in chosen)
    )


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.lower()) if len(word) > 3)


def _order(found: Sequence[Window]) -> list[Moment]:
    """Strongest first, second strongest last, the rest between them from strong to weak."""
    ranked = [w.moment for w in sorted(found, key=lambda w: (-w.strength, w.moment.span))]
    if len(ranked) < 3:
        return ranked
    return [ranked[0], *ranked[2:], ranked[1]]
