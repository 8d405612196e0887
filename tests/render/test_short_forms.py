"""teaser.mp4, teaser.gif and clips/: what is chosen, how it is named, and the finished files measured."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.videos import ffmpeg
from helpers.machines.browsing import captions_of
from helpers.results.taken import ANNA, BERT, build, clip_of, finished_of, reel_of
from helpers.surveys.small_survey import with_every_output
from hypothesis import given
from hypothesis import strategies as st

from reelmaker import media, outputs
from reelmaker.errors import RenderError
from reelmaker.model import Card, Clip, Cue, Moment, Reel, Sentence, Span, Word
from reelmaker.outputs import Finished, clips, teaser


def lasting(seconds: float, score: float, sentences: int = 1, *, dissent: bool = False) -> Clip:
    """A clip of that length whose sentences share it evenly, a tenth of a second apart."""
    each = round(seconds * 1000 / sentences)
    said = tuple(
        Sentence(ANNA, n, (Word(f"So{n}", n * each, n * each + 100), Word("on.", n * each + 100, (n + 1) * each - 100)))
        for n in range(sentences)
    )
    return Clip(
        Moment("checkout", said, score, ("x",), dissent=dissent),
        Span(ANNA, 0, round(seconds * 1000)),
        "New customer",
    )


def cues_of(reel: Reel) -> tuple[Cue, ...]:
    return finished_of(reel, Path()).cues


def shown(reel: Reel, cues: tuple[Cue, ...] | None = None) -> list[str]:
    """What a teaser of this reel shows: "card kind" or "number of the clip: seconds"."""
    found = teaser.chosen(reel, cues_of(reel) if cues is None else cues)
    assert sum(shot.frames for shot in found) <= 15 * reel.fps
    return [
        shot.place.item.kind if isinstance(shot.place.item, Card) else f"{shot.number}: {shot.frames / reel.fps:g}"
        for shot in found
    ]


def test_a_teaser_is_strong_whole_quotes_in_the_order_of_the_reel_and_the_question() -> None:
    reel = reel_of(lasting(4, 0.9), lasting(3, 0.5), lasting(11, 0.95), lasting(5, 0.8), lasting(3, 0.6))
    assert shown(reel) == ["1: 4", "4: 5", "outro"], "two of the better half; the best alone would be one"
    assert shown(reel_of(lasting(12, 0.9), lasting(2, 0.5))) == ["1: 12", "outro"]
    assert shown(reel_of(lasting(20, 0.9), lasting(2, 0.5))) == ["2: 2", "outro"], "no strong one fits"
    many = [lasting(1, 0.9) for _ in range(9)]
    assert len(shown(reel_of(*many))) == 4, "three voices are enough"


def test_a_voice_to_the_contrary_is_left_to_the_reel() -> None:
    reel = reel_of(lasting(6, 0.8), lasting(2, 0.9, dissent=True))
    assert shown(reel) == ["1: 6", "outro"]


def test_where_no_quote_fits_whole_sentences_are() -> None:
    reel = reel_of(lasting(24, 0.9, sentences=4))
    assert shown(reel, ()) == ["1: 11.9333", "outro"], "two of six seconds, up to the middle of the pause"
    over_both = (Cue(2000 + 11_000, 2000 + 13_000, "spans the end of the second"),)
    assert shown(reel, over_both) == ["1: 5.93333", "outro"], "no caption shows words that are not said"


def test_where_not_even_a_sentence_fits_the_count_and_the_question_are_shown() -> None:
    assert shown(reel_of(lasting(16, 0.9))) == ["intro", "outro"]


def test_a_teaser_of_several_problems_tells_the_one_that_most_spoke_of() -> None:
    one = reel_of(lasting(3, 0.9))
    other = replace(one.problems[0], slug="delivery")
    clip = replace(lasting(4, 0.5), moment=replace(lasting(4, 0.5).moment, problem="delivery"))
    outro = Card("outro", "plain", (("question1", "When?"),), 5000, "delivery")
    counts = {"checkout": one.counts["checkout"], "delivery": replace(one.counts["checkout"], spoke=3)}
    both = replace(one, problems=(*one.problems, other), items=(*one.items, clip, outro), counts=counts)
    found = teaser.chosen(both, ())
    assert [shot.number for shot in found] == [3, 4]
    assert found[-1].frames == 105, "three and a half seconds for a short question"


def test_no_teaser_and_no_clips_where_nobody_speaks(finished: Finished, tmp_path: Path) -> None:
    silent = finished_of(reel_of(), finished.video)
    assert teaser.write(silent, tmp_path) == [] and clips.write(silent, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_clip_is_named_by_problem_speaker_and_first_sentence() -> None:
    clip = clip_of(ANNA, "My card was DECLINED: “twice”, they said.", 0, "New customer")
    assert clips.name(clip) == "checkout - new customer - my card was declined twice, they said"
    assert clips.name(replace(clip, label="../../etc/passwd")).startswith("checkout - etc passwd - my card")
    assert clips.name(clip_of(ANNA, "я заплатил Дважды", 0, "")) == "checkout - я заплатил дважды"
    long = clips.name(clip_of(ANNA, " ".join(["very"] * 60), 0, "New customer"))
    assert len(long) <= clips.LONGEST and long.endswith(" very")
    unbroken = clips.name(clip_of(ANNA, "買" * 200, 0, "客"))
    assert unbroken and len(unbroken.encode()) <= clips.LONGEST


@given(st.text(max_size=60), st.text(max_size=300))
def test_any_words_give_a_name_that_every_system_takes(label: str, said: str) -> None:
    word = Word(said, 0, 100)
    clip = Clip(Moment("checkout", (Sentence(ANNA, 0, (word,)),), 0.5, ()), Span(ANNA, 0, 1000), label)
    name = clips.name(clip)
    assert name == unicodedata.normalize("NFC", name) or len(name.encode()) <= clips.LONGEST
    assert 0 < len(f"01 {name}.mp4".encode()) <= 100
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f%#{}~&$!`;]', name)
    assert name[-1] not in " ." and name[0] not in " .-"
    assert name.encode("utf-8").decode("utf-8") == name


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> list[media.Stretch]:
    """Two seconds in which every pixel is new in every frame: nothing is harder to make small."""
    path = tmp_path_factory.mktemp("noise") / "noise.mov"
    options = [word for name, value in media.Encoding(320, 180).options().items() for word in (f"-{name}", str(value))]
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "nullsrc=s=320x180:r=30:d=2,geq=random(1)*255:128:128",
        "-f",
        "lavfi",
        "-i",
        "sine=d=2:r=48000",
        "-ac",
        "2",
        *options,
        path,
    )
    return [media.Stretch(path, 45), media.Stretch(path, 15)]


@pytest.mark.sampled(0.4)
@pytest.mark.slow
def test_a_film_is_made_smaller_until_it_is_under_the_limit(noise: list[media.Stretch], tmp_path: Path) -> None:
    film, still = tmp_path / "a.mp4", tmp_path / "a.gif"
    made: dict[int, tuple[int, int]] = {}
    for most in (20_000_000, 300_000):
        media.film(noise, film, size=(320, 180), fps=30, most_bytes=most)
        assert film.stat().st_size <= most and measure.faults(film) == ""
        facts = media.probe(film)
        assert facts.picture and abs(facts.duration_ms - 2000) < 60
        assert facts.picture[0] / facts.picture[1] == pytest.approx(16 / 9, rel=0.02)
        made[most] = facts.picture
    assert made[20_000_000] == (320, 180), "never larger than the reel"
    for most in (30_000_000, 300_000):
        media.moving_still(film, still, size=(320, 180), fps=30, most_bytes=most)
        assert still.stat().st_size <= most
    with pytest.raises(RenderError, match=r"smaller than 0\.001 MB"):
        media.moving_still(film, still, size=(320, 180), fps=30, most_bytes=1000)


def gif_frames(path: Path) -> tuple[list[np.ndarray], float]:
    """Every picture of a GIF as RGB, and its length in seconds."""
    from PIL import Image, ImageSequence

    with Image.open(path) as image:
        frames = [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)]
        lengths = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    return frames, sum(lengths) / 1000


def facts_of(path: Path) -> list[tuple[object, ...]]:
    """What a player has to cope with: codec, shape, rate and channels of each stream, and whether it is shown unasked."""
    import av

    found: list[tuple[object, ...]] = []
    with av.open(str(path)) as box:
        for stream in box.streams:
            coder: Any = stream.codec_context
            facts = {
                "video": ("width", "height", "pix_fmt", "profile"),
                "audio": ("sample_rate", "profile"),
            }.get(stream.type, ())
            shown = bool(int(stream.disposition) & 1)
            found.append(
                (
                    stream.type,
                    coder.name if coder else None,
                    *(getattr(coder, fact) for fact in facts),
                    shown,
                )
            )
    return found


def seconds(path: Path) -> tuple[float, float]:
    """The picture's and the sound's length, by decoding them."""
    return len(measure.luma(path)) / 30, len(measure.sound(path)) / 48_000


def built(folder: Path, size: str, captions: str) -> Any:
    settings = folder / "reelmaker.toml"
    text = (
        with_every_output(folder)
        .joinpath("reelmaker.toml")
        .read_text("utf-8")
        .replace("[reel]", f'[reel]\ncaptions = "{captions}"')
    )
    names = ", ".join(f'"{name}"' for name in outputs.REGISTRY)
    settings.write_text(f"outputs = [{names}]\n{text}", "utf-8")
    return build(folder, size=size)


@pytest.mark.sampled(0.4)
@pytest.mark.slow
@pytest.mark.parametrize(("size", "captions"), [("640x360", "both"), ("360x640", "sidecar"), ("1:1", "burned")])
def test_short_forms_of_a_built_reel(small_survey: Path, size: str, captions: str) -> None:
    reel = built(small_survey, size, captions)
    assert reel.folder
    have = {path.relative_to(reel.folder).as_posix() for path in reel.folder.rglob("*") if path.is_file()}
    assert have == set(reel.document["reel"]["files"])
    places = [place for place in reel.places() if isinstance(place.item, Clip)]
    whole = reel.folder / "reel.mp4"
    names = sorted(name for name in have if name.startswith("clips/"))
    assert len(names) == len(places) == 2
    assert [name[:9] for name in names] == ["clips/01 ", "clips/02 "]
    assert {re.sub(r"clips/\d\d ", "", name) for name in names} == {
        "checkout - customer - my card was refused at the payment page.mp4",
        "checkout - customer - the payment failed and my card was charged twice.mp4",
    }
    for place, name in zip(places, names, strict=True):
        clip = reel.folder / name
        picture, sound = seconds(clip)
        assert picture == pytest.approx(place.frames / 30, abs=0.001)
        assert abs(sound - picture) <= 1 / 30
        assert measure.faults(clip) == "" and measure.times_increase(clip)
        assert facts_of(clip) == facts_of(whole)[:-1], "as the reel, without its chapter marks"
        assert clip.read_bytes().index(b"moov") < clip.read_bytes().index(b"mdat"), "it plays while it loads"
        for at in (2, place.frames // 2, place.frames - 2):
            mine = measure.frame(clip, at).astype(int)
            reels = measure.frame(whole, place.first_frame + at).astype(int)
            assert (mine == reels).all(), "the very pictures of the reel, captions included"
        start, length = place.start_ms / 1000, place.frames / 30
        assert measure.loudness(clip)[0] == pytest.approx(measure.loudness(whole, start, length)[0], abs=0.3)
        assert measure.loudness(clip)[0] == pytest.approx(-16, abs=1.5)


@pytest.mark.sampled(0.4)
@pytest.mark.slow
@pytest.mark.parametrize(("size", "captions"), [("640x360", "both"), ("360x640", "sidecar"), ("360x360", "sidecar")])
def test_a_teaser_has_its_captions_in_the_picture_and_ends_on_the_question(
    small_survey: Path, size: str, captions: str
) -> None:
    reel = built(small_survey, size, captions)
    assert reel.folder
    film, still, whole = (reel.folder / name for name in ("teaser.mp4", "teaser.gif", "reel.mp4"))
    picture, sound = seconds(film)
    assert picture <= 15 and abs(sound - picture) < 0.05
    for path in (film, still):
        assert path.stat().st_size <= 8_000_000
        facts = media.probe(path) if path is film else None
        assert facts is None or facts.picture == (reel.width, reel.height)
    assert measure.faults(film) == ""
    cues = captions_of(reel)
    shots = teaser.chosen(reel, cues)
    assert sum(shot.frames for shot in shots) / 30 == pytest.approx(picture, abs=0.001)
    quote = shots[0]
    assert isinstance(quote.place.item, Clip) and quote.frames == quote.place.frames
    cue = teaser.captions(shots, cues)[0]
    at = round((cue.start_ms + cue.end_ms) / 2 * 30 / 1000)
    mine = measure.frame(film, at).astype(int)
    reels = measure.frame(whole, quote.place.first_frame + at).astype(int)
    low = slice(round(reel.height * 0.6), None)
    apart = abs(mine - reels)
    if captions == "sidecar":
        assert apart[low].mean() > 4 * max(1.0, apart[: reel.height // 3].mean()), "words that the reel has not"
    else:
        assert apart.mean() < 4, "the reel's own"
    frames, length = gif_frames(still)
    assert length == pytest.approx(picture, abs=0.15)
    last = measure.frame(whole, shots[-1].place.first_frame + shots[-1].frames - 2).astype(int)
    end = measure.frame(film, shots[-1].frames + sum(shot.frames for shot in shots[:-1]) - 2).astype(int)
    assert abs(end - last).mean() < 4, "the question"
    assert frames[-1].shape[1] / frames[-1].shape[0] == pytest.approx(reel.width / reel.height, rel=0.02)
    from PIL import Image

    small = np.asarray(
        Image.fromarray(last.astype(np.uint8)).resize(frames[-1].shape[1::-1], Image.Resampling.LANCZOS)
    ).astype(int)
    assert abs(frames[-1] - small).mean() < 8
    assert measure.loudness(film, 0, quote.frames / 30)[0] == pytest.approx(-16, abs=1.5)


def test_the_other_customer_stays_nameless(finished: Finished) -> None:
    """A file's name tells no more than the picture does."""
    clip = clip_of(BERT, "That is all", 0, "Loyal customer")
    assert "bert" not in clips.name(clip)
