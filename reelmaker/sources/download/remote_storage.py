"""Files below an fsspec address (s3://, sftp://, file://, memory:// …) -> partial files.

Back-ends raise all kinds of exceptions, so each becomes one clear line; their messages may contain keys and are
left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.sources.download.errors import Unfetched
from reelmaker.sources.download.http import Got, Rules, looks_like
from reelmaker.sources.download.partial_file import Marks, PartialFile

TABLE = "responses.csv"
TABLE_BYTES = 50_000_000
BLOCK = 1_000_000
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


class Share:
    """An address and its files."""

    def __init__(self, address: str, options: Mapping[str, Any]) -> None:
        self._files, self._root = backend(address, options)

    @classmethod
    def of_file(cls, path: Path) -> Share:
        """One file of this machine."""
        import fsspec

        share = cls.__new__(cls)
        share._files, share._root = fsspec.filesystem("file"), path.as_posix()
        return share

    def files(self) -> list[Found]:
        """Every video and audio file below the address, sorted by name, without hidden files and links.

        Raises:
            ProjectError: it cannot be listed.
        """
        try:
            self._files.invalidate_cache()
            listed = self._files.find(self._root, detail=True)
            if not listed and not self._files.exists(self._root):
                raise FileNotFoundError
        except Exception as problem:  # noqa: BLE001 - see above
            raise ProjectError(
                f"the files at the address cannot be listed ({_kind(problem)}).", "Check the address and its options."
            ) from None
        found = []
        for path, facts in sorted(listed.items()):
            seen = path.removeprefix(self._root).lstrip("/") or PurePosixPath(path).name
            hidden = any(part.startswith(".") for part in PurePosixPath(seen).parts)
            if hidden or facts.get("islink") or PurePosixPath(seen).suffix.lower() not in MEDIA:
                continue
            found.append(Found(seen, int(facts.get("size") or 0), _version(facts)))
        return found

    def table(self) -> bytes | None:
        """The content of responses.csv there; None if there is none."""
        path = f"{self._root.rstrip('/')}/{TABLE}"
        try:
            if not self._files.isfile(path):
                return None
            with self._files.open(path, "rb") as file:
                raw: bytes = file.read(TABLE_BYTES)
        except Exception as problem:  # noqa: BLE001 - see above
            raise ProjectError(
                f"{TABLE} at the address cannot be read ({_kind(problem)}).", "Check its permissions."
            ) from None
        return raw

    def fetch(self, found: Found, partial: PartialFile, rules: Rules) -> Got:
        """Download into the partial file; a file that changes meanwhile is left for the next run.

        Raises:
            Unfetched: why it failed.
            DiskFull: there is no space for it.
        """
        if found.size > rules.most:
            raise Unfetched(f"larger than the {rules.most / 1e6:g} MB that max_mb allows")
        path = f"{self._root.rstrip('/')}/{found.path}" if not self._files.isfile(self._root) else self._root
        marks = Marks(etag=found.version, total=found.size)
        have, before = partial.begun()
        if before != marks or have > found.size:
            have = 0
        try:
            self._files.invalidate_cache()
            facts = self._files.info(path)
            with self._files.open(path, "rb") as there:
                if have:
                    there.seek(have)
                with partial.further() if have else partial.anew(marks, rules.most) as file:
                    while block := there.read(BLOCK):
                        if not have and (problem := looks_like(block)):
                            raise Unfetched(problem.replace("the link leads to", "the file is"))
                        have += len(block)
                        file.write(block)
            self._files.invalidate_cache()
            same = _version(self._files.info(path)) == _version(facts)
        except (Unfetched, ReelmakerError):
            raise
        except Exception as problem:  # noqa: BLE001 - see above
            raise Unfetched(f"it cannot be read there ({_kind(problem)})", passing=True) from None
        if not same or facts.get("size") != found.size or partial.path.stat().st_size != found.size:
            partial.away()
            raise Unfetched("it is still being written there", passing=True)
        return Got(marks)


def installed(address: str) -> None:
    """
    Raises:
        ProjectError: the back-end for such an address is not installed; the remedy says how.
    """
    import fsspec

    protocol = address.split("://", 1)[0]
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
    reason = problem.strerror if isinstance(problem, OSError) else ""
    return reason or type(problem).__name__
