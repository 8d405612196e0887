"""Drawn people whose faces CenterFace finds, videos of them, and looking for faces in whatever a folder holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from helpers import robustness
from helpers.films.markers import decoded, recordings
from helpers.films.videos import ffmpeg
from helpers.surveys.small_survey import TOML, captions
from reelmaker import model_files
from reelmaker.redaction import faces
from reelmaker.redaction.faces.detector import Detector

WALL = (138, 149, 162)
SKINS = {"anna": (224, 172, 140), "bert": (198, 140, 105), "cleo": (236, 190, 160)}
SURE = 0.35  # of a face that is still seen


def person(skin: tuple[int, int, int], size: int = 128) -> Image.Image:
    """Head and shoulders in front of a wall; the face is 0.44 wide and 0.6 high, its middle at (0.5, 0.48)."""
    picture = Image.new("RGB", (4 * size, 4 * size), WALL)
    pen, unit = ImageDraw.Draw(picture), size / 25
    hair, shade = (60, 40, 30), tuple(int(part * 0.87) for part in skin)

    def oval(left: float, top: float, right: float, bottom: float, colour: tuple[int, ...]) -> None:
        pen.ellipse((left * unit, top * unit, right * unit, bottom * unit), fill=colour)

    oval(10, 80, 90, 150, (60, 70, 110))
    oval(40, 66, 60, 95, shade)
    oval(24, 8, 76, 70, hair)
    oval(28, 16, 72, 80, skin)
    for x in (35, 54):
        oval(x, 38, x + 11, 46, (250, 250, 250))
        oval(x + 3, 38.5, x + 8, 45.5, (70, 50, 30))
        oval(x + 4.5, 40.5, x + 6.5, 43.5, (0, 0, 0))
        pen.line([(x - 1) * unit, 34 * unit, (x + 12) * unit, 33.5 * unit], fill=hair, width=round(2 * unit))
    pen.polygon([50 * unit, 42 * unit, 46 * unit, 57 * unit, 54 * unit, 57 * unit], fill=shade)
    oval(42, 62, 58, 68, (170, 70, 70))
    pen.line([42 * unit, 65 * unit, 58 * unit, 65 * unit], fill=(110, 30, 30), width=round(unit))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def scene(
    skin: tuple[int, int, int], share: float, size: tuple[int, int] = (320, 180), tall: float = 0.36
) -> Image.Image:
    """Somebody in a room, at `share` of the way across; `tall`: of the smaller side."""
    picture = Image.new("RGB", size, WALL)
    head = round(min(size) * tall)
    ImageDraw.Draw(picture).rectangle((0, 0.8 * size[1], *size), fill=(112, 122, 135))
    picture.paste(person(skin, head), (round((size[0] - head) * share), round((size[1] - head) * 0.45)))
    return picture


def film(
    path: Path,
    skin: tuple[int, int, int],
    *extra: str | Path,
    size: tuple[int, int] = (320, 180),
    seconds: int = 6,
    fps: int = 30,
    turned: int = 0,
) -> Path:
    """Somebody who moves across the picture, with the tone of `make_video`; `turned`: how a phone was held."""
    many = seconds * fps
    raw = b"".join(
        scene(skin, 0.2 + 0.6 * number / many, size).rotate(-turned, expand=True).tobytes() for number in range(many)
    )
    wide, high = size if turned % 180 == 0 else size[::-1]
    flat = path.with_suffix(".flat.mp4") if turned else path
    ffmpeg(
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{wide}x{high}",
        "-r",
        str(fps),
        "-i",
        "-",
        "-f",
        "lavfi",
        "-i",
        f"aevalsrc='0.3*sin(2*PI*300*t)*lt(mod(t,2),1.6)':s=48000:d={seconds}",
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-colorspace",
        "bt709",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "18",
        "-c:a",
        "aac",
        *extra,
        flat,
        stdin=raw,
    )
    if turned:
        ffmpeg("-display_rotation", str(turned), "-i", flat, "-c", "copy", path)
        flat.unlink()
    return path


@lru_cache(maxsize=1)
def detector() -> Detector:
    return Detector(model_files.find(faces.MODEL, "faces") / "centerface.onnx")


def seen(picture: np.ndarray) -> list[float]:
    """How sure the faces in a picture are, those of `SURE` and above; looked at in the size of a build."""
    size = faces.size((picture.shape[1], picture.shape[0]), (0, 0))
    large = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    return [face.score for face in detector().faces(large) if face.score >= SURE]


def pictures(path: Path, a_second: int = 2) -> Iterator[np.ndarray]:
    """Pictures of a film, so many a second, or the one of a picture file."""
    if path.suffix in (".jpg", ".jpeg", ".png"):
        with Image.open(path) as image:
            yield np.asarray(image.convert("RGB"))
        return
    with tempfile.TemporaryDirectory() as name:
        decoded(path, "-map", "0:v", "-vf", f"fps={a_second}", "-y", f"{name}/%04d.png", "-f", "null")
        for one in sorted(Path(name).iterdir()):
            yield from pictures(one)


def with_faces(folder: Path, aside: Path, every: int = 1) -> dict[str, int]:
    """Every film and picture below the folder, those inside of slides too -> in how many of its pictures a face is.

    `every`: of a film only one picture of so many is looked at; which ones is drawn by the run's seed.
    """
    aside.mkdir(exist_ok=True)
    begin = robustness.SEED % every
    return {
        name: sum(bool(seen(one)) for number, one in enumerate(pictures(path)) if number % every == begin or not number)
        for name, path in recordings(folder, aside)
    }


SAYINGS = {
    "anna": ["I bought a lamp.", "My card was refused at the payment page.", "The lamp is nice."],
    "bert": ["Hello to you all.", "The payment failed and my card was charged twice.", "That is all."],
    "cleo": ["I like cats.", "My card was refused and the payment failed.", "Boxes are fine."],
}


def survey(folder: Path, videos: Path, more: str = "", rows: str = "") -> Path:
    """A project of the people in `videos`, with what stands in `[redact]` and the rows of its table."""
    import shutil

    (folder / "uploads").mkdir(parents=True)
    (folder / "reelmaker.toml").write_text(TOML + more, "utf-8")
    for path in sorted(videos.iterdir()):
        shutil.copy2(path, folder / "uploads")
        (folder / "uploads" / f"{path.stem}.vtt").write_text(captions(SAYINGS[path.stem]), "utf-8")
    if rows:
        (folder / "uploads" / "responses.csv").write_text(rows, "utf-8")
    return folder
