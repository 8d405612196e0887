"""Finds the faces in a stretch of an upload and says what of its picture has to be covered, when.

centerface  one picture -> faces, by a small network (CenterFace)
follow      the faces of some pictures -> areas to cover in all of them; pure

A face that is missed is worse than a wall that is covered: the threshold is low, areas are larger than the faces,
and they last longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from reelmaker import media
from reelmaker.faces.centerface import Detector
from reelmaker.faces.follow import Face, areas

VERSION = 1
MODEL = "centerface"  # its name among the packed models
A_SECOND = 10  # pictures that are looked at
LONGER = (
    640,
    1280,
)  # pixels of the longer side that are looked at: half as many as are shown, within these


@dataclass(frozen=True, slots=True)
class Covering:
    """What of a clip's picture is covered. `found`: the share of the pictures looked at in which there was a face."""

    areas: tuple[media.Area, ...]
    found: float


def look(piece: media.Piece, fps: int, shown: tuple[int, int], weights: Path) -> Covering:
    """Find the faces in a stretch of an upload.

    Args:
        fps: of the reel; areas count in its frames.
        shown: the pixels in which the reel shows the picture.
        weights: the folder with the model.

    Raises:
        RenderError, ModelError: its pictures cannot be read, or not be looked at.
    """
    assert piece.picture is not None
    detector = _detector(weights)
    each = max(1, round(fps / A_SECOND))
    seen: list[list[Face]] = []
    media.pictures(
        replace(piece, cover=()), fps, each, size(piece.picture, shown),
        lambda picture: seen.append(detector.faces(picture)),
    )  # fmt: skip
    found = sum(map(bool, seen)) / max(1, len(seen))
    return Covering(tuple(areas(seen, each, piece.frames, fps)), round(found, 3))


def size(picture: tuple[int, int], shown: tuple[int, int]) -> tuple[int, int]:
    """The pixels in which a picture is looked at."""
    longer = min(LONGER[1], max(LONGER[0], max(shown) // 2))
    scale = longer / max(picture)
    return max(2, round(picture[0] * scale / 2) * 2), max(2, round(picture[1] * scale / 2) * 2)


@lru_cache(maxsize=1)
def _detector(weights: Path) -> Detector:
    return Detector(weights / "centerface.onnx")
