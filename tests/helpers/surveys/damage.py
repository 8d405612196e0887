"""Damaged uploads from a seed: byte flips, truncations, wrong types, empty files. Used by a test and the bench."""

from __future__ import annotations

import random
from pathlib import Path

from helpers.films.videos import ffmpeg, make_video
from helpers.surveys.small_survey import captions

GOOD, MANY, SEED = 10, 500, 20261123
SAYING = ["I wanted to buy a lamp.", "My card was refused at the payment page.", "That was not so nice."]


def originals(folder: Path) -> list[Path]:
    """One short video in each of the containers that customers send."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = make_video(folder / "a.mp4", 6)
    fast = folder / "fast.mp4"
    ffmpeg("-i", plain, "-c", "copy", "-movflags", "+faststart", fast)
    web = folder / "a.webm"
    ffmpeg("-i", plain, "-c:v", "libvpx", "-b:v", "200k", "-deadline", "realtime", "-c:a", "libopus", web)
    rest = [folder / name for name in ("a.mov", "a.mkv", "a.m4a", "a.wav", "a.mp3", "a.ogg", "a.ts")]
    for path in rest:
        codec = {".mp3": ["-c:a", "libmp3lame"], ".ogg": ["-c:a", "libopus"], ".wav": ["-c:a", "pcm_s16le"]}
        sound_only = path.suffix in (".m4a", ".wav", ".mp3", ".ogg")
        coded = codec.get(path.suffix, ["-c", "copy"])
        ffmpeg("-i", plain, *(["-vn"] if sound_only else []), *coded, path)
    return [plain, fast, web, *rest]


def batch(uploads: Path, sources: list[Path], many: int, seed: int) -> list[str]:
    """`many` damaged files and ten good ones in `uploads`; the names of the damaged ones."""
    uploads.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    damaged = []
    for number in range(many):
        source = sources[number % len(sources)]
        raw = bytearray(source.read_bytes())
        name, kind = f"damaged {number:03}{source.suffix}", number % 7
        if kind in (0, 1, 2):
            raw = raw[: len(raw) * (10, 50, 90)[kind] // 100]
        elif kind in (3, 4):
            for _ in range(200 if kind == 3 else 20):
                raw[dice.randrange(len(raw) if kind == 3 else 1000)] = dice.randrange(256)
        elif kind == 5:
            raw = bytearray(dice.randbytes(5000))
        else:
            raw = bytearray()
        raw += b"" if kind == 6 and number % 2 else number.to_bytes(2, "big") * (kind != 6)
        (uploads / name).write_bytes(raw)
        damaged.append(name)
    for number in range(GOOD):
        (uploads / f"good {number}.mp4").write_bytes(sources[0].read_bytes() + number.to_bytes(4, "big"))
        (uploads / f"good {number}.vtt").write_text(captions(SAYING), "utf-8")
    return damaged
