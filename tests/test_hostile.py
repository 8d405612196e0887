"""Uploads come from strangers: nothing else is opened, nothing is fetched, every limit holds, and one file is one file."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import measure
import numpy as np
import pytest
from conftest import SAYINGS, captions, ffmpeg, make_video
from test_uploads import piece
from watching import listening, opened

import reelmaker
from reelmaker import media
from reelmaker.errors import RenderError, UploadError
from reelmaker.media import facts, guard, looking

linux = pytest.mark.skipif(sys.platform != "linux", reason="watched and limited as Linux does it")

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
    **{f"concat script {where} as {name}": (name, CONCAT.replace("{}", where)) for where in WHERE for name in ("a.mp4", "a.ffconcat")},
    **{f"playlist {where} as {name}": (name, HLS.replace("{}", where)) for where in WHERE for name in ("a.mp4", "a.m3u8")},
    "plan": ("a.mpd", PLAN.replace("{}", "{secret}")),
    "picture as mp4": ("a.mp4", SVG.replace("{}", "{secret}")),
    "session": ("a.mp4", SESSION),
    "subtitles with a second file": ("sibling.idx", INDEX),
    "pattern of names": ("sibling%d.mp4", "not a video"),
    "an address for a name": ("concat:sibling.mp4", "not a video"),
}  # fmt: skip


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
                media.cut_piece(
                    media.Piece(path, 0, 1, 0, 30), media.Encoding(320, 180), places / "p.mov", places, {}
                )
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
        )  # fmt: skip
    assert seen


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


@pytest.mark.skipif(os.name != "posix", reason="names that Windows forbids")
def test_every_odd_name_is_taken_in_and_shown(
    small_survey: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from reelmaker import cli

    names = [
        "-i.mp4", "--help.mp4", "concat:a|b.mp4", "%03d.mp4", 'a\'b "c".mp4', "new\nline.mp4", "\x1b[31mred.mp4", "😀.mp4",
        "[x],;=.mp4", "$(id).mp4", "file:x.mp4", "<b>&amp;.mp4", unicodedata.normalize("NFC", "réponse.mp4"),
        unicodedata.normalize("NFD", "réponsé.mp4"), "a" * 240 + ".mp4",
    ]  # fmt: skip
    uploads = small_survey / "uploads"
    plain = (uploads / "cleo.mp4").read_bytes()
    for number, name in enumerate(names):
        (uploads / name).write_bytes(plain + number.to_bytes(4, "big"))
        (uploads / name).with_suffix(".vtt").write_text(captions(SAYINGS["cleo"]), "utf-8")
    reel = reelmaker.build(small_survey, ["checkout"], dry_run=True)
    assert reel.counts["checkout"].of == 3 + len(names) and reel.failures == ()
    with pytest.raises(SystemExit):
        cli.main(["moments", "--project", str(small_survey)])
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
    )  # fmt: skip
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


@linux
def test_two_frames_hours_apart_that_are_allowed_cost_little(tmp_path: Path) -> None:
    """3.9 hours between two pictures, and 40 minutes of nothing between two sounds."""
    path = tmp_path / "bomb.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "color=s=64x64:r=1:d=2,setpts=N*14000/TB", "-f", "lavfi", "-i",
        "sine=d=0.2:r=48000,asetpts='if(lt(N,4),PTS,PTS+2500*48000)'", "-fps_mode", "vfr", "-c:v", "libx264", "-c:a", "aac", path,
    )  # fmt: skip
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
        guard.run([*guard.source(path), "-map", "0:v", "-f", "null", "-"])


def test_a_limit_on_the_length_is_that_of_the_settings(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", 20)
    media.set_limits(media.Limits(hours=10 / 3600))
    try:
        with pytest.raises(UploadError, match="longest upload"):
            media.probe(path)
    finally:
        media.set_limits(media.Limits())
    assert media.probe(path).duration_ms == pytest.approx(20_000, abs=50)


def test_limits_of_the_project_file_reach_whatever_reads_uploads(small_survey: Path) -> None:
    """Too long, too large: refused with the setting's name; and the limits' own defaults let all of it in."""
    toml = small_survey / "reelmaker.toml"
    plain = toml.read_text("utf-8")
    toml.write_text(
        plain + "[limits]\nmegapixels = 0.1\nminutes = 2\nmemory_mb = 3000\nhours = 1\n", "utf-8"
    )
    make_video(small_survey / "uploads" / "large.mp4", 1, "640x360")
    make_video(small_survey / "uploads" / "small.mp4", 1, "160x90")
    (small_survey / "uploads" / "small.vtt").write_text("WEBVTT\n\n", "utf-8")
    (small_survey / "uploads" / "large.vtt").write_text("WEBVTT\n\n", "utf-8")
    try:
        reel = reelmaker.build(small_survey, ["checkout"], dry_run=True)
        assert guard.limits == media.Limits(1, 100_000, 3_000_000_000, 120)
        [large] = [failure for failure in reel.failures if failure.file == "large.mp4"]
        assert "0.2 megapixels" in large.reason and "[limits] megapixels" in large.reason
        assert {failure.file for failure in reel.failures} == {"large.mp4"}, "the others are smaller"
    finally:
        media.set_limits(media.Limits())
        media.rest()
    toml.write_text(plain, "utf-8")
    assert guard.limits == media.Limits(4.0, 8192 * 4608, 6 << 30, 3600.0)


# ---- limits on what runs -----------------------------------------------------------------------------


@linux
def test_processor_time_is_held() -> None:
    """A process that never rests is ended by the system after the seconds it may have."""
    endless = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=1280x720:r=30",
        "-threads",
        "1",
        "-filter_threads",
        "1",
        "-f",
        "null",
        "-",
    ]
    process = guard.start(
        [media.ffmpeg_exe(), "-v", "quiet", "-nostdin", *endless], stdout=subprocess.DEVNULL
    )
    try:
        guard.hold(process.pid, 0.0)  # a second, then
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process.wait(60) in (-signal.SIGXCPU, -signal.SIGKILL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5
    finally:
        guard.kill(process)
        guard.ended(process)


@linux
def test_memory_is_held() -> None:
    """A process that reads an upload cannot take more than it may; whoever asked for it goes on."""
    media.set_limits(media.Limits(memory_bytes=300 << 20))
    try:
        with pytest.raises(RenderError, match="ffmpeg could not do it"):
            guard.run(
                ["-f", "lavfi", "-i", "color=s=8000x4000:r=1:d=9,tile=3x3", "-f", "null", "-"], what="big"
            )
    finally:
        media.set_limits(media.Limits())
    assert media.ffmpeg_version(), "it goes on"


@linux
def test_a_looker_that_wants_too_much_memory_costs_one_file(tmp_path: Path) -> None:
    path, good = tmp_path / "large.mkv", make_video(tmp_path / "good.mp4", 1)
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=s=7600x4300:r=1:d=1",
        "-frames:v",
        "1",
        "-c:v",
        "ffv1",
        "-pix_fmt",
        "gbrp16le",
        path,
    )
    assert media.probe(path).picture == (7600, 4300), "the usual limits let it in"
    media.rest()
    media.set_limits(media.Limits(memory_bytes=450 << 20))
    try:
        try:
            assert media.probe(path).picture is None
        except UploadError as problem:
            assert "large.mkv" in str(problem) and problem.remedy
        media.rest()
    finally:
        media.set_limits(media.Limits())
    assert media.probe(good).duration_ms > 0


@linux
def test_past_a_limit_the_whole_group_dies_and_the_parent_does_not() -> None:
    """A process that has started others, two deep."""
    process = guard.start(
        ["sh", "-c", "sleep 300 & sh -c 'sleep 300 & sleep 300' & echo ready; wait"], stdout=subprocess.PIPE
    )
    assert process.stdout and process.stdout.readline() == b"ready\n"
    time.sleep(0.2)

    def group() -> list[str]:
        members = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, number = entry.read_text().rsplit(")", 1)[1].split()[:3]
            except OSError:
                continue
            if int(number) == process.pid and state != "Z":
                members.append(entry.parent.name)
        return members

    assert len(group()) >= 4 and os.getpgid(0) != process.pid
    guard.kill(process)
    process.wait(10)
    process.stdout.close()
    guard.ended(process)
    end = time.monotonic() + 10
    while group() and time.monotonic() < end:
        time.sleep(0.05)
    assert group() == []


# ---- decoders ----------------------------------------------------------------------------------------

USUAL = {
    "phone": ("mp4", "libx264", "aac"), "new phone": ("mov", "libx265", "alac"), "browser": ("webm", "libvpx", "libopus"),
    "browser, later": ("webm", "libvpx-vp9", "libvorbis"), "camera": ("mov", "mjpeg", "pcm_s16le"),
    "editor": ("mov", "prores_ks", "pcm_s24le"), "disc": ("mpg", "mpeg2video", "mp2"), "old camera": ("avi", "mpeg4", "libmp3lame"),
    "old windows": ("asf", "wmv2", "wmav2"), "archive": ("mkv", "ffv1", "flac"), "broadcast": ("ts", "libx264", "ac3"),
    "newest browser": ("mkv", "libaom-av1", "libopus"),
}  # fmt: skip
CALLS = {"mulaw": ("wav", "pcm_mulaw"), "alaw": ("wav", "pcm_alaw"), "adpcm": ("wav", "adpcm_ima_wav"),
         "narrow": ("amr", "libopencore_amrnb"), "memo": ("m4a", "aac"), "g722": ("wav", "g722"), "mp3": ("mp3", "libmp3lame"),
         "opus": ("ogg", "libopus")}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*USUAL, *CALLS])
def test_what_phones_browsers_cameras_and_calls_write_is_decoded(tmp_path: Path, kind: str) -> None:
    sound = ["-f", "lavfi", "-i", "sine=440:d=1.5:r=8000"]
    if kind in USUAL:
        ending, video, audio = USUAL[kind]
        extra = (
            ["-cpu-used", "8"]
            if video == "libaom-av1"
            else ["-x265-params", "log-level=none"]
            if video == "libx265"
            else []
        )
        picture = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1.5", "-c:v", video, *extra]
        form = [] if video == "prores_ks" else ["-pix_fmt", "yuvj420p" if video == "mjpeg" else "yuv420p"]
        path = tmp_path / f"a.{ending}"
        ffmpeg(
            *picture[:4], *sound, *picture[4:], *form, "-ar", "48000", "-c:a", audio, "-strict", "-2", path
        )
    else:
        ending, audio = CALLS[kind]
        path = tmp_path / f"a.{ending}"
        ffmpeg(
            *sound,
            "-ar",
            "16000" if audio == "g722" else "8000" if ending != "ogg" else "48000",
            "-c:a",
            audio,
            path,
        )
    found = media.probe(path)
    assert (found.picture == (320, 180)) is (kind in USUAL) and found.sound_track >= 0, found
    assert np.abs(media.pcm(path, found.sound_track)).max() > 0.05
    assert media.recording(path, found.sound_track).broken == 0
    assert len(measure.luma(piece(tmp_path, path, 0, 1000))) == 30


@pytest.mark.parametrize("codec", ["cinepak", "snow", "zmbv", "qtrle", "svq1"])
def test_bytes_of_rare_formats_reach_no_decoder(tmp_path: Path, codec: str) -> None:
    path = tmp_path / f"a.{'mov' if codec in ('qtrle', 'svq1', 'cinepak') else 'mkv'}"
    extra = ["-strict", "-2"] if codec == "snow" else []
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=352x288:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", codec, *extra,
        "-c:a", "pcm_s16le" if path.suffix == ".mov" else "flac", path,
    )  # fmt: skip
    found = media.probe(path)
    assert found.picture is None and any("used as sound only" in note for note in found.notes)
    assert len(media.pcm(path, found.sound_track)) == pytest.approx(16_000, abs=200), "its sound is"
    with pytest.raises(RenderError):
        guard.run([*guard.source(path), "-map", "0:v", "-f", "null", "-"])
    silent = tmp_path / f"b{path.suffix}"
    ffmpeg("-i", path, "-an", "-c", "copy", silent)
    with pytest.raises(UploadError, match="neither picture nor sound"):
        media.probe(silent)


# ---- what a file says of itself ----------------------------------------------------------------------

MARKUP = "<script>alert(1)</script>'; DROP TABLE uploads; %n$(id) {\\b1}"


def test_what_metadata_says_is_never_obeyed(small_survey: Path) -> None:
    uploads = small_survey / "uploads"
    for name in ("anna", "bert"):
        other = uploads.parent / "other.mp4"
        ffmpeg(
            "-i", uploads / f"{name}.mp4", "-c", "copy", "-metadata", f"title={MARKUP}", "-metadata", f"comment={MARKUP}",
            "-metadata:s:v:0", f"handler_name={MARKUP}", "-metadata:s:a:0", f"title={MARKUP}", other,
        )  # fmt: skip
        assert b"<script>" in other.read_bytes()
        other.replace(uploads / f"{name}.mp4")
    reel = reelmaker.build(small_survey, ["checkout"])
    assert reel.folder and len(reel.clips) == 2
    for path in (
        *reel.folder.iterdir(),
        *(small_survey / "cache").rglob("*.mov"),
        small_survey / "library.db",
    ):
        content = path.read_bytes()
        assert b"script>" not in content and b"DROP TABLE uploads" not in content, path.name


# ---- one file is one file ----------------------------------------------------------------------------


def test_a_decoder_that_dies_or_hangs_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = make_video(tmp_path / "good.mp4", 2)
    media.rest()
    looker = looking._take()
    guard.kill(looker._process)
    assert looker.ask(good, 10) is None and not looker.late
    looker.leave()
    monkeypatch.setattr(looking, "PATIENCE_S", 0.0001)
    monkeypatch.setattr(looking, "BYTES_A_SECOND", 10**12)
    with pytest.raises(UploadError, match="took longer"):
        media.probe(good)
    monkeypatch.undo()
    assert media.probe(good).duration_ms > 0
    media.rest()
    assert not guard._running


def test_a_file_is_read_by_nothing_but_the_door(tmp_path: Path) -> None:
    """The facts are read in another process: this one never opens the upload with a decoder."""
    path = make_video(tmp_path / "a.mp4", 1)
    code = "import sys; from pathlib import Path; from reelmaker import media; print(media.probe(Path(sys.argv[1])).duration_ms, 'av' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(facts.read(path).duration_ms), "False"]


def test_half_a_faststart_file_says_how_much_of_it_is_there(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mp4", 10, "320x180", "30", 300, "-movflags", "+faststart")
    half = tmp_path / "half.mp4"
    raw = whole.read_bytes()
    half.write_bytes(raw[: len(raw) // 2])
    found = media.probe(half)
    assert 2000 < found.duration_ms < 8000 and any("damaged" in note for note in found.notes)


def test_a_box_that_lies_about_its_size_is_no_trouble(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "a.mp4", 2)
    raw = bytearray(whole.read_bytes())
    at = raw.index(b"moov") - 4
    raw[at : at + 4] = struct.pack(">I", 0xFFFFFFF0)
    whole.write_bytes(raw)
    try:
        assert media.probe(whole).duration_ms >= 0
    except UploadError as problem:
        assert "a.mp4" in str(problem)
