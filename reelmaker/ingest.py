"""Uploads -> responses: finds the files, tells them apart by content, reads responses.csv.

One bad file never stops the rest: it becomes an `Upload` with the reason it cannot be used.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import re
import stat
import time
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reelmaker import audience, blurring, media
from reelmaker.errors import ProjectError, UploadError
from reelmaker.model import Response, Upload

TABLE = "responses.csv"
# What stands beside an upload and is not one
SIDECARS = {".srt", ".vtt", ".json", ".txt", ".csv", ".md", ".xlsx", ".pdf", ".docx"}
COLUMNS = (
    "file",
    "respondent",
    "name",
    "date",
    "segment",
    "score",
    "question",
    "consent",
    "consent_until",
    "show_name",
    "channel",
    "interviewer",
    "blur",
)
SETTLED_S = 0.5  # a file written to more recently may not be all there yet: it is looked at twice


@dataclass(frozen=True, slots=True)
class Table:
    """responses.csv: rows by normalised file name, and what was odd about it."""

    rows: Mapping[str, Mapping[str, str]]
    warnings: tuple[str, ...] = ()


def files(uploads: Path) -> tuple[list[tuple[Path, os.stat_result]], list[Upload]]:
    """Every file below uploads/ that may be a response, in the order of their names; and what is none.

    Links, pipes, sockets and devices are never followed: they come back with the reason.

    Raises:
        ProjectError: the folder is missing or cannot be read.
    """
    if not uploads.is_dir():
        raise ProjectError(f"{uploads}: no such folder.", "Make it and put the customers' videos into it.")
    found, passed = [], []
    for folder, folders, names in os.walk(uploads, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in list(folders):
            path = Path(folder) / name
            if path.is_symlink():
                folders.remove(name)
                passed.append(_refused(uploads, path, "a link to another folder"))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith(".") or path.suffix.lower() in SIDECARS:
                continue
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode):
                found.append((path, facts))
            else:
                passed.append(_refused(uploads, path, "not a plain file (a link, a pipe or a device)"))
    return found, passed


def look(uploads: Path, path: Path) -> Upload:
    """Read one upload: checksum and facts, or the reason why it cannot be used."""
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
        return Upload(name, *_stamp(path), trouble=_once(problem))
    except OSError as problem:
        return Upload(name, 0, 0, trouble=f"cannot be read ({problem.strerror}); check its permissions")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return Upload(name, 0, 0, trouble="still being written; it is taken in by the next build")
    return Upload(name, after.st_size, after.st_mtime_ns, identity, facts)


def checksum(path: Path) -> str:
    """SHA-256 of a file's content, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def responses(uploads: Sequence[Upload], table: Table) -> tuple[list[Response], list[str]]:
    """One response for each different content, with what responses.csv says of it; and the warnings.

    The same video twice is one response, under the name that the table has, or else the shortest: copies
    get longer names. Where the table speaks of several copies, the narrowest consent holds for all.
    """
    found: dict[str, Response] = {}
    consents: dict[str, Mapping[str, str]] = {}
    used: set[str] = set()
    rows = {upload.file: row_of(upload.file, table) for upload in uploads}
    for upload in sorted(
        uploads, key=lambda upload: (not rows[upload.file], len(upload.file), upload.file)
    ):
        row = rows[upload.file]
        used.add(row.get("file", ""))
        if not upload.response or upload.facts is None:
            continue
        if upload.response in found:
            first = found[upload.response]
            note = f"the same video as {upload.file}"
            consents[upload.response] = audience.stricter(consents[upload.response], row)
            found[upload.response] = replace(
                _described(first, row, keep=True), notes=(*first.notes, note), **_consent(consents[upload.response])
            )  # fmt: skip
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
        found[upload.response] = _described(response, row)
        consents[upload.response] = row
    missing = [row["file"] for row in table.rows.values() if row["file"] not in used]
    warnings = [f'{TABLE} names "{name}", which is not in uploads/.' for name in missing]
    return list(found.values()), [*table.warnings, *warnings]


