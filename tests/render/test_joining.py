"""Cuts and joins by measurement: no drift, one size, round circles, right levels, nothing repeated or frozen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.cutting import cut, flashing
from helpers.films.pieces import RESPONSE, clip_of, made, source_of
from helpers.films.videos import ffmpeg
from helpers.surveys import truth

from reelmaker import media
from reelmaker.media import Encoding
from reelmaker.media import ffmpeg as media_ffmpeg
from reelmaker.model import Clip
from reelmaker.publish import quality_check

H264 = ("-c:v", "libx264", "-preset", "ultrafast")
WIDE = Encoding(640, 360)


# ---- drift -------------------------------------------------------------------------------------------

SHAPES = ("640x360", "360x640", "480x360")  # landscape, portrait, 4:3
RATES = ("30", "25", "30000/1001")
SOUNDS = (48_000, 44_100, 8_000)


@pytest.fixture(scope="module")
def many_kinds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every pairing of shape, frame rate and sound rate that a cycle of nine meets; one ends its sound early."""
    folder = tmp_path_factory.mktemp("kinds")
    made = []
    for number in range(9):
        shape, fps, rate = SHAPES[number % 3], RATES[(number + number // 3) % 3], SOUNDS[number // 3]
        codec = ("-c:a", "pcm_s16le", "-f", "mov") if number % 2 else ("-c:a", "aac")
        path = folder / f"{number}.{'mov' if number % 2 else 'mp4'}"
        made.append(flashing(path, shape, fps, rate, *H264, "-g", str((250, 12, 50)[number % 3]), *codec))
    short = folder / "short.mp4"  # two seconds of sound under eight of picture
    ffmpeg("-i", made[0], "-af", "atrim=end=2", "-c:v", "copy", "-c:a", "aac", short)
    return [*made, short]


@pytest.mark.slow
def test_40_clips_of_every_kind_of_source_stay_in_sync(many_kinds: list[Path], tmp_path: Path) -> None:
    pieces, frames = [], []
    for number in range(40):
        source = many_kinds[number % 10]
        start_ms = 430 + 1000 * (number % 4) + 7 * number
        frames.append(50 + number % 13)
        pieces.append(cut(source, tmp_path / f"{number:02}.mov", start_ms, frames[-1]))
    reel = tmp_path / "reel.mp4"
    media.join(pieces, reel, captions=None, chapters=[], title="", language="en")
    apart, ends = measure.apart_ms(reel)
    silent = [number for number in range(40) if number % 10 == 9]
    assert len(apart) >= 40 * 1.6, "most seconds have a flash"
    heard = [ms for ms in apart if abs(ms) < 500]  # a flash after the end of the short sound has no beep
    assert len(apart) - len(heard) <= 2 * len(silent)
    assert max(map(abs, heard)) <= 40, sorted(heard, key=abs)[-5:]
    assert abs(heard[-1]) <= 40 and abs(ends) <= 1 / 30 + 1e-6
    assert len(measure.luma(reel)) == sum(frames)
    assert measure.faults(reel) == "" and measure.times_increase(reel)
    assert quality_check.MOST_DRIFT_MS <= 40, "what the self-check lets pass"


@pytest.mark.slow
def test_where_the_sound_is_over_there_is_digital_silence(tmp_path: Path) -> None:
    source, short = tmp_path / "a.mp4", tmp_path / "short.mp4"
    flashing(source, "320x180", "30", 48_000, *H264, "-c:a", "aac")
    ffmpeg("-i", source, "-af", "atrim=end=2", "-c:v", "copy", "-c:a", "aac", short)
    facts = media.probe(short)
    assert facts.duration_ms == pytest.approx(8000, abs=50), "as long as its picture"
    sound = measure.sound(cut(short, tmp_path / "p.mov", 1500, 60))
    assert np.abs(sound[: int(0.45 * 48_000)]).max() == 0 and len(sound) == 60 * 1600
    assert np.abs(sound[int(0.6 * 48_000) :]).max() == 0
    after = measure.sound(cut(short, tmp_path / "q.mov", 4000, 30))
    assert not after.any() and len(after) == 48_000


# ---- sizes and circles -------------------------------------------------------------------------------

# stored size, sample aspect ratio, and the size it is shown in
CIRCLES = {
    "odd": ("641x361", "1", (641, 361)),
    "anamorphic": ("720x480", "32/27", (853, 480)),
    "portrait": ("1080x1920", "1", (1080, 1920)),
}


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)], ids=["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("kind", CIRCLES)
def test_a_circle_stays_round_in_every_reel(tmp_path: Path, kind: str, size: tuple[int, int]) -> None:
    import av

    stored, aspect, shown = CIRCLES[kind]
    width, height = map(int, stored.split("x"))
    radius = min(shown) * 0.35
    path = tmp_path / "circle.mkv"
    disc = f"if(lt(hypot((X-{(width - 1) / 2})*{aspect},Y-{(height - 1) / 2}),{radius}),235,16)"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=black:s={stored}:r=30:d=0.2,format=yuv444p,geq=lum='{disc}':cb=128:cr=128,setsar={aspect}",
        "-c:v",
        "ffv1",
        path,
    )
    facts = media.probe(path)
    assert facts.picture is not None and facts.picture == pytest.approx(shown, abs=1)
    piece = cut(path, tmp_path / "p.mov", 0, 4, Encoding(*size), fill="#000000")
    with av.open(str(piece)) as box:
        stream = box.streams.video[0]
        assert (stream.width, stream.height) == size
        assert stream.sample_aspect_ratio in (1, None), "square pixels"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.codec_context.profile in ("Constrained Baseline", "Baseline", "Main", "High")
    grey = measure.frame(piece, 2).astype(float).mean(2)
    # areas, so that a half-lit pixel at the rim counts for half of one
    across, down = grey[grey.shape[0] // 2] / grey.max(), grey[:, grey.shape[1] // 2] / grey.max()
    assert across.sum() / down.sum() == pytest.approx(1, abs=0.02)
    assert across.sum() == pytest.approx(2 * radius * min(size[0] / shown[0], size[1] / shown[1]), rel=0.03)


# ---- cuts --------------------------------------------------------------------------------------------


def numbered(path: Path, seconds: int, *codec: str) -> Path:
    """In frame n (30 a second) a white bar stands at 4 * (n % 75) pixels, and a second one tells n // 75."""
    bars = "between(X-4*mod(N,75),0,15)*lt(Y,90)+between(X-20*floor(N/75),0,15)*gte(Y,90)"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=black:s=320x180:r=30:d={seconds},geq=lum='if({bars},235,16)':cb=128:cr=128",
        *codec,
        path,
    )
    return path


