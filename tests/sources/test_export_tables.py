"""Columns of one's own, and the cells of tables and workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from helpers.messages import one_line
from helpers.results.exports import FORMS, offers, written
from helpers.results.workbooks import Table, as_workbook

from reelmaker.errors import ProjectError
from reelmaker.sources import candidates, spreadsheet
from reelmaker.sources.settings import Source

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
