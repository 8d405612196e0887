"""All data of one person as last processed: files, rows of responses.csv and responses, whether used or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reelmaker.ingest import csv_editor, responses_csv
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Response, Upload
from reelmaker.privacy import data_subject
from reelmaker.project.config import Project
from reelmaker.project.library import Library


@dataclass(frozen=True, slots=True)
class Held:
    """One person's files by name (None: not processed yet), their rows, and responses by id."""

    uploads: Mapping[str, Upload | None]
    rows: list[dict[str, str]]
    responses: Mapping[str, Response]


def collect(project: Project, library: Library, who: str) -> Held:
    """The data of the person named by `who`.

    Raises:
        UnknownPerson: nobody, or several people, match.
    """
    person = data_subject.resolve(project, library, who)
    processed = library.uploads()
    uploads = {
        file: processed.get(file) for file in person.files if file in processed or (project.uploads / file).is_file()
    }
    responses, _ = ingest_uploads.responses(
        [*processed.values()], responses_csv.read_table(project.uploads, project.dates)
    )
    return Held(
        uploads,
        csv_editor.rows_of(project.uploads / responses_csv.TABLE, person.files, person.respondents),
        {response.id: response for response in responses if response.id in person.answers},
    )
