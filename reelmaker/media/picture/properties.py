"""What an upload says and shows of its picture: which track, its size, colours, fields, timecode and black bars.

In: an opened upload. Out: a `Picture`. Part of `metadata`, so it runs in the probe's own process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.errors import UploadError
from reelmaker.media import ffmpeg

if TYPE_CHECKING:
    import numpy as np

# ITU-T H.273: MatrixCoefficients, TransferCharacteristics
MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020", 10: "bt2020"}
UNSAID = 2
TRANSFERS = {16: "pq", 18: "hlg"}
TIMECODE = re.compile(r"\d\d:\d\d:\d\d[:;.]\d\d")
FIELDS_SEEN = 3  # frames that are asked whether they are interlaced
PACKETS_SEEN = 5000  # of several picture tracks, to find those with one picture only
LIVE_PHOTO, LIVE_S = "com.apple.quicktime.content.identifier", 4.0  # the film beside a photo, and its length at most
SLOWED = 1.5  # times more pictures were taken a second than are shown: slow motion
# Bars: seen at these shares of the length; all black there, and bright close to them
LOOKED_AT = (0.08, 0.25, 0.42, 0.6, 0.77, 0.93)
FEWEST = 3
BLACK, BRIGHT = 34, 48  # of 255
REACHES = 0.5  # share of the picture's edge beside a bar that is bright: something round on black is no film in bars
THINNEST, LEAST_LEFT = 0.04, 0.2  # a bar's share of the picture; what is left between two
UNEVEN = 0.02  # two bars differ by no more
Bars = tuple[float, float, float, float]
NONE: Bars = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture track that is used (-1: none), and its part of `Facts`; `damaged`: there is one that cannot be."""

    track: int = -1
    size: tuple[int, int] | None = None
    matrix: str = ""
    transfer: str = ""
    damaged: bool = False
    interlaced: bool = False
    timecode: str = ""
    rate: float = 0.0
    bars: Bars = NONE


def read(box: Any, notes: list[str]) -> Picture:
    """The first real picture track that decodes."""
    import av

    damaged = False
    for stream in _candidates(box):
        _not_too_large(box, stream)
        try:
            frames = _first(box, stream) if known(stream) else []
        except av.error.FFmpegError:
            frames = []
        finally:
            rewind(box)
        if not frames:
            damaged = True
            continue
        return _read(box, stream, frames, notes)
    return Picture(damaged=damaged)


def tracks(box: Any) -> list[Any]:
    """The picture tracks, without cover art."""
    import av

    return [s for s in box.streams.video if not s.disposition & av.stream.Disposition.attached_pic]


def _candidates(box: Any) -> list[Any]:
    """The picture tracks without cover art; those of a single picture last, as some cameras put a preview first."""
    import av

    pictures = tracks(box)
    if len(pictures) < 2:
        return pictures
    many = {stream.index: 0 for stream in pictures}
    try:
        for number, packet in enumerate(box.demux(pictures)):
            many[packet.stream.index] += packet.size > 0
            if number >= PACKETS_SEEN or min(many.values()) > 1:
                break
    except av.error.FFmpegError:
        pass  # what comes before the damage says enough
    rewind(box)
    return sorted(pictures, key=lambda stream: many[stream.index] < 2)


def _first(box: Any, stream: Any) -> list[Any]:
    """Its first pictures."""
    frames: list[Any] = []
    for frame in box.decode(stream):
        frames.append(frame)
        if len(frames) == FIELDS_SEEN:
            break
    return frames


def _read(box: Any, stream: Any, frames: Sequence[Any], notes: list[str]) -> Picture:
    frame = frames[0]
    ratio = frame.sample_aspect_ratio if hasattr(frame, "sample_aspect_ratio") else stream.sample_aspect_ratio
    bars = _bars(box, stream)
    width, height = frame.width * (1 - bars[0] - bars[2]), frame.height * (1 - bars[1] - bars[3])
    if ratio and ratio > 0:
        width *= ratio
    size = round(width), round(height)
    if abs(frame.rotation) % 180 == 90:
        size = size[1], size[0]
    if bars != NONE:
        notes.append("black bars are part of the picture; the reel shows what is between them")
    if frame.format.components[0].bits > 8 and int(frame.color_trc) == UNSAID and not frame.format.is_rgb:
        notes.append("more than 8 bits a colour, and it does not say which colours: shown as ordinary ones")
    rate = float(stream.average_rate or 0)
    if (taken := _taken(box)) and rate and taken > SLOWED * rate:
        notes.append(
            f"slow motion: {taken:.0f} pictures a second were taken, {rate:.0f} are shown; speech may sound slow"
        )
    if LIVE_PHOTO in box.metadata and 0 < (box.duration or 0) / 1e6 <= LIVE_S:
        notes.append("perhaps the moving part of a live photo, and no answer")
    return Picture(
        stream.index,
        size,
        _matrix(frame),
        TRANSFERS.get(int(frame.color_trc), ""),
        False,
        any(frame.interlaced_frame for frame in frames),
        _timecode(box, stream),
        round(rate, 5),
        _turned(bars, frame.rotation),
    )


