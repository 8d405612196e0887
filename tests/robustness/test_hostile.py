"""Uploads come from strangers: nothing else is opened, nothing is fetched, bombs of time and size are refused."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from helpers.films import measure
from helpers.films.videos import ffmpeg, make_video
from helpers.machines.watching import linux, listening, opened
from helpers.surveys.small_survey import SAYINGS, captions

import reelmaker
from reelmaker import media
from reelmaker.errors import RenderError, UploadError
from reelmaker.media import ffmpeg as media_ffmpeg

# ---- files that name other files ---------------------------------------------------------------------

HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile '{}'\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{}" width="9" height="9"/></svg>'
PLAN = '<?xml version="1.0"?><MPD><Period><BaseURL>{}</BaseURL></Period></MPD>'
SESSION = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n"
INDEX = "# VobSub index file, v7\ntimestamp: 00:00:00:000, filepos: 000000000\n"
WHERE = (
    "{secret}",
    "file://{secret}",
    "../outside/secret.mp4",
    "sibling.mp4",
    "http://127.0.0.1:{port}/x.ts",
)
HOSTILE = {
    **{
        f"concat script {where} as {name}": (name, CONCAT.replace("{}", where))
        for where in WHERE
        for name in ("a.mp4", "a.ffconcat")
    },
    **{
        f"playlist {where} as {name}": (name, HLS.replace("{}", where))
        for where in WHERE
        for name in ("a.mp4", "a.m3u8")
    },
    "plan": ("a.mpd", PLAN.replace("{}", "{secret}")),
    "picture as mp4": ("a.mp4", SVG.replace("{}", "{secret}")),
    "session": ("a.mp4", SESSION),
    "subtitles with a second file": ("sibling.idx", INDEX),
    "pattern of names": ("sibling%d.mp4", "not a readable video"),
    "an address for a name": ("concat:sibling.mp4", "not a readable video"),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A secret in a folder outside, and another one beside the uploads."""
    root = tmp_path_factory.mktemp("places")
    (root / "outside").mkdir()
    (root / "uploads").mkdir()
    secret = make_video(root / "outside" / "secret.mp4", 5)
    for name in ("sibling.mp4", "sibling.sub", "sibling1.mp4"):
        shutil.copy(secret, root / "uploads" / name)
    return root


@pytest.mark.slow
@linux
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_names_others_opens_none_of_them_and_asks_for_nothing(places: Path, kind: str) -> None:
    name, text = HOSTILE[kind]
    secret, uploads = places / "outside" / "secret.mp4", places / "uploads"
    siblings = [uploads / other for other in ("sibling.mp4", "sibling.sub", "sibling1.mp4")]
    with listening() as (port, asked), opened(secret.parent, secret, *siblings) as seen:
        path = uploads / name
        path.write_text(text.replace("{secret}", str(secret)).replace("{port}", str(port)), "utf-8")
        try:
            with pytest.raises(UploadError) as refused:
                media.probe(path)
            assert "\n" not in str(refused.value) and refused.value.remedy
            with pytest.raises(UploadError):
                media.pcm(path, 0)
            with pytest.raises(RenderError):
                media.loudness(path, 0, 0, 1000)
            with pytest.raises(RenderError):
                media.cut_piece(media.Piece(path, 0, 1, 0, 30), media.Encoding(320, 180), places / "p.mov", places, {})
        finally:
            path.unlink()
    assert seen == [] and asked == []


@linux
@pytest.mark.parametrize("kind", ["concat", "playlist"])
def test_without_the_allow_lists_the_other_file_would_be_read(places: Path, kind: str) -> None:
    """So that the test above is known to see what it looks for."""
    secret = places / "outside" / "secret.mp4"
    path = places / ("x.ffconcat" if kind == "concat" else "x.m3u8")
    path.write_text((CONCAT if kind == "concat" else HLS).replace("{}", str(secret)), "utf-8")
    unsafe = ["-safe", "0"] if kind == "concat" else ["-allowed_extensions", "ALL", "-extension_picky", "0"]
    with opened(secret.parent) as seen:
        subprocess.run(
            [media.ffmpeg_exe(), "-v", "quiet", *unsafe, "-i", path, "-f", "null", "-"], check=False, timeout=60
        )
    assert seen


