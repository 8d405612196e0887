"""The layouts of platforms, each tried on an export invented after what is documented of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from helpers.messages import one_line
from helpers.paths import ROOT
from helpers.results.exports import EXPORTS, FORMS, offers

from reelmaker.errors import ProjectError
from reelmaker.sources import candidates, platforms
from reelmaker.sources.settings import Source


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
