"""Finds the data subject that a typed name means, and everything that identifies them in the project.

In: a respondent's id, a name, a file or the beginning of an answer's checksum. Out: the person, or one clear line.
"""

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
    respondents: tuple[str, ...] = ()  # ids; nothing that arrives under them is used again
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

    def add(self, answer: str, file: str = "", respondent: str = "", name: str = "") -> None:
        if answer:
            self.names.setdefault(answer, set()).update({name} - {""})
            self.files.setdefault(answer, set()).update({file} - {""})
            self.respondents.setdefault(answer, set()).update({respondent} - {""})


def register(project: Project, library: Library) -> Register:
    """Everybody known from the uploads, the library, the table and the reels."""
    known = Register()
    found, _ = ingest_uploads.files(project.uploads) if project.uploads.is_dir() else ([], [])
    known.there = {path.relative_to(project.uploads).as_posix(): path for path, _ in found}
    table = responses_csv.read_table(project.uploads)
    known.rows = [dict(row) for row in table.rows.values()]
    uploads = library.uploads()
    stamps = {upload.file: (upload.size, upload.mtime_ns) for upload in uploads.values()}
    for upload in uploads.values():
        known.add(upload.response, upload.file, *_person_key(responses_csv.row_of(upload.file, table)))
    for path, facts in found:
        file = path.relative_to(project.uploads).as_posix()
        if stamps.get(file) != (facts.st_size, facts.st_mtime_ns) or not uploads[file].response:
            known.add(checksum(path), file, *_person_key(responses_csv.row_of(file, table)))
    for one in library.fetched().all().values():
        known.add(one.answer, one.file, one.respondent)
        if one.respondent:  # also of a video that was never downloaded
            known.fetched.add(one.respondent)
    for answer in library.erasure().answers():
        known.add(answer)
    for document in documents(project.reels).values():
        if document and document.get("reel", {}).get("audience", "internal") == "internal":
            for entry in (*document.get("items", ()), *document.get("moments", ())):
                known.add(entry.get("response", ""), entry.get("file", ""), entry.get("respondent", ""))
    return known


def _person_key(row: Mapping[str, str]) -> tuple[str, str]:
    return row.get("respondent", "").strip(), row.get("name", "").strip()


def documents(reels: Path) -> dict[Path, dict[str, Any] | None]:
    """Every folder below reels/ with a manifest, and the manifest; None if it cannot be read."""
    return {path.parent: archive.document(path.parent) for path in sorted(reels.rglob(archive.MANIFEST))}


def meant(project: Project, library: Library, who: str) -> Person:
    """The person identified by a respondent's id, a name, a file or the start of an answer's checksum.

    Raises:
        UnknownPerson: nobody or several people match; the closest are named.
    """
    known = register(project, library)
    people = list(_people(known, who.strip()))
    if len(people) > 1:
        names = sorted((person.respondents or person.files or (person.answers[0][:12],))[0] for person in people)
        raise UnknownPerson(f'"{who}" matches {len(people)} different people.', f"Name one of {', '.join(names[:6])}.")
    if people:
        return _whole(project, known, people[0])
    raise UnknownPerson(f'Nobody matches "{who}".', _nearest(known, who))


def of_answers(project: Project, library: Library, answers: Collection[str], whole: bool) -> Person:
    """The identifiers of these answers. `whole`: include respondents who have no other answer left."""
    known = register(project, library)
    files = {file for answer in answers for file in known.files.get(answer, ())}
    respondents = {one for answer in answers for one in known.respondents.get(answer, ())}
    others = {one for answer, some in known.respondents.items() if answer not in answers for one in some}
    rows = csv_editor.rows_of(project.uploads / responses_csv.TABLE, files, ())
    return Person(
        tuple(sorted(answers)),
        tuple(sorted(files)),
        tuple(sorted(respondents - others)) if whole else (),
        _names(rows),
    )


def _people(known: Register, who: str) -> Iterator[Person]:
    """All matching people, each once: exact respondent ids first."""
    asked = responses_csv.same(who)
    if not asked:
        return
    ids = {one for some in known.respondents.values() for one in some} | {_person_key(row)[0] for row in known.rows}
    ids |= known.fetched
    if called := {one for one in ids if responses_csv.same(one) == asked}:
        for one in sorted({who} & called or called):
            yield Person((), (), (one,))
        return
    rows = [row for row in known.rows if asked in {responses_csv.same(_person_key(row)[1]), *_called(row["file"])}]
    answers = {answer for answer, some in known.files.items() if any(asked in _called(file) for file in some)}
    answers |= {answer for answer, some in known.names.items() if asked in map(responses_csv.same, some)}
    if not (answers or rows) and CHECKSUM.fullmatch(who):
        answers = {answer for answer in known.files if answer.startswith(who.lower())}
    seen: set[str] = set()
    for answer in sorted(answers):
        respondents = tuple(sorted(known.respondents.get(answer, ())))
        if not seen & {*respondents, answer}:
            seen |= {*respondents, answer, *known.files[answer]}
            yield Person((answer,), (), respondents)
    for row in rows:  # some are only in the table
        respondent, file = _person_key(row)[0], row["file"]
        if not seen & {respondent, file}:
            seen |= {respondent, file} - {""}
            yield Person((), (file,), (respondent,) if respondent else ())


def _called(file: str) -> set[str]:
    """The possible names of a file below uploads/: with and without its folder and extension."""
    path = PurePosixPath(file)
    return {responses_csv.same(name) for name in (file, path.name, path.stem)}


def _whole(project: Project, known: Register, person: Person) -> Person:
    """The person with every answer, file and name."""
    respondents, answers = set(person.respondents), set(person.answers)
    answers |= {answer for answer, some in known.respondents.items() if some & respondents}
    files = {*person.files, *(file for answer in answers for file in known.files.get(answer, ()))}
    rows = csv_editor.rows_of(project.uploads / responses_csv.TABLE, files, respondents)
    files |= {row["file"] for row in rows if row.get("file") in known.there}
    return Person(tuple(sorted(answers)), tuple(sorted(files)), tuple(sorted(respondents)), _names(rows))


def _names(rows: Collection[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({row.get("name", "") for row in rows} - {""}))


def _nearest(known: Register, who: str) -> str:
    names = {name for row in known.rows for name in (*_person_key(row), row["file"])}
    names |= {file for some in known.files.values() for file in some}
    near = difflib.get_close_matches(who, sorted(names - {""}), 3, 0.5)
    if near:
        return f"Did you mean {', '.join(near)}?"
    return "Use a respondent's id, a name, a file in uploads/ or the first characters of an answer's id."


def forgotten_before(project: Project, library: Library, who: str) -> str:
    """When a respondent or file of that name was forgotten (ISO 8601); "" for never."""
    erasure, marks = library.erasure(), library.erasure().marks()
    for what, text in ((suppression.RESPONDENT, who.strip()), (suppression.ROW, responses_csv.same(who.strip()))):
        if made := marks.get(erasure.mark(what, text)):
            return made
    return ""
