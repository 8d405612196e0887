"""Erases all data of a person: files, cached pieces, reels, rows. Resumes after a crash.

The order: tombstones and the erasure plan, then files, then rows. So nothing comes back in between, and running it
again completes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from reelmaker import analysis, atomic
from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.ingest import csv_editor, responses_csv, suppression
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.outputs import VIDEO
from reelmaker.privacy import data_subject, residue_scan
from reelmaker.privacy.data_subject import Person
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import Session
from reelmaker.publish import comparison, elsewhere, swap

ASIDE = ".fetching"  # below uploads/: partial downloads; hidden, so that neither a build nor a watch uses them
ERASE, COMPACT, REBUILD = "erase", "compact", "rebuild"  # stages of an erasure
SHORTEST_ID, SHORTEST_SAID = 6, 25  # shortest id or sentence, in characters, that cannot match by chance


def plan(
    project: Project,
    library: Library,
    person: Person,
    keep_upload: bool,
    reason: str = "the customer was forgotten",
) -> dict[str, Any]:
    """The erasure plan as recorded before it begins; `reason` appears in the list of changes."""
    folders, rows = _folders_with(project, library, person), library.reels()
    return {
        "stage": ERASE,
        "person": asdict(person),
        "keep_upload": keep_upload,
        "texts": _texts(project, library, person),
        "sources": _sources(project, library, person),
        "folders": [folder.relative_to(project.folder).as_posix() for folder in folders],
        "reels": [
            {
                **job,
                "was": comparison.remains(folders[folder] or {}, rows.get(folder.name, {}), person.answers, reason),
            }
            for folder in folders
            if (job := _rebuild_job(project, folder, folders[folder]))
        ],
        "made": clock_skew.now(),
    }


def would_remove(project: Project, library: Library, job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What `finish` would remove: kind, number and paths."""
    person = Person(**job["person"])
    rows = library.erasure().count(person.answers, person.files, _reel_names(job), person.respondents)
    return _entries(project, job, person, rows, _table_without(project, person, job)[1])


def begin(library: Library, job: Mapping[str, Any], project: Project, *, until_agreed: bool = False) -> None:
    """Set the tombstones and record the plan: from here on the erasure will be completed.

    `until_agreed`: the tombstones only last until the table has a new consent.
    """
    person = Person(**job["person"])
    rows = library.erasure().fetched(person.answers, person.files, person.respondents)
    fetched_marks = [suppression.fetched(*row) for row in rows]
    if until_agreed:
        identifiers = (*person.answers, *person.respondents, *fetched_marks)
        library.erasure().begin(job, [(suppression.CONSENT, identifier) for identifier in identifiers], job["made"])
        return
    tombstones = [
        *((suppression.ANSWER, answer) for answer in person.answers),
        *((suppression.RESPONDENT, identifier) for identifier in person.respondents),
        *((suppression.FETCHED, identifier) for identifier in fetched_marks),
        *((suppression.ROW, responses_csv.file_key(file)) for file in person.files),
        *((suppression.ROW, responses_csv.file_key(file.rsplit("/", 1)[-1])) for file in person.files),
    ]
    for file in person.files:
        path = project.uploads / file
        if path.is_file():
            stat_result = path.stat()
            tombstones.append((suppression.FILE, suppression.stamp(file, stat_result.st_size, stat_result.st_mtime_ns)))
    library.erasure().begin(job, tombstones, job["made"])


def finish(project: Project, library: Library) -> list[dict[str, Any]]:
    """Carry out the recorded plan, if there is one; afterwards only the reels remain to be rebuilt.

    Returns:
        What was removed: kind, number and paths.

    Raises:
        ProjectError: a file cannot be deleted; running the same command again continues.
    """
    erasure = library.erasure()
    job = erasure.job()
    removed: list[dict[str, Any]] = []
    if job and job["stage"] == ERASE:
        person = Person(**job["person"])
        removed = _delete_files(project, library, job, person)
        remaining = {"stage": COMPACT, "reels": job["reels"], "made": job["made"]}
        rows = erasure.wipe(
            person.answers,
            person.files,
            _reel_names(job),
            _results_of_others(project, library),
            remaining,
            person.respondents,
        )
        removed += _rows_listed(rows)
        job = remaining
    if job and job["stage"] == COMPACT:
        erasure.compact()
        erasure.store({**job, "stage": REBUILD} if job["reels"] else None)
    return removed


def still_holding(project: Project, job: Mapping[str, Any]) -> list[str]:
    """Files of the project that still contain the person's ids, names or words, relative to its folder."""
    person = Person(**job["person"])
    kept_files = {project.uploads / file for file in _files_of_person(project, person)} if job["keep_upload"] else set()
    if job["keep_upload"]:
        kept_files.add(project.uploads / responses_csv.TABLE)
    files = [path for path in sorted(project.folder.rglob("*")) if path.is_file() and path not in kept_files]
    remaining = residue_scan.containing(files, job["texts"])
    return [*(path.relative_to(project.folder).as_posix() for path in remaining), *job.get("sources", ())]


