"""What the tests share: media made by the bundled ffmpeg, and a small survey that needs no model."""

from __future__ import annotations

import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from helpers import robustness
from helpers.films.videos import ffmpeg, make_video
from helpers.machines.serving import Served, serving
from helpers.surveys.small_survey import FEW_OUTPUTS, SAYINGS, TOML, captions

from reelmaker import media
from reelmaker.outputs import Finished

# The same examples each time: a failure is one of the code and not of the day
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")

# A shell that runs the tests in the background has interrupts ignored, and so would every program that they start
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = ("robustness", "models", "builds")  # begun first, so that no long file is left over at the end


def pytest_report_header() -> str:
    return robustness.told()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(robustness.told())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    rank = {folder: at for at, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(LONGEST)))
    if left_out := _not_drawn(items):
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=sorted(left_out, key=lambda item: item.nodeid))


def _not_drawn(items: list[pytest.Item]) -> set[pytest.Item]:
    """Of the tests of a file that are marked `sampled(part)`, those that the seed of this run leaves out."""
    families: dict[tuple[Path, float], list[pytest.Item]] = {}
    for item in items:
        if mark := item.get_closest_marker("sampled"):
            families.setdefault((item.path, mark.args[0]), []).append(item)
    drawn = {id(item) for key, family in families.items() for item in robustness.share(family, key[1], key[0].name)}
    return {item for family in families.values() for item in family if id(item) not in drawn}


@pytest.fixture(autouse=True)
def no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An error that is only logged fails the test that caused it."""
    yield
    bad = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not bad, bad


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches further than this machine."""
    import socket

    connect = socket.socket.connect

    def only_here(self: socket.socket, address: object) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            assert isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(autouse=True)
def usual_limits() -> Iterator[None]:
    """A test that changes what uploads may cost does not change it for the next one."""
    yield
    media.set_limits(media.Limits())


Video = Callable[..., Path]


@pytest.fixture(scope="session")
def small_videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short videos, made once."""
    folder = tmp_path_factory.mktemp("videos")
    for number, name in enumerate(SAYINGS):
        make_video(folder / f"{name}.mp4", 6, "320x180", "30", 300 + 100 * number)
    return folder


@pytest.fixture
def small_survey(tmp_path: Path, small_videos: Path) -> Path:
    """A project of three customers whose words lie beside their videos as captions: no model is needed, few outputs."""
    import shutil

    folder = tmp_path / "small survey's"
    (folder / "uploads").mkdir(parents=True)
    (folder / "reelmaker.toml").write_text(FEW_OUTPUTS + TOML, "utf-8")
    for name, sayings in SAYINGS.items():
        shutil.copy2(small_videos / f"{name}.mp4", folder / "uploads")
        (folder / "uploads" / f"{name}.vtt").write_text(captions(sayings), "utf-8")
    return folder


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of picture and tone."""
    return make_video(tmp_path_factory.mktemp("render") / "answer.mp4", 6)


@pytest.fixture(scope="session")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A white square of 160 pixels in the middle of an orange portrait picture."""
    path = tmp_path_factory.mktemp("portrait") / "portrait.mp4"
    picture = "color=0xe07020:s=360x640:r=30:d=2,drawbox=x=100:y=240:w=160:h=160:t=fill:c=white"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        picture,
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-colorspace",
        "bt709",
        "-c:v",
        "libx264",
        "-qp",
        "4",
        path,
    )
    return path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A reel whose video goes from blue to red after 1.2 seconds, so that a still says from when it is."""
    from helpers.results.taken import ANNA, BERT, SAID, clip_of, finished_of, pieces_of, reel_of

    video = tmp_path_factory.mktemp("finished") / "reel.mp4"
    reel = reel_of(
        clip_of(ANNA, SAID, 61_000, "Anna, new customer"),
        clip_of(BERT, "Paying took me three tries in all", 500, "Loyal customer"),
    )
    seconds = reel.duration_ms / 1000
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=blue:s=320x180:r=30:d={seconds},drawbox=t=fill:c=red:enable='gte(t,1.2)'",
        "-f",
        "lavfi",
        "-i",
        f"sine=d={seconds}",
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        video,
    )
    return finished_of(reel, video, pieces=pieces_of(reel, video, tmp_path_factory.mktemp("pieces")))


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty hub cache, wherever this machine keeps its own."""
    hub = tmp_path / "hub"
    monkeypatch.setenv("HF_HUB_CACHE", str(hub))
    return hub


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts a program of that name first on the PATH; gives back the folder where it keeps what it got."""
    if os.name == "nt":
        pytest.skip("shell scripts stand in")
    folder = tmp_path / "stand-ins"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def make(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f'#!/bin/sh\ncd "{folder}" || exit 9\necho "$@" >> {name}.calls\n{script}\n')
        path.chmod(0o755)
        return folder

    return make


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey with a reel of three customers, made once, today."""
    from helpers.surveys import departures

    return departures.built(tmp_path_factory.mktemp("lived"))


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(lived, tmp_path / "survey"))


@pytest.fixture
def served() -> Iterator[Served]:
    """A web server of this machine."""
    with serving() as server:
        yield server
