"""One builder at a time: the project's lock, which the operating system frees however its holder ends.

If the file system has no locks (some network folders), a file that names its holder is used instead; a file whose
process has died on this computer is replaced.
"""

from __future__ import annotations

import errno
import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from reelmaker.errors import AnotherBuild, DiskFull, ProjectError

HOLDER = ".lock-holder"
# Error codes of file systems without locks
UNKNOWN = {getattr(errno, name, -1) for name in ("ENOLCK", "ENOSYS", "EOPNOTSUPP", "ENOTSUP")}
HOLDER_LINE = re.compile(r"pid (\d+), since ([^,]+), on (.+)")


@contextmanager
def one_builder(folder: Path) -> Iterator[str]:
    """Hold the project's lock. Yields a warning about it, or "".

    Raises:
        AnotherBuild: another process holds it; the message says which and since when.
        ProjectError: the folder cannot be written.
        DiskFull: there is no space even for the lock.
    """
    from filelock import FileLock, Timeout

    holder, has_os_lock, warning = folder / HOLDER, True, ""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AnotherBuild(f"{folder}: another build is running ({_who(holder)}).", "Wait until it is done.") from None
    except (OSError, NotImplementedError) as problem:
        code = errno.ENOSYS if isinstance(problem, NotImplementedError) else problem.errno
        if code not in UNKNOWN:
            raise _unwritable(folder, problem) from None
        _claim(folder, holder)
        has_os_lock = False
        warning = f"The file system of {folder} does not support locks; build there from one computer at a time."
    try:
        if has_os_lock:
            with suppress(OSError):  # it only names the holder; the lock works without it
                holder.write_text(_me(), "utf-8")
        yield warning
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        if has_os_lock:
            lock.release()


def _me() -> str:
    return f"pid {os.getpid()}, since {datetime.now():%Y-%m-%d %H:%M:%S}, on {platform.node()}"


def _who(holder: Path) -> str:
    """The holder of the lock, according to the holder file, unless that process has died."""
    try:
        match = HOLDER_LINE.fullmatch(holder.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        match = None
    if match is None or (match[3] == platform.node() and not lives(int(match[1]))):
        return "it has just started"
    computer_note = f", on {match[3]}" if match[3] != platform.node() else ""
    return f"pid {match[1]}, since {match[2]}{computer_note}"


def lives(pid: int) -> bool:
    """Whether a process is running on this computer; assumed true if checking could do harm (Windows)."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it belongs to another user
    return True


def _claim(folder: Path, holder: Path) -> None:
    """Create the holder file exclusively. A file left by a dead process of this computer is moved away first."""
    for _ in range(2):
        try:
            number = os.open(holder, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            _take_over(folder, holder)
            continue
        except OSError as problem:
            raise _unwritable(folder, problem) from None
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(_me())
        return
    raise AnotherBuild(f"{folder}: another build is running ({_who(holder)}).", "Wait until it is done.")


def _take_over(folder: Path, holder: Path) -> None:
    text = ""
    with suppress(OSError, UnicodeDecodeError):
        text = holder.read_text("utf-8")
    match = HOLDER_LINE.fullmatch(text)
    if match is None or match[3] != platform.node() or lives(int(match[1])):
        raise AnotherBuild(
            f"{folder}: another build is running ({_who(holder)}).",
            f"Wait until it is done. If that computer was switched off, delete the stale lock file {holder.name}.",
        )
    stale = holder.with_name(f"{HOLDER}.{os.getpid()}")
    with suppress(OSError):
        holder.replace(stale)
        if stale.read_text("utf-8") != text:  # another process was faster and holds it now
            stale.replace(holder)
    with suppress(OSError):
        stale.unlink(missing_ok=True)


def _unwritable(folder: Path, problem: OSError | NotImplementedError) -> DiskFull | ProjectError:
    if getattr(problem, "errno", None) == errno.ENOSPC:
        return DiskFull(f"{folder}: no space is left on the disk.", "Free some space and run again.")
    reason = getattr(problem, "strerror", None) or str(problem)
    return ProjectError(f"{folder}: cannot be written ({reason}).", "Check the folder's permissions and the disk.")
