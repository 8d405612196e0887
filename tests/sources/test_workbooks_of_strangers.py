"""Workbooks that are damaged, or made to cost time and memory: read or refused in one line, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.results.workbooks import NS, cell, patched, sheet

from reelmaker.errors import ProjectError
from reelmaker.sources import spreadsheet, workbook

READ = {
    "a row in the far": f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("A1048576")}</row>',
    "rows out of order": f'<row r="900000">{cell("A900000")}</row><row r="2">{cell("A2")}</row>',
    "200 rows in the last column": "".join(f'<row r="{n}">{cell(f"XFD{n}")}</row>' for n in range(1, 201)),
    "no numbers": f"<row>{cell('A1')}</row><row>{cell('A2')}</row>",
    "a number of a date that is none": '<row r="1"><c r="A1" s="1"><v>1e300</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
}


@pytest.mark.parametrize("kind", READ)
def test_gaps_cost_nothing(tmp_path: Path, kind: str) -> None:
    rows = spreadsheet.read(patched(tmp_path, sheet=sheet(READ[kind])))
    assert len(rows) == (200 if "200" in kind else 2)
    assert all(row[-1].text for row in rows)


REFUSED: dict[str, dict[str, bytes]] = {
    "a row numbered 1e12": {"sheet": sheet(f'<row r="1000000000000">{cell("A1")}</row>')},
    "a row numbered 1e12, as it is written": {"sheet": sheet(f'<row r="1e12">{cell("A1")}</row>')},
    "a column that no sheet has": {"sheet": sheet(f'<row r="1">{cell("ZZZ1")}</row>')},
    "20,000 rows in the last column": {
        "sheet": sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 20_001)))
    },
    "15 million shared strings": {"strings": f"<sst {NS}>".encode() + b"<si/>" * 15_000_000 + b"</sst>"},
    "five million cells": {"sheet": sheet("<row>" + "<c/>" * 13_000_000 + "</row>")},
    "styles without end": {"xl/styles.xml": b"<styleSheet>" + b"<x/>" * 3_000_000 + b"</styleSheet>"},
    "a shared string that is not there": {"sheet": sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>')},
    "a shared string that is no number": {"sheet": sheet('<row r="1"><c r="A1" t="s"><v>x</v></c></row>')},
    "a sheet that is no XML": {"sheet": b"not xml"},
    "half a sheet": {"sheet": sheet(f'<row r="1">{cell("A1")}</row>')[:-30]},
    "a workbook without sheets": {"xl/workbook.xml": f"<workbook {NS}/>".encode()},
    "entities in entities": {
        "sheet": b'<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><worksheet>&j;</worksheet>"
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_never_end_is_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    with pytest.raises(
        ProjectError,
        match=r"a\.xlsx: (this export is too large|this Excel workbook cannot|the workbook has no visible)",
    ) as refused:
        spreadsheet.read(patched(tmp_path, **REFUSED[kind]))
    assert refused.value.remedy and "\n" not in str(refused.value)


@pytest.mark.parametrize(("offset", "value"), [(6, 1), (6, 0x41), (8, 99), (8, 12), (8, 14)])
def test_flags_and_compressions_that_nobody_knows_are_one_line(tmp_path: Path, offset: int, value: int) -> None:
    """Encrypted, strongly encrypted, unknown compression, and two that need something more than patience."""
    raw = bytearray(patched(tmp_path).read_bytes())
    place = 0
    while (place := raw.find(b"PK\x03\x04", place)) >= 0:
        raw[place + offset] = value
        place += 4
    place = 0
    while (place := raw.find(b"PK\x01\x02", place)) >= 0:
        raw[place + offset + 2] = value
        place += 4
    (tmp_path / "a.xlsx").write_bytes(raw)
    with pytest.raises(ProjectError, match="this Excel workbook cannot be read"):
        spreadsheet.read(tmp_path / "a.xlsx")


def test_time_is_bounded_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_SECONDS", -1)
    monkeypatch.setattr(workbook, "CHECKED_EVERY", 1)
    with pytest.raises(ProjectError, match=r"a\.xlsx"):
        spreadsheet.read(patched(tmp_path))


def test_cells_of_exports_hold_nothing_that_cannot_be_seen(tmp_path: Path) -> None:
    name = cell("A1", "A\u202en\u2066n&#xFEFF;a")
    rows = spreadsheet.read(patched(tmp_path, sheet=sheet(f'<row r="1">{name}</row>')))
    assert rows[0][0].text == "Anna"
    (tmp_path / "a.csv").write_text("file,name\na.mp4,A\x1b\u202enna" + "x" * 40_000 + "\n", "utf-8")
    text = spreadsheet.read(tmp_path / "a.csv")[1][1].text
    assert text.startswith("Annax") and len(text) == 32_767


def test_a_text_table_of_nothing_but_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("file" + "," * 1_000_000 + "\n", "utf-8")
    with pytest.raises(ProjectError, match="more than 16384 columns"):
        spreadsheet.read(tmp_path / "a.csv")


def test_a_pipe_is_no_export(tmp_path: Path) -> None:
    import os

    if os.name != "posix":
        pytest.skip("pipes as POSIX knows them")
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(ProjectError, match="not a plain file"):
        spreadsheet.read(tmp_path / "a.csv")


def test_a_line_without_end_is_refused_before_it_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("file\n" + ";" * 10_000_001, "utf-8")
    with pytest.raises(ProjectError, match=r"a line of more than 10 million characters") as refused:
        spreadsheet.read(path)
    assert refused.value.remedy