def number_of(picture: np.ndarray) -> float:
    """Which frame of `numbered` this is."""
    grey = picture.astype(int).mean(2)
    low, high = (np.nonzero(half.mean(0) > 125)[0].mean() - 7.5 for half in (grey[:90], grey[90:]))
    return float(low / 4 + 75 * round(high / 20))


@pytest.mark.slow
def test_a_cut_far_from_a_keyframe_begins_with_its_own_frame(tmp_path: Path) -> None:
    source = numbered(tmp_path / "n.mp4", 8, *H264, "-g", "250", "-keyint_min", "250", "-sc_threshold", "0")
    piece = cut(source, tmp_path / "p.mov", 3300, 60)
    assert [number_of(measure.frame(piece, at)) for at in (0, 1, 30, 59)] == pytest.approx([99, 100, 129, 158], abs=0.3)
    assert len(measure.luma(piece)) == 60


@pytest.mark.slow
def test_at_8_seconds_of_a_variable_rate_is_what_was_seen_at_8_seconds(tmp_path: Path) -> None:
    """Five seconds at ten pictures a second, then five at thirty."""
    constant = numbered(tmp_path / "n.mp4", 10, *H264)
    source = tmp_path / "vfr.mp4"
    keep = "select='if(lt(t,5),not(mod(n,3)),1)'"
    ffmpeg("-i", constant, "-vf", keep, "-fps_mode", "vfr", *H264, source)
    shown_ms = number_of(measure.frame(cut(source, tmp_path / "p.mov", 8000, 30), 0)) * 1000 / 30
    assert abs(shown_ms - 8000) <= 40
    early = number_of(measure.frame(cut(source, tmp_path / "q.mov", 2050, 30), 0)) * 1000 / 30
    assert early == pytest.approx(2000, abs=40), "the picture that was on show at 2.05 s"


