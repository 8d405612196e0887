"""Single bytes of library.db that flipped: whatever is read ends well or in one line, and what can be made again is."""

from __future__ import annotations

import random
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import robustness
from helpers.surveys import departures

import reelmaker
from reelmaker import status
from reelmaker.errors import ReelmakerError
from reelmaker.model.audit import Draw, Unit
from reelmaker.privacy import access_request
from reelmaker.project import library as room
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.library_fetches import Remembered
from reelmaker.publish import history

FLIPS, LONGER_EVERY = 2000, 40
TABLES = (
    "uploads",
    "transcripts",
    "failures",
    "results",
    "reels",
    "decisions",
    "forgotten",
    "erasing",
    "fetched",
    "draws",
)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey with a reel whose library has something in every table."""
    folder = departures.built(tmp_path_factory.mktemp("flipped"))
    with Library(folder / "library.db") as library:
        answer = next(iter(library.uploads().values())).response
        library.store_failure(answer, "translate", "k", "it broke")
        library.fetched().store([Remembered("spring", "row 1", "0", "anna.mp4", "r1", answer, "v", seen="2026-11-01")])
        library.erasure().add([("answer", "gone")], "2026-11-01T10:00:00+00:00")
        units = (Unit((answer,), 0, 0),)
        library.draws().store(Draw(0, 0, "checkout", "a", "2026-11-01T10:00:00+00:00", 7, 1, 0, units))
    return folder


def everything(folder: Path) -> None:
    """Read all that the library holds, as the commands that change nothing do."""
    project = open_project(folder)
    status.look(project)
    history.document(project, history.listed(project))
    access_request.gather(project, "r1")
    with Library(project.library) as library:
        library.decisions(), library.failures(), library.reels(), library.uploads(), library.fetched().all()
        library.erasure().marks(), library.erasure().job(), library.erasure().mark("answer", "x")
        library.erasure().sentences(library.erasure().answers())
        library.draws().of("checkout")
        dict(library.vectors().items())


def clearly(folder: Path, work: Callable[[], object], what: str) -> bool:
    """Whether it ends well; otherwise it must end in one line that names the library."""
    try:
        work()
    except ReelmakerError as problem:
        assert "\n" not in str(problem) and problem.remedy, what
        return False
    except Exception as problem:
        raise AssertionError(f"{what}: {type(problem).__name__}: {str(problem)[:300]}") from problem
    return True


@pytest.mark.slow
def test_a_flipped_byte_anywhere_in_the_library_is_never_a_traceback(lived_in: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(lived_in, tmp_path / "survey"))
    whole = (lived_in / "library.db").read_bytes()
    dice = random.Random(robustness.SEED)
    well = 0
    for number in range(FLIPS if robustness.FULL else FLIPS // 5):
        place, bits = dice.randrange(len(whole)), dice.randrange(1, 256)
        flipped = bytearray(whole)
        flipped[place] ^= bits
        (folder / "library.db").write_bytes(flipped)
        (folder / "library.db-journal").unlink(missing_ok=True)
        what = f"byte {place} of {len(whole)} ^ {bits} (seed {robustness.SEED}, {number})"
        well += clearly(folder, lambda: everything(folder), what)
        if number % LONGER_EVERY == 0:
            clearly(folder, lambda: reelmaker.build(folder, ["checkout"], dry_run=True), what)
    assert well > 0.3 * number, "most bytes matter to nobody"


@pytest.mark.slow
def test_every_column_of_another_kind_is_never_a_traceback(lived_in: Path, tmp_path: Path) -> None:
    """SQLite stores what it is given, whatever the column is called."""
    folder = Path(shutil.copytree(lived_in, tmp_path / "survey"))
    whole = (lived_in / "library.db").read_bytes()
    values = (
        None,
        -1,
        2**62,
        1.5,
        float("inf"),
        "",
        "text",
        "\ud800".encode("utf-8", "surrogatepass"),
        b"",
        b"\xff",
        "{}",
        "[]",
    )
    values = (*values, "null", "[" * 5000, zlib.compress(b"[]"), zlib.compress(b"null"), zlib.compress(b'{"a":1}'))
    db = sqlite3.connect(lived_in / "library.db")
    columns = [(table, row[1]) for table in TABLES for row in db.execute(f"PRAGMA table_info({table})")]
    db.close()
    cases = [(table, column, value) for table, column in columns for value in values]
    # a result of another shape in a right checksum is nothing that happens to a disk
    cases = [case for case in cases if case[:2] != ("results", "body") or not str(case[2]).startswith("b'x")]
    tried = 0
    for table, column, value in robustness.share(cases, 0.4, "columns"):
        (folder / "library.db").write_bytes(whole)
        db = sqlite3.connect(folder / "library.db")
        db.execute("PRAGMA ignore_check_constraints = ON")
        try:
            db.execute(f"UPDATE OR REPLACE {table} SET {column} = ?", (value,))
            db.commit()
        except sqlite3.Error:
            db.rollback()
            continue  # the column refuses it
        finally:
            db.close()
        clearly(folder, lambda: everything(folder), f"{table}.{column} = {str(value)[:40]!r}")
        tried += 1
    assert tried > len(cases) / 8, "most columns take most values"


def test_a_damaged_result_is_worked_out_again_and_a_damaged_transcript_is_one_line(tmp_path: Path) -> None:
    from helpers.results.library_rows import TRANSCRIPT

    path = tmp_path / "library.db"
    with Library(path) as library:
        library.store_results({"a": [1]})
        library.store_transcript("t", TRANSCRIPT)
    db = sqlite3.connect(path)
    db.execute("UPDATE results SET body = ?", (b"\x78\x9c broken",))
    db.execute("UPDATE transcripts SET body = substr(body, 1, 20)")
    db.commit()
    db.close()
    with Library(path) as library:
        assert library.result("a") is None
        with pytest.raises(room.ProjectError, match=r"library is damaged \(a row of transcripts"):
            library.transcript("t")
