"""Exports of survey platforms: every layout, in every form a platform or Excel gives it, and cells that mean harm."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from helpers.messages import one_line
from helpers.paths import ROOT
from helpers.results.workbooks import Table, as_workbook

from reelmaker.errors import ProjectError
from reelmaker.sources import candidates, platforms, spreadsheet
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


def test_every_column_that_the_table_knows_can_come_from_an_export() -> None:
    from reelmaker.ingest.responses_csv import COLUMNS

    assert set(COLUMNS) <= {"file", *candidates.KNOWN}


def test_every_layout_has_an_export_to_be_tried_on() -> None:
    assert set(EXPORTS) == set(platforms.names())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", platforms.names())
def test_every_layout_is_read_in_every_form(name: str, form: str, tmp_path: Path) -> None:
    settings, table, wanted, many = EXPORTS[name]
    found = offers(Source("s", export="x", layout=name, **settings), table, tmp_path, form)
    assert len(found) == many
    told = dict(found[0].columns)
    assert {key: told.get(key) for key in wanted} == wanted
    assert found[0].place.startswith("https://") and found[0].row
    assert len({(one.row, one.part) for one in found}) == many


@pytest.mark.parametrize("name", platforms.names())
def test_every_layout_says_how_sure_it_is(name: str) -> None:
    layout = platforms.load(name)
    assert "documented" in layout.sure or "seen" in layout.sure
    known = {
        "title",
        "sure",
        "header_rows",
        "skipped",
        "question_row",
        "question_ends",
        "signs",
        "hosts",
        "dates",
        "columns",
        "videos",
    }
    assert set(tomllib.loads((ROOT / f"reelmaker/sources/platforms/{name}.toml").read_text("utf-8"))) <= known
    assert set(layout.columns) <= {*candidates.KNOWN, "id"}
    assert 1 <= layout.question_row <= layout.header_rows


@pytest.mark.parametrize("name", [name for name in platforms.names() if platforms.load(name).signs])
def test_another_table_than_the_layout_says_is_one_clear_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as told:
        offers(Source("s", export="x", layout=name), [["a", "b"], ["1", "2"]], tmp_path)
    assert one_line(told.value) and platforms.load(name).signs[0] in str(told.value)


def test_several_videos_of_a_row_are_of_one_respondent_each_with_its_question(tmp_path: Path) -> None:
    settings, table, _, _ = EXPORTS["qualtrics"]
    first, second, third = offers(Source("s", export="x", layout="qualtrics", **settings), table, tmp_path)
    assert first.respondent == second.respondent == "C-77" and third.respondent == "R_2def"
    assert [one.columns["question"] for one in (first, second)] == [
        "What got in your way?",
        "What would you change?",
    ]
    assert second.place.endswith("/responses/R_1abc/uploaded-files/F_bbb2")


def test_qualtrics_workbooks_without_the_third_header_row_lose_no_answer(tmp_path: Path) -> None:
    settings, table, _, many = EXPORTS["qualtrics"]
    assert (
        len(offers(Source("s", export="x", layout="qualtrics", **settings), [*table[:2], *table[3:]], tmp_path)) == many
    )


# a mapping of one's own

OWN: Table = [
    ["Customer", "Film one", "Film two", "Agreed", "Country", "Q11", "Score"],
    ["c1", "https://v.example.com/1.mp4", "https://v.example.com/2.mp4", "I  agree", "UK", "x", 7],
    ["c2", "two.mp4", "", "No, thanks", "FR", "y", 3],
]
MAPPED = Source(
    "own",
    export="x",
    columns={
        "file": ("Film one", "Film two"),
        "respondent": ("customer",),
        "consent": ("Agreed",),
        "score": ("Score",),
    },
    keep=("Country", "Q1*"),
    consent_words={"i agree": "internal", "no, thanks": "none"},
)


@pytest.mark.parametrize("form", FORMS)
def test_columns_of_ones_own(form: str, tmp_path: Path) -> None:
    one, two, three = offers(MAPPED, OWN, tmp_path, form)
    assert dict(one.columns) == {
        "respondent": "c1",
        "consent": "internal",
        "score": "7",
        "country": "UK",
        "q11": "x",
        "question": "Film one",
    }
    assert two.columns["question"] == "Film two" and three.place == "two.mp4" and three.columns["consent"] == "none"


def test_columns_named_as_ours_need_no_mapping(tmp_path: Path) -> None:
    table = [
        ["File", "Respondent", "Consent until", "Show name", "Extra"],
        ["https://a.example.com/1.mp4", "r1", "2027-01-01", "yes", "e"],
    ]
    [one] = offers(Source("s", export="x"), table, tmp_path)
    assert dict(one.columns) == {"respondent": "r1", "consent_until": "2027-01-01", "show_name": "yes"}


def test_a_column_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match='Did you mean "Customer"') as told:
        offers(
            Source("s", export="x", columns={"file": ("Film one",), "respondent": ("Custumer",)}),
            OWN,
            tmp_path,
        )
    assert one_line(told.value)
    with pytest.raises(ProjectError, match='no column "file"'):
        offers(Source("s", export="x"), OWN, tmp_path)


def test_a_row_keeps_its_name_when_signatures_are_renewed_and_rows_move(tmp_path: Path) -> None:
    source = Source("s", export="x", columns={"file": ("f",)})
    [before] = offers(source, [["f"], ["https://v.example.com/1.mp4?Expires=1&Signature=a"]], tmp_path)
    after = offers(
        source,
        [["f"], ["https://v.example.com/0.mp4"], ["https://v.example.com/1.mp4?Expires=2&Signature=b"]],
        tmp_path,
    )[1]
    assert (before.row, before.part) == (after.row, after.part) and before.version != after.version


# cells


def test_workbooks_ids_dates_formulas_and_links_behind_texts(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.append(["id", "when", "day", "share", "film", "formula", "yes", "long"])
    page.append(
        [
            123456.0,
            datetime(2026, 7, 6, 14, 3, 11),
            date(2026, 7, 6),
            0.5,
            "watch",
            None,
            True,
            12345678901234,
        ]
    )
    page["E2"].hyperlink = "https://v.example.com/1.mp4?a=1&b=2"
    page["F2"] = '=HYPERLINK("https://v.example.com/2.mp4","watch")'
    book.save(tmp_path / "a.xlsx")
    head, row = spreadsheet.read(tmp_path / "a.xlsx")
    assert [cell.text for cell in row] == [
        "123456",
        "2026-07-06 14:03:11",
        "2026-07-06",
        "0.5",
        "watch",
        "",
        "true",
        "12345678901234",
    ]
    assert row[4].link == "https://v.example.com/1.mp4?a=1&b=2" and row[5].link == "https://v.example.com/2.mp4"
    [one, two] = candidates.of_export(
        Source("s", export="x", columns={"file": ("film", "formula")}), [head, row], "a.xlsx"
    )
    assert [one.place, two.place] == [row[4].link, row[5].link]


def test_a_formula_counts_by_its_last_result(tmp_path: Path) -> None:
    import zipfile

    path = as_workbook(tmp_path / "a.xlsx", [["a"], ["=1+1"]])
    whole = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    whole[sheet] = (
        whole[sheet].replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")
    )
    with zipfile.ZipFile(path, "w") as packed:
        for name, body in whole.items():
            packed.writestr(name, body)
    assert spreadsheet.read(path)[1][0].text == "2"


def test_numbers_that_are_ids_stay_as_they_are_written(tmp_path: Path) -> None:
    import zipfile

    path = as_workbook(tmp_path / "a.xlsx", [["id"], [111], [222], [333]])
    whole = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    whole[sheet] = whole[sheet].replace(b"<v>111<", b"<v>123456.0<").replace(b"<v>222<", b"<v>1.18052219061E11<")
    with zipfile.ZipFile(path, "w") as packed:
        for name, body in whole.items():
            packed.writestr(name, body)
    assert [row[0].text for row in spreadsheet.read(path)] == ["id", "123456", "118052219061", "333"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_parts_the_cells_is_not_what_questions_are_full_of(tmp_path: Path, delimiter: str) -> None:
    other = "," if delimiter != "," else ";"
    question = other.join(["What went well", " and what", " if anything", " got in your way"])
    (tmp_path / "a.csv").write_text(f'file{delimiter}"{question}"\na.mp4{delimiter}all\n', "utf-8")
    (tmp_path / "b.csv").write_text(f"file{delimiter}{question}\na.mp4{delimiter}all\n", "utf-8")
    for name in ("a.csv", "b.csv"):
        assert [[cell.text for cell in row] for row in spreadsheet.read(tmp_path / name)] == [
            ["file", question],
            ["a.mp4", "all"],
        ]


def test_a_sheet_by_name_or_the_first_that_is_shown(tmp_path: Path) -> None:
    import openpyxl

    path = as_workbook(tmp_path / "a.xlsx", [["notes"]], "Notes", Answers=[["file"], ["x.mp4"]])
    assert spreadsheet.read(path, "Answers")[1][0].text == "x.mp4"
    with pytest.raises(ProjectError, match="Notes, Answers"):
        spreadsheet.read(path, "answers")
    book = openpyxl.load_workbook(path)
    book["Notes"].sheet_state = "hidden"
    book.save(path)
    assert spreadsheet.read(path)[0][0].text == "file"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.xlsx", b"PK\x03\x04 and then nothing"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0old"),
        ("a.csv", b"a\0b"),
        ("a.csv", b'file\n"' + b"x" * 200_000 + b'"\n'),
        ("a.csv", b""),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(ProjectError) as told:
        candidates.of_export(Source("s", export="x"), spreadsheet.read(tmp_path / name), name)
    assert told.value.remedy and "\n" not in str(told.value)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_workbook(tmp_path / "a.xlsx", [["file"], ["x" * 30_000]])
    monkeypatch.setattr(spreadsheet, "LARGEST", 20_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(ProjectError, match="too large"):
        spreadsheet.read(path)


def test_a_huge_sheet_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 50)
    for form in ("csv", "xlsx"):
        with pytest.raises(ProjectError, match="more than 50 rows"):
            spreadsheet.read(written(form, tmp_path, [["a"]] * 60))


NASTY: Sequence[str] = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    'say "hello"',
    "two\nlines",
    "semi;colon, comma\ttab",
    "Ünï–cödé 你好",
    "1e400",
]


@pytest.mark.parametrize("form", FORMS[:-1])
def test_cells_that_mean_harm_are_only_text(form: str, tmp_path: Path) -> None:
    table = [
        ["file", "respondent", "name"],
        *([f"https://v.example.com/{at}.mp4", f"r{at}", text] for at, text in enumerate(NASTY)),
    ]
    assert [one.columns["name"] for one in offers(Source("s", export="x"), table, tmp_path, form)] == list(NASTY)
