"""Why a moment about the problem is not in the reel: one reason each. Pure.

Takes the arguments and the result of `pick`; returns for every sentence above the threshold that is not shown what it
lost to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reelmaker.model import Moment, Response
from reelmaker.select.candidates import EDGE_MS, Limits, Window, windows
from reelmaker.select.clips import alike
from reelmaker.select.pick import clashes, repeats, trimmed_away

Reason = Literal[
    "hidden",
    "not quotable",
    "trimmed",
    "length",
    "customer",
    "touches",
    "repeats",
    "room",
    "balance",
    "later",
]


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a sentence is not shown, and the clip that is shown instead (None: no single one)."""

    reason: Reason
    to: Moment | None = None


def why_not(
    moments: Sequence[Moment],
    responses: Mapping[str, Response],
    limits: Limits,
    chosen: Sequence[Moment],
    groups: Mapping[str, str] | None = None,
) -> dict[tuple[str, int], Lost]:
    """(response, index) -> why it is not shown, for each sentence above the threshold that is in no chosen clip.

    Args:
        moments, responses, limits, groups: the arguments of `pick`.
        chosen: its result.
    """
    shown = {(s.response, s.index) for clip in chosen for s in clip.sentences}
    holding: dict[tuple[str, int], list[Window]] = {}
    for window in windows(moments, limits):
        for sentence in window.moment.sentences:
            holding.setdefault((sentence.response, sentence.index), []).append(window)
    scripts = alike.scripts(moments)
    left = limits.room_ms - sum(clip.length_ms + EDGE_MS for clip in chosen)
    reasons = {}
    for moment in moments:
        sentence = moment.sentences[0]
        where = sentence.response, sentence.index
        if not moment.speaks(limits.threshold) or where in shown:
            continue
        if moment.verdict == "hide":
            reasons[where] = Lost("hidden")
        elif not sentence.quotable:
            reasons[where] = Lost("not quotable")
        elif cut := trimmed_away(moment, chosen):
            reasons[where] = Lost("trimmed", cut)
        elif where not in holding:
            reasons[where] = Lost("length")
        else:
            person = responses[sentence.response].person
            own = [clip for clip in chosen if responses[clip.span.response].person == person]
            reasons[where] = _lost(holding[where], own, chosen, limits, left, groups is not None, scripts)
    return reasons


def said_again(
    moments: Sequence[Moment],
    responses: Mapping[str, Response],
    limits: Limits,
    chosen: Sequence[Moment],
    groups: Mapping[str, str] | None = None,
) -> list[tuple[Moment, list[Moment]]]:
    """Each clip that repeats what customers without a clip say in nearly the same words, and one moment of each of
    them.
    """
    with_clip = {responses[clip.span.response].person for clip in chosen}
    lost = why_not(moments, responses, limits, chosen, groups)
    by_clip: dict[int, dict[str, Moment]] = {}
    for moment in sorted(moments, key=lambda moment: -moment.score):
        sentence = moment.sentences[0]
        person = responses[sentence.response].person
        reason = lost.get((sentence.response, sentence.index))
        if reason and reason.reason == "repeats" and reason.to and person not in with_clip:
            by_clip.setdefault(chosen.index(reason.to), {}).setdefault(person, moment)
    return [(chosen[position], list(people.values())) for position, people in sorted(by_clip.items())]


def _lost(
    able: Sequence[Window],
    own: Sequence[Moment],
    chosen: Sequence[Moment],
    limits: Limits,
    left: int,
    shared_out: bool,
    scripts: Mapping[str, str],
) -> Lost:
    """The first rule of `pick` that excludes every clip which could show the sentence."""
    if len(own) >= limits.clips_per_customer:
        return Lost("customer", max(own, key=lambda clip: (clip.score, clip.span)))
    able = [w for w in able if not clashes(w.moment, own)]
    if not able:
        return Lost("touches", own[0])
    fresh = [w for w in able if not repeats(w.moment, chosen, scripts)]
    if not fresh:
        return Lost("repeats", next(clip for clip in chosen if repeats(able[0].moment, [clip], scripts)))
    last = min(chosen, key=lambda clip: (clip.score, clip.span), default=None)
    if all(window.cost_ms > left for window in fresh):
        return Lost("room", last)
    return Lost("balance" if shared_out and not own else "later", last)
