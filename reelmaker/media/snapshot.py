"""One frame of a finished piece, or of a still with a burned-in ASS script, as an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.media import ffmpeg

if TYPE_CHECKING:
    import numpy as np

AS_SEEN = "scale=in_color_matrix=bt709:in_range=tv,format=rgb24"


def frame(piece: Path, at_ms: int, size: tuple[int, int]) -> np.ndarray:
    """The picture of a piece or reel of ours at `at_ms`, uint8 RGB (height, width, 3)."""
    return _picture(["-ss", f"{at_ms / 1000:.3f}", "-i", f"file:{piece}", "-vf", AS_SEEN], size)


def burnt(still: Path, script: str, folder: Path, environment: Mapping[str, str], size: tuple[int, int]) -> np.ndarray:
    """The still with a burned-in script as in a clip, after one second.

    `script` names a file inside `folder`, whose `fonts` folder holds its fonts.
    """
    graph = (
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
        f"ass=filename={script}:fontsdir=fonts,select=gte(t\\,1),{AS_SEEN}"
    )
    loop = ["-loop", "1", "-framerate", "10", "-f", "image2", "-t", "1.5", "-i", str(still)]
    return _picture([*loop, "-vf", graph], size, folder, environment)


def _picture(
    arguments: Sequence[str],
    size: tuple[int, int],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> np.ndarray:
    import numpy as np

    output = ffmpeg.run(
        [*arguments, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        folder=folder,
        environment=environment,
        what="card",
    )
    return np.frombuffer(output.stdout, np.uint8).reshape(size[1], size[0], 3)
