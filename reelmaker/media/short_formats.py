"""Short videos from pieces of a reel, for e-mail and chat: one mp4 and one GIF, each below a size limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reelmaker.errors import RenderError
from reelmaker.media import ffmpeg
from reelmaker.media.encode import SAMPLE_RATE

FADE_S = 0.02  # at each edge of a stretch, as in the reel, to avoid clicks
# From good to small; the last ones are for pictures with constant movement
MP4 = ((720, 24), (720, 27), (540, 28), (360, 30), (270, 34), (180, 40))  # shorter side in pixels, crf
GIF = (
    (480, 12.5, 256),
    (420, 12.5, 128),
    (360, 10, 128),
    (320, 10, 96),
    (270, 8, 64),
    (210, 8, 64),
    (180, 6, 32),
    (120, 5, 16),
)  # shorter side in pixels, frames a second, colours


@dataclass(frozen=True, slots=True)
class Stretch:
    """The first `frames` frames of a piece."""

    piece: Path
    frames: int


def film(
    stretches: Sequence[Stretch],
    target: Path,
    *,
    size: tuple[int, int],
    fps: int,
    most_bytes: int,
    overlay: str = "",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """One mp4 (H.264, AAC) of the stretches, below a size limit.

    Args:
        size: width and height of the pieces; the film keeps their shape and is never larger.
        overlay: an ASS script inside `folder`, whose `fonts` folder holds its fonts; "" for none.

    Raises:
        RenderError, DiskFull: as `ffmpeg.run`, or it cannot be made that small.
    """
    inputs = [part for stretch in stretches for part in ("-i", f"file:{stretch.piece}")]
    for shorter, crf in MP4:
        width, height = _within(size, shorter)
        burnt = f"ass=filename={overlay}:fontsdir=fonts," if overlay else ""
        graph = (
            f"{_joined(stretches, fps)};[v]{burnt}scale={width}:{height}:flags=bicubic,setsar=1,format=yuv420p[picture]"
        )
        ffmpeg.run(
            [
                *inputs,
                "-filter_complex",
                graph,
                *"-map [picture] -map [a] -map_metadata -1 -c:v libx264 -preset medium -crf".split(),
                str(crf),
                *"-profile:v high -level:v 4.1 -threads:v 1 -colorspace bt709 -color_primaries bt709".split(),
                *"-color_trc bt709 -color_range tv -c:a aac -aac_coder fast -b:a 128k -fflags +bitexact".split(),
                *"-flags:v +bitexact -flags:a +bitexact -movflags +faststart -f mp4".split(),
                f"file:{target}",
            ],
            what=target.name,
            folder=folder,
            environment=environment,
        )
        if target.stat().st_size <= most_bytes:
            return
    raise _too_large(target, most_bytes)


def moving_still(film: Path, target: Path, *, size: tuple[int, int], fps: int, most_bytes: int) -> None:
    """The video as a looping GIF, below a size limit.

    Raises:
        RenderError, DiskFull: as `ffmpeg.run`, or it cannot be made that small.
    """
    for shorter, rate, colours in GIF:
        width, height = _within(size, shorter)
        graph = (
            f"[0:v]fps={min(rate, fps)},scale={width}:{height}:flags=lanczos,setsar=1,split[one][two];"
            f"[one]palettegen=max_colors={colours}:stats_mode=diff[palette];"
            "[two][palette]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle[picture]"
        )
        ffmpeg.run(
            [
                "-i",
                f"file:{film}",
                "-filter_complex",
                graph,
                *"-map [picture] -map_metadata -1 -loop 0 -fflags +bitexact -f gif".split(),
                f"file:{target}",
            ],
            what=target.name,
        )
        if target.stat().st_size <= most_bytes:
            return
    raise _too_large(target, most_bytes)


def _joined(stretches: Sequence[Stretch], fps: int) -> str:
    """A filter graph that cuts each piece to whole frames and samples and concatenates them."""
    lines = []
    for number, stretch in enumerate(stretches):
        seconds = stretch.frames / fps
        samples = stretch.frames * SAMPLE_RATE // fps
        lines += [
            f"[{number}:v]trim=end_frame={stretch.frames},setpts=PTS-STARTPTS[v{number}]",
            f"[{number}:a]atrim=end_sample={samples},asetpts=PTS-STARTPTS,afade=t=in:d={FADE_S},"
            f"afade=t=out:st={max(0.0, seconds - FADE_S):.4f}:d={FADE_S}[a{number}]",
        ]
    pairs = "".join(f"[v{number}][a{number}]" for number in range(len(stretches)))
    return ";".join([*lines, f"{pairs}concat=n={len(stretches)}:v=1:a=1[v][a]"])


def _within(size: tuple[int, int], shorter: int) -> tuple[int, int]:
    """This aspect ratio with at most that many pixels on the shorter side; even numbers."""
    scale = min(1.0, shorter / min(size))
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    return width, height


def _too_large(target: Path, most_bytes: int) -> RenderError:
    return RenderError(
        f"{target.name} cannot be made smaller than {most_bytes / 1_000_000:g} MB.",
        'Remove "teaser" from `outputs` in reelmaker.toml.',
    )
