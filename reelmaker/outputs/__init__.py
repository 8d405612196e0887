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

# name -> "module:function"; the order is that of writing, the manifest last: it names the others
REGISTRY = {
    "captions": "reelmaker.outputs.captions:write",
    "poster": "reelmaker.outputs.poster:write",
    "quotes": "reelmaker.outputs.quotes:write",
    "manifest": "reelmaker.outputs.manifest:write",
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


def load(name: str) -> Any:
    """The function of an output."""
    module, function = REGISTRY[name].split(":")
    return getattr(import_module(module), function)
