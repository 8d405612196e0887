"""What is promised of every reel and every build, on whole builds: explainable, playable, without a network, originals as
they were. The other promises have files of their own; `rows.py` lists them all.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.videos import ffmpeg
from helpers.surveys.building import build
from helpers.surveys.growing_survey import edit

from reelmaker import media
from reelmaker.media import Encoding
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.render import pieces

SKIPPED = "NOT TESTED HERE: "


def pictures(path: Path) -> np.ndarray:
    raw = measure.decode(path, "-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo")
    return np.frombuffer(raw, np.uint8).reshape(-1, 180, 320).astype(float)


def likeness_db(one: np.ndarray, other: np.ndarray) -> float:
    return 10 * math.log10(255**2 / max(float(((one - other) ** 2).mean()), 1e-9))


@pytest.mark.slow
def test_every_second_is_explained_and_is_what_its_source_shows_there(
    small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every single frame of every clip against the frame of the upload that the manifest names, at 30 dB or better."""
    edit(small_survey, 'size = "320x180"', 'size = "320x180"\ncaptions = "sidecar"')
    monkeypatch.setattr(pieces, "_script", lambda *_: "")  # the speaker's label lies over the picture
    folder = build(small_survey, check=False).folder
    assert folder
    document = json.loads((folder / "manifest.json").read_text("utf-8"))
    reel, at_ms, compared = pictures(folder / "reel.mp4"), 0, 0
    for item in document["items"]:
        assert item["start_ms"] == at_ms, "no second is left out"
        at_ms = item["end_ms"]
        if item["kind"] != "clip":
            assert item["fields"]
            continue
        assert item["why"] and item["text"] and item["words"] and 0 <= item["score"] <= 1
        upload = small_survey / "uploads" / item["file"]
        assert hashlib.sha256(upload.read_bytes()).hexdigest() == item["response"]
        there = pictures(upload)
        first, last = round(item["start_ms"] * 0.03), round(item["end_ms"] * 0.03)
        for number in range(first, last):
            wanted = there[round(item["source_start_ms"] * 0.03) + number - first]
            assert likeness_db(reel[number], wanted) >= 30, (item["file"], number)
            compared += 1
        other = there[min(len(there) - 1, round(item["source_start_ms"] * 0.03) + 15)]
        assert likeness_db(reel[first], other) < 25, "another moment would be noticed"
    assert at_ms * 0.03 == len(reel) and compared >= 90


@pytest.mark.parametrize(("width", "height", "fps"), [(1280, 720, 30), (720, 1280, 30), (1920, 1080, 30)])
def test_the_level_is_one_that_every_player_knows(
    tmp_path: Path, video: Path, width: int, height: int, fps: int
) -> None:
    import av
    from helpers.films.pieces import source_of

    facts = source_of(video).facts
    piece = media.Piece(video, facts.picture_track, facts.sound_track, 0, 15, picture=facts.picture)
    media.cut_piece(piece, Encoding(width, height, fps), tmp_path / "p.mov", tmp_path, {})
    media.join([tmp_path / "p.mov"], tmp_path / "reel.mp4", captions=None, chapters=[], title="", language="")
    with av.open(str(tmp_path / "reel.mp4")) as box:
        head = box.streams.video[0].codec_context.extradata
        assert head and head[1] == 100, "High"
        assert head[3] <= 41, f"level {head[3] / 10}"


@pytest.mark.slow
def test_a_whole_reel_plays_everywhere_and_has_no_stray_streams(small_survey: Path) -> None:
    import av

    folder = build(small_survey, check=False).folder
    assert folder
    with av.open(str(folder / "reel.mp4")) as box:
        kinds = [stream.type for stream in box.streams if stream.type != "data"]  # data: the chapter marks
        assert kinds == ["video", "audio", "subtitle"]
        video, audio = box.streams.video[0], box.streams.audio[0]
        context = video.codec_context
        assert (context.profile, context.pix_fmt) == ("High", "yuv420p")
        assert (context.color_range, context.color_primaries, context.color_trc, context.colorspace) == (
            1,
            1,
            1,
            1,
        )
        assert video.sample_aspect_ratio == 1 and (audio.codec_context.name, audio.rate, audio.channels) == (
            "aac",
            48_000,
            2,
        )
        steps = {packet.duration for packet in box.demux(video) if packet.dts is not None}
        assert len(steps) == 1, "a constant rate"
    raw = (folder / "reel.mp4").read_bytes()
    assert raw.find(b"moov") < raw.find(b"mdat"), "plays while it loads"
    assert measure.faults(folder / "reel.mp4") == ""


