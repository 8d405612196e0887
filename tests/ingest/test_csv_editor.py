"""Rows entered into responses.csv: every other byte stays, what is read back is what was entered, consents only narrow."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reelmaker.ingest import csv_editor, responses_csv
from reelmaker.ingest.csv_editor import Sheet, clean

TABLES = {
    "plain": b"file,respondent,consent\nanna.mp4,r1,external\n",
    "no line end": b"file,respondent,consent\nanna.mp4,r1,external",
    "semicolons, Windows": "file;respondent;name\r\nanna.mp4;r1;J\xfcrg\r\n".encode("cp1252"),
    "mark": b"\xef\xbb\xbffile\trespondent\nanna.mp4\tr1\n",
    "quotes and line breaks": b'file,"name",respondent\r\n"anna.mp4","A ""b""\r\nc",r1\r\n\r\nbert.mp4,,\r\n',
    "ragged": b"file,respondent\nanna.mp4,r1,what is this,and this\nbert.mp4\n",
    "old Mac": b"file,respondent\ranna.mp4,r1\r",
}


def read(tmp_path: Path, raw: bytes) -> responses_csv.Table:
    (tmp_path / responses_csv.TABLE).write_bytes(raw)
    return responses_csv.read_table(tmp_path)


@pytest.mark.parametrize("raw", TABLES.values(), ids=TABLES)
def test_untouched_it_stays_byte_for_byte(raw: bytes) -> None:
    assert Sheet.of(raw).bytes() == raw


@pytest.mark.parametrize("raw", TABLES.values(), ids=TABLES)
def test_a_row_more_leaves_every_row_as_it_was(raw: bytes, tmp_path: Path) -> None:
    before = read(tmp_path, raw)
    sheet = Sheet.of(raw)
    sheet.enter(
        "new film.mp4",
        {"respondent": "r9", "name": 'Zoë; the "second"\nline', "segment": "new", "consent": "internal"},
    )
    after = read(tmp_path, sheet.bytes())
    for key, row in before.rows.items():
        assert {name: text for name, text in after.rows[key].items() if text} == {k: v for k, v in row.items() if v}
    entered = after.rows["new film.mp4"]
    assert (entered["respondent"], entered["name"]) == ("r9", 'Zoë; the "second"\nline')
    assert (entered["segment"], entered["consent"]) == ("new", "internal")
    head, _, body = raw.partition(raw[len(raw.split(b"\n")[0].split(b"\r")[0]) :][:1])
    assert head.removeprefix(b"\xef\xbb\xbf") in sheet.bytes()
    assert body.rstrip(b"\r\n") in sheet.bytes(), "the rows of before stand there byte for byte"
    if b"anna.mp4" in raw:  # and it can be taken out again
        assert csv_editor.without(sheet.bytes(), ["new film.mp4"], ["r9"])[1][0]["respondent"] == "r9"


def test_a_new_table_is_one_that_excel_reads_as_utf_8(tmp_path: Path) -> None:
    sheet = Sheet.of(b"")
    sheet.enter("a.mp4", {"respondent": "=1+1", "name": "Zoë"})
    sheet.enter("b.mp4", {"segment": "new"})
    assert sheet.bytes().startswith(b"\xef\xbb\xbffile,respondent,name,segment\na.mp4,=1+1,")
    assert [row["file"] for row in read(tmp_path, sheet.bytes()).rows.values()] == ["a.mp4", "b.mp4"]


def test_letters_that_windows_text_lacks_make_it_utf_8(tmp_path: Path) -> None:
    sheet = Sheet.of(TABLES["semicolons, Windows"])
    sheet.enter("b.mp4", {"name": "你好"})
    rows = read(tmp_path, sheet.bytes()).rows
    assert rows["anna.mp4"]["name"] == "Jürg" and rows["b.mp4"]["name"] == "你好"


CELL = some.text(max_size=12)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    rows=some.lists(some.tuples(CELL, CELL), max_size=4),
    new=some.lists(some.tuples(CELL, CELL, CELL), min_size=1, max_size=4),
    delimiter=some.sampled_from(",;\t"),
    newline=some.sampled_from(["\n", "\r\n"]),
)
def test_any_words_can_be_entered_and_read_back(
    rows: list[tuple[str, str]], new: list[tuple[str, str, str]], delimiter: str, newline: str
) -> None:
    def cell(text: str) -> str:
        return '"' + clean(text).replace('"', '""') + '"'

    head = delimiter.join(["file", "respondent", "name"]) + newline
    raw = head + "".join(
        delimiter.join([f"f{at}.mp4", cell(one), cell(other)]) + newline for at, (one, other) in enumerate(rows)
    )
    sheet = Sheet.of(raw.encode())
    for at, (one, other, third) in enumerate(new):
        sheet.enter(f"n{at}.mp4", {"respondent": one, "name": other, "segment": third})
    written = sheet.bytes()
    assert written[len(sheet.records[0].encode()) :].startswith(raw[len(head) :].encode())
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), written).rows
    for at, (one, other, third) in enumerate(new):
        row = found[f"n{at}.mp4"]
        assert [row.get(key, "") for key in ("respondent", "name", "segment")] == [
            clean(one),
            clean(other),
            clean(third),
        ]
    for at, (one, other) in enumerate(rows):
        assert [found[f"f{at}.mp4"].get(key, "") for key in ("respondent", "name")] == [
            clean(one),
            clean(other),
        ]


# consents


@pytest.mark.parametrize(
    ("mine", "theirs", "then"),
    [
        ("external", "internal", "internal"),
        ("external", "no", "no"),
        ("", "withdrawn", "withdrawn"),
        ("internal", "external", "internal"),
        ("no", "external", "no"),
        ("external", "", ""),
        ("external", "what?", "what?"),
        ("yes", "internal", "yes"),
    ],
)
def test_a_consent_only_narrows(mine: str, theirs: str, then: str) -> None:
    sheet = Sheet.of(f"file,consent,name\nanna.mp4,{mine},A\n".encode())
    assert sheet.narrow("anna.mp4", {"consent": theirs, "name": "B"}) is (mine != then)
    assert sheet.bytes() == f"file,consent,name\nanna.mp4,{then},A\n".encode()


def test_only_the_one_cell_changes(tmp_path: Path) -> None:
    raw = b'file;name;consent;note\r\n"b.mp4";"x;""y""";yes;"two\r\nlines"\r\nanna.mp4 ;  A  ; "q" ;z\r\n'
    sheet = Sheet.of(raw)
    assert sheet.narrow("b.mp4", {"consent": "none"})
    assert sheet.bytes() == raw.replace(b";yes;", b";none;")


