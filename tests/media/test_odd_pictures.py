"""Pictures as cameras and exports write them: fields, previews, timecode, black bars, slow motion, chapters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.films.odd_uploads import piece
from helpers.films.videos import ffmpeg

from reelmaker import media
from reelmaker.render import pieces

SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=3")


def first_frame(path: Path, at_s: float = 0.3) -> np.ndarray:
    """A picture of a rendered piece: uint8, shape (height, width, 3)."""
    import av

    with av.open(str(path)) as box:
        for frame in box.decode(box.streams.video[0]):
            if (frame.time or 0) >= at_s:
                return frame.to_ndarray(format="rgb24")
    raise AssertionError("no picture")


def combing(picture: np.ndarray) -> float:
    """How much a line differs from both its neighbours, which are alike: the comb of two fields."""
    grey = picture.astype(float).mean(2)
    up, here, down = grey[:-2], grey[1:-1], grey[2:]
    return float(np.maximum(0, np.minimum(abs(here - up), abs(here - down)) - abs(up - down)).mean())


@pytest.mark.slow
def test_interlaced_pictures_lose_their_comb(tmp_path: Path) -> None:
    # a bar that moves 12 pixels from field to field, two fields a frame
    moving = "color=black:s=640x360:r=50:d=3[g];color=white:s=40x360:r=50:d=3[b];[g][b]overlay=x='mod(12*n,600)'"
    upload = tmp_path / "camcorder.mp4"
    ffmpeg(
        *("-f", "lavfi", "-i", f"{moving},interlace=lowpass=off", *SOUND),
        *("-c:v", "libx264", "-flags", "+ildct+ilme", "-x264opts", "tff=1", "-c:a", "aac", "-shortest", upload),
    )
    facts = media.probe(upload)
    assert facts.interlaced
    raw = tmp_path / "raw.mov"
    ffmpeg("-i", upload, "-c:v", "ffv1", "-an", raw)
    woven, shown = combing(first_frame(raw, 1.0)), combing(first_frame(piece(tmp_path, upload)))
    assert woven > 2 and shown < woven / 6, (woven, shown)


def test_a_preview_before_the_real_picture_is_not_the_picture(tmp_path: Path) -> None:
    upload = tmp_path / "with preview.mkv"
    ffmpeg(
        *("-f", "lavfi", "-i", "color=red:s=160x90:r=1:d=1", "-f", "lavfi", "-i", "color=blue:s=640x360:r=25:d=3"),
        *(*SOUND, "-map", "0", "-map", "1", "-map", "2", "-c:v:0", "mjpeg"),
        *("-c:v:1", "libx264", "-c:a", "aac", upload),
    )
    facts = media.probe(upload)
    assert (facts.picture_track, facts.picture) == (1, (640, 360)) and facts.picture_ms >= 2900
    red, _, blue = first_frame(piece(tmp_path, upload))[180, 320]
    assert blue > 200 and red < 60


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "code"), [("mov", "01:02:03:04"), ("mp4", "10:00:00:00"), ("mov", "00:59:59;20")])
def test_the_timecode_of_the_camera_is_found(tmp_path: Path, ending: str, code: str) -> None:
    upload = tmp_path / f"camera.{ending}"
    rate = "30000/1001" if ";" in code else "25"
    ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc2=s=320x180:r={rate}:d=3", *SOUND),
        *("-c:v", "libx264", "-c:a", "aac", "-timecode", code, upload),
    )
    facts = media.probe(upload)
    assert facts.timecode == code and facts.rate == pytest.approx(29.97003 if ";" in code else 25)
    assert facts.duration_ms == pytest.approx(3000, abs=60), "its track is no part of the length"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pad", "size"),
    [
        ("640:360:0:45", (640, 270)),  # a wide film with bars above and below
        ("640:360:218:0", (204, 360)),  # a telephone's portrait picture in a wide frame
    ],
)
def test_black_bars_are_left_out(tmp_path: Path, pad: str, size: tuple[int, int]) -> None:
    upload = tmp_path / "bars.mp4"
    source = f"testsrc2=s={size[0]}x{size[1]}:r=25:d=6,eq=brightness=0.1,pad={pad}:color=black"
    ffmpeg(
        *("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=frequency=440:duration=6"),
        *("-c:v", "libx264", "-g", "25", "-c:a", "aac", upload),
    )
    facts = media.probe(upload)
    assert facts.picture == pytest.approx(size, abs=8) and any("black bars" in note for note in facts.notes)
    shown = first_frame(piece(tmp_path, upload, size=(640, 360)))
    middle = shown[:, 300:340].astype(int).max(2).max(1)
    assert (middle[:20] > 20).any() and (middle[-20:] > 20).any(), "the picture, or its own blurred copy, to the edge"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("turned", "bars"),  # degrees against the clock; left, top, right, bottom as shown
    [
        (90, (42 / 360, 0, 48 / 360, 0)),
        (180, (0, 48 / 360, 0, 42 / 360)),
        (-90, (48 / 360, 0, 42 / 360, 0)),
    ],
)
def test_black_bars_of_a_turned_picture_are_left_out_where_they_are_shown(
    tmp_path: Path, turned: int, bars: tuple[float, ...]
) -> None:
    stored, upload = tmp_path / "stored.mp4", tmp_path / "turned.mp4"
    source = "testsrc2=s=640x270:r=25:d=6,eq=brightness=0.1,pad=640:360:0:42:color=black"
    ffmpeg("-f", "lavfi", "-i", source, *("-c:v", "libx264", "-g", "25", stored))
    ffmpeg("-display_rotation", str(turned), "-i", stored, "-c", "copy", upload)
    facts = media.probe(upload)
    assert facts.bars == pytest.approx(bars, abs=0.012), "a soft edge costs a line or two"
    assert facts.picture == pytest.approx((270, 640) if turned % 180 else (640, 270), abs=8)
    shown = first_frame(piece(tmp_path, upload, size=facts.picture)).astype(int).max(2)
    for edge in (shown[2], shown[-3], shown[:, 2], shown[:, -3]):
        assert (edge > 20).mean() > 0.5, "picture up to every edge"


@pytest.mark.slow
def test_a_dark_room_and_a_dark_edge_are_no_bars(tmp_path: Path) -> None:
    sources = {
        "night": "color=0x101010:s=640x360:r=25:d=6,drawbox=x=200:y=120:w=200:h=120:color=0x303030:t=fill",
        "a round thing": "color=black:s=640x360:r=25:d=6,geq=lum='if(lt(hypot(X-320,Y-180),90),200,16)':cb=128:cr=128",
        "one side": "testsrc2=s=500x360:r=25:d=6,pad=640:360:140:0:color=black",
        "now and then": "testsrc2=s=640x360:r=25:d=6,drawbox=x=0:y=0:w=640:h=60:color=black:t=fill:enable='lt(t,3)',"
        "drawbox=x=0:y=300:w=640:h=60:color=black:t=fill:enable='lt(t,3)'",
    }
    for name, source in sources.items():
        upload = tmp_path / f"{name}.mp4"
        ffmpeg("-f", "lavfi", "-i", source, "-c:v", "libx264", "-g", "25", upload)
        assert media.probe(upload).bars == (0, 0, 0, 0), name


@pytest.mark.slow
@pytest.mark.parametrize("rate", [120, 240])
def test_high_frame_rates_are_shown_at_their_own_speed(tmp_path: Path, rate: int) -> None:
    upload = tmp_path / "fast.mov"
    # white from 1.0 s on
    source = f"color=black:s=320x180:r={rate}:d=3,drawbox=color=white:t=fill:enable='gte(t,1)'"
    ffmpeg("-f", "lavfi", "-i", source, *SOUND, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", upload)
    facts = media.probe(upload)
    assert facts.duration_ms == pytest.approx(3000, abs=40) and facts.rate == pytest.approx(rate)
    made = piece(tmp_path, upload, 500, 1500, (320, 180))
    assert first_frame(made, 0.4)[90, 160].max() < 40 < 200 < first_frame(made, 0.6)[90, 160].min()


@pytest.mark.slow
def test_slow_motion_says_so_and_chapters_are_nothing_to_see(tmp_path: Path) -> None:
    slow = tmp_path / "slow.mp4"
    tags = ("-metadata", "com.android.capture.fps=120.0", "-movflags", "use_metadata_tags")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=2", *SOUND, "-c:v", "libx264", "-c:a", "aac", *tags, slow)
    assert any(note.startswith("slow motion: 120 pictures a second") for note in media.probe(slow).notes)
    live = tmp_path / "IMG_1.MOV"
    tags = ("-metadata", "com.apple.quicktime.content.identifier=X-1", "-movflags", "use_metadata_tags")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=2", *SOUND, "-c:v", "libx264", "-c:a", "aac", *tags, live)
    assert "perhaps the moving part of a live photo, and no answer" in media.probe(live).notes
    marks = tmp_path / "marks.txt"
    marks.write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Start\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Anna Smith\n"
    )
    upload = tmp_path / "chapters.mov"
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=2", *SOUND, "-i", marks, "-map", "0", "-map", "1"),
        *("-map_metadata", "2", "-c:v", "libx264", "-c:a", "aac", upload),
    )
    facts = media.probe(upload)
    assert (facts.picture_track, facts.sound_track, facts.notes) == (0, 1, ())
    import av

    with av.open(str(piece(tmp_path, upload, size=(320, 180)))) as box:
        assert len(box.streams) == 2 and not box.chapters()


def test_pieces_of_ordinary_uploads_keep_their_keys(tmp_path: Path) -> None:
    """A field more in the facts renders nothing anew."""
    plain = media.probe(_plain(tmp_path))
    assert not pieces._treated(plain)


def _plain(folder: Path) -> Path:
    path = folder / "plain.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=1", "-c:v", "libx264", path)
    return path
