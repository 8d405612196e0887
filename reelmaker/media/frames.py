"""The frames of a stretch of an upload as arrays, exactly those that its piece shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.media.encode import PREROLL_MS, Piece, fixed_length, scaled, timed, tone_mapped

if TYPE_CHECKING:
    import numpy as np


def pictures(piece: Piece, fps: int, each: int, size: tuple[int, int], take: Callable[[np.ndarray], None]) -> None:
    """Pass every `each`-th picture of the piece to `take`, at this size (even): uint8 RGB, shape (height, width, 3).

    Rotated and coloured as in the reel, the complete picture without borders.

    Raises:
        RenderError: they cannot be read.
    """
    import ffmpeg
    import numpy as np

    width, height = size
    block = width * height * 3

    def read(pipe: IO[bytes]) -> bytes:
        while len(raw := pipe.read(block)) == block:
            take(np.frombuffer(raw, np.uint8).reshape(height, width, 3))
        return b""

    seek_ms = max(0, piece.start_ms - PREROLL_MS)
    upload = ffmpeg.input(f"file:{piece.path}", ss=f"{seek_ms / 1000:.3f}", threads=1, **media_ffmpeg.allowed())
    track, matrix = upload[str(piece.picture_track)], piece.matrix
    track = fixed_length(timed(track, piece, fps, piece.start_ms - seek_ms), piece, fps)
    track = track.filter("select", f"not(mod(n,{each}))")
    if piece.transfer:
        track, matrix = tone_mapped(track, piece.transfer, size), "bt709"
    track = scaled(track, matrix, width, height).filter("scale", in_color_matrix="bt709", in_range="tv")
    stream = ffmpeg.output(track, "pipe:1", f="rawvideo", pix_fmt="rgb24", fps_mode="passthrough")
    media_ffmpeg.run(["-filter_threads", "1", *stream.get_args()], what=piece.path.name, take=read)
