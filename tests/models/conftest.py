"""What several tests of models look at: the sample survey, transcribed by the real one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers.made_once import made_once
from helpers.surveys import truth

import reelmaker


def _transcribe(place: Path) -> None:
    folder = place / "fernhill"
    shutil.copytree(truth.SAMPLES / "uploads", folder / "uploads")
    shutil.copy(truth.SAMPLES / "reelmaker.toml", folder)
    reel = reelmaker.build(folder, problems=["checkout"], dry_run=True)
    first = {"transcribed": reel.work.transcribed, "failures": [failure.file for failure in reel.failures]}
    (place / "first.json").write_text(json.dumps(first), "utf-8")


@pytest.fixture(scope="session")
def transcribed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample survey, transcribed and not built, and what its first run did (first.json)."""
    return made_once(tmp_path_factory, "transcribed", _transcribe)
