"""Moments -> the ones a reel shows: fit the length, every customer once before anybody twice. Pure.

Takes every sentence of the survey judged against one problem; returns complete sentences with their context, strongest
first and last. Moments that the team keeps come before all others. The same input gives the same choice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from reelmaker.model import Moment, Response
from reelmaker.select.candidates import EDGE_MS, Limits, Window, windows
from reelmaker.select.clips import alike, points
from reelmaker.select.quotas import in_spoken_order, places

__all__ = ["EDGE_MS", "Limits", "clashes", "left_out", "pick", "repeats", "trimmed_away"]

SAME_WORDS = 0.7  # share of content words above which two quotes say the same
CONTAINED, FEWEST_CONTAINED = 0.85, 5  # share of the shorter one's content words, and how many it must have
SHORTEST_IDEAL_MS = 6000
MARKED_MS = 3000  # if time is short, a quote that lost its context counts as this much longer


Chosen = dict[str, list[Window]]


def pick(
    moments: Sequence[Moment],
    responses: Mapping[str, Response],
    limits: Limits,
    groups: Mapping[str, str] | None = None,
) -> list[Moment]:
    """The moments to show, in the order to show them.

    Args:
        moments: one for each sentence, all of one problem; also those with low scores, as context.
        responses: by id.
        groups: response -> value of the column by which places are allocated; None for no allocation.
    """
    scripts = alike.scripts(moments)
    by_person: dict[str, list[Window]] = {}
    for window in windows(moments, limits):
        if responses[window.moment.span.response].same_as and not window.kept:
            continue  # the other upload of this recording is shown
        by_person.setdefault(responses[window.moment.span.response].person, []).append(window)
    people = sorted(by_person, key=lambda person: (-max(w.strength for w in by_person[person]), person))
    chosen = _with_critic(_kept(people, by_person, limits), by_person, moments, responses, limits)
    left = limits.room_ms - _cost(chosen)
    if groups is not None and people:
        chosen = _shared_out(people, by_person, limits, groups, chosen, scripts)
        left = limits.room_ms - _cost(chosen)
    else:
        left = _round(people, by_person, chosen, left, _ideal(limits, len(people)), 0, scripts)
    left = _widen(chosen, by_person, left)
    shown = [person for person in people if person in chosen] if groups is not None else people
    for round_number in range(1, limits.clips_per_customer):
        left = _round(shown, by_person, chosen, left, _ideal(limits, len(people)), round_number, scripts)
        left = _widen(chosen, by_person, left)
    return in_spoken_order(_order([w for own in chosen.values() for w in own]), responses)


def left_out(moments: Sequence[Moment], chosen: Sequence[Moment]) -> list[Moment]:
    """The moments that the team keeps and that do not fit into the reel, sentence by sentence."""
    shown = {(s.response, s.index) for moment in chosen for s in moment.sentences}
    kept = [moment for moment in moments if moment.verdict == "keep"]
    lost = [m for m in kept if (m.sentences[0].response, m.sentences[0].index) not in shown]
    return sorted((m for m in lost if not trimmed_away(m, chosen)), key=lambda moment: moment.span)


def trimmed_away(moment: Moment, chosen: Sequence[Moment]) -> Moment | None:
    """The clip from which the team trimmed a sentence away; None if there is none."""
    return next((clip for clip in chosen if clip.whole and clip.whole.overlaps(moment.span)), None)


def _kept(people: Sequence[str], by_person: Mapping[str, Sequence[Window]], limits: Limits) -> Chosen:
    """The clips that show what the team keeps, as far as they fit: one of each customer, then the next of each."""
    chosen: Chosen = {}
    left = limits.room_ms
    wanted = {customer: {sentence for window in by_person[customer] for sentence in window.kept} for customer in people}
    waiting = [person for person in people if wanted[person]]
    ideal_ms = _ideal(limits, len(waiting))
    while waiting:
        for person in list(waiting):
            own = chosen.get(person, [])
            free = [
                w for w in by_person[person] if w.kept & wanted[person] and w.cost_ms <= left and not _clashes(w, own)
            ]
            most = max((len(w.kept & wanted[person]) for w in free), default=0)
            best = _best([w for w in free if len(w.kept & wanted[person]) == most], ideal_ms, left)
            if best is None:
                waiting.remove(person)
                continue
            chosen.setdefault(person, []).append(best)
            left -= best.cost_ms
            wanted[person] -= best.kept
    return chosen


def _with_critic(
    chosen: Chosen,
    by_person: Mapping[str, Sequence[Window]],
    moments: Sequence[Moment],
    responses: Mapping[str, Response],
    limits: Limits,
) -> Chosen:
    """The same clips, plus the strongest critical voice if no tone is looked for: a reel never omits it."""
    if limits.kind != "any":
        return chosen
    holding: dict[tuple[str, int], list[Window]] = {}
    for own in by_person.values():
        for window in own:
            for sentence in window.moment.sentences:
                holding.setdefault((sentence.response, sentence.index), []).append(window)
    where = points.strongest_critic([m for m in moments if m.speaks(limits.threshold)], holding)
    if where is None:
        return chosen
    person = responses[where[0]].person
    own = chosen.get(person, [])
    if len(own) >= limits.clips_per_customer or any(where in _places(window) for window in own):
        return chosen
    free = [window for window in holding[where] if not _clashes(window, own)]
    best = _best(free, _ideal(limits, len(by_person)), limits.room_ms - _cost(chosen))
    return {**chosen, person: [*own, best]} if best else chosen


def _places(window: Window) -> set[tuple[str, int]]:
    return {(sentence.response, sentence.index) for sentence in window.moment.sentences}


def _cost(chosen: Chosen) -> int:
    return sum(window.cost_ms for own in chosen.values() for window in own)


def _ideal(limits: Limits, people: int) -> int:
    return max(SHORTEST_IDEAL_MS, limits.room_ms // max(1, people))


def _shared_out(
    people: Sequence[str],
    by_person: Mapping[str, Sequence[Window]],
    limits: Limits,
    groups: Mapping[str, str],
    kept: Chosen,
    scripts: Mapping[str, str],
) -> Chosen:
    """As many places as fit, allocated to the groups in proportion to their people: the strongest of each first.

    Customers in `kept` already have a place, even beyond the group's share.
    """
    value_of = {}
    for person in people:
        best = max(by_person[person], key=lambda window: (window.strength, window.rank))
        value_of[person] = groups.get(best.moment.span.response, "")
    speakers = Counter(value_of.values())
    shortest = min(window.cost_ms for windows in by_person.values() for window in windows)
    for seats in range(min(len(people), max(1, limits.room_ms // shortest)), 0, -1):
        wanted = places(speakers, seats)
        chosen = {person: list(own) for person, own in kept.items()}
        left = limits.room_ms - _cost(kept)
        seated = {value: sum(value_of[person] == value for person in kept) for value in speakers}
        for person in people:
            value = value_of[person]
            if person in kept or seated[value] >= wanted[value]:
                continue
            left = _round([person], by_person, chosen, left, _ideal(limits, seats), 0, scripts)
            seated[value] += person in chosen
        # a customer who repeats what was said passes the place to the next; when all have passed, it stays empty
        if all(seated[value] >= wanted[value] for value in wanted) or (seats == 1 and chosen):
            return chosen
    return dict(kept)


def _round(
    people: Sequence[str],
    by_person: Mapping[str, Sequence[Window]],
    chosen: Chosen,
    left: int,
    ideal_ms: int,
    round_number: int,
    scripts: Mapping[str, str],
) -> int:
    """One more clip for each of these people who has had all earlier ones; returns the time that is left."""
    for person in people:
        own = chosen.get(person, [])
        if len(own) != round_number:
            continue
        taken = [window for windows in chosen.values() for window in windows]
        free = [w for w in by_person[person] if not _clashes(w, own) and not _repeats(w, taken, scripts)]
        best = _best(free, min(ideal_ms, left), left)
        if best:
            chosen.setdefault(person, []).append(best)
            left -= best.cost_ms
    return left


def _best(candidates: Sequence[Window], ideal_ms: int, left_ms: int) -> Window | None:
    """Of the windows that show the point, the strongest of the ideal length, otherwise the shortest that fits.

    If time is short, context is dropped before the point; if there is no time for the point, its setting is not shown
    instead.
    """
    fitting = [window for window in candidates if window.cost_ms <= left_ms]
    best = max((window.point for window in fitting), default=0.0)
    if not fitting or best < max(window.point for window in candidates) - points.FAR:
        return None
    stating = [window for window in fitting if window.point >= best - points.NEAR]
    inside = [window for window in stating if _felt_ms(window) <= ideal_ms]
    if inside:
        return max(inside, key=lambda window: window.rank)
    return min(stating, key=lambda w: (_felt_ms(w), -w.strength, w.moment.span.start_ms))


def _felt_ms(window: Window) -> int:
    return window.cost_ms + MARKED_MS * window.marked


def _widen(chosen: Chosen, by_person: Mapping[str, Sequence[Window]], left: int) -> int:
    """Use the remaining length to let people finish their thought, strongest first."""
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
    return clashes(window.moment, [other.moment for other in chosen])


def _repeats(window: Window, chosen: Sequence[Window], scripts: Mapping[str, str]) -> bool:
    return repeats(window.moment, [taken.moment for taken in chosen], scripts)


def clashes(moment: Moment, chosen: Sequence[Moment]) -> bool:
    """True if it overlaps one of these, edges included."""
    around = moment.span.pad(EDGE_MS, EDGE_MS)
    return any(around.overlaps(other.span) for other in chosen)


def repeats(moment: Moment, chosen: Sequence[Moment], scripts: Mapping[str, str]) -> bool:
    """True if one of these says the same in similar words, or belongs to an answer with nearly the same text.

    Args:
        scripts: from `alike.scripts`.
    """
    words, response = _content(moment.text), moment.span.response
    return any(
        (response != taken.span.response and scripts.get(response, "") == scripts.get(taken.span.response, response))
        or _same_words(words, _content(taken.text))
        for taken in chosen
    )


def _same_words(words: frozenset[str], others: frozenset[str]) -> bool:
    both, fewer = len(words & others), min(len(words), len(others))
    if fewer >= FEWEST_CONTAINED and both >= CONTAINED * fewer:
        return True
    return both / max(1, len(words | others)) >= SAME_WORDS


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.lower()) if len(word) > 3)


def _order(windows_shown: Sequence[Window]) -> list[Moment]:
    """Strongest first, second strongest last, the rest between them from strong to weak."""
    ranked = [w.moment for w in sorted(windows_shown, key=lambda w: (-w.strength, w.moment.span))]
    if len(ranked) < 3:
        return ranked
    return [ranked[0], *ranked[2:], ranked[1]]
