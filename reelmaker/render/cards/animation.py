"""Painted things -> frames: moviepy composes the moving ones over the still backdrop.

Things that touch one another become one moviepy clip of their common region, without a mask, so that a
frame costs a few small pastes; after the motion every frame is the very same array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from reelmaker.render.cards.blocks import Pixels
from reelmaker.render.cards.paint import Painted, paste

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image


def settled_ms(things: Sequence[Painted], duration_ms: int) -> int:
    """When the last of them comes to rest."""
    return max((thing.delay_ms + duration_ms for thing in things if thing.motion != "none"), default=0)


def still(ground: tuple[int, int, int], things: Sequence[Painted], size: tuple[int, int]) -> Image:
    """The picture with everything at rest."""
    from PIL import Image

    canvas = Image.new("RGB", size, ground)
    for thing in things:
        paste(canvas, thing, 1)
    return canvas


def frames(
    ground: tuple[int, int, int],
    things: Sequence[Painted],
    size: tuple[int, int],
    count: int,
    fps: int,
    duration_ms: int,
) -> Iterator[np.ndarray]:
    """Exactly `count` frames, uint8 (height, width, 3)."""
    import numpy as np

    rest = np.asarray(still(ground, things, size))
    moving = min(count, -(-settled_ms(things, duration_ms) * fps // 1000))
    if moving:
        from moviepy.video.compositing.CompositeVideoClip import CompositeVideoClip
        from moviepy.video.VideoClip import ImageClip, VideoClip

        seconds = moving / fps
        clips = []
        fixed, groups = _grouped(things)
        backdrop = still(ground, fixed, size)
        for region, members in groups:
            x, y, width, height = region
            cut = backdrop.crop((x, y, x + width, y + height))
            clip = VideoClip(_frame_at(cut, members, (x, y), duration_ms), duration=seconds)
            clips.append(clip.with_position((x, y)))
        behind = ImageClip(np.asarray(backdrop), duration=seconds)
        composed = CompositeVideoClip([behind, *clips], size=size, use_bgclip=True)
        for number in range(moving):
            yield composed.get_frame(number / fps)
    for _ in range(count - moving):
        yield rest


def _frame_at(
    cut: Image, members: Sequence[Painted], origin: tuple[int, int], duration_ms: int
) -> Callable[[float], np.ndarray]:
    import numpy as np

    def frame(seconds: float) -> np.ndarray:
        canvas = cut.copy()
        for thing in members:
            done = (seconds * 1000 - thing.delay_ms) / max(1, duration_ms)
            paste(canvas, thing, min(1.0, max(0.0, done)), origin)
        return np.asarray(canvas)

    return frame


def _grouped(things: Sequence[Painted]) -> tuple[list[Painted], list[tuple[Pixels, list[Painted]]]]:
    """Those that never move, and the others in groups that do not touch one another.

    A thing at rest that lies over a moving one is painted with it, so that the order holds.
    """
    fixed: list[Painted] = []
    groups: list[tuple[Pixels, list[Painted]]] = []
    order = {id(thing): number for number, thing in enumerate(things)}
    for thing in things:
        touched = [group for group in groups if _touch(group[0], thing.region)]
        if thing.motion == "none" and not touched:
            fixed.append(thing)
            continue
        region, members = thing.region, []
        while touched:  # a larger region may touch further groups
            for group in touched:
                groups.remove(group)
                region = _union(region, group[0])
                members += group[1]
            touched = [group for group in groups if _touch(group[0], region)]
        groups.append((region, sorted([*members, thing], key=lambda member: order[id(member)])))
    return fixed, groups


def _touch(one: Pixels, other: Pixels) -> bool:
    apart_x = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
    apart_y = one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    return not (apart_x or apart_y)


def _union(one: Pixels, other: Pixels) -> Pixels:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[0] + one[2], other[0] + other[2]), max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top
