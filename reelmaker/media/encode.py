"""One piece of a reel: an exact number of frames and samples, H.264 and PCM in a mov file.

Pieces of one encoding can be joined without encoding the picture again, and keep PCM until the one
last AAC encode, so that no join adds delay (concatenated AAC grows 23.7 ms a join).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.media import bleep, jumps, wave
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.media.pixelate import Area, masks, pixelated

if TYPE_CHECKING:
    import numpy as np

SAMPLE_RATE = 48_000
CEILING_DB = -3.0  # the limiter's; leaves headroom for the AAC encoder
# A second is decoded before each cut: the frame on show at the cut may have started long before
# in files of variable rate, and sound decoders need a few packets to settle.
PREROLL_MS = 1000


@dataclass(frozen=True, slots=True)
class Encoding:
    """Size in pixels (even), frames a second (a divisor of 48,000), x264 settings."""

    width: int
    height: int
    fps: int = 30
    crf: int = 21
    preset: str = "veryfast"
    threads: int = 1

    @property
    def samples_per_frame(self) -> int:
        return SAMPLE_RATE // self.fps

    def options(self) -> dict[str, Any]:
        """Encoder options: the same for every piece, so that pieces can be joined."""
        return {
            "c:v": "libx264",
            "preset": self.preset,
            "crf": self.crf,
            "profile:v": "high",
            "level:v": "4.1",
            "pix_fmt": "yuv420p",
            "g": 2 * self.fps,
            "x264-params": "stitchable=1:open-gop=0",
            "threads:v": self.threads,
            "colorspace": "bt709",
            "color_primaries": "bt709",
            "color_trc": "bt709",
            "color_range": "tv",
            "c:a": "pcm_s16le",
            "video_track_timescale": self.fps * 512,
            "map_metadata": -1,
            "map_chapters": -1,
            "fflags": "+bitexact",
            "f": "mov",
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an upload as it will appear in the reel.

    `start_ms` is in the source, `frames` the length in the reel. `fill` is "blur" or a colour #rrggbb
    for the borders of videos with another aspect ratio. Uploads without a picture show `backdrop` (a PNG of the
    reel's size) with a moving wave inside `wave_box` (x, y, width, height in pixels) in `wave_colour`.
    So do those whose picture ends before their sound, from frame `moving` on.
    `overlay` names an ASS script inside `folder`, whose `fonts` folder holds its fonts. `matrix` and `transfer`
    are those of `Facts`; `centre` mixes both channels of a call to the middle. `bleeps` are stretches of the piece in ms
    with a tone instead of the sound. With `jumps` the piece leaves parts out: see the module of that name; `frames` are
    those of all its parts, `bleeps` still count from its start in the source.
    """

    path: Path
    picture_track: int
    sound_track: int
    start_ms: int
    frames: int
    gain_db: float = 0.0
    fade_ms: int = 20
    fill: str = "blur"
    picture: tuple[int, int] | None = None
    matrix: str = ""
    transfer: str = ""
    centre: bool = False
    backdrop: Path | None = None
    wave_box: tuple[int, int, int, int] = (0, 0, 0, 0)
    wave_colour: str = "#ffffff"
    overlay: str = ""
    moving: int = -1  # frames until the picture ends and the backdrop is shown; -1: never
    bleeps: tuple[tuple[int, int], ...] = ()
    interlaced: bool = False
    bars: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # black at the edges, see `Facts`
    cover: tuple[Area, ...] = ()  # areas of the picture that must be unrecognisable
    jumps: tuple[tuple[int, int], ...] = ()  # the start of each part, in ms from that of the piece, and its frames


def opened(piece: Piece, threads: int) -> tuple[Any, int]:
    """The upload of a piece as an input of ffmpeg, and how far before the piece it is read from, in ms."""
    import ffmpeg

    seek_ms = max(0, piece.start_ms - PREROLL_MS)
    upload = ffmpeg.input(f"file:{piece.path}", ss=f"{seek_ms / 1000:.3f}", threads=threads, **media_ffmpeg.allowed())
    return upload, piece.start_ms - seek_ms


