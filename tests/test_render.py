"""Reel -> pieces -> one mp4: keys that mean the picture, exact lengths, even loudness, nothing half done."""

from __future__ import annotations

import itertools
import threading
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import measure
import numpy as np
import pytest
from conftest import SAMPLES, ffmpeg, make_video

from reelmaker import cards, media, render
from reelmaker.cards import colours
from reelmaker.errors import DiskFull, RenderError
from reelmaker.model import Brand, Card, Clip, Facts, Moment, Reel, Sentence, Span, Word
from reelmaker.outputs import captions

RESPONSE, OTHER = "a" * 64, "b" * 64
LOOK = render.Look(cards.find("plain"), Brand("Fernhill"), "blur", True, False)
CARD = Card("intro", "plain", (("statement", "Paying is hard"), ("of", "3"), ("spoke", "2")), 1000)
SEEN = render.Source(Path("answer.mp4"), Facts(60_000, (320, 180), 0, 1))
HEARD = render.Source(Path("answer.wav"), Facts(60_000, None, -1, 0))


def clip_of(
    start_ms: int,
    end_ms: int,
    words: str = "My card was refused again",
    label: str = "New customer",
    response: str = RESPONSE,
    problem: str = "checkout",
) -> Clip:
    """A clip in which one word is said each 300 ms."""
    said = tuple(
        Word(word, start_ms + 300 * at, start_ms + 300 * at + 250) for at, word in enumerate(words.split())
    )
    said = said or (Word("", start_ms, start_ms),)
    moment = Moment(problem, (Sentence(response, 0, said),), 0.9, ("the words of the problem",))
    return Clip(moment, Span(response, start_ms, end_ms), label)


CLIP = clip_of(2000, 5000)


def source_of(path: Path) -> render.Source:
    return render.Source(path, media.probe(path))


def made(
    folder: Path,
    sources: Mapping[str, render.Source],
    *items: Card | Clip,
    size: tuple[int, int] = (320, 180),
    fps: int = 30,
    look: render.Look = LOOK,
) -> list[render.Job]:
    """The pieces of a reel of these items, made."""
    environment = render.prepare(folder, look.brand)
    jobs = render.plan(Reel((), items, {}, *size, fps), sources, look, folder)
    for job in jobs:
        render.make(job, environment)
    return jobs


def left_behind(folder: Path) -> list[str]:
    """What lies beside the fonts in the folder of the pieces."""
    return sorted(
        path.name for path in (folder / "pieces").iterdir() if path.name not in ("fonts", "fonts.conf")
    )


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("render") / "answer.mp4", 6)


# ---- keys ------------------------------------------------------------------------------------------


def key(
    item: Card | Clip = CLIP,
    look: render.Look = LOOK,
    source: render.Source = SEEN,
    size: tuple[int, int] = (320, 180),
    fps: int = 30,
    threads: int = 1,
) -> str:
    reel = Reel((), (item,), {}, *size, fps)
    [job] = render.plan(reel, {RESPONSE: source, OTHER: source}, look, Path("cache"), threads)
    assert job.target.parent == Path("cache", "pieces")
    return job.target.stem


