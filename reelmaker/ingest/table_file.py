"""Finds the table in uploads/, and files that only look like it.

A table that cannot be read, or that has another name, may contain a withdrawn consent: it is never treated as a
missing table.
"""

from __future__ import annotations

import csv
import re
import stat
from pathlib import Path

from reelmaker.errors import ProjectError
from reelmaker.ingest import table_text
from reelmaker.ingest.consent_columns import looks_like_consent
from reelmaker.text.cleaning import clean_line, folded

TABLE = "responses.csv"
NAMED_LIKE_IT = re.compile(r"(?:(?:copy of|kopie von|copie de|copia de)\s+)?responses\b.*|responses", re.IGNORECASE)
TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ""}
TEXT_TABLES = {".csv", ".tsv"}
PEEK = 64_000  # bytes of a table in which its header is looked for


def find(uploads: Path) -> tuple[Path | None, list[str]]:
    """The table of a survey, None if there is none; and warnings about copies of it.

    Raises:
        ProjectError: there is one, but it is a folder, a link to nothing, unreadable, or has another name.
    """
    path = uploads / TABLE
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        _refuse_other_names(uploads)
        return None, []
    except NotADirectoryError:
        return None, []
    except OSError as problem:
        raise _unreadable(path, problem) from None
    if stat.S_ISLNK(kind):
        try:
            kind = path.stat().st_mode
        except OSError:
            raise ProjectError(
                f"{path}: a link to a file that is not there.",
                "Connect the drive or folder it is on, or put the table itself into uploads/.",
            ) from None
    if not stat.S_ISREG(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "a pipe or a device"
        raise ProjectError(f"{path}: this is {what}, not a table.", "Put the table there, or remove it.")
    copies = [name for name in _names(uploads) if name != TABLE and _is_copy(name)]
    return path, [
        f"{clean_line(name, 200)} looks like a copy of {TABLE} and is not read: "
        f"enter what is new in it, consents above all, into {TABLE} and remove it."
        for name in copies
    ]


def read(path: Path) -> table_text.Written:
    """Read and parse the table.

    Raises:
        ProjectError: it cannot be read, or is no table.
    """
    try:
        return table_text.parse(path.read_bytes())
    except OSError as problem:
        raise _unreadable(path, problem) from None
    except csv.Error as problem:
        raise ProjectError(f"{path}, {problem}.", "Save the table as CSV again.") from None


def _unreadable(path: Path, problem: OSError) -> ProjectError:
    return ProjectError(
        f"{path}: cannot be read ({problem.strerror}).", "Check its permissions, and close programs that have it open."
    )


def _names(uploads: Path) -> list[str]:
    try:
        return sorted(path.name for path in uploads.iterdir() if not path.name.startswith((".", "~$")))
    except OSError:
        return []


def _is_copy(name: str) -> bool:
    """Whether a file next to the table is another version of it: "responses (1).csv", "Responses.csv"."""
    plain = folded(name)
    return bool(NAMED_LIKE_IT.fullmatch(plain.replace("_", " "))) and Path(plain).suffix in (".csv", ".tsv", ".txt")


def _refuse_other_names(uploads: Path) -> None:
    """If there is no table, refuse whatever may be meant as one.

    Raises:
        ProjectError: there is a file or folder like that.
    """
    for name in _names(uploads):
        plain = folded(name)
        suffix = Path(plain).suffix
        shown = clean_line(name, 200)
        if NAMED_LIKE_IT.fullmatch(plain.replace("_", " ")) and (suffix in TABLES or (uploads / name).is_dir()):
            raise ProjectError(
                f"{uploads / shown}: the table must be called {TABLE}.",
                "Rename it, or save it as CSV under that name. Without it, consents in it would not count."
                if suffix in TEXT_TABLES
                else f"Save it as {TABLE} (CSV). Without it, consents in it would not count.",
            )
        if suffix in TEXT_TABLES and _is_table_of_answers(uploads / name):
            raise ProjectError(
                f"{uploads / shown}: this looks like the table of the answers, which must be called {TABLE}.",
                f"Rename it to {TABLE}, or move it out of uploads/.",
            )


def _is_table_of_answers(path: Path) -> bool:
    """Whether a text table has a column for files or consents."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            raw = file.read(PEEK)
        written = table_text.parse(raw[: raw.rfind(b"\n") + 1] if len(raw) == PEEK else raw)
    except (OSError, csv.Error):
        return False
    return "file" in written.header or any(name == "consent" or looks_like_consent(name) for name in written.header)
