"""Jumps inside a piece: a stretch of an upload is left out, and what follows is joined without a click.

A piece with jumps lists its parts: where each begins, in ms from the start of the piece, and its frames in the reel.
Each part begins at its own time, so that many jumps never add up to a drift between picture and sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

Parts = Sequence[tuple[int, int]]


def first_frames(parts: Parts, fps: int) -> list[int]:
    """The first frame of each part, counted from the start of the piece; parts never share a frame."""
    firsts: list[int] = []
    for number, (begin_ms, _) in enumerate(parts):
        least = firsts[-1] + parts[number - 1][1] if number else 0
        firsts.append(max(least, round(begin_ms * fps / 1000)))
    return firsts


def of_picture(track: Any, parts: Parts, fps: int) -> Any:
    """The frames of the parts, one after the other; the track has the reel's frame rate and begins with the piece."""
    firsts = first_frames(parts, fps)
    wanted = "+".join(
        f"between(n,{first},{first + frames - 1})" for first, (_, frames) in zip(firsts, parts, strict=True)
    )
    return track.filter("select", wanted).filter("setpts", f"N/{fps}/TB")


def of_sound(sound: Any, parts: Parts, rate: int, fps: int, fade: int = 0) -> Any:
    """The sound of the parts, each an exact number of samples, faded at both ends.

    Args:
        sound: begins with the piece; a sample's position is its time.
        rate: samples a second; a multiple of `fps`.
        fade: samples; never more than a quarter of a part.
    """
    import ffmpeg

    whole = sound.filter("aformat", sample_fmts="fltp", sample_rates=rate, channel_layouts="stereo")
    split = whole.filter_multi_output("asplit", len(parts))
    joined = []
    for number, (begin_ms, frames) in enumerate(parts):
        samples, start = frames * rate // fps, begin_ms * rate // 1000
        part = (
            split[number]
            .filter("atrim", start_sample=start, end_sample=start + samples)
            .filter("asetpts", "N/SR/TB")
            .filter("apad", whole_len=samples)
            .filter("atrim", end_sample=samples)
        )
        if ramp := min(fade, samples // 4):
            part = part.filter("afade", t="in", ss=0, ns=ramp)
            part = part.filter("afade", t="out", ss=samples - ramp, ns=ramp)
        joined.append(part)
    return ffmpeg.filter(joined, "concat", n=len(joined), v=0, a=1)


def joints(parts: Parts, fps: int) -> list[int]:
    """Where one part follows another, in ms from the start of the piece as it is played."""
    ends: list[int] = []
    for _, frames in parts:
        ends.append((ends[-1] if ends else 0) + frames)
    return [round(end * 1000 / fps) for end, _ in pairwise(ends)]
