"""Rendered pieces in the cache: each with the digest of what was written, so that a damaged one is made again.

In: the place of a piece. Out: whether it still is what was rendered.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from reelmaker import atomic
from reelmaker.checksums import checksum

MOST_NOTE = 1000  # bytes


def damage_note(target: Path) -> Path:
    """The file beside a piece that says how much of its upload could not be read; absent where all could."""
    return target.with_suffix(".damaged")


def seal(staging: Path, target: Path) -> None:
    """Note what the finished piece is, before it gets its name."""
    note = _note(target)
    atomic.remove(note)
    note.write_text(_digest(staging, target), "ascii")


def sound(target: Path) -> bool:
    """Whether a piece is there as it was rendered, and not a link, cut off, or another one."""
    try:
        if target.is_symlink() or not target.is_file() or _note(target).stat().st_size > MOST_NOTE:
            return False
        return _note(target).read_bytes() == _digest(target, target).encode()
    except OSError:
        return False


def remove(target: Path) -> None:
    """Remove a piece, whatever lies in its place, and the notes about it."""
    for path in (target, _note(target), damage_note(target)):
        atomic.remove(path)


def _note(target: Path) -> Path:
    return target.with_suffix(".sha256")


def _digest(content: Path, target: Path) -> str:
    """Of its content, its name and the note about its damage: none of them fits another piece."""
    damage = damage_note(target)
    noted = damage.read_bytes() if damage.is_file() else b""
    return hashlib.sha256(f"{target.stem} {checksum(content)} ".encode() + noted).hexdigest()
