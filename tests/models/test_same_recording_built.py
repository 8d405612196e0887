"""One answer that was uploaded as video, as sound alone and as a small proxy is one customer, in a real build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers.films.videos import ffmpeg
from helpers.surveys import truth

import reelmaker

pytestmark = pytest.mark.slow
MAYA, OTHER = "maya-fernhill.mp4", "Video 12.mp4"


def test_a_recording_in_three_encodings_is_one_customer_and_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    uploads = folder / "uploads"
    uploads.mkdir(parents=True)
    shutil.copy(truth.SAMPLES / "reelmaker.toml", folder)
    for name in (MAYA, OTHER):
        shutil.copy(truth.SAMPLES / "uploads" / name, uploads)
    ffmpeg("-i", uploads / MAYA, "-vn", "-c:a", "aac", "-b:a", "64k", uploads / "New Recording 7.m4a")
    small = ("-vf", "scale=160:-2", "-c:v", "libx264", "-ac", "1", "-ar", "22050", "-c:a", "aac")
    ffmpeg("-i", uploads / MAYA, *small, uploads / "maya proxy.mov")
    reel = reelmaker.build(folder, ["checkout"], dry_run=True)
    assert reel.work.transcribed == 4 and not reel.failures
    assert reel.counts["checkout"].of == 2, "two customers, whatever they uploaded"
    told = [warning for warning in reel.warnings if "holds the same recording as" in warning]
    assert len(told) == 2 and all(MAYA in warning and "counted and shown once" in warning for warning in told), told
    assert {warning.split(" holds")[0] for warning in told} == {"New Recording 7.m4a", "maya proxy.mov"}
    clips = [item["file"] for item in reel.document["items"] if item["kind"] == "clip"]
    assert not {"New Recording 7.m4a", "maya proxy.mov"} & set(clips), "the one with the picture is shown"
