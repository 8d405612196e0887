"""Atomic writes, safe against power cuts: a staging file is flushed and renamed, then the folder is flushed.

In: content or a finished file. Out: the file under its final name.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

# Error codes of network folders that cannot flush a folder
NOT_OF_FOLDERS = {errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP}


def write(target: Path, content: bytes) -> None:
    """Replace a file's content atomically: readers see either the old or the new content."""
    staging = target.with_name(f".{target.name}.part")
    try:
        staging.write_bytes(content)
        if target.exists():
            shutil.copymode(target, staging)
        put(staging, target)
    finally:
        staging.unlink(missing_ok=True)


def put(staging: Path, target: Path) -> None:
    """Give a finished staging file its final name on the same disk."""
    flush(staging)
    staging.replace(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Flush a file's content, or a folder's entries where supported, to disk."""
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
