"""Uploads -> responses: finds the files, identifies them by content, joins them with responses.csv.

One bad file never stops the rest: it becomes an `Upload` with the reason it cannot be used.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reelmaker import media
from reelmaker.checksums import checksum, stamp
from reelmaker.errors import ProjectError, UploadError
from reelmaker.ingest import passed_over
from reelmaker.ingest.passed_over import SIDECARS
from reelmaker.ingest.responses_csv import COLUMNS, TABLE, Table, row_of, rows_of, score_of
from reelmaker.ingest.row_matching import file_key
from reelmaker.model import Response, Upload, blur_consent, consent

NOT_TEXT = "its name is not readable text"
LONGEST_NAME = 500  # characters
MOST_ENDINGS = 3  # of a sidecar: "anna.mp4.en.srt"
SETTLED_S = 0.5  # a file changed more recently may be incomplete: it is checked twice


def files(uploads: Path) -> tuple[list[tuple[Path, os.stat_result]], list[Upload]]:
    """Every file below uploads/ that may be a response, sorted by name; and what cannot be one.

    Links, pipes, sockets and devices are never followed: they are returned with the reason.

    Raises:
        ProjectError: the folder is missing or cannot be read.
    """
    if not uploads.is_dir():
        raise ProjectError(
            f"{uploads}: this folder does not exist.", "Create it and put the customers' videos into it."
        )
    accepted: list[tuple[Path, os.stat_result]] = []
    passed: list[Upload] = []
    for folder, folders, names in os.walk(uploads, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not passed_over.is_system_folder(name))
        for name in list(folders):
            path = Path(folder) / name
            if path.is_symlink():
                folders.remove(name)
                passed.append(_refused(uploads, path, "a link to another folder"))
            elif not _is_text(name):
                folders.remove(name)
                passed.append(_refused(uploads, path, NOT_TEXT, "rename the folder"))
        for name in sorted(names):
            path = Path(folder) / name
            if passed_over.is_junk(name) or passed_over.is_preview(name, names):
                continue
            try:
                facts = path.lstat()
            except OSError:  # gone since its folder was read
                continue
            if not stat.S_ISREG(facts.st_mode):
                passed.append(_refused(uploads, path, "not a plain file (a link, a pipe or a device)"))
            elif not _is_text(name):
                passed.append(_refused(uploads, path, NOT_TEXT, "rename the file"))
            elif not passed_over.is_elsewhere(facts):
                accepted.append((path, facts))
    return accepted, passed


def companions(upload: Path, others: Collection[Path]) -> list[Path]:
    """The sidecars of an upload: captions, transcripts and notes under its name.

    Args:
        others: the other uploads; a sidecar that fits one of them better belongs to that one.
    """
    own = file_key(upload.name), file_key(upload.stem)
    rivals = {file_key(other.name) for other in others if other.parent == upload.parent}
    rivals |= {file_key(other.stem) for other in others if other.parent == upload.parent}
    sidecars = []
    for path in sorted(upload.parent.iterdir()) if upload.parent.is_dir() else ():
        name = file_key(path.name)
        if path.suffix.lower() not in SIDECARS or path.name == TABLE or not (path.is_file() or path.is_symlink()):
            continue
        for base in _bases(name):
            if base == own[0] or (base == own[1] and base not in rivals):
                sidecars.append(path)
            elif base not in rivals and base != own[1]:
                continue
            break
    return sidecars


def _bases(name: str) -> Iterator[str]:
    """What a sidecar may be named after, the longest first: "anna.mp4.en.srt" -> anna.mp4.en, anna.mp4, anna."""
    for _ in range(MOST_ENDINGS):
        name, dot, _ = name.rpartition(".")
        if not dot:
            return
        yield name


def look(uploads: Path, path: Path) -> Upload:
    """Read one upload: its checksum and probe result, or the reason why it cannot be used."""
    name = path.relative_to(uploads).as_posix()
    try:
        before = path.stat()
        young = SETTLED_S - (time.time() - before.st_mtime)
        if 0 < young <= SETTLED_S:
            time.sleep(young)
        identity = checksum(path)
        facts = media.probe(path)
        after = path.stat()
    except UploadError as problem:
        return Upload(name, *stamp(path), trouble=_once(problem))
    except OSError as problem:
        return Upload(name, 0, 0, trouble=f"cannot be read ({problem.strerror}); check its permissions")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return Upload(name, 0, 0, trouble="still being written; the next build will use it")
    return Upload(name, after.st_size, after.st_mtime_ns, identity, facts, probed=media.PROBED)


def responses(uploads: Sequence[Upload], table: Table) -> tuple[list[Response], list[str]]:
    """One response for each different content, with its row of responses.csv; and the warnings.

    The same video twice is one response, under the name that the table has, or else the shortest: copies
    get longer names. If the table lists several copies, the narrowest consent applies to all.
    """
    by_content: dict[str, Response] = {}
    consents: dict[str, Mapping[str, str]] = {}
    used: set[str] = set()
    rows = {upload.file: row_of(upload.file, table) for upload in uploads}
    for upload in sorted(uploads, key=lambda upload: (not rows[upload.file], len(upload.file), upload.file)):
        row = rows[upload.file]
        used |= {table_row["file"] for table_row in rows_of(upload.file, table)} | {row.get("file", "")}
        if not upload.response or upload.facts is None:
            continue
        if upload.response in by_content:
            first = by_content[upload.response]
            note = f"the same video as {upload.file}"
            consents[upload.response] = consent.stricter(consents[upload.response], row)
            by_content[upload.response] = replace(
                _described(first, row, keep=True), notes=(*first.notes, note), **_consent(consents[upload.response])
            )
            continue
        facts = upload.facts
        response = Response(
            upload.response,
            upload.file,
            facts.duration_ms,
            facts.picture,
            facts.sound_track >= 0,
            notes=facts.notes,
        )
        by_content[upload.response] = _described(response, row)
        consents[upload.response] = row
    missing = [row["file"] for row in table.rows.values() if row["file"] not in used]
    warnings = [f'{TABLE} lists "{name}", which is not in uploads/.' for name in missing]
    return list(by_content.values()), [*table.warnings, *warnings]


def _described(response: Response, row: Mapping[str, str], keep: bool = False) -> Response:
    if not row or (keep and response.respondent):
        return response
    extra = {name: value for name, value in row.items() if name not in COLUMNS and value}
    return replace(
        response,
        respondent=row.get("respondent", ""),
        name=row.get("name", ""),
        date=row.get("date", ""),
        segment=row.get("segment", ""),
        score=score_of(row.get("score", "")),
        question=row.get("question", ""),
        channel=row.get("channel", "").lower(),
        interviewer=row.get("interviewer", "").lower(),
        extra=tuple(sorted(extra.items())),
        **_consent(row),
    )


def _consent(row: Mapping[str, str]) -> dict[str, Any]:
    """The consent fields of a response, including face blur."""
    return {
        "consent": row.get("consent", ""),
        "consent_until": row.get("consent_until", ""),
        "show_name": consent.shows_name(row),
        "blur": blur_consent.plain(row.get("blur", "")),
    }


def _once(problem: UploadError) -> str:
    """The reason without the file name in front, which the caller shows anyway."""
    return str(problem).split(": ", 1)[-1]


def _refused(uploads: Path, path: Path, why: str, remedy: str = "put the file itself into uploads/") -> Upload:
    name = path.relative_to(uploads).as_posix()
    return Upload(name.encode("utf-8", "backslashreplace").decode(), 0, 0, trouble=f"{why}; {remedy}")


def _is_text(name: str) -> bool:
    """Whether a name can be written down: not bytes that no encoding explains."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return len(name) <= LONGEST_NAME


def _unreadable(problem: OSError) -> None:
    raise ProjectError(f"{problem.filename}: cannot be read ({problem.strerror}).", "Check its permissions.")
