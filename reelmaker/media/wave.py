"""What a clip without picture shows: a branded still with bars that move as the voice does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reelmaker.media.encode import Encoding

BARS = 32  # on each side of the middle


def card(
    sound: Any, encoding: Encoding, frames: int, backdrop: Path | None, box: tuple[int, int, int, int], colour: str
) -> Any:
    """A branded still with a moving waveform in a box."""
    import ffmpeg

    x, y, width, height = box
    still = ffmpeg.input(str(backdrop), loop=1, framerate=encoding.fps, f="image2")
    wave, wide = _bars(sound, width, height, colour, encoding.fps)
    return (
        still.filter("scale", encoding.width, encoding.height, out_color_matrix="bt709", out_range="tv")
        .overlay(wave, x=x + (width - wide) // 2, y=y, eof_action="repeat")
        .filter("setsar", 1)
        .filter("trim", end_frame=frames)
        .filter("setpts", f"N/{encoding.fps}/TB")
    )


def _bars(sound: Any, width: int, height: int, colour: str, fps: int) -> tuple[Any, int]:
    """The last two seconds of the sound as bars that start in the middle and move to both sides; and their width."""
    import ffmpeg

    step = max(4, round(width / 2 / BARS), round(height / 18))  # fewer if the box is narrow
    many = max(2, (width // step + 1) // 2)
    half = (
        sound.filter(
            "showwaves",
            s=f"1x{height}",
            mode="cline",
            rate=f"{fps}/2",
            scale="sqrt",
            draw="full",
            colors="|".join([colour.replace("#", "0x")] * 2),  # one for each channel
        )
        .filter("tile", f"{many}x1", overlap=many - 1, init_padding=many - 1, color="black@0")
        .filter("setpts", f"2*N/{fps}/TB")
        .filter("scale", many * step, height, flags="neighbor")
    )
    split = half.filter_multi_output("split", 2)
    mirrored = split[1].filter("hflip").filter("crop", (many - 1) * step, height, step, 0)
    both = ffmpeg.filter([split[0], mirrored], "hstack")
    # the gaps: lines that show what is below
    gaps = {
        "w": step,
        "h": 9 * height,
        "y": -height,
        "t": round(step * 0.4),
        "color": "black@0",
        "replace": 1,
    }
    return both.filter("drawgrid", **gaps), (2 * many - 1) * step
