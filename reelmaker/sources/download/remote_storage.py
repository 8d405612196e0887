"""Files below an fsspec address (s3://, sftp://, file://, memory:// …) -> partial files.

Back-ends raise all kinds of exceptions, so each becomes one clear line; their messages may contain keys and are
left out.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from reelmaker import parallel
from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.sources.download.errors import Unfetched
from reelmaker.sources.download.http import Got, Rules, looks_like
from reelmaker.sources.download.partial_file import Marks, PartialFile

TABLE = "responses.csv"
TABLE_BYTES = 50_000_000
LIKE_TABLE = re.compile(r"responses\.(csv|tsv|txt|xlsx?|xlsm|ods)(\.\w+)?")
BLOCK = 1_000_000
LISTING_S = 600.0  # a large bucket takes minutes
NOT_ORDINARY = "it is a link, a pipe or a device"
LOCAL = ("file", "local")
# Addresses of storage. Others of fsspec open what an address names in them (archives, caches, references), or code
STORAGE = frozenset(
    (
        *LOCAL,
        *"memory s3 s3a gs gcs az abfs abfss adl oss oci sftp ssh ftp smb hdfs webhdfs webdav dropbox gdrive box".split(),
    )
)
# File name endings that are fetched: the formats that can be decoded, see `media.ffmpeg`
MEDIA = frozenset(
    (
        ".mp4",
        ".m4v",
        ".mov",
        ".qt",
        ".3gp",
        ".3g2",
        ".webm",
        ".mkv",
        ".avi",
        ".mp3",
        ".m4a",
        ".wav",
        ".ogg",
        ".oga",
        ".ogv",
        ".opus",
        ".flac",
        ".aac",
        ".ts",
        ".mts",
        ".m2ts",
        ".amr",
    )
)
# Our extras that install a back-end
EXTRAS = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file below the address."""

    path: str  # seen from the address, "/" between the parts
    size: int
    version: str  # changes with the content


