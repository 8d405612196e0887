"""What a build erases by itself: withdrawn consents and answers that are too old, only where the team wants it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import departures
import pytest
from conftest import one_line
from departures import answer_of, prints, run, shown_files

import reelmaker
from reelmaker import retention
from reelmaker.errors import ProjectError
from reelmaker.privacy import Retention
from reelmaker.project import open_project


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey with a reel of three customers, made once."""
    return departures.built(tmp_path_factory.mktemp("lived"))


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived, tmp_path / "survey"))


def privacy(folder: Path, text: str) -> None:
    toml = folder / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8") + f"[privacy]\n{text}\n", "utf-8")


def withdraw(folder: Path, how: str = "withdrawn") -> None:
    table = folder / "uploads" / "responses.csv"
    text = table.read_bytes().decode()
    row = f"{departures.RESPONDENT};{departures.NAME};new;"
    table.write_bytes(text.replace(f"{row}yes", f"{row}{how}").encode())


def dated(folder: Path, **days: str) -> None:
    rows = [f"{name}.mp4,{name},{day}" for name, day in days.items()]
    (folder / "uploads" / "responses.csv").write_text("\n".join(["file,respondent,date", *rows]), "utf-8")


def test_a_withdrawn_consent_alone_erases_nothing(folder: Path) -> None:
    withdraw(folder)
    reel = reelmaker.build(folder, ["checkout"])
    assert dict(reel.counts["checkout"].left_out) == {"withdrawn": 1}
    assert answer_of(folder)


@pytest.mark.parametrize("uploads", [False, True])
def test_a_withdrawn_consent_erases_where_the_team_says_so(folder: Path, uploads: bool) -> None:
    privacy(folder, f"erase_withdrawn = true\nerase_uploads = {str(uploads).lower()}")
    answer = answer_of(folder)
    withdraw(folder, "Withdrawn ")
    reel = reelmaker.build(folder, ["checkout"])
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"} and len(reel.clips) == 2
    assert answer.encode() not in (folder / "library.db").read_bytes()
    assert (folder / "uploads" / departures.FILE).exists() is not uploads
    table = (folder / "uploads" / "responses.csv").read_text("utf-8")
    assert (departures.RESPONDENT in table) is not uploads
    assert dict(reel.counts["checkout"].left_out) == ({} if uploads else {"withdrawn": 1})
    # a word that is no clear refusal erases nothing
    text = (folder / "uploads" / "responses.csv").read_bytes()
    (folder / "uploads" / "responses.csv").write_bytes(text.replace(b"loyal;yes;", b"loyal;no idea;"))
    reelmaker.build(folder, ["checkout"], dry_run=True)
    assert answer_of(folder, "bert.mp4")


@pytest.mark.slow
def test_other_reels_that_held_the_person_are_made_again(folder: Path) -> None:
    reelmaker.build(folder, [], all_problems=True)
    privacy(folder, "erase_withdrawn = true")
    withdraw(folder)
    reelmaker.build(folder, [], all_problems=True)
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}
    assert departures.FILE not in (folder / "reels" / "all" / "manifest.json").read_text("utf-8")


@pytest.mark.slow
def test_old_answers_are_announced_then_erased(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stem = departures.FILE.removesuffix(".mp4")
    dated(folder, **{stem: "2024-02-29T10:00:00Z", "anna": "2024-03", "bert": "2026-01-05"})
    privacy(folder, 'retention = "24 months"')
    uploads = {name: stamp for name, stamp in prints(folder).items() if name.startswith("uploads/")}
    monkeypatch.setattr(retention, "today", lambda: date(2026, 1, 28))
    assert "warning" not in run(folder, "status").stdout
    monkeypatch.setattr(retention, "today", lambda: date(2026, 2, 27))
    told = "2 answers will be erased until 2026-03-01, the first on 2026-02-28"
    assert told in run(folder, "status").stdout
    done = run(folder, "build", "--problem", "checkout")
    assert done.exit_code == 0 and told in done.stderr
    assert len(shown_files(folder)) == 3
    monkeypatch.setattr(retention, "today", lambda: date(2026, 2, 28))
    assert len(reelmaker.build(folder, ["checkout"], dry_run=True).clips) == 3  # a dry run erases nothing
    done = run(folder, "build", "--problem", "checkout")
    assert done.exit_code == 0 and "What was made of 1 answer is erased" in done.stderr
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}
    assert {name: stamp for name, stamp in prints(folder).items() if name.startswith("uploads/")} == uploads


@pytest.mark.slow
def test_a_newer_answer_of_the_same_customer_stays(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "uploads" / "responses.csv").write_text(
        "file,respondent,date\nanna.mp4,r1,2020-01-01\nbert.mp4,r1,2026-01-01\n", "utf-8"
    )
    privacy(folder, 'retention = "2 years"\nerase_uploads = true')
    monkeypatch.setattr(retention, "today", lambda: date(2026, 2, 1))
    shutil.copystat(
        folder / "reelmaker.toml", folder / "uploads" / departures.FILE
    )  # no row: its own time counts
    reelmaker.build(folder, ["checkout"])
    assert "bert.mp4" in shown_files(folder) and not (folder / "uploads" / "anna.mp4").exists()
    assert (folder / "uploads" / "responses.csv").read_text("utf-8") == (
        "file,respondent,date\nbert.mp4,r1,2026-01-01\n"
    )


@pytest.mark.parametrize(
    ("kept", "given", "ends"),
    [
        (Retention(days=30), date(2026, 1, 31), date(2026, 3, 2)),
        (Retention(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Retention(months=24), date(2024, 2, 29), date(2026, 2, 28)),
        (Retention(months=9999 * 12), date(2024, 2, 29), date.max),
    ],
)
def test_how_long_an_answer_is_kept(kept: Retention, given: date, ends: date) -> None:
    assert kept.ends(given) == ends


@pytest.mark.parametrize("text", ['"two years"', '"0 days"', '"24"', "24", '"-1 months"'])
def test_a_retention_that_says_nothing_is_refused_with_its_line(folder: Path, text: str) -> None:
    privacy(folder, f"retention = {text}")
    with pytest.raises(ProjectError, match="retention must be") as caught:
        open_project(folder)
    assert one_line(caught.value)