# ---- the end of a file -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wav", "aac in mp4", "opus in webm"])
def test_the_last_word_is_whole_and_is_not_said_twice(tmp_path: Path, kind: str) -> None:
    """A sentence whose last sample is the file's last: the clip holds it once, then nothing."""
    answer = truth.SAMPLES / "uploads" / "maya-fernhill.mp4"
    said = truth.load()["maya-fernhill.mp4"][2]
    start, end = (said.start_ms - 300) / 1000, said.end_ms / 1000
    path = tmp_path / {"wav": "a.wav", "aac in mp4": "a.mp4", "opus in webm": "a.webm"}[kind]
    codec = {
        "wav": ("-vn", "-c:a", "pcm_s16le"),
        "aac in mp4": (*H264, "-c:a", "aac"),
        "opus in webm": ("-vn", "-c:a", "libopus"),
    }[kind]
    ffmpeg("-ss", f"{start:.3f}", "-to", f"{end:.3f}", "-i", answer, *codec, path)
    length_ms = said.end_ms - said.start_ms + 300
    facts = media.probe(path)
    assert facts.duration_ms == pytest.approx(length_ms, abs=100), "a picture more, a packet more"
    clip = clip_of(100, facts.duration_ms, label="")
    [job] = made(tmp_path, {RESPONSE: source_of(path)}, clip)
    frames = job.place.frames
    heard = measure.sound(job.target, 16_000)
    assert len(measure.sound(job.target)) == frames * 1600, "the length is exact"
    source = measure.sound(path, 16_000)[1600:]  # from 100 ms on, as the clip
    said_samples = len(source)
    source = source[: len(heard) - 320]  # a whole number of pictures may be 16 ms shorter
    last = source[len(source) - 6400 :]  # the last 400 ms
    # where the end of the source is found in the clip: once, at its own place
    match = np.correlate(heard, last, "valid") / (
        np.sqrt(np.convolve(heard**2, np.ones(len(last)), "valid")) * np.linalg.norm(last) + 1e-9
    )
    best = int(match.argmax())
    assert match[best] > 0.9 and abs(best - (len(source) - 6400)) <= 320, "in its place within 20 ms"
    elsewhere = match.copy()
    elsewhere[max(0, best - 1600) : best + 1600] = 0
    assert elsewhere.max() < 0.6, "nowhere else"
    assert np.abs(heard[said_samples + 480 :]).max(initial=0) < 0.01, "and after it nothing"


