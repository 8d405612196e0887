"""Makes areas of a picture irreversibly unrecognisable: replaces them with a few blocks of a heavily blurred copy.

In: a picture in a filter graph, and its areas over time. Out: the picture with those areas pixelated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

VERSION = 1  # raised whenever pixelation looks different
# Of the mask that says where: no picture has a shape in which this is coarser than the margin around a face
MASK = (320, 320)
BLOCKS = 6  # across the smaller side of the largest area: about four across the face itself
# Blurred, by a deviation of one block, before it is cut into blocks: what varies more than twice over a face is then
# weaker than one step of 255, and cannot come back as another pattern in the blocks, from which many pictures of a
# moving face could be put together again. It is blurred at so many pixels a block, which is finer than any of that.
FINE = 8
NEAR = 3  # frames


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle inside the picture, in shares of its width and height, during the frames `first` to before `end`."""

    first: int
    end: int
    left: float
    top: float
    right: float
    bottom: float


def at(areas: Sequence[Area], frame: int) -> tuple[Area, ...]:
    """The areas covered in a single frame: all of the neighbouring frames of the reel."""
    near = [area for area in areas if area.first < frame + NEAR and area.end > frame - NEAR]
    return tuple(replace(area, first=0, end=1) for area in near)


def covered(track: Any, areas: Sequence[Area], size: tuple[int, int], fps: int) -> Any:
    """The picture, of this size and 8 bit, with the areas covered; `masks` goes to ffmpeg's standard input."""
    import ffmpeg

    mask = ffmpeg.input("pipe:0", f="rawvideo", pix_fmt="gray", s=f"{MASK[0]}x{MASK[1]}", r=fps)
    mask = mask.filter("setpts", f"N/{fps}/TB").filter("scale", *size, flags="neighbor")
    split = track.filter_multi_output("split", 2)
    many = grid(areas, size)
    fine = min(size[0], FINE * many[0]), min(size[1], FINE * many[1])
    blocks = (
        split[1]
        .filter("scale", *fine, flags="bicubic")
        .filter("gblur", sigma=fine[0] / many[0], sigmaV=fine[1] / many[1], steps=3)
        .filter("scale", *many, flags="area")
        .filter("scale", *size, flags="neighbor")
        .filter("setsar", 1)
    )
    patch = ffmpeg.filter([blocks, mask.filter("setsar", 1)], "alphamerge")
    return split[0].overlay(patch, format="yuv420", eof_action="endall").filter("format", "yuv420p")


def grid(areas: Sequence[Area], size: tuple[int, int]) -> tuple[int, int]:
    """How many blocks the picture is cut into: as large ones as the largest area needs, for all areas alike."""
    width, height = size
    largest = max(min((a.right - a.left) * width, (a.bottom - a.top) * height) for a in areas)
    block = max(2.0, largest / BLOCKS)
    return max(2, round(width / block)), max(2, round(height / block))


def masks(areas: Sequence[Area], frames: int) -> Iterator[bytes]:
    """A grey picture for each frame, white where it is covered."""
    import numpy as np

    wide, high = MASK
    last: list[Area] = []
    raw = bytes(wide * high)
    for number in range(frames):
        shown = [area for area in areas if area.first <= number < area.end]
        if shown != last:
            mask = np.zeros((high, wide), np.uint8)
            for area in shown:
                rows = slice(int(area.top * high), math.ceil(area.bottom * high))
                mask[rows, int(area.left * wide) : math.ceil(area.right * wide)] = 255
            raw, last = mask.tobytes(), shown
        yield raw
