"""responses.csv as people really have it: each row is one member of a kind, with what must hold."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from reelmaker.errors import ProjectError
from reelmaker.ingest import responses_csv, table_dates, uploads
from reelmaker.ingest.csv_editor import Sheet, without
from reelmaker.model import Facts, Response, Upload, consent

FILES = ("anna.mp4", "bert.mp4", "cleo.mp4")


def survey(folder: Path, table: str | bytes, files: tuple[str, ...] = FILES, name: str = "responses.csv") -> Path:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    (folder / name).write_bytes(table if isinstance(table, bytes) else table.encode())
    return folder


def answers(folder: Path, files: tuple[str, ...] = FILES) -> tuple[dict[str, Response], list[str]]:
    facts = Facts(1000, (2, 2), 0, 1)
    found, warnings = uploads.responses(
        [Upload(file, 1, 1, f"id of {file}", facts) for file in files], responses_csv.read_table(folder)
    )
    return {response.file: response for response in found}, warnings


def refused(folder: Path, files: tuple[str, ...] = FILES, audience: str = "internal") -> set[str]:
    found, _ = answers(folder, files)
    return {file for file, response in found.items() if consent.refusal(response, audience, consent.today())}


# ---- consent that must not be lost --------------------------------------------------------------------------

WITHDRAWN = [
    "file,consent\nanna.mp4,withdrawn\n",
    "file,Consent?\nanna.mp4,no\n",
    "file,consent:\nanna.mp4,no\n",
    "file,CONSENT*\nanna.mp4,no\n",
    "file,ｃｏｎｓｅｎｔ\nanna.mp4,no\n",
    "file,con\u200bsent\nanna.mp4,no\n",
    "file,\ufeffconsent\nanna.mp4,no\n",
    "file,cons\u00adent\nanna.mp4,no\n",
    'file,"consent "\nanna.mp4,no\n',
    "file,consent,consent\nanna.mp4,external,no\n",
    "file,consent,consent\nanna.mp4,no,external\n",
    "file,consent,Consent given\nanna.mp4,external,no\n",
    "file,Einwilligung\nanna.mp4,nein\n",
    "file,Consentement\nanna.mp4,non\n",
    "file,Permission to use\nanna.mp4,No\n",
    "file,GDPR consent\nanna.mp4,withdrawn on 3 May\n",
    "file,consent_date,consent\nanna.mp4,2026-01-01,no\n",
    "file,consent_date\nanna.mp4,withdrawn 2026-01-01\n",
    "file,opt_out\nanna.mp4,yes\n",
    "file,Opt-out\nanna.mp4,x\n",
    "file,withdrawn\nanna.mp4,2026-05-03\n",
    "file,Widerruf\nanna.mp4,03.05.2026\n",
    "file,consent\nanna.mp4,NEIN\n",
    "file,consent\nanna.mp4,ｎｏ\n",
    "file,consent\nanna.mp4,n\u200bo\n",
    "file,consent\nanna.mp4,no.\n",
    "file,consent\nanna.mp4,FALSE\n",
    "file,consent\nanna.mp4,0\n",
    "file,consent\nanna.mp4,-\n",
    "file,consent\nanna.mp4,n/a\n",
    "file,consent\nanna.mp4,maybe\n",
    "file,consent\nanna.mp4,opt-out\n",
    "file,consent_until\nanna.mp4,2020-01-01\n",
    "file,consent_until\nanna.mp4,01.05.2020\n",
    "file,consent_until\nanna.mp4,soon\n",
    "file,Consent until?\nanna.mp4,2020-01-01\n",
    "file,consent expires\nanna.mp4,31/12/2020\n",
    "file,name,consent,segment\nanna.mp4,Doe, Jane,external,new\n",
    "file;consent\nanna.mp4;no\n",
    "file\tconsent\nanna.mp4\tno\n",
    "file|consent\nanna.mp4|no\n",
    "sep=;\nfile;consent\nanna.mp4;no\n",
    '"sep=;"\r\nfile;consent\r\nanna.mp4;no\r\n',
    "\n\nfile,consent\nanna.mp4,no\n",
    ",,\nfile,consent\nanna.mp4,no\n",
    "Export of 3 May\n\nfile,consent\nanna.mp4,no\n",
    'file,consent\n"Which file?","May we use it?"\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\nanna.mp4,no\n',
    "filename,consent\nanna.mp4,no\n",
    "File Name,Consent\nanna.mp4,no\n",
    "file,consent\nuploads/anna.mp4,no\n",
    "file,consent\nuploads\\anna.mp4,no\n",
    "file,consent\nC:\\Users\\me\\uploads\\anna.mp4,no\n",
    "file,consent\n\\\\server\\share\\anna.mp4,no\n",
    "file,consent\n/home/me/uploads/anna.mp4,no\n",
    "file,consent\nhttps://x.example/f/anna.mp4?dl=1,no\n",
    "file,consent\nanna,no\n",
    "file,consent\nANNA.MP4,no\n",
    "file,consent\n Anna.mp4 ,no\n",
    "file,consent\nanna.mov,no\n",
    "file,consent\nana.mp4,no\n",
    "file,consent\nAnña.mp4,no\n",
    "file,consent\nanna\u200b.mp4,no\n",
    "file,consent\nanna.mp4,external\nanna,no\n",
    "file,consent\nanna.mp4,external\nC:\\x\\anna.mp4,no\n",
    "file,consent\nanna.mp4,external\nANNA.mp4,no\n",
]


@pytest.mark.parametrize("table", WITHDRAWN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_withdrawn_consent_holds_the_answer_back(tmp_path: Path, table: str, encoding: str) -> None:
    assert refused(survey(tmp_path, table.encode(encoding))) == {"anna.mp4"}


@pytest.mark.parametrize(
    "word", ["ja", "Oui", "sí", "si", "x", "X", "true", "TRUE", "WAHR", "1", "1.0", "yes", "✓", "Yes.", "ｙｅｓ"]
)
def test_a_yes_in_any_usual_form_is_one_and_no_more(tmp_path: Path, word: str) -> None:
    folder = survey(tmp_path, f"file,consent\nanna.mp4,{word}\n")
    assert refused(folder) == set() and "anna.mp4" in refused(folder, audience="external")


def test_what_a_refusal_is_told_by_its_row(tmp_path: Path) -> None:
    _, warnings = answers(survey(tmp_path, "file,consent\nanna.mp4,yes\nbert.mp4,perhaps\n"))
    assert warnings == [
        'responses.csv, line 3: the consent "perhaps" should be none, internal or external; the answer is not used.'
    ]


def test_a_column_that_only_tells_about_consents_is_none(tmp_path: Path) -> None:
    table = "file,consent,consent_date,consent_version,comment\nanna.mp4,external,2026-01-01,v2,no trouble\n"
    folder = survey(tmp_path, table)
    assert refused(folder, audience="external") == {"bert.mp4", "cleo.mp4"} and not answers(folder)[1]


def test_of_accented_names_each_keeps_its_own_row(tmp_path: Path) -> None:
    files = ("Zoë.mp4", "Zoe.mp4", "1.mp4", "10.mp4")
    folder = survey(tmp_path, "file,consent\nZoë.mp4,no\nZoe.mp4,external\n1.mp4,no\n10.mp4,yes\n", files)
    assert refused(folder, files) == {"Zoë.mp4", "1.mp4"}


def test_a_number_is_no_typing_error(tmp_path: Path) -> None:
    files = ("answer-2.mp4", "answer-12.mp4")
    assert refused(survey(tmp_path, "file,consent\nanswer-1.mp4,no\n", files), files) == set()


def test_a_row_in_other_letters_describes_its_file(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Réponse Müller.mp4")
    folder = survey(tmp_path, "file,name,respondent\nC:\\x\\REPONSE_MULLER.MP4,Zoë,R7\n", (name,))
    found, warnings = answers(folder, (name,))
    assert (found[name].name, found[name].respondent) == ("Zoë", "R7") and not warnings


NO_TABLE = {
    "Responses.csv": "file,consent\nanna.mp4,no\n",
    "RESPONSES.CSV": "file,consent\nanna.mp4,no\n",
    "responses.csv.csv": "file,consent\nanna.mp4,no\n",
    "responses.csv.txt": "file,consent\nanna.mp4,no\n",
    "responses.tsv": "file\tconsent\nanna.mp4\tno\n",
    "responses": "file,consent\nanna.mp4,no\n",
    "responses (1).csv": "file,consent\nanna.mp4,no\n",
    "responses - Copy.csv": "file,consent\nanna.mp4,no\n",
    "Copy of responses.csv": "file,consent\nanna.mp4,no\n",
    "responses (conflicted copy 2026-05-03).csv": "file,consent\nanna.mp4,no\n",
    "responses.xlsx": "PK",
    "customers.csv": "file,consent\nanna.mp4,no\n",
    "list.csv": "video,consent\nanna.mp4,no\n",
    "export.tsv": "Einwilligung\tName\nnein\tAnna\n",
}


@pytest.mark.parametrize("name", NO_TABLE)
def test_a_table_under_another_name_stops_with_a_line(tmp_path: Path, name: str) -> None:
    survey(tmp_path, NO_TABLE[name], name=name)
    if (tmp_path / "responses.csv").exists():
        pytest.skip("a file system that ignores the case of names")
    with pytest.raises(ProjectError, match=r"must be called responses\.csv") as stopped:
        responses_csv.read_table(tmp_path)
    assert name in stopped.value.message and stopped.value.remedy


@pytest.mark.parametrize("name", ["notes.txt", "anna.csv", "~$responses.xlsx", ".responses.csv.swp", "shop.csv"])
def test_other_files_are_no_table(tmp_path: Path, name: str) -> None:
    survey(tmp_path, "start,end\n1,2\n", name=name)
    assert not responses_csv.read_table(tmp_path).rows


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX knows them")
@pytest.mark.parametrize("kind", ["dangling link", "folder", "pipe", "loop"])
def test_a_table_that_is_no_file_stops_with_a_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "responses.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "loop" else tmp_path / "share" / "responses.csv")
    with pytest.raises(ProjectError, match=r"responses\.csv: (a link to a file|this is a)") as stopped:
        responses_csv.read_table(tmp_path)
    assert stopped.value.remedy


def test_a_conflicted_copy_is_named(tmp_path: Path) -> None:
    survey(tmp_path, "file,consent\nanna.mp4,yes\n")
    for name in ("responses (1).csv", "responses (conflicted copy).csv", "Responses.csv", "responses-LAPTOP7.csv"):
        (tmp_path / name).write_text("file,consent\nanna.mp4,no\n", "utf-8")
    warnings = responses_csv.read_table(tmp_path).warnings
    assert sum("looks like a copy of responses.csv" in warning for warning in warnings) == 4


BROKEN = {
    "a quotation mark that swallows rows": 'file,name\nanna.mp4,"Anna\nbert.mp4,Bert\ncleo.mp4,"Cleo"\n',
    "a quotation mark that swallows the end": 'file,consent,name\nanna.mp4,yes,"Anna\nbert.mp4,no,Bert\n',
    "a workbook": b"PK\x03\x04" + b"x" * 100,
    "an old workbook": b"\xd0\xcf\x11\xe0" + b"x" * 100,
    "no column for files": "name,consent\nAnna,no\n",
    "nothing": "",
    "broken UTF-16": b"\xff\xfef\x00i\x00l",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_table_that_cannot_be_understood_stops_with_a_line(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ProjectError, match=r"responses\.csv") as stopped:
        responses_csv.read_table(survey(tmp_path, BROKEN[kind]))
    assert stopped.value.remedy and "\n" not in str(stopped.value)


@pytest.mark.parametrize("name", ['5" screen', 'the "best"', "two\nlines", 'a, "b"\nc, d', "it's"])
def test_quotation_marks_that_close_are_no_trouble(tmp_path: Path, name: str) -> None:
    cell = '"' + name.replace('"', '""') + '"'
    found, warnings = answers(survey(tmp_path, f"file,name,consent\nanna.mp4,{cell},yes\nbert.mp4,B,no\n"))
    assert found["anna.mp4"].name == name and found["bert.mp4"].consent == "no" and not warnings
    found, _ = answers(survey(tmp_path, 'file,name\nanna.mp4,5" screen\n'))
    assert found["anna.mp4"].name == '5" screen'


def test_cells_hold_nothing_that_cannot_be_seen(tmp_path: Path) -> None:
    table = "file,name,segment\nanna.mp4,A\x00n\u202en\x1b[31ma\ufeff,ne\u2066w\u2069\n"
    found, _ = answers(survey(tmp_path, table))
    assert (found["anna.mp4"].name, found["anna.mp4"].segment) == ("Ann[31ma", "new")


@pytest.mark.parametrize(
    "raw",
    [
        b"sep=;\r\nfile;consent\r\nanna.mp4;external\r\n",
        "file,consent\nanna.mp4,external\n".encode("utf-16"),
        b"\xfe\xff" + "file,consent\nanna.mp4,external\n".encode("utf-16-be"),
        b"\n\nTitle\nfile,consent\nanna.mp4,external\n",
        b'file,consent\nWhich?,May we?\n"{""ImportId"":""a""}","{""ImportId"":""b""}"\nanna.mp4,external\n',
    ],
)
def test_such_tables_are_edited_in_one_cell_and_rows_are_taken_out(raw: bytes) -> None:
    sheet = Sheet.of(raw)
    assert sheet.bytes() == raw
    assert sheet.narrow("anna.mp4", {"consent": "none"})
    coding = "utf-16-be" if raw[:1] == b"\xfe" else "utf-16-le" if raw[:1] == b"\xff" else "utf-8"
    assert sheet.bytes() == raw.decode(coding).replace("external", "none").encode(coding)
    sheet.enter("bert.mp4", {"consent": "yes"})
    assert sheet.bytes().decode(coding).count("bert.mp4") == 1
    left, rows = without(sheet.bytes(), ["anna.mp4"], [])
    assert [row["consent"] for row in rows] == ["none"] and "anna" not in left.decode(coding)


# ---- dates --------------------------------------------------------------------------------------------------

COLUMNS: list[tuple[list[str], list[str]]] = [
    (["03.10.2026"], ["2026-10-03"]),
    (["13/11/2023", "03/04/2024"], ["2023-11-13", "2024-04-03"]),
    (["11/13/2023", "03/04/2024"], ["2023-11-13", "2024-03-04"]),
    (["10/3/26", "1/25/26"], ["2026-10-03", "2026-01-25"]),
    (["10/3/26", "25/1/26"], ["2026-03-10", "2026-01-25"]),
    (["45292", "45300.75"], ["2024-01-01", "2024-01-09"]),
    (["2026-10-03T23:30:00-05:00", "2026-10-03 14:05", "2026-10-03T14:05:06.123Z"], ["2026-10-03"] * 3),
    (["3 Oct 2026", "October 3rd, 2026", "3. Oktober 2026", "3 octobre 2026"], ["2026-10-03"] * 4),
    (["Sat, 3 Oct 2026 10:00:00 GMT", "3 de octubre de 2026", "2026年10月3日"], ["2026-10-03"] * 3),
    (["2026/10/03", "2026.10.3", "20261003", "2026-1-2"], ["2026-10-03"] * 3 + ["2026-01-02"]),
    (["2026", "2026-10"], ["2026", "2026-10"]),
    (["1759500000", "1759500000000"], ["2025-10-03"] * 2),
    (["03/03/2026"], ["2026-03-03"]),
    (["10/3/2026 2:05 PM", "1/25/2026 9:00 AM"], ["2026-10-03", "2026-01-25"]),
    (["03-04-2026 14:05", "13-04-2026 14:05"], ["2026-04-03", "2026-04-13"]),
    (["03/04/2026"], [""]),
    (["13/11/2023", "11/13/2023", "01/02/2024"], ["2023-11-13", "2023-11-13", ""]),
    (["31/02/2026", "yesterday", "4500", "45001231", "0", "99999", "2026-13-01", "12:30"], [""] * 8),
    (["9" * 5000, "1/" * 5000, "a" * 10_000, " 03.10.2026 "], ["", "", "", "2026-10-03"]),
]


@pytest.mark.parametrize(("cells", "dates"), COLUMNS)
def test_dates_are_read_by_their_column(tmp_path: Path, cells: list[str], dates: list[str]) -> None:
    files = tuple(f"f{number}.mp4" for number in range(len(cells)))
    rows = "".join(f'{file},"{cell}"\n' for file, cell in zip(files, cells, strict=True))
    found, warnings = answers(survey(tmp_path, f"file,date\n{rows}", files), files)
    assert [found[file].date for file in files] == dates
    told = [warning for warning in warnings if "date" in warning]
    assert len(told) == bool("" in dates), "one warning a column"
    assert all("line 2" in warning or "line 4" in warning for warning in told)


@pytest.mark.parametrize(("order", "day"), [("day-first", "2026-04-03"), ("month-first", "2026-03-04"), ("auto", "")])
def test_a_setting_says_which_comes_first(tmp_path: Path, order: str, day: str) -> None:
    table = responses_csv.read_table(survey(tmp_path, "file,date\nanna.mp4,03/04/2026\n"), order)
    assert table.rows["anna.mp4"]["date"] == day
    assert any('set dates = "day-first" or "month-first"' in warning for warning in table.warnings) is (order == "auto")


def test_one_column_decides_for_the_other_and_an_unclear_end_is_the_earlier(tmp_path: Path) -> None:
    rows = "file,date,consent_until\nanna.mp4,25/01/2026,02/03/2099\n"
    assert responses_csv.read_table(survey(tmp_path, rows)).rows["anna.mp4"]["consent_until"] == "2099-03-02"
    table = responses_csv.read_table(survey(tmp_path, "file,consent_until\nanna.mp4,02/03/2099\n"))
    assert table.rows["anna.mp4"]["consent_until"] == "2099-02-03" and "may be" in table.warnings[0]


def test_an_order_that_the_column_contradicts_still_reads_what_is_plain() -> None:
    column = table_dates.read([(2, "25/12/2025"), (3, "01/02/2026")], table_dates.MONTH_FIRST, 2027)
    assert dict(column.dates) == {2: "2025-12-25", 3: "2026-01-02"}


@pytest.mark.parametrize(
    "table",
    [
        "file,opt_out\nanna.mp4,yes\n",
        "file,Einwilligung\nanna.mp4,nein\n",
        "file,consent\nana.mp4,no\n",
        "file,consent_until\nana.mp4,2020-01-01\n",
        "file,name,consent,segment\nanna.mp4,Doe, Jane,no\n",
    ],
)
def test_a_guess_holds_back_and_never_has_anything_erased(tmp_path: Path, table: str) -> None:
    found, _ = answers(survey(tmp_path, table))
    anna = found["anna.mp4"]
    assert consent.ended(anna.consent, anna.consent_until, consent.today()) == "withdrawn"
    assert consent.scope(anna.consent) is None, "an unknown word: retention erases after a plain no alone"


def test_an_opt_out_that_says_no_and_a_consent_that_says_yes_go_together(tmp_path: Path) -> None:
    table = "file,consent,opt_out,Permission\nanna.mp4,external,no,yes\nbert.mp4,external,,external\n"
    folder = survey(tmp_path, table)
    assert refused(folder) == set() and refused(folder, audience="external") == {"anna.mp4", "cleo.mp4"}
