"""A clip -> a piece: exact lengths and sizes, whole and undistorted pictures, captions while the words are said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.pieces import CARD, LOOK, OTHER, RESPONSE, clip_of, left_behind, made, source_of, speech_like
from helpers.films.videos import ffmpeg, make_video

from reelmaker.model import Brand, Card
from reelmaker.render import cards, clip_sound, pieces
from reelmaker.render.cards import colours


@pytest.mark.slow
@pytest.mark.parametrize("fps", [24, 25, 30])
def test_each_piece_has_exactly_the_frames_and_samples_planned(tmp_path: Path, video: Path, fps: int) -> None:
    past_the_end = clip_of(5200, 6800)  # the upload is 6 s long
    items = (
        replace(CARD, duration_ms=1017),
        clip_of(0, 1017),
        clip_of(333, 1350),
        clip_of(1999, 3011),
        clip_of(2000, 2001),
        past_the_end,
    )
    for job in made(tmp_path, {RESPONSE: source_of(video)}, *items, fps=fps):
        item = job.place.item
        length = item.duration_ms if isinstance(item, Card) else item.span.length_ms
        frames = max(1, round(length * fps / 1000))
        assert job.place.frames == frames
        assert len(measure.luma(job.target)) == frames, item
        assert len(measure.sound(job.target)) == frames * (48_000 // fps), item


@pytest.mark.slow
@pytest.mark.parametrize("size", [(640, 360), (180, 320), (240, 240)])
def test_pieces_have_the_size_of_the_reel_whatever_the_upload_is(
    tmp_path: Path, video: Path, size: tuple[int, int]
) -> None:
    import av

    tall, voice = tmp_path / "tall.mp4", tmp_path / "voice.wav"
    make_video(tall, 2, "180x320", "25")
    ffmpeg("-i", video, "-vn", voice)
    sources = {RESPONSE: source_of(video), OTHER: source_of(tall), "c" * 64: source_of(voice)}
    items = (CARD, *(clip_of(300, 900, response=response) for response in sources))
    seen = set()
    for job in made(tmp_path, sources, *items, size=size):
        with av.open(str(job.target)) as box:
            stream = box.streams.video[0]
            seen.add((stream.width, stream.height, stream.sample_aspect_ratio or 1, stream.average_rate))
    assert seen == {(*size, 1, 30)}


def test_captions_have_three_lines_only_where_the_frame_is_tall() -> None:
    long = clip_of(0, 6000, "So I had to type my whole long card number in three times over")
    for size, most in (((1280, 720), 2), ((720, 720), 2), ((720, 1280), 3)):
        cues = pieces.clip_cues(long, size)
        assert max(cue.text.count("\n") + 1 for cue in cues) == most, size
        assert " ".join(" ".join(cue.text for cue in cues).split()) == long.moment.text
        assert all(a.end_ms <= b.start_ms for a, b in pairwise(cues))
        assert cues[0].start_ms >= 0 and cues[-1].end_ms <= 6000


@pytest.mark.parametrize("fill", ["blur", "brand"])
def test_a_square_in_a_portrait_answer_stays_square_in_a_wide_reel(tmp_path: Path, portrait: Path, fill: str) -> None:
    look = replace(LOOK, fill=fill, burn=False, brand=Brand(background="#204060"))
    clip = clip_of(0, 1000, label="")
    [job] = made(tmp_path, {RESPONSE: source_of(portrait)}, clip, size=(640, 360), look=look)
    picture = measure.frame(job.target, 10).astype(int)
    white = picture.min(2) > 236
    width, height = np.count_nonzero(white.any(0)), np.count_nonzero(white.any(1))
    assert 86 <= height <= 92 and abs(width - height) <= 2, "160 of 640 lines are 90 of 360"
    rows, columns = np.nonzero(white)
    assert abs(rows.mean() - 179.5) <= 2 and abs(columns.mean() - 319.5) <= 2, "in the middle"
    inside, sides = picture[40, 319], picture[60:300, [30, 600]].reshape(-1, 3)
    assert abs(inside - [0xE0, 0x70, 0x20]).max() <= 12, "the picture keeps its colours"
    if fill == "brand":
        assert abs(sides - [0x20, 0x40, 0x60]).max() <= 6
    else:
        mean = sides.mean(0)
        assert mean[0] > mean[1] + 10 > mean[2] + 20, "the sides are of the picture's own colours"
        assert mean.sum() < inside.sum() - 30, "and darker than it"


def test_the_fill_of_a_template_without_a_brand_is_the_background_of_the_template(
    tmp_path: Path, portrait: Path
) -> None:
    look = replace(LOOK, template=cards.find("dark"), brand=Brand(), fill="brand", burn=False)
    clip = clip_of(0, 500, label="")
    [job] = made(tmp_path, {RESPONSE: source_of(portrait)}, clip, size=(640, 360), look=look)
    wanted = colours.rgb(look.template.palette["background"])
    assert abs(measure.frame(job.target, 5)[180, [20, 620]].astype(int) - wanted).max() <= 6


def test_a_wide_answer_is_whole_in_a_tall_reel(tmp_path: Path, video: Path) -> None:
    clip = clip_of(1000, 1500, label="")
    look = replace(LOOK, fill="brand", burn=False, brand=Brand(background="#204060"))
    [job] = made(tmp_path, {RESPONSE: source_of(video)}, clip, size=(180, 320), look=look)
    picture = measure.frame(job.target, 5).astype(int)
    ground = abs(picture - [0x20, 0x40, 0x60]).max(2) <= 40
    rows = np.nonzero(~ground.all(1))[0]
    assert abs(len(rows) - 180 * 9 / 16) <= 3, "180 pixels wide, so 101 high"
    assert abs(rows.mean() - 159.5) <= 2
    source = measure.frame(video, 30).astype(int)[::2, ::2][:90, :160]
    assert not ground[rows].all(0).any(), "from edge to edge"
    assert abs(picture[rows].mean((0, 1)) - source.mean((0, 1))).max() <= 12


@pytest.mark.slow
def test_a_voice_without_picture_gets_a_card_with_its_name_and_a_wave_that_moves(
    tmp_path: Path,
) -> None:
    voice = speech_like(tmp_path / "call.wav", -23)
    look, size = replace(LOOK, burn=False), (640, 360)
    quiet = replace(look.template, lower_third=replace(look.template.lower_third, show_ms=0))
    look = replace(look, template=quiet)
    [job] = made(tmp_path, {RESPONSE: source_of(voice)}, clip_of(200, 2700), size=size, look=look)
    card = cards.speaker_card("New customer", look.template, look.brand, size)
    x, y, width, height = card.wave_box
    pictures = [measure.frame(job.target, number).astype(int) for number in (5, 20, 35, 60)]
    wave_of = [picture[y : y + height, x : x + width] for picture in pictures]
    for one, next_one in pairwise(wave_of):
        assert (abs(one - next_one).max(2) > 60).mean() > 0.02, "the wave moves"
    beside = np.ones((360, 640), bool)
    beside[y - 2 : y + height + 2, x - 2 : x + width + 2] = False
    for picture in pictures:
        assert abs(picture - card.picture)[beside].mean() < 2, "the rest is the card, and still"
    wave_colour = np.array(colours.rgb(card.wave_colour))
    assert (abs(wave_of[1] - wave_colour).max(2) < 30).any()
    assert len(measure.luma(job.target)) == 75 and len(measure.sound(job.target)) == 75 * 1600
    assert {Path(name).stem for name in left_behind(tmp_path)} == {job.target.stem}, "neither script nor backdrop stays"


def test_a_picture_without_sound_gets_digital_silence(tmp_path: Path, portrait: Path) -> None:
    source = source_of(portrait)
    assert source.facts.sound_track == -1
    [job] = made(tmp_path, {RESPONSE: source}, clip_of(100, 1100))
    assert len(measure.sound(job.target)) == 48_000 and not measure.sound(job.target).any()
    assert clip_sound.gain(source, clip_of(100, 1100), job.place) == 0


@pytest.mark.slow
def test_captions_are_burnt_in_where_they_are_wanted_and_only_while_the_words_are_said(
    tmp_path: Path,
) -> None:
    dark = tmp_path / "dark.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=0x101010:s=640x360:r=30:d=6", "-c:v", "libx264", dark)
    source, clip = {RESPONSE: source_of(dark)}, clip_of(0, 5000, "Hello there", label="")
    look = replace(LOOK, template=cards.find("dark"))
    [burnt] = made(tmp_path, source, clip, size=(640, 360), look=look)
    [plain] = made(tmp_path, source, clip, size=(640, 360), look=replace(look, burn=False))

    def written(job: pieces.Job, number: int) -> int:
        return int((measure.frame(job.target, number).min(2) > 150).sum())

    assert written(burnt, 9) > 100 and written(burnt, 120) == 0
    assert written(plain, 9) == 0
