"""What safety costs: uploads looked at by a process of its own with limits, beside looking at them right here.

And the reel's check of itself, both as a share of a cold build of the sample survey.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import builds
from table import Row, said

from reelmaker import media, parallel
from reelmaker.media import ffmpeg, metadata

RUNS = 20


def measure(folder: Path, rounds: int) -> list[Row]:
    """Each figure beside its bare counterpart, taken in turn; the best round of each counts."""
    project = builds.fresh(folder / "guarded")
    uploads = sorted(path for path in (project / "uploads").iterdir() if path.suffix not in (".csv", ".srt", ".vtt"))
    guarded, bare, held, free = [], [], [], []
    metadata.read(uploads[0])  # what is imported for it is no part of the comparison
    for number in range(rounds):
        said(f"taking in and starting ffmpeg, guarded and bare, round {number + 1} of {rounds}")
        media.rest()
        guarded.append(timed(lambda: looked(uploads, media.probe)))
        media.rest()
        bare.append(timed(lambda: looked(uploads, metadata.read)))
        held.append(timed(lambda: [ffmpeg.run(["-version"]) for _ in range(RUNS)]))
        free.append(
            timed(
                lambda: [
                    subprocess.run([media.ffmpeg_exe(), "-version"], capture_output=True, check=True)
                    for _ in range(RUNS)
                ]
            )
        )
    said("one cold build, for the share")
    wall, _ = builds.build(project, "--no-check")
    check = builds.build(project)[1]["seconds"]["check"]
    extra = min(guarded) - min(bare)
    return [
        Row(
            f"guarded looking at {len(uploads)} uploads, more than bare / cold build",
            extra / wall,
            "",
            f"{min(guarded):.2f} s : {min(bare):.2f} s of {wall:.1f} s",
            3,
        ),
        Row(
            "limits and drained pipes around one ffmpeg run, ms",
            (min(held) - min(free)) / RUNS * 1000,
            "",
            f"{min(held) / RUNS * 1000:.1f} ms : {min(free) / RUNS * 1000:.1f} ms",
            1,
        ),
        Row("the reel's check of itself / cold build without it", check / wall, "", f"{check:.1f} s : {wall:.1f} s"),
    ]


def looked(uploads: list[Path], look: Callable[[Path], object]) -> None:
    for path, result in parallel.do(look, uploads):
        if isinstance(result, Exception):
            raise SystemExit(f"{path.name}: {result}")


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
