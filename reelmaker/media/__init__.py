"""The only door to ffmpeg and PyAV: nothing else opens an upload or starts a process.

guard   runs the ffmpeg that came along, with an allow-list of formats, limits and a drained stderr
facts   what a file holds: length, picture, sound; looking asks for it in another process (looker)
sound   an upload's sound as PCM, its loudness
cut     one piece of a reel, an exact number of frames and samples long; a still of an upload
cover   what of a piece's picture is made unrecognisable; pictures the frames of a piece before that, as arrays
examine finished pieces and reels, measured
join    pieces -> one mp4 with captions and chapter marks; stills
bleep   silence and a tone over stretches of a sound
command tells a program of the team's own about a new reel
short   pieces -> a short mp4 and a GIF, held under a size
shown   a picture of a piece, or of a still with words burnt in
"""

from reelmaker.media.audio import Loudness, Recording, loudness, pcm, recording
from reelmaker.media.bleep import LEFT_DB
from reelmaker.media.bleep import left as left_beside_tone
from reelmaker.media.concat import Chapter, join, poster
from reelmaker.media.encode import CEILING_DB, Encoding, Piece, cut_frames, cut_piece, still
from reelmaker.media.external_command import command
from reelmaker.media.ffmpeg import Limits, ffmpeg_exe, ffmpeg_identity, ffmpeg_version, resume, set_limits, stop_all
from reelmaker.media.frames import pictures
from reelmaker.media.measure import Seen, Streams, sound_decodes, streams
from reelmaker.media.measure import piece as examine
from reelmaker.media.pixelate import VERSION as COVERED
from reelmaker.media.pixelate import Area
from reelmaker.media.pixelate import at as covered_at
from reelmaker.media.probe import probe, rest
from reelmaker.media.short_formats import Stretch, film, moving_still
from reelmaker.media.snapshot import burnt, frame

__all__ = [
    "CEILING_DB",
    "COVERED",
    "LEFT_DB",
    "Area",
    "Chapter",
    "Encoding",
    "Limits",
    "Loudness",
    "Piece",
    "Recording",
    "Seen",
    "Streams",
    "Stretch",
    "burnt",
    "command",
    "covered_at",
    "cut_frames",
    "cut_piece",
    "examine",
    "ffmpeg_exe",
    "ffmpeg_identity",
    "ffmpeg_version",
    "film",
    "frame",
    "join",
    "left_beside_tone",
    "loudness",
    "moving_still",
    "pcm",
    "pictures",
    "poster",
    "probe",
    "recording",
    "rest",
    "resume",
    "set_limits",
    "sound_decodes",
    "still",
    "stop_all",
    "streams",
]
