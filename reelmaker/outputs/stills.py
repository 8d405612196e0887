"""A still of the customer for each clip, as a JPEG from the original, without captions.

The complete picture in its own aspect ratio, rotated and coloured as in the reel. An answer without a picture gets the
card with the speaker's label; if the original is missing, a frame of the reel is used.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reelmaker import media
from reelmaker.errors import ReelmakerError
from reelmaker.model import Clip, Facts, Place
from reelmaker.model.stretches import inside
from reelmaker.outputs import Finished
from reelmaker.render import cards

LONGEST = 1280  # pixels of the longer side
QUALITY = 88


def of_clips(finished: Finished, folder: Path) -> dict[int, Path]:
    """The still of each clip, by its first frame in the reel; made in parallel."""
    places = [place for place in finished.reel.places() if isinstance(place.item, Clip)]

    def make_still(place: Place) -> Path:
        assert isinstance(place.item, Clip)
        return of_clip(finished, place, place.item, folder / f"still-{place.first_frame}.jpg")

    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        stills = list(workers.map(make_still, places))
    return {place.first_frame: path for place, path in zip(places, stills, strict=True)}


def of_clip(finished: Finished, place: Place, clip: Clip, target: Path) -> Path:
    """Write the still to `target` (a new .jpg) and return it."""
    from PIL import Image

    original = finished.originals.get(clip.span.response)
    if original is not None:
        path, facts = original
        facts, areas = finished.covers.get(clip.stretches, (facts, ()))
        at_ms = _middle(clip, facts)
        if at_ms is None and finished.template is not None:
            card = cards.speaker_card(clip.label, finished.template, finished.brand, (LONGEST, LONGEST * 9 // 16))
            Image.fromarray(card.picture).save(target, quality=QUALITY)
            return target
        if at_ms is not None:
            cover = media.covered_at(areas, clip.played_at(at_ms) * place.fps // 1000)
            if (cover or not areas) and _from_original(path, facts, at_ms, target, cover):
                return target
    media.poster(finished.video, (place.start_ms + place.end_ms) // 2, target)
    return target


def _middle(clip: Clip, facts: Facts) -> int | None:
    """The middle of the longest stretch of the original's picture that the clip shows; None if it shows none."""
    if facts.picture is None:
        return None
    pictures = inside(clip.stretches, clip.span.start_ms, facts.picture_ms or facts.duration_ms)
    start, end = max(pictures, key=lambda stretch: (stretch[1] - stretch[0], -stretch[0]), default=(0, 0))
    return (start + end) // 2 if end > start else None


def _from_original(path: Path, facts: Facts, at_ms: int, target: Path, cover: tuple[media.Area, ...]) -> bool:
    """False if the original cannot be read at that time."""
    from PIL import Image

    assert facts.picture is not None
    scale = min(1.0, LONGEST / max(facts.picture))
    width, height = (max(2, round(side * scale / 2) * 2) for side in facts.picture)
    raw = target.with_suffix(".png")
    piece = media.Piece(
        path,
        facts.picture_track,
        -1,
        at_ms,
        1,
        picture=facts.picture,
        matrix=facts.matrix,
        transfer=facts.transfer,
        interlaced=facts.interlaced,
        bars=facts.bars,
        cover=cover,
    )
    try:
        media.still(piece, (width, height), raw)
        with Image.open(raw) as image:
            image.convert("RGB").save(target, quality=QUALITY)
    except (ReelmakerError, OSError):
        return False
    finally:
        raw.unlink(missing_ok=True)
    return True
