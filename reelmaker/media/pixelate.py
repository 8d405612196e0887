"""Makes areas of a picture irreversibly unrecognisable: replaces them with a few blocks of a heavily blurred copy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

VERSION = 1  # raised whenever pixelation looks different
# Resolution of the mask that marks the areas; finer than the margin around a face in every aspect ratio
MASK = (320, 320)
BLOCKS = 6  # across the smaller side of the largest area: about four across the face itself
# The picture is blurred, by a deviation of one block, before it is divided into blocks. Any detail that varies more
# than twice across a face is then weaker than one step of 255 and cannot alias into the blocks, where many pictures of
# a moving face could be combined to restore it. The blur runs at this many pixels a block, finer than such detail.
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


def areas_at(areas: Sequence[Area], frame: int) -> tuple[Area, ...]:
    """The areas covered in a single frame: all of the neighbouring frames of the reel."""
    near = [area for area in areas if area.first < frame + NEAR and area.end > frame - NEAR]
    return tuple(replace(area, first=0, end=1) for area in near)


def pixelated(track: Any, areas: Sequence[Area], size: tuple[int, int], fps: int) -> Any:
    """The picture, of this size and 8 bit, with the areas covered; `masks` goes to ffmpeg's standard input."""
    import ffmpeg

    mask = ffmpeg.input("pipe:0", f="rawvideo", pix_fmt="gray", s=f"{MASK[0]}x{MASK[1]}", r=fps)
    mask = mask.filter("setpts", f"N/{fps}/TB").filter("scale", *size, flags="neighbor")
    split = track.filter_multi_output("split", 2)
    block_counts = grid(areas, size)
    blur_size = min(size[0], FINE * block_counts[0]), min(size[1], FINE * block_counts[1])
    blocks = (
        split[1]
        .filter("scale", *blur_size, flags="bicubic")
        .filter("gblur", sigma=blur_size[0] / block_counts[0], sigmaV=blur_size[1] / block_counts[1], steps=3)
        .filter("scale", *block_counts, flags="area")
        .filter("scale", *size, flags="neighbor")
        .filter("setsar", 1)
    )
    patch = ffmpeg.filter([blocks, mask.filter("setsar", 1)], "alphamerge")
    return split[0].overlay(patch, format="yuv420", eof_action="endall").filter("format", "yuv420p")


def grid(areas: Sequence[Area], size: tuple[int, int]) -> tuple[int, int]:
    """How many blocks the picture has in each direction; their size follows the largest area and is the same for all."""
    width, height = size
    largest = max(min((a.right - a.left) * width, (a.bottom - a.top) * height) for a in areas)
    block = max(2.0, largest / BLOCKS)
    return max(2, round(width / block)), max(2, round(height / block))


def masks(areas: Sequence[Area], frames: int) -> Iterator[bytes]:
    """A grey picture for each frame, white where it is covered."""
    import numpy as np

    width, height = MASK
    last: list[Area] = []
    raw = bytes(width * height)
    for number in range(frames):
        visible = [area for area in areas if area.first <= number < area.end]
        if visible != last:
            mask = np.zeros((height, width), np.uint8)
            for area in visible:
                rows = slice(int(area.top * height), math.ceil(area.bottom * height))
                mask[rows, int(area.left * width) : math.ceil(area.right * width)] = 255
            raw, last = mask.tobytes(), visible
        yield raw
