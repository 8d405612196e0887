"""The team's order: which clips open a problem's part of the reel and which close it. Pure.

Takes the clips in the computed order, and the decisions; returns the clips in the order to show them. A position
belongs to the moment, not to a number: new clips go in between as computed, returning ones get their old position.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reelmaker.model import Clip
from reelmaker.model.decision import ENDS, Decision, End
from reelmaker.select.decisions.verdicts import belongs

SAID = {"first": "placed at the start by the team", "last": "placed at the end by the team"}


def ordered(clips: Sequence[Clip], decisions: Iterable[Decision]) -> list[Clip]:
    """The clips of one problem: those placed first, the others in computed order, those placed last.

    If several decisions are about one clip, the last applies. Clips that a later order puts first come before those
    that an earlier one did, and clips that it puts last come after; an order changes only the clips it names.
    """
    places = [d for d in decisions if d.verdict in ENDS and not d.withdrawn]
    first: list[tuple[tuple[int, int, int], Clip]] = []
    last: list[tuple[tuple[int, int, int], Clip]] = []
    between: list[Clip] = []
    for number, clip in enumerate(clips):
        place = placing(clip, places)
        if place is None:
            between.append(clip)
        elif place.verdict == "first":
            first.append(((-place.order, place.rank, number), _placed(clip, place)))
        else:
            last.append(((place.order, place.rank, number), _placed(clip, place)))
    return [*(clip for _, clip in sorted(first, key=_key)), *between, *(clip for _, clip in sorted(last, key=_key))]


def placing(clip: Clip, places: Iterable[Decision]) -> Decision | None:
    """The decision that places a clip; None if there is none."""
    moment = clip.moment
    own = [d for d in places if d.problem in ("", moment.problem) and belongs(moment.whole or moment.span, d.span)]
    return max(own, key=lambda decision: decision.number, default=None)


def _key(placed: tuple[tuple[int, int, int], Clip]) -> tuple[int, int, int]:
    return placed[0]


def _placed(clip: Clip, place: Decision) -> Clip:
    end: End = "first" if place.verdict == "first" else "last"
    note = f": {place.note}" if place.note else ""
    moment = replace(clip.moment, why=(*clip.moment.why, f"{SAID[end]}{note}"))
    return replace(clip, moment=moment, placed=end)