# ---- frozen and black --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("start_ms", [5000, 7000, 8600])
def test_where_the_picture_is_over_the_speakers_card_takes_its_place(tmp_path: Path, start_ms: int) -> None:
    """A picture of 8 s under a sound of 10 s: nothing freezes, nothing is black, the label is to be seen."""
    path = tmp_path / "long sound.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x180:r=30:d=8",
        "-f",
        "lavfi",
        "-i",
        "aevalsrc='0.3*sin(2*PI*(200+40*t)*t)':s=48000:d=10",
        *H264,
        "-c:a",
        "aac",
        path,
    )
    source = source_of(path)
    assert source.facts.picture_ms == pytest.approx(8000, abs=40)
    clip = clip_of(start_ms, 10_000, "", "New customer")
    [job] = made(tmp_path, {RESPONSE: source}, clip, size=(640, 360))
    seen = media.examine(job.target)
    assert seen.fault == "" and seen.black == () and seen.frozen == ()
    frames = job.place.frames
    assert len(measure.luma(job.target)) == frames and len(measure.sound(job.target)) == frames * 1600
    over = max(0, (8000 - start_ms) * 30 // 1000)
    if over:
        there = measure.frame(path, (start_ms + 500) * 30 // 1000).astype(float)
        shown = measure.frame(job.target, 15).astype(float)[::2, ::2][:110]
        assert abs(shown - there[:110]).mean() < 12, "before it is over it is shown"
    from reelmaker.render import cards

    card = cards.speaker_card("New customer", job.look.template, job.look.brand, (640, 360))
    x, y, width, height = card.wave_box
    for number in (over + 5, frames - 3):
        late = measure.frame(job.target, number).astype(int)
        beside = np.ones((360, 640), bool)
        beside[y - 2 : y + height + 2, x - 2 : x + width + 2] = False
        assert abs(late - card.picture)[beside].mean() < 3, number


def test_a_still_without_sound_to_explain_it_is_named_by_the_check(tmp_path: Path) -> None:
    path = tmp_path / "still.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=320x180:r=30:d=1,loop=-1:1", "-t", "6", *H264, path)
    [job] = made(tmp_path, {RESPONSE: source_of(path)}, clip_of(1000, 5000, "", ""))
    assert any("frozen" in finding.what for finding in quality_check.check_piece(job))


# ---- levels ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("size", [(640, 360), (360, 640)], ids=["as it is", "on a blurred copy"])
@pytest.mark.parametrize("codec", ["libx264", "mjpeg"])
def test_a_grey_ramp_is_the_same_from_full_and_limited_range(tmp_path: Path, codec: str, size: tuple[int, int]) -> None:
    ramp = "color=black:s=640x360:r=30:d=0.3,format=gray,geq=lum='floor(X/64)*25+15'"
    patches = {}
    for name, wide in (("limited", "tv"), ("full", "pc")):
        path = tmp_path / f"{name}.mkv"
        form = "yuvj420p" if wide == "pc" else "yuv420p"
        if codec == "mjpeg" and wide == "tv":
            how = ["-c:v", "libx264", "-qp", "2"]
        else:
            how = ["-c:v", codec, *(["-qp", "2"] if codec == "libx264" else ["-q:v", "1"])]
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            f"{ramp},scale=in_range=pc:out_range={wide}:out_color_matrix=bt601,format={form}",
            *how,
            "-color_range",
            wide,
            "-pix_fmt",
            form,
            path,
        )
        piece = cut(path, tmp_path / f"{name}.mov", 0, 5, Encoding(*size))
        picture = measure.frame(piece, 2).astype(float).mean(2)
        middle, width = size[1] // 2, size[0]
        patches[name] = np.array(
            [picture[middle - 8 : middle + 8, int((at + 0.5) * width / 10) - 4 :][:, :8].mean() for at in range(10)]
        )
    assert np.abs(patches["full"] - patches["limited"]).max() <= 2, patches
    assert np.abs(patches["limited"] - (np.arange(10) * 25 + 15)).max() <= 3.1, (
        "and they are the greys drawn, but for a step of rounding"
    )


# ---- pops --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_fades_are_short_and_no_sample_jumps_at_any_join(tmp_path: Path) -> None:
    """Sines of opposite phase, cut where they are loudest, joined three times."""
    pieces = []
    for number in range(4):
        source = tmp_path / f"s{number}.wav"
        sign = "-" if number % 2 else ""
        ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{sign}0.4*cos(2*PI*440*t)':s=48000:d=3", source)
        ffmpeg("-f", "lavfi", "-i", "color=0x204060:s=320x180:d=1", "-frames:v", "1", tmp_path / "back.png")
        pieces.append(
            cut(source, tmp_path / f"p{number}.mov", 500, 30, backdrop=tmp_path / "back.png", wave_box=(40, 40, 64, 32))
        )
    assert 5 <= clip_of(0, 1000).fade_ms <= 30 and Clip(clip_of(0, 1000).moment, clip_of(0, 1000).span).fade_ms <= 30
    reel = tmp_path / "reel.mp4"
    media.join(pieces, reel, captions=None, chapters=[], title="", language="en")
    wave = measure.sound(reel)
    steady = np.abs(np.diff(wave[10_000:30_000])).max()
    for join in (48_000, 96_000, 144_000):
        assert np.abs(np.diff(wave[join - 960 : join + 960])).max() <= 3 * steady
        faded = np.abs(wave[join - 240 : join + 240]).max()
        assert faded < 0.7 * np.abs(wave[10_000:30_000]).max(), "it is faded there"
        full = np.abs(wave[join + 1500 : join + 3000]).max()
        assert full > 0.9 * np.abs(wave[10_000:30_000]).max(), "and loud again after 31 ms"


