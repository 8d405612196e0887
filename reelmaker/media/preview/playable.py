"""Whether every browser plays an upload as it is. Found out here and not in the browser: one without HEVC reports no error.

It opens untrusted bytes, so it runs in the process of the probe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reelmaker.media import metadata
from reelmaker.media.picture import properties

# container of PyAV -> (codecs of the picture, codecs of the sound, media type with a picture, without)
PLAYED: dict[str, tuple[set[str], set[str], str, str]] = {
    "mov,mp4,m4a,3gp,3g2,mj2": ({"h264"}, {"aac", "mp3"}, "video/mp4", "audio/mp4"),
    "matroska,webm": ({"vp8", "vp9"}, {"opus", "vorbis"}, "video/webm", "audio/webm"),
    "mp3": (set(), {"mp3"}, "", "audio/mpeg"),
    "wav": (set(), {"pcm_s16le", "pcm_u8"}, "", "audio/wav"),
}
PIXELS = ("yuv420p", "yuvj420p")
MOST_PIXELS = 1920 * 1088  # larger ones stutter on an office machine


def media_type(path: Path, picture_track: int, sound_track: int) -> str:
    """The media type under which browsers play it; "" if some do not, or show another track.

    Args:
        picture_track, sound_track: those that a reel uses; -1 for none.
    """
    import av

    try:
        with metadata.opened(path) as box:
            return _media_type(box, picture_track, sound_track)
    except (av.error.FFmpegError, OSError, ValueError):
        return ""


def _media_type(box: Any, picture_track: int, sound_track: int) -> str:
    known = PLAYED.get(box.format.name)
    pictures = properties.tracks(box)
    if known is None or not box.duration or sound_track < 0:
        return ""  # no duration: a browser cannot jump in it
    sounds = list(box.streams.audio)
    if len(sounds) != 1 or sounds[0].index != sound_track or sounds[0].codec_context.name not in known[1]:
        return ""
    if picture_track < 0:
        return known[3] if not pictures else ""
    if len(pictures) != 1 or pictures[0].index != picture_track:
        return ""
    picture = pictures[0].codec_context
    plays = picture.name in known[0] and picture.pix_fmt in PIXELS and picture.width * picture.height <= MOST_PIXELS
    return known[2] if plays else ""
