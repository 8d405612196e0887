"""reelmaker.toml: good ones are typed, bad ones name line, key and the nearest right one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from reelmaker.errors import ProjectError, UnknownProblem
from reelmaker.project.config import open_project
from reelmaker.project.scaffold import new
from reelmaker.sources import settings as source_settings

GOOD = '[problems.checkout]\nstatement = "Paying is hard"\nquestion = "What now?"\n'


def write(folder: Path, text: str | bytes) -> Path:
    (folder / "reelmaker.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_three_lines_make_a_problem(tmp_path: Path) -> None:
    project = open_project(write(tmp_path, GOOD))
    problem = project.problem("checkout")
    assert problem.question == ("What now?",) and problem.kind == "pain"
    assert project.reel.pixels() == (1280, 720) and project.language == "" and project.name == tmp_path.name


def test_a_new_project_is_readable_and_every_commented_key_is_known(tmp_path: Path) -> None:
    path = new(tmp_path / 'a "quoted" name')
    assert not open_project(path.parent).problems, "an example would be built as if it were the team's"
    assert open_project(path.parent).language == "", "recognised in each answer"
    text = path.read_text("utf-8")
    uncommented = "\n".join(
        line[2:] if line.startswith(("# [[", "# [problems")) or (line.startswith("# ") and " = " in line) else line
        for line in text.splitlines()
    )
    kept = "\n".join(line for line in uncommented.splitlines() if not line.startswith(("logo", "font", "deck")))
    write(path.parent, kept)
    (path.parent / "names.txt").write_text("Jo March\n", "utf-8")
    project = open_project(path.parent)
    assert project.redact.words and project.redact.names == ("Jane Doe", "Jo March")
    assert [source.name for source in source_settings.of(project)] == ["spring", "storage"]
    assert project.reel.where == {"segment": ("new",)} and project.problem("checkout").threshold == 0.6
    with pytest.raises(ProjectError, match="project here already"):
        new(path.parent)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('name = "a"\nlangauge = "en"\n', ["line 2", '"langauge"', '"language"']),
        (GOOD + "[reel]\nlenght = 60\n", ["line 5", '"lenght"', '"length"']),
        (GOOD + '[reel]\nlength = "long"\n', ["line 5", "length must be a number"]),
        (GOOD + "[reel]\nlength = 1\n", ["line 5", "between 5 and 1800"]),
        (GOOD + "[reel]\nlength = true\n", ["line 5", "a number, not true"]),
        (GOOD + '[reel]\nsize = "wide"\n', ["line 5", "16:9"]),
        (GOOD + "[reel]\nfps = 29\n", ["line 5", "fps must be a divisor"]),
        (GOOD + "[reel]\nclip_min = 20\n", ["clip_min must be shorter"]),
        (GOOD + '[reel]\ncaptions = "burnt"\n', ["line 5", '"burned"']),
        (GOOD + '[reel]\nprefer = "vivd"\n', ["line 5", '"vivid"']),
        (GOOD + '[reel]\ndissent = "yes"\n', ["line 5", "true or false"]),
        (GOOD + "[reel]\nevidence = 1\n", ["line 5", "true or false"]),
        (GOOD + "[reel]\nbalance = true\n", ["line 5", "text in quotes"]),
        (GOOD + '[brand]\nprimary = "blue"\n', ["line 5", "colour"]),
        (GOOD + '[brand]\nlogo = "none.png"\n', ["line 5", "none.png"]),
        (GOOD + '[brand]\ndeck = "none.pptx"\n', ["line 5", "none.pptx"]),
        (GOOD + '[brand]\ndeck = "reelmaker.toml"\n', ["line 5", "PowerPoint"]),
        (GOOD + 'kind = "pian"\n', ["line 4", '"pain"']),
        (GOOD + "stage = 3\n", ["line 4", "text in quotes"]),
        ('[problems.checkout]\nstatement = "x"\n', ["question is missing"]),
        ('[problems.checkout]\nquestion = "x?"\n', ["statement is missing"]),
        ('[problems.checkout]\nstatement="x"\nquestion=["a","b","c"]\n', ["line 3", "one or two"]),
        ('[problems."Check out"]\nstatement="x"\nquestion="a"\n', ["short name"]),
        ('name = "a"\n[problems\n', ["line 2"]),
        ('name = "a"\nlanguage = en\n', ["line 2", "key language"]),
        ('name = "unfinished\n', ["line 1"]),
        (b'name = "\xff"\n', ["line 1", "UTF-8"]),
        ("problems = 3\n", ["problems must be a section"]),
        ('language = "english"\n', ["line 1", '"en"']),
    ],
)
def test_what_is_wrong_is_said_with_line_and_key(tmp_path: Path, text: str | bytes, parts: list[str]) -> None:
    with pytest.raises(ProjectError) as caught:
        open_project(write(tmp_path, text))
    message = str(caught.value)
    for part in ["reelmaker.toml", *parts]:
        assert part in message, message
    assert caught.value.remedy and "\n" not in message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("name = “Spring”", "typographic quotation marks"),
        ("name = „Spring“", "typographic quotation marks"),
        ("name = ‘Spring’", "typographic quotation marks"),
        ("name = «Spring»", "typographic quotation marks"),
        ('name = "Spring”', "typographic quotation marks"),
        ('outputs = ["captions", “poster”]', "typographic quotation marks"),
        ('name = "C:\\Users\\me"', "a backslash in quotation marks"),
        ('name = "C:\\new"x', "a backslash in quotation marks"),
        ('name = "\\\\server\\share"', "a backslash in quotation marks"),
        ("language = en", 'text needs quotation marks: "en"'),
        ("name = Spring survey", 'text needs quotation marks: "Spring survey"'),
        ('name = Spring"', "text needs quotation marks"),
        ('name = "Spring', "a quotation mark is missing"),
        ("name = 'Spring", "a quotation mark is missing"),
        ('name: "Spring"', "a colon after the name of a setting"),
        ("[reel\nlength = 60", "the bracket of the section's name is not closed"),
        ("[reel]\nevidence = True", "write true instead of True"),
        ("[reel]\nevidence = yes", "write true instead of yes"),
        ("[reel]\nevidence = NO", "write false instead of NO"),
        ("[tag]\nthreshold = 0,6", "a decimal point"),
    ],
)
def test_what_word_processors_do_to_a_line_is_said(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ProjectError) as caught:
        open_project(write(tmp_path, f"# a comment\n{line}\n"))
    number = 3 if line.startswith("[") and "not closed" not in said else 2
    assert f"reelmaker.toml: line {number}" in str(caught.value) and said in str(caught.value), str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_hold_nothing_that_cannot_be_seen(tmp_path: Path) -> None:
    text = GOOD.replace("Paying", "Pay\u202eing") + 'outcome = "a\\u2066b"\n'
    project = open_project(write(tmp_path, text))
    problem = project.problem("checkout")
    assert (problem.statement, problem.outcome) == ("Paying is hard", "ab")


def test_the_settings_of_a_fair_choice(tmp_path: Path) -> None:
    reel = open_project(write(tmp_path, GOOD)).reel
    assert (reel.balance, reel.dissent, reel.prefer) == ("", False, "score")
    told = '[reel]\nbalance = "Sales Region"\ndissent = true\nprefer = "vivid"\n'
    reel = open_project(write(tmp_path, GOOD + told)).reel
    assert (reel.balance, reel.dissent, reel.prefer) == ("sales_region", True, "vivid")


def test_a_slide_template_is_found_in_the_project_folder(tmp_path: Path) -> None:
    from helpers.results.slides import company

    company(tmp_path)
    write(tmp_path, GOOD + '[brand]\ndeck = "company.pptx"\n')
    assert open_project(tmp_path).brand.deck == str((tmp_path / "company.pptx").resolve())
    assert open_project(write(tmp_path, GOOD)).brand.deck == ""


def test_an_unknown_problem_offers_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownProblem, match='Did you mean "checkout"'):
        open_project(write(tmp_path, GOOD)).problem("chekout")


def test_no_project_here(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="reelmaker new"):
        open_project(tmp_path)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("16:9", (1280, 720)),
        ("9:16", (720, 1280)),
        ("1:1", (720, 720)),
        ("4:5", (720, 900)),
        ("641x361", (640, 360)),
    ],
)
def test_sizes_are_even(tmp_path: Path, size: str, pixels: tuple[int, int]) -> None:
    assert open_project(write(tmp_path, GOOD + f'[reel]\nsize = "{size}"\n')).reel.pixels() == pixels


def test_what_a_build_would_refuse_a_dry_run_refuses_before_any_work(tmp_path: Path) -> None:
    import reelmaker

    (tmp_path / "uploads").mkdir()
    write(tmp_path, GOOD + '[reel]\ntemplate = "none"\n')
    for dry_run in (True, False):
        with pytest.raises(reelmaker.ReelmakerError, match='no card template "none"'):
            reelmaker.build(tmp_path, ["checkout"], dry_run=dry_run)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name themselves")
def test_a_folder_whose_name_is_no_text_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9 survey")
    folder.mkdir()
    (folder / "reelmaker.toml").write_text(GOOD, "utf-8")
    with pytest.raises(ProjectError, match="is no valid text") as refused:
        open_project(folder)
    assert refused.value.remedy == "Rename it." and "\n" not in str(refused.value)
