"""Finds files that still contain certain texts: in all bytes, and in the members of zip files (slides, documents).

In: files and texts. Out: the files that contain one. Reads only.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO

BLOCK = 4 << 20
ENCODINGS = ("utf-8", "utf-16-le", "latin-1")


def holding(files: Iterable[Path], texts: Collection[str]) -> list[Path]:
    """The files that contain one of the texts, in any of the usual encodings; unreadable files are skipped."""
    wanted = {found for text in texts for found in _encoded(text)}
    return [path for path in files if wanted and _holds(path, wanted)]


def _encoded(text: str) -> Iterator[bytes]:
    for encoding in ENCODINGS:
        try:
            yield text.encode(encoding)
        except UnicodeEncodeError:
            continue


def _holds(path: Path, wanted: Collection[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            if _found(file, wanted):
                return True
        if path.suffix.lower() == ".mp4" or not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                with packed.open(name) as member:
                    if _found(member, wanted):
                        return True
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        pass
    return False


def _found(file: IO[bytes], wanted: Collection[bytes]) -> bool:
    overlap = max(map(len, wanted)) - 1
    tail = b""
    while block := file.read(BLOCK):
        seen = tail + block
        if any(one in seen for one in wanted):
            return True
        tail = seen[-overlap:] if overlap else b""
    return False
