"""The faces found in some frames of a clip -> the areas to blur in every frame. Pure.

A face that is missed between two finds is covered all along, and for a while before the first and after the last.
Where there is none for longer, the last and the next area stay blurred: somebody who turns away
is still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reelmaker.media.pixelate import Area

HOLD_S = 0.6  # before the first and after the last find
BRIDGE_S = 3.0  # the longest time between two finds that may be of one face
SURE = 0.35  # minimum score of a face seen only once, and of the best face of a clip
# How much larger than the face on each side: to the ears and the neck, and over the hair that makes people known
WIDER, HIGHER, LOWER = 0.35, 0.40, 0.25
MORE = 0.15  # beside that, where the face was not found at the time
REACH = 1.5  # how far a face may go from one find to the next, in its own sizes; and as much again for each second


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture: its box in shares of the picture's width and height, and how sure it is, 0..1."""

    left: float
    top: float
    right: float
    bottom: float
    score: float

    def overlap(self, other: Face) -> float:
        """Intersection over union of both boxes."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, wide) * max(0.0, high)
        return shared / (self.size + other.size - shared)

    @property
    def size(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def follows(self, other: Face, seconds: float) -> bool:
        """Whether it may be the same face, that much later."""
        wide = max(self.right - self.left, other.right - other.left)
        high = max(self.bottom - self.top, other.bottom - other.top)
        far = max(
            abs(self.left + self.right - other.left - other.right) / 2 / wide,
            abs(self.top + self.bottom - other.top - other.bottom) / 2 / high,
        )
        grown = max(self.size, other.size) / min(self.size, other.size)
        return far <= REACH * (1 + seconds) and grown <= 4 * (1 + seconds)


def areas(seen: Sequence[Sequence[Face]], each: int, frames: int, fps: int) -> list[Area]:
    """What to cover.

    Args:
        seen: the faces of every `each`-th frame, beginning with the first.
        frames: of the clip.
    """
    if not any(face.score >= SURE for faces in seen for face in faces):
        return []
    tracks = [t for t in tracked(seen, each / fps) if len(t) > 1 or t[0][1].score >= SURE]
    hold, found = round(HOLD_S * fps), []
    for track in tracks:
        (first, face), (last, final) = track[0], track[-1]
        found.append(_area(first * each - hold, first * each, face, face, MORE))
        for (at, one), (then, other) in pairwise(track):
            found.append(_area(at * each, then * each, one, other, MORE if then - at > 1 else 0.0))
        found.append(_area(last * each, last * each + each, final, final, 0.0))
        found.append(_area(last * each + each, last * each + each + hold, final, final, MORE))
    inside = [_within(area, frames) for area in found if area.end > 0 and area.first < frames]
    return sorted(_lasting(inside, frames), key=lambda area: (area.first, area.end, area.left, area.top))


def tracked(seen: Sequence[Sequence[Face]], seconds: float) -> list[list[tuple[int, Face]]]:
    """The finds of each face, in the order of time: (number of the picture, face). `seconds`: between two pictures."""
    tracks: list[list[tuple[int, Face]]] = []
    for number, faces in enumerate(seen):
        free = [track for track in tracks if (number - track[-1][0]) * seconds <= BRIDGE_S]
        pairs = sorted(
            (
                (-face.overlap(track[-1][1]), number - track[-1][0], at, face, track)
                for at, face in enumerate(faces)
                for track in free
                if face.follows(track[-1][1], (number - track[-1][0]) * seconds)
            ),
            key=lambda pair: pair[:3],
        )
        taken: set[int] = set()
        for _, _, at, face, track in pairs:
            if at not in taken and track[-1][0] < number:
                track.append((number, face))
                taken.add(at)
        tracks += [[(number, face)] for at, face in enumerate(faces) if at not in taken]
    return tracks


def _area(first: int, end: int, one: Face, other: Face, more: float) -> Area:
    """The rectangle around both faces and their margins, and so all positions in between."""
    wide = max(one.right - one.left, other.right - other.left)
    high = max(one.bottom - one.top, other.bottom - other.top)
    return Area(
        first,
        end,
        max(0.0, min(one.left, other.left) - (WIDER + more) * wide),
        max(0.0, min(one.top, other.top) - (HIGHER + more) * high),
        min(1.0, max(one.right, other.right) + (WIDER + more) * wide),
        min(1.0, max(one.bottom, other.bottom) + (LOWER + more) * high),
    )


def _within(area: Area, frames: int) -> Area:
    return Area(max(0, area.first), min(frames, area.end), area.left, area.top, area.right, area.bottom)


def _lasting(found: Sequence[Area], frames: int) -> list[Area]:
    """The areas, those at the edge of a gap without any made to last through it."""
    bare, at = [], 0
    for area in sorted(found, key=lambda area: area.first):
        if area.first > at:
            bare.append((at, area.first))
        at = max(at, area.end)
    if at < frames and found:
        bare.append((at, frames))
    more = [
        Area(begin, end, area.left, area.top, area.right, area.bottom)
        for begin, end in bare
        for area in found
        if area.end == begin or area.first == end
    ]
    return [*found, *more]
