"""Half-written files outside the project, such as an export: noted before they begin, removed if a kill left them.

In: the place of a staging folder. Out: at the next start nothing of a customer lies there any more.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from reelmaker import atomic, shapes
from reelmaker.project.config import Project
from reelmaker.project.lock import lives

FOLDER = "elsewhere"  # in the cache, one note a staging folder
NOTE = shapes.record({"place": shapes.text, "pid": shapes.natural, "host": shapes.text})
ENDING = ".part"


@contextmanager
def noted(project: Project, staging: Path) -> Iterator[None]:
    """Note a staging folder for as long as it is there."""
    sweep(project)
    notes = project.cache / FOLDER
    note = notes / f"{os.getpid()}.json"
    body = {"place": str(staging.absolute()), "pid": os.getpid(), "host": platform.node()}
    with suppress(OSError):  # a project that cannot be written may be exported all the same
        project.cache.mkdir(exist_ok=True)
        atomic.folder(notes)
        atomic.write(note, json.dumps(body).encode())
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def sweep(project: Project) -> None:
    """Remove the staging folders of processes of this machine that have ended."""
    for note in (project.cache / FOLDER).glob("*.json"):
        with suppress(OSError, ValueError):
            found: dict[str, Any] = shapes.read(note, NOTE)
            if found["host"] != platform.node() or lives(found["pid"]):
                continue
            place = Path(found["place"])
            if place.name.startswith(".") and place.name.endswith(ENDING) and not place.is_symlink():
                atomic.remove(place)
        with suppress(OSError):
            note.unlink(missing_ok=True)
