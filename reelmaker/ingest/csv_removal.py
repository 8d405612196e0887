"""Removes a person's rows from responses.csv and leaves every other byte as it was.

In: the file's bytes, and whose rows to remove. Out: the bytes without them, and the removed rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from pathlib import Path

from reelmaker.ingest import responses_csv

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def without(raw: bytes, files: Collection[str], respondents: Collection[str]) -> tuple[bytes, list[dict[str, str]]]:
    """The table without the rows of these files (paths below uploads/) and respondents; and those rows.

    A row with only a file name belongs to every file of that name. A table without a column "file" is left as it is.
    """
    lines = LINE.findall(raw)
    encoding = responses_csv.encoding(raw)
    texts = [line.decode(encoding).rstrip("\r\n") + "\n" for line in lines]
    if texts:
        texts[0] = texts[0].removeprefix("\ufeff")
    head = texts[0] if texts else ""
    reader = csv.reader(iter(texts), delimiter=max(",;\t", key=head.count))
    names = {responses_csv.same(file) for file in files} | {
        responses_csv.same(file.rsplit("/", 1)[-1]) for file in files
    }
    wanted = set(respondents) - {""}
    kept: list[bytes] = []
    rows: list[dict[str, str]] = []
    header: list[str] = []
    at = 0
    for cells in reader:
        own, at = lines[at : reader.line_num], reader.line_num
        if not header:
            header = [cell.strip().lower().replace(" ", "_") for cell in cells]
            kept += own
            if "file" not in header:
                return raw, []
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if responses_csv.same(row.get("file", "")) in names or row.get("respondent", "") in wanted:
            rows.append(row)
        else:
            kept += own
    return b"".join(kept + lines[at:]), rows


def rows_of(path: Path, files: Collection[str], respondents: Collection[str]) -> list[dict[str, str]]:
    """The rows of these files and respondents in the table at `path`; none if it does not exist."""
    return without(path.read_bytes(), files, respondents)[1] if path.is_file() else []
