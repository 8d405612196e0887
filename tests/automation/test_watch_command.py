"""`watch` as a process: its log, its end by a signal, a terminal, and what it says of errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.machines.watch_command import command, run
from helpers.surveys.building import prints
from helpers.surveys.small_survey import TOML

from reelmaker.automation import run_log
from reelmaker.automation.watch import Outcome
from reelmaker.cli.console import ConsoleProgress
from reelmaker.cli.watching.display import WatchDisplay, WatchLog, worse
from reelmaker.errors import CheckFailed, DiskFull, NothingFound, ProjectError
from reelmaker.project.lock import one_builder


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_a_scheduled_run_writes_ids_and_counts_and_no_name_and_costs_nothing_where_nothing_is_new(
    small_survey: Path,
) -> None:
    words = ("--once", "--log", "--project", small_survey)
    first = run(*words, "--problem", "checkout")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    before = prints(small_survey)
    again = run(*words)  # the reel that is there
    assert (again.returncode, again.stderr) == (0, "")
    log = small_survey / run_log.FILE
    after = prints(small_survey)
    assert {name for name in after if after[name] != before.get(name)} == {run_log.FILE}
    lines = log.read_text("utf-8").splitlines()
    assert len(lines) == 2 and "new reel of 2 clips; checkout 2 of 3 customers" in lines[0]
    assert "nothing new" in lines[1] and "3 files added, 0 transcribed" in lines[0]

    (small_survey / "uploads" / "Hanna Secretname.mp4").write_bytes(b"no video at all")
    (small_survey / "uploads" / "responses.csv").write_text("file,name\nanna.mp4,Anna Hidden\n", "utf-8")
    bad = run(*words)
    assert bad.returncode == 3 and bad.stderr == ""
    (small_survey / "reelmaker.toml").write_text(TOML.replace("length", "lenght"), "utf-8")
    broken = run(*words)
    assert broken.returncode == 1 and "lenght" in broken.stderr
    with one_builder(small_survey):
        (small_survey / "reelmaker.toml").write_text(TOML, "utf-8")
        assert run(*words).returncode == 75
    text = log.read_text("utf-8")
    assert "1 files not used" in text and "exit code 1: " in text and "lenght" in text and "exit code 75" in text
    for secret in ("Secretname", "Hidden", "Hanna", "anna", "bert", "cleo", "refused at"):
        assert secret not in text, secret


def test_names_of_uploads_never_reach_the_log() -> None:
    text = "/p/uploads/b/Anna Berg.mp4: cannot be read; also Anna Berg.mp4 and cleo.mp4"
    ids = {"b/Anna Berg.mp4": "4f2a91", "cleo.mp4": "unread"}
    assert run_log.without_names(text, ids) == (
        "/p/uploads/answer 4f2a91: cannot be read; also answer 4f2a91 and answer unread"
    )


def test_the_log_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "FULL_BYTES", 1000)
    log = run_log.Journal(tmp_path)
    for number in range(200):
        log.write(f"line {number}\nof two")
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["reelmaker.log", "reelmaker.log.1"]
    assert all(path.stat().st_size < 1100 for path in files)
    assert files[0].read_text("utf-8").splitlines()[-1].endswith(" line 199 of two")
    (tmp_path / "file").touch()
    run_log.Journal(tmp_path / "file" / "gone").write("a log that cannot be written stops nothing")


def begun(folder: Path, until: str, *words: str) -> subprocess.Popen[str]:
    """A watch, as soon as it says this."""
    process = subprocess.Popen(
        command("--settle", "0.5", "--project", folder, *words),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        bufsize=1,
    )
    assert process.stderr
    for line in process.stderr:
        if until in line:
            return process
    raise AssertionError("it ended before")


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_cleanly_when_it_is_told_to(small_survey: Path, number: int, code: int) -> None:
    process = begun(small_survey, "Watching: 6 files", "--problem", "checkout")
    process.send_signal(number)
    _, rest = process.communicate(timeout=20)
    assert process.returncode == code and "Stopped" in rest and rest.count("\n") == 1
    with one_builder(small_survey):
        pass  # the lock is free


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 0), ("SIGINT", 130)])
def test_an_interrupt_that_is_lost_ends_it_all_the_same(tmp_path: Path, name: str, code: int) -> None:
    """As where it arrives while an object is destroyed: Python prints the exception and throws it away."""
    (tmp_path / "uploads").mkdir()
    (tmp_path / "reelmaker.toml").write_text(TOML, "utf-8")
    lost = f"""
