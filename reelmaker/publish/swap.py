"""Atomic replacement of a reel's files: made in a staging folder, flushed, and moved so that a crash leaves no mix.

Once all files are flushed, the planned moves are recorded next to them. The next build finishes an interrupted move;
until then the folder may contain files of two builds, and `status` says so.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from reelmaker import atomic, shapes
from reelmaker.errors import ProjectError
from reelmaker.project import rows
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.publish import archive, elsewhere

READY = "replacing.json"  # what is to be moved, in the staging folder
ASIDE = "aside-"
JOB = shapes.record(
    {
        "name": rows.name,
        "row": rows.REEL,
        "keep": shapes.flag,
        "back": shapes.natural,
        "gone": shapes.list_of(rows.path),
    }
)


@contextmanager
def staging_folder(cache: Path, name: str) -> Iterator[Path]:
    """A staging folder for a reel's files; removed afterwards, unless its files are being moved."""
    folder = cache / f"{ASIDE}{name}"
    atomic.remove(folder)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def check_folders(project: Project, folder: Path) -> None:
    """See that nothing lies where folders of ours must be. `folder`: that of the reel.

    Raises:
        ProjectError: a file or a link that leads nowhere does.
    """
    for path in (project.cache, project.reels, project.reels / archive.FOLDER, folder):
        if not path.is_dir() and (path.exists() or path.is_symlink()):
            raise ProjectError(f"{path}: this must be a folder.", "Move what lies there elsewhere, and build again.")


def is_complete(folder: Path, files: Mapping[str, int]) -> bool:
    """Whether these files exist with the expected sizes."""
    return all((folder / name).is_file() and (folder / name).stat().st_size == size for name, size in files.items())


def replace(
    project: Project,
    library: Library,
    name: str,
    staging: Path,
    row: Mapping[str, Any],
    *,
    keep: bool,
    restored: int = 0,
) -> None:
    """Move the files of `row` from `staging` into the reel's folder, and store the row in the library.

    Args:
        staging: the folder with the new files.
        keep: archive the current build.
        restored: the number of the archived build that is restored, and so is no longer an earlier one.

    Raises:
        ProjectError: a file cannot be moved; the next build continues from there.
    """
    old = library.reel(name)
    for file in row["files"]:
        atomic.flush(staging / file)
    job = {
        "name": name,
        "row": row,
        "keep": bool(keep and old),
        "back": restored,
        "gone": sorted(set(old["files"] if old else ()) - set(row["files"])),
    }
    atomic.write(staging / READY, json.dumps(job, ensure_ascii=False).encode())
    _move(project, library, staging, job)


def unfinished(project: Project) -> dict[str, Path]:
    """Reels whose move was interrupted, with the staging folder of their files."""
    return {
        path.parent.name.removeprefix(ASIDE): path.parent for path in sorted(project.cache.glob(f"{ASIDE}*/{READY}"))
    }


def finish(session: Session) -> None:
    """Finish moves that were interrupted, and delete half-made files.

    The caller must hold the project's lock.
    """
    project = session.project
    elsewhere.sweep(project)
    for name, staging in unfinished(project).items():
        with suppress(ValueError, FileNotFoundError, IsADirectoryError):  # files are missing: the reel is made again
            job = shapes.read(staging / READY, JOB)
            if job["name"] != name:
                raise shapes.Misshapen("of another reel")
            _move(project, session.library, staging, job)
            session.progress.info(f"{name}: finished the interrupted build.")
        shutil.rmtree(staging, ignore_errors=True)
    for path in _leftovers(project):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _leftovers(project: Project) -> list[Path]:
    """Files that a killed build leaves behind."""
    pieces, archived = project.cache / "pieces", project.reels / archive.FOLDER
    patterns = [
        *((pieces, name) for name in ("*.part.mov", "*.ass", "*.png", ".*-*", "fonts/.*-*")),
        (project.cache, f"{ASIDE}*"),
        (archived, "*/.*.part"),
        (archived, "*/.*.gone"),
        (project.folder, f".{project.library.stem}.before-*.part*"),
    ]
    return [path for folder, pattern in patterns for path in folder.glob(pattern)]


def _move(project: Project, library: Library, staging: Path, job: Mapping[str, Any]) -> None:
    name, row = job["name"], job["row"]
    folder, files = project.reels / name, row["files"]
    if any(_size(staging / file, folder / file) != size for file, size in files.items()):
        raise FileNotFoundError(staging)
    old = library.reel(name)
    try:
        if job["keep"] and old and old != row and is_complete(folder, old["files"]):
            archive.put_away(project.reels, folder, old, old.get("number", 1))
        _rename(staging, folder, files)
    except (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError) as problem:
        why = "" if isinstance(problem, PermissionError) else f" ({problem.strerror})"
        raise ProjectError(
            f"{problem.filename2 or problem.filename}: cannot be written{why}.",
            "Close the program that has it open, or check the folder and its permissions, and build again.",
        ) from None
    _clear(folder, job["gone"])
    library.store_reel(name, row)
    for build in archive.builds(project.reels, name):
        if build.number == job["back"]:
            archive.remove(build)
    archive.prune(project.reels, name, project.reel.keep_builds)
    shutil.rmtree(staging, ignore_errors=True)


def _size(*candidates: Path) -> int:
    """The size of the first of these files that exists; -1 if none does."""
    return next((path.stat().st_size for path in candidates if path.is_file()), -1)


def _rename(staging: Path, folder: Path, files: Iterable[str]) -> None:
    """Rename each file to its final name, atomically; the manifest comes last."""
    names: Sequence[str] = sorted(files, key=lambda file: file == archive.MANIFEST)
    targets = {file: folder / file for file in names}
    for parent in dict.fromkeys(target.parent for target in targets.values()):
        parent.mkdir(parents=True, exist_ok=True)
    for file, target in targets.items():
        if (staging / file).is_file():
            (staging / file).replace(target)
    for parent in dict.fromkeys(target.parent for target in targets.values()):
        atomic.flush(parent)


def _clear(folder: Path, names: Iterable[str]) -> None:
    """Remove files of the last build that this one no longer makes, and folders left empty."""
    for name in names:
        path = folder / name
        with suppress(OSError):  # a file that is open elsewhere stays; it does no harm
            path.unlink(missing_ok=True)
            if path.parent != folder and not any(path.parent.iterdir()):
                path.parent.rmdir()
