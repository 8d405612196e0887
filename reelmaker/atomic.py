"""Atomic writes, safe against power cuts: a staging file is flushed and renamed, then the folder is flushed.

In: content or a finished file. Out: the file under its final name.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ABANDONED_S = 86_400  # no file takes a day to write
# Error codes of network file systems that cannot flush a folder
NOT_OF_FOLDERS = {errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP}


def write(target: Path, content: bytes) -> None:
    """Replace a file's content atomically: readers see either the old or the new content."""
    with staged(target) as staging:
        staging.write_bytes(content)
        if target.exists():
            shutil.copymode(target, staging)


@contextmanager
def staged(target: Path, *, shared: bool = False) -> Iterator[Path]:
    """A staging file next to the target, which replaces it when the block ends without an error.

    Args:
        shared: several processes may write it at a time, each to its own staging file; abandoned ones are deleted.
    """
    suffix = f"{os.getpid()}-{secrets.token_hex(4)}." if shared else ""
    staging = target.with_name(f".{target.name}.{suffix}part")
    for leftover in target.parent.glob(f".{target.name}.*") if shared else (staging,):
        with suppress(OSError):
            if not shared or time.time() - leftover.stat().st_mtime > ABANDONED_S:
                leftover.unlink()
    try:
        yield staging
        put(staging, target)
    finally:
        staging.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove what lies at a place of ours: a file, a link, a pipe or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def folder(path: Path) -> None:
    """Make a folder, in place of anything else that lies there; only where everything may be made again."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
    path.mkdir(parents=True, exist_ok=True)


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
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if not folder or problem.errno not in NOT_OF_FOLDERS:
            raise
    finally:
        os.close(descriptor)
