"""Changes of reelmaker.toml by a program: comments, order and line ends of the person who wrote it stay.

In: the digest of the file as it was shown, and a function from its text to the new text. Out: the new settings. An
edit made elsewhere meanwhile is never overwritten, and what the settings reader refuses is never written.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from reelmaker import atomic
from reelmaker.errors import ProjectError, SettingsChanged
from reelmaker.project.config import FILE, Project, parse
from reelmaker.project.toml_reader import read_text

MARK = b"\xef\xbb\xbf"  # with which some editors begin a file
Change = Callable[[str], str]
_writing = threading.Lock()


def digest(folder: Path) -> str:
    """Another one whenever the file's content is; "" if there is no file."""
    try:
        return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise ProjectError(f"{folder / FILE}: cannot be read ({problem.strerror}).", "Check its permissions.") from None


def tried(folder: Path, change: Change) -> Project:
    """The settings as they would be after a change; nothing is written.

    Raises:
        InvalidSetting: the settings reader refuses them.
        ProjectError: the file cannot be read, or not be changed by a program.
    """
    return parse(folder, change(_lines(read_text(folder / FILE))))


def changed(folder: Path, shown: str, change: Change) -> Project:
    """Change the file, atomically; gives the new settings.

    Args:
        shown: the digest of the file that the person saw.

    Raises:
        SettingsChanged: the file is another one by now.
        InvalidSetting, ProjectError: as `tried`; and the file cannot be written.
    """
    path = (folder / FILE).resolve()
    with _writing:
        if digest(folder) != shown:
            raise SettingsChanged(
                f"{path}: was changed elsewhere meanwhile; nothing was written.", "Look at both, and decide."
            )
        raw, text = path.read_bytes(), read_text(path)
        new = change(_lines(text))
        project = parse(folder, new)
        if b"\r\n" in raw:
            new = new.replace("\n", "\r\n")
        content = (MARK if raw.startswith(MARK) else b"") + new.encode()
        if content != raw:
            try:
                atomic.write(path, content)
            except OSError as problem:
                raise ProjectError(
                    f"{path}: cannot be written ({problem.strerror}).", "Check its permissions and the disk."
                ) from None
    return project


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