def cut_piece(piece: Piece, encoding: Encoding, target: Path, folder: Path, environment: Mapping[str, str]) -> int:
    """Write the piece to `target` (a new .mov), running ffmpeg in `folder`.

    Returns:
        How many packets and frames of the upload could not be decoded there.
    """
    import ffmpeg

    upload, before_ms = opened(piece, encoding.threads)
    sound = sound_chain(upload, piece, encoding, before_ms)
    picture = None
    if piece.picture_track >= 0:
        picture = picture_chain(upload[str(piece.picture_track)], piece, encoding, before_ms)
    if picture is None or piece.moving >= 0:
        split = sound.filter_multi_output("asplit", 2)
        sound, card = (
            split[0],
            wave.card(split[1], encoding, piece.frames, piece.backdrop, piece.wave_box, piece.wave_colour),
        )
        picture = picture.overlay(card, enable=f"gte(n,{piece.moving})") if picture is not None else card
    if piece.overlay:
        picture = picture.filter("ass", filename=piece.overlay, fontsdir="fonts")
    picture = labelled(picture)
    # ffmpeg-python joins what it is given and escapes filter values; our own runner starts it
    stream = ffmpeg.output(picture, sound, str(target), **encoding.options())
    output = media_ffmpeg.run(
        ["-filter_threads", "1", *stream.get_args()],
        folder=folder,
        environment=environment,
        stdin=mask_frames(piece),
        what=piece.path.name,
        limit_s=120 + piece.frames / encoding.fps * 60,
    )
    return media_ffmpeg.complaints(output.stderr)


def cut_frames(frames: Iterable[np.ndarray], count: int, encoding: Encoding, target: Path) -> None:
    """Write `count` frames (uint8, shape (height, width, 3), RGB) with digital silence to `target`.

    A frame that is the same array object as the previous one is not sent again: the last one is repeated.
    """
    import ffmpeg

    seconds = count / encoding.fps
    picture = (
        ffmpeg.input("pipe:0", f="rawvideo", pix_fmt="rgb24", s=f"{encoding.width}x{encoding.height}", r=encoding.fps)
        .filter("scale", out_color_matrix="bt709", out_range="tv")
        .filter("format", "yuv420p")
        .filter("setsar", 1)
        .filter("tpad", stop_mode="clone", stop=-1)
        .filter("trim", end_frame=count)
    )
    silence = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", f="lavfi", t=f"{seconds + 1:.3f}").filter(
        "atrim", end_sample=count * encoding.samples_per_frame
    )
    stream = ffmpeg.output(labelled(picture), silence, str(target), **encoding.options())
    media_ffmpeg.run(stream.get_args(), stdin=_until_still(frames), what="card", limit_s=120 + seconds * 60)


def still(piece: Piece, size: tuple[int, int], target: Path) -> None:
    """The picture of the upload at `piece.start_ms` as a PNG of this size (even), without captions.

    It is rotated, coloured and framed as in the reel.

    Raises:
        RenderError: there is no decodable picture.
    """
    import ffmpeg

    encoding = Encoding(*size)
    upload, before_ms = opened(piece, 1)
    track, piece = upload[str(piece.picture_track)], replace(piece, frames=1)
    picture = labelled(picture_chain(track, piece, encoding, before_ms))
    stream = ffmpeg.output(
        picture,
        f"file:{target}",
        f="image2",
        update=1,
        map_metadata=-1,
        fflags="+bitexact",
        **{"frames:v": 1},
    )
    media_ffmpeg.run(
        ["-filter_threads", "1", *stream.get_args()], stdin=mask_frames(piece), what=piece.path.name, limit_s=120
    )


