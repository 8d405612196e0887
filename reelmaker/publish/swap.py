"""Atomic replacement of a reel's files: made in a staging folder, flushed, and moved into place so that a crash cannot leave a mix.

In: finished files, and the library's row of the build. Out: the folder with that build. Once all files are flushed, what
has to be moved is recorded next to the files; the next build finishes an interrupted move, so the files of two builds are in one
folder only until then, and `status` says so.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from reelmaker import atomic
from reelmaker.errors import ProjectError
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.publish import archive

READY = "replacing.json"  # what is to be moved, in the staging folder
ASIDE = "aside-"


@contextmanager
def aside(cache: Path, name: str) -> Iterator[Path]:
    """A staging folder for a reel's files; removed afterwards, unless its files are being moved."""
    folder = cache / f"{ASIDE}{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def is_whole(folder: Path, files: Mapping[str, int]) -> bool:
    """Whether these files exist with the expected sizes."""
    return all((folder / name).is_file() and (folder / name).stat().st_size == size for name, size in files.items())


def replace(
    project: Project,
    library: Library,
    name: str,
    made: Path,
    row: Mapping[str, Any],
    *,
    keep: bool,
    back: int = 0,
) -> None:
    """Move the files of `row` from `made` into the reel's folder, and store the row in the library.

    Args:
        made: the staging folder.
        keep: archive the current build.
        back: the number of the archived build that is restored, and so is no longer an earlier one.

    Raises:
        ProjectError: a file cannot be moved; the next build continues from there.
    """
    old = library.reel(name)
    for file in row["files"]:
        atomic.flush(made / file)
    job = {
        "name": name,
        "row": row,
        "keep": bool(keep and old),
        "back": back,
        "gone": sorted(set(old["files"] if old else ()) - set(row["files"])),
    }
    atomic.write(made / READY, json.dumps(job, ensure_ascii=False).encode())
    _move(project, library, made, job)


def unfinished(project: Project) -> dict[str, Path]:
    """Reels whose move was interrupted, with the staging folder of their files."""
    return {
        path.parent.name.removeprefix(ASIDE): path.parent for path in sorted(project.cache.glob(f"{ASIDE}*/{READY}"))
    }


def finish(session: Session) -> None:
    """Move what was on its way when something ended it, and clear away what was left half made.

    The caller must hold the project's lock.
    """
    project = session.project
    for name, made in unfinished(project).items():
        with suppress(ValueError, KeyError, FileNotFoundError):  # not all there any more: it is made anew
            _move(project, session.library, made, json.loads((made / READY).read_text("utf-8")))
            session.progress.info(f"{name}: finished the interrupted build.")
        shutil.rmtree(made, ignore_errors=True)
    for path in _litter(project):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _litter(project: Project) -> list[Path]:
    """What a killed build leaves behind."""
    pieces, kept = project.cache / "pieces", project.reels / archive.FOLDER
    patterns = [
        *((pieces, name) for name in ("*.part.mov", "*.ass", "*.png", ".*-*", "fonts/.*-*")),
        (project.cache, f"{ASIDE}*"),
        (kept, "*/.*.part"),
        (kept, "*/.*.gone"),
        (project.folder, f".{project.library.stem}.before-*.part*"),
    ]
    return [path for folder, pattern in patterns for path in folder.glob(pattern)]


def _move(project: Project, library: Library, made: Path, job: Mapping[str, Any]) -> None:
    name, row = job["name"], job["row"]
    folder, files = project.reels / name, row["files"]
    if any(_size(made / file, folder / file) != size for file, size in files.items()):
        raise FileNotFoundError(made)
    old = library.reel(name)
    try:
        if job["keep"] and old and old != row and is_whole(folder, old["files"]):
            archive.put_away(project.reels, folder, old, old.get("number", 1))
        _rename(made, folder, files)
    except PermissionError as problem:
        raise ProjectError(
            f"{problem.filename2 or problem.filename}: cannot be written.",
            "Close the program that has it open, or check the folder's permissions, and build again.",
        ) from None
    _clear(folder, job["gone"])
    library.store_reel(name, row)
    for one in archive.kept(project.reels, name):
        if one.number == job["back"]:
            archive.remove(one)
    archive.prune(project.reels, name, project.reel.keep_builds)
    shutil.rmtree(made, ignore_errors=True)


def _size(*places: Path) -> int:
    """The size of a file at the first place where it exists; -1 if nowhere."""
    return next((place.stat().st_size for place in places if place.is_file()), -1)


def _rename(made: Path, folder: Path, files: Iterable[str]) -> None:
    """Rename each file to its final name, atomically; the manifest comes last."""
    ordered: Sequence[str] = sorted(files, key=lambda file: file == archive.MANIFEST)
    targets = {file: folder / file for file in ordered}
    for parent in dict.fromkeys(target.parent for target in targets.values()):
        parent.mkdir(parents=True, exist_ok=True)
    for file, target in targets.items():
        if (made / file).is_file():
            (made / file).replace(target)
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
