"""Clocks that jump, of the machine and of files: nobody is erased for it, no consent comes back, nothing waits for ever."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from helpers.surveys import departures
from helpers.surveys.departures import answer_of, prints, run, shown_files
from helpers.surveys.expiring import dated, privacy

import reelmaker
from reelmaker.model import consent
from reelmaker.privacy import retention
from reelmaker.project import clock_skew
from reelmaker.project.library import Library
from reelmaker.publish import archive

YEAR = timedelta(days=365)


def clock(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """What the machine says the day is."""
    monkeypatch.setattr(retention, "today", lambda: day)
    monkeypatch.setattr(consent, "today", lambda: day)


def given(folder: Path, **columns: str) -> None:
    """A table with one more column, by the stem of each file."""
    stem = departures.FILE.removesuffix(".mp4")
    rows = [f"{name}.mp4,{name},{columns.get(name, '')}" for name in ("anna", "bert", stem)]
    (folder / "uploads" / "responses.csv").write_text("\n".join(["file,respondent,consent_until", *rows]), "utf-8")


@pytest.mark.slow
def test_a_clock_two_years_ahead_erases_nothing_until_the_date_is_said_to_be_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date.today()
    dated(
        folder,
        anna=str(today),
        bert=str(today),
        **{departures.FILE.removesuffix(".mp4"): str(today - YEAR)},
    )
    privacy(folder, 'retention = "24 months"\nerase_uploads = true')
    uploads = {name: stamp for name, stamp in prints(folder).items() if name.startswith("uploads/")}
    assert run(folder, "build", "--problem", "checkout").exit_code == 0
    wrong = today + 2 * YEAR
    clock(monkeypatch, wrong)
    for _ in range(2):  # a schedule that runs again confirms nothing
        done = run(folder, "build", "--problem", "checkout")
        assert done.exit_code == 0 and len(shown_files(folder)) == 3
        assert f"date is {wrong}" in done.stderr and "so nothing was erased" in done.stderr
        assert "--date-is-right" in done.stderr
        assert {name: stamp for name, stamp in prints(folder).items() if name.startswith("uploads/")} == uploads
    done = run(folder, "build", "--problem", "checkout", "--date-is-right")
    assert done.exit_code == 0 and "erased" in done.stderr and "nothing was erased" not in done.stderr
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}
    assert not (folder / "uploads" / departures.FILE).exists()


@pytest.mark.slow
def test_nor_does_it_end_a_consent_for_good(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `erase_withdrawn` erases when a consent ends; a consent that was withdrawn is no matter of dates."""
    today = date.today()
    given(folder, anna=str(today + timedelta(100)))
    privacy(folder, "erase_withdrawn = true")
    assert run(folder, "build", "--problem", "checkout").exit_code == 0
    clock(monkeypatch, today + 2 * YEAR)
    done = run(folder, "build", "--problem", "checkout")
    assert "1 answer is due to be erased" in done.stderr and "--date-is-right" in done.stderr
    assert shown_files(folder) == {"bert.mp4", departures.FILE}, "it is not shown either"
    assert answer_of(folder, "anna.mp4")
    with Library(folder / "library.db") as library:
        assert library.transcripts_of(answer_of(folder, "anna.mp4"))
    given(folder, anna="", bert="")
    table = folder / "uploads" / "responses.csv"
    table.write_text(table.read_text("utf-8").replace("consent_until", "consent").replace("bert,", "bert,withdrawn"))
    assert "Erased all data derived from 1 answer" in run(folder, "build", "--problem", "checkout").stderr
    assert "bert.mp4" not in shown_files(folder)


@pytest.mark.slow
def test_a_project_that_rested_for_less_than_a_year_erases_what_is_due_unasked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date.today()
    dated(
        folder,
        anna=str(today),
        bert=str(today),
        **{departures.FILE.removesuffix(".mp4"): str(today - 2 * YEAR)},
    )
    privacy(folder, 'retention = "30 months"')
    clock(monkeypatch, today + timedelta(300))
    assert "Erased all data derived from 1 answer" in run(folder, "build", "--problem", "checkout").stderr
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}


