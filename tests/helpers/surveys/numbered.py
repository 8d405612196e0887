"""Answers whose every frame shows its number, and whose sound is a tone wherever a word is said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers.films import measure
from helpers.films.videos import ffmpeg
from reelmaker.project.config import open_project
from reelmaker.project.library import Library

WIDTH, HEIGHT, FPS, BITS = 320, 180, 30, 10
CELL = WIDTH // BITS

Said = tuple[str, int, int]  # a word, from, until (ms)


def spoken(text: str, start_ms: int = 0, word_ms: int = 300, gap_ms: int = 200) -> list[Said]:
    """Words one after the other."""
    return [
        (word, start_ms + n * (word_ms + gap_ms), start_ms + n * (word_ms + gap_ms) + word_ms)
        for n, word in enumerate(text.split())
    ]


def film(path: Path, said: Sequence[Said], seconds: float, hz: int = 400) -> Path:
    """The video; its number stands as black and white fields in the upper third of each frame."""
    frames = np.full((round(seconds * FPS), HEIGHT, WIDTH), 96, np.uint8)
    for number in range(len(frames)):
        for bit in range(BITS):
            frames[number, : HEIGHT // 3, bit * CELL : (bit + 1) * CELL] = 235 if number >> bit & 1 else 16
        frames[number, HEIGHT // 3 :] += number % 8 * 4  # something moves below as well
    sound = "+".join(f"between(t,{start / 1000},{end / 1000})" for _, start, end in said)
    path.parent.mkdir(parents=True, exist_ok=True)
    ffmpeg(
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-s",
        f"{WIDTH}x{HEIGHT}",
        "-r",
        FPS,
        "-i",
        "pipe:",
        "-f",
        "lavfi",
        "-i",
        f"aevalsrc='0.3*sin(2*PI*{hz}*t)*({sound})':s=48000:d={seconds}",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-qp",
        "16",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        path,
        stdin=frames.tobytes(),
    )
    return path


def transcript(path: Path, sentences: Sequence[Sequence[Said]]) -> Path:
    """The words beside the video, in Whisper's layout."""
    beside = path.with_suffix(".json")
    beside.write_text(
        json.dumps(
            {
                "language": "en",
                "segments": [
                    {
                        "start": said[0][1] / 1000,
                        "end": said[-1][2] / 1000,
                        "text": " ".join(word for word, _, _ in said),
                        "words": [{"word": f" {w}", "start": a / 1000, "end": b / 1000} for w, a, b in said],
                    }
                    for said in sentences
                ],
            }
        ),
        "utf-8",
    )
    return beside


def numbers(film: Path, first: int, many: int) -> list[int]:
    """The numbers that frames of a film show."""
    raw = measure.decode(
        film,
        "-map",
        "0:v:0",
        "-vf",
        f"trim=start_frame={first}:end_frame={first + many},format=gray",
        "-fps_mode",
        "passthrough",
        "-f",
        "rawvideo",
    )
    frames = np.frombuffer(raw, np.uint8).reshape(many, HEIGHT, WIDTH)
    middles = frames[:, HEIGHT // 6, CELL // 2 :: CELL].astype(int)
    return [sum(1 << bit for bit in range(BITS) if row[bit] > 128) for row in middles]


def anna_and_bert(folder: Path, anna: Sequence[Sequence[Said]], seconds: int, bert: Sequence[Sequence[Said]]) -> Path:
    """Two answers in a folder, each with its transcript: Anna's is so long, Bert's takes six seconds."""
    for name, said, length, hz in (("anna", anna, seconds, 400), ("bert", bert, 6, 500)):
        path = film(folder / f"{name}.mp4", [word for sentence in said for word in sentence], length, hz)
        transcript(path, said)
    return folder


def anna(folder: Path) -> str:
    """The name of the moment at 2.6 s of her answer."""
    project = open_project(folder)
    with Library(project.library) as library:
        response = next(u.response for u in library.uploads().values() if u.file == "anna.mp4")
    return f"{response[:6]}@0:02.6"
