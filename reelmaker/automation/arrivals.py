"""Which files have come and have stopped growing. In: what uploads/ holds, look after look. Out: when to build.

Pure but for `snapshot`; the clock is the caller's, in seconds.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

Stamp = tuple[int, int]  # size in bytes, time of the last change in ns

PATIENCE_S = 30.0  # so long files that are all there wait for others that still grow: one build for a burst


def snapshot(uploads: Path) -> dict[str, Stamp]:
    """Every plain file below uploads/ by its path with "/" between the parts; links are not followed.

    Raises:
        OSError: the folder is missing or cannot be read.
    """
    with os.scandir(uploads):
        pass  # os.walk would take a missing folder for an empty one
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
    """The files a build shall not touch: those that grow, and those whose captions do."""
    stems = {PurePosixPath(name).with_suffix("").as_posix() for name in growing}
    return frozenset(growing) | {
        name for name in files if name in stems or PurePosixPath(name).with_suffix("").as_posix() in stems
    }


class Arrivals:
    """What changed since the last build, and whether it has stopped changing."""

    def __init__(self, settle_s: float, held: Collection[str] = ()) -> None:
        """`settle_s`: how long a file must stay as it is. `held`: without these, when they change, nothing is built."""
        self.seen: dict[str, Stamp] = {}
        self._settle_s, self._held = settle_s, frozenset(held)
        self._built: dict[str, Stamp] = {}
        self._since: dict[str, float] = {}
        self._first = True

    def look(self, files: Mapping[str, Stamp], now: float, wall: float) -> None:
        """Take in what is there now. `now` is a steady clock, `wall` the time of day (both seconds)."""
        for name in files.keys() | self.seen.keys():
            if files.get(name) == self.seen.get(name):
                continue
            # At the first look the file's own time tells how long it has been so; later what was seen does
            age = wall - files[name][1] / 1e9 if self._first else 0.0
            self._since[name] = now - (self._settle_s if age >= self._settle_s else 0.0)
        self._first = False
        self.seen = dict(files)
        self._since = {name: at for name, at in self._since.items() if name in files or name in self._built}

    @property
    def pending(self) -> set[str]:
        """What is not as it was at the last build."""
        both = self.seen.keys() | self._built.keys()
        return {name for name in both if self.seen.get(name) != self._built.get(name)}

    def growing(self, now: float) -> set[str]:
        """What changed a moment ago."""
        return {name for name in self.pending if now - self._since.get(name, now) < self._settle_s}

    def ready(self, now: float) -> bool:
        """Whether it is time to build: something settled, and the rest has settled too or takes too long."""
        growing = self.growing(now)
        settled = self.pending - growing
        if not settled or growing & self._held:
            return False
        return not growing or now - min(self._since[name] for name in settled) >= PATIENCE_S

    def built(self, without: Collection[str]) -> None:
        """A build went through what was seen last, except for these."""
        self._built = {name: stamp for name, stamp in self.seen.items() if name not in without}
