"""What the head of the library's file says, without opening it: whether it is of an older version, and whether it was written."""

from __future__ import annotations

from pathlib import Path

from reelmaker.project.migrations import MIGRATIONS


def outdated(path: Path) -> bool:
    """Whether opening this library would migrate it; read from the file's head, without touching it."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            head = file.read(64)
    except OSError:
        return False  # opening it says why
    return len(head) == 64 and 0 < int.from_bytes(head[60:64], "big") < len(MIGRATIONS)


def change_count(path: Path) -> tuple[int, ...]:
    """Changes whenever the library is written, by whomever; read from the file's head. Empty if there is none."""
    try:
        if not path.is_file():
            return ()
        with path.open("rb") as file:
            head = file.read(28)
        facts = path.stat()
    except OSError:
        return ()
    return int.from_bytes(head[24:28], "big"), facts.st_size, facts.st_ino
