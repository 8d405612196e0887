"""Decides which files have arrived and stopped growing, and so when to build.

Pure except for `snapshot`; the caller supplies the clock, in seconds.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from reelmaker.ingest import passed_over, uploads

Stamp = tuple[int, int]  # size in bytes, time of the last change in ns

PATIENCE_S = 30.0  # how long complete files wait for growing ones, so that a burst needs one build


def snapshot(uploads: Path) -> dict[str, Stamp]:
    """Every plain file below uploads/ by its path with "/" between the parts; links are not followed.

    Raises:
        OSError: the folder is missing or cannot be read.
    """
    with os.scandir(uploads):
        pass  # os.walk would treat a missing folder as an empty one
    stamps = {}
    for folder, folders, names in os.walk(uploads):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if name.startswith("."):
                continue
            try:
                stat_result = path.lstat()
            except OSError:  # deleted since its folder was read
                continue
            if stat.S_ISREG(stat_result.st_mode):
                stamps[path.relative_to(uploads).as_posix()] = (stat_result.st_size, stat_result.st_mtime_ns)
    return stamps


def left_out(growing: Collection[str], files: Collection[str]) -> frozenset[str]:
    """The files a build must not touch: growing ones, and those whose sidecars are growing."""
    stems = {stem for name in growing for stem in _stems(name)}
    return frozenset(growing) | {
        name for name in files if name in stems or PurePosixPath(name).with_suffix("").as_posix() in stems
    }


def _stems(name: str) -> list[str]:
    """The name without its ending; of a sidecar all that it may belong to: anna.en.srt to anna.en and to anna."""
    path = PurePosixPath(name)
    endings = uploads.MOST_ENDINGS if path.suffix.lower() in passed_over.SIDECARS else 1
    stems: list[str] = []
    while path.suffix and len(stems) < endings:
        path = path.with_suffix("")
        stems.append(path.as_posix())
    return stems or [name]


class Arrivals:
    """Tracks what changed since the last build, and whether it has stopped changing."""

    def __init__(self, settle_s: float, blocking: Collection[str] = ()) -> None:
        """`settle_s`: how long a file must stay unchanged. `blocking`: while one of these changes, nothing is built."""
        self.seen: dict[str, Stamp] = {}
        self._settle_s, self._blocking = settle_s, frozenset(blocking)
        self._built: dict[str, Stamp] = {}
        self._since: dict[str, float] = {}
        self._first = True

    def look(self, files: Mapping[str, Stamp], now: float, wall: float) -> None:
        """Record the current files. `now` is a monotonic clock, `wall` the time of day (both in seconds)."""
        for name in files.keys() | self.seen.keys():
            if files.get(name) == self.seen.get(name):
                continue
            # The first time the file's own time tells how long it has been unchanged; later our observation does
            age = wall - files[name][1] / 1e9 if self._first else 0.0
            self._since[name] = now - (self._settle_s if age >= self._settle_s else 0.0)
        self._first = False
        self.seen = dict(files)
        self._since = {
            name: changed_at for name, changed_at in self._since.items() if name in files or name in self._built
        }

    @property
    def pending(self) -> set[str]:
        """Files that changed since the last build."""
        names = self.seen.keys() | self._built.keys()
        return {name for name in names if self.seen.get(name) != self._built.get(name)}

    def growing(self, now: float) -> set[str]:
        """Files that changed a moment ago."""
        return {name for name in self.pending if now - self._since.get(name, now) < self._settle_s}

    def ready(self, now: float) -> bool:
        """Whether to build now: something has settled, and the rest has settled too or takes too long."""
        growing = self.growing(now)
        settled = self.pending - growing
        if not settled or growing & self._blocking:
            return False
        return not growing or now - min(self._since[name] for name in settled) >= PATIENCE_S

    def built(self, without: Collection[str]) -> None:
        """Record that a build has used the last recorded files, except for these."""
        self._built = {name: stamp for name, stamp in self.seen.items() if name not in without}
