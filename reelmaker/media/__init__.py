"""The only door to ffmpeg and PyAV: nothing else opens an upload or starts a process.

guard   runs the ffmpeg that came along, with an allow-list of formats, limits and a drained stderr
probe   facts about a file: length, picture, sound
sound   an upload's sound as PCM, its loudness
cut     one piece of a reel, an exact number of frames and samples long
join    pieces -> one mp4 with captions and chapter marks; stills
"""

from reelmaker.media.cut import CEILING_DB, Encoding, Piece, cut_frames, cut_piece
from reelmaker.media.guard import ffmpeg_exe, ffmpeg_identity, ffmpeg_version, resume, stop_all
from reelmaker.media.join import Chapter, join, poster
from reelmaker.media.probe import probe
from reelmaker.media.sound import Loudness, loudness, pcm

__all__ = [
    "CEILING_DB",
    "Chapter",
    "Encoding",
    "Loudness",
    "Piece",
    "cut_frames",
    "cut_piece",
    "ffmpeg_exe",
    "ffmpeg_identity",
    "ffmpeg_version",
    "join",
    "loudness",
    "pcm",
    "poster",
    "probe",
    "resume",
    "stop_all",
]
