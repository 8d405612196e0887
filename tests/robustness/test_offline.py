"""A build opens no socket and needs nothing of the machine: not an ffmpeg on the PATH, not a model hub."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from helpers.machines.no_network import ALONE, alone
from helpers.paths import SAMPLES


@pytest.mark.slow
def test_a_build_opens_no_socket_and_finds_its_own_ffmpeg(small_survey: Path, tmp_path: Path) -> None:
    assert alone(small_survey, "checkout", tmp_path) == "2 []"


@pytest.mark.slow
def test_a_build_with_both_models_opens_no_socket(tmp_path: Path) -> None:
    project = tmp_path / "survey"
    (project / "uploads").mkdir(parents=True)
    for name in ("maya-fernhill.mp4", "Video 12.mp4"):
        shutil.copy(SAMPLES / "uploads" / name, project / "uploads")
    shutil.copy(SAMPLES / "reelmaker.toml", project)
    clips, failures = alone(project, "checkout", tmp_path).split(" ", 1)
    assert int(clips) >= 1 and failures == "[]"


def test_a_model_that_is_not_here_is_one_line_and_no_socket(small_survey: Path, tmp_path: Path) -> None:
    (small_survey / "uploads" / "cleo.vtt").unlink()
    code = ALONE.replace("[sys.argv[2]])", "[sys.argv[2]], model='large-v3')").replace(
        "import reelmaker\n", "import os\nos.environ['HF_HOME'] = sys.argv[1] + '/none'\nimport reelmaker\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(small_survey), "checkout"],
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode and "ModelError" in last and "doctor --fetch large-v3" in last


def test_the_packages_that_must_not_change_are_pinned() -> None:
    """PyAV 19 dropped an argument that faster-whisper passes; pydub needs a module that Python 3.13 dropped."""
    wanted = metadata.requires("reelmaker") or []
    assert any(line.startswith("av") and "<19" in line for line in wanted)
    assert any(line.startswith("audioop-lts") and "3.13" in line for line in wanted)
    assert any(line.startswith("faster-whisper") and "<1.3" in line for line in wanted)
    assert int(metadata.version("av").split(".")[0]) < 19


def test_no_library_keeps_or_reports_anything_about_this_machine(tmp_path: Path) -> None:
    """onnxruntime writes a number of this machine and a store of events into the home folder unless it is forbidden."""
    import os

    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(home), "TMPDIR": str(temporary), "XDG_CACHE_HOME": str(home / ".cache")}
    code = "import reelmaker; from faster_whisper.vad import get_vad_model; get_vad_model(); import onnxruntime, ctranslate2, av"
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True)
    assert [path for folder in (home, temporary) for path in folder.rglob("*") if path.is_file()] == []