@pytest.mark.slow
def test_a_turned_picture_is_upright_in_reel_and_still_and_leaves_no_turn_behind(tmp_path: Path) -> None:
    """An arrow that points up, with a dot at its right, so that a mirrored one would be seen too."""
    import av

    arrow = (
        "between(Y,60,260)*lt(abs(X-100),(Y-60)*0.4)*lt(Y,160)+between(Y,160,260)*lt(abs(X-100),12)"
        "+lt(hypot(X-170,Y-220),18)"
    )
    upright = f"color=black:s=200x320:r=30:d=1,geq=lum='if({arrow},235,16)':cb=128:cr=128"
    plain = tmp_path / "plain.mp4"
    ffmpeg("-f", "lavfi", "-i", upright, *H264, "-qp", "4", plain)
    wanted = measure.frame(cut(plain, tmp_path / "w.mov", 0, 10, WIDE), 5).astype(float)
    pieces = []
    for turn, back in ((90, "transpose=1"), (180, "hflip,vflip"), (270, "transpose=2")):
        stored, phone = tmp_path / "stored.mp4", tmp_path / f"{turn}.mov"
        ffmpeg("-f", "lavfi", "-i", f"{upright},{back}", *H264, "-qp", "4", stored)
        ffmpeg("-display_rotation", turn, "-i", stored, "-c", "copy", phone)
        pieces.append(cut(phone, tmp_path / f"p{turn}.mov", 0, 30, WIDE))
    reel = tmp_path / "reel.mp4"
    media.join(pieces, reel, captions=None, chapters=[], title="", language="en")
    from PIL import Image

    for number in range(3):
        shown = measure.frame(reel, 30 * number + 15).astype(float)
        assert abs(shown - wanted).mean() < 3, number
        media.poster(reel, 1000 * number + 500, tmp_path / "still.jpg")
        with Image.open(tmp_path / "still.jpg") as still:
            assert abs(np.asarray(still.convert("RGB")).astype(float) - wanted).mean() < 4, number
    assert abs(wanted - wanted[:, ::-1]).mean() > 6 < abs(wanted - wanted[::-1]).mean(), "a turn would be seen"
    with av.open(str(reel)) as box:
        frame = next(box.decode(video=0))
        assert frame.rotation == 0 and (frame.width, frame.height) == (640, 360)
    said = media_ffmpeg.run(["-i", f"file:{reel}", "-f", "null", "-"]).stderr
    assert "displaymatrix" not in said.lower() and "rotation" not in said.lower()


@pytest.mark.slow
def test_times_go_only_forward_in_pieces_and_reel(tmp_path: Path) -> None:
    source = flashing(tmp_path / "a.mp4", "320x180", "25", 44_100, *H264, "-c:a", "aac")
    pieces = [cut(source, tmp_path / f"{at}.mov", 300 + 900 * at, 31 + at) for at in range(4)]
    reel = tmp_path / "reel.mp4"
    media.join(pieces, reel, captions=None, chapters=[], title="", language="en")
    for path in (*pieces, reel):
        assert measure.faults(path) == "" and measure.times_increase(path)
    raw = bytearray(reel.read_bytes())
    for at in range(len(raw) // 2, len(raw) - 1000, 211):
        raw[at] ^= 0xFF
    (tmp_path / "hurt.mp4").write_bytes(raw)
    assert measure.faults(tmp_path / "hurt.mp4"), "a corrupt tail would be seen"
