"""Who on this machine may read what the program writes: only its owner, also the owner's group, or as the system has it.

In: the setting `[privacy] access`. Out: a mask for new files, and the modes of those that are there. Windows has other
rules, which are left as they are.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER, GROUP, SYSTEM = "owner", "group", "system"
ACCESS = (OWNER, GROUP, SYSTEM)
MASKS = {OWNER: 0o077, GROUP: 0o007}  # bits that a new file or folder does not get


@contextmanager
def restricted(access: str = OWNER) -> Iterator[None]:
    """Whatever this process and those it starts create in the block can be read by these alone."""
    if os.name != "posix" or access not in MASKS:
        yield
        return
    before = os.umask(MASKS[access])
    try:
        yield
    finally:
        os.umask(before)


def correct(sign: Path, roots: Collection[Path], access: str) -> None:
    """Give files and folders of an earlier version, or of another setting, the modes that they would have now.

    Args:
        sign: the file that is done last; by it and the roots it is known whether there is anything to do.
        roots: files and folders; links are not followed.
    """
    if os.name != "posix" or access not in MASKS:
        return
    with suppress(OSError):
        if all(_right(path, access) for path in (sign, *roots)):
            return
    for root in roots:
        _correct(root, access)
        for folder, folders, files in os.walk(root):
            for name in (*folders, *files):
                _correct(Path(folder, name), access)
    _correct(sign, access)  # last: what was cut off is done again


def _right(path: Path, access: str) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return True
    return stat.S_ISLNK(mode) or _wanted(mode, access) == stat.S_IMODE(mode)


def _correct(path: Path, access: str) -> None:
    with suppress(OSError):  # somebody else's
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and _wanted(mode, access) != stat.S_IMODE(mode):
            path.chmod(_wanted(mode, access))


def _wanted(mode: int, access: str) -> int:
    own = stat.S_IMODE(mode) & 0o700
    return own | (own >> 3 if access == GROUP else 0)
