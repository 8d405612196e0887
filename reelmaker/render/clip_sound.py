"""How a clip sounds: where it is bleeped, and the gain that brings it to the loudness of all clips."""

from __future__ import annotations

from reelmaker import media
from reelmaker.model import Clip, Place
from reelmaker.model.survey import Source

TARGET_LUFS = -16.0
QUIETEST_LUFS = -60.0  # quieter clips are not amplified
MOST_GAIN_DB = 40.0
LIMITED_TRIES, CLOSE_ENOUGH_LU = 4, 0.3


def gain(source: Source, clip: Clip, place: Place) -> float:
    """The gain in dB that brings the clip to the target loudness, compensating for what the limiter removes."""
    if source.facts.sound_track < 0:
        return 0.0
    start, end = clip.span.start_ms, clip.span.start_ms + place.frames * 1000 // place.fps
    if parts := clip.jumps(place.fps):
        end = clip.span.end_ms
    centre = bool(source.side)

    def measured(gain_db: float | None = None) -> media.Loudness:
        track, bleeps = source.facts.sound_track, bleeps_of(clip)
        return media.loudness(source.path, track, start, end, gain_db, centre, bleeps, parts, place.fps)

    original = measured()
    if original.integrated <= QUIETEST_LUFS:
        return 0.0
    gain_db = min(MOST_GAIN_DB, TARGET_LUFS - original.integrated)
    if original.peak + gain_db <= media.CEILING_DB:
        return gain_db
    for _ in range(LIMITED_TRIES):
        limited = measured(gain_db)
        missing = TARGET_LUFS - limited.integrated
        if missing < CLOSE_ENOUGH_LU or gain_db >= MOST_GAIN_DB:
            break
        gain_db = min(MOST_GAIN_DB, gain_db + missing)
    return gain_db


def bleeps_of(clip: Clip) -> tuple[tuple[int, int], ...]:
    """The bleeped stretches, in ms from the start of the clip."""
    return tuple((start - clip.span.start_ms, end - clip.span.start_ms) for start, end, _ in clip.bleeps)