def _sources(project: Project, library: Library, person: Person) -> list[str]:
    """The sources that have or had videos of the person: nothing is erased there."""
    rows = library.erasure().fetched(person.answers, person.files, person.respondents)
    names = {source for source, _ in rows}
    return [
        f"source {table['name']} ({table.get('export') or table.get('address')})"
        for table in project.sources.tables
        if table.get("name") in names
    ]


def _delete_files(project: Project, library: Library, job: Mapping[str, Any], person: Person) -> list[dict[str, Any]]:
    """Delete every file that contains the person, and their rows of the table."""
    table, rows = _table_without(project, person, job)
    removed = _entries(project, job, person, {}, rows, by_id=True)
    try:
        for folder in job["folders"]:
            for path in _files_of_reel(project.folder / folder):
                path.unlink(missing_ok=True)
        for path in _strays(project, job):
            path.unlink(missing_ok=True)
        _remove_empty_folders(project.reels)
        elsewhere.sweep(project)
        for folder in (project.cache, project.uploads / ASIDE):  # it is unknown whose a partial download is
            if folder.exists():
                shutil.rmtree(folder)
        for path in _backups(project):
            path.unlink(missing_ok=True)
        if not job["keep_upload"]:
            for file in _files_of_person(project, person):
                (project.uploads / file).unlink(missing_ok=True)
            if rows:
                atomic.write(project.uploads / responses_csv.TABLE, table)
    except OSError as problem:
        raise ProjectError(
            f"{problem.filename}: cannot be deleted ({problem.strerror}).",
            "Close the program that has it open, or check its permissions, and run the same command again.",
        ) from None
    return removed


def _folders_with(project: Project, library: Library, person: Person) -> dict[Path, dict[str, Any] | None]:
    """Folders below reels/ that contain the person or whose content is unknown, with their manifests."""
    documents = data_subject.documents(project.reels)
    rows = library.reels()
    identifiers = {*person.answers, *person.files}
    found_folders: dict[Path, dict[str, Any] | None] = {}
    for folder, document in documents.items():
        row = rows.get(folder.name) if folder.parent == project.reels else None
        incomplete = row is not None and not swap.is_complete(folder, row["files"])
        names_person = document is None or _names_any(document, identifiers, set(person.respondents))
        if names_person or incomplete or (row is not None and _names_any(row, identifiers, set())):
            found_folders[folder] = document
    for name in rows:
        if project.reels / name not in documents:  # its files are missing or incomplete
            found_folders[project.reels / name] = None
    for video in sorted(project.reels.rglob(VIDEO)):
        if video.parent not in documents:  # an interrupted build
            found_folders[video.parent] = None
    return found_folders


def _names_any(value: Any, identifiers: Collection[str], respondents: Collection[str], key: str = "") -> bool:
    """Whether a document names one of these answers, files or respondents."""
    if isinstance(value, Mapping):
        return any(
            _names_any(element, identifiers, respondents, name) or name in identifiers
            for name, element in value.items()
        )
    if isinstance(value, list):
        return any(_names_any(element, identifiers, respondents, key) for element in value)
    if not isinstance(value, str):
        return False
    return any(identifier in value for identifier in identifiers) or (key == "respondent" and value in respondents)


