"""The catalogue of reels/, from the manifests: each reel's audience and the answers it contains.

In: a project folder. Out: the manifests; an error if a reel would replace one for another audience.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker import outputs
from reelmaker.errors import ProjectError
from reelmaker.model import consent
from reelmaker.project.config import Project
from reelmaker.publish import archive


@dataclass(frozen=True, slots=True)
class Shelved:
    """A finished reel: its folder and its manifest."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def audience(self) -> str:
        return str(self.document["reel"].get("audience", consent.INTERNAL))


def name_of(problems: str, project: Project, draft: bool) -> str:
    """A reel's folder name; external reels never share a folder with internal ones."""
    outside = ".external" if project.reel.audience == consent.EXTERNAL else ""
    return f"{problems}{outside}{'.draft' if draft else ''}"


def reels(project: Project) -> list[Shelved]:
    """Every reel in reels/ with a manifest, sorted by name."""
    there = [_read(path.parent) for path in sorted(project.reels.glob("*/manifest.json"))]
    return [reel for reel in there if reel]


def answers(document: Mapping[str, Any]) -> list[str]:
    """The ids of the responses that occur in a reel's files."""
    return sorted({entry["response"] for entry in _entries(document) if "response" in entry})


def keep_apart(folder: Path, wanted: str, known: Mapping[str, Any] | None) -> list[str]:
    """Make sure that a reel does not replace one for another audience, and that its folder has no files of one.

    Args:
        wanted: the audience of the new reel.
        known: the library's row of the reel of that name.

    Returns:
        For an external reel: other files in its folder.

    Raises:
        ProjectError: the folder has a reel for another or an unknown audience.
    """
    if not folder.is_dir():
        return []
    there = _read(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = {*(there.document["reel"]["files"] if there else ()), *(known["files"] if known else ())}
    found = there.audience if there else str(known.get("audience", consent.INTERNAL)) if known else ""
    if not found and files & set(outputs.names(list(outputs.REGISTRY))):
        found = consent.INTERNAL  # a reel without manifest is never treated as external
    if found and found != wanted:
        raise ProjectError(
            f"{folder}: this folder contains an {found} reel, and the new one is {wanted}.",
            "Move the old reel elsewhere or delete it, and build again.",
        )
    return sorted(files - own) if wanted == consent.EXTERNAL else []


def _read(folder: Path) -> Shelved | None:
    """None if there is no readable manifest."""
    document = archive.document(folder)
    try:
        if document is None or not isinstance(document["reel"]["files"], list):
            return None
        _entries(document)
    except (KeyError, TypeError):
        return None
    return Shelved(folder, document)


def _entries(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*document["items"], *document["moments"]]
