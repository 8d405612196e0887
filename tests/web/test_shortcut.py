"""The starter beside a project, on each system, in folders with awkward names."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

import pytest
from helpers.machines.command_line import run

from reelmaker.errors import ProjectError
from reelmaker.web import shortcut


@pytest.mark.parametrize("name", ["Spring survey", "100% it's $HOME `x` \\ two", "Zoë"])
def test_a_starter_names_its_folder_exactly(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    mac = shortcut.write(folder, "darwin", "/opt/py thon/bin/python3")
    assert mac.name == "Open reelmaker.command"
    words = shlex.split(mac.read_text("utf-8").splitlines()[1])
    assert words == ["exec", "/opt/py thon/bin/python3", "-m", "reelmaker", "review", "--project", str(folder)]
    if os.name == "posix":
        assert mac.stat().st_mode & stat.S_IXUSR
    linux = shortcut.write(folder, "linux", "/usr/bin/python3").read_text("utf-8")
    [line] = [line for line in linux.splitlines() if line.startswith("Exec=")]
    assert _arguments(line.removeprefix("Exec=")) == [
        "/usr/bin/python3",
        "-m",
        "reelmaker",
        "review",
        "--project",
        str(folder),
    ]
    assert "Terminal=false" in linux
    windows = shortcut.write(folder, "win32", r"C:\Program Files\Python\python.exe").read_text("utf-8")
    assert r'start "" "C:\Program Files\Python\pythonw.exe" -m reelmaker review' in windows, "no terminal window"
    assert str(folder).replace("%", "%%") in windows


def _arguments(line: str) -> list[str]:
    """An Exec line as the specification of desktop entries reads it."""
    value = line.replace("\\\\", "\\")
    words, word, inside, at = [], "", False, 0
    while at < len(value):
        letter = value[at]
        if inside and letter == "\\":
            at += 1
            word += value[at]
        elif letter == '"':
            inside = not inside
        elif letter == " " and not inside:
            words.append(word)
            word = ""
        else:
            word += letter
        at += 1
    return [part.replace("%%", "%") for part in (*words, word)]


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_folder_that_no_starter_can_name_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a\nb"
    folder.mkdir()
    with pytest.raises(ProjectError, match="no starter can name"):
        shortcut.write(folder, "linux")


@pytest.mark.slow
def test_the_command_writes_that_of_this_system(tmp_path: Path) -> None:
    done = run("review", "--shortcut", "--project", str(tmp_path))
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.strip())
    assert (
        path.parent == tmp_path.absolute()
        and path.is_file()
        and sys.executable.split("/")[-1][:6] in path.read_text("utf-8")
    )
