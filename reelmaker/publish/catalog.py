"""The reels that lie in reels/, as their manifests tell: for whom they are, whose answers they hold.

In: a project's folder. Out: their documents; and an error where a reel would take the place of one for others.
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
    """A finished reel: its folder and what its manifest holds."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def audience(self) -> str:
        return str(self.document["reel"].get("audience", consent.INTERNAL))


def name_of(problems: str, project: Project, draft: bool) -> str:
    """What the folder of a reel is called: reels for outsiders never share one with the others."""
    outside = ".external" if project.reel.audience == consent.EXTERNAL else ""
    return f"{problems}{outside}{'.draft' if draft else ''}"


def reels(project: Project) -> list[Shelved]:
    """Every reel in reels/ that has a manifest, in the order of their names."""
    there = [_read(path.parent) for path in sorted(project.reels.glob("*/manifest.json"))]
    return [reel for reel in there if reel]


def answers(document: Mapping[str, Any]) -> list[str]:
    """The ids of the responses of which a reel's files hold anything."""
    return sorted({entry["response"] for entry in _entries(document) if "response" in entry})


def keep_apart(folder: Path, wanted: str, known: Mapping[str, Any] | None) -> list[str]:
    """See that no reel takes the place of one for others, and that nothing of one lies in its folder.

    Args:
        wanted: the audience of the reel that is to be made.
        known: what the library holds of the reel of that name.

    Returns:
        For a reel for outsiders: what else lies in its folder.

    Raises:
        ProjectError: a reel for another audience lies there, or one of which nobody knows for whom it is.
    """
    if not folder.is_dir():
        return []
    there = _read(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = {*(there.document["reel"]["files"] if there else ()), *(known["files"] if known else ())}
    found = there.audience if there else str(known.get("audience", consent.INTERNAL)) if known else ""
    if not found and files & set(outputs.names(list(outputs.REGISTRY))):
        found = consent.INTERNAL  # a reel without its manifest: it is never taken for one that may go out
    if found and found != wanted:
        raise ProjectError(
            f"{folder}: this folder contains an {found} reel, and the new one is {wanted}.",
            "Move the old reel elsewhere or delete it, and build again.",
        )
    return sorted(files - own) if wanted == consent.EXTERNAL else []


def _read(folder: Path) -> Shelved | None:
    """None where there is no manifest that can be read."""
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
