"""One builder at a time: eight at once, over and over; a killed one; disks that know no locks."""

from __future__ import annotations

import errno
import os
import platform
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import filelock
import pytest
from helpers.messages import one_line

from reelmaker.errors import AnotherBuild, DiskFull, ProjectError
from reelmaker.project import lock
from reelmaker.project.lock import one_builder

ROUNDS, AT_ONCE = 20, 8
# Holds the project as a build does, until its input ends; says how it went
BUILDER = """
import sys
from reelmaker.errors import ReelmakerError
from reelmaker.project.lock import one_builder
for folder in sys.stdin:
    try:
        with one_builder(__import__("pathlib").Path(folder.strip())):
            print("works", flush=True)
            sys.stdin.readline()
        print("left", flush=True)
    except ReelmakerError as problem:
        print(problem.exit_code, problem.message, flush=True)
"""


class Builder:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", BUILDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, text: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.kill()
        self.process.wait(60)
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_of_eight_at_once_one_works_and_seven_leave_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    builders = [Builder() for _ in range(AT_ONCE)]
    try:
        for number in range(ROUNDS):
            for builder in builders:
                builder.say(tmp_path)
            answers = [builder.hear() for builder in builders]
            assert Counter(answer[:5] for answer in answers)["works"] == 1, answers
            [worker] = [b for b, answer in zip(builders, answers, strict=True) if answer == "works"]
            refused = [answer for answer in answers if answer != "works"]
            assert all(answer.startswith("75 ") and "another build is running" in answer for answer in refused)
            # the one that has begun a moment ago may not have said who it is; nobody else is ever named
            named = {a.partition("(")[2] for a in refused if "it has just started" not in a}
            assert all(who.startswith(f"pid {worker.process.pid}, since 20") for who in named), named
            other = next(builder for builder in builders if builder is not worker)
            other.say(tmp_path)
            assert f"(pid {worker.process.pid}, since 20" in other.hear()
            if number % 2:
                worker.process.send_signal(signal.SIGKILL)
                worker.process.wait(60)
                assert (tmp_path / lock.HOLDER).exists(), "it could not clear up"
                other.say(tmp_path)
                assert other.hear() == "works", "at once"
                other.say("enough")
                assert other.hear() == "left" and not (tmp_path / lock.HOLDER).exists()
                worker.end()
                builders[builders.index(worker)] = Builder()
            else:
                worker.say("enough")
                assert worker.hear() == "left" and not (tmp_path / lock.HOLDER).exists()
    finally:
        for builder in builders:
            builder.end()


def dead() -> int:
    """The number of a process that is over."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


@pytest.mark.skipif(os.name != "posix", reason="asks for a process by its number")
def test_a_holder_that_a_dead_builder_wrote_is_not_named(tmp_path: Path) -> None:
    """Between the lock and its holder's line there is a moment: the line of before is not believed then."""
    with one_builder(tmp_path):
        (tmp_path / lock.HOLDER).write_text(f"pid {dead()}, since 2026-01-01 10:00:00, on {platform.node()}")
        with pytest.raises(AnotherBuild, match="it has just started"), one_builder(tmp_path):
            pass
        (tmp_path / lock.HOLDER).write_text("pid 1, since 2026-01-01 10:00:00, on another-computer")
        told = r"\(pid 1, since 2026-01-01 10:00:00, on another-computer\)"
        with pytest.raises(AnotherBuild, match=told), one_builder(tmp_path):
            pass


@pytest.fixture(params=["ENOLCK", "EOPNOTSUPP", "no such thing"])
def no_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that does not support locks, as some network folders are."""

    def refuse(*_: Any, **__: Any) -> None:
        if request.param == "no such thing":
            raise NotImplementedError("FileSystem does not appear to support flock")
        number = getattr(errno, request.param)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)


@pytest.mark.usefixtures("no_locks")
def test_where_the_disk_knows_no_locks_a_file_stands_in_and_says_so(tmp_path: Path) -> None:
    with one_builder(tmp_path) as odd:
        assert "does not support locks" in odd and "one computer" in odd
        with (
            pytest.raises(AnotherBuild, match=rf"pid {os.getpid()}, since 20") as caught,
            one_builder(tmp_path),
        ):
            pass
        assert one_line(caught.value) and caught.value.exit_code == 75
    assert not (tmp_path / lock.HOLDER).exists()
    with one_builder(tmp_path):
        pass


@pytest.mark.usefixtures("no_locks")
@pytest.mark.skipif(os.name != "posix", reason="asks for a process by its number")
def test_there_the_file_of_a_dead_builder_is_taken_over_and_that_of_another_computer_is_not(
    tmp_path: Path,
) -> None:
    holder = tmp_path / lock.HOLDER
    holder.write_text(f"pid {dead()}, since 2026-01-01 10:00:00, on {platform.node()}")
    with one_builder(tmp_path):
        assert f"pid {os.getpid()}" in holder.read_text()
    assert list(tmp_path.glob(f"{lock.HOLDER}*")) == []
    elsewhere = f"pid {dead()}, since 2026-01-01 10:00:00, on another-computer"
    holder.write_text(elsewhere)
    with pytest.raises(AnotherBuild, match="on another-computer") as caught, one_builder(tmp_path):
        pass
    assert f"delete the stale lock file {lock.HOLDER}" in caught.value.remedy and holder.read_text() == elsewhere


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EACCES, ProjectError)])
def test_a_lock_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(kind) as caught, one_builder(tmp_path):
        pass
    assert one_line(caught.value)  # type: ignore[arg-type]