import os, signal, time
from reelmaker.automation import watch
from reelmaker.cli import main

def wait(self):
    try:
        os.kill(os.getpid(), signal.{name})
        time.sleep(5)
    except KeyboardInterrupt:
        return False

watch.ChangeDetector.wait = wait
main(["watch", "--problem", "checkout", "--project", {str(tmp_path)!r}])
"""
    done = subprocess.run([sys.executable, "-c", lost], capture_output=True, text=True, timeout=60)
    assert done.returncode == code and "Stopped" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ended_in_the_middle_of_a_build_nothing_is_half_done(small_survey: Path) -> None:
    """In the first build, so late that it renders: no reel, nothing aside, no child; the next run makes it."""
    toml = TOML.replace("320x180", "16:9").replace("[tag]", "resolution = 1080\n[tag]")
    (small_survey / "reelmaker.toml").write_text(toml, "utf-8")
    process = subprocess.Popen(
        command("--project", small_survey, "--problem", "checkout"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    try:
        while not list((small_survey / "cache").rglob("*.part.mov")):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody of its group is left
    assert not (small_survey / "reels").exists() and not list((small_survey / "cache").glob("aside-*"))
    assert run("--once", "--project", small_survey, "--problem", "checkout").returncode == 0
    assert (small_survey / "reels" / "checkout" / "reel.mp4").is_file()


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
def test_on_a_terminal_it_is_one_quiet_line(small_survey: Path) -> None:
    import pty

    assert run("--once", "--project", small_survey, "--problem", "checkout").returncode == 0
    master, slave = pty.openpty()
    process = subprocess.Popen(command("--project", small_survey), stderr=slave, stdin=slave)
    os.close(slave)
    said, deadline = b"", time.monotonic() + 30
    while b"Watching: 6 files in uploads/" not in said and time.monotonic() < deadline:
        said += os.read(master, 4096)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    os.close(master)
    assert b"\n" not in said and b"\x1b" not in said and b"Watching: 6 files" in said


def test_the_same_error_and_the_same_warning_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    told = WatchDisplay(ConsoleProgress())
    failed = Outcome("checkout", error=NothingFound("Nothing speaks to it.", "Look."))
    for _ in range(3):
        told.ended(failed)
        told.warn("Odd.")
    assert told.code == 4
    told.ended(Outcome("checkout", error=DiskFull("No space.", "Free some.")))
    told.ended(failed)
    said = capsys.readouterr().err
    assert said.count("checkout: Nothing speaks to it. Look.") == 2 and said.count("Warning: Odd.") == 1
    assert said.count("No space.") == 1 and told.code == 1


def test_errors_that_might_quote_somebody_are_only_named_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = WatchLog(ConsoleProgress(), run_log.Journal(tmp_path), lambda: {"anna.mp4": "4f2a91"})
    told.ended(Outcome("checkout", error=CheckFailed('Clip 2 says "my card was refused".', "Listen.")))
    told.ended(Outcome("checkout", error=ProjectError("uploads/anna.mp4: odd.", "Mend.")))
    log, said = (tmp_path / run_log.FILE).read_text("utf-8"), capsys.readouterr().err
    for text in (log, said):
        assert "CheckFailed" in text and "uploads/answer 4f2a91: odd. Mend." in text
        assert "card" not in text and "anna" not in text


def test_of_several_reels_the_gravest_exit_code_is_told() -> None:
    assert [worse(0, 3), worse(3, 75), worse(75, 4), worse(4, 1), worse(1, 0)] == [3, 75, 4, 1, 1]
