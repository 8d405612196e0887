"""Finds the data subject that a typed name identifies, and everything that identifies them in the project."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from reelmaker.checksums import checksum
from reelmaker.errors import UnknownPerson
from reelmaker.ingest import csv_editor, responses_csv, suppression
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.publish import archive

CHECKSUM = re.compile(r"[0-9a-f]{4,64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """A data subject with all their identifiers, whether their answers are used or not."""

    answers: tuple[str, ...]  # checksums
    files: tuple[str, ...] = ()  # below uploads/, including missing ones
    respondents: tuple[str, ...] = ()  # ids; no later answer with one of them is used
    names: tuple[str, ...] = ()  # as in the table


@dataclass(slots=True)
class Register:
    """The files, respondents and names of each answer."""

    files: dict[str, set[str]] = field(default_factory=dict)  # answer -> files below uploads/
    respondents: dict[str, set[str]] = field(default_factory=dict)  # answer -> respondents' ids
    names: dict[str, set[str]] = field(default_factory=dict)  # answer -> names of the table
    rows: list[dict[str, str]] = field(default_factory=list)  # of responses.csv
    fetched: set[str] = field(default_factory=set)  # respondents of fetched or pending videos
    there: dict[str, Path] = field(default_factory=dict)  # files in uploads/ now, by name
    table: responses_csv.Table = field(default_factory=lambda: responses_csv.Table({}))

    def spellings(self, files: Collection[str]) -> set[str]:
        """The files, and how rows of the table spell them."""
        return {*files, *(row["file"] for file in files for row in responses_csv.rows_of(file, self.table))}

    def add(self, answer: str, file: str = "", respondent: str = "", name: str = "") -> None:
        if answer:
            self.names.setdefault(answer, set()).update({name} - {""})
            self.files.setdefault(answer, set()).update({file} - {""})
            self.respondents.setdefault(answer, set()).update({respondent} - {""})


def register(project: Project, library: Library) -> Register:
    """Every person known from the uploads, the library, the table and the reels."""
    result = Register()
    files, _ = ingest_uploads.files(project.uploads) if project.uploads.is_dir() else ([], [])
    result.there = {path.relative_to(project.uploads).as_posix(): path for path, _ in files}
    table = responses_csv.read_table(project.uploads, project.dates)
    result.table = table
    result.rows = [dict(row) for row in table.rows.values()]
    uploads = library.uploads()
    stamps = {upload.file: (upload.size, upload.mtime_ns) for upload in uploads.values()}
    for upload in uploads.values():
        result.add(upload.response, upload.file, *_person_key(responses_csv.row_of(upload.file, table)))
    for path, stat_result in files:
        file = path.relative_to(project.uploads).as_posix()
        if stamps.get(file) != (stat_result.st_size, stat_result.st_mtime_ns) or not uploads[file].response:
            result.add(checksum(path), file, *_person_key(responses_csv.row_of(file, table)))
    for fetched in library.fetched().all().values():
        result.add(fetched.answer, fetched.file, fetched.respondent)
        if fetched.respondent:  # also of a video that was never downloaded
            result.fetched.add(fetched.respondent)
    for answer in library.erasure().answers():
        result.add(answer)
    for document in documents(project.reels).values():
        if document and document.get("reel", {}).get("audience", "internal") == "internal":
            for entry in (*document.get("items", ()), *document.get("moments", ())):
                result.add(entry.get("response", ""), entry.get("file", ""), entry.get("respondent", ""))
    return result


def _person_key(row: Mapping[str, str]) -> tuple[str, str]:
    return row.get("respondent", "").strip(), row.get("name", "").strip()


def documents(reels: Path) -> dict[Path, dict[str, Any] | None]:
    """Every folder below reels/ with a manifest, and the manifest; None if it cannot be read."""
    return {path.parent: archive.document(path.parent) for path in sorted(reels.rglob(archive.MANIFEST))}


def resolve(project: Project, library: Library, who: str) -> Person:
    """The person identified by a respondent's id, a name, a file or the start of an answer's checksum.

    Raises:
        UnknownPerson: nobody or several people match; the closest are named.
    """
    known_people = register(project, library)
    matches = list(_people(known_people, who.strip()))
    if len(matches) > 1:
        names = sorted((person.respondents or person.files or (person.answers[0][:12],))[0] for person in matches)
        raise UnknownPerson(f'"{who}" matches {len(matches)} different people.', f"Name one of {', '.join(names[:6])}.")
    if matches:
        return _complete(project, known_people, matches[0])
    raise UnknownPerson(f'Nobody matches "{who}".', _nearest(known_people, who))


def of_answers(project: Project, library: Library, answers: Collection[str], with_respondents: bool) -> Person:
    """The identifiers of these answers. `with_respondents`: include respondents who have no other answer left."""
    known_people = register(project, library)
    files = known_people.spellings({file for answer in answers for file in known_people.files.get(answer, ())})
    respondents = {respondent for answer in answers for respondent in known_people.respondents.get(answer, ())}
    still_present = {
        respondent for answer, ids in known_people.respondents.items() if answer not in answers for respondent in ids
    }
    rows = csv_editor.rows_of(project.uploads / responses_csv.TABLE, files, ())
    return Person(
        tuple(sorted(answers)),
        tuple(sorted(files)),
        tuple(sorted(respondents - still_present)) if with_respondents else (),
        _names(rows),
    )


def _people(known_people: Register, who: str) -> Iterator[Person]:
    """All matching people, each once: exact respondent ids first."""
    wanted_name = responses_csv.file_key(who)
    if not wanted_name:
        return
    all_ids = {respondent_id for values in known_people.respondents.values() for respondent_id in values} | {
        _person_key(row)[0] for row in known_people.rows
    }
    all_ids |= known_people.fetched
    if matching_ids := {
        respondent_id for respondent_id in all_ids if responses_csv.file_key(respondent_id) == wanted_name
    }:
        for respondent_id in sorted({who} & matching_ids or matching_ids):
            yield Person((), (), (respondent_id,))
        return
    rows = [
        row
        for row in known_people.rows
        if wanted_name in {responses_csv.file_key(_person_key(row)[1]), *_possible_names(row["file"])}
    ]
    answers = {
        answer
        for answer, values in known_people.files.items()
        if any(wanted_name in _possible_names(file) for file in values)
    }
    answers |= {
        answer for answer, values in known_people.names.items() if wanted_name in map(responses_csv.file_key, values)
    }
    if not (answers or rows) and CHECKSUM.fullmatch(who):
        answers = {answer for answer in known_people.files if answer.startswith(who.lower())}
    yielded: set[str] = set()
    for answer in sorted(answers):
        respondents = tuple(sorted(known_people.respondents.get(answer, ())))
        if not yielded & {*respondents, answer}:
            yielded |= {*respondents, answer, *known_people.files[answer]}
            yield Person((answer,), (), respondents)
    for row in rows:  # people who are only in the table
        respondent, file = _person_key(row)[0], row["file"]
        if not yielded & {respondent, file}:
            yielded |= {respondent, file} - {""}
            yield Person((), (file,), (respondent,) if respondent else ())


def _possible_names(file: str) -> set[str]:
    """The possible names of a file below uploads/: with and without its folder and extension."""
    path = PurePosixPath(file)
    return {responses_csv.file_key(name) for name in (file, path.name, path.stem)}


def _complete(project: Project, known_people: Register, person: Person) -> Person:
    """The person with every answer, file and name."""
    respondents, answers = set(person.respondents), set(person.answers)
    answers |= {answer for answer, ids in known_people.respondents.items() if ids & respondents}
    files = known_people.spellings(
        {*person.files, *(file for answer in answers for file in known_people.files.get(answer, ()))}
    )
    rows = csv_editor.rows_of(project.uploads / responses_csv.TABLE, files, respondents)
    files |= {row["file"] for row in rows if row.get("file") in known_people.there}
    return Person(tuple(sorted(answers)), tuple(sorted(files)), tuple(sorted(respondents)), _names(rows))


def _names(rows: Collection[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({row.get("name", "") for row in rows} - {""}))


def _nearest(known_people: Register, who: str) -> str:
    names = {name for row in known_people.rows for name in (*_person_key(row), row["file"])}
    names |= {file for files in known_people.files.values() for file in files}
    similar = difflib.get_close_matches(who, sorted(names - {""}), 3, 0.5)
    if similar:
        return f"Did you mean {', '.join(similar)}?"
    return "Use a respondent's id, a name, a file in uploads/ or the first characters of an answer's id."


def forgotten_before(project: Project, library: Library, who: str) -> str:
    """When a respondent or file of that name was forgotten (ISO 8601); "" if never."""
    erasure, marks = library.erasure(), library.erasure().marks()
    for kind, text in ((suppression.RESPONDENT, who.strip()), (suppression.ROW, responses_csv.file_key(who.strip()))):
        if forgotten_at := marks.get(erasure.mark(kind, text)):
            return forgotten_at
    return ""
