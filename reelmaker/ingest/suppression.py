"""The suppression list: keeps forgotten customers out of a survey: their files, their rows, and anything that arrives
under their id.

Takes uploads and the table; returns the same without forgotten customers, and which files that excludes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from reelmaker.ingest import responses_csv
from reelmaker.model import Upload
from reelmaker.project.library import Library
from reelmaker.project.library_erasure import Erasure

# Kinds of tombstone: a file's content, its respondent, a file by name and time, a row of the table by its file, a row of
# a source
ANSWER, RESPONDENT, FILE, ROW, FETCHED = "answer", "respondent", "file", "row", "fetched"
CONSENT = "consent"  # of a content or respondent too; it lasts until the table says that the consent is given


@dataclass(frozen=True, slots=True)
class Sieve:
    """The suppression list, as keyed hashes."""

    erasure: Erasure
    marks: Mapping[str, str]  # tombstone -> when it was set

    def stamped(self, file: str, facts: os.stat_result) -> str:
        """The tombstone of a file that was seen before and has not changed since; "" for none. Does not read its content."""
        return self._found(FILE, stamp(file, facts.st_size, facts.st_mtime_ns))

    def of_answer(self, response: str) -> str:
        """The tombstone of an answer; "" for none."""
        return self._found(ANSWER, response)

    def without_consent(self, response: str, row: Mapping[str, str]) -> bool:
        """Whether the consent to an answer was withdrawn or had expired, and the table has no new one."""
        marked = self._found(CONSENT, response) or self._found(CONSENT, row.get("respondent", "").strip())
        return bool(marked) and not row.get("consent", "").strip()

    def of_respondent(self, respondent: str) -> str:
        """The tombstone of a respondent's id; "" for none."""
        return self._found(RESPONDENT, respondent.strip())

    def of_fetched(self, source: str, row: str) -> str:
        """The tombstone of a source's row; "" for none."""
        return self._found(FETCHED, fetched(source, row))

    def agreed_no_more(self, source: str, row: str, columns: Mapping[str, str]) -> bool:
        """Whether a source's row belongs to somebody whose consent was withdrawn or had expired, and has no new one."""
        return self.without_consent(fetched(source, row), columns)

    def left(
        self, uploads: Mapping[str, Upload], table: responses_csv.Table, stamped: Mapping[str, str] | None = None
    ) -> tuple[dict[str, Upload], responses_csv.Table, dict[str, str]]:
        """Uploads and rows without forgotten customers; and the excluded files, each with its tombstone.

        `stamped`: files recognised without reading them; if given, the others are stamped for the next time.
        """
        if not self.marks:
            return dict(uploads), table, {}
        gone: dict[str, str] = {}
        new: list[tuple[str, str]] = []
        for file, upload in uploads.items():
            row = responses_csv.row_of(file, table)
            if mark := self.of_answer(upload.response):
                new.append((FILE, stamp(file, upload.size, upload.mtime_ns)))
                gone[file] = mark
            elif mark := self.of_respondent(row.get("respondent", "")):
                gone[file] = mark
        if new and stamped is not None:
            self.erasure.add(new, next(iter(self.marks.values())))
        remaining = {file: upload for file, upload in uploads.items() if file not in gone}
        used = {responses_csv.row_of(file, table).get("file") for file in remaining}
        rows = {
            key: row
            for key, row in table.rows.items()
            if not self.of_respondent(row.get("respondent", "")) and (row["file"] in used or not self._found(ROW, key))
        }
        refused = {
            responses_csv.file_key(file): {**row, "file": row.get("file", file), "consent": "withdrawn"}
            for file, upload in remaining.items()
            if self.without_consent(upload.response, row := responses_csv.row_of(file, table))
        }
        warnings = (
            f'The consent for "{row["file"]}" was withdrawn or has expired; if the customer consents again, enter it in {responses_csv.TABLE}.'
            for row in refused.values()
        )
        return (
            remaining,
            replace(table, rows={**rows, **refused}, warnings=(*table.warnings, *warnings)),
            {**(stamped or {}), **gone},
        )

    def _found(self, what: str, text: str) -> str:
        if not self.marks or not text:
            return ""
        mark = self.erasure.mark(what, text)
        return mark if mark in self.marks else ""


def sieve(library: Library) -> Sieve:
    erasure = library.erasure()
    return Sieve(erasure, erasure.marks())


def stamp(file: str, size: int, mtime_ns: int) -> str:
    """What identifies a file without reading it."""
    return f"{file}|{size}|{mtime_ns}"


def fetched(source: str, row: str) -> str:
    """What identifies a row of a source."""
    return f"{source}|{row}"


def warnings(gone: Mapping[str, str]) -> list[str]:
    """A warning that uploads/ still contains files of forgotten customers; it names nobody."""
    if len(gone) == 1:
        return ["1 file in uploads/ belongs to a forgotten customer; it is not used."]
    return [f"{len(gone)} files in uploads/ belong to forgotten customers; they are not used."] if gone else []


def as_left_out(gone: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Forgotten files as customers without consent, for the count; names nobody."""
    return {f"forgotten {mark}": (f"forgotten {mark}", "withdrawn") for mark in gone.values()}