SPAN = CLIP.span
PICTURE: dict[str, Callable[[], str]] = {
    "start": lambda: key(replace(CLIP, span=Span(RESPONSE, 2001, 5001))),
    "length": lambda: key(replace(CLIP, span=Span(RESPONSE, 2000, 5040))),
    "upload": lambda: key(clip_of(2000, 5000, response=OTHER)),
    "fade": lambda: key(replace(CLIP, fade_ms=0)),
    "caption words": lambda: key(clip_of(2000, 5000, "My card was accepted again")),
    "label": lambda: key(replace(CLIP, label="Loyal customer")),
    "label of a voice": lambda: key(replace(CLIP, label="Loyal customer"), source=HEARD),
    "voice only": lambda: key(source=HEARD),
    "sound track": lambda: key(source=replace(SEEN, facts=replace(SEEN.facts, sound_track=2))),
    "template": lambda: key(look=replace(LOOK, template=cards.find("dark"))),
    "fill": lambda: key(look=replace(LOOK, fill="brand")),
    "captions beside": lambda: key(look=replace(LOOK, burn=False)),
    "draft": lambda: key(look=replace(LOOK, draft=True)),
    "brand primary": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", primary="#aa0000"))),
    "brand accent": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", accent="#aa0000"))),
    "brand background": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", background="#aa0000"))),
    "brand text": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", text="#aa0000"))),
    "width": lambda: key(size=(322, 180)),
    "height": lambda: key(size=(320, 182)),
    "shape": lambda: key(size=(180, 320)),
    "frame rate": lambda: key(fps=25),
}
CARDS: dict[str, Callable[[], str]] = {
    "words": lambda: key(replace(CARD, fields=(("statement", "Paying is easy"), *CARD.fields[1:]))),
    "count": lambda: key(replace(CARD, fields=(*CARD.fields[:2], ("spoke", "1")))),
    "kind": lambda: key(replace(CARD, kind="chapter")),
    "length": lambda: key(replace(CARD, duration_ms=1100)),
    "template": lambda: key(CARD, replace(LOOK, template=cards.find("bold"))),
    "brand colour": lambda: key(CARD, replace(LOOK, brand=Brand("Fernhill", primary="#aa0000"))),
    "draft": lambda: key(CARD, replace(LOOK, draft=True)),
    "size": lambda: key(CARD, size=(180, 320)),
}
NO_PICTURE: dict[str, Callable[[], str]] = {
    "score": lambda: key(replace(CLIP, moment=replace(CLIP.moment, score=0.1))),
    "why": lambda: key(replace(CLIP, moment=replace(CLIP.moment, why=("another reason",)))),
    "tone": lambda: key(replace(CLIP, moment=replace(CLIP.moment, tone=-1.0))),
    "problem": lambda: key(replace(CLIP, moment=replace(CLIP.moment, problem="delivery"))),
    "name of the upload": lambda: key(source=replace(SEEN, path=Path("renamed.mov"))),
    "notes": lambda: key(source=replace(SEEN, facts=replace(SEEN.facts, notes=("damaged",)))),
    "threads": lambda: key(threads=4),
}


@pytest.mark.parametrize("what", PICTURE)
def test_what_changes_the_picture_or_sound_of_a_clip_changes_its_key(what: str) -> None:
    assert PICTURE[what]() != key()


@pytest.mark.parametrize("what", CARDS)
def test_what_changes_a_card_changes_its_key(what: str) -> None:
    assert CARDS[what]() != key(CARD)


@pytest.mark.parametrize("what", NO_PICTURE)
def test_what_is_not_seen_or_heard_leaves_the_key_alone(what: str) -> None:
    assert NO_PICTURE[what]() == key()


def test_no_two_of_these_changes_give_the_same_key() -> None:
    keys = [key(), key(CARD), *(change() for change in (*PICTURE.values(), *CARDS.values()))]
    assert len(set(keys)) == len(keys)


def test_the_label_of_a_voice_without_picture_is_in_its_key_even_where_no_lower_third_is_shown() -> None:
    plain = cards.find("plain")
    quiet = replace(
        LOOK, template=replace(plain, lower_third=replace(plain.lower_third, show_ms=0)), burn=False
    )
    other = replace(CLIP, label="Loyal customer")
    assert key(other, quiet, HEARD) != key(CLIP, quiet, HEARD)
    assert key(other, quiet, SEEN) == key(CLIP, quiet, SEEN), "nowhere to be seen"


def test_words_that_are_not_burnt_in_leave_the_key_alone() -> None:
    beside = replace(LOOK, burn=False)
    assert key(clip_of(2000, 5000, "Quite other words"), beside) == key(CLIP, beside)


def test_the_problem_of_a_card_leaves_its_key_alone() -> None:
    assert key(replace(CARD, problem="delivery")) == key(CARD)


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_the_place_in_the_reel_leaves_the_key_alone(fps: int) -> None:
    moved = [replace(CLIP, span=Span(RESPONSE, 2000, 2000 + length)) for length in range(600, 5000, 131)]
    for clip in moved:
        keys = set()
        for before_ms in (0, 33, 67, 100, 121, 1000, 61_033):
            first = [replace(CARD, duration_ms=before_ms)] if before_ms else []
            reel = Reel((), (*first, clip), {}, 320, 180, fps)
            keys.add(render.plan(reel, {RESPONSE: SEEN}, LOOK, Path("cache"))[-1].target.stem)
        assert len(keys) == 1, clip.span


