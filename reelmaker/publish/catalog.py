"""The catalogue of reels/, from the manifests: each reel's audience and the answers it contains."""

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
class FinishedReel:
    """A finished reel: its folder and its manifest."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def audience(self) -> str:
        return str(self.document["reel"].get("audience", consent.INTERNAL))


def name_of(problems: str, project: Project, draft: bool) -> str:
    """A reel's folder name; external reels never share a folder with internal ones."""
    suffix = ".external" if project.reel.audience == consent.EXTERNAL else ""
    return f"{problems}{suffix}{'.draft' if draft else ''}"


def reels(project: Project) -> list[FinishedReel]:
    """Every reel in reels/ with a manifest, sorted by name."""
    catalogued = [_catalogued(path.parent) for path in sorted(project.reels.glob("*/manifest.json"))]
    return [reel for reel in catalogued if reel]


def answers(document: Mapping[str, Any]) -> list[str]:
    """The ids of the responses that occur in a reel's files."""
    return sorted({entry["response"] for entry in _entries(document) if "response" in entry})


def keep_apart(folder: Path, audience: str, row: Mapping[str, Any] | None) -> list[str]:
    """Make sure that a reel does not replace one for another audience, and that its folder has no files of one.

    Args:
        audience: of the new reel.
        row: the library's row of the reel of that name.

    Returns:
        For an external reel: other files in its folder.

    Raises:
        ProjectError: the folder has a reel for another or an unknown audience.
    """
    if not folder.is_dir():
        return []
    reel = _catalogued(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own_files = {*(reel.document["reel"]["files"] if reel else ()), *(row["files"] if row else ())}
    old_audience = reel.audience if reel else str(row.get("audience", consent.INTERNAL)) if row else ""
    if not old_audience and files & set(outputs.names(list(outputs.REGISTRY))):
        old_audience = consent.INTERNAL  # a reel without manifest is never treated as external
    if old_audience and old_audience != audience:
        raise ProjectError(
            f"{folder}: this folder contains an {old_audience} reel, and the new one is {audience}.",
            "Move the old reel elsewhere or delete it, and build again.",
        )
    return sorted(files - own_files) if audience == consent.EXTERNAL else []


def _catalogued(folder: Path) -> FinishedReel | None:
    """None if there is no readable manifest."""
    document = archive.document(folder)
    try:
        if document is None or not isinstance(document["reel"]["files"], list):
            return None
        _entries(document)
    except (KeyError, TypeError):
        return None
    return FinishedReel(folder, document)


def _entries(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*document["items"], *document["moments"]]
