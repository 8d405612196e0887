"""The built wheel behaves as the checkout does: templates inside, installed, run on a small survey."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from helpers.paths import ROOT

pytestmark = pytest.mark.slow


def tool(*words: str | Path, folder: Path) -> str:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # built from a copy, so that nothing is left behind in the checkout
    files = tool("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=ROOT).split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file() and not name.startswith(("samples/", "tests/")):
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "source" / name).write_bytes((ROOT / name).read_bytes())
    tool(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder,
        folder=folder / "source",
    )
    [found] = folder.glob("*.whl")
    return found


def test_templates_models_list_and_schema_are_inside_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for design in ("plain", "bold", "dark"):
        assert any(name.endswith(f"templates/{design}/template.toml") for name in names), design
    assert "reelmaker/outputs/schema.json" in names and "reelmaker/sources/platforms/qualtrics.toml" in names
    assert all(name.startswith(("reelmaker/", "reelmaker-")) for name in names)
    assert not any("tests" in name or "samples" in name for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_installed_wheel_builds_a_reel(wheel: Path, small_survey: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    tool(sys.executable, "-m", "venv", home, folder=tmp_path)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    tool(
        python,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "-q",
        "--disable-pip-version-check",
        wheel,
        folder=tmp_path,
    )
    # it borrows the dependencies that are installed already, but not the checkout
    site = Path(tool(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=tmp_path).strip())
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    where = tool(python, "-c", "import reelmaker; print(reelmaker.__file__)", folder=tmp_path).strip()
    assert Path(where).is_relative_to(home)
    command = python.with_name("reelmaker.exe" if os.name == "nt" else "reelmaker")
    out = tool(command, "build", "--problem", "checkout", "--project", small_survey, folder=tmp_path).strip()
    assert Path(out).is_file() and Path(out).stat().st_size > 20_000
    png = tool(command, "card", "outro", "--template", "bold", "--project", small_survey, folder=tmp_path).strip()
    assert (tmp_path / png).read_bytes().startswith(b"\x89PNG")
