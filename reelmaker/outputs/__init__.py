"""Writes the output files of a finished reel. Each output is one module and one line in the registry.

Contract: `write(finished, folder) -> list[Path]` writes complete files into `folder` (a staging folder; the caller
moves them into place) and returns what it wrote, in the order of the registry.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker import registry
from reelmaker.errors import ProjectError
from reelmaker.model import Brand, Cue, Facts, Reel, Response, Span
from reelmaker.registry import Entry

if TYPE_CHECKING:
    from reelmaker.media import Area
    from reelmaker.render.cards import Template

VERSION = 6  # raised whenever an output writes different content
VIDEO = "reel.mp4"


# Facts: `files` that it writes (a name ending in "/" is a folder); written only `on_request`, or `always`; `if_any`: no
# file if there is nothing to write. Outputs are written in this order; the manifest is last because it lists the others
REGISTRY = {
    "captions": Entry("reelmaker.outputs.captions:write", files=("reel.srt", "reel.vtt", "chapters.vtt")),
    "poster": Entry("reelmaker.outputs.poster:write", files=("poster.jpg",)),
    "quotes": Entry("reelmaker.outputs.quotes:write", files=("quotes.csv",)),
    "documents": Entry("reelmaker.outputs.documents:write", files=("quotes.md", "quotes.docx", "transcript.txt")),
    "deck": Entry("reelmaker.outputs.deck:write", files=("reel.pptx",)),
    "otio": Entry("reelmaker.outputs.timeline:write", files=("reel.otio", "reel.xml", "reel.edl")),
    "page": Entry("reelmaker.outputs.page:write", files=("index.html", "embed.html")),
    "teaser": Entry("reelmaker.outputs.teaser:write", files=("teaser.mp4", "teaser.gif"), on_request=True),
    "clips": Entry("reelmaker.outputs.clips:write", files=("clips/",), on_request=True),
    "followups": Entry("reelmaker.outputs.followups:write", files=("followups.csv",), if_any=True),
    "changes": Entry("reelmaker.outputs.changes:write", files=("changes.md",), always=True),
    "manifest": Entry("reelmaker.outputs.manifest:write", files=("manifest.json",), always=True),
}


@dataclass(frozen=True, slots=True)
class Finished:
    """What an output may use: the reel, its video, the responses in it, its captions, its document."""

    reel: Reel
    video: Path
    responses: Mapping[str, Response]
    cues: tuple[Cue, ...]  # timed in the reel
    document: Mapping[str, Any]  # what manifest.json holds
    brand: Brand = field(default_factory=Brand)
    template: Template | None = None  # the card design, with its colours
    language: str = ""  # of the captions, ISO 639-1; "" if answers differ or it was detected
    originals: Mapping[str, tuple[Path, Facts]] = field(default_factory=dict)  # by response: its upload
    pieces: tuple[Path, ...] = ()  # of each item of the reel: its rendered picture and sound, a .mov each
    burned: bool = True  # the captions are in the picture
    # For each clip whose faces must be blurred: its upload's metadata, and the covered areas. `originals` has no picture
    # of such an upload, so that an output that ignores `covers` shows none
    covers: Mapping[tuple[Span, ...], tuple[Facts, tuple[Area, ...]]] = field(default_factory=dict)


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The outputs to write, in order: those named (none named: the default ones), and those always written.

    Raises:
        ProjectError: no output has that name.
    """
    for name in names:
        if name not in REGISTRY:
            similar = difflib.get_close_matches(name, REGISTRY, n=1, cutoff=0.4)
            hint = f'Did you mean "{similar[0]}"?' if similar else f"Available: {', '.join(REGISTRY)}."
            raise ProjectError(f'reelmaker.toml: outputs: there is no output "{name}".', hint)
    return tuple(
        name
        for name, output in REGISTRY.items()
        if output.always or (name in names if names else not output.on_request)
    )


def write_all(finished: Finished, folder: Path, wanted: Sequence[str]) -> list[Path]:
    """Write every wanted output in that order; the manifest lists all files by their path below `folder`."""
    written = [path for name in wanted if name != "manifest" for path in load(name)(finished, folder)]
    files = sorted([VIDEO, *REGISTRY["manifest"].files, *(relative(path, folder) for path in written)])
    document = {**finished.document, "reel": {**finished.document["reel"], "files": files}}
    return [*written, *load("manifest")(replace(finished, document=document), folder)]


def relative(path: Path, folder: Path) -> str:
    """A file's name in the manifest: its path below the reel's folder."""
    return path.relative_to(folder).as_posix()


def names(wanted: Sequence[str] = ()) -> list[str]:
    """Every file (or folder, ending in "/") of a reel's folder, including the video."""
    return [VIDEO, *(file for name in chosen(wanted) for file in REGISTRY[name].files)]


def load(name: str) -> Any:
    """The function of an output."""
    return registry.load(REGISTRY[name])
