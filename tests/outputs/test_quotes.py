"""quotes.csv: what, where, who and why; nothing a spreadsheet would run; names only where allowed."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.results.taken import ANNA, RESPONSES, SAID, build, clip_of, reel_of, rows_of

from reelmaker.model import Clip
from reelmaker.outputs import Finished, deck, documents, manifest, quotes
from reelmaker.review import search


def test_the_table_of_quotes_says_what_where_who_and_why(finished: Finished, tmp_path: Path) -> None:
    [path] = quotes.write(finished, tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfreel_start,"), "spreadsheets need the mark"
    first, second = rows_of(path)
    assert first == {
        "reel_start": "0:02.0",
        "reel_end": "0:04.4",
        "problem": "checkout",
        "quote": SAID,
        "english": "",
        "speaker": "Anna, new customer",
        "respondent": "F-1",
        "segment": "new",
        "date": "2026-07-06",
        "file": "anna's 100% é.mp4",
        "source_start": "1:01.0",
        "source_end": "1:03.4",
        "score": "0.88",
        "tone": "-0.25",
        "intensity": "0.00",
        "why": "a phrase; it sounds cross",
        "moment": "aaaaaa@1:01.0",
    }
    assert second["speaker"] == "Loyal customer" and second["source_start"] == "0:00.5"
    assert second["reel_start"] == first["reel_end"] and second["date"] == ""


@pytest.mark.parametrize(
    "evil",
    [
        '=cmd|" /C calc"!A0',
        '=HYPERLINK("http://x","y")',
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1,1)",
        "\t=1+1",
        "\r=1+1",
        "=",
        "+",
        "-",
        "- and then it failed",
    ],
)
def test_no_cell_is_run_as_a_formula_by_a_spreadsheet(evil: str, finished: Finished, tmp_path: Path) -> None:
    held = f"'{evil[0]}'{evil[1:]}" if evil[0].isspace() else f"'{evil}"  # a tab may part cells
    responses = {ANNA: replace(RESPONSES[ANNA], file=evil, respondent=evil, segment=evil, date=evil, name=evil)}
    clip = clip_of(ANNA, evil, 0, evil, why=evil)
    [path] = quotes.write(replace(finished, reel=reel_of(clip), responses=responses), tmp_path)
    [row] = rows_of(path)
    for column in ("quote", "speaker", "respondent", "segment", "date", "file"):
        assert row[column] == held, column
    assert row["why"].startswith(held)
    assert row["tone"] == "-0.25", "a number stays one"


SEPARATORS = ",;\t|"


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize(
    "evil",
    [
        "I paid; =HYPERLINK(1)",
        "I paid;=1+1",
        'I paid; "=1+1"; -2+3',
        "I paid\t=1+1",
        "I paid\n=1+1",
        "I paid;\t@SUM(1)",
        "I paid;＝1+1",
        "I paid |=1+1",
        "a;+1+cmd|' /C calc'!A0",
    ],
)
def test_no_part_of_a_cell_is_a_formula_where_the_table_is_split_elsewhere(
    evil: str, separator: str, finished: Finished, tmp_path: Path
) -> None:
    [path] = quotes.write(replace(finished, reel=reel_of(clip_of(ANNA, evil, 0, evil, why=evil))), tmp_path)
    text = path.read_text("utf-8-sig")
    for row in csv.reader(io.StringIO(text), delimiter=separator):
        for cell in row:
            assert not cell.strip(' "').startswith(("=", "@", "＝")), cell
            assert not re.match(r"[+-](?![\d.]+$)", cell.strip(' "')), cell


@pytest.mark.parametrize(
    "plain",
    [
        "5; -5",
        "a; b = c",
        "one;two",
        "well - and; so -",
        "-5",
        "+0.25",
        "-1e3",
        "",
        "a=b",
        "3-4",
        "me@example.com",
        "'quoted'",
        "'",
    ],
)
def test_cells_that_are_no_formula_stay_as_they_are(plain: str) -> None:
    assert quotes.harmless(plain) == plain


@pytest.mark.parametrize("name", ["an\u202e4pm.exe.mp4", "a\x1b[31mnna.mp4", "an\u2066na\u2069.mp4", "a\ufeffnna.mp4"])
def test_names_of_files_lose_what_nobody_can_see(name: str) -> None:
    assert quotes.harmless(name) == "".join(c for c in name if c.isprintable())


def test_quotes_with_commas_quotation_marks_and_line_breaks_stay_in_their_cell(
    finished: Finished, tmp_path: Path
) -> None:
    said = 'He said "no",; then\nleft\r\nfor ever'
    [path] = quotes.write(replace(finished, reel=reel_of(clip_of(ANNA, said, 0, "x"))), tmp_path)
    [row] = rows_of(path)
    assert row["quote"] == said and row["speaker"] == "x" and None not in row


@pytest.mark.slow
def test_a_name_is_shown_only_where_the_customer_agreed(small_survey: Path) -> None:
    (small_survey / "uploads" / "responses.csv").write_text(
        "file,respondent,name,segment,show_name\nanna.mp4,F-1,Annabella,new,yes\nbert.mp4,F-2,Humbertus,loyal,no\n"
        "cleo.mp4,F-3,Cleopatra,,\n",
        "utf-8",
    )
    reel = build(small_survey)
    assert reel.folder
    speakers = {row["file"]: row["speaker"] for row in rows_of(reel.folder / "quotes.csv")}
    assert speakers == {"anna.mp4": "Annabella, new customer", "bert.mp4": "Loyal customer"}
    for path in reel.folder.iterdir():
        content = path.read_bytes()
        assert b"Humbertus" not in content and b"Cleopatra" not in content, path.name
    for name in ("quotes.csv", "manifest.json", "reel.mp4"):
        assert b"Annabella" in (reel.folder / name).read_bytes(), name
    for found in (search.moments(small_survey), search.find(small_survey, "cats and boxes")):
        said = manifest.text(found.document)
        assert "Humbertus" not in said and "Cleopatra" not in said


def test_no_reason_argues_against_its_own_quote(finished: Finished, tmp_path: Path) -> None:
    """Of what the team kept, the reasons of the tagger say why it is not about the problem."""
    against = (
        "means something else",
        "does not sound like a complaint",
        'speaks rather of "delivery"',
        "says nothing of it",
        "stands alone in its answer",
        "close to what `not` rules out",
    )
    clips = [
        replace(clip, moment=replace(clip.moment, why=("kept by the team", *against, "shares the words card")))
        for clip in finished.reel.clips
    ]
    kept = replace(finished, reel=reel_of(*clips))
    files = [*quotes.write(kept, tmp_path), *documents.write(kept, tmp_path)]
    for path in (file for file in files if file.suffix in (".csv", ".md")):
        text = path.read_text("utf-8").replace("\\", "")
        assert "kept by the team; shares the words card" in text, path
        assert not [reason for reason in against if reason in text], path
    notes = deck._sources(kept, next(p for p in kept.reel.places() if isinstance(p.item, Clip)), clips[0])
    assert "Why: kept by the team; shares the words card" in notes