def stamped(folder: Path) -> dict[str, tuple[str, int, int, int]]:
    """Content, time, mode and number on the disk of everything in it, the folders too."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
            stat.S_IMODE(path.stat().st_mode),
            path.stat().st_ino,
        )
        for path in sorted([folder, *folder.rglob("*")])
    }


@pytest.mark.slow
def test_originals_keep_their_content_times_modes_and_folders(small_survey: Path) -> None:
    uploads = small_survey / "uploads"
    (uploads / "more").mkdir()
    shutil.copy2(uploads / "anna.mp4", uploads / "more" / "anna again.mp4")
    (uploads / "broken.mp4").write_bytes(b"\0" * 5000)
    for number, path in enumerate(sorted(uploads.rglob("*"))):
        if path.is_file():
            path.chmod((0o444, 0o640, 0o600, 0o755)[number % 4])
            os.utime(path, ns=(10**18 + number, 10**18 + 7 * number))
    before = stamped(uploads)
    build(small_survey)
    build(small_survey, size="180x320")
    build(small_survey, draft=True)
    assert stamped(uploads) == before


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="mounts")
def test_uploads_on_a_disk_that_cannot_be_written_are_fine(small_survey: Path) -> None:
    uploads = str(small_survey / "uploads")
    mounted = (
        shutil.which("mount")
        and not subprocess.run(["mount", "--bind", uploads, uploads], check=False, capture_output=True).returncode
    )
    if not mounted:
        pytest.skip(SKIPPED + "nothing may be mounted; another test takes the permissions away")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", uploads], check=True)
        with pytest.raises(OSError):
            (Path(uploads) / "x").touch()
        assert len(build(small_survey).clips) == 2
    finally:
        subprocess.run(["umount", uploads], check=True)


def command(folder: Path) -> list[str]:
    return [
        sys.executable,
        *"-m reelmaker build -q --problem checkout --project".split(),
        str(folder),
    ]


@pytest.mark.slow
def test_a_build_and_all_that_it_starts_open_no_socket(small_survey: Path, tmp_path: Path) -> None:
    """The system itself is asked, of every process and thread: no socket of any network is opened."""
    if (
        shutil.which("strace") is None
        or subprocess.run(["strace", "-f", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip(SKIPPED + "strace is not there; other tests watch from inside of Python")
    told = tmp_path / "told"
    traced = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto,execve", "-o", str(told)]
    (small_survey / "uploads" / "cleo.vtt").unlink()  # so that a model is loaded, and listens
    done = subprocess.run([*traced, *command(small_survey)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = told.read_text("utf-8", "replace").splitlines()
    started = {name for line in lines if (name := re.search(r'execve\("([^"]+)".* = 0$', line))}
    names = {Path(one[1]).name for one in started}
    assert any("ffmpeg" in name for name in names) and any("python" in name for name in names), names
    network = [
        line
        for line in lines
        if re.search(r"(socket|connect|sendto)\(", line) and "AF_UNIX" not in line and "AF_NETLINK" not in line
    ]
    assert network == []


@pytest.mark.slow
def test_a_build_where_there_is_no_network_at_all_is_the_same(small_survey: Path, tmp_path: Path) -> None:
    """Not even loopback is up there; the reel is the same to the byte."""
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip(SKIPPED + "no network may be taken away")
    kept = tmp_path / "kept"
    shutil.copytree(small_survey, kept)
    subprocess.run(command(small_survey), check=True, capture_output=True)
    with_it = (small_survey / "reels" / "checkout" / "reel.mp4").read_bytes()
    shutil.rmtree(small_survey)
    shutil.copytree(kept, small_survey)
    done = subprocess.run(["unshare", "-rn", *command(small_survey)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (small_survey / "reels" / "checkout" / "reel.mp4").read_bytes() == with_it


HOOK = """
import os, sys
def watch(event, arguments):
    # what asks for a socket of the own machine only (a socket pair, a path) is no network
    if event.split(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib") and event != "socket.__new__":
        with open(os.environ["REELMAKER_TEST_TOLD"], "a") as told:
            told.write(f"{os.getpid()} {event} {arguments!r}"[:300] + chr(10))
with open(os.environ["REELMAKER_TEST_TOLD"] + ".began", "a") as told:
    told.write(f"{os.getpid()}" + chr(10))
sys.addaudithook(watch)
"""


@pytest.mark.slow
def test_no_python_that_a_build_starts_asks_for_the_network(small_survey: Path, tmp_path: Path) -> None:
    """Where the system cannot be asked: a hook in every Python that is started, those that look at uploads too."""
    site, told = tmp_path / "site", tmp_path / "told"
    site.mkdir()
    (site / "sitecustomize.py").write_text(HOOK, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(site), "REELMAKER_TEST_TOLD": str(told)}
    done = subprocess.run(command(small_survey), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "told.began").read_text().split()) >= 2, "the build, and who looks at uploads"
    assert not told.exists(), told.read_text()
    # the hook hears what it should
    asks = [sys.executable, "-c", "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"]
    subprocess.run(asks, env=environment, check=True)
    assert "socket.connect" in told.read_text()


def test_ffmpeg_itself_may_open_files_and_pipes_alone(tmp_path: Path, video: Path) -> None:
    """What is given to it as an upload cannot make it reach for the network, whatever it says."""
    for name in ("http://127.0.0.1:9/x.mp4", "tcp://127.0.0.1:9"):
        text = tmp_path / "answer.mp4"
        text.write_text(f"ffconcat version 1.0\nfile '{name}'\n", "utf-8")
        with pytest.raises(media_ffmpeg.RenderError):
            media_ffmpeg.run([*media_ffmpeg.source(text), "-f", "null", "-"])
    media_ffmpeg.run([*media_ffmpeg.source(video), "-f", "null", "-"])
    assert ffmpeg("-i", video, "-frames:v", "1", "-f", "null", "-") == b""
