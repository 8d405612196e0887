"""Everything that belongs to one person: files, rows of responses.csv, responses, whether they are used or not.

In: what somebody typed: a respondent, a name, a file or the beginning of a response's id. Out: the person, or an error
that says what else could be meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from reelmaker import ingest
from reelmaker.errors import UnknownPerson
from reelmaker.library import Library
from reelmaker.model import Response, Upload
from reelmaker.project import Project

FEWEST_DIGITS = 4


@dataclass(slots=True)
class Person:
    """One person's files by name (None: not taken in yet), rows by file, and responses by id."""

    uploads: dict[str, Upload | None] = field(default_factory=dict)
    rows: dict[str, Mapping[str, str]] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)

    @property
    def known_as(self) -> str:
        """The shortest that names nobody else: the respondent, else a file."""
        given = [row["respondent"] for row in self.rows.values() if row.get("respondent")]
        return (given or [*self.uploads, *self.rows])[0]


def find(project: Project, library: Library, asked: str) -> Person:
    """Whom `asked` means.

    Raises:
        UnknownPerson: nobody, or several people.
    """
    people = _everybody(project, library)
    meant = [person for person in people.values() if ingest.same(asked.strip()) in _names(person)]
    if re.fullmatch(rf"[0-9a-fA-F]{{{FEWEST_DIGITS},64}}", asked):
        digits = asked.lower()
        meant += [p for p in people.values() if p not in meant and any(r.startswith(digits) for r in p.responses)]  # fmt: skip
    if len(meant) == 1:
        return meant[0]
    if meant:
        named = ", ".join(person.known_as for person in meant[:5])
        raise UnknownPerson(f'"{asked}" may be {len(meant)} people.', f"Name one of them: {named}.")
    every = sorted({name for person in people.values() for name in _names(person)})
    near = difflib.get_close_matches(ingest.same(asked), every, 3, 0.6)
    raise UnknownPerson(
        f'"{asked}" is nobody of whom there is anything here.',
        f"Did you mean {', '.join(near)}?"
        if near
        else "Name a respondent, a name, a file, or the beginning of a response's id.",
    )


def _everybody(project: Project, library: Library) -> dict[str, Person]:
    """Every person, by respondent or, where none is given, by response or file."""
    uploads: dict[str, Upload | None] = dict(library.uploads())
    if project.uploads.is_dir():
        found, _ = ingest.files(project.uploads)
        for path, _ in found:
            uploads.setdefault(path.relative_to(project.uploads).as_posix(), None)
    table = ingest.read_table(project.uploads)
    responses, _ = ingest.responses([upload for upload in uploads.values() if upload], table)
    by_id = {response.id: response for response in responses}
    people: dict[str, Person] = {}
    with_file = set()
    for file, upload in uploads.items():
        row = ingest.row_of(file, table)
        response = by_id.get(upload.response) if upload else None
        key = response.person if response else row.get("respondent") or f"file {file}"
        person = people.setdefault(key, Person())
        person.uploads[file] = upload
        if row:
            person.rows[row["file"]] = row
            with_file.add(row["file"])
        if response:
            person.responses[response.id] = response
    for row in table.rows.values():
        if row["file"] not in with_file:
            key = row.get("respondent") or f"row {row['file']}"
            people.setdefault(key, Person()).rows[row["file"]] = row
    return people


def _names(person: Person) -> set[str]:
    """All that the person may be called: respondents, names, files with and without folder and ending."""
    files = [PurePosixPath(file) for file in (*person.uploads, *person.rows)]
    names = {name for file in files for name in (str(file), file.name, file.stem)}
    names |= {row.get(column, "") for row in person.rows.values() for column in ("respondent", "name")}
    return {ingest.same(name) for name in names if name}
