"""Decisions filled into the table of `moments --csv`, as spreadsheet programs save it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.command_line import run
from helpers.messages import one_line
from helpers.surveys.small_survey import SAYINGS

import reelmaker
from reelmaker.cli import format_results
from reelmaker.errors import NothingFound, ProjectError
from reelmaker.project.config import open_project
from reelmaker.review import decision_sheet, decisions, search

CARD, FAILED = SAYINGS["anna"][1], SAYINGS["bert"][1]


def filled(folder: Path, words: dict[tuple[str, str], str], delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
    """The table with these decisions by text and problem, saved anew."""
    text = format_results.moments_csv(search.moments(folder))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    head = rows[0]
    for row in rows[1:]:
        row[head.index("decide")] = words.get((row[head.index("text")], row[head.index("problem")]), "")
    path = folder / "decided by Zoë.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def made(folder: Path) -> list[tuple[str, str, str]]:
    listed = decisions.listed(open_project(folder))
    return [(one.text, one.decision.problem, one.decision.verdict) for one in listed]


@pytest.mark.slow
@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-8")])
def test_a_filled_table_is_read_back_however_it_was_saved(small_survey: Path, delimiter: str, encoding: str) -> None:
    words = {(CARD, "checkout"): "Drop", ("My cat likes boxes.", "checkout"): "keep", (FAILED, "checkout"): " hide "}
    table = filled(small_survey, words, delimiter, encoding)
    read = decision_sheet.decide(open_project(small_survey), table)
    assert (len(read.made), read.known) == (3, 0)
    wanted = {(text, problem, verdict.strip().lower()) for (text, problem), verdict in words.items()}
    assert set(made(small_survey)) == wanted
    again = decision_sheet.decide(open_project(small_survey), table)
    assert (again.made, again.known) == ([], 3) and len(made(small_survey)) == 3


@pytest.mark.slow
def test_the_printed_table_has_the_mark_and_line_ends_of_quotes_csv(small_survey: Path) -> None:
    printed = format_results.moments_csv(search.moments(small_survey))
    assert printed.startswith("\ufefffile,speaker,") and printed.endswith("\r\n")
    assert printed.count("\n") == printed.count("\r\n") == 19
    assert ",decide,tone,why,moment\r\n" in printed
    done = run("decide", filled(small_survey, {(CARD, "checkout"): "drop"}), folder=small_survey)
    assert done.returncode == 0 and "dropped for checkout: " in done.stdout and CARD in done.stdout
    empty = run("decide", filled(small_survey, {}), folder=small_survey)
    assert empty.returncode == 0 and "is empty" in empty.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({(CARD, "checkout"): "drop", (FAILED, "checkout"): "maybe"}, r'line 10: "maybe" is no decision'),
        ({(CARD, "checkout"): "dropp"}, "is no decision"),
    ],
)
def test_one_wrong_row_is_named_and_nothing_recorded(
    small_survey: Path, words: dict[tuple[str, str], str], message: str
) -> None:
    with pytest.raises(ProjectError, match=message) as problem:
        decision_sheet.decide(open_project(small_survey), filled(small_survey, words))
    assert one_line(problem.value) and made(small_survey) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "message"),
    [(b"moment,text\nx,y\n", "no column problem and no column decide"), (None, "cannot be read")],
)
def test_another_table_is_refused(small_survey: Path, content: Any, message: str) -> None:
    search.moments(small_survey)
    path = small_survey / "other.csv"
    if content:
        path.write_bytes(content)
    with pytest.raises(ProjectError, match=message):
        decision_sheet.decide(open_project(small_survey), path)


def test_where_the_team_dropped_everything_the_message_says_so(small_survey: Path) -> None:
    decision_sheet.decide(
        open_project(small_survey),
        filled(small_survey, {(CARD, "checkout"): "drop", (FAILED, "checkout"): "drop"}),
    )
    with pytest.raises(NothingFound) as problem:
        reelmaker.build(small_survey, ["checkout"], dry_run=True)
    assert problem.value.exit_code == 4 and "the team dropped 2 moments" in problem.value.message
    assert "reelmaker decisions" in problem.value.remedy
