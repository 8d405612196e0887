"""A finished reel -> the files people take away. One file and one line in the registry an output.

Contract: `write(finished, folder) -> list[Path]` writes complete files into `folder` (which is aside;
the caller moves them into place) and gives back what it wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from reelmaker.model import Cue, Reel, Response

VIDEO = "reel.mp4"
# name -> ("module:function", files); the order is that of writing, the manifest last: it names the others
REGISTRY = {
    "captions": ("reelmaker.outputs.captions:write", ("reel.srt", "reel.vtt")),
    "poster": ("reelmaker.outputs.poster:write", ("poster.jpg",)),
    "quotes": ("reelmaker.outputs.quotes:write", ("quotes.csv",)),
    "manifest": ("reelmaker.outputs.manifest:write", ("manifest.json",)),
}


@dataclass(frozen=True, slots=True)
class Finished:
    """What an output may use: the reel, its video, whose answers are in it, its captions, its document."""

    reel: Reel
    video: Path
    responses: Mapping[str, Response]
    cues: tuple[Cue, ...]  # timed in the reel
    document: Mapping[str, Any]  # what manifest.json holds


def write_all(finished: Finished, folder: Path) -> list[Path]:
    """Every output of the registry, in its order."""
    return [path for name in REGISTRY for path in load(name)(finished, folder)]


def names() -> list[str]:
    """Every file that a reel's folder gets, the video included."""
    return [VIDEO, *(file for _, files in REGISTRY.values() for file in files)]


def load(name: str) -> Any:
    """The function of an output."""
    module, function = REGISTRY[name][0].split(":")
    return getattr(import_module(module), function)
