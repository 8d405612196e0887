"""reelmaker.toml changed by the window: what the person wrote stays, and nothing is overwritten or broken."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from reelmaker.errors import InvalidSetting, ProjectError, SettingsChanged
from reelmaker.project import scaffold, settings_file
from reelmaker.project.config import Project, parse
from reelmaker.project.settings_file import edits

TEXT = """# Our survey
name = "Lamps"   # as on the card

[problems.checkout] # about paying
statement = "Customers give up"   # on the intro
question = "What now?"
phrases = [
  "my card was refused",  # Anna
  # heard in June
  "the payment failed",
]
kind = "pain"

# Parcels
[problems.delivery]
statement = "Parcels come late"
question = ["How?"]

# How it looks
[reel]
length = 40   # short
"""


def project_of(text: str) -> Project:
    return parse(Path("x"), text)


def test_only_what_changed_is_another_line() -> None:
    problem = project_of(TEXT).problems["checkout"]
    values = {
        **edits.values_of(problem),
        "statement": 'They "give up"',
        "outcome": "Empty baskets",
        "phrases": ("my card was refused", "it failed twice", "the payment failed"),
    }
    text = edits.problem(TEXT, problem, values)
    old, new = TEXT.splitlines(), text.splitlines()
    assert [line for line in old if line not in new] == ['statement = "Customers give up"   # on the intro']
    assert [line.strip() for line in new if line not in old] == [
        'statement = "They \\"give up\\""   # on the intro',
        '"it failed twice",',
        'outcome = "Empty baskets"',
    ]
    assert new.index('outcome = "Empty baskets"') < new.index("# Parcels")
    assert edits.problem(TEXT, problem, edits.values_of(problem)) == TEXT


def test_a_text_that_is_taken_out_leaves_its_comment() -> None:
    text = 'outcome_is = 1\n[problems.a]\nstatement = "A"\nquestion = ["b"]\noutcome = "c" # why\nnot = ["d"]\n'.split(
        "\n", 1
    )[1]
    problem = project_of(text).problems["a"]
    new = edits.problem(text, problem, {"outcome": "", "not": (), "phrases": ()})
    assert 'outcome = "" # why' in new and "phrases" not in new and project_of(new).problems["a"].near_misses == ()


@pytest.mark.parametrize(
    "text",
    [
        'problems = { a = { statement = "A", question = "b" } }\n',
        'problems.a.statement = "A"\nproblems.a.question = "b"\n[reel]\nlength = 50\n',
        '[problems]\n[problems.a]\nstatement = "A"\nquestion = "b"\n[reel]\n[problems.z]\nstatement="Z"\nquestion="q"\n',
        '[reel]\n[problems."a"]\nstatement = """A"""\nquestion = [\'b\']',
    ],
)
def test_however_it_is_written(text: str) -> None:
    """It is changed as wanted, or not at all."""
    problem = project_of(text).problems["a"]
    for edit in (
        lambda: edits.problem(text, problem, {"statement": "New", "phrases": ("one", "two")}),
        lambda: edits.added(text, "fresh", {"statement": "F", "question": ("q",), "kind": "praise"}),
    ):
        try:
            after = project_of(edit())
        except ProjectError as refused:
            assert "editor" in refused.remedy
            continue
        assert after.reel == project_of(text).reel and after.name == project_of(text).name
        assert after.problems["a"].question == ("b",)
    assert project_of(edits.problem(text, problem, {"statement": "New"})).problems["a"].statement == "New"


def test_a_new_problem_comes_after_the_others() -> None:
    text = edits.added(TEXT, "price", {"statement": "Too dear", "question": ("Why?",), "kind": "pain", "not": ()})
    section = '\n[problems.price]\nstatement = "Too dear"\nquestion = ["Why?"]\n\n# How it looks\n[reel]'
    assert section in text and text.replace(section, "\n# How it looks\n[reel]") == TEXT
    with pytest.raises(ProjectError, match="already"):
        edits.added(text, "price", {"statement": "x"})


def test_the_first_problem_of_a_new_project(tmp_path: Path) -> None:
    path = scaffold.new(tmp_path / "p")
    before = path.read_text("utf-8")
    after = edits.added(before, "a", {"statement": "A\n\x7f\\", "question": ("b?",)})
    assert set(before.splitlines()) <= set(after.splitlines())
    assert list(tomllib.loads(after)["problems"]) == ["a"] and after.index("[problems.a]") < after.index("[reel]")


def test_vocabulary_with_and_without_its_section() -> None:
    assert project_of(edits.vocabulary(TEXT, ["Fernhill", "O'Neill"])).vocabulary == ("Fernhill", "O'Neill")
    text = TEXT + '\n[transcribe]\nvocabulary = ["Lampo"] # ours\n'
    assert 'vocabulary = ["Lampo", "Zed"] # ours' in edits.vocabulary(text, ["Lampo", "Zed"])


@pytest.mark.parametrize(("mark", "end"), [(b"", "\n"), (b"\xef\xbb\xbf", "\r\n")])
def test_line_ends_and_the_mark_of_the_file_stay(tmp_path: Path, mark: bytes, end: str) -> None:
    path = tmp_path / "reelmaker.toml"
    path.write_bytes(mark + TEXT.replace("\n", end).encode())
    path.chmod(0o640)
    settings_file.changed(tmp_path, settings_file.digest(tmp_path), lambda text: text.replace("give up", "leave"))
    assert path.read_bytes() == mark + TEXT.replace("give up", "leave").replace("\n", end).encode()
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_edit_made_elsewhere_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "reelmaker.toml"
    path.write_text(TEXT, "utf-8")
    shown = settings_file.digest(tmp_path)
    path.write_text(TEXT + "# mine\n", "utf-8")
    with pytest.raises(SettingsChanged):
        settings_file.changed(tmp_path, shown, lambda text: text.replace("40", "50"))
    assert path.read_text("utf-8") == TEXT + "# mine\n"


def test_what_the_reader_refuses_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "reelmaker.toml"
    path.write_text(TEXT, "utf-8")
    problem = project_of(TEXT).problems["checkout"]
    with pytest.raises(InvalidSetting) as refused:
        settings_file.changed(
            tmp_path,
            settings_file.digest(tmp_path),
            lambda text: edits.problem(text, problem, {"kind": "bad"}),
        )
    assert (refused.value.section, refused.value.key) == ("problems.checkout", "kind")
    assert "pain, praise, any" in refused.value.fault and path.read_text("utf-8") == TEXT
    with pytest.raises(InvalidSetting) as refused:
        settings_file.tried(tmp_path, lambda text: edits.problem(text, problem, {"question": ()}))
    assert refused.value.key == "question"