def _matrix(frame: Any) -> str:
    """The picture's colour matrix; if unknown, what players assume."""
    if frame.format.is_rgb:
        return ""
    says = MATRICES.get(int(frame.colorspace))
    return says or ("bt709" if min(frame.width, frame.height) >= 720 else "bt601")


def _timecode(box: Any, stream: Any) -> str:
    """The timecode of the first picture, wherever the camera wrote it; "" for none."""
    tagged = (stream.metadata, box.metadata, *(other.metadata for other in box.streams))
    found = next((tags["timecode"] for tags in tagged if "timecode" in tags), "")
    return found.replace(".", ";") if TIMECODE.fullmatch(found) else ""


def _taken(box: Any) -> float:
    """How many pictures a second a phone says it took; 0 where it does not say."""
    try:
        return float(box.metadata.get("com.android.capture.fps", 0))
    except ValueError:
        return 0.0


def _bars(box: Any, stream: Any) -> Bars:
    """Black bars that are part of the picture: the same in every picture looked at, and in pairs."""
    import numpy as np

    pictures = _looked_at(box, stream)
    if len(pictures) < FEWEST or len({picture.shape for picture in pictures}) > 1:
        return NONE
    brightest = np.max(pictures, axis=0)
    top, bottom = _pair(brightest.max(1))
    left, right = _pair(brightest[top : brightest.shape[0] - bottom].max(0))
    if not (top or left):
        return NONE
    height, width = brightest.shape
    inner = [picture[top : height - bottom, left : width - right] for picture in pictures]
    ends = [axis for axis, cut in ((0, top), (1, left)) if cut]
    edges = [[end for axis in ends for end in (p.take(range(4), axis), p.take(range(-4, 0), axis))] for p in inner]
    lit = sum(min((edge > BRIGHT).mean() for edge in sides) >= REACHES for sides in edges)
    if 2 * lit < len(pictures):
        return NONE  # a dark room is no bar
    return left / width, top / height, right / width, bottom / height


def _turned(bars: Bars, rotation: int) -> Bars:
    """Bars of the stored picture as they are shown; `rotation` in degrees against the clock, as PyAV gives it."""
    left, top, right, bottom = bars
    quarter = round(rotation / 90) % 4
    return (bars, (top, right, bottom, left), (right, bottom, left, top), (bottom, left, top, right))[quarter]


def _pair(brightest: np.ndarray) -> tuple[int, int]:
    """How many lines at both ends are black; 0 where that is no pair of bars."""
    import numpy as np

    lit = np.flatnonzero(brightest > BLACK)
    if not len(lit):
        return 0, 0
    long = len(brightest)
    first, last = int(lit[0]), long - 1 - int(lit[-1])
    even = abs(first - last) <= max(2, UNEVEN * long)
    fits = min(first, last) >= THINNEST * long and long - first - last >= LEAST_LEFT * long
    # even numbers, and a line more: the edge of a bar is soft
    return (first + 2 - first % 2, last + 2 - last % 2) if even and fits else (0, 0)


def _looked_at(box: Any, stream: Any) -> list[np.ndarray]:
    """Some pictures of the upload, in grey, shape (height, width)."""
    import av

    if not box.duration:
        return []
    found = []
    for share in LOOKED_AT:
        try:
            box.seek(round((box.start_time or 0) + share * box.duration))
            frame = next(box.decode(stream), None)
        except av.error.FFmpegError:
            continue
        if frame is not None:
            found.append(frame.to_ndarray(format="gray"))
    rewind(box)
    return found


def _not_too_large(box: Any, stream: Any) -> None:
    pixels = stream.width * stream.height
    if pixels > ffmpeg.limits.pixels:
        raise UploadError(
            f"{Path(box.name).name}: its picture has {pixels / 1e6:.1f} megapixels.",
            f"At most {ffmpeg.limits.pixels / 1e6:g} are allowed, see [limits] megapixels.",
        )


def known(stream: Any) -> bool:
    """Whether there is an allowed decoder for a track; it also gets its limits."""
    context = stream.codec_context
    if context is None or context.codec.name not in ffmpeg.CODECS.split(","):
        return False
    if not context.is_open:
        context.options = {"max_pixels": str(ffmpeg.limits.pixels)}
    return True


def rewind(box: Any) -> None:
    """Go back to the start; a file that cannot seek is read on from where it is."""
    import av

    try:
        box.seek(0)
    except av.error.FFmpegError:
        pass
