"""Looks for marks that were planted in one customer's answer: words in every byte, a tone and a colour in every recording.

Knows nothing of how the program forgets: it opens whatever lies in a folder.
"""

from __future__ import annotations

import gzip
import io
import re
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from reelmaker import media

TONE_HZ, RATE = 1234.5, 16_000
COLOUR = (32, 240, 96)  # of the marked customer's picture; nothing else here has it
NEAR = 48  # how far a channel may be off after encoding
RECORDED = {".mp4", ".mov", ".gif", ".jpg", ".jpeg", ".png", ".webm", ".m4a", ".mp3", ".wav"}
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


def blobs(raw: bytes, deep: int = 3) -> Iterator[bytes]:
    """The bytes themselves, the members of zip files in them, and all that gzip or zlib packed, wherever it begins."""
    yield raw
    if not deep:
        return
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for info in packed.infolist():
                yield info.filename.encode()
                yield from blobs(packed.read(info), deep - 1)
    if raw[:2] == b"\x1f\x8b":
        yield gzip.decompress(raw)
    for found in ZLIB.finditer(raw):
        inflated = zlib.decompressobj()
        try:
            text = inflated.decompress(raw[found.start() : found.start() + 1_000_000], 4_000_000)
        except zlib.error:
            continue
        if len(text) > 8:
            yield text


def rows(path: Path) -> Iterator[bytes]:
    """Every value of every table of a database, inflated where it was packed."""
    db = sqlite3.connect(path)
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in db.execute(f"SELECT * FROM {table}"):
            for value in row:
                raw = value if isinstance(value, bytes) else str(value).encode()
                yield raw
                try:
                    yield zlib.decompress(raw)
                except zlib.error:
                    continue
    db.close()


def encoded(text: str) -> set[bytes]:
    forms = {text, text.replace(" ", "%20"), text.replace(" ", "-").lower()}
    return {form.encode(way) for form in forms for way in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")}


def words(folder: Path, texts: dict[str, str]) -> dict[str, set[str]]:
    """For each text the files below the folder that hold it, in their name or anywhere in their bytes."""
    found: dict[str, set[str]] = {name: set() for name in texts}
    wanted = {name: encoded(text) for name, text in texts.items()}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        held = [name.encode()]
        if path.is_file():
            raw = path.read_bytes()
            recorded = path.suffix in RECORDED  # packed pictures are no text; their plain bytes are looked at
            held += [raw] if recorded else list(blobs(raw))
            held += list(rows(path)) if raw[:15] == b"SQLite format 3" else []
        for mark, forms in wanted.items():
            if any(form in one for one in held for form in forms):
                found[mark].add(name)
    return found


def recordings(folder: Path, aside: Path) -> Iterator[tuple[str, Path]]:
    """Every film, sound and picture below the folder, those inside of slides and documents too."""
    for number, path in enumerate(sorted(folder.rglob("*"))):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix.lower() in RECORDED:
            yield name, path
        elif path.is_file() and path.read_bytes()[:2] == b"PK":
            with zipfile.ZipFile(path) as packed:
                for inner, info in enumerate(packed.infolist()):
                    suffix = Path(info.filename).suffix.lower()
                    if suffix in RECORDED:
                        target = aside / f"{number}-{inner}{suffix}"
                        target.write_bytes(packed.read(info))
                        yield f"{name}!{info.filename}", target


def decoded(path: Path, *arguments: str) -> bytes:
    """What ffmpeg makes of a recording; nothing where it has no such track."""
    command = [media.ffmpeg_exe(), "-v", "error", "-i", str(path), *arguments, "-"]
    return subprocess.run(command, capture_output=True, check=False).stdout


def has_tone(path: Path) -> bool:
    """Whether any quarter of a second has the tone in it, by the share of its energy (Goertzel)."""
    raw = decoded(path, "-map", "0:a", "-ac", "1", "-ar", str(RATE), "-f", "f32le")
    sound = np.frombuffer(raw, np.float32).astype(float)
    window = RATE // 4
    wave = np.exp(-2j * np.pi * TONE_HZ / RATE * np.arange(window))
    for at in range(0, len(sound) - window + 1, window):
        part = sound[at : at + window]
        energy = float(part @ part)
        if energy > 1e-3 and 2 * abs(part @ wave) ** 2 / (window * energy) > 0.2:
            return True
    return False


def has_colour(path: Path) -> bool:
    """Whether a fiftieth of any picture, ten a second, has the colour."""
    width, height = 96, 54
    raw = decoded(
        path,
        "-map",
        "0:v",
        "-vf",
        f"fps=10,scale={width}:{height}:flags=area",
        "-pix_fmt",
        "rgb24",
        "-f",
        "rawvideo",
    )
    if not raw:
        raw = decoded(path, "-vf", f"scale={width}:{height}", "-pix_fmt", "rgb24", "-f", "rawvideo")
    pixels = np.frombuffer(raw, np.uint8).reshape(-1, width * height, 3).astype(int)
    near = (abs(pixels - np.array(COLOUR)) <= NEAR).all(2).mean(1)
    return bool((near > 0.02).any())


def seen_and_heard(folder: Path, aside: Path) -> tuple[set[str], set[str]]:
    """The recordings in which the tone is heard, and those in which the colour is seen."""
    aside.mkdir(exist_ok=True)
    every = list(recordings(folder, aside))
    tones = {name for name, path in every if has_tone(path)}
    return tones, {name for name, path in every if has_colour(path)}