def labelled(picture: Any) -> Any:
    """8-bit 4:2:0 with explicit colour tags, so that no player has to guess."""
    return picture.filter("format", "yuv420p").filter(
        "setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709"
    )


def _until_still(frames: Iterable[np.ndarray]) -> Iterator[bytes]:
    last = None
    for frame in frames:
        if frame is last:
            return
        last = frame
        yield frame.tobytes()


def picture_chain(track: Any, piece: Piece, encoding: Encoding, before_ms: int) -> Any:
    """The picture of a piece in its final size, shape and colours, with its areas covered."""
    width, height, fps = encoding.width, encoding.height, encoding.fps
    track = timed(track, piece, fps, before_ms)
    shape = piece.picture or (width, height)
    matrix, inside = piece.matrix, _inside(shape, width, height)
    same_shape = abs(shape[0] / shape[1] / (width / height) - 1) < 0.01
    if piece.transfer:
        track, matrix = tone_mapped(track, piece.transfer, inside), "bt709"
    if piece.cover:
        # before anything else, so that the blurred copy at the borders shows no more than the picture
        size = (width, height) if same_shape else inside
        track, matrix = fixed_length(scaled(track, matrix, *size).filter("setsar", 1), piece, fps), "bt709"
        track = pixelated(track, piece.cover, size, fps)
    if same_shape:
        track = scaled(track, matrix, width, height)
    else:
        track = _filled(track, matrix, shape, piece.fill, width, height)
    return fixed_length(track.filter("setsar", 1), piece, fps)


def timed(track: Any, piece: Piece, fps: int, before_ms: int) -> Any:
    """At the reel's frame rate, from the first frame of the piece on; without its own fields and black bars."""
    if piece.interlaced:
        track = track.filter("bwdif", mode="send_frame", deint="interlaced")
    if any(piece.bars):
        left, top, right, bottom = piece.bars
        wide, high = f"iw*{1 - left - right:.6f}", f"ih*{1 - top - bottom:.6f}"
        track = track.filter("crop", wide, high, f"iw*{left:.6f}", f"ih*{top:.6f}", exact=1)
    skip = round(before_ms * fps / 1000)
    track = track.filter("fps", fps=fps, start_time=0)
    track = track.filter("trim", start_frame=skip) if skip else track
    return jumps.of_picture(track, piece.jumps, fps) if piece.jumps else track


def fixed_length(track: Any, piece: Piece, fps: int) -> Any:
    """Exactly as many frames as the piece has; the last one is repeated if there are fewer."""
    return (
        track.filter("tpad", stop_mode="clone", stop=-1)
        .filter("trim", end_frame=piece.frames)
        .filter("setpts", f"N/{fps}/TB")
    )


def mask_frames(piece: Piece) -> Iterator[bytes] | None:
    """What the filters that cover areas read from standard input; None if nothing is covered."""
    return masks(piece.cover, piece.frames) if piece.cover else None


