"""When it is time to build: files that grow are waited for, a burst is one build, nothing waits for ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.automation.arrivals import PATIENCE_S, Arrivals, left_out, snapshot

WALL = 1_000_000.0
OLD = (10, 1)  # changed long ago


def stamp(size: int, age: float = 0) -> tuple[int, int]:
    return size, round((WALL - age) * 1e9)


def test_what_has_lain_there_is_ready_at_once_and_what_is_fresh_is_not() -> None:
    there = Arrivals(5)
    there.look({"a.mp4": OLD}, 100, WALL)
    assert there.ready(100) and not there.growing(100)
    there = Arrivals(5)
    there.look({"a.mp4": stamp(10, age=1)}, 100, WALL)
    assert not there.ready(104.9) and there.growing(104.9) == {"a.mp4"}
    assert there.ready(105)


def test_a_clock_that_is_ahead_on_a_network_disk_does_not_keep_a_file_waiting() -> None:
    there = Arrivals(5)
    there.look({"a.mp4": stamp(10, age=-3600)}, 100, WALL)
    assert not there.ready(104) and there.ready(105)


def test_a_file_that_grows_counts_from_its_last_change() -> None:
    there = Arrivals(5)
    there.look({}, 0, WALL)
    for second in range(20):
        there.look({"a.mp4": stamp(second)}, second, WALL)
        assert not there.ready(second)
    assert not there.ready(23) and there.ready(24)


def test_a_burst_is_one_build() -> None:
    there = Arrivals(5)
    there.look({}, 0, WALL)
    files, builds = {}, 0
    for second in range(40):
        if second < 20:
            files[f"{second}.mp4"] = stamp(second)
        there.look(files, second, WALL)
        if there.ready(second):
            builds += 1
            there.built(there.growing(second))
    assert builds == 1 and not there.pending


def test_those_that_are_there_do_not_wait_for_ever_and_the_growing_one_comes_later() -> None:
    there = Arrivals(5)
    there.look({}, 0, WALL)
    there.look({"a.mp4": OLD, "big.mp4": stamp(0)}, 1, WALL)
    second = 1
    while not there.ready(second):
        second += 1
        there.look({"a.mp4": OLD, "big.mp4": stamp(second)}, second, WALL)
        assert second < 100
    assert second == 1 + PATIENCE_S
    assert there.growing(second) == {"big.mp4"}
    there.built({"big.mp4"})
    assert there.pending == {"big.mp4"} and not there.ready(second + 4) and there.ready(second + 5)


def test_the_table_and_the_settings_hold_everything_up_while_they_are_written() -> None:
    there = Arrivals(5, blocking=["responses.csv"])
    there.look({}, 0, WALL)
    there.look({"a.mp4": OLD, "responses.csv": stamp(1)}, 1, WALL)
    there.look({"a.mp4": OLD, "responses.csv": stamp(2)}, 100, WALL)
    assert not there.ready(104) and there.ready(105)


def test_what_goes_away_is_a_change_too() -> None:
    there = Arrivals(5)
    there.look({"a.mp4": OLD, "b.mp4": OLD}, 0, WALL)
    there.built(())
    assert not there.pending
    there.look({"a.mp4": OLD}, 1, WALL)
    assert there.pending == {"b.mp4"} and not there.ready(5) and there.ready(6)
    there.built(())
    assert not there.pending


def test_captions_that_grow_keep_their_video_out() -> None:
    files = {"anna.mp4", "anna.vtt", "bert.mp4", "bert.mp4.srt", "cleo.mp4", "b/anna.mp4"}
    assert left_out({"anna.vtt"}, files) == {"anna.vtt", "anna.mp4"}
    assert left_out({"bert.mp4.srt"}, files) == {"bert.mp4", "bert.mp4.srt"}
    assert left_out({"cleo.en.srt"}, files) == {"cleo.en.srt", "cleo.mp4"}
    assert left_out({"cleo.v2.mp4"}, files) == {"cleo.v2.mp4"}
    assert left_out((), files) == frozenset()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=30))
def test_whatever_comes_and_goes_in_the_end_everything_was_built_as_it_is(
    steps: list[tuple[str, int, int]],
) -> None:
    """Size 0 means the file is taken away. No build takes a file that changed less than the settling time ago."""
    there, now = Arrivals(5), 0
    files: dict[str, tuple[int, int]] = {}
    changed: dict[str, int] = {}
    built: dict[str, tuple[int, int]] = {}

    def round() -> None:
        nonlocal built
        there.look(files, now, WALL)
        if there.ready(now):
            growing = there.growing(now)
            fresh = {n for n in files if now - changed[n] < 5 and files[n] != built.get(n)}
            assert fresh <= growing
            built = {name: stamp for name, stamp in files.items() if name not in growing}
            there.built(growing)

    there.look({}, 0, WALL)
    for name, size, pause in steps:
        before = files.get(name)
        if size:
            files[name] = (size, 0)
        else:
            files.pop(name, None)
        if files.get(name) != before:
            changed[name] = now
        for _ in range(pause + 1):
            round()
            now += 1
    for _ in range(50):
        round()
        now += 1
    assert built == files and not there.pending


def test_a_snapshot_follows_no_link_and_passes_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.mp4").write_bytes(b"12")
    (tmp_path / ".a.mp4.Xy12").write_bytes(b"rsync writes such")
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "b.mp4").touch()
    (tmp_path / "link.mp4").symlink_to(tmp_path / "sub" / "a.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    facts = (tmp_path / "sub" / "a.mp4").stat()
    assert snapshot(tmp_path) == {"sub/a.mp4": (2, facts.st_mtime_ns)}
    with pytest.raises(OSError, match="No such file"):
        snapshot(tmp_path / "gone")
