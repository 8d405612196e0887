"""The clip that opens a problem's part of a reel: the strongest one whose picture shows something. Pure.

Takes the clips in the order to show them, and how the picture of each begins; returns the same clips, with another one
first if the first begins black, bare or frozen and another strong one does not. Clips that the team placed stay where
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from reelmaker.model import Clip, Kind, moment_ids
from reelmaker.select.clips import points

IN_WORDS = {"black": "is black", "bare": "shows a bare screen", "frozen": "stands still"}


def opened(
    clips: Sequence[Clip], kind: Kind, begins: Callable[[Clip], str], person: Callable[[Clip], str]
) -> list[Clip]:
    """The clips, beginning with one whose picture shows something.

    Args:
        begins: how the picture of a clip begins, as a key of `IN_WORDS`; "" if it is fine.
        person: the speaker of a clip; the clips of one customer stay in their order.
    """
    if len(clips) < 2 or clips[0].placed or not (fault := begins(clips[0])):
        return list(clips)
    strong = points.point(clips[0].moment, kind) - points.FAR
    others = [
        clip
        for number, clip in enumerate(clips)
        if number
        and not clip.placed
        and not clip.moment.dissent
        and points.point(clip.moment, kind) >= strong
        and person(clip) not in {person(earlier) for earlier in clips[:number]}
    ]
    others.sort(key=lambda clip: (-points.point(clip.moment, kind), clip.span))
    better = next((clip for clip in others if not begins(clip)), None)
    if better is None:
        return list(clips)
    why = f"opens the reel, since the picture of {moment_ids.name(clips[0].moment)} {IN_WORDS[fault]} at its start"
    moment = replace(better.moment, why=(*better.moment.why, why))
    return [replace(better, moment=moment), *(clip for clip in clips if clip is not better)]
