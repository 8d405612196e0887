"""A small log in the project folder for unattended runs: what was done, without names or words.

In: lines. Out: reelmaker.log, and the previous one when it is full.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

FILE = "reelmaker.log"
FULL_BYTES = 200_000


class Journal:
    """Writes lines with their time. A log that cannot be written does not stop a build."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def write(self, line: str) -> None:
        """Append one line; a full file becomes reelmaker.log.1 and replaces the previous one."""
        text = " ".join(line.split())
        with suppress(OSError):
            if self.path.is_file() and self.path.stat().st_size >= FULL_BYTES:
                self.path.replace(self.path.with_name(f"{FILE}.1"))
            with self.path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}\n")


def without_names(text: str, ids: Mapping[str, str]) -> str:
    """The text with the name of every upload replaced by its short id: a file may be named after its customer."""
    for name in sorted(ids, key=len, reverse=True):
        for part in (name, name.rpartition("/")[2]):
            text = text.replace(part, f"answer {ids[name]}")
    return text
