"""A whole build of a small survey, and whether its reel is whole."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path

import jsonschema

import reelmaker
from helpers.films import measure
from helpers.films.videos import make_video
from helpers.surveys.small_survey import captions

FILES = {
    "reel.mp4",
    "reel.srt",
    "reel.vtt",
    "chapters.vtt",
    "poster.jpg",
    "quotes.csv",
    "quotes.md",
    "quotes.docx",
    "transcript.txt",
    "reel.pptx",
    "reel.otio",
    "reel.xml",
    "reel.edl",
    "index.html",
    "embed.html",
    "changes.md",
    "manifest.json",
}


def build(folder: Path, *problems: str, **options: object) -> reelmaker.Reel:
    return reelmaker.build(folder, problems or ["checkout"], **options)  # type: ignore[arg-type]


def prints(folder: Path) -> dict[str, tuple[str, int]]:
    """Content and time of every file of a project."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def add(folder: Path, name: str, sayings: list[str], tone: int = 800) -> None:
    make_video(folder / "uploads" / f"{name}.mp4", 2 * len(sayings), "320x180", "30", tone)
    (folder / "uploads" / f"{name}.vtt").write_text(captions(sayings), "utf-8")


def check(reel: reelmaker.Reel) -> None:
    """A finished reel is whole: strict decoding, right length, valid document."""
    assert reel.folder
    assert measure.faults(reel.folder / "reel.mp4") == ""
    frames = sum(place.frames for place in reel.places())
    assert len(measure.luma(reel.folder / "reel.mp4")) == frames
    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    document = json.loads((reel.folder / "manifest.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    assert document == json.loads(json.dumps(reel.document))