def test_a_table_without_consent_gets_the_column(tmp_path: Path) -> None:
    sheet = Sheet.of(TABLES["ragged"])
    assert sheet.narrow("bert.mp4", {"consent": "no", "consent_until": "2026-12-01"})
    rows = read(tmp_path, sheet.bytes()).rows
    assert rows["bert.mp4"]["consent"] == "no" and rows["bert.mp4"]["consent_until"] == "2026-12-01"
    assert not rows["anna.mp4"].get("consent") and rows["anna.mp4"]["respondent"] == "r1"


def test_an_end_of_consent_only_comes_nearer_and_a_shown_name_only_goes() -> None:
    raw = b"file,consent_until,show_name\nanna.mp4,2027-01-01,yes\n"
    sheet = Sheet.of(raw)
    assert not sheet.narrow("anna.mp4", {"consent_until": "2028-01-01"})
    assert not sheet.narrow("anna.mp4", {"respondent": "r1"}), "an export that says nothing of it takes nothing away"
    assert sheet.narrow("anna.mp4", {"consent_until": "2026-12-31", "show_name": "no"})
    assert sheet.bytes() == b"file,consent_until,show_name\nanna.mp4,2026-12-31,no\n"


def test_a_row_that_is_there_wins_but_for_its_consent() -> None:
    sheet = Sheet.of(b"file,name,consent\nanna.mp4,Mine,external\n")
    sheet.enter("anna.mp4", {"name": "Theirs", "consent": "internal"})
    assert sheet.bytes() == b"file,name,consent\nanna.mp4,Mine,internal\n"
