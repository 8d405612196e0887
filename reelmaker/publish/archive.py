"""The archive: complete earlier builds of each reel in reels/.history/NAME/NUMBER/, with their library rows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reelmaker import atomic, shapes
from reelmaker.errors import ProjectError
from reelmaker.project import rows
from reelmaker.publish import manifest_file

FOLDER = ".history"
ROW = ".build.json"  # the library's row of the build, and when it was archived
MANIFEST = "manifest.json"
STORED = shapes.record({"shelved": shapes.text, "row": rows.REEL}, {"order": shapes.natural})


@dataclass(frozen=True, slots=True)
class ArchivedBuild:
    """One archived build of a reel: all its files, its manifest, and the library's row."""

    name: str
    number: int
    folder: Path
    shelved: str  # ISO 8601
    row: Mapping[str, Any]
    order: int = 0  # higher numbers were replaced later; the clock cannot be trusted for that

    def manifest(self) -> dict[str, Any]:
        """Its manifest; empty if it cannot be read."""
        return document(self.folder) or {}


def document(folder: Path) -> dict[str, Any] | None:
    """The manifest in a reel's folder; None if there is none or it cannot be read."""
    try:
        content: dict[str, Any] = shapes.read(folder / MANIFEST, manifest_file.MANIFEST)
    except (OSError, ValueError):
        return None
    return content


def builds(reels: Path, name: str) -> list[ArchivedBuild]:
    """The archived builds of a reel, lowest number first."""
    archived = []
    for folder in _folders(reels / FOLDER / name):
        try:
            body = shapes.read(folder / ROW, STORED)
            archived.append(
                ArchivedBuild(
                    name,
                    int(folder.name),
                    folder,
                    str(body["shelved"]),
                    dict(body["row"]),
                    int(body.get("order", 0)),
                )
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not an archived build, or half removed
    return sorted(archived, key=lambda build: build.number)


def names(reels: Path) -> list[str]:
    """The reels with archived builds."""
    return sorted(folder.name for folder in _folders(reels / FOLDER))


def files(reels: Path, name: str) -> list[Path]:
    """Every archived file of a reel, whatever its kind; needed for erasing a person."""
    return sorted(path for path in (reels / FOLDER / name).rglob("*") if not path.is_dir())


def highest(reels: Path, name: str) -> int:
    """The highest number of an archived build; 0 if there is none."""
    return max((build.number for build in builds(reels, name)), default=0)


def put_away(reels: Path, folder: Path, row: Mapping[str, Any], number: int) -> None:
    """Archive the build in `folder`, with hard links where supported, so that it takes no extra space.

    Raises:
        ProjectError: the archive cannot be written.
    """
    name = folder.name
    target = reels / FOLDER / name / str(number)
    if target.exists():
        return  # it was archived before an interruption
    staging = target.with_name(f".{number}.part")
    order = 1 + max((build.order for build in builds(reels, name)), default=0)
    try:
        shutil.rmtree(staging, ignore_errors=True)
        for file in row["files"]:
            archived_file = staging / file
            archived_file.parent.mkdir(parents=True, exist_ok=True)
            link(folder / file, archived_file)
        body = {
            "shelved": datetime.now().astimezone().isoformat(timespec="microseconds"),
            "row": row,
            "order": order,
        }
        atomic.write(staging / ROW, json.dumps(body, ensure_ascii=False).encode())
        staging.replace(target)
        atomic.flush(target.parent)
    except PermissionError as problem:
        raise ProjectError(
            f"{problem.filename2 or problem.filename}: cannot be written.",
            "Check the folder's permissions.",
        ) from None


def prune(reels: Path, name: str, limit: int) -> None:
    """Keep only the last `limit` replaced builds."""
    replaced = sorted(builds(reels, name), key=lambda build: (build.order, build.shelved))
    for build in replaced[: max(0, len(replaced) - limit)]:
        remove(build)


def purge(reels: Path, unusable: Callable[[Mapping[str, Any]], bool]) -> list[ArchivedBuild]:
    """Remove the archived builds of every reel whose manifest may not be kept or cannot be read; returns them."""
    removed = []
    for name in names(reels):
        for build in builds(reels, name):
            manifest = build.manifest()
            if not manifest or unusable(manifest):
                remove(build)
                removed.append(build)
    return removed


def remove(build: ArchivedBuild) -> None:
    """Remove an archived build; it counts as removed from the first step on."""
    renamed = build.folder.with_name(f".{build.number}.gone")
    shutil.rmtree(renamed, ignore_errors=True)
    build.folder.replace(renamed)
    shutil.rmtree(renamed, ignore_errors=True)


def link(source: Path, target: Path) -> None:
    """A hard link to a file, or a copy if the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def link_all(folder: Path, target: Path, files: Iterable[str]) -> None:
    """Link these files of a folder into another one, with the folders in between."""
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        link(folder / file, target / file)


def _folders(parent: Path) -> list[Path]:
    try:
        return [path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []
