"""Metadata of an upload, read through PyAV with the same allow-lists as ffmpeg.

It decodes untrusted bytes, so it runs in its own process: see `probe`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from reelmaker.errors import UploadError
from reelmaker.media import ffmpeg
from reelmaker.media.picture import properties
from reelmaker.media.picture.properties import known, rewind
from reelmaker.model import Facts

LISTENED_S = 20.0  # how far into a track its level is measured if there are several
JUMP_S = 1.0  # timestamps that jump back by more than this mean damage
SILENT = 1e-4  # of full scale (-80 dBFS)
VERSION = 3  # a new one looks at every upload again


def opened(path: Path) -> Any:
    """An untrusted file as a container of PyAV, within the limits; to be used with `with`."""
    import av

    options = {
        "protocol_whitelist": ffmpeg.PROTOCOLS,
        "format_whitelist": ffmpeg.FORMATS,
        "max_pixels": str(ffmpeg.limits.pixels),
    }
    return av.open(f"file:{path}", container_options=options)


def read(path: Path) -> Facts:
    """Open a file, decode its first picture, walk through its packets.

    The length comes from the packets, not from the header: half an upload still claims its full length, and a
    browser's webm claims none.

    Raises:
        UploadError: not a regular file, empty, an unknown format, or nothing can be decoded.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    kind = path.lstat().st_mode
    if not stat.S_ISREG(kind):
        raise UploadError(f"{path.name}: not a regular file.", "Put the file itself into uploads/.")
    if not path.stat().st_size:
        raise UploadError(f"{path.name}: the file is empty.", "Upload it again.")
    try:
        with opened(path) as box:
            return _facts(path, box)
    except UploadError:
        raise
    except PermissionError:
        raise UploadError(f"{path.name}: no permission to read it.", "Check the file's permissions.") from None
    except (av.error.FFmpegError, OSError, ValueError, OverflowError) as problem:
        number = getattr(problem, "errno", None)
        reason = os.strerror(number) if number and 0 < number < 200 else str(problem).split(":")[0]
        raise UploadError(
            f"{path.name}: not a readable video or audio file ({reason}).",
            "Upload it again, or convert it to mp4.",
        ) from None


def _facts(path: Path, box: Any) -> Facts:
    notes: list[str] = []
    claimed_ms = round(box.duration / 1000) if box.duration else 0
    _not_too_long(path, claimed_ms)
    picture = properties.read(box, notes)
    sound_track, channels = _sound(box, notes)
    if picture.track < 0 and sound_track < 0:
        raise UploadError(f"{path.name}: contains neither video nor audio.", "Upload it again.")
    if picture.damaged:
        notes.append("the picture cannot be decoded; used as sound only")
    if sound_track < 0:
        notes.append("no sound track")
    ends, broken, back = _walk(box, {picture.track, sound_track} - {-1})
    duration_ms = max(ends.values())
    _not_too_long(path, duration_ms)
    if duration_ms <= 0:
        raise UploadError(f"{path.name}: contains nothing that can be played.", "Upload it again.")
    if broken or claimed_ms - duration_ms > max(1000, claimed_ms // 50):
        notes.append(f"damaged: {duration_ms / 1000:.1f} s of {max(claimed_ms, duration_ms) / 1000:.1f} s can be read")
    if back:
        notes.append("damaged: its times jump back")
    return Facts(
        duration_ms,
        picture.size,
        picture.track,
        sound_track,
        tuple(notes),
        picture.matrix,
        picture.transfer,
        channels,
        ends.get(picture.track, 0),
        picture.interlaced,
        picture.timecode,
        picture.rate,
        picture.bars,
    )


def _not_too_long(path: Path, ms: int) -> None:
    if ms > ffmpeg.limits.hours * 3_600_000:
        raise UploadError(
            f"{path.name}: is {ms / 3_600_000:.1f} hours long, or says so.",
            f"Uploads may be at most {ffmpeg.limits.hours:g} hours long, see [limits] hours.",
        )


def _sound(box: Any, notes: list[str]) -> tuple[int, int]:
    """The first sound track that decodes and is not silent: its index and channels; (-1, 0) for none."""
    import av

    tracks = list(box.streams.audio)
    decodable: list[tuple[int, int, float]] = []
    for stream in tracks:
        try:
            level = _level(box, stream, LISTENED_S if len(tracks) > 1 else 0.0)
        except (av.error.FFmpegError, AttributeError, ValueError):
            notes.append(f"sound track {stream.index} cannot be decoded")
            continue
        finally:
            rewind(box)
        decodable.append((stream.index, stream.codec_context.channels, level))
    loud = [track for track in decodable if track[2] > SILENT]
    if not decodable:
        return -1, 0
    index, channels, _ = (loud or decodable)[0]
    if len(decodable) > 1:
        notes.append(f"{len(decodable)} sound tracks; number {index} is used")
    return index, channels


def _level(box: Any, stream: Any, seconds: float) -> float:
    """The highest sample at a track's beginning, 0..1. Raises if its first packets do not decode."""
    import numpy as np

    if not known(stream):
        raise ValueError("no decoder")
    highest, frames = 0.0, 0
    for frame in box.decode(stream):
        frames += 1
        samples = frame.to_ndarray()
        full_scale = 1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max)
        if samples.dtype == np.uint8:
            samples = samples.astype(np.int16) - 128
            full_scale = 127.0
        highest = max(highest, float(np.abs(samples.astype(np.float64)).max(initial=0)) / full_scale)
        if highest > SILENT or (frame.time or 0.0) > seconds:
            break
    if not frames:
        raise ValueError("nothing decodes")
    return highest


def _walk(box: Any, tracks: set[int]) -> tuple[dict[int, int], bool, bool]:
    """The end of each track's last packet in ms after the file's start; whether the file breaks off, or jumps back."""
    import av

    start = box.start_time / 1000 if box.start_time else 0.0
    ends = dict.fromkeys(tracks, 0.0)
    last_dts: dict[int, float] = {}
    broken = back = False
    try:
        for packet in box.demux([box.streams[index] for index in sorted(tracks)]):
            if packet.pts is not None and packet.time_base:
                end_ms = (packet.pts + (packet.duration or 0)) * packet.time_base * 1000
                ends[packet.stream.index] = max(ends[packet.stream.index], float(end_ms) - start)
            if packet.dts is not None and packet.time_base:
                dts_s = float(packet.dts * packet.time_base)
                back = back or dts_s < last_dts.get(packet.stream.index, dts_s) - JUMP_S
                last_dts[packet.stream.index] = dts_s
    except av.error.FFmpegError:
        broken = True
    return {track: round(end) for track, end in ends.items()}, broken, back
