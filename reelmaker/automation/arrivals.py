"""Which files have arrived and stopped growing. In: repeated listings of uploads/. Out: when to build.

Pure but for `snapshot`; the clock is the caller's, in seconds.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

Stamp = tuple[int, int]  # size in bytes, time of the last change in ns

PATIENCE_S = 30.0  # how long complete files wait for growing ones, so that a burst needs one build


def snapshot(uploads: Path) -> dict[str, Stamp]:
    """Every plain file below uploads/ by its path with "/" between the parts; links are not followed.

    Raises:
        OSError: the folder is missing or cannot be read.
    """
    with os.scandir(uploads):
        pass  # os.walk would treat a missing folder as an empty one
    found = {}
    for folder, folders, names in os.walk(uploads):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if name.startswith("."):
                continue
            try:
                facts = path.lstat()
            except OSError:  # gone since its folder was read
                continue
            if stat.S_ISREG(facts.st_mode):
                found[path.relative_to(uploads).as_posix()] = (facts.st_size, facts.st_mtime_ns)
    return found


def left_out(growing: Collection[str], files: Collection[str]) -> frozenset[str]:
    """The files a build must not touch: growing ones, and those whose sidecars are growing."""
    stems = {PurePosixPath(name).with_suffix("").as_posix() for name in growing}
    return frozenset(growing) | {
        name for name in files if name in stems or PurePosixPath(name).with_suffix("").as_posix() in stems
    }


class Arrivals:
    """What changed since the last build, and whether it has stopped changing."""

    def __init__(self, settle_s: float, held: Collection[str] = ()) -> None:
        """`settle_s`: how long a file must stay unchanged. `held`: while one of these changes, nothing is built."""
        self.seen: dict[str, Stamp] = {}
        self._settle_s, self._held = settle_s, frozenset(held)
        self._built: dict[str, Stamp] = {}
        self._since: dict[str, float] = {}
        self._first = True

    def look(self, files: Mapping[str, Stamp], now: float, wall: float) -> None:
        """Record what is there now. `now` is a monotonic clock, `wall` the time of day (both in seconds)."""
        for name in files.keys() | self.seen.keys():
            if files.get(name) == self.seen.get(name):
                continue
            # At first the file's own time says how long it has been unchanged; later our observation does
            age = wall - files[name][1] / 1e9 if self._first else 0.0
            self._since[name] = now - (self._settle_s if age >= self._settle_s else 0.0)
        self._first = False
        self.seen = dict(files)
        self._since = {name: at for name, at in self._since.items() if name in files or name in self._built}

    @property
    def pending(self) -> set[str]:
        """Files that changed since the last build."""
        both = self.seen.keys() | self._built.keys()
        return {name for name in both if self.seen.get(name) != self._built.get(name)}

    def growing(self, now: float) -> set[str]:
        """Files that changed a moment ago."""
        return {name for name in self.pending if now - self._since.get(name, now) < self._settle_s}

    def ready(self, now: float) -> bool:
        """Whether it is time to build: something settled, and the rest has settled too or takes too long."""
        growing = self.growing(now)
        settled = self.pending - growing
        if not settled or growing & self._held:
            return False
        return not growing or now - min(self._since[name] for name in settled) >= PATIENCE_S

    def built(self, without: Collection[str]) -> None:
        """A build has used what was seen last, except for these."""
        self._built = {name: stamp for name, stamp in self.seen.items() if name not in without}
