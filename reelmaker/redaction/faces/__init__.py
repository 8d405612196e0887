"""Finds the faces in a stretch of an upload: which areas of its picture must be blurred, and when.

detector  one picture -> faces, by a small network (CenterFace)
tracker   the faces of some frames -> areas to blur in all of them; pure

A missed face is worse than a blurred wall: the threshold is low, areas are larger than the faces,
and they last longer.
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
# Pixels of the longer side that are looked at: as many as are shown, within these
LONGER = (640, 1920)
# Each so many of the pictures is looked at in full size as well, for small faces: those are far away, and slow
CLOSELY = 5


@dataclass(frozen=True, slots=True)
class Covering:
    """The blurred areas of a clip. `found`: the share of checked frames with a face."""

    areas: tuple[media.Area, ...]
    found: float


def look(piece: media.Piece, fps: int, shown: tuple[int, int], weights: Path, compute: Compute = CPU) -> Covering:
    """Find the faces in a stretch of an upload.

    Args:
        fps: of the reel; areas count in its frames.
        shown: the size in pixels at which the reel shows the picture.
        weights: the folder with the model.
        compute: where it runs.

    Raises:
        RenderError, ModelError: the frames cannot be read, or the model cannot be loaded.
    """
    assert piece.picture is not None
    detector = _detector(weights, compute)
    each = max(1, round(fps / A_SECOND))
    seen: list[list[Face]] = []

    def take(picture: np.ndarray) -> None:
        seen.append(detector.faces(picture, closely=len(seen) % CLOSELY == 0))

    media.pictures(replace(piece, cover=()), fps, each, size(piece.picture, shown), take)
    return Covering(tuple(areas(seen, each, piece.frames, fps)), round(found(seen), 3))


def found(seen: Sequence[Sequence[Face]]) -> float:
    """In how many of the pictures a face is, or in one near by; small ones are looked for in a few only."""
    near = [any(seen[max(0, at - CLOSELY // 2) : at + CLOSELY // 2 + 1]) for at in range(len(seen))]
    return sum(near) / max(1, len(near))


def size(picture: tuple[int, int], shown: tuple[int, int]) -> tuple[int, int]:
    """The size in pixels at which a frame is checked."""
    longer = min(LONGER[1], max(LONGER[0], min(max(picture), max(shown))))
    scale = longer / max(picture)
    return max(2, round(picture[0] * scale / 2) * 2), max(2, round(picture[1] * scale / 2) * 2)


@lru_cache(maxsize=1)
def _detector(weights: Path, compute: Compute) -> Detector:
    return Detector(weights / "centerface.onnx", compute)
