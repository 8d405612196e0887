"""Turns the faces found in some frames of a clip into the areas to blur in every frame. Pure.

Between two finds a face stays covered, and for a while before the first and after the last. If none is found for
longer, the last and the next area stay blurred: a person who turns away is still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reelmaker.media.pixelate import Area

HOLD_S = 0.6  # before the first and after the last find
BRIDGE_S = 3.0  # the longest time between two finds of the same face
SURE = 0.35  # minimum score of a face seen only once, and of the best face of a clip
# Margins around the face: to the ears and the neck, and over the hair, by which people can be recognised
WIDER, HIGHER, LOWER = 0.35, 0.40, 0.25
MORE = 0.15  # additional margin while the face is not found
REACH = 1.5  # how far a face may move between two finds, in its own sizes; and as much again for each second


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture: its box in shares of the picture's width and height, and its score, 0..1."""

    left: float
    top: float
    right: float
    bottom: float
    score: float

    def overlap(self, other: Face) -> float:
        """Intersection over union of both boxes."""
        shared_width = min(self.right, other.right) - max(self.left, other.left)
        shared_height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, shared_width) * max(0.0, shared_height)
        return shared / (self.size + other.size - shared)

    @property
    def size(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def follows(self, other: Face, seconds: float) -> bool:
        """Whether it may be the same face, that much later."""
        larger_width = max(self.right - self.left, other.right - other.left)
        larger_height = max(self.bottom - self.top, other.bottom - other.top)
        distance = max(
            abs(self.left + self.right - other.left - other.right) / 2 / larger_width,
            abs(self.top + self.bottom - other.top - other.bottom) / 2 / larger_height,
        )
        growth = max(self.size, other.size) / min(self.size, other.size)
        return distance <= REACH * (1 + seconds) and growth <= 4 * (1 + seconds)


def areas(faces_by_frame: Sequence[Sequence[Face]], frame_step: int, frames: int, fps: int) -> list[Area]:
    """The areas to blur.

    Args:
        faces_by_frame: the faces of every `frame_step`-th frame, beginning with the first.
        frames: of the clip.
    """
    if not any(face.score >= SURE for faces in faces_by_frame for face in faces):
        return []
    tracks = [t for t in tracked(faces_by_frame, frame_step / fps) if len(t) > 1 or t[0][1].score >= SURE]
    hold, covered = round(HOLD_S * fps), []
    for track in tracks:
        (first, face), (last, final) = track[0], track[-1]
        covered.append(_area(first * frame_step - hold, first * frame_step, face, face, MORE))
        for (number, current), (next_number, next_face) in pairwise(track):
            covered.append(
                _area(
                    number * frame_step,
                    next_number * frame_step,
                    current,
                    next_face,
                    MORE if next_number - number > 1 else 0.0,
                )
            )
        covered.append(_area(last * frame_step, last * frame_step + frame_step, final, final, 0.0))
        covered.append(_area(last * frame_step + frame_step, last * frame_step + frame_step + hold, final, final, MORE))
    within_clip = [_within(area, frames) for area in covered if area.end > 0 and area.first < frames]
    return sorted(_lasting(within_clip, frames), key=lambda area: (area.first, area.end, area.left, area.top))


def tracked(faces_by_frame: Sequence[Sequence[Face]], seconds: float) -> list[list[tuple[int, Face]]]:
    """The finds of each face, in order of time: (number of the frame, face). `seconds`: between two frames."""
    tracks: list[list[tuple[int, Face]]] = []
    for number, faces in enumerate(faces_by_frame):
        open_tracks = [track for track in tracks if (number - track[-1][0]) * seconds <= BRIDGE_S]
        pairs = sorted(
            (
                (-face.overlap(track[-1][1]), number - track[-1][0], index, face, track)
                for index, face in enumerate(faces)
                for track in open_tracks
                if face.follows(track[-1][1], (number - track[-1][0]) * seconds)
            ),
            key=lambda pair: pair[:3],
        )
        used: set[int] = set()
        for _, _, index, face, track in pairs:
            if index not in used and track[-1][0] < number:
                track.append((number, face))
                used.add(index)
        tracks += [[(number, face)] for index, face in enumerate(faces) if index not in used]
    return tracks


def _area(first: int, end: int, first_face: Face, second_face: Face, extra: float) -> Area:
    """The rectangle around both faces and their margins, and so all positions in between."""
    face_width = max(first_face.right - first_face.left, second_face.right - second_face.left)
    face_height = max(first_face.bottom - first_face.top, second_face.bottom - second_face.top)
    return Area(
        first,
        end,
        max(0.0, min(first_face.left, second_face.left) - (WIDER + extra) * face_width),
        max(0.0, min(first_face.top, second_face.top) - (HIGHER + extra) * face_height),
        min(1.0, max(first_face.right, second_face.right) + (WIDER + extra) * face_width),
        min(1.0, max(first_face.bottom, second_face.bottom) + (LOWER + extra) * face_height),
    )


def _within(area: Area, frames: int) -> Area:
    return Area(max(0, area.first), min(frames, area.end), area.left, area.top, area.right, area.bottom)


def _lasting(tracked_areas: Sequence[Area], frames: int) -> list[Area]:
    """The areas; those at the edge of a gap without any area are extended through it."""
    gaps, covered_until = [], 0
    for area in sorted(tracked_areas, key=lambda area: area.first):
        if area.first > covered_until:
            gaps.append((covered_until, area.first))
        covered_until = max(covered_until, area.end)
    if covered_until < frames and tracked_areas:
        gaps.append((covered_until, frames))
    extended = [
        Area(begin, end, area.left, area.top, area.right, area.bottom)
        for begin, end in gaps
        for area in tracked_areas
        if area.end == begin or area.first == end
    ]
    return [*tracked_areas, *extended]
