"""Files that are there whole or not at all, after a power cut too: flushed aside, renamed, the folder flushed.

In: content or a finished file. Out: the file under its final name.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

# What network folders say of flushing a folder: they do it themselves, or never
NOT_OF_FOLDERS = {errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP}


def write(target: Path, content: bytes) -> None:
    """Put new content in the place of a file at once: whoever reads it sees the old or the new, whole."""
    aside = target.with_name(f".{target.name}.part")
    try:
        aside.write_bytes(content)
        if target.exists():
            shutil.copymode(target, aside)
        put(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def put(aside: Path, target: Path) -> None:
    """Give a finished file its final name; both lie on one disk."""
    flush(aside)
    aside.replace(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """See that a file's content, or a folder's list of names, is on the disk; of folders where the disk knows how."""
    folder = path.is_dir()
    if folder and os.name != "posix":
        return
    number = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(number)
    except OSError as problem:
        if not folder or problem.errno not in NOT_OF_FOLDERS:
            raise
    finally:
        os.close(number)
