"""What a build erases by itself: withdrawn consents and answers that are too old, only where the team wants it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from helpers.messages import one_line
from helpers.surveys import departures
from helpers.surveys.departures import answer_of, prints, run, shown_files
from helpers.surveys.expiring import dated, privacy

import reelmaker
from reelmaker.errors import ProjectError
from reelmaker.model import consent as model_consent
from reelmaker.privacy import retention
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.privacy_settings import Retention


def withdraw(folder: Path, how: str = "withdrawn") -> None:
    table = folder / "uploads" / "responses.csv"
    text = table.read_bytes().decode()
    row = f"{departures.RESPONDENT};{departures.NAME};new;"
    table.write_bytes(text.replace(f"{row}yes", f"{row}{how}").encode())


def consent(folder: Path, word: str, until: str = "") -> None:
    """What the table says of the marked person's consent; the other two have agreed for ever."""
    rows = [
        f'"{departures.FILE}",{departures.RESPONDENT},{departures.NAME},{word},{until}',
        "anna.mp4,r1,Anna,yes,",
        "bert.mp4,r2,,yes,",
    ]
    table = "\n".join(["file,respondent,name,consent,consent_until", *rows])
    (folder / "uploads" / "responses.csv").write_text(table, "utf-8")


def heard(folder: Path) -> bool:
    """Whether the library holds what the marked person said."""
    with Library(folder / "library.db") as library:
        return bool(library.transcripts_of(answer_of(folder)))


def everything(folder: Path) -> list[bytes]:
    """All files but the uploads with what lies beside them."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.parent.name != "uploads"]


@pytest.mark.slow
def test_what_was_made_of_a_withdrawn_answer_stays_where_the_team_wants_it(folder: Path) -> None:
    privacy(folder, "erase_withdrawn = false")
    withdraw(folder)
    reel = reelmaker.build(folder, ["checkout"])
    assert dict(reel.counts["checkout"].left_out) == {"withdrawn": 1}
    assert answer_of(folder)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["Withdrawn ", "no", "yes;2026-11-01"])
@pytest.mark.parametrize("uploads", [False, True])
def test_a_consent_that_was_withdrawn_or_has_ended_erases(
    folder: Path, monkeypatch: pytest.MonkeyPatch, uploads: bool, how: str
) -> None:
    monkeypatch.setattr(retention, "today", lambda: date(2026, 11, 2))
    monkeypatch.setattr(model_consent, "today", lambda: date(2026, 11, 2))
    if uploads:
        privacy(folder, "erase_uploads = true")
    answer = answer_of(folder)
    consent(folder, *how.split(";"))
    reel = reelmaker.build(folder, ["checkout"])
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"} and len(reel.clips) == 2
    assert (answer.encode() in (folder / "library.db").read_bytes()) is not uploads  # the file's checksum alone
    assert departures.SAID.encode() not in b"".join(everything(folder))
    assert (folder / "uploads" / departures.FILE).exists() is not uploads
    table = (folder / "uploads" / "responses.csv").read_text("utf-8")
    assert (departures.RESPONDENT in table) is not uploads
    why = "expired" if ";" in how else "withdrawn"
    assert dict(reel.counts["checkout"].left_out) == ({} if uploads else {why: 1})
    before = prints(folder)
    reelmaker.build(folder, ["checkout"])  # there is nothing left to erase
    assert prints(folder) == before


@pytest.mark.slow
def test_a_word_or_a_day_that_is_not_clear_erases_nothing(folder: Path) -> None:
    consent(folder, "no idea")
    reelmaker.build(folder, ["checkout"], dry_run=True)
    reelmaker.build(folder, ["checkout"])
    assert answer_of(folder) and heard(folder)
    consent(folder, "yes", "until we meet again")
    assert dict(reelmaker.build(folder, ["checkout"]).counts["checkout"].left_out) == {"expired": 1}
    assert heard(folder)


@pytest.mark.slow
def test_a_consent_that_is_given_again_counts_and_one_that_is_not_spoken_of_does_not(folder: Path) -> None:
    consent(folder, "withdrawn")
    reelmaker.build(folder, ["checkout"])
    assert not heard(folder)
    consent(folder, "")
    reel = reelmaker.build(folder, ["checkout"])
    assert dict(reel.counts["checkout"].left_out) == {"withdrawn": 1} and len(reel.clips) == 2
    assert [line for line in reel.warnings if "enter it in responses.csv" in line]
    (folder / "uploads" / "responses.csv").unlink()  # as where a table is written anew without them
    assert len(reelmaker.build(folder, ["checkout"]).clips) == 2 and not heard(folder)
    (folder / "uploads" / "responses.csv").write_text(
        f"file,respondent,consent\n{departures.FILE},{departures.RESPONDENT},yes\n", "utf-8"
    )
    assert len(reelmaker.build(folder, ["checkout"]).clips) == 3 and heard(folder)


@pytest.mark.slow
def test_a_new_file_of_somebody_who_withdrew_needs_a_consent(folder: Path) -> None:
    consent(folder, "withdrawn")
    reelmaker.build(folder, ["checkout"])
    departures.recorded(folder / "uploads" / "again.mp4", "0x204060", 500)
    shutil.copy2(folder / "uploads" / "bert.vtt", folder / "uploads" / "again.vtt")
    with (folder / "uploads" / "responses.csv").open("a", encoding="utf-8") as table:
        table.write(f"\nagain.mp4,{departures.RESPONDENT},,,")
    count = reelmaker.build(folder, ["checkout"], dry_run=True).counts["checkout"]
    assert count.of == 2 and dict(count.left_out) == {"withdrawn": 1}
    text = (folder / "uploads" / "responses.csv").read_text("utf-8")
    (folder / "uploads" / "responses.csv").write_text(text.rstrip(",") + ",,yes,", "utf-8")
    assert reelmaker.build(folder, ["checkout"], dry_run=True).counts["checkout"].of == 3


@pytest.mark.slow
def test_an_answer_that_was_refused_from_the_start_costs_nobody_else_a_thing(folder: Path) -> None:
    departures.recorded(folder / "uploads" / "new.mp4", "0x204060", 500)
    with (folder / "uploads" / "responses.csv").open("a", encoding="utf-8") as table:
        table.write("\r\nnew.mp4;r7;;new;no;")
    reelmaker.build(folder, ["checkout"])
    kept = {path: path.stat().st_mtime_ns for path in (folder / "cache").rglob("*.mov")}
    assert kept
    reelmaker.build(folder, ["checkout"])
    assert {path: path.stat().st_mtime_ns for path in (folder / "cache").rglob("*.mov")} == kept


def test_a_consent_that_will_end_is_announced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "today", lambda: date(2026, 11, 2))
    consent(folder, "yes", "2026-11-20")
    assert "1 answer will be erased on 2026-11-21, because their consent expires." in run(folder, "status").stdout
    monkeypatch.setattr(retention, "today", lambda: date(2026, 10, 2))
    assert "will be erased" not in run(folder, "status").stdout


@pytest.mark.slow
def test_other_reels_that_held_the_person_are_made_again(folder: Path) -> None:
    reelmaker.build(folder, [], all_problems=True)
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
    assert done.exit_code == 0 and "Erased all data derived from 1 answer" in done.stderr
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
    shutil.copystat(folder / "reelmaker.toml", folder / "uploads" / departures.FILE)  # no row: its own time counts
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
