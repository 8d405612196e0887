"""The library: what is stored comes back, nothing is written without need, one builder at a time."""

from __future__ import annotations

import hashlib
import multiprocessing
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.results.library_rows import DECISION, TRANSCRIPT, UPLOADS

from reelmaker.errors import AnotherBuild, ProjectError
from reelmaker.project import library as room
from reelmaker.project.library import Library, key_of
from reelmaker.project.lock import one_builder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_everything_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library(path) as library:
        library.store_uploads(UPLOADS)
        library.store_transcript("k", TRANSCRIPT)
        library.store_failure("r2", "transcribe", "k2", "no sound")
        library.store_results({"x": {"a": [1, None, "ü"]}})
        library.store_reel("checkout", {"key": "k", "files": {}})
        vectors = library.vectors()
        vectors["v"] = b"\x00\x01"
        vectors.flush()
    with Library(path) as library:
        assert library.uploads() == UPLOADS
        assert library.transcript("k") == TRANSCRIPT and library.transcript("other") is None
        assert library.failures() == {("r2", "transcribe"): ("k2", "no sound")}
        assert library.result("x") == {"a": [1, None, "ü"]} and library.result("y") is None
        assert library.reels() == {"checkout": {"key": "k", "files": {}}} and library.reel("none") is None
        assert library.vectors()["v"] == b"\x00\x01" and "w" not in library.vectors()
        assert list(library.vectors()) == ["v"]


def test_a_transcript_ends_its_failure(tmp_path: Path) -> None:
    with Library(tmp_path / "l.db") as library:
        library.store_failure("r1", "transcribe", "k", "it broke")
        library.store_transcript("k", TRANSCRIPT)
        assert library.failures() == {}


def test_storing_what_is_there_already_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with Library(path) as library:
        library.store_uploads(UPLOADS)
        library.store_failure("r2", "transcribe", "k2", "no sound")
    before = digest(path)
    with Library(path) as library:
        library.store_uploads(UPLOADS)
        library.store_failure("r2", "transcribe", "k2", "no sound")
        library.vectors().flush()
    assert digest(path) == before and sorted(p.name for p in tmp_path.iterdir()) == ["l.db"]


def test_rows_of_files_that_are_gone_go(tmp_path: Path) -> None:
    with Library(tmp_path / "l.db") as library:
        library.store_uploads(UPLOADS)
        library.store_uploads({"a.mp4": UPLOADS["a.mp4"]})
        assert list(library.uploads()) == ["a.mp4"]


def test_an_error_inside_a_write_leaves_nothing_half(tmp_path: Path) -> None:
    with Library(tmp_path / "l.db") as library:
        with pytest.raises(TypeError):
            library.store_results({"good": 1, "bad": object()})
        assert library.result("good") is None


def test_a_broken_library_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.write_bytes(b"this is no database, it is a text file that somebody renamed" * 40)
    with pytest.raises(ProjectError, match="cannot be opened"):
        Library(path)


def test_a_library_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    Library(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    with pytest.raises(ProjectError, match="newer version of reelmaker"):
        Library(path)


def test_migrations_keep_what_was_there_and_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    with Library(path) as library:
        library.store_transcript("k", TRANSCRIPT)
    monkeypatch.setattr(room, "MIGRATIONS", (*room.MIGRATIONS, "CREATE TABLE further (a TEXT)"))
    with Library(path) as library:
        assert library.transcript("k") == TRANSCRIPT
    assert (tmp_path / f"library.before-{len(room.MIGRATIONS)}.db").is_file()
    have = len(room.MIGRATIONS)
    monkeypatch.setattr(room, "MIGRATIONS", (*room.MIGRATIONS, "CREATE TABLE further (a TEXT)"))
    with pytest.raises(ProjectError):
        Library(path)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (have,), "a migration that fails is undone whole"
    db.close()


def test_a_library_of_before_there_were_decisions_gets_them_and_a_copy_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    with monkeypatch.context() as before:
        before.setattr(room, "MIGRATIONS", room.MIGRATIONS[:1])
        with Library(path) as library:
            library.store_transcript("k", TRANSCRIPT)
    with Library(path) as library:
        assert library.transcript("k") == TRANSCRIPT and library.decisions() == []
        library.store_decisions([DECISION])
    copy = sqlite3.connect(tmp_path / "library.before-2.db")
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    assert copy.execute("SELECT count(*) FROM transcripts").fetchone() == (1,)
    copy.close()


def test_decisions_are_numbered_and_taken_back_but_never_deleted(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library(path) as library:
        first, second = library.store_decisions([DECISION, replace(DECISION, verdict="keep", note="ü 'x'")])
        assert (first.number, second.number) == (1, 2)
        library.withdraw([2], "2026-11-02T10:00:00+00:00")
    with Library(path) as library:
        assert library.decisions() == [first, replace(second, withdrawn="2026-11-02T10:00:00+00:00")]
        assert [one.number for one in library.store_decisions([DECISION])] == [3]


def test_keys_tell_different_work_apart() -> None:
    assert key_of("a", 1) == key_of("a", 1) != key_of("a", "1")
    assert key_of(["a", "b"]) != key_of(["ab"]) and key_of({"x": 1, "y": 2}) == key_of({"y": 2, "x": 1})


def _hold(folder: Path, held: object, leave: object) -> None:
    with one_builder(folder):
        held.set()  # type: ignore[attr-defined]
        leave.wait(60)  # type: ignore[attr-defined]


def test_one_builder_at_a_time_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, held, leave))
    other.start()
    assert held.wait(60)
    with pytest.raises(AnotherBuild, match=rf"pid {other.pid}, since 20\d\d-"), one_builder(tmp_path):
        pass
    other.kill()
    other.join(60)
    with one_builder(tmp_path):
        pass
    assert not (tmp_path / ".lock-holder").exists()