def test_a_new_logo_under_the_old_name_changes_the_keys(tmp_path: Path) -> None:
    from PIL import Image

    logo = tmp_path / "logo.png"
    look = replace(LOOK, brand=Brand("Fernhill", logo=str(logo)))
    Image.new("RGB", (40, 20), "#aa0000").save(logo)
    before = key(CARD, look)
    Image.new("RGB", (60, 20), "#00aa00").save(logo)
    assert key(CARD, look) != before != key(CARD)


def test_equal_keys_are_equal_files(tmp_path: Path, video: Path) -> None:
    copy = tmp_path / "renamed.mp4"
    copy.write_bytes(video.read_bytes())
    other = replace(CLIP, moment=replace(CLIP.moment, score=0.2, why=("another reason",)))
    one = made(tmp_path / "one", {RESPONSE: source_of(video)}, CARD, CLIP)
    two = made(tmp_path / "two", {RESPONSE: source_of(copy)}, other, CARD)
    assert [job.target.name for job in one] == [job.target.name for job in reversed(two)]
    for a, b in zip(one, reversed(two), strict=True):
        assert a.target.read_bytes() == b.target.read_bytes(), a.place.item


# ---- exact lengths and sizes -----------------------------------------------------------------------


@pytest.mark.parametrize("fps", [24, 25, 30])
def test_each_piece_has_exactly_the_frames_and_samples_planned(
    tmp_path: Path, video: Path, fps: int
) -> None:
    past_the_end = clip_of(5200, 6800)  # the upload is 6 s long
    items = (
        replace(CARD, duration_ms=1017), clip_of(0, 1017), clip_of(333, 1350), clip_of(1999, 3011),
        clip_of(2000, 2001), past_the_end,
    )  # fmt: skip
    for job in made(tmp_path, {RESPONSE: source_of(video)}, *items, fps=fps):
        item = job.place.item
        length = item.duration_ms if isinstance(item, Card) else item.span.length_ms
        frames = max(1, round(length * fps / 1000))
        assert job.place.frames == frames
        assert len(measure.luma(job.target)) == frames, item
        assert len(measure.sound(job.target)) == frames * (48_000 // fps), item


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
        cues = render.clip_cues(long, size)
        assert max(cue.text.count("\n") + 1 for cue in cues) == most, size
        assert " ".join(" ".join(cue.text for cue in cues).split()) == long.moment.text
        assert all(a.end_ms <= b.start_ms for a, b in pairwise(cues))
        assert cues[0].start_ms >= 0 and cues[-1].end_ms <= 6000


# ---- pictures --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A white square of 160 pixels in the middle of an orange portrait picture."""
    path = tmp_path_factory.mktemp("portrait") / "portrait.mp4"
    picture = "color=0xe07020:s=360x640:r=30:d=2,drawbox=x=100:y=240:w=160:h=160:t=fill:c=white"
    ffmpeg(
        "-f", "lavfi", "-i", picture, "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-colorspace", "bt709",
        "-c:v", "libx264", "-qp", "4", path,
    )  # fmt: skip
    return path


@pytest.mark.parametrize("fill", ["blur", "brand"])
def test_a_square_in_a_portrait_answer_stays_square_in_a_wide_reel(
    tmp_path: Path, portrait: Path, fill: str
) -> None:
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
    assert left_behind(tmp_path) == [job.target.name], "neither script nor backdrop stays"


def test_a_picture_without_sound_gets_digital_silence(tmp_path: Path, portrait: Path) -> None:
    source = source_of(portrait)
    assert source.facts.sound_track == -1
    [job] = made(tmp_path, {RESPONSE: source}, clip_of(100, 1100))
    assert len(measure.sound(job.target)) == 48_000 and not measure.sound(job.target).any()
    assert render.gain(source, clip_of(100, 1100), job.place) == 0


def test_captions_are_burnt_in_where_they_are_wanted_and_only_while_the_words_are_said(
    tmp_path: Path,
) -> None:
    dark = tmp_path / "dark.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=0x101010:s=640x360:r=30:d=6", "-c:v", "libx264", dark)
    source, clip = {RESPONSE: source_of(dark)}, clip_of(0, 5000, "Hello there", label="")
    look = replace(LOOK, template=cards.find("dark"))
    [burnt] = made(tmp_path, source, clip, size=(640, 360), look=look)
    [plain] = made(tmp_path, source, clip, size=(640, 360), look=replace(look, burn=False))

    def written(job: render.Job, number: int) -> int:
        return int((measure.frame(job.target, number).min(2) > 150).sum())

    assert written(burnt, 9) > 100 and written(burnt, 120) == 0
    assert written(plain, 9) == 0


