"""Pieces cut from uploads, and a picture that flashes when its tone sounds."""

from __future__ import annotations

from pathlib import Path

from helpers.films.videos import ffmpeg
from reelmaker import media
from reelmaker.media import Encoding, Piece

SMALL = Encoding(320, 180)


def flashing(path: Path, size: str, fps: str, rate: int, *codec: str, seconds: int = 8) -> Path:
    """A white flash and a 1 kHz beep of 0.1 s at every full second."""
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=black:s={size}:r={fps}:d={seconds},drawbox=t=fill:c=white:enable='lt(mod(t,1),0.1)'",
        "-f",
        "lavfi",
        "-i",
        f"aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)':d={seconds}:s={rate}",
        *codec,
        path,
    )
    return path


def cut(path: Path, target: Path, start_ms: int, frames: int, encoding: Encoding = SMALL, **more: object) -> Path:
    facts = media.probe(path)
    piece = Piece(path, facts.picture_track, facts.sound_track, start_ms, frames, picture=facts.picture, **more)  # type: ignore[arg-type]
    media.cut_piece(piece, encoding, target, target.parent, {})
    return target
