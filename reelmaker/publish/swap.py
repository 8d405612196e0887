"""A reel's folder gets its new files: made aside, flushed, and moved into place in a row that a crash cannot cut off.

In: finished files, and the library's row of the build. Out: the folder as that build left it. Once all is flushed, what
has to be moved is written down beside the files; whoever builds next finishes it, so the files of two builds lie in one
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

READY = "replacing.json"  # what is to be moved, in the folder aside
ASIDE = "aside-"


@contextmanager
def aside(cache: Path, name: str) -> Iterator[Path]:
    """A folder for the files of a reel while they are made; it goes, unless its files are on their way."""
    folder = cache / f"{ASIDE}{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def is_whole(folder: Path, files: Mapping[str, int]) -> bool:
    """Whether these files lie there, as long as they should be."""
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
    """Put the files of `row`, which lie in `made`, into the reel's folder, and the row into the library.

    Args:
        made: the folder that `aside` gave.
        keep: what lies there now is kept as an earlier build.
        back: the number of the kept build that comes back by this, and is no earlier one any more.

    Raises:
        ProjectError: a file cannot be moved; the next build goes on from there.
    """
    old = library.reel(name)
    for file in row["files"]:
        atomic.flush(made / file)
    job = {
        "name": name, "row": row, "keep": bool(keep and old), "back": back,
        "gone": sorted(set(old["files"] if old else ()) - set(row["files"])),
    }  # fmt: skip
    atomic.write(made / READY, json.dumps(job, ensure_ascii=False).encode())
    _move(project, library, made, job)


def unfinished(project: Project) -> dict[str, Path]:
    """Reels whose files were on their way when something ended it, with the folder they lie in."""
    return {
        path.parent.name.removeprefix(ASIDE): path.parent for path in sorted(project.cache.glob(f"{ASIDE}*/{READY}"))
    }


def finish(session: Session) -> None:
    """Move what was on its way when something ended it, and clear away what was left half made.

    Only for whoever holds the project's lock.
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
    """What a build that was killed leaves behind."""
    pieces, kept = project.cache / "pieces", project.reels / archive.FOLDER
    patterns = [
        *((pieces, name) for name in ("*.part.mov", "*.ass", "*.png", ".*-*", "fonts/.*-*")),
        (project.cache, f"{ASIDE}*"), (kept, "*/.*.part"), (kept, "*/.*.gone"),
        (project.folder, f".{project.library.stem}.before-*.part*"),
    ]  # fmt: skip
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
    """The length of a file at the first of the places where it lies; -1: at none."""
    return next((place.stat().st_size for place in places if place.is_file()), -1)


def _rename(made: Path, folder: Path, files: Iterable[str]) -> None:
    """Each file gets its final name, whole at once; the manifest comes last."""
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
    """Remove files of the last build that this one no longer makes, and what folders they leave empty."""
    for name in names:
        path = folder / name
        with suppress(OSError):  # one that somebody has open stays; it is of no more use, and of no harm
            path.unlink(missing_ok=True)
            if path.parent != folder and not any(path.parent.iterdir()):
                path.parent.rmdir()
