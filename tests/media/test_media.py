"""The door to ffmpeg: exact pieces, upright and undistorted pictures, even loudness, joins without drift."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.cutting import SMALL, cut, flashing
from helpers.films.videos import ffmpeg, make_video

from reelmaker import media
from reelmaker.errors import ReelmakerError, RenderError, UploadError
from reelmaker.media import Encoding, Piece
from reelmaker.media import ffmpeg as media_ffmpeg


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("mixed")
    vfr = folder / "vfr.mp4"
    made = [
        flashing(folder / "a.mp4", "640x360", "30", 48_000, "-c:v", "libx264", "-c:a", "aac", "-g", "250"),
        flashing(folder / "b.mp4", "360x640", "25", 44_100, "-c:v", "libx264", "-c:a", "aac"),
        flashing(
            folder / "c.webm",
            "640x480",
            "30000/1001",
            48_000,
            "-c:v",
            "libvpx",
            "-c:a",
            "libopus",
            "-f",
            "webm",
            "-live",
            "1",
        ),
        flashing(folder / "d.mov", "641x361", "24", 8_000, "-c:v", "ffv1", "-c:a", "pcm_s16le"),
    ]
    ffmpeg(
        "-i",
        made[0],
        "-vf",
        "select='lt(t,4)*not(mod(n,3))+gte(t,4)'",
        "-fps_mode",
        "vfr",
        "-c:v",
        "libx264",
        "-c:a",
        "copy",
        vfr,
    )
    return [*made, vfr]


@pytest.mark.slow
def test_24_clips_of_mixed_sources_stay_in_sync(mixed: list[Path], tmp_path: Path) -> None:
    pieces = [
        cut(
            mixed[number % 5],
            tmp_path / f"{number:02}.mov",
            430 + 1000 * (number % 4) + 11 * number,
            52 + number % 11,
        )
        for number in range(25)
    ]
    captions = tmp_path / "c.srt"
    captions.write_text("1\n00:00:00,100 --> 00:00:01,000\nHello {\\b1}\n\n", "utf-8")
    reel = tmp_path / "reel.mp4"
    chapters = [media.Chapter(0, 5000, 'A; "b" = #c'), media.Chapter(5000, 20_000, "Next")]
    media.join(pieces, reel, captions=captions, chapters=chapters, title="It's 100% new", language="en")
    apart, ends = measure.apart_ms(reel)
    assert len(apart) > 40 and max(map(abs, apart)) <= 40 and abs(ends) <= 1 / 30 + 1e-6
    assert measure.faults(reel) == "" and measure.times_increase(reel)
    assert len(measure.luma(reel)) == sum(52 + number % 11 for number in range(25))


def test_a_reel_plays_everywhere(mixed: list[Path], tmp_path: Path) -> None:
    import av

    pieces = [cut(mixed[0], tmp_path / "a.mov", 0, 30), cut(mixed[1], tmp_path / "b.mov", 0, 30)]
    reel = tmp_path / "reel.mp4"
    media.join(pieces, reel, captions=None, chapters=[media.Chapter(0, 2000, "One")], title="T", language="")
    with av.open(str(reel)) as box:
        video, audio = box.streams.video[0], box.streams.audio[0]
        picture = next(box.decode(video))
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert video.average_rate == video.guessed_rate == 30 and (picture.width, picture.height) == (
            320,
            180,
        )
        assert video.sample_aspect_ratio == 1 and picture.rotation == 0
        assert (context.color_range, context.color_primaries, context.color_trc, context.colorspace) == (
            1,
            1,
            1,
            1,
        )
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)
        assert [chapter["metadata"]["title"] for chapter in box.chapters()] == ["One"]
        assert box.metadata["title"] == "T"
    head = reel.read_bytes()[:4_000_000]
    assert head.find(b"moov") < head.find(b"mdat"), "faststart"


def numbered(path: Path, *codec: str) -> Path:
    """In frame n of a 30 fps file a white bar stands at 4 * (n % 75) pixels from the left."""
    bar = "color=black:s=320x180:r=30:d=8,geq=lum='if(between(X-4*mod(N,75),0,15),235,16)':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", bar, *codec, path)
    return path


def number_of(picture: np.ndarray) -> float:
    """Which frame of `numbered` a picture is, modulo 75."""
    columns = np.nonzero(picture.astype(int).mean(2).mean(0) > 125)[0]
    return float((columns.mean() - 7.5) / 4)


@pytest.mark.slow
def test_a_cut_begins_with_the_frame_on_show_and_has_its_exact_length(tmp_path: Path) -> None:
    source = numbered(tmp_path / "n.mp4", "-c:v", "libx264", "-g", "250")
    piece = cut(source, tmp_path / "p.mov", 3300, 60)
    assert len(measure.luma(piece)) == 60 and len(measure.sound(piece)) == 60 * 1600
    assert abs(number_of(measure.frame(piece, 0)) - 99 % 75) <= 0.5
    assert abs(number_of(measure.frame(piece, 59)) - 158 % 75) <= 0.5


@pytest.mark.slow
def test_variable_frame_rate_shows_the_right_moment(tmp_path: Path) -> None:
    source, constant = tmp_path / "vfr.mp4", numbered(tmp_path / "n.mp4", "-c:v", "libx264")
    ffmpeg(
        "-i",
        constant,
        "-vf",
        "select='lt(t,4)*not(mod(n,3))+gte(t,4)'",
        "-fps_mode",
        "vfr",
        "-c:v",
        "libx264",
        source,
    )
    # 2.05 s lies in the slow half, where each picture stands for 0.1 s
    for start_ms, right in ((2050, 60), (6000, 180)):
        shown = number_of(measure.frame(cut(source, tmp_path / f"{start_ms}.mov", start_ms, 30), 0))
        assert abs(shown - right % 75) <= 1, (start_ms, shown)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("fill", ["blur", "#204060"])
def test_a_turned_phone_picture_stands_upright_and_round(tmp_path: Path, turn: int, fill: str) -> None:
    # a white disc in the upper half of a portrait picture; stored lying, with a note how to turn it
    upright = "color=black:s=360x640:r=30:d=2,geq=lum='if(lt(hypot(X-180,Y-160),120),235,16)':cb=128:cr=128"
    back = {90: "transpose=1", 180: "hflip,vflip", 270: "transpose=2"}[turn]
    stored, source = tmp_path / "stored.mp4", tmp_path / "phone.mov"
    ffmpeg("-f", "lavfi", "-i", f"{upright},{back}", "-c:v", "libx264", "-qp", "4", stored)
    ffmpeg("-display_rotation", turn, "-i", stored, "-c", "copy", source)
    assert media.probe(source).picture == (360, 640)
    grey = measure.frame(cut(source, tmp_path / "p.mov", 500, 10, Encoding(640, 360), fill=fill), 5).astype(int).mean(2)
    ys, xs = np.nonzero(grey[:, 225:415] > 150)
    assert ys.mean() < 360 * 0.3, "the disc is in the upper half"
    width, height = xs.max() - xs.min() + 1, ys.max() - ys.min() + 1
    assert abs(width / height - 1) <= 0.03


@pytest.mark.slow
def test_pixels_that_are_not_square_keep_a_circle_round(tmp_path: Path) -> None:
    source = tmp_path / "dv.mp4"
    circle = "color=black:s=720x480:r=30:d=1,geq=lum='if(lt(hypot((X-360)*32/27,Y-240),150),235,16)':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", f"{circle},setsar=32/27", "-c:v", "libx264", "-qp", "4", source)
    assert media.probe(source).picture == (853, 480)
    grey = measure.frame(cut(source, tmp_path / "p.mov", 0, 10, Encoding(640, 360)), 5).astype(int).mean(2) > 125
    width, height = np.ptp(np.nonzero(grey.any(0))) + 1, np.ptp(np.nonzero(grey.any(1))) + 1
    assert abs(width / height - 1) <= 0.02


@pytest.mark.slow
@pytest.mark.parametrize("level_db", [-35, -22, -6])
def test_gain_and_limiter_keep_the_ceiling(tmp_path: Path, level_db: int) -> None:
    source = tmp_path / "voice.wav"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"anoisesrc=d=6:c=pink:seed=3:a=0.5,tremolo=f=3:d=0.9,volume={level_db}dB",
        source,
    )
    found = media.loudness(source, 0, 0, 6000)
    wanted = -16 - found.integrated
    after = media.loudness(source, 0, 0, 6000, wanted)
    assert after.peak <= -1.5
    assert after.integrated <= -15.5


def test_sound_without_picture_moves_a_wave_over_its_backdrop(tmp_path: Path) -> None:
    source = make_video(tmp_path / "v.mp4", 4)
    ffmpeg("-i", source, "-vn", tmp_path / "call.wav")
    ffmpeg("-f", "lavfi", "-i", "color=0x204060:s=320x180:d=1", "-frames:v", "1", tmp_path / "back.png")
    piece = cut(
        tmp_path / "call.wav",
        tmp_path / "p.mov",
        200,
        60,
        backdrop=tmp_path / "back.png",
        wave_box=(40, 100, 240, 40),
        wave_colour="#ffffff",
    )
    pictures = [measure.frame(piece, number).astype(int) for number in (5, 40)]
    assert abs(pictures[0][20, 20] - [0x20, 0x40, 0x60]).max() <= 6, "colours of the backdrop are kept"
    assert max(p[100:140, 40:280].max() for p in pictures) > 200, "a wave is drawn"
    assert len(measure.sound(piece)) == 60 * 1600 and len(measure.luma(piece)) == 60


@pytest.mark.slow
def test_picture_without_sound_is_digitally_silent(tmp_path: Path) -> None:
    source = numbered(tmp_path / "n.mp4", "-c:v", "libx264")
    piece = cut(source, tmp_path / "p.mov", 0, 30)
    assert np.abs(measure.sound(piece)).max() == 0 and len(measure.sound(piece)) == 48_000


def test_drawn_frames_become_a_silent_piece_and_the_last_is_held(tmp_path: Path) -> None:
    dark, light = np.full((180, 320, 3), 20, np.uint8), np.full((180, 320, 3), 230, np.uint8)
    target = tmp_path / "card.mov"
    media.cut_frames([dark] + [light] * 44, 45, SMALL, target)
    brightness = measure.luma(target)
    assert len(brightness) == 45 and brightness[0] < 40 and brightness[1:].min() > 200
    assert len(measure.sound(target)) == 45 * 1600 and np.abs(measure.sound(target)).max() == 0


def test_joins_do_not_pop(tmp_path: Path) -> None:
    pieces = []
    for number, sign in enumerate((1, -1)):
        source = tmp_path / f"s{number}.mp4"
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "color=gray:s=320x180:r=30:d=3",
            "-f",
            "lavfi",
            "-i",
            f"aevalsrc='{sign}*0.4*cos(2*PI*440*t)':s=48000:d=3",
            "-c:a",
            "pcm_s16le",
            "-f",
            "mov",
            source,
        )
        pieces.append(cut(source, tmp_path / f"p{number}.mov", 500, 30))
    media.join(pieces, tmp_path / "reel.mp4", captions=None, chapters=[], title="", language="en")
    wave = measure.sound(tmp_path / "reel.mp4")
    steady = np.abs(np.diff(wave[10_000:30_000])).max()
    assert np.abs(np.diff(wave[48_000 - 960 : 48_000 + 960])).max() <= 3 * steady


def test_sound_that_starts_late_or_has_a_hole_keeps_its_place(tmp_path: Path) -> None:
    source = make_video(tmp_path / "v.mp4", 6)
    late, hole = tmp_path / "late.mkv", tmp_path / "hole.mkv"
    ffmpeg("-i", source, "-itsoffset", "1.5", "-i", source, "-map", "0:v", "-map", "1:a", "-c", "copy", late)
    ffmpeg("-i", source, "-af", "aselect='not(between(t,2,4))'", "-c:v", "copy", "-c:a", "pcm_s16le", hole)
    for path, silent, loud in ((late, (0, 1400), (1600, 2900)), (hole, (2100, 3900), (4100, 5500))):
        samples = media.pcm(path, media.probe(path).sound_track)
        assert np.abs(samples[silent[0] * 16 : silent[1] * 16]).max() < 0.01, path
        assert np.abs(samples[loud[0] * 16 : loud[1] * 16]).max() > 0.2, path


def test_a_part_of_the_sound_is_the_same_as_that_part_of_the_whole(tmp_path: Path) -> None:
    source = make_video(tmp_path / "v.mp4", 6)
    whole, part = media.pcm(source, 1), media.pcm(source, 1, 2000, 4000)
    assert abs(len(part) - 32_000) <= 1
    lag = np.argmax(np.correlate(np.abs(whole[31_000:65_000]), np.abs(part[:8000]), "valid")) - 1000
    assert abs(lag) <= 160, "within 10 ms"


def test_half_an_upload_is_as_long_as_what_is_there(tmp_path: Path) -> None:
    source = make_video(tmp_path / "v.mp4", 10, "320x180", "30", 300, "-movflags", "+faststart")
    whole = source.read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) * 6 // 10])
    facts = media.probe(tmp_path / "half.mp4")
    assert 3000 < facts.duration_ms < 8000 and "damaged" in facts.notes[0]


def test_cover_art_is_no_picture(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", tmp_path / "c.jpg")
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=2",
        "-i",
        tmp_path / "c.jpg",
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-disposition:v",
        "attached_pic",
        tmp_path / "a.m4a",
    )
    facts = media.probe(tmp_path / "a.m4a")
    assert facts.picture is None and facts.sound_track == 0


def test_a_playlist_in_disguise_opens_nothing_else(tmp_path: Path) -> None:
    make_video(tmp_path / "secret.mp4", 1)
    for number, text in enumerate(
        (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{tmp_path}/secret.mp4\n#EXT-X-ENDLIST\n",
            "ffconcat version 1.0\nfile secret.mp4\n",
        )
    ):
        upload = tmp_path / f"{number}.mp4"
        upload.write_text(text, "utf-8")
        with pytest.raises(UploadError):
            media.probe(upload)
        with pytest.raises(UploadError):
            media.pcm(upload, 0)


@pytest.fixture
def no_idle_looker() -> None:
    """Nothing of earlier tests runs on."""
    media.rest()


@pytest.mark.slow
@pytest.mark.usefixtures("no_idle_looker")
def test_a_run_past_its_limit_is_killed_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="longer than 1 s"):
        media_ffmpeg.run(["-re", "-f", "lavfi", "-i", "sine=d=60", "-f", "null", "-"], limit_s=1, what="a.mp4")
    assert not media_ffmpeg.running()


@pytest.mark.usefixtures("no_idle_looker")
def test_stop_all_ends_what_runs_and_starts_nothing_more() -> None:
    import threading

    caught: list[Exception] = []

    def work() -> None:
        try:
            media_ffmpeg.run(["-re", "-f", "lavfi", "-i", "sine=d=60", "-f", "null", "-"])
        except RenderError as problem:
            caught.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    while not media_ffmpeg.running():
        time.sleep(0.01)
    media.stop_all()
    thread.join(20)
    try:
        assert not thread.is_alive() and caught and not media_ffmpeg.running()
        with pytest.raises(RenderError):
            media_ffmpeg.run(["-version"])
    finally:
        media.resume()
    assert media.ffmpeg_version()


def test_another_ffmpeg_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundled = media.ffmpeg_exe()
    mine = tmp_path / "my-ffmpeg"
    mine.symlink_to(bundled)
    for value, good in ((str(mine), True), (str(tmp_path / "none"), False)):
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", value)
        media.ffmpeg_exe.cache_clear()
        try:
            if good:
                assert media.ffmpeg_exe() == value and media.ffmpeg_version()
            else:
                with pytest.raises(ReelmakerError, match="IMAGEIO_FFMPEG_EXE"):
                    media.ffmpeg_exe()
        finally:
            media.ffmpeg_exe.cache_clear()


def test_an_error_names_the_clip_and_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RenderError) as caught:
        media.cut_piece(Piece(tmp_path / "gone.mp4", 0, 1, 0, 30), SMALL, tmp_path / "p.mov", tmp_path, {})
    assert "gone.mp4" in caught.value.message and "\n" not in str(caught.value)


def test_a_talkative_run_does_not_stand_still() -> None:
    """Megabytes on both pipes at once: neither waits for the other to be read."""
    out = media_ffmpeg.run(
        ["-f", "lavfi", "-i", "testsrc2=s=32x32:r=30:d=60,showinfo", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
        limit_s=120,
    )
    assert len(out.stdout) == 1800 * 32 * 32 * 3
    assert len(out.stderr) > 200_000, "more than a pipe holds, though only the last of it is kept"
