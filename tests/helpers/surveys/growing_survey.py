"""A small survey that gets another answer, is edited and built again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner

from helpers.films.videos import make_video
from helpers.surveys.small_survey import captions
from reelmaker.cli.app import main

DORA = ["I like cats.", "The payment page refused my card three times.", "My cat likes boxes."]


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "reelmaker.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def dora(folder: Path) -> None:
    make_video(folder / "uploads" / "dora.mp4", 6, "320x180", "30", 800)
    (folder / "uploads" / "dora.vtt").write_text(captions(DORA), "utf-8")


def run(folder: Path, *words: str) -> Any:
    return CliRunner().invoke(main, [*words, "--project", str(folder)])
