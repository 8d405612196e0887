"""Finds the faces in a stretch of an upload: which areas of its picture must be blurred, and when.

detector  finds the faces in one picture with a small network (CenterFace)
tracker   turns the faces of some frames into areas to blur in all frames; pure

A missed face is worse than a blurred wall: the threshold is low, areas are larger than the faces, and they last
longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker import media
from reelmaker.compute import CPU, Compute
from reelmaker.redaction.faces.detector import Detector
from reelmaker.redaction.faces.tracker import Face, areas

if TYPE_CHECKING:
    import numpy as np

VERSION = 1
MODEL = "centerface"  # its name among the packaged models
A_SECOND = 10  # frames that are checked
# Pixels of the longer side that are checked: as many as the reel shows, within these limits
LONGER = (640, 1920)
# Every so many frames a picture is also checked in full size, for small faces: they are far away and move slowly
CLOSELY = 5


@dataclass(frozen=True, slots=True)
class Covering:
    """The blurred areas of a clip. `found`: the share of checked frames with a face."""

    areas: tuple[media.Area, ...]
    found: float


def look(piece: media.Piece, fps: int, shown_size: tuple[int, int], weights: Path, compute: Compute = CPU) -> Covering:
    """Find the faces in a stretch of an upload.

    Args:
        fps: of the reel; areas count in its frames.
        shown_size: the size in pixels at which the reel shows the picture.
        weights: the folder with the model.
        compute: where it runs.

    Raises:
        RenderError, ModelError: the frames cannot be read, or the model cannot be loaded.
    """
    assert piece.picture is not None
    detector = _detector(weights, compute)
    frame_step = max(1, round(fps / A_SECOND))
    faces_by_frame: list[list[Face]] = []

    def take(picture: np.ndarray) -> None:
        faces_by_frame.append(detector.faces(picture, closely=len(faces_by_frame) % CLOSELY == 0))

    media.pictures(replace(piece, cover=()), fps, frame_step, size(piece.picture, shown_size), take)
    return Covering(tuple(areas(faces_by_frame, frame_step, piece.frames, fps)), round(found(faces_by_frame), 3))


def found(faces_by_frame: Sequence[Sequence[Face]]) -> float:
    """The share of frames with a face, or with one in a neighbouring frame, because small ones are sought only in a
    few.
    """
    has_face_nearby = [
        any(faces_by_frame[max(0, number - CLOSELY // 2) : number + CLOSELY // 2 + 1])
        for number in range(len(faces_by_frame))
    ]
    return sum(has_face_nearby) / max(1, len(has_face_nearby))


def size(picture: tuple[int, int], shown_size: tuple[int, int]) -> tuple[int, int]:
    """The size in pixels at which a frame is checked."""
    longer = min(LONGER[1], max(LONGER[0], min(max(picture), max(shown_size))))
    scale = longer / max(picture)
    return max(2, round(picture[0] * scale / 2) * 2), max(2, round(picture[1] * scale / 2) * 2)


@lru_cache(maxsize=1)
def _detector(weights: Path, compute: Compute) -> Detector:
    return Detector(weights / "centerface.onnx", compute)
