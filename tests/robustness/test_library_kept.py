"""The library outlives tools, disks and versions: journals, damage, older forms killed at every statement."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import robustness
from helpers.messages import one_line
from helpers.results.library_rows import DECISION, TRANSCRIPT, UPLOADS
from helpers.surveys.building import build

from reelmaker.errors import DiskFull, ProjectError, ReelmakerError
from reelmaker.project import library as room
from reelmaker.project.library import Library

NEWEST = len(room.MIGRATIONS)


def older(path: Path, version: int) -> Path:
    """A library as the reelmaker of that version left it, with something in every table it had."""
    db = sqlite3.connect(path)
    for script in room.MIGRATIONS[:version]:
        db.executescript(script)
    db.execute(f"PRAGMA user_version = {version}")
    db.executemany("INSERT INTO uploads VALUES (?, ?)", [(name, room._upload_json(u)) for name, u in UPLOADS.items()])
    body = room.zlib.compress(room._json(room._transcript_lists(TRANSCRIPT)).encode())
    db.execute("INSERT INTO transcripts VALUES ('k', 'r1', ?)", (body,))
    db.execute("INSERT INTO failures VALUES ('r2', 'transcribe', 'k2', 'no sound')")
    db.execute('INSERT INTO reels VALUES (\'checkout\', \'{"key":"k","files":{}}\')')
    if version >= 2:
        db.execute(
            "INSERT INTO decisions (number, response, start_ms, end_ms, problem, verdict, note, made, withdrawn) VALUES (1, 'r1', 900, 2400, 'checkout', 'drop', '', '2026-11-01', '')"
        )
    if version >= 3:
        db.execute("INSERT INTO forgotten VALUES ('mark', '2026-11-01')")
    db.commit()
    db.close()
    return path


def all_there(path: Path, version: int) -> None:
    with Library(path) as library:
        assert library.uploads() == UPLOADS and library.transcript("k") == TRANSCRIPT
        assert library.failures() == {("r2", "transcribe"): ("k2", "no sound")}
        assert library.reels() == {"checkout": {"key": "k", "files": {}}}
        assert len(library.decisions()) == (version >= 2)
        assert library.erasure().marks() == ({"mark": "2026-11-01"} if version >= 3 else {})
        library.store_decisions([DECISION])


def form(path: Path) -> tuple[int, list[str]]:
    """Its version, and the tables it has."""
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return version, tables


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_a_library_of_every_older_version_becomes_todays_and_a_copy_is_kept(tmp_path: Path, version: int) -> None:
    path = older(tmp_path / "library.db", version)
    before = form(path)
    all_there(path, version)
    assert form(path)[0] == NEWEST
    copy = tmp_path / f"library.before-{version + 1}.db"
    assert copy.is_file() is (version < NEWEST)
    if copy.is_file():
        assert form(copy) == before
        again = tmp_path / "again"
        again.mkdir()
        all_there(Path(shutil.copy2(copy, again / "library.db")), version)
        shutil.rmtree(again)
    assert {p.name for p in tmp_path.iterdir()} <= {"library.db", copy.name}


# Opens a library and is killed before the n-th statement that changes anything, or the n-th flush or rename
OPENER = """
import os, signal, sqlite3, sys
at, seen = int(sys.argv[2]), 0
def count():
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
class Told(sqlite3.Connection):
    def execute(self, sql, *rest):
        if not sql.lstrip().upper().startswith("SELECT"):
            count()
        return super().execute(sql, *rest)
    def backup(self, *rest, **more):
        count()
        super().backup(*rest, **more)
        count()