# ---- loudness --------------------------------------------------------------------------------------


def speech_like(path: Path, level_db: float, claps: int = 0) -> Path:
    """Six seconds of syllables with pauses, `level_db` dBFS while they last; and claps at full scale."""
    rng, rate = np.random.default_rng(7), 48_000
    time = np.arange(6 * rate) / rate
    noise = np.convolve(rng.standard_normal(len(time)), np.ones(12) / 12, "same")
    syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0, 1) ** 0.5 * (time % 1.7 < 1.3)
    samples = noise * syllables * (0.5 + rng.random(len(time) // 12_000)[(time * 4).astype(int)])
    samples *= 10 ** (level_db / 20) / np.sqrt((samples[samples != 0] ** 2).mean())
    dull = np.hanning(12) / np.hanning(12).sum()  # no microphone lets a single sample jump
    for at in range(claps):
        clap = np.convolve(rng.standard_normal(2400) * np.exp(-np.arange(2400) / 480), dull, "same")
        begin = int((0.4 + at) * rate)
        samples[begin : begin + 2400] += clap * 0.97 / abs(clap).max()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize(
    ("level_db", "claps"),
    [(-40, 0), (-23, 0), (-5, 0), (-27, 5), (-35, 5)],
    ids=["quiet", "usual", "hot", "peaky", "very peaky"],
)
def test_synthetic_voices_of_every_level_come_out_equally_loud(
    tmp_path: Path, level_db: float, claps: int
) -> None:
    source = source_of(speech_like(tmp_path / "voice.wav", level_db, claps))
    [job] = made(tmp_path, {RESPONSE: source}, clip_of(200, 5700))
    integrated, peak = measure.loudness(job.target)
    assert abs(integrated + 16) <= 1.5 and peak <= -1, (integrated, peak)
    reel = tmp_path / "reel.mp4"
    render.join([job], reel, None, [], "T", "en")
    integrated, peak = measure.loudness(reel)
    assert abs(integrated + 16) <= 1.5 and peak <= -1, ("joined", integrated, peak)


@pytest.mark.slow
def test_real_voices_of_every_level_come_out_equally_loud(tmp_path: Path) -> None:
    found = {}
    names = (
        "Video 12.mp4",
        "Réponse Daniel B.mp4",
        "IMG_4821.MOV",
        "puck (square).mp4",
        "Voice memo 14.m4a",
    )
    for name in names:
        source = source_of(SAMPLES / "uploads" / name)
        [job] = made(tmp_path, {RESPONSE: source}, clip_of(3000, 7000, response=RESPONSE, label=name))
        found[name] = measure.loudness(job.target)
    assert all(abs(integrated + 16) <= 1.5 and peak <= -1 for integrated, peak in found.values()), found


def test_the_gain_turns_loud_down_quiet_up_and_lets_silence_be(tmp_path: Path) -> None:
    def gain(path: Path) -> float:
        clip = clip_of(0, 5000)
        [place] = Reel((), (clip,)).places()
        return render.gain(source_of(path), clip, place)

    assert gain(speech_like(tmp_path / "hot.wav", -5)) < -5
    assert 3 < gain(speech_like(tmp_path / "usual.wav", -26)) < 20
    assert 30 < gain(speech_like(tmp_path / "faint.wav", -52)) <= render.MOST_GAIN_DB
    assert gain(speech_like(tmp_path / "hiss.wav", -80)) == 0
    assert gain(speech_like(tmp_path / "none.wav", -200)) == 0


def test_the_loudness_is_that_of_the_clip_and_not_of_the_whole_answer(tmp_path: Path) -> None:
    source = tmp_path / "both.wav"
    loud, faint = (
        speech_like(tmp_path / "loud.wav", -12),
        speech_like(tmp_path / "faint.wav", -38),
    )
    ffmpeg("-i", loud, "-i", faint, "-filter_complex", "[0:a][1:a]concat=n=2:v=0:a=1", source)
    jobs = made(tmp_path, {RESPONSE: source_of(source)}, clip_of(200, 5600), clip_of(6200, 11_600))
    levels = [measure.loudness(job.target)[0] for job in jobs]
    assert all(abs(level + 16) <= 1.5 for level in levels), levels


# ---- nothing half done -----------------------------------------------------------------------------


def test_an_upload_that_is_gone_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    gone = render.Source(tmp_path / "gone.mp4", SEEN.facts)
    with pytest.raises(RenderError, match=r"gone\.mp4"):
        made(tmp_path, {RESPONSE: gone}, CLIP)
    assert left_behind(tmp_path) == []


def test_an_upload_that_has_become_rubbish_leaves_nothing_under_the_final_name(
    tmp_path: Path, video: Path
) -> None:
    rubbish = tmp_path / "rubbish.mp4"
    rubbish.write_bytes(b"\0not a video" * 1000)
    with pytest.raises(RenderError, match=r"rubbish\.mp4"):
        made(tmp_path, {RESPONSE: render.Source(rubbish, media.probe(video))}, CLIP)
    assert left_behind(tmp_path) == []


def test_an_interrupted_piece_leaves_nothing_under_the_final_name_and_can_be_made_later(
    tmp_path: Path, video: Path
) -> None:
    # a minute at full size takes long enough to be stopped in the middle; the last picture is held
    environment = render.prepare(tmp_path, LOOK.brand)
    long = Reel((), (clip_of(1000, 61_000),), {}, 1280, 720)
    [job] = render.plan(long, {RESPONSE: source_of(video)}, LOOK, tmp_path)
    aside = job.target.with_name(f"{job.target.stem}.part.mov")
    caught: list[Exception] = []

    def work() -> None:
        try:
            render.make(job, environment)
        except RenderError as problem:
            caught.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive() and not aside.exists():
        thread.join(0.005)
    media.stop_all()
    thread.join(60)
    try:
        assert not thread.is_alive() and caught, "it was stopped before it was done"
        assert left_behind(tmp_path) == []
    finally:
        media.resume()
    [again] = made(tmp_path, {RESPONSE: source_of(video)}, CLIP)
    assert len(measure.luma(again.target)) == 90


def test_a_card_whose_drawing_fails_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = cards.draw

    def fails_after_five(*arguments: Any) -> Iterator[np.ndarray]:
        yield from itertools.islice(draw(*arguments), 5)
        raise MemoryError("no more")

    monkeypatch.setattr(cards, "draw", fails_after_five)
    environment = render.prepare(tmp_path, Brand())
    [job] = render.plan(Reel((), (CARD,), {}, 640, 360), {}, LOOK, tmp_path)
    with pytest.raises(MemoryError, match="no more"):
        render.make(job, environment)
    assert left_behind(tmp_path) == []


def test_sharp_clicks_stay_under_the_ceiling_between_the_samples_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    samples = 0.05 * np.sin(2 * np.pi * 300 * np.arange(48_000 * 4) / 48_000)
    for at in range(10):
        samples[at * 19_000 : at * 19_000 + 2400] += 0.9 * np.sign(rng.standard_normal(2400))
    with wave.open(str(tmp_path / "clicks.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    [job] = made(tmp_path, {RESPONSE: source_of(tmp_path / "clicks.wav")}, clip_of(100, 3800))
    assert measure.loudness(job.target)[1] <= -1


def test_what_a_killed_run_left_behind_is_written_over(tmp_path: Path, video: Path) -> None:
    environment = render.prepare(tmp_path, LOOK.brand)
    jobs = render.plan(Reel((), (CARD, CLIP), {}, 320, 180), {RESPONSE: source_of(video)}, LOOK, tmp_path)
    for job in jobs:
        job.target.with_name(f"{job.target.stem}.part.mov").write_bytes(b"half a piece")
        render.make(job, environment)
        assert len(measure.luma(job.target)) == job.place.frames
    assert left_behind(tmp_path) == sorted(job.target.name for job in jobs)


def test_a_piece_that_cannot_be_renamed_leaves_nothing_aside(tmp_path: Path, video: Path) -> None:
    environment = render.prepare(tmp_path, LOOK.brand)
    [job] = render.plan(Reel((), (CLIP,), {}, 320, 180), {RESPONSE: source_of(video)}, LOOK, tmp_path)
    job.target.mkdir()  # something else already has the name
    with pytest.raises(OSError):
        render.make(job, environment)
    assert left_behind(tmp_path) == [job.target.name] and job.target.is_dir()


def test_a_reel_that_the_disk_cannot_hold_is_not_begun(tmp_path: Path) -> None:
    endless = replace(CARD, duration_ms=10**13)  # three centuries, some 15 petabytes
    jobs = render.plan(Reel((), (endless,)), {}, LOOK, tmp_path)
    with pytest.raises(DiskFull, match=r"needs about \d{11} MB") as caught:
        render.check_space(jobs, tmp_path)
    assert str(tmp_path) in caught.value.message and caught.value.remedy
    render.check_space(render.plan(Reel((), (CARD,)), {}, LOOK, tmp_path), tmp_path)
    render.check_space([], tmp_path)


# ---- the joined reel -------------------------------------------------------------------------------


SAYING = 'Ünless I "pay" twice & wait it\'s refused'


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[render.Job], Path]]:
    """Cards and clips of awkward lengths from three uploads that flash and beep at every full second."""
    folder = tmp_path_factory.mktemp("it's a 100% reel")
    sources = {}
    for number, (size, fps, rate) in enumerate((("320x180", "30", 48_000), ("180x320", "25", 44_100))):
        path = folder / f"{number}.mp4"
        ffmpeg(
            "-f", "lavfi", "-i", f"color=black:s={size}:r={fps}:d=6,drawbox=t=fill:c=white:enable='lt(mod(t,1),0.1)'",
            "-f", "lavfi", "-i", f"aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)':d=6:s={rate}",
            "-c:v", "libx264", "-c:a", "aac", path,
        )  # fmt: skip
        sources[f"{number}" * 64] = source_of(path)
    first, second = sources
    items = (
        replace(CARD, template="dark"),
        clip_of(550, 2567, SAYING, "Anna, new customer", first),
        clip_of(1433, 3450, "Hello", "Bert", second),
        replace(CARD, kind="chapter", template="dark", duration_ms=1033),
        *(clip_of(530 + 17 * at, 2540 + 31 * at, "", "", (first, second)[at % 2]) for at in range(6)),
    )
    look = replace(LOOK, template=cards.find("dark"), fill="brand", burn=False)
    jobs = made(folder, sources, *items, look=look)
    soft = folder / "soft.srt"
    cues = render.clip_cues(items[1], (320, 180))  # type: ignore[arg-type]
    begin = jobs[1].place.start_ms
    soft.write_text(
        captions.srt([replace(c, start_ms=c.start_ms + begin, end_ms=c.end_ms + begin) for c in cues]),
        "utf-8",
    )
    chapters = [
        media.Chapter(job.place.start_ms, job.place.end_ms, f"#{number}; a=b\\c")
        for number, job in enumerate(jobs)
    ]
    target = folder / "reel.mp4"
    render.join(jobs, target, soft, chapters, "Was kostet's? = 100%; #1", "de")
    yield jobs, target


def test_the_reel_has_the_frames_of_its_pieces_and_decodes_without_complaint(
    reel: tuple[list[render.Job], Path],
) -> None:
    jobs, target = reel
    frames = sum(job.place.frames for job in jobs)
    assert jobs[-1].place.first_frame + jobs[-1].place.frames == frames
    assert len(measure.luma(target)) == frames
    assert abs(len(measure.sound(target)) - frames * 1600) <= 1600, "within one frame"
    assert measure.faults(target) == "" and measure.times_increase(target)


def test_every_flash_and_beep_stands_where_the_plan_says(reel: tuple[list[render.Job], Path]) -> None:
    jobs, target = reel
    brightness, level = measure.luma(target), np.abs(measure.sound(target))
    envelope = np.maximum.reduceat(level, np.arange(0, len(level), 48))  # one value a millisecond
    checked = 0
    for job in jobs:
        clip = job.place.item
        if not isinstance(clip, Clip):
            assert envelope[job.place.start_ms + 60 : job.place.end_ms - 60].max() < 0.01, (
                "cards are silent"
            )
            continue
        for second in range(6):
            at_ms = second * 1000 - clip.span.start_ms  # in the clip
            if not 200 <= at_ms <= clip.span.length_ms - 200:
                continue
            frame = job.place.first_frame + round(at_ms * 30 / 1000)
            rise = [
                n
                for n in range(frame - 5, frame + 6)
                if brightness[n] - brightness[n - 1] > 20
            ]  # fmt: skip
            assert len(rise) == 1
            around = envelope[job.place.start_ms + at_ms - 150 : job.place.start_ms + at_ms + 150]
            beep_ms = job.place.start_ms + at_ms - 150 + int(np.argmax(around > 0.1))
            assert around[:100].max() < 0.05 < 0.1 < around.max()
            assert abs(rise[0] - frame) <= 1, "the flash is where the plan says"
            assert abs(beep_ms - rise[0] * 1000 / 30) <= 40, "the beep comes with it"
            checked += 1
    assert checked >= 14


def test_the_reel_can_be_played_while_it_is_still_loading(reel: tuple[list[render.Job], Path]) -> None:
    content = reel[1].read_bytes()
    at, boxes = 0, []
    while at < len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        boxes.append(name)
        assert length >= 8
        at += length
    assert boxes[0] == b"ftyp" and boxes.index(b"moov") < boxes.index(b"mdat")


def test_the_reel_has_chapters_a_title_and_captions_that_can_be_switched_on(
    reel: tuple[list[render.Job], Path],
) -> None:
    import av

    jobs, target = reel
    with av.open(str(target)) as box:
        chapters = box.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == [
            f"#{number}; a=b\\c" for number in range(len(jobs))
        ]
        for chapter, job in zip(chapters, jobs, strict=True):
            assert abs(float(chapter["start"] * chapter["time_base"]) * 1000 - job.place.start_ms) <= 1
            assert abs(float(chapter["end"] * chapter["time_base"]) * 1000 - job.place.end_ms) <= 1
        assert box.metadata["title"] == "Was kostet's? = 100%; #1"
        # a chapter track may stand among the data streams; captions are exactly one
        [soft] = box.streams.subtitles
        assert soft.codec_context.name == "mov_text" and soft.language == "deu"
        assert not soft.disposition & av.stream.Disposition.default, "burnt-in words are not shown twice"
        assert box.streams.audio[0].language == "deu"
    said = ffmpeg("-i", target, "-map", "0:s:0", "-f", "srt", "-").decode()
    words = " ".join(
        line for line in said.splitlines() if line and "-->" not in line and not line.isdigit()
    )
    assert words == SAYING
    first = said.splitlines()[1].partition(" --> ")[0]
    assert first == f"00:00:{jobs[1].place.start_ms // 1000:02},{jobs[1].place.start_ms % 1000:03}"


def test_a_reel_without_words_has_no_caption_track(tmp_path: Path) -> None:
    import av

    jobs = made(tmp_path, {}, replace(CARD, duration_ms=300))
    render.join(jobs, tmp_path / "reel.mp4", None, [], "", "")
    with av.open(str(tmp_path / "reel.mp4")) as box:
        assert len(box.streams.subtitles) == 0 and len(box.chapters()) == 0


def test_a_missing_piece_is_named_before_anything_is_joined(tmp_path: Path, video: Path) -> None:
    jobs = made(tmp_path, {RESPONSE: source_of(video)}, CARD, CLIP)
    jobs[1].target.unlink()
    with pytest.raises(RenderError, match="1 pieces"):
        render.join(jobs, tmp_path / "reel.mp4", None, [], "", "en")
    assert not (tmp_path / "reel.mp4").exists()


@pytest.mark.parametrize("size", [(180, 320), (180, 180)], ids=["9:16", "1:1"])
def test_tall_and_square_reels_join_cards_and_clips_of_all_kinds(
    tmp_path: Path, video: Path, portrait: Path, size: tuple[int, int]
) -> None:
    voice = tmp_path / "voice.wav"
    ffmpeg("-i", video, "-vn", voice)
    sources = {RESPONSE: source_of(video), OTHER: source_of(portrait), "c" * 64: source_of(voice)}
    items = [clip_of(500, 1517, response=response) for response in sources]
    jobs = made(tmp_path, sources, CARD, *items, replace(CARD, kind="outro"), size=size)
    target = tmp_path / "reel.mp4"
    render.join(jobs, target, None, [], "T", "en")
    assert media.probe(target).picture == size
    assert len(measure.luma(target)) == 30 + 3 * 31 + 30 and measure.faults(target) == ""
