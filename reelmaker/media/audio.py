"""An upload's sound as PCM on the container's timeline, and its loudness."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.errors import RenderError, UploadError
from reelmaker.media import bleep, jumps
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.media.encode import SAMPLE_RATE, levelled, on_timeline

if TYPE_CHECKING:
    import numpy as np

RATE = 16_000
LEAK_DB = 10.0  # how much louder the other channel of a call must be
# Gaps are filled and a late start is padded, so that a sample's position is its time in the file
# (faster-whisper's own decoder drops both).
# Six channels are mixed as floating point: integers would be attenuated by 11 dB to prevent clipping.
_TIMELINE = "aformat=sample_fmts=fltp:channel_layouts=mono|stereo,aresample={rate}:async=1:first_pts=0"


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBTP (EBU R 128); -70 and below is silence."""

    integrated: float
    peak: float


@dataclass(frozen=True, slots=True)
class Recording:
    """Decoded sound: int16, mono, 16,000 samples a second; `broken` counts decoder errors."""

    samples: np.ndarray
    broken: int


def pcm(path: Path, track: int, start_ms: int = 0, end_ms: int | None = None, side: str = "") -> np.ndarray:
    """The sound of one track: float32, mono, 16,000 samples a second, shape (samples,), -1..1.

    Sample i is `start_ms` + i / 16 ms after the file's start. Damaged packets are skipped.

    Args:
        side: "left" or "right" for one channel of a call; while the other channel is clearly louder, the sound is
            crosstalk from there, and is silenced.

    Raises:
        UploadError: the track cannot be decoded at all.
    """
    import numpy as np

    loud = recording(path, track, start_ms, end_ms, side).samples.astype(np.float32)
    loud /= 32768
    return loud


def recording(path: Path, track: int, start_ms: int = 0, end_ms: int | None = None, side: str = "") -> Recording:
    """Like `pcm` but as 16-bit integers, which take half the memory; with the number of decoder errors."""
    import numpy as np

    window = ["-ss", f"{start_ms / 1000:.3f}"] if start_ms else []
    length = ["-t", f"{(end_ms - start_ms) / 1000:.3f}"] if end_ms is not None else []
    channels = 2 if side else 1
    try:
        output = media_ffmpeg.run(
            [
                *window,
                *media_ffmpeg.source(path),
                *length,
                "-map",
                f"0:{track}",
                "-af",
                _TIMELINE.format(rate=RATE),
                "-ac",
                str(channels),
                "-ar",
                str(RATE),
                "-f",
                "s16le",
                "-",
                *media_ffmpeg.beside(length),
            ],
            what=path.name,
        )
    except RenderError as problem:
        raise UploadError(f"{path.name}: the sound cannot be decoded.", problem.message) from None
    samples = np.frombuffer(output.stdout, np.int16)
    if side:
        samples = _one_side(samples.reshape(-1, 2), 0 if side == "left" else 1)
    return Recording(samples, media_ffmpeg.complaints(output.stderr))


def _one_side(both: np.ndarray, side: int) -> np.ndarray:
    """One of two channels, silenced while the other one is `LEAK_DB` louder (in steps of 20 ms)."""
    import numpy as np

    step = RATE // 50
    step_end = len(both) // step * step
    power = (both[:step_end].astype(np.float32) ** 2).reshape(-1, step, 2).mean(1)
    leaked = power[:, 1 - side] > power[:, side] * 10 ** (LEAK_DB / 10)
    channel = both[:, side].copy()
    channel[:step_end].reshape(-1, step)[leaked] = 0
    return channel


def loudness(
    path: Path,
    track: int,
    start_ms: int,
    end_ms: int,
    gain_db: float | None = None,
    centre: bool = False,
    bleeps: bleep.Stretches = (),
    parts: jumps.Parts = (),
    fps: int = 30,
) -> Loudness:
    """How loud a stretch is (ffmpeg's ebur128 at 48 kHz stereo), as it is or after gain and limiter.

    Bleeped stretches (`bleeps`, in ms from `start_ms`) do not count, nor does what a piece with `parts` jumps over.
    """
    import ffmpeg

    upload = ffmpeg.input(
        f"file:{path}",
        ss=f"{start_ms / 1000:.3f}",
        t=f"{(end_ms - start_ms) / 1000:.3f}",
        **media_ffmpeg.allowed(),
    )
    sound = bleep.silenced(on_timeline(upload[str(track)], centre), bleeps)
    if gain_db is not None:
        sound = levelled(sound, gain_db)
    if parts:
        sound = jumps.of_sound(sound, parts, SAMPLE_RATE, fps)
    meter = sound.filter("ebur128", peak="true", framelog="quiet")
    output = media_ffmpeg.run([*ffmpeg.output(meter, "-", f="null").get_args(), *media_ffmpeg.beside()], what=path.name)
    return measured(output.stderr)


def measured(report: str) -> Loudness:
    """The summary that ebur128 printed, as numbers."""
    summary = report[report.rfind("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+|-?inf|nan) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", summary)

    def number(match: re.Match[str] | None) -> float:
        value = float(match[1]) if match else -70.0
        return value if value > -70.0 else -70.0

    return Loudness(number(integrated), number(peak))