connect, flush, rename = sqlite3.connect, os.fsync, os.replace
sqlite3.connect = lambda *a, **k: connect(*a, factory=Told, **k)
os.fsync = lambda number: (count(), flush(number))
os.replace = lambda *names: (count(), rename(*names))
from pathlib import Path
from reelmaker.project.library import Library
Library(Path(sys.argv[1])).close()
print(seen)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("version", range(NEWEST))
def test_killed_at_every_statement_a_library_is_of_the_old_form_or_of_the_new(tmp_path: Path, version: int) -> None:
    """`version` 0: there is none yet."""
    first = tmp_path / "first"
    first.mkdir()
    if version:
        older(first / "library.db", version)
        before = form(first / "library.db")
    after = form(older(tmp_path / "newest.db", NEWEST))
    shutil.copytree(first, tmp_path / "whole")
    whole = [sys.executable, "-c", OPENER, str(tmp_path / "whole" / "library.db"), "0"]
    many = int(subprocess.run(whole, capture_output=True, text=True, check=True).stdout)
    assert many > 12
    for at in robustness.share(range(1, many + 1), 0.15, version):
        folder = tmp_path / "now"
        shutil.copytree(first, folder)
        path = folder / "library.db"
        command = [sys.executable, "-c", OPENER, str(path), str(at)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == -9, done.stderr
        copy = folder / f"library.before-{version + 1}.db"
        if version:
            assert form(path) in (before, after)
            assert copy.is_file() or form(path) == before, "the copy comes first"
            assert not copy.is_file() or form(copy) == before, "and it is whole"
        elif path.exists():
            assert form(path) in ((0, []), after)
        if version:
            all_there(path, version)
        else:
            Library(path).close()
        assert form(path) == after
        assert {p.name for p in folder.iterdir()} <= {"library.db", copy.name if version else "library.db"}
        shutil.rmtree(folder)


def test_two_that_open_an_old_library_at_once_change_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = older(tmp_path / "library.db", 1)
    back_up, second = Library._back_up, []

    def while_it_is_copied(self: Library, number: int) -> None:
        back_up(self, number)
        if not second:
            second.append(True)
            Library(path).close()  # the other one is quicker

    monkeypatch.setattr(Library, "_back_up", while_it_is_copied)
    all_there(path, 1)
    assert second and form(path)[0] == NEWEST


@pytest.mark.slow
def test_it_never_keeps_a_log_beside_it(small_survey: Path) -> None:
    """WAL does not work on network folders: not even for a moment there is a -wal or a -shm."""
    seen: set[str] = set()

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("os.remove", "open") and watching:
            seen.update(p.name for p in small_survey.glob("library.db*"))

    watching = True
    sys.addaudithook(note)
    build(small_survey)
    watching = False
    assert "library.db" in seen and not {name for name in seen if name.endswith(("-wal", "-shm"))}
    with Library(small_survey / "library.db") as library:
        assert library._one("PRAGMA journal_mode") == "delete" and library.warning == ""


@pytest.mark.slow
def test_a_library_left_with_a_log_by_some_tool_gets_its_journal_back_and_says_so(
    small_survey: Path,
) -> None:
    from helpers.surveys.growing_survey import run

    build(small_survey)
    db = sqlite3.connect(small_survey / "library.db")
    assert db.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    db.execute("CREATE TABLE theirs (a)")
    db.commit()
    shutil.copy2(small_survey / "library.db-wal", small_survey / "kept")
    shutil.copy2(small_survey / "library.db", small_survey / "main")
    db.close()  # as if it had not been closed: what it wrote is only in the log
    shutil.move(small_survey / "kept", small_survey / "library.db-wal")
    shutil.move(small_survey / "main", small_survey / "library.db")
    done = run(small_survey, "build", "--problem", "checkout")
    assert done.exit_code == 0 and done.stderr.count("write-ahead log") == 1
    assert sorted(p.name for p in small_survey.glob("library.db*")) == ["library.db"]
    db = sqlite3.connect(small_survey / "library.db")
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert db.execute("SELECT count(*) FROM theirs").fetchone() == (0,), "nothing of the log is lost"
    db.close()
    assert "write-ahead" not in run(small_survey, "build", "--problem", "checkout").stderr


def test_a_log_that_somebody_still_uses_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    Library(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("BEGIN IMMEDIATE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "timeout": 0.1}))
    with pytest.raises(ProjectError, match="another program is using the library") as caught:
        Library(path)
    assert one_line(caught.value)
    db.close()


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_half_a_library_is_one_line_wherever_it_is_noticed(small_survey: Path, share: float) -> None:
    from helpers.surveys.growing_survey import run

    build(small_survey)
    path = small_survey / "library.db"
    raw = path.read_bytes()
    middle = bytearray(raw)
    middle[int(len(raw) * share) : int(len(raw) * share) + 4096] = b"\xff" * 4096
    for broken in (raw[: int(len(raw) * share)], bytes(middle)):
        path.write_bytes(broken)
        for words in (["status"], ["build", "--problem", "checkout"], ["decisions"]):
            done = run(small_survey, *words)
            said = [line for line in done.stderr.splitlines() if line.startswith("Error")]
            assert "Traceback" not in done.stderr and "unexpected" not in done.stderr, done.stderr
            assert done.exit_code in (0, 1) and len(said) == done.exit_code
            assert not said or str(path) in said[0]
    path.unlink()
    assert run(small_survey, "build", "--problem", "checkout").exit_code == 0


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        ("database is locked", ProjectError, "another program is using the library"),
        ("disk I/O error", ProjectError, "connection to the network folder"),
        ("locking protocol", ProjectError, "connection to the network folder"),
        ("unable to open database file", ProjectError, "connection to the network folder"),
        ("attempt to write a readonly database", ProjectError, "permissions"),
        ("database or disk is full", DiskFull, "Free some space"),
        ("database disk image is malformed", ProjectError, "move this file elsewhere"),
    ],
)
def test_what_the_disk_does_to_the_library_is_one_line(
    tmp_path: Path, said: str, kind: type[ReelmakerError], told: str
) -> None:
    """Reading and writing, in the middle of whatever is done with it."""
    with (
        pytest.raises(kind, match=said if kind is ProjectError else "no space") as caught,
        Library(tmp_path / "library.db"),
    ):
        raise sqlite3.OperationalError(said)
    assert one_line(caught.value) and told in str(caught.value)
    with Library(tmp_path / "library.db") as library, pytest.raises(kind), library._transaction():
        raise sqlite3.OperationalError(said)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs a folder that root cannot write either")
def test_a_library_that_cannot_be_written_is_one_line_and_can_be_looked_at(small_survey: Path, tmp_path: Path) -> None:
    from helpers.surveys.growing_survey import run

    build(small_survey)
    older(tmp_path / "old.db", 1)
    place = tmp_path / "mounted"
    place.mkdir()
    if subprocess.run(["mount", "--bind", str(small_survey), str(place)], check=False, capture_output=True).returncode:
        pytest.skip("NOT TESTED HERE: nothing may be mounted")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
        assert run(place, "status").exit_code == 0
        done = run(place, "build", "--problem", "checkout")
        assert done.exit_code == 1 and done.stderr.count("Error") == 1 and "cannot be written" in done.stderr
        (small_survey / "library.db").write_bytes((tmp_path / "old.db").read_bytes())
        done = run(place, "status")
        assert done.exit_code == 1 and done.stderr.count("Error") == 1 and "library" in done.stderr
    finally:
        subprocess.run(["umount", str(place)], check=True)
