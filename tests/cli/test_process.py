"""How a command copes with the process it was started in: closed and full streams, signals, bare environments."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import robustness
from helpers.paths import ROOT
from helpers.surveys.growing_survey import edit

from reelmaker.cli.process import Ended, ended_by_signals
from reelmaker.project.library import Library

pytestmark = pytest.mark.skipif(os.name != "posix", reason="streams and signals of POSIX")

BUILD = ("build", "--problem", "checkout", "--no-check")
STAGES = ("Adding uploads", "Finding moments", "Trimming", "Rendering", "Joining", "Checking")


def shell(
    folder: Path, words: Sequence[str], before: str = "", after: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as a shell starts it."""
    line = f'{before} exec "$@" {after}'
    command = [sys.executable, "-m", "reelmaker", *words, "--project", str(folder)]
    return subprocess.run(
        ["sh", "-c", line, "sh", *command],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("after", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_closed_or_full_stream_is_no_trouble(folder: Path, after: str) -> None:
    """Not even with everything told: the reel is made, and nothing was written where a stream had been."""
    edit(folder, "Abandoned baskets", "Lost baskets")
    done = shell(folder, BUILD, after=after)
    assert done.returncode == 0, done.stderr
    assert "Lost baskets" in (folder / "reels" / "checkout" / "manifest.json").read_text("utf-8")
    with Library(folder / "library.db") as library:
        assert library._one("PRAGMA integrity_check") == "ok"


@pytest.mark.slow
def test_results_that_cannot_be_written_are_one_line(lived: Path) -> None:
    done = shell(lived, ["status"], after=">/dev/full")
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "the results: cannot be" in done.stderr


@pytest.mark.slow
def test_a_bare_environment_is_enough(folder: Path) -> None:
    """No HOME, no locale but C, nowhere to put temporary files, and few open files."""
    shutil.rmtree(folder / "cache")
    edit(folder, "Abandoned baskets", "Lost baskets")
    bare = f"ulimit -n 64; exec env -i LC_ALL=C TMPDIR=/nowhere PYTHONPATH={ROOT}"
    line = f'{bare} "$@"'
    command = ["sh", "-c", line, "sh", sys.executable, "-m", "reelmaker", *BUILD, "--project", str(folder)]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Lost baskets" in (folder / "reels" / "checkout" / "manifest.json").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("blocks", [50, 1000])
def test_a_limit_on_the_size_of_files_is_one_line_and_costs_nothing(folder: Path, blocks: int) -> None:
    reel = (folder / "reels" / "checkout" / "reel.mp4").read_bytes()
    shutil.rmtree(folder / "cache")
    edit(folder, "Abandoned baskets", "Lost baskets")
    done = shell(folder, BUILD, before=f"ulimit -f {blocks};")
    assert done.returncode == 1 and "ulimit -f" in done.stderr and done.stderr.count("Error") == 1
    assert (folder / "reels" / "checkout" / "reel.mp4").read_bytes() == reel
    assert shell(folder, BUILD).returncode == 0


def left(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_signals_that_end_a_command_raise_and_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with ended_by_signals():
        for number in (signal.SIGTERM, signal.SIGHUP):
            with pytest.raises(Ended) as told:
                os.kill(os.getpid(), number)
                time.sleep(1)
            assert told.value.number == number
    assert signal.getsignal(signal.SIGTERM) is before
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does
    try:
        with ended_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0.05)
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_a_signal_in_each_stage_ends_it_in_one_line_and_the_next_build_goes_on(lived: Path, tmp_path: Path) -> None:
    cases = [(stage, name) for stage in STAGES for name in ("SIGTERM", "SIGHUP")]
    for number, (stage, name) in enumerate(robustness.share(cases, 0.34, "signals")):
        folder = tmp_path / f"survey {number}"
        shutil.copytree(lived / "uploads", folder / "uploads")
        shutil.copy2(lived / "reelmaker.toml", folder)
        mark = f"REELMAKER_TEST_SIGNAL={tmp_path.name}-{number}"
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "reelmaker", *BUILD, "--project", str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **dict([mark.split("=", 1)])},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr
        for line in process.stderr:
            if line.startswith(stage):
                break
        process.send_signal(getattr(signal, name))
        said = process.stderr.read()
        code = process.wait(60)
        process.stderr.close()
        if code != 0:  # it may have been done just then
            assert code == 128 + getattr(signal, name), (stage, name, said)
            assert said.count("Error: Stopped. Finished work is kept") == 1 and "Traceback" not in said
        end = time.monotonic() + 10
        while left(mark) and time.monotonic() < end:
            time.sleep(0.1)
        assert left(mark) == [], (stage, name)
        done = shell(folder, BUILD)
        assert done.returncode == 0, done.stderr
        litter = [p.name for p in (folder / "cache").rglob("*") if ".part" in p.name or p.name.startswith("aside-")]
        assert litter == [], (stage, name)
        shutil.rmtree(folder)


@pytest.mark.slow
def test_a_library_of_an_older_version_is_not_touched_while_that_version_builds(folder: Path) -> None:
    import sqlite3

    from reelmaker.errors import AnotherBuild
    from reelmaker.project.config import open_project
    from reelmaker.project.lock import one_builder
    from reelmaker.project.rows import head as room
    from reelmaker.status import look

    db = sqlite3.connect(folder / "library.db")
    for table in ("draws", "drawn", "corrections", "approvals"):
        db.execute(f"DROP TABLE {table}")
    db.execute("PRAGMA user_version = 5")
    db.commit()
    db.close()
    before = (folder / "library.db").read_bytes()
    project = open_project(folder)
    with one_builder(folder), pytest.raises(AnotherBuild):  # the older version builds
        look(project)
    assert (folder / "library.db").read_bytes() == before and room.outdated(project.library)
    assert [state.name for state in look(project).reels] == ["checkout"]
    assert not room.outdated(project.library)


@pytest.mark.slow
def test_no_secret_stands_in_any_message_log_or_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from helpers.machines.serving import serving
    from helpers.surveys.growing_survey import run

    secrets = {
        name: f"s3cret-of-{name.lower()}" for name in ("HEADER", "SHARE", "SIGN", "MAIL", "PROXY", "LINK", "HOOK")
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    with serving() as served:
        links = [f"{served.url}/gone.mp4?token={secrets['LINK']}", f"http://[::1?token={secrets['LINK']}"]
        links += [f"http://u:{secrets['LINK']}@127.0.0.1:1/x.mp4"]
        served.put("/gone.mp4", always=(302, {"Location": f"http://127.0.0.1:1/?token={secrets['LINK']}"}))
        (folder / "export.csv").write_text("\n".join(["id,file", *(f"{link},{link}" for link in links)]), "utf-8")
        settings = f"""
[[source]]
name = "spring"
export = "export.csv"
header_env = {{ Authorization = "HEADER" }}
header_hosts = ["127.0.0.1"]
private_network = true
[[source]]
name = "share"
address = "memory://nowhere"
options = {{ password_env = "SHARE" }}
[notify]
webhook = "http://127.0.0.1:1/{secrets["HOOK"]}"
secret_env = "SIGN"
email_to = ["a@example.com"]
email_from = "b@example.com"
smtp_host = "127.0.0.1"
smtp_port = 1
smtp_tls = "tls"
smtp_user = "u"
smtp_password_env = "MAIL"
"""
        toml = folder / "reelmaker.toml"
        toml.write_text(toml.read_text("utf-8") + settings, "utf-8")
        edit(folder, "Abandoned baskets", "Lost baskets")
        monkeypatch.setattr("reelmaker.publish.notify.delivery.WAITS_S", ())
        monkeypatch.setattr("reelmaker.sources.download.http.WAITS_S", ())
        said = ""
        results: dict[str, Any] = {}
        for words in (
            ["fetch", "-v"],
            ["fetch", "--json", "--retry"],
            ["status", "--json"],
            [*BUILD, "--notify", "-v", "--json"],
            ["watch", "--once", "--log", "--notify", "--settle", "0.2", "--problem", "checkout"],
            ["doctor"],
        ):
            done = run(folder, *words)
            results[words[0]] = done.exit_code
            said += done.stdout + done.stderr
        json.dumps(results)
    assert results["fetch"] == 1 and results["build"] == 0 and "was not notified" in said
    kept = {
        p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in ("reelmaker.toml", "export.csv")
    }
    assert (folder / "reelmaker.log") in kept
    for name, value in secrets.items():
        assert value not in said, name
        assert [p.name for p, raw in kept.items() if value.encode() in raw] == [], name
