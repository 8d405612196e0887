"""A source with an export, and what was fetched from it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from helpers.machines.serving import Served
from helpers.surveys.small_survey import SAYINGS, TOML, captions
from reelmaker.ingest import responses_csv
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Response
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.sources import download
from reelmaker.sources import fetch as sources_fetch
from reelmaker.sources.fetch import Fetched

SOURCE = """
[[source]]
name = "spring"
export = "exports/*.csv"
private_network = true
"""


def project(folder: Path) -> Path:
    """A project with a source and nothing in it."""
    (folder / "uploads").mkdir(parents=True)
    (folder / "exports").mkdir()
    (folder / "reelmaker.toml").write_text(TOML + SOURCE, "utf-8")
    return folder


def export(survey: Path, rows: list[dict[str, str]], name: str = "a.csv") -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with (survey / "exports" / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def quick(rules: download.Rules) -> download.Web:
    return download.Web(rules, wait=lambda _: None)


def fetch(survey: Path, **how: Any) -> Fetched:
    return sources_fetch.fetch(open_project(survey), web=quick, **how)


def uploads(survey: Path) -> list[str]:
    """Everything below uploads/ but the table, also what is hidden."""
    return sorted(
        path.relative_to(survey / "uploads").as_posix()
        for path in (survey / "uploads").rglob("*")
        if path.is_file() and path.name != responses_csv.TABLE
    )


def table(survey: Path) -> dict[str, dict[str, str]]:
    return {row["file"]: dict(row) for row in responses_csv.read_table(survey / "uploads").rows.values()}


def rows(served: Served, small_videos: Path, consent: str = "internal") -> list[dict[str, str]]:
    """The small survey as a platform would export it: Anna has two films."""
    links = {name: served.put(f"/{name}.mp4", (small_videos / f"{name}.mp4").read_bytes()) for name in SAYINGS}
    return [
        {
            "file": links["anna"],
            "respondent": "resp-anna",
            "name": "Anna Zarathustrix",
            "segment": "new",
            "consent": consent,
        },
        {
            "file": links["bert"],
            "respondent": "resp-bert",
            "name": "",
            "segment": "loyal",
            "consent": "internal",
        },
        {
            "file": links["cleo"],
            "respondent": "resp-cleo",
            "name": "",
            "segment": "new",
            "consent": "internal",
        },
    ]


def responses(survey: Path) -> list[Response]:
    project = open_project(survey)
    with Library(project.library) as library:
        return ingest_uploads.responses(list(library.uploads().values()), responses_csv.read_table(project.uploads))[0]


def said(survey: Path) -> None:
    """The words beside the films that were fetched, so that no model is needed."""
    for name in uploads(survey):
        if name.endswith(".mp4") and not name.startswith("."):
            [who] = [one for one in SAYINGS if one in name]
            (survey / "uploads" / name).with_suffix(".vtt").write_text(captions(SAYINGS[who]), "utf-8")