class _OtherTable(Exception):
    """There is a file that looks like the table but has another name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Share:
    """An address and its files. Of a folder of this machine only ordinary files are opened, whatever they turn into."""

    def __init__(self, address: str, options: Mapping[str, Any]) -> None:
        self._files, self._root = backend(address, options)
        self._local = address.split("://", 1)[0] in LOCAL

    @classmethod
    def of_file(cls, path: Path) -> Share:
        """One file of this machine."""
        import fsspec

        share = cls.__new__(cls)
        share._files, share._root, share._local = fsspec.filesystem("file"), path.as_posix(), True
        return share

    def files(self) -> list[Found]:
        """Every video and audio file below the address, sorted by name, without hidden files, links and pipes.

        Raises:
            ProjectError: it cannot be listed, or not in time.
        """
        try:
            listed = parallel.within(LISTING_S, self._listed)
        except Exception as problem:  # noqa: BLE001 - see above
            raise ProjectError(
                f"the files at the address cannot be listed ({_kind(problem)}).", "Check the address and its options."
            ) from None
        media_files = []
        for path, facts in sorted(listed.items()):
            relative_path = path.removeprefix(self._root).lstrip("/") or PurePosixPath(path).name
            hidden = any(part.startswith(".") for part in PurePosixPath(relative_path).parts)
            if hidden or not _ordinary(facts) or PurePosixPath(relative_path).suffix.lower() not in MEDIA:
                continue
            media_files.append(Found(relative_path, int(facts.get("size") or 0), _version(facts)))
        return media_files

    def _listed(self) -> dict[str, dict[str, Any]]:
        self._files.invalidate_cache()
        listed: dict[str, dict[str, Any]] = self._files.find(self._root, detail=True)
        if not listed and not self._files.exists(self._root):
            raise FileNotFoundError
        return listed

    def table(self) -> bytes | None:
        """The content of responses.csv there; None if there is none.

        Raises:
            ProjectError: it cannot be read, or is no ordinary file: its consents would not be known.
        """
        path = f"{self._root.rstrip('/')}/{TABLE}"
        try:
            raw = parallel.within(LISTING_S, partial(self._table, path))
        except _OtherTable as problem:
            raise ProjectError(
                f'"{problem.name}" at the address looks like the table of consents, but is not called {TABLE}.',
                "Save it as CSV under that name, or move it elsewhere.",
            ) from None
        except Exception as problem:  # noqa: BLE001 - see above
            raise ProjectError(
                f"{TABLE} at the address cannot be read ({_kind(problem)}).", "Check its permissions."
            ) from None
        if raw is not None and len(raw) > TABLE_BYTES:
            raise ProjectError(
                f"{TABLE} at the address is larger than {TABLE_BYTES // 1_000_000} MB.", "Split it, or shorten it."
            )
        return raw

    def _table(self, path: str) -> bytes | None:
        if not self._files.lexists(path):
            self._no_other_table()
            return None
        with self._open(path) as file:
            raw: bytes = file.read(TABLE_BYTES + 1)
        return raw

    def _no_other_table(self) -> None:
        """A table under another name would be a consent that nobody reads: it is an error."""
        if not self._files.isdir(self._root):
            return
        for path in self._files.ls(self._root, detail=False):
            name = PurePosixPath(str(path)).name
            if LIKE_TABLE.fullmatch(name.strip().casefold()):
                raise _OtherTable(name)

    def fetch(self, listed_file: Found, partial_file: PartialFile, rules: Rules) -> Got:
        """Download into the partial file; a file that changes meanwhile is left for the next run.

        Raises:
            Unfetched: why it failed.
            DiskFull: there is no space for it.
        """
        if listed_file.size > rules.most:
            raise Unfetched(f"larger than the {rules.most / 1e6:g} MB that max_mb allows")
        marks = Marks(etag=listed_file.version, total=listed_file.size)
        have, before = partial_file.begun()
        if before != marks or have > listed_file.size:
            have = 0
        in_time = partial(parallel.within, rules.silence_s)
        try:
            path = in_time(partial(self._path, listed_file))
            facts = in_time(partial(self._facts, path))
            with in_time(partial(self._open, path)) as remote_file:
                self._copied(remote_file, partial_file, marks, have, listed_file, rules)
            same = _version(in_time(partial(self._facts, path))) == _version(facts)
        except (Unfetched, ReelmakerError):
            raise
        except Exception as problem:  # noqa: BLE001 - see above
            raise Unfetched(f"it cannot be read there ({_kind(problem)})", passing=True) from None
        if not same or facts.get("size") != listed_file.size or partial_file.path.stat().st_size != listed_file.size:
            partial_file.away()
            raise Unfetched("it is still being written there", passing=True)
        return Got(marks)

    def _copied(
        self, remote_file: Any, partial_file: PartialFile, marks: Marks, have: int, listed_file: Found, rules: Rules
    ) -> None:
        in_time, until = partial(parallel.within, rules.silence_s), time.monotonic() + rules.longest_s
        if have:
            in_time(partial(remote_file.seek, have))
        with partial_file.further() if have else partial_file.anew(marks, rules.most) as file:
            while block := in_time(partial(remote_file.read, BLOCK)):
                if not have and (problem := looks_like(block)):
                    raise Unfetched(problem.replace("the link leads to", "the file is"))
                have += len(block)
                file.write(block)
                if have > listed_file.size:
                    break  # more than was listed: it is still being written
                if time.monotonic() > until:
                    hours = f"{rules.longest_s / 3600:g}"
                    raise Unfetched(f"it takes longer than {hours} hours; the next run continues", passing=True)

    def _path(self, listed_file: Found) -> str:
        return self._root if self._files.isfile(self._root) else f"{self._root.rstrip('/')}/{listed_file.path}"

    def _facts(self, path: str) -> Mapping[str, Any]:
        self._files.invalidate_cache()
        facts: Mapping[str, Any] = self._files.info(path)
        return facts

    def _open(self, path: str) -> Any:
        """The open file. A link, a pipe or a device of this machine is refused, and no pipe is waited for."""
        if not self._local:
            return self._files.open(path, "rb")
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise OSError(errno.EINVAL, NOT_ORDINARY)
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise OSError(errno.EINVAL, NOT_ORDINARY)
        return os.fdopen(number, "rb")


def _ordinary(facts: Mapping[str, Any]) -> bool:
    """Whether a back-end says that it is a file: not a link, and neither pipe nor device."""
    return facts.get("type", "file") == "file" and not facts.get("islink")


def installed(address: str) -> None:
    """
    Raises:
        ProjectError: the back-end for such an address is not installed; the remedy says how.
    """
    import fsspec

    protocol = address.split("://", 1)[0]
    if protocol not in STORAGE:
        raise ProjectError(
            f"{protocol}:// addresses are not supported.", "Use one of s3, sftp, file and other storage."
        )
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError:
        extra = EXTRAS.get(protocol)
        remedy = f'pip install "reelmaker[{extra}]"' if extra else f"Install the fsspec back-end for {protocol}://."
        raise ProjectError(f"the package for {protocol}:// addresses is not installed.", remedy) from None
    except ValueError:
        raise ProjectError(f"{protocol}:// addresses are not supported.", "Check the address.") from None


def backend(address: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    """The file system of an address and the path in it.

    Raises:
        ProjectError: there is no such back-end, or it is not installed; the remedy says how.
    """
    import fsspec

    if "::" in address:
        raise ProjectError("chained addresses (::) are not supported.", "Use the direct address.")
    installed(address)
    try:
        files, root = fsspec.core.url_to_fs(address, **options)
    except Exception as problem:  # noqa: BLE001 - see above
        raise ProjectError(
            f"the address cannot be opened ({_kind(problem)}).", "Check the address and its options."
        ) from None
    return files, str(root)


def _version(facts: Mapping[str, Any]) -> str:
    """What changes with a file's content: its ETag, or its size and time."""
    etag = facts.get("ETag") or facts.get("etag")
    time = facts.get("LastModified") or facts.get("mtime") or facts.get("created") or ""
    return str(etag or f"{facts.get('size')} {time}").strip('"')


def _kind(problem: Exception) -> str:
    if isinstance(problem, TimeoutError) and not problem.strerror:
        return "no answer in time"
    reason = problem.strerror if isinstance(problem, OSError) else ""
    return reason or type(problem).__name__
