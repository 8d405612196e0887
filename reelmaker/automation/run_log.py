"""A small log in the project folder, reelmaker.log, for unattended runs: what was done, without names or words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE = "reelmaker.log"
FULL_BYTES = 200_000


class Journal(RotatingFileHandler):
    """Writes lines with their time. If the log cannot be written, the build goes on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder / FILE, maxBytes=FULL_BYTES, backupCount=1, encoding="utf-8", delay=True, errors="backslashreplace"
        )
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))

    def write(self, line: str) -> None:
        """Append one line. A full file becomes reelmaker.log.1, replacing the previous one."""
        self.handle(logging.makeLogRecord({"msg": " ".join(line.split())}))
        self.close()  # days may pass until the next one

    def handleError(self, record: logging.LogRecord) -> None:
        """Ignore errors: nobody watches, and the work goes on."""


def without_names(text: str, ids: Mapping[str, str]) -> str:
    """The text with the name of every upload replaced by its short id: a file may be named after its customer."""
    for name in sorted(ids, key=len, reverse=True):
        for part in (name, name.rpartition("/")[2]):
            text = text.replace(part, f"answer {ids[name]}")
    return text
