"""Measures finished pieces and reels: decoding, length, black and frozen stretches, loudness."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from reelmaker.errors import RenderError
from reelmaker.media import ffmpeg
from reelmaker.media.audio import Loudness, measured

BLACK_S = 0.5  # a shorter dark moment belongs to the customer's own video
FROZEN_S = 2.0
STILL = 0.0003  # mean difference of two frames, of full scale, below which the picture is frozen


@dataclass(frozen=True, slots=True)
class Seen:
    """Measurements of a piece: decoder error ("" for none), black and frozen stretches in ms, loudness."""

    fault: str
    black: tuple[tuple[int, int], ...]
    frozen: tuple[tuple[int, int], ...]
    loudness: Loudness


@dataclass(frozen=True, slots=True)
class Streams:
    """A reel by its packets: frames, sample rate and number of samples, and whether timestamps increase."""

    pictures: int
    sound_ms: float
    forward: bool


def piece(path: Path) -> Seen:
    """Decode a whole piece strictly."""
    try:
        output = ffmpeg.run(
            [
                # the loop filter only smooths; without it the same faults show in less time
                *"-xerror -threads 1 -skip_loop_filter all -i".split(),
                f"file:{path}",
                "-map",
                "0:v:0",
                "-vf",
                f"blackdetect=d={BLACK_S}:pic_th=0.995:pix_th=0.06,freezedetect=n={STILL}:d={FROZEN_S}",
                *"-map 0:a:0 -af ebur128=peak=true:framelog=quiet -f null -".split(),
            ],
            what=path.name,
        )
    except RenderError as problem:
        return Seen(problem.message, (), (), Loudness(-70.0, -70.0))
    return Seen("", _black(output.stderr), _frozen(output.stderr), measured(output.stderr))


def streams(path: Path) -> Streams:
    """Walk through the packets of a finished reel."""
    import av

    pictures, sound_ms, forward = 0, 0.0, True
    with av.open(f"file:{path}") as box:
        for stream in (box.streams.video[0], box.streams.audio[0]):
            times: list[int] = []
            end = 0
            for packet in box.demux(stream):
                if packet.dts is None:
                    continue
                times.append(packet.dts)
                if packet.pts is not None:
                    end = max(end, packet.pts + (packet.duration or 0))
            forward = forward and all(a < b for a, b in pairwise(times))
            if stream.type == "video":
                pictures = len(times)
            else:
                sound_ms = float(end * stream.time_base * 1000)
            box.seek(0)
    return Streams(pictures, sound_ms, forward)


def sound_decodes(path: Path) -> str:
    """The decoder's error in a reel's sound; "" for none."""
    try:
        ffmpeg.run(["-xerror", "-i", f"file:{path}", "-map", "0:a:0", "-f", "null", "-"], what=path.name)
    except RenderError as problem:
        return problem.message
    return ""


def _black(report: str) -> tuple[tuple[int, int], ...]:
    stretches = re.findall(r"black_start:([\d.]+) black_end:([\d.]+)", report)
    return tuple((round(float(a) * 1000), round(float(b) * 1000)) for a, b in stretches)


def _frozen(report: str) -> tuple[tuple[int, int], ...]:
    starts = [float(seconds) for seconds in re.findall(r"freeze_start: ([\d.]+)", report)]
    ends = [float(seconds) for seconds in re.findall(r"freeze_end: ([\d.]+)", report)]
    ends += [starts[-1] + FROZEN_S] * (len(starts) - len(ends)) if starts else []
    return tuple((round(a * 1000), round(b * 1000)) for a, b in zip(starts, ends, strict=False))