def _filled(track: Any, matrix: str, shape: tuple[int, int], fill: str, width: int, height: int) -> Any:
    """The whole picture, undistorted, on a blurred copy of itself or on a colour."""
    inner = _inside(shape, width, height)
    if fill != "blur":
        # a pad filter wants 0xRRGGBB, as "#" has a meaning of its own in a filter graph
        return scaled(track, matrix, *inner).filter("pad", width, height, -1, -1, color=fill.replace("#", "0x"))
    blur_size = max(2, round(width / 16) * 2), max(2, round(height / 16) * 2)
    split = track.filter_multi_output("split", 2)
    back = (
        scaled(split[0], matrix, *blur_size, force_original_aspect_ratio="increase", flags="fast_bilinear")
        .filter("crop", *blur_size)
        .filter("gblur", sigma=max(2, blur_size[1] / 14))
        .filter("eq", brightness=-0.12, saturation=0.8)
        .filter("scale", width, height, flags="bilinear")
        .filter("setsar", 1)
    )
    front = scaled(split[1], matrix, *inner).filter("setsar", 1)
    return back.overlay(front, x=(width - inner[0]) // 2, y=(height - inner[1]) // 2, eof_action="pass")


def _inside(shape: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """The largest even size of this aspect ratio that fits."""
    scale = min(width / shape[0], height / shape[1])
    return max(2, round(shape[0] * scale / 2) * 2), max(2, round(shape[1] * scale / 2) * 2)


def tone_mapped(track: Any, transfer: str, size: tuple[int, int]) -> Any:
    """High dynamic range (ITU-R BT.2100) as an ordinary 8-bit picture in BT.709, at the size it is shown in."""
    curve = {"pq": "smpte2084", "hlg": "arib-std-b67"}[transfer]
    return (
        track.filter("scale", *size, flags="bicubic")
        .filter("zscale", tin=curve, min="bt2020nc", pin="bt2020", rin="tv", t="linear", npl=203)
        .filter("format", "gbrpf32le")
        .filter("zscale", p="bt709")
        .filter("tonemap", "mobius", desat=0)
        .filter("zscale", t="bt709", m="bt709", p="bt709", r="tv")
        .filter("format", "yuv420p")
    )


def scaled(track: Any, matrix: str, width: int, height: int, **options: Any) -> Any:
    """At this size in the reel's colours; a picture that already matches is unchanged."""
    coded = {"in_color_matrix": matrix} if matrix else {}
    return track.filter(
        "scale",
        width,
        height,
        out_color_matrix="bt709",
        out_range="tv",
        **coded,
        **{"flags": "bicubic", **options},
    ).filter("format", "yuv420p")


def sound_chain(upload: Any, piece: Piece, encoding: Encoding, before_ms: int) -> Any:
    """The sound of a piece, bleeped, at its level and of its length."""
    import ffmpeg

    samples = piece.frames * encoding.samples_per_frame
    if piece.sound_track < 0:
        silence = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", f="lavfi")
        return silence.filter("atrim", end_sample=samples)
    sound = on_timeline(upload[str(piece.sound_track)], piece.centre)
    if before_ms:
        sound = sound.filter("atrim", start_sample=before_ms * SAMPLE_RATE // 1000)
    sound = bleep.silenced(sound.filter("asetpts", "N/SR/TB"), piece.bleeps)
    sound = bleep.bleeped(levelled(sound, piece.gain_db), piece.bleeps)
    if piece.jumps:
        return jumps.of_sound(sound, piece.jumps, SAMPLE_RATE, encoding.fps, piece.fade_ms * SAMPLE_RATE // 1000)
    fade = min(piece.fade_ms, piece.frames * 1000 // encoding.fps // 4) * SAMPLE_RATE // 1000
    return (
        sound.filter("apad", whole_len=samples)
        .filter("atrim", end_sample=samples)
        .filter("afade", t="in", ss=0, ns=fade)
        .filter("afade", t="out", ss=samples - fade, ns=fade)
    )


def on_timeline(track: Any, centre: bool = False) -> Any:
    """48 kHz stereo in which a sample's position is its time in the file; `centre` mixes both channels to the middle."""
    if centre:
        track = track.filter("aformat", sample_fmts="fltp", channel_layouts="mono")
    return track.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0}).filter(
        "aformat", sample_fmts="fltp", channel_layouts="stereo"
    )


def levelled(track: Any, gain_db: float) -> Any:
    """The sound at its final level: a gain, then a limiter for peaks above the ceiling.

    It limits at four times the sample rate to catch peaks between samples (ITU-R BS.1770, annex 2).
    """
    loud = track.filter("volume", f"{gain_db:.2f}dB").filter("aresample", 4 * SAMPLE_RATE)
    limited = loud.filter(
        "alimiter",
        limit=f"{10 ** (CEILING_DB / 20):.4f}",
        attack=5,
        release=60,
        level="false",
        latency="true",
    )
    return limited.filter("aresample", SAMPLE_RATE)
