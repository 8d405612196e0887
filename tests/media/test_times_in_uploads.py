"""Time in uploads: lengths nobody wrote down, sound that is late, early or broken off; a sample's place is its time."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from helpers.films import measure
from helpers.films.cutting import cut, flashing
from helpers.films.videos import ffmpeg

from reelmaker import media

H264 = ("-c:v", "libx264", "-preset", "ultrafast")
WITHIN_S = 0.02


def decoded_s(path: Path) -> float:
    """How long a file really is: where the last decoded picture or sound ends, after the first one begins."""
    with av.open(str(path)) as box:
        start, end = 1e9, 0.0
        for frame in box.decode(*box.streams.audio, *box.streams.video):
            if frame.time is None:
                continue
            rate = getattr(frame, "sample_rate", 0)
            length = frame.samples / rate if rate else 1 / 30
            start, end = min(start, frame.time), max(end, frame.time + length)
    return end - start


# ---- lengths -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [3.4, 12.0])
@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_the_length_of_a_browsers_webm_is_found(tmp_path: Path, codec: str, seconds: float) -> None:
    path = tmp_path / "browser.webm"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s=320x180:r=30:d={seconds}",
        "-f",
        "lavfi",
        "-i",
        f"sine=d={seconds}",
        "-c:v",
        codec,
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-c:a",
        "libopus",
        "-f",
        "webm",
        "-live",
        "1",
        path,
    )
    with av.open(str(path)) as box:
        assert box.duration is None, "the file does not say how long it is"
    facts = media.probe(path)
    assert facts.duration_ms / 1000 == pytest.approx(decoded_s(path), abs=0.05)
    assert facts.duration_ms / 1000 == pytest.approx(seconds, abs=0.05) and facts.notes == ()
    assert media.recording(path, facts.sound_track).broken == 0
    piece = cut(path, tmp_path / "p.mov", 2000, 30)
    assert len(measure.luma(piece)) == 30 and np.abs(measure.sound(piece)).max() > 0.05


# ---- the container's timeline ------------------------------------------------------------------------


def shifted(folder: Path, kind: str, ending: str) -> tuple[Path, float]:
    """Eight seconds of flash and beep with something odd about their times; and when the sound ends."""
    plain = flashing(folder / "plain.mkv", "320x180", "30", 48_000, *H264, "-g", "30", "-c:a", "aac")
    path = folder / f"{kind}.{ending}"
    late, early = ["-itsoffset", "1.5", "-i", plain], ["-itsoffset", "-0.5", "-i", plain]
    if kind == "late":
        ffmpeg("-i", plain, *late, "-map", "0:v", "-map", "1:a", "-c", "copy", path)
        return path, 9.5
    if kind == "early":  # sound half a second before the picture
        ffmpeg(
            "-i",
            plain,
            *early,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            "-avoid_negative_ts",
            "disabled",
            path,
        )
        return path, 8.0
    if kind == "before nought":  # both begin before the file's own zero
        ffmpeg(*early, "-map", "0", "-c", "copy", "-avoid_negative_ts", "disabled", path)
        return path, 8.0
    if kind == "hole":
        gap = "aselect='not(between(t,4,6))'"
        ffmpeg("-i", plain, "-af", gap, "-c:v", "copy", "-c:a", "aac", path)
        return path, 8.0
    assert kind == "far from nought"
    ffmpeg("-i", plain, "-c", "copy", "-output_ts_offset", "3600", path)
    return path, 8.0


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("kind", ["late", "early", "before nought", "hole", "far from nought"])
def test_sound_stands_at_its_time_in_the_file(tmp_path: Path, kind: str, ending: str) -> None:
    path, end_s = shifted(tmp_path, kind, ending)
    facts = media.probe(path)
    samples = media.pcm(path, facts.sound_track)
    with av.open(str(path)) as box:  # what the container says, told by another reader
        start = (box.start_time or 0) / 1e6
        ends = [
            float((packet.pts + (packet.duration or 0)) * packet.time_base)
            for packet in box.demux(audio=0)
            if packet.pts is not None
        ]
    truth_s = max(ends) - start
    if ending != "mp4" or kind not in (
        "early",
        "before nought",
    ):  # mp4 cuts off what is before its own zero
        assert truth_s == pytest.approx(end_s, abs=0.1), "the file is as it was meant to be"
    assert len(samples) / 16_000 == pytest.approx(truth_s, abs=WITHIN_S)
    # each beep where the picture of the same file flashes (late sound: 1.5 s after it)
    piece = cut(path, tmp_path / "p.mov", 0, 30 * 7)
    apart, _ = measure.apart_ms(piece)
    if kind in ("before nought", "far from nought"):
        assert len(apart) >= 5 and max(map(abs, apart)) <= 40, apart
    level = np.abs(samples)
    envelope = np.maximum.reduceat(level, np.arange(0, len(level), 16))
    beeps = [n for n in range(20, len(envelope)) if envelope[n] > 0.1 and envelope[n - 20 : n].max() < 0.05]
    off = {"late": 500, "early": 0}.get(kind, 0)
    inside = [beep for beep in beeps if beep > 1600]
    assert len(inside) >= 4
    first = 1000 * round((inside[0] - off) / 1000)
    assert all(abs((beep - off + 500) % 1000 - 500) <= 40 for beep in inside) or kind in (
        "early",
        "before nought",
    ), inside
    assert first > 0
    if kind == "hole":
        assert np.abs(samples[int(4.15 * 16_000) : int(5.85 * 16_000)]).max() < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["mkv", "mp4", "ts", "webm"])
def test_a_long_gap_in_the_sound_stays_as_long_as_it_is(tmp_path: Path, ending: str) -> None:
    """Forty seconds in which a call was on mute: ffmpeg by itself closes such a gap in a transport stream."""
    path = tmp_path / f"mute.{ending}"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=300:d=60:r=48000",
        "-af",
        "aselect='not(between(t,10,50))'",
        "-c:a",
        "libopus" if ending == "webm" else "aac",
        path,
    )
    samples = media.pcm(path, 0)
    assert len(samples) / 16_000 == pytest.approx(60, abs=0.06)
    assert np.abs(samples[11 * 16_000 : 49 * 16_000]).max() < 0.01
    assert np.abs(samples[int(50.2 * 16_000) : int(59.8 * 16_000)]).max() > 0.05
    after = measure.sound(
        cut(path, tmp_path / "p.mov", 52_000, 30, backdrop=_backdrop(tmp_path), wave_box=(40, 40, 64, 32))
    )
    assert np.abs(after).max() > 0.05, "a cut behind the gap has what is there"


def _backdrop(folder: Path) -> Path:
    ffmpeg("-f", "lavfi", "-i", "color=0x204060:s=320x180:d=1", "-frames:v", "1", folder / "back.png")
    return folder / "back.png"
