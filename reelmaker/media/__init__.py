"""The only package that uses ffmpeg and PyAV: nothing else opens an upload or starts a process.

ffmpeg            runs the packaged ffmpeg with an allow-list of formats, and limits
metadata          length, picture (picture.properties) and sound of a file; probe reads it in another process (probe_worker)
audio             an upload's sound as PCM, its loudness
wave              the moving bars of a voice without picture
encode            one piece of a reel, an exact number of frames and samples long; a still of an upload
pixelate          makes areas of a picture unrecognisable; frames gives the frames of a piece as arrays
picture           its properties; how a stretch of it begins
measure           measures finished pieces and reels
concat            joins pieces into one mp4 with captions and chapter marks; stills
jumps             parts of a piece that are left out
bleep             silence and a tone over stretches of a sound
external_command  runs the team's own program after a new reel, and reelmaker itself
short_formats     a short mp4 and a GIF of pieces, below a size limit
snapshot          a picture of a piece, or of a still with burned-in words
preview           what a person looks at before a reel is built: what browsers play, small proxies, waves
"""

from reelmaker.media.audio import Loudness, Recording, loudness, pcm, recording
from reelmaker.media.bleep import LEFT_DB
from reelmaker.media.bleep import residual_db as left_beside_tone
from reelmaker.media.concat import Chapter, join, poster
from reelmaker.media.encode import CEILING_DB, Encoding, Piece, cut_frames, cut_piece, still
from reelmaker.media.external_command import OwnCommand, command
from reelmaker.media.ffmpeg import Limits, ffmpeg_exe, ffmpeg_identity, ffmpeg_version, resume, set_limits, stop_all
from reelmaker.media.frames import pictures
from reelmaker.media.jumps import joints
from reelmaker.media.measure import Seen, Streams, sound_decodes, streams
from reelmaker.media.measure import piece as examine
from reelmaker.media.metadata import VERSION as PROBED
from reelmaker.media.picture.opening import VERSION as OPENING
from reelmaker.media.picture.opening import opening
from reelmaker.media.pixelate import VERSION as COVERED
from reelmaker.media.pixelate import Area
from reelmaker.media.pixelate import areas_at as covered_at
from reelmaker.media.preview.levels import levels
from reelmaker.media.preview.proxy import VERSION as PROXY
from reelmaker.media.preview.proxy import proxy
from reelmaker.media.probe import playable, probe, rest
from reelmaker.media.short_formats import Stretch, film, moving_still
from reelmaker.media.snapshot import burnt, frame

__all__ = [
    "CEILING_DB",
    "COVERED",
    "LEFT_DB",
    "OPENING",
    "PROBED",
    "PROXY",
    "Area",
    "Chapter",
    "Encoding",
    "Limits",
    "Loudness",
    "OwnCommand",
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
    "joints",
    "left_beside_tone",
    "levels",
    "loudness",
    "moving_still",
    "opening",
    "pcm",
    "pictures",
    "playable",
    "poster",
    "probe",
    "proxy",
    "recording",
    "rest",
    "resume",
    "set_limits",
    "sound_decodes",
    "still",
    "stop_all",
    "streams",
]