def test_how_far_ahead_a_clock_must_be(folder: Path) -> None:
    with Library(folder / "library.db") as library:
        today = date.today()
        assert clock_skew.far_ahead(library, today) is None
        assert clock_skew.far_ahead(library, today + timedelta(366)) is None
        assert clock_skew.far_ahead(library, today + timedelta(400)) == today
    with Library(folder / "none.db") as library:
        assert clock_skew.far_ahead(library, date.max) is None, "nothing is known yet"


@pytest.mark.slow
def test_a_clock_set_back_brings_no_consent_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the end of a consent erases nothing; else there is nothing that could come back."""
    today = date.today()
    privacy(folder, "erase_withdrawn = false")
    given(folder, anna=str(today - timedelta(30)), bert=str(today + YEAR))
    assert run(folder, "build", "--problem", "checkout").exit_code == 0
    assert shown_files(folder) == {"bert.mp4", departures.FILE}
    before = (folder / "reels" / "checkout" / "manifest.json").read_bytes()
    clock(monkeypatch, today - YEAR)
    done = run(folder, "build", "--problem", "checkout")
    assert done.exit_code == 0 and shown_files(folder) == {"bert.mp4", departures.FILE}
    assert f"date is {today - YEAR}, but a reel was built on {today}" in done.stderr
    given(folder, bert=str(today + YEAR))  # where no consent depends on it nothing is said
    assert "machine's date is" not in run(folder, "build", "--problem", "checkout").stderr
    (folder / "reels" / "checkout" / "manifest.json").write_bytes(before)
    given(folder, anna=str(today - timedelta(30)), bert=str(today + YEAR))
    done = run(folder, "build", "--problem", "checkout", "--date-is-right")
    assert "machine's date is" not in done.stderr
    assert shown_files(folder) == {"anna.mp4", "bert.mp4", departures.FILE}


@pytest.mark.slow
def test_after_a_build_with_a_clock_ahead_the_right_date_can_be_put_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reel that was built in a wrong future ends consents too early, and not for ever."""
    today = date.today()
    given(folder, anna=str(today + timedelta(100)))
    with Library(folder / "library.db") as library:
        row = library.reel("checkout")
        assert row
        library.store_reel("checkout", {**row, "built": f"{today + YEAR}T10:00:00+00:00"})
    done = run(folder, "build", "--problem", "checkout", "--dry-run")
    assert "consents are checked as of that day" in done.stderr and "anna" not in done.stdout
    done = run(folder, "build", "--problem", "checkout", "--date-is-right")
    assert done.exit_code == 0 and "anna.mp4" in shown_files(folder)
    assert "machine's date is" not in run(folder, "build", "--problem", "checkout").stderr
    assert "anna.mp4" in shown_files(folder)


@pytest.mark.slow
@pytest.mark.parametrize("years", [-30, -1, 1, 30])
def test_times_of_files_in_the_past_or_the_future_change_nothing(folder: Path, years: int) -> None:
    reel = reelmaker.build(folder, ["checkout"], dry_run=True)
    at = (datetime.now() + years * YEAR).timestamp()
    for path in (folder / "uploads").iterdir():
        os.utime(path, (at, at))
    again = reelmaker.build(folder, ["checkout"], dry_run=True)
    assert again.items == reel.items and again.work.transcribed == 0
    third = reelmaker.build(folder, ["checkout"], dry_run=True)
    assert third.work.taken_in == 0, "a time in the future is no reason to look again and again"
    assert run(folder, "status").exit_code == 0 and answer_of(folder)


def test_the_last_builds_are_kept_by_their_order_and_not_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes back with every build: those that were replaced last stay all the same."""
    reels = tmp_path / "reels"
    folder = reels / "checkout"
    folder.mkdir(parents=True)

    class Backwards(datetime):
        left = datetime(2026, 11, 28)

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            cls.left -= YEAR
            return cls.left

    monkeypatch.setattr(archive, "datetime", Backwards)
    for number in range(1, 6):
        (folder / "reel.mp4").write_text(str(number))
        archive.put_away(reels, folder, {"files": {"reel.mp4": 1}}, number)
        archive.prune(reels, "checkout", 3)
    assert [one.number for one in archive.builds(reels, "checkout")] == [3, 4, 5]
