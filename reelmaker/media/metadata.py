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
from reelmaker.model import Facts

LISTENED_S = 20.0  # how far into a track its level is measured if there are several
JUMP_S = 1.0  # timestamps that jump back by more than this mean damage
SILENT = 1e-4  # of full scale (-80 dBFS)

# ITU-T H.273: MatrixCoefficients, TransferCharacteristics
MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020", 10: "bt2020"}
UNSAID = 2
TRANSFERS = {16: "pq", 18: "hlg"}


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
    options = {
        "protocol_whitelist": ffmpeg.PROTOCOLS,
        "format_whitelist": ffmpeg.FORMATS,
        "max_pixels": str(ffmpeg.limits.pixels),
    }
    try:
        with av.open(f"file:{path}", container_options=options) as box:
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
    picture_track, picture, matrix, transfer, damaged = _picture(box, notes)
    sound_track, channels = _sound(box, notes)
    if picture_track < 0 and sound_track < 0:
        raise UploadError(f"{path.name}: contains neither video nor audio.", "Upload it again.")
    if damaged:
        notes.append("the picture cannot be decoded; used as sound only")
    if sound_track < 0:
        notes.append("no sound track")
    ends, broken, back = _walk(box, {picture_track, sound_track} - {-1})
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
        picture,
        picture_track,
        sound_track,
        tuple(notes),
        matrix,
        transfer,
        channels,
        ends.get(picture_track, 0),
    )


def _not_too_long(path: Path, ms: int) -> None:
    if ms > ffmpeg.limits.hours * 3_600_000:
        raise UploadError(
            f"{path.name}: is {ms / 3_600_000:.1f} hours long, or says so.",
            f"Uploads may be at most {ffmpeg.limits.hours:g} hours long, see [limits] hours.",
        )


def _not_too_large(box: Any, stream: Any) -> None:
    pixels = stream.width * stream.height
    if pixels > ffmpeg.limits.pixels:
        raise UploadError(
            f"{Path(box.name).name}: its picture has {pixels / 1e6:.1f} megapixels.",
            f"At most {ffmpeg.limits.pixels / 1e6:g} are allowed, see [limits] megapixels.",
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
            _rewind(box)
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

    if not _has_decoder(stream):
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


def _rewind(box: Any) -> None:
    import av

    try:
        box.seek(0)
    except av.error.FFmpegError:
        pass  # a file that cannot seek is read on from where it is


def _has_decoder(stream: Any) -> bool:
    """Whether there is an allowed decoder for a track; it also gets its limits."""
    context = stream.codec_context
    if context is None or context.codec.name not in ffmpeg.CODECS.split(","):
        return False
    if not context.is_open:
        context.options = {"max_pixels": str(ffmpeg.limits.pixels)}
    return True


def _picture(box: Any, notes: list[str]) -> tuple[int, tuple[int, int] | None, str, str, bool]:
    """The first real picture track that decodes: index, displayed size, colour matrix, transfer; True if one fails to
    decode.
    """
    import av

    damaged = False
    for stream in box.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        _not_too_large(box, stream)
        try:
            frame = next(box.decode(stream), None) if _has_decoder(stream) else None
        except av.error.FFmpegError:
            frame = None
        finally:
            _rewind(box)
        if frame is None:
            damaged = True
            continue
        ratio = frame.sample_aspect_ratio if hasattr(frame, "sample_aspect_ratio") else stream.sample_aspect_ratio
        width, height = frame.width, frame.height
        if ratio and ratio > 0:
            width = round(width * ratio)
        if abs(frame.rotation) % 180 == 90:
            width, height = height, width
        transfer = TRANSFERS.get(int(frame.color_trc), "")
        if frame.format.components[0].bits > 8 and int(frame.color_trc) == UNSAID and not frame.format.is_rgb:
            notes.append("more than 8 bits a colour, and it does not say which colours: shown as ordinary ones")
        return stream.index, (width, height), _matrix(frame), transfer, False
    return -1, None, "", "", damaged


def _matrix(frame: Any) -> str:
    """The picture's colour matrix; if unknown, what players assume."""
    if frame.format.is_rgb:
        return ""
    matrix = MATRICES.get(int(frame.colorspace))
    return matrix or ("bt709" if min(frame.width, frame.height) >= 720 else "bt601")


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
