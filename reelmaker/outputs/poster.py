"""poster.jpg: the reel's intro card after its animation."""

from __future__ import annotations

from pathlib import Path

from reelmaker import media
from reelmaker.outputs import Finished


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write poster.jpg in the reel's size."""
    target = folder / "poster.jpg"
    first = next(finished.reel.places())
    media.poster(finished.video, first.start_ms + (first.end_ms - first.start_ms) * 3 // 4, target)
    return [target]
