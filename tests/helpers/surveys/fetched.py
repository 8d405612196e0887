"""A source with an export, and what was fetched from it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from reelmaker.ingest import responses_csv
from reelmaker.project.config import open_project
from reelmaker.sources import download
from reelmaker.sources import fetch as sources_fetch
from reelmaker.sources.fetch import Fetched

SOURCE = """
[[source]]
name = "spring"
export = "exports/*.csv"
private_network = true
"""


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
