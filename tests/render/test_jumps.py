"""Clips that jump over parts of their upload: in sync after many jumps, no click, bleeps where they were said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.cutting import flashing
from helpers.films.pieces import LOOK, clip_of, made, source_of, speech_like
from helpers.films.videos import ffmpeg

from reelmaker import media
from reelmaker.media import bleep, jumps
from reelmaker.model import Clip, Reel, Span
from reelmaker.publish import quality_check
from reelmaker.render import pieces

SILENT = replace(LOOK, burn=False)


def holed(start_ms: int, end_ms: int, *holes: tuple[int, int]) -> Clip:
    clip = clip_of(start_ms, end_ms)
    return replace(clip, holes=tuple(Span(clip.span.response, *hole) for hole in holes), label="")


def test_parts_never_share_a_frame_however_small_the_hole() -> None:
    assert jumps.first_frames([(0, 15), (505, 15), (1010, 10)], 30) == [0, 15, 30]
    assert jumps.first_frames([(0, 15), (1000, 15)], 30) == [0, 30]
    assert jumps.joints([(0, 15), (505, 15), (1010, 10)], 30) == [500, 1000]


@pytest.mark.slow
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_twenty_jumps_in_a_variable_frame_rate_stay_in_sync(tmp_path: Path, rate: int) -> None:
    steady, upload = tmp_path / "steady.mp4", tmp_path / "vfr.mp4"
    encoded = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    flashing(steady, "320x180", "60", rate, *encoded, seconds=23)
    # 60 and 20 frames a second in turn
    ffmpeg("-i", steady, "-vf", "select='lt(mod(t,2),1)+not(mod(n,3))'", "-fps_mode", "vfr", *encoded, upload)
    holes = [(1000 * n + 310 + 7 * n, 1000 * n + 640 + 13 * n) for n in range(1, 21)]
    clip = holed(730, 22_200, *holes)
    jobs = made(tmp_path, {clip.span.response: source_of(upload)}, clip, look=SILENT)
    reel = tmp_path / "reel.mp4"
    pieces.join(jobs, reel, None, [], "T", "en")
    frames = sum(clip.frames(30))
    assert len(measure.luma(reel)) == frames and abs(frames - clip.length_ms * 30 / 1000) < 11
    apart, ends = measure.apart_ms(reel)
    assert len(apart) == 22, "every second has its flash"
    assert max(map(abs, apart)) <= 40 and abs(ends) <= 1 / 30 + 1e-6, apart
    assert measure.faults(reel) == "" and measure.times_increase(reel)


@pytest.mark.slow
def test_a_joint_has_no_click_and_no_gap(tmp_path: Path) -> None:
    upload = tmp_path / "tone.mp4"
    picture = "testsrc=s=320x180:r=30:d=6"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=f=440:r=44100:d=6", "-c:a", "aac", upload)
    clip = holed(500, 5000, (1503, 2111), (3207, 3333))
    [job] = made(tmp_path, {clip.span.response: source_of(upload)}, clip, look=SILENT)
    sound = measure.sound(job.target)
    assert len(sound) == sum(clip.frames(30)) * 1600
    steady = np.abs(np.diff(sound[9600:24_000])).max()
    level = np.abs(sound[9600:24_000]).max()
    for joint in np.cumsum(clip.frames(30))[:-1] * 1600:
        assert np.abs(np.diff(sound[joint - 960 : joint + 960])).max() <= 1.05 * steady
        loud = np.maximum.reduceat(np.abs(sound[joint - 2400 : joint + 2400]), np.arange(0, 4800, 96))
        assert (loud < 0.05 * level).sum() <= 3, "below -26 dB for at most 6 ms"
    found = quality_check.check_piece(job)
    assert not any(finding.serious for finding in found)
    assert any(finding.what.startswith("at 0:01.5 a cut is") for finding in found), "a tone has no pause to cut in"


@pytest.mark.slow
def test_a_bleep_lands_where_it_was_said_after_a_jump(tmp_path: Path) -> None:
    speech = speech_like(tmp_path / "speech.wav", -30, claps=4)
    # 3.0-3.5 s are bleeped; 1.2-2.2 s are struck, with a bleep of their own that nobody hears
    clip = replace(holed(500, 5500, (1200, 2200)), bleeps=((1500, 2000, "names"), (3000, 3500, "phone")))
    assert clip.heard_bleeps == ((1500, 2000),)
    [job] = made(tmp_path, {clip.span.response: source_of(speech)}, clip)
    sound = measure.sound(job.target)
    assert bleep.residual_db(sound, 48_000, [(1500, 2000)]) < -55
    for elsewhere in ((200, 700), (700, 1200), (2200, 2700)):
        tone = np.exp(-2j * np.pi * bleep.TONE_HZ * np.arange(24_000) / 48_000)
        part = sound[elsewhere[0] * 48 : elsewhere[0] * 48 + 24_000]
        assert abs((part * tone).mean()) < 0.2 * 10 ** (bleep.TONE_DB / 20), elsewhere
    assert not [finding for finding in quality_check.check_piece(job) if finding.serious]


@pytest.mark.slow
def test_an_answer_without_a_picture_jumps_on_its_card(tmp_path: Path) -> None:
    speech = speech_like(tmp_path / "speech.wav", -30)
    clip = replace(holed(300, 5000, (1000, 1800), (2600, 3100)), label="New customer")
    [job] = made(tmp_path, {clip.span.response: source_of(speech)}, clip)
    assert len(measure.luma(job.target)) == sum(clip.frames(30)) == job.place.frames
    assert len(measure.sound(job.target)) == job.place.frames * 1600
    assert abs(media.examine(job.target).loudness.integrated + 16) < 1.5


@pytest.mark.slow
def test_what_is_covered_stays_covered_after_a_jump(tmp_path: Path) -> None:
    """Fine stripes stand on the left for 2 s, then on the right; half a second around the change is struck."""
    upload = tmp_path / "stripes.mp4"
    at = "if(lt(N\\,60)\\,32\\,224)"
    there = f"between(X\\,{at}\\,{at}+63)*between(Y\\,60\\,119)"
    drawn = f"format=gray,geq=lum='if({there}\\,255*gt(mod(X\\,8)\\,3)\\,128)',format=yuv420p"
    sources = ("-f", "lavfi", "-i", "nullsrc=s=320x180:r=30:d=5", "-f", "lavfi", "-i", "sine=d=5")
    ffmpeg(*sources, "-vf", drawn, "-c:v", "libx264", "-qp", "6", "-c:a", "aac", upload)
    clip = holed(500, 4000, (1750, 2250))
    source, frames = replace(source_of(upload), faces=True), clip.frames(30)
    left = media.Area(0, frames[0], 0.05, 0.25, 0.35, 0.75)
    right = media.Area(frames[0], sum(frames), 0.65, 0.25, 0.95, 0.75)
    reel = Reel((), (clip,), {}, 320, 180)
    [job] = pieces.plan(reel, {clip.span.response: source}, SILENT, tmp_path, covers={clip.stretches: (left, right)})
    pieces.make(job, pieces.prepare(tmp_path, LOOK.brand))
    [bare] = made(tmp_path, {clip.span.response: source_of(upload)}, clip, look=SILENT)
    for number in (0, frames[0] - 1, frames[0], sum(frames) - 1):
        begin = 32 if number < frames[0] else 224
        covered, shown = (
            measure.frame(path, number)[64:116, begin + 4 : begin + 60] for path in (job.target, bare.target)
        )
        assert shown.std() > 80 and covered.std() < 15, number