def _rebuild_job(project: Project, folder: Path, document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How to rebuild a reel, from its manifest. None for drafts and archived builds."""
    if not document or folder.parent != project.reels or folder.name.startswith("."):
        return None
    reel = document.get("reel") or {}
    problems = [problem["slug"] for problem in document.get("problems", ())]
    if reel.get("draft") or not problems:
        return None
    size = (reel.get("width"), reel.get("height"))
    job: dict[str, Any] = {"name": folder.name, "problems": problems}
    if folder.name.split(".")[0] == "all":
        job = {"name": folder.name, "problems": [], "all_problems": True}
    if where := document.get("project", {}).get("where"):
        job["where"] = where
    if size != project.reel.pixels():
        job["size"] = f"{size[0]}x{size[1]}"
    if (audience := reel.get("audience", "internal")) != "internal":
        job["audience"] = audience
    return job


def _files_of_reel(folder: Path) -> Iterator[Path]:
    """The files of a reel's folder, without those of another reel inside it."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            if not any(path.rglob("manifest.json")):
                yield from _files_of_reel(path)
        else:
            yield path


def _remove_empty_folders(folder: Path) -> None:
    """Remove empty folders below this one."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def _strays(project: Project, job: Mapping[str, Any]) -> list[Path]:
    """Files below reels/ that belong to no reel and contain the person, such as lists of older versions.

    Files of a reel that stays are excluded: a sentence in it may also have been said by somebody else.
    """
    kept_files = {
        path
        for folder in data_subject.documents(project.reels)
        if folder.relative_to(project.folder).as_posix() not in job["folders"]
        for path in _files_of_reel(folder)
    }
    files = [path for path in sorted(project.reels.rglob("*")) if path.is_file() and path not in kept_files]
    return residue_scan.containing(files, job["texts"])


def _backups(project: Project) -> list[Path]:
    """Backup copies of the library from before a migration."""
    return sorted(project.folder.glob(f"{project.library.stem}.before-*{project.library.suffix}*"))


def _files_of_person(project: Project, person: Person) -> list[str]:
    """The person's existing uploads with their sidecar files; nothing outside uploads/, whatever a row names."""
    names: list[str] = []
    uploads = ingest_uploads.files(project.uploads)[0] if project.uploads.is_dir() else []
    others = [path for path, _ in uploads if path.relative_to(project.uploads).as_posix() not in person.files]
    for file in person.files:
        path = project.uploads / file
        if not path.is_relative_to(project.uploads) or ".." in path.parts:
            continue
        for candidate in (path, *ingest_uploads.companions(path, others)):
            name = candidate.relative_to(project.uploads).as_posix()
            if name != responses_csv.TABLE and name not in names and (candidate.is_file() or candidate.is_symlink()):
                names.append(name)
    return names


def _table_without(project: Project, person: Person, job: Mapping[str, Any]) -> tuple[bytes, list[dict[str, str]]]:
    path = project.uploads / responses_csv.TABLE
    if job["keep_upload"] or not path.is_file():
        return b"", []
    return csv_editor.without(path.read_bytes(), person.files, person.respondents)


def _results_of_others(project: Project, library: Library) -> set[str]:
    """Keys of expensive results of other people's answers: voices and translations."""
    recording = _RecordingLibrary(library)
    everybody = replace(project, reel=replace(project.reel, where={}))
    try:
        analysis.known(Session(everybody, cast(Library, recording)))
    except ReelmakerError:
        return set()  # it will be transcribed again
    return recording.used


class _RecordingLibrary:
    """A library that records which results are looked up and found."""

    def __init__(self, library: Library) -> None:
        self.library, self.used = library, set[str]()

    def result(self, key: str) -> Any | None:
        result = self.library.result(key)
        if result is not None:
            self.used.add(key)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)


def _texts(project: Project, library: Library, person: Person) -> list[str]:
    """The texts by which the person is found in files: ids, files, names, and sentences too long to match by chance.

    A name that also occurs in other people's rows, such as a first name, is not searched for.
    """
    table = project.uploads / responses_csv.TABLE
    others = b""
    if table.is_file():
        others = csv_editor.without(table.read_bytes(), person.files, person.respondents)[0]
    names = [name for name in person.names if name.encode() not in others]
    ids = [*person.answers, *person.files, *person.respondents, *names]
    sentences = library.erasure().sentences(person.answers) | residue_scan.corrected_sentences(library, person.answers)
    return sorted(
        {text for text in ids if len(text) >= SHORTEST_ID} | {text for text in sentences if len(text) >= SHORTEST_SAID}
    )


def _reel_names(job: Mapping[str, Any]) -> list[str]:
    return [folder.split("/", 1)[-1] for folder in job["folders"]]


def _entries(
    project: Project,
    job: Mapping[str, Any],
    person: Person,
    rows: Mapping[str, int],
    table_rows: Sequence[Mapping[str, str]],
    *,
    by_id: bool = False,
) -> list[dict[str, Any]]:
    """The list of what is erased; `by_id`: uploads are named by answer id, because the receipt may be kept."""
    answer = person.answers[0][:12] if person.answers else "answer"
    uploads = [] if job["keep_upload"] else _files_of_person(project, person)
    upload_names = [f"uploads/{answer}{Path(file).suffix}" if by_id else f"uploads/{file}" for file in uploads]
    cached = [path for path in project.cache.rglob("*") if path.is_file()]
    reels = [folder for folder in job["folders"] if any(_files_of_reel(project.folder / folder))]
    strays = [path for path in _strays(project, job) if path.parent not in {project.folder / f for f in reels}]
    kinds = [
        ("files in uploads/", len(upload_names), upload_names),
        ("rows of responses.csv", len(table_rows), []),
        ("folders of reels", len(reels), reels),
        (
            "other files in reels/",
            len(strays),
            [path.relative_to(project.folder).as_posix() for path in strays],
        ),
        ("files in cache/", len(cached), []),
        ("backups of the library", len(_backups(project)), [path.name for path in _backups(project)]),
    ]
    entries = [{"what": kind, "many": number, "paths": list(paths)} for kind, number, paths in kinds if number]
    return entries + _rows_listed(rows)


def _rows_listed(rows: Mapping[str, int]) -> list[dict[str, Any]]:
    labels = {
        "uploads": "records of uploads",
        "transcripts": "transcripts",
        "decisions": "decisions",
        "corrections": "corrections",
        "failures": "failures",
        "drawn": "records of audits",
        "reels": "records of reels",
        "fetched": "records of downloads",
        "results": "cached results",
        "vectors": "sentence embeddings",
    }
    return [{"what": labels[name], "many": rows[name], "paths": []} for name in labels if rows.get(name)]
