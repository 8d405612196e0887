"""A starter beside the project: a double click opens the review window, without a terminal where that is possible."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

from reelmaker import atomic
from reelmaker.errors import ProjectError

TITLE = "Open reelmaker"
MAC, WINDOWS = "darwin", "win32"


def write(folder: Path, platform: str = sys.platform, python: str = sys.executable) -> Path:
    """Write the starter of this system into the project's folder; gives its path.

    Args:
        platform: as `sys.platform` has it.
        python: the program that runs reelmaker.

    Raises:
        ProjectError: the folder cannot be written.
    """
    folder = folder.absolute()
    if not f"{folder}{python}".isprintable():
        raise ProjectError(f"{folder}: no starter can name this folder.", "Rename it without special characters.")
    name, text = {MAC: _mac, WINDOWS: _windows}.get(platform, _linux)(folder, python)
    path = folder / name
    try:
        atomic.write(path, text.encode("utf-8"))
        if os.name == "posix":
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
    except OSError as problem:
        raise ProjectError(
            f"{path}: cannot be written ({problem.strerror}).", "Check the folder's permissions."
        ) from None
    return path


def _mac(folder: Path, python: str) -> tuple[str, str]:
    """The Terminal shows it; closing its window ends the review window."""
    command = shlex.join([python, "-m", "reelmaker", "review", "--project", str(folder)])
    return f"{TITLE}.command", f"#!/bin/sh\nexec {command}\n"


def _windows(folder: Path, python: str) -> tuple[str, str]:
    """`pythonw` has no terminal window; `start` lets that of this file close at once."""
    windowed = python[:-10] + "pythonw.exe" if python.lower().endswith("python.exe") else python
    inside = str(folder).replace("%", "%%")
    program = windowed.replace("%", "%%")
    return (
        f"{TITLE}.cmd",
        f'@echo off\r\nchcp 65001 >nul\r\nstart "" "{program}" -m reelmaker review --project "{inside}"\r\n',
    )


def _linux(folder: Path, python: str) -> tuple[str, str]:
    command = " ".join(_desktop(part) for part in (python, "-m", "reelmaker", "review", "--project", str(folder)))
    lines = ["[Desktop Entry]", "Type=Application", "Version=1.0", f"Name={TITLE}", f"Exec={command}", "Terminal=false"]
    return f"{TITLE}.desktop", "\n".join([*lines, "Categories=AudioVideo;", ""])


def _desktop(part: str) -> str:
    """An argument of an Exec line: quoted, with `%` doubled; the value itself is escaped once more."""
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in part).replace("%", "%%")
    return f'"{quoted}"'.replace("\\", "\\\\")
