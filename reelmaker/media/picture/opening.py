"""What a stretch of an upload shows first: a picture, or a black, bare or frozen one.

In: an upload, a place in it. Out: a word. A clip that opens a reel should begin with somebody to look at.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from reelmaker.errors import RenderError
from reelmaker.media import ffmpeg
from reelmaker.media.measure import FROZEN_S, STILL

Opening = Literal["", "black", "bare", "frozen"]
VERSION = 1
LOOK_S = 3.0  # so much of the stretch is looked at
FPS = 10
BEGINS_S = 0.3  # what begins later does not open the clip
BLACK_S = 0.5  # a shorter dark or bare moment is a cut of the customer's own
SMALL = "32:18"  # the size at which noise is gone and a face is not
FLAT_Y, FLAT_UV = 20, 16  # of 255: brightest to darkest, and most to least coloured, of a bare screen
STATISTIC = re.compile(r"lavfi\.signalstats\.([YUV](?:MIN|MAX))=(\d+)")


def opening(path: Path, picture_track: int, start_ms: int) -> Opening:
    """How the picture begins at `start_ms`: "" where it shows something that moves, or cannot be read.

    A bare picture has one colour, such as a covered lens or an empty screen.
    """
    filters = (
        f"fps={FPS},blackdetect=d={BLACK_S}:pic_th=0.98:pix_th=0.1,freezedetect=n={STILL}:d={FROZEN_S},"
        f"scale={SMALL}:flags=area,format=yuv444p,signalstats,metadata=print"
    )
    try:
        out = ffmpeg.run(
            [
                *"-threads 1 -ss".split(),
                f"{start_ms / 1000:.3f}",
                *f"-t {LOOK_S}".split(),
                *ffmpeg.source(path),
                "-map",
                f"0:{picture_track}",
                *("-vf", filters, "-an", "-f", "null", "-"),
            ],
            what=path.name,
            limit_s=60,
        )
    except RenderError:
        return ""
    return _read(out.stderr)


def _read(said: str) -> Opening:
    if any(float(start) <= BEGINS_S for start in re.findall(r"black_start:([\d.]+)", said)):
        return "black"
    if _flat_frames(said) >= BLACK_S * FPS:
        return "bare"
    frozen = any(float(start) <= BEGINS_S for start in re.findall(r"freeze_start: ([\d.]+)", said))
    return "frozen" if frozen else ""


def _flat_frames(said: str) -> int:
    """How many frames at the beginning have one colour."""
    many = 0
    for frame in re.split(r"frame:\d+\s+pts:", said)[1:]:
        seen = {name: int(value) for name, value in STATISTIC.findall(frame)}
        if len(seen) < 6 or seen["YMAX"] - seen["YMIN"] > FLAT_Y:
            break
        if max(seen["UMAX"] - seen["UMIN"], seen["VMAX"] - seen["VMIN"]) > FLAT_UV:
            break
        many += 1
    return many
