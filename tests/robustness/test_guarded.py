"""What reads an upload has limits on time and memory, few decoders, and obeys nothing that the file says of itself."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.odd_uploads import piece
from helpers.films.videos import ffmpeg, make_video
from helpers.machines.watching import linux

import reelmaker
from reelmaker import media
from reelmaker.errors import RenderError, UploadError
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.media import metadata

probe = importlib.import_module("reelmaker.media.probe")  # its function of that name hides it

# ---- limits on what runs -----------------------------------------------------------------------------


@pytest.mark.sampled(0.5)
@linux
def test_processor_time_is_held() -> None:
    """A process that never rests is ended by the system after the seconds it may have."""
    endless = [
        *"-f lavfi -i testsrc2=s=1280x720:r=30 -threads 1 -filter_threads 1 -f null -".split(),
    ]
    process = media_ffmpeg.start([media.ffmpeg_exe(), "-v", "quiet", "-nostdin", *endless], stdout=subprocess.DEVNULL)
    try:
        media_ffmpeg.hold(process.pid, 0.0)  # a second, then
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process.wait(60) in (-signal.SIGXCPU, -signal.SIGKILL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5
    finally:
        media_ffmpeg.kill(process)
        media_ffmpeg.ended(process)


@pytest.mark.sampled(0.5)
@linux
def test_memory_is_held() -> None:
    """A process that reads an upload cannot take more than it may; whoever asked for it goes on."""
    media.set_limits(media.Limits(memory_bytes=300 << 20))
    try:
        with pytest.raises(RenderError, match="ffmpeg failed"):
            media_ffmpeg.run(["-f", "lavfi", "-i", "color=s=8000x4000:r=1:d=9,tile=3x3", "-f", "null", "-"], what="big")
    finally:
        media.set_limits(media.Limits())
    assert media.ffmpeg_version(), "it goes on"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
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


@pytest.mark.sampled(0.5)
@linux
def test_past_a_limit_the_whole_group_dies_and_the_parent_does_not() -> None:
    """A process that has started others, two deep."""
    process = media_ffmpeg.start(
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
    media_ffmpeg.kill(process)
    process.wait(10)
    process.stdout.close()
    media_ffmpeg.ended(process)
    end = time.monotonic() + 10
    while group() and time.monotonic() < end:
        time.sleep(0.05)
    assert group() == []


# ---- decoders ----------------------------------------------------------------------------------------

USUAL = {
    "phone": ("mp4", "libx264", "aac"),
    "new phone": ("mov", "libx265", "alac"),
    "browser": ("webm", "libvpx", "libopus"),
    "browser, later": ("webm", "libvpx-vp9", "libvorbis"),
    "camera": ("mov", "mjpeg", "pcm_s16le"),
    "editor": ("mov", "prores_ks", "pcm_s24le"),
    "disc": ("mpg", "mpeg2video", "mp2"),
    "old camera": ("avi", "mpeg4", "libmp3lame"),
    "old windows": ("asf", "wmv2", "wmav2"),
    "archive": ("mkv", "ffv1", "flac"),
    "broadcast": ("ts", "libx264", "ac3"),
    "newest browser": ("mkv", "libaom-av1", "libopus"),
}
CALLS = {
    "mulaw": ("wav", "pcm_mulaw"),
    "alaw": ("wav", "pcm_alaw"),
    "adpcm": ("wav", "adpcm_ima_wav"),
    "narrow": ("amr", "libopencore_amrnb"),
    "memo": ("m4a", "aac"),
    "g722": ("wav", "g722"),
    "mp3": ("mp3", "libmp3lame"),
    "opus": ("ogg", "libopus"),
}


@pytest.mark.sampled(0.5)
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
        ffmpeg(*picture[:4], *sound, *picture[4:], *form, "-ar", "48000", "-c:a", audio, "-strict", "-2", path)
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


@pytest.mark.sampled(0.5)
@pytest.mark.slow
@pytest.mark.parametrize("codec", ["cinepak", "snow", "zmbv", "qtrle", "svq1"])
def test_bytes_of_rare_formats_reach_no_decoder(tmp_path: Path, codec: str) -> None:
    path = tmp_path / f"a.{'mov' if codec in ('qtrle', 'svq1', 'cinepak') else 'mkv'}"
    extra = ["-strict", "-2"] if codec == "snow" else []
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=352x288:r=25:d=1",
        "-f",
        "lavfi",
        "-i",
        "sine=d=1",
        "-c:v",
        codec,
        *extra,
        "-c:a",
        "pcm_s16le" if path.suffix == ".mov" else "flac",
        path,
    )
    found = media.probe(path)
    assert found.picture is None and any("used as sound only" in note for note in found.notes)
    assert len(media.pcm(path, found.sound_track)) == pytest.approx(16_000, abs=200), "its sound is"
    with pytest.raises(RenderError):
        media_ffmpeg.run([*media_ffmpeg.source(path), "-map", "0:v", "-f", "null", "-"])
    silent = tmp_path / f"b{path.suffix}"
    ffmpeg("-i", path, "-an", "-c", "copy", silent)
    with pytest.raises(UploadError, match="neither video nor audio"):
        media.probe(silent)


# ---- what a file says of itself ----------------------------------------------------------------------

MARKUP = "<script>alert(1)</script>'; DROP TABLE uploads; %n$(id) {\\b1}"


@pytest.mark.sampled(0.5)
@pytest.mark.slow
def test_what_metadata_says_is_never_obeyed(small_survey: Path) -> None:
    uploads = small_survey / "uploads"
    for name in ("anna", "bert"):
        other = uploads.parent / "other.mp4"
        ffmpeg(
            "-i",
            uploads / f"{name}.mp4",
            "-c",
            "copy",
            "-metadata",
            f"title={MARKUP}",
            "-metadata",
            f"comment={MARKUP}",
            "-metadata:s:v:0",
            f"handler_name={MARKUP}",
            "-metadata:s:a:0",
            f"title={MARKUP}",
            other,
        )
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
        assert b"alert(1)" not in content and b"DROP TABLE uploads" not in content, path.name


# ---- one file is one file ----------------------------------------------------------------------------


@pytest.mark.sampled(0.5)
def test_a_decoder_that_dies_or_hangs_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = make_video(tmp_path / "good.mp4", 2)
    media.rest()
    looker = probe.take_worker()
    media_ffmpeg.kill(looker.process)
    assert looker.ask(good, 10) is None and not looker.late
    looker.leave()
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.0001)
    monkeypatch.setattr(probe, "BYTES_A_SECOND", 10**12)
    with pytest.raises(UploadError, match="took longer"):
        media.probe(good)
    monkeypatch.undo()
    assert media.probe(good).duration_ms > 0
    media.rest()
    assert not media_ffmpeg.running()


@pytest.mark.sampled(0.5)
def test_a_looker_that_died_while_it_waited_is_not_the_next_files_fault(tmp_path: Path) -> None:
    good = make_video(tmp_path / "good.mp4", 2)
    media.rest()
    assert media.probe(good).duration_ms > 0
    looker = probe.take_worker()  # the one that has looked at it
    os.kill(looker.process.pid, signal.SIGSTOP)  # it seems alive, and will not answer
    probe.idle_workers.put(looker)
    killer = threading.Timer(0.3, media_ffmpeg.kill, (looker.process,))
    killer.start()
    assert media.probe(good).duration_ms > 0
    killer.join()
    media.rest()


@pytest.mark.sampled(0.5)
def test_a_file_is_read_by_nothing_but_the_door(tmp_path: Path) -> None:
    """The facts are read in another process: this one never opens the upload with a decoder."""
    path = make_video(tmp_path / "a.mp4", 1)
    code = "import sys; from pathlib import Path; from reelmaker import media; print(media.probe(Path(sys.argv[1])).duration_ms, 'av' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(metadata.read(path).duration_ms), "False"]


@pytest.mark.sampled(0.5)
def test_half_a_faststart_file_says_how_much_of_it_is_there(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mp4", 10, "320x180", "30", 300, "-movflags", "+faststart")
    half = tmp_path / "half.mp4"
    raw = whole.read_bytes()
    half.write_bytes(raw[: len(raw) // 2])
    found = media.probe(half)
    assert 2000 < found.duration_ms < 8000 and any("damaged" in note for note in found.notes)


@pytest.mark.sampled(0.5)
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
