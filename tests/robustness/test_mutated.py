"""Our own files, damaged at random: settings, card designs, manifests and rows of the library. Never a traceback.

300 examples of each, drawn by the seed of the run; 5,000 in a full run.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.messages import one_line
from helpers.mutated import fuzzed, mutated
from helpers.paths import ROOT
from helpers.results.library_rows import DECISION, TRANSCRIPT, UPLOADS
from helpers.results.taken import ANNA, BERT, SAID, clip_of, finished_of, reel_of
from helpers.surveys.small_survey import TOML
from hypothesis import example, given
from hypothesis import strategies as st

from reelmaker.errors import ProjectError, ReelmakerError, TemplateError
from reelmaker.outputs import manifest
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.library_fetches import Remembered
from reelmaker.project.scaffold import TEXT
from reelmaker.publish import archive, catalog, changes, comparison, history
from reelmaker.publish.notify import check
from reelmaker.render.cards import template_parser
from reelmaker.sources import settings as source_settings

EVERY_SETTING = TEXT.format(name='"x"').replace("\n# ", "\n")  # those that are commented out, too
SETTINGS = [
    TOML.encode(),
    TEXT.format(name='"x"').encode(),
    EVERY_SETTING.encode(),
    (ROOT / "samples" / "fernhill" / "reelmaker.toml").read_bytes(),
]
DESIGNS = [path.read_bytes() for path in sorted((ROOT / "templates").glob("*/template.toml"))]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutated")
    shutil.copytree(ROOT / "templates", folder / "templates")
    return folder


@fuzzed
@given(raw=mutated(SETTINGS))
@example(raw=b"a = " + b"[" * 5000)
@example(raw=b"a = " + b"9" * 5000)
@example(raw=b"[reel]\nlength = nan")
@example(raw=b"[reel]\nfps = inf")
@example(raw=b"[[source]]\n[[source]]")
@example(raw=b"a" * 10_000)
@example(raw=b"[problems." + b"9" * 5000 + b"]")
@example(raw=b'"a\\nb" = 1')
@example(raw=b"\n" + b"a" * 10_000 + b" = 1")
@example(raw=b'[[source]]\nname = "a"\naddress = "file:///a"\noptions = 5')
def test_damaged_settings_are_read_or_refused_in_one_line(place: Path, raw: bytes) -> None:
    (place / "reelmaker.toml").write_bytes(raw)
    try:
        project = open_project(place)
        source_settings.of(project)
        check(project)
    except ProjectError as problem:
        assert "\n" not in str(problem) and problem.remedy and len(str(problem)) < 1500, problem


@fuzzed
@given(raw=mutated(DESIGNS))
@example(raw=b"a = " + b"[" * 5000)
@example(raw=b"[palette]\nprimary = 5")
def test_damaged_card_designs_are_read_or_refused_in_one_line(place: Path, raw: bytes) -> None:
    folder = place / "templates" / "plain"
    (folder / "template.toml").write_bytes(raw)
    try:
        template_parser.read(folder)
    except TemplateError as problem:
        assert "\n" not in str(problem) and problem.remedy, problem


def real_manifest() -> bytes:
    reel = reel_of(clip_of(ANNA, SAID, 61_000, "Anna"), clip_of(BERT, "Paying took me three tries", 500, "Loyal"))
    document = dict(finished_of(reel, Path("reel.mp4")).document)
    document["changes"] = changes.Changes(
        2,
        "2026-11-01T10:00:00+00:00",
        (changes.Quote("checkout", "a new answer", "Paying took", "Loyal", "r1", "r1@0:01"),),
        counts=(changes.Moved("checkout", "Customers give up", (1, 3), (2, 3)),),
        settings=("length: 40 → 60",),
    ).document()
    document["moments"] = [
        {
            "response": "r1",
            "file": "a.mp4",
            "respondent": "p",
            "start_ms": 1,
            "end_ms": 2,
            "text": "x",
            "scores": {"a": 0.5},
        }
    ]
    return manifest.text(document).encode()


@fuzzed
@given(raw=mutated([real_manifest()]))
def test_a_damaged_manifest_is_of_the_right_shape_or_none(place: Path, raw: bytes) -> None:
    folder = place / "reels" / "checkout"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / archive.MANIFEST).write_bytes(raw)
    document = archive.document(folder)
    if document is None:
        return
    clips, people = changes.clips_of(document), changes.people_of(document)
    assert all(clip.span.response in people or not clip.span.response for clip in clips)
    changes.faces_of(document)
    json.dumps(comparison.remains(document, {}, ["r1"], "gone"))
    if shelved := catalog._catalogued(folder):
        catalog.answers(shelved.document), shelved.audience
    build = history._build("checkout", 1, {}, True, folder, document, ["email"], [])
    json.dumps(history.document(open_small(place), [build])).encode()
    from reelmaker.cli import format_review

    assert format_review.builds([build])


def open_small(place: Path) -> Any:
    (place / "reelmaker.toml").write_text(TOML, "utf-8")
    return open_project(place)


def test_the_real_manifest_has_the_right_shape(place: Path) -> None:
    folder = place / "reels" / "real"
    folder.mkdir(parents=True)
    (folder / archive.MANIFEST).write_bytes(real_manifest())
    document = archive.document(folder)
    assert document and len(changes.clips_of(document)) == 2 and catalog._catalogued(folder)


def filled(library: Library) -> None:
    library.store_uploads(UPLOADS)
    library.store_transcript("k", TRANSCRIPT)
    library.store_decisions([DECISION])
    library.store_results({"k": {"areas": [[1, 2.5, None]], "found": 0.5}})
    library.store_reel("checkout", {"key": "k", "files": {"reel.mp4": 5}, "built": "2026-11-29T10:09:10+00:00"})
    library.fetched().store([Remembered("spring", "1", "0", "a.mp4", "p", "r1", "v", seen="2026-11-29")])
    library.erasure().add([("answer", "x")], "2026-11-29T10:09:10+00:00")
    library.erasure().store({"stage": "rebuild", "reels": [{"name": "checkout", "problems": ["checkout"]}]})


# table and column -> what reads it
READERS: dict[tuple[str, str], Callable[[Library], object]] = {
    ("uploads", "body"): lambda library: library.uploads(),
    ("uploads", "file"): lambda library: library.uploads(),
    ("transcripts", "body"): lambda library: [library.transcript("k"), library.erasure().sentences(["r1"])],
    ("results", "body"): lambda library: library.result("k"),
    ("reels", "body"): lambda library: [library.reels(), library.reel("checkout")],
    ("decisions", "response"): lambda library: library.decisions(),
    ("decisions", "verdict"): lambda library: library.decisions(),
    ("decisions", "start_ms"): lambda library: library.decisions(),
    ("fetched", "file"): lambda library: library.fetched().all(),
    ("fetched", "again"): lambda library: library.fetched().all(),
    ("forgotten", "made"): lambda library: library.erasure().marks(),
    ("erasing", "job"): lambda library: library.erasure().job(),
    ("erasing", "key"): lambda library: library.erasure().mark("answer", "x"),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("rows") / "library.db")
    filled(library)
    return library


def stored(library: Library, table: str, column: str) -> bytes:
    value = library._db.execute(f"SELECT {column} FROM {table} LIMIT 1").fetchone()[0]
    if (table, column) in (("transcripts", "body"), ("results", "body")):
        return zlib.decompress(value)
    return value if isinstance(value, bytes) else str(value).encode()


SEEDS: dict[tuple[str, str], bytes] = {}
with Library(Path(":memory:")) as first:
    filled(first)
    for reader in READERS:
        SEEDS[reader] = stored(first, *reader)


@fuzzed
@given(
    case=st.sampled_from(sorted(READERS)).flatmap(lambda key: st.tuples(st.just(key), mutated([SEEDS[key]]))),
    packed=st.booleans(),
    as_text=st.booleans(),
)
def test_a_damaged_row_of_the_library_is_read_or_one_line(
    rows: Library, case: tuple[tuple[str, str], bytes], packed: bool, as_text: bool
) -> None:
    (table, column), raw = case
    value: Any = zlib.compress(raw) if packed else raw.decode("latin-1") if as_text else raw
    rows._db.execute("BEGIN")
    try:
        try:
            rows._db.execute(f"UPDATE {table} SET {column} = ?", (value,))
        except sqlite3.Error:
            return  # the column does not take it
        try:
            READERS[table, column](rows)
        except ReelmakerError as problem:
            assert one_line(problem) and "library is damaged" in str(problem)
    finally:
        rows._db.execute("ROLLBACK")