@pytest.mark.slow
@linux
def test_a_whole_build_reads_nothing_outside_the_project(small_survey: Path, places: Path) -> None:
    """Links, pipes, sockets, scripts and playlists among good files: the good ones are used, the rest is named."""
    secret, uploads = places / "outside" / "secret.mp4", small_survey / "uploads"
    bad = {"link.mp4", "folder", "pipe.mp4", "socket.mp4"}
    (uploads / "link.mp4").symlink_to(secret)
    (uploads / "folder").symlink_to(secret.parent)
    (uploads / "cleo.srt").symlink_to(secret.parent / "words.srt")
    os.mkfifo(uploads / "pipe.mp4")
    here = Path.cwd()
    os.chdir(uploads)  # a socket's path must be short
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.mp4")
    os.chdir(here)
    with listening() as (port, asked):
        for number, (name, text) in enumerate(HOSTILE.values()):
            if "sibling" in name:
                continue
            file = f"{number} {name}"
            bad.add(file)
            (uploads / file).write_text(text.replace("{secret}", str(secret)).replace("{port}", str(port)))
        began = time.monotonic()
        with opened(secret.parent, secret) as seen:
            reel = reelmaker.build(small_survey, ["checkout"])
    server.close()
    assert seen == [] and asked == []
    assert {failure.file for failure in reel.failures} == bad
    assert all(failure.reason and "\n" not in failure.reason for failure in reel.failures)
    assert reel.counts["checkout"].of == 3 and len(reel.clips) == 2
    assert time.monotonic() - began < 120


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="names that Windows forbids")
def test_every_odd_name_is_taken_in_and_shown(small_survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from reelmaker.cli import app

    names = [
        *"-i.mp4 --help.mp4 concat:a|b.mp4 %03d.mp4".split(),
        'a\'b "c".mp4',
        "new\nline.mp4",
        "\x1b[31mred.mp4",
        "😀.mp4",
        "[x],;=.mp4",
        "$(id).mp4",
        "file:x.mp4",
        "<b>&amp;.mp4",
        unicodedata.normalize("NFC", "réponse.mp4"),
        unicodedata.normalize("NFD", "réponsé.mp4"),
        "a" * 240 + ".mp4",
    ]
    uploads = small_survey / "uploads"
    plain = (uploads / "cleo.mp4").read_bytes()
    for number, name in enumerate(names):
        (uploads / name).write_bytes(plain + number.to_bytes(4, "big"))
        (uploads / name).with_suffix(".vtt").write_text(captions(SAYINGS["cleo"]), "utf-8")
    reel = reelmaker.build(small_survey, ["checkout"], dry_run=True)
    assert reel.counts["checkout"].of == 3 + len(names) and reel.failures == ()
    with pytest.raises(SystemExit):
        app.main(["moments", "--project", str(small_survey)])
    shown = capsys.readouterr()
    assert "\x1b[31mred" not in shown.out + shown.err and "new\nline" not in shown.out + shown.err


# ---- bombs -------------------------------------------------------------------------------------------


def cost(code: str, *arguments: str | Path) -> dict[str, float]:
    """What a fresh process and all that it starts take: processor seconds, peak memory of the largest in MB.

    Its own peak is VmHWM, which begins anew with the program; ru_maxrss would be at least that of the test run it was forked from.
    """
    script = (
        f"import json, resource, sys\nfrom pathlib import Path\nfrom reelmaker import media\nfrom reelmaker.errors import UploadError\n"
        f"path, folder = Path(sys.argv[1]), Path(sys.argv[2])\nsaid = ''\n{code}\nmedia.rest()\n"
        "all = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "own = int(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
        "print(json.dumps({'cpu': all.ru_utime + all.ru_stime, 'mb': max(own, all.ru_maxrss) / 1024, 'said': said}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-1000:]
    return json.loads(done.stdout)


LOOK = "try:\n    said = str(media.probe(path))\nexcept UploadError as problem:\n    said = str(problem)"


@linux
def test_two_frames_ten_hours_apart_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bomb.mp4"
    frames = "color=s=64x64:r=1:d=2,setpts=N*36000/TB"
    ffmpeg("-f", "lavfi", "-i", frames, "-fps_mode", "vfr", "-c:v", "libx264", path)
    assert path.stat().st_size < 5000
    with pytest.raises(UploadError, match=r"hours long.*|\[limits\] hours"):
        media.probe(path)
    found = cost(LOOK, path, tmp_path)
    assert found["cpu"] < 10 and found["mb"] < 400, found


@pytest.mark.slow
@linux
def test_two_frames_hours_apart_that_are_allowed_cost_little(tmp_path: Path) -> None:
    """3.9 hours between two pictures, and 40 minutes of nothing between two sounds."""
    path = tmp_path / "bomb.mkv"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=s=64x64:r=1:d=2,setpts=N*14000/TB",
        "-f",
        "lavfi",
        "-i",
        "sine=d=0.2:r=48000,asetpts='if(lt(N,4),PTS,PTS+2500*48000)'",
        "-fps_mode",
        "vfr",
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        path,
    )
    assert path.stat().st_size < 20_000
    code = (
        "found = media.probe(path)\n"
        "piece = media.Piece(path, found.picture_track, found.sound_track, 7_000_000, 60, picture=found.picture)\n"
        "media.cut_piece(piece, media.Encoding(320, 180), folder / 'p.mov', folder, {})\n"
        "said = str(len(media.recording(path, found.sound_track).samples))"
    )
    found = cost(code, path, tmp_path)
    assert int(found["said"]) == pytest.approx(2500.2 * 16_000, abs=3200)
    assert found["cpu"] < 25 and found["mb"] < 1500, found
    assert len(measure.luma(tmp_path / "p.mov")) == 60


@linux
@pytest.mark.slow
@pytest.mark.parametrize("codec", ["ffv1", "mjpeg", "png"])
def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "huge.mkv"
    form = "yuvj420p" if codec == "mjpeg" else "gray"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=s=16000x9000:r=1:d=1",
        "-frames:v",
        "1",
        "-c:v",
        codec,
        "-pix_fmt",
        form,
        path,
    )
    found = cost(LOOK, path, tmp_path)
    assert "144.0 megapixels" in str(found["said"]) and "[limits] megapixels" in str(found["said"])
    assert found["mb"] < 600 and found["cpu"] < 20, found
    with pytest.raises(RenderError):
        media_ffmpeg.run([*media_ffmpeg.source(path), "-map", "0:v", "-f", "null", "-"])


@pytest.mark.slow
def test_a_limit_on_the_length_is_that_of_the_settings(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", 20)
    media.set_limits(media.Limits(hours=10 / 3600))
    try:
        with pytest.raises(UploadError, match="Uploads may be at most"):
            media.probe(path)
    finally:
        media.set_limits(media.Limits())
    assert media.probe(path).duration_ms == pytest.approx(20_000, abs=50)


def test_limits_of_the_project_file_reach_whatever_reads_uploads(small_survey: Path) -> None:
    """Too long, too large: refused with the setting's name; and the limits' own defaults let all of it in."""
    toml = small_survey / "reelmaker.toml"
    plain = toml.read_text("utf-8")
    toml.write_text(plain + "[limits]\nmegapixels = 0.1\nminutes = 2\nmemory_mb = 3000\nhours = 1\n", "utf-8")
    make_video(small_survey / "uploads" / "large.mp4", 1, "640x360")
    make_video(small_survey / "uploads" / "small.mp4", 1, "160x90")
    (small_survey / "uploads" / "small.vtt").write_text("WEBVTT\n\n", "utf-8")
    (small_survey / "uploads" / "large.vtt").write_text("WEBVTT\n\n", "utf-8")
    try:
        reel = reelmaker.build(small_survey, ["checkout"], dry_run=True)
        assert media_ffmpeg.limits == media.Limits(1, 100_000, 3_000_000_000, 120)
        [large] = [failure for failure in reel.failures if failure.file == "large.mp4"]
        assert "0.2 megapixels" in large.reason and "[limits] megapixels" in large.reason
        assert {failure.file for failure in reel.failures} == {"large.mp4"}, "the others are smaller"
    finally:
        media.set_limits(media.Limits())
        media.rest()
    toml.write_text(plain, "utf-8")
    assert media_ffmpeg.limits == media.Limits(4.0, 8192 * 4608, 6 << 30, 3600.0)
