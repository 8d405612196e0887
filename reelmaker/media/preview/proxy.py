"""A small file that every browser plays, of a stretch of an upload: to look at, never to build from.

It is cut, coloured, bleeped and blurred by the same filters as a piece of a reel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reelmaker.media import encode
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.media.encode import Encoding, Piece

VERSION = 1
KEYFRAME_S = 1  # so that a jump shows its place at once


def proxy(piece: Piece, encoding: Encoding, target: Path) -> None:
    """Write a stretch of an upload as H.264 and AAC, or as AAC alone where it has no picture, to `target` (an mp4).

    Raises:
        RenderError, DiskFull: as `ffmpeg.run`.
    """
    import ffmpeg

    upload, before_ms = encode.opened(piece, encoding.threads)
    streams: list[Any] = []
    options = {
        "c:a": "aac",
        "b:a": "96k",
        "map_metadata": -1,
        "map_chapters": -1,
        "movflags": "+faststart",
        "f": "mp4",
    }
    if piece.picture_track >= 0:
        streams.append(
            encode.labelled(encode.picture_chain(upload[str(piece.picture_track)], piece, encoding, before_ms))
        )
        options |= {
            "c:v": "libx264",
            "preset": encoding.preset,
            "crf": encoding.crf,
            "pix_fmt": "yuv420p",
            "g": KEYFRAME_S * encoding.fps,
            "threads:v": encoding.threads,
        }
    sound = encode.sound_chain(upload, piece, encoding, before_ms)
    streams.append(sound.filter("aformat", channel_layouts="stereo"))  # a bleeped one does not say its layout
    stream = ffmpeg.output(*streams, f"file:{target}", **options)
    media_ffmpeg.run(
        ["-filter_threads", "1", *stream.get_args()],
        stdin=encode.mask_frames(piece),
        what=piece.path.name,
        limit_s=120 + piece.frames / encoding.fps * 20,
    )
