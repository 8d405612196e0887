"""The house is as it is drawn: imports go one way, one home a package, and what the linter of imports cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from helpers.paths import ROOT

HOUSE = ROOT / "reelmaker"
FILES = sorted(HOUSE.rglob("*.py"))
MOST_FILES = 18  # a folder, so that its listing can be read at a glance
HEAVY = {
    "numpy",
    "PIL",
    "moviepy",
    "faster_whisper",
    "onnxruntime",
    "av",
    "pydub",
    "ffmpeg",
    "rich",
    "ctranslate2",
    "pptx",
    "docx",
    "lxml",
    "opentimelineio",
    "watchfiles",
    "httpx2",
    "fsspec",
    "openpyxl",
}
STARTERS = {"system", "popen", "fork", "forkpty", "startfile", "posix_spawn", "posix_spawnp"}
READERS = {"VideoFileClip", "AudioFileClip", "FFMPEG_VideoReader", "decode_audio", "multiprocessing"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(nodes: Iterator[ast.AST] | list[ast.stmt]) -> set[str]:
    """Full names of what is imported there."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    """What `make lint` says of the imports; nothing is cached, so that it is of now."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(config_filename=sys.argv[1], no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", code, str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_imports_go_one_way_and_each_package_has_one_home() -> None:
    done = lint(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("allowed", ["reelmaker.select.pauses", "reelmaker.*.stage", "reelmaker -> reelmaker.**"])
def test_the_contracts_notice_what_is_wrong(tmp_path: Path, allowed: str) -> None:
    """Without one line of what they allow they name what it allowed."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    narrower = re.sub(rf'"{re.escape(allowed)}[^"]*",?', "", text)
    assert narrower != text
    (tmp_path / "pyproject.toml").write_text(narrower, "utf-8")
    done = lint(tmp_path / "pyproject.toml")
    assert done.returncode == 1 and "BROKEN" in done.stdout


def test_imports_are_written_out_and_only_the_command_line_prints_and_exits() -> None:
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}:{node.lineno} relative import"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "exit"):
                assert path.parent.name == "cli" or path.name == "__main__.py", f"{path}:{node.lineno}"


def test_heavy_packages_are_imported_where_they_are_needed() -> None:
    for path in FILES:
        tops = {name.partition(".")[0] for name in imports(tree_of(path).body)}
        assert not tops & HEAVY, f"{path} imports {tops & HEAVY} at its top"


def test_nothing_but_the_door_starts_a_process_or_opens_an_upload() -> None:
    """No `av.open`, no shell, no process of another kind outside `media`; and no reader of films of moviepy's."""
    for path in FILES:
        home, text = path.relative_to(HOUSE).as_posix(), path.read_text("utf-8")
        door = home.startswith("media/")
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            owner, name = node.value.id, node.attr
            started = owner == "os" and (name in STARTERS or name.startswith(("spawn", "exec")))
            assert not started, f"{path}:{node.lineno} {owner}.{name}"
            if (owner, name) == ("av", "open") or owner in ("subprocess", "multiprocessing"):
                shell = home == "automation/schedulers/shell.py" and owner == "subprocess"
                assert door or shell, f"{path}:{node.lineno} {owner}.{name}"
        assert not {name.rpartition(".")[2] for name in imports(ast.walk(tree_of(path)))} & READERS, path
        assert "AudioSegment.from_" not in text and ".decode_audio(" not in text and "ffmpeg.probe(" not in text, path
        assert door or ("create_subprocess" not in text and ".run_async(" not in text), path


def test_folders_can_be_read_at_a_glance_and_no_test_file_imports_another() -> None:
    for top in (HOUSE, ROOT / "tests"):
        for folder in {path.parent for path in top.rglob("*.py")}:
            assert len(list(folder.glob("*.py"))) <= MOST_FILES, folder
    tests = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    for path in (ROOT / "tests").rglob("*.py"):
        used = {part for name in imports(ast.walk(tree_of(path))) for part in name.split(".")}
        assert not used & (tests | {"conftest"}), path


def test_every_package_is_in_the_wheel() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    there = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "reelmaker").rglob("__init__.py")}
    assert there <= listed, there - listed
