"""Exports of survey platforms, one small one a layout, written in every form."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.results.workbooks import Table, as_workbook
from reelmaker.sources import candidates, spreadsheet
from reelmaker.sources.candidates import Offer
from reelmaker.sources.settings import Source

# One small export a layout, invented after what is documented of it, with the columns that the first video must get
EXPORTS: dict[str, tuple[dict[str, Any], Table, dict[str, str], int]] = {
    "qualtrics": (
        {"link": "https://eu.qualtrics.com/API/v3/surveys/SV_1/responses/{ResponseId}/uploaded-files/{}"},
        [
            [
                "StartDate",
                "RecordedDate",
                "ResponseId",
                "ExternalReference",
                "Q1",
                "Q7_Id",
                "Q7_Name",
                "Q9_Id",
                "consent",
            ],
            [
                "Start Date",
                "Recorded Date",
                "Response ID",
                "External Data Reference",
                "How was it?",
                "What got in your way? - Id",
                "What got in your way? - Name",
                "What would you change? - Id",
                "consent",
            ],
            [
                '{"ImportId":"startDate"}',
                '{"ImportId":"recordedDate"}',
                '{"ImportId":"_recordId"}',
                '{"ImportId":"x"}',
                '{"ImportId":"QID1"}',
                '{"ImportId":"QID7"}',
                '{"ImportId":"QID7"}',
                '{"ImportId":"QID9"}',
                '{"ImportId":"c"}',
            ],
            [
                "2026-11-02 08:00:00",
                "2026-11-02 08:09:12",
                "R_1abc",
                "C-77",
                "Fine",
                "F_aaa1",
                "my film.mp4",
                "F_bbb2",
                "external",
            ],
            ["2026-11-03 08:00:00", "2026-11-03 08:09:12", "R_2def", "", "Bad", "F_ccc3", "x.mov", "", "no"],
            ["2026-11-04 08:00:00", "2026-11-04 08:09:12", "R_3ghi", "C-78", "No film", "", "", "", ""],
        ],
        {"respondent": "C-77", "date": "2026-11-02", "question": "What got in your way?", "consent": "external"},
        3,
    ),
    "surveymonkey": (
        {},
        [
            [
                "Respondent ID",
                "Collector ID",
                "Start Date",
                "End Date",
                "IP Address",
                "First Name",
                "Custom Data 1",
                "Show us what got in your way",
                "",
                "Anything else?",
            ],
            ["", "", "", "", "", "", "", "File", "Comment", "Open-Ended Response"],
            [
                118052219061,
                446111201,
                "11/02/2026 08:01:02 AM",
                "11/02/2026 08:09:03 PM",
                "127.0.0.1",
                "Anna",
                "new",
                "https://www.surveymonkey.com/mp/file/1?id=2",
                "none",
                "no",
            ],
        ],
        {
            "respondent": "118052219061",
            "date": "2026-11-02",
            "name": "Anna",
            "segment": "new",
            "question": "Show us what got in your way",
        },
        1,
    ),
    "typeform": (
        {},
        [
            [
                "#",
                "How was it?",
                "Record your answer",
                "segment",
                "Response Type",
                "Start Date (UTC)",
                "Stage Date (UTC)",
                "Submit Date (UTC)",
                "Network ID",
                "Tags",
            ],
            [
                "hefupfub",
                "Good",
                "https://api.typeform.com/responses/files/ab12/answer.webm",
                "new",
                "completed",
                "2026-11-02 02:39:31",
                "",
                "2026-11-02 02:41:38",
                "653e97acae",
                "",
            ],
        ],
        {"respondent": "hefupfub", "date": "2026-11-02", "segment": "new", "question": "Record your answer"},
        1,
    ),
    "videoask": (
        {},
        [
            ["contact_id", "name", "email", "created_at", "What got in your way?", "Tags"],
            [
                "988d67e0",
                "Nico",
                "n@example.com",
                "2026-11-02T18:44:07.533577Z",
                "https://media.videoask.com/transcoded/99178ec1/video.mp4?token=eyJ0",
                "new",
            ],
        ],
        {
            "respondent": "988d67e0",
            "name": "Nico",
            "date": "2026-11-02",
            "segment": "new",
            "question": "What got in your way?",
        },
        1,
    ),
    "alida": (
        {},
        [
            ["ownerId", "recordExternalId", "CompletedDate", "Segment", "Video feedback"],
            [40077, "a-1", datetime(2026, 11, 2, 8, 1), "loyal", "https://media.example.com/v/answer%201.mp4?x=1"],
        ],
        {"respondent": "40077", "date": "2026-11-02", "segment": "loyal", "question": "Video feedback"},
        1,
    ),
}


def as_text(table: Table, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([[str(cell) for cell in row] for row in table])
    return out.getvalue()


FORMS = ["csv", "semicolons with a mark", "tabs", "Unicode text", "xlsx"]


def written(form: str, folder: Path, table: Table) -> Path:
    path = folder / ("export.xlsx" if form == "xlsx" else "export.csv")
    if form == "xlsx":
        return as_workbook(path, table)
    delimiter = {"csv": ",", "semicolons with a mark": ";"}.get(form, "\t")
    encoding = {"csv": "utf-8", "semicolons with a mark": "utf-8-sig", "Unicode text": "utf-16"}.get(form, "utf-8")
    path.write_bytes(as_text(table, delimiter).encode(encoding))
    return path


def offers(source: Source, table: Table, tmp_path: Path, form: str = "csv") -> list[Offer]:
    return candidates.of_export(source, spreadsheet.read(written(form, tmp_path, table), source.sheet), "export")
