"""Files that are there whole or not at all, after a power cut too: flushed aside, renamed, the folder flushed.

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

ABANDONED_S = 86_400  # nobody makes a file for a day
# What network folders say of flushing a folder: they do it themselves, or never
NOT_OF_FOLDERS = {errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP}


def write(target: Path, content: bytes) -> None:
    """Put new content in the place of a file at once: whoever reads it sees the old or the new, whole."""
    with staged(target) as aside:
        aside.write_bytes(content)
        if target.exists():
            shutil.copymode(target, aside)


@contextmanager
def staged(target: Path, *, shared: bool = False) -> Iterator[Path]:
    """A place beside the target for a new file of that name, which takes it when the block ends without an error.

    Args:
        shared: several may make it at a time, each in a place of its own; what somebody left there long ago goes.
    """
    own = f"{os.getpid()}-{secrets.token_hex(4)}." if shared else ""
    aside = target.with_name(f".{target.name}.{own}part")
    for left in target.parent.glob(f".{target.name}.*") if shared else (aside,):
        with suppress(OSError):
            if not shared or time.time() - left.stat().st_mtime > ABANDONED_S:
                left.unlink()
    try:
        yield aside
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