def read_table(uploads: Path) -> Table:
    """Read uploads/responses.csv, if it is there: comma, semicolon or tab, UTF-8 or Windows text.

    Raises:
        ProjectError: the file is there but is no table with a column `file`.
    """
    path = uploads / TABLE
    if not path.is_file():
        return Table({})
    raw = path.read_bytes()
    text = raw.decode(encoding(raw)).replace("\r\n", "\n").replace("\r", "\n")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        lines = [(reader.line_num, line) for line in reader]
    except csv.Error as problem:
        raise ProjectError(f"{path}, line {reader.line_num}: {problem}.", "Save it again as CSV.") from None
    header = [cell.strip().lower().replace(" ", "_") for cell in lines[0][1]] if lines else []
    if "file" not in header:
        raise ProjectError(
            f'{path}: the first line has no column "file".', f"Columns it may have: {', '.join(COLUMNS)}."
        )
    rows: dict[str, dict[str, str]] = {}
    warnings = []
    for number, line in lines[1:]:
        row = {name: cell.strip() for name, cell in zip(header, line, strict=False) if name}
        if not row.get("file"):
            if any(row.values()):
                warnings.append(f"{TABLE}, line {number}: no file is named; the row is not used.")
            continue
        key = same(row["file"])
        unclear = [*audience.unclear(row), *blurring.unclear(row)]
        warnings += [f"{TABLE}, line {number}: {what}" for what in unclear]
        if key in rows:
            warnings.append(
                f"{TABLE}, line {number}: a second row for the same file; the first one counts, "
                "and the narrower consent; a face is blurred if either says so."
            )
            rows[key] = audience.stricter(rows[key], row)
            continue
        score = row.get("score", "")
        if score and _number(score) is None:
            warnings.append(f'{TABLE}, line {number}: the score "{score}" is not a number.')
        if row.get("channel", "").lower() not in ("", "left", "right", "both"):
            warnings.append(f"{TABLE}, line {number}: channel must be left, right or both.")
        if row.get("interviewer", "").lower() not in ("", "auto", "first", "none"):
            warnings.append(f"{TABLE}, line {number}: interviewer must be auto, first or none.")
        rows[key] = row
    return Table(rows, tuple(warnings))


def select(
    all_responses: Sequence[Response],
    where: Mapping[str, Sequence[str]],
    warn: Callable[[str], None],
    refused: Collection[str],
) -> list[Response]:
    """The responses whose columns have one of the values asked for; those whose id is in `refused` never."""
    known = {name for response in all_responses for name, _ in response.extra} | set(COLUMNS)
    for column in where:
        if column not in known:
            warn(f'No response has a column "{column}"; the filter on it leaves nothing.')
    return [
        response
        for response in all_responses
        if response.id not in refused
        and all(
            column_of(response, column).lower() in {v.lower() for v in values}
            for column, values in where.items()
        )
    ]


def column_of(response: Response, column: str) -> str:
    """What a column of responses.csv says of a response, as text; "" where it says nothing."""
    if column in ("score",):
        return "" if response.score is None else f"{response.score:g}"
    if column == "show_name":
        return "yes" if response.show_name else "no"
    if column in COLUMNS:
        return str(getattr(response, column))
    return dict(response.extra).get(column, "")


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
        score=_number(row.get("score", "")),
        question=row.get("question", ""),
        channel=row.get("channel", "").lower(),
        interviewer=row.get("interviewer", "").lower(),
        extra=tuple(sorted(extra.items())),
        **_consent(row),
    )


def _consent(row: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a response that say what its customer agreed to, and that the face is not shown."""
    return {
        "consent": row.get("consent", ""),
        "consent_until": row.get("consent_until", ""),
        "show_name": audience.shows_name(row),
        "blur": blurring.plain(row.get("blur", "")),
    }


def row_of(file: str, table: Table) -> Mapping[str, str]:
    """What the table says of a file, by its path below uploads/ or by its name alone."""
    return table.rows.get(same(file)) or table.rows.get(same(file.rsplit("/", 1)[-1])) or {}


def same(name: str) -> str:
    """File names compare equal across systems: Unicode composed, case folded, forward slashes."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("uploads/")


def _number(text: str) -> float | None:
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return float(text.replace(",", "."))
    return None


def encoding(raw: bytes) -> str:
    """How the bytes of a table are to be read: as UTF-8, with its mark where it has one, or as Windows text."""
    for name in ("utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"):
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns


def _once(problem: UploadError) -> str:
    """The reason without the file's name in front, which the caller shows beside it."""
    return str(problem).split(": ", 1)[-1]


def _refused(uploads: Path, path: Path, why: str) -> Upload:
    return Upload(path.relative_to(uploads).as_posix(), 0, 0, trouble=f"{why}; put the file itself there")


def _unreadable(problem: OSError) -> None:
    raise ProjectError(
        f"{problem.filename}: cannot be read ({problem.strerror}).", "Check its permissions."
    )
