"""One small survey for all tests of the review window, built once; and one browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.films.videos import make_video
from helpers.machines.browsing import browser
from helpers.machines.windows import window_of
from helpers.surveys.small_survey import SAYINGS, TOML, captions

import reelmaker
from reelmaker.web.server import Server

PEOPLE = {
    **SAYINGS,
    "dora": ["I tried for an hour.", "The payment failed again and again.", "Then I went elsewhere."],
    "emil": ["My parcel came late.", "The courier left it in the rain.", "Delivery was a mess."],
}
TABLE = """file,respondent,name,segment,score,date
anna.mp4,r1,Anna,new,3,2026-07-02
bert.mp4,r2,Bert,new,2,2026-07-09
cleo.mp4,r3,Cleo,loyal,9,2026-08-01
dora.mp4,r4,Dora,loyal,4,2026-08-11
emil.mp4,r5,Emil,loyal,5,2026-08-12
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five customers with captions, no model; the reel `checkout` is built. Not to be changed: see `project`."""
    folder = tmp_path_factory.mktemp("window") / "Lamps & Co"
    uploads = folder / "uploads"
    uploads.mkdir(parents=True)
    (folder / "reelmaker.toml").write_text(TOML, "utf-8")
    (uploads / "responses.csv").write_text(TABLE, "utf-8")
    for number, (name, sayings) in enumerate(PEOPLE.items()):
        make_video(uploads / f"{name}.mp4", 6, "320x180", "30", 300 + 100 * number)
        (uploads / f"{name}.vtt").write_text(captions(sayings), "utf-8")
    reelmaker.build(folder, problems=["checkout"], check=False)
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(built, tmp_path / built.name))


@pytest.fixture
def window(project: Path) -> Iterator[Server]:
    """The server of that copy."""
    with window_of(project) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found
