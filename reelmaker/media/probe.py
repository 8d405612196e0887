"""Facts about an upload, read through PyAV with the same allow-lists as ffmpeg gets.

In: a path. Out: `Facts`, or an `UploadError` that says why the file cannot be used.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from reelmaker.errors import UploadError
from reelmaker.media.guard import FORMATS, MAX_PIXELS, PROTOCOLS
from reelmaker.model import Facts

LONGEST_MS = 6 * 3600 * 1000


# ITU-T H.273, MatrixCoefficients
MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020", 10: "bt2020"}


def probe(path: Path) -> Facts:
    """Open a file, decode its first picture, walk through its packets.

    The length is that of the packets there are, not what the header claims: half an upload still
    claims its full length, and a browser's webm claims none.

    Raises:
        UploadError: not a plain file, empty, not a known format, nothing in it can be decoded.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    kind = path.lstat().st_mode
    if not stat.S_ISREG(kind):
        raise UploadError(f"{path.name}: not a plain file.", "Put the file itself into uploads/.")
    if not path.stat().st_size:
        raise UploadError(f"{path.name}: the file is empty.", "Upload it again.")
    options = {"protocol_whitelist": PROTOCOLS, "format_whitelist": FORMATS, "max_pixels": str(MAX_PIXELS)}
    try:
        with av.open(f"file:{path}", container_options=options) as box:
            return _facts(path, box)
    except UploadError:
        raise
    except PermissionError:
        raise UploadError(f"{path.name}: may not be read.", "Check the file's permissions.") from None
    except (av.error.FFmpegError, OSError, ValueError, OverflowError) as problem:
        number = getattr(problem, "errno", None)
        reason = os.strerror(number) if number and 0 < number < 200 else str(problem).split(":")[0]
        raise UploadError(
            f"{path.name}: not a video or sound file that can be read ({reason}).",
            "Upload it again, or convert it to mp4.",
        ) from None


def _facts(path: Path, box: Any) -> Facts:
    notes: list[str] = []
    claimed_ms = round(box.duration / 1000) if box.duration else 0
    if claimed_ms > LONGEST_MS:
        raise UploadError(
            f"{path.name}: claims to be {claimed_ms // 3_600_000} hours long.",
            f"The longest upload taken in is {LONGEST_MS // 3_600_000} hours.",
        )
    picture_track, picture, matrix, damaged = _picture(box)
    sound = next((stream for stream in box.streams.audio if stream.codec_context is not None), None)
    if picture_track < 0 and sound is None:
        raise UploadError(f"{path.name}: holds neither picture nor sound.", "Upload it again.")
    if damaged:
        notes.append("the picture cannot be decoded; used as sound only")
    if sound is None:
        notes.append("no sound track")
    duration_ms, broken = _walk(box, {picture_track, sound.index if sound else -1} - {-1})
    if duration_ms <= 0:
        raise UploadError(f"{path.name}: holds no playable part.", "Upload it again.")
    if broken or claimed_ms - duration_ms > max(1000, claimed_ms // 50):
        notes.append(
            f"damaged: {duration_ms / 1000:.1f} s of {max(claimed_ms, duration_ms) / 1000:.1f} s can be read"
        )
    return Facts(duration_ms, picture, picture_track, sound.index if sound else -1, tuple(notes), matrix)


def _picture(box: Any) -> tuple[int, tuple[int, int] | None, str, bool]:
    """The first real picture track that decodes: index, displayed size, colour matrix; True if one does not."""
    import av

    damaged = False
    for stream in box.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        try:
            frame = next(box.decode(stream), None)
        except av.error.FFmpegError:
            frame = None
        finally:
            box.seek(0)
        if frame is None:
            damaged = True
            continue
        ratio = (
            frame.sample_aspect_ratio
            if hasattr(frame, "sample_aspect_ratio")
            else stream.sample_aspect_ratio
        )
        width, height = frame.width, frame.height
        if ratio and ratio > 0:
            width = round(width * ratio)
        if abs(frame.rotation) % 180 == 90:
            width, height = height, width
        return stream.index, (width, height), _matrix(frame), False
    return -1, None, "", damaged


def _matrix(frame: Any) -> str:
    """How the picture's colours are coded; where it does not say, what players take for granted."""
    if frame.format.is_rgb:
        return ""
    says = MATRICES.get(int(frame.colorspace))
    return says or ("bt709" if min(frame.width, frame.height) >= 720 else "bt601")


def _walk(box: Any, tracks: set[int]) -> tuple[int, bool]:
    """The end of the last packet of those tracks in ms after the file's start, and whether it broke off."""
    import av

    start = box.start_time / 1000 if box.start_time else 0.0
    end = 0.0
    try:
        for packet in box.demux([box.streams[index] for index in sorted(tracks)]):
            if packet.pts is not None and packet.time_base:
                last = (packet.pts + (packet.duration or 0)) * packet.time_base * 1000
                end = max(end, float(last) - start)
    except av.error.FFmpegError:
        return round(end), True
    return round(end), False
