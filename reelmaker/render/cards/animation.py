"""Animates painted elements: moviepy composes the moving ones over the still backdrop.

Elements that touch one another become one moviepy clip of their common region, without a mask, so that a frame costs a
few small pastes; after the motion every frame is the same array object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from reelmaker.render.cards.blocks import Pixels
from reelmaker.render.cards.paint import Painted, paste

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image


def settled_ms(elements: Sequence[Painted], duration_ms: int) -> int:
    """When the last element comes to rest."""
    return max((element.delay_ms + duration_ms for element in elements if element.motion != "none"), default=0)


def still(ground: tuple[int, int, int], elements: Sequence[Painted], size: tuple[int, int]) -> Image:
    """The picture with everything at rest."""
    from PIL import Image

    canvas = Image.new("RGB", size, ground)
    for element in elements:
        paste(canvas, element, 1)
    return canvas


def frames(
    ground: tuple[int, int, int],
    elements: Sequence[Painted],
    size: tuple[int, int],
    count: int,
    fps: int,
    duration_ms: int,
) -> Iterator[np.ndarray]:
    """Exactly `count` frames, uint8 (height, width, 3)."""
    import numpy as np

    at_rest = np.asarray(still(ground, elements, size))
    moving = min(count, -(-settled_ms(elements, duration_ms) * fps // 1000))
    if moving:
        from moviepy.video.compositing.CompositeVideoClip import CompositeVideoClip
        from moviepy.video.VideoClip import ImageClip, VideoClip

        seconds = moving / fps
        clips = []
        fixed, groups = _grouped(elements)
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
        yield at_rest


def _frame_at(
    cut: Image, members: Sequence[Painted], origin: tuple[int, int], duration_ms: int
) -> Callable[[float], np.ndarray]:
    import numpy as np

    def frame(seconds: float) -> np.ndarray:
        canvas = cut.copy()
        for element in members:
            done = (seconds * 1000 - element.delay_ms) / max(1, duration_ms)
            paste(canvas, element, min(1.0, max(0.0, done)), origin)
        return np.asarray(canvas)

    return frame


def _grouped(elements: Sequence[Painted]) -> tuple[list[Painted], list[tuple[Pixels, list[Painted]]]]:
    """The elements that never move, and the others in groups that do not touch one another.

    An element at rest on top of a moving one is painted with it, to keep the painting order.
    """
    fixed: list[Painted] = []
    groups: list[tuple[Pixels, list[Painted]]] = []
    order = {id(element): number for number, element in enumerate(elements)}
    for element in elements:
        touched = [group for group in groups if _touch(group[0], element.region)]
        if element.motion == "none" and not touched:
            fixed.append(element)
            continue
        region, members = element.region, []
        while touched:  # a larger region may touch further groups
            for group in touched:
                groups.remove(group)
                region = _union(region, group[0])
                members += group[1]
            touched = [group for group in groups if _touch(group[0], region)]
        groups.append((region, sorted([*members, element], key=lambda member: order[id(member)])))
    return fixed, groups


def _touch(first: Pixels, second: Pixels) -> bool:
    apart_x = first[0] + first[2] <= second[0] or second[0] + second[2] <= first[0]
    apart_y = first[1] + first[3] <= second[1] or second[1] + second[3] <= first[1]
    return not (apart_x or apart_y)


def _union(first: Pixels, second: Pixels) -> Pixels:
    left, top = min(first[0], second[0]), min(first[1], second[1])
    right, bottom = max(first[0] + first[2], second[0] + second[2]), max(first[1] + first[3], second[1] + second[3])
    return left, top, right - left, bottom - top
