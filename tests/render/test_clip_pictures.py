"""Clips without anything to see show the speaker's card, and a lower third stands where the picture is calm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films.videos import ffmpeg
from PIL import Image, ImageDraw

from reelmaker import media
from reelmaker.model import Brand, Clip, Moment, Reel, Sentence, Span, Word
from reelmaker.model.survey import Source, Survey
from reelmaker.progress import Silent
from reelmaker.project.library import Library
from reelmaker.render import clip_pictures, pieces
from reelmaker.render.cards import find

WHO = "a" * 64
SIZE = (640, 360)


def drawn(folder: Path, kind: str) -> Path:
    """A still of that kind."""
    picture = Image.new("RGB", SIZE, (40, 44, 60))
    pen = ImageDraw.Draw(picture)
    if kind == "avatar":
        pen.ellipse((250, 110, 390, 250), fill=(90, 140, 210))
        pen.text((310, 170), "AB", fill=(255, 255, 255))
    elif kind == "slide":
        picture.paste((250, 250, 250), (0, 0, *SIZE))
        for row in range(8, 350, 12):
            pen.text((10, row), "Quarterly figures by region, all of them in one table " * 2, fill=(20, 20, 20))
    elif kind == "slide with words below":
        picture.paste((250, 250, 250), (0, 0, *SIZE))
        for row in range(200, 350, 12):
            pen.text((10, row), "Quarterly figures by region, all of them in one table " * 2, fill=(20, 20, 20))
    path = folder / f"{kind}.png"
    picture.save(path)
    return path


def upload(folder: Path, kind: str) -> Path:
    """Four seconds of it with sound."""
    path = folder / f"{kind}.mp4"
    if kind == "black":
        source = ["-f", "lavfi", "-i", "color=black:s=640x360:r=25:d=4"]
    elif kind == "talks":  # a still face but for its mouth
        mouth = "color=0x604040:s=640x360:r=25:d=4[b];color=0xd0a0a0:s=40x14:r=25:d=4[m];[b][m]overlay=x=300:y='240+6*sin(9*t)'"
        source = ["-f", "lavfi", "-i", mouth]
    else:
        source = ["-loop", "1", "-framerate", "25", "-t", "4", "-i", str(drawn(folder, kind))]
    ffmpeg(
        *source,
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=300:duration=4",
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        "-shortest",
        path,
    )
    return path


def reel_of(path: Path, size: tuple[int, int] = SIZE) -> tuple[Reel, Survey]:
    word = Word("word", 500, 3500)
    clip = Clip(Moment("p", (Sentence(WHO, 0, (word,)),), 1.0, ("why",)), Span(WHO, 500, 3500), "Somebody")
    return Reel((), (clip,), {}, *size), Survey(sources={WHO: Source(path, media.probe(path))})


def seen(folder: Path, kind: str, size: tuple[int, int] = SIZE) -> clip_pictures.Seen:
    reel, survey = reel_of(upload(folder, kind), size)
    with Library(folder / f"{kind}.db") as library:
        [found] = clip_pictures.look(reel, survey, library, Silent()).values()
        assert clip_pictures.look(reel, survey, library, Silent()) == {reel.clips[0].stretches: found}, "remembered"
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "lifeless"), [("black", "black"), ("avatar", "frozen"), ("talks", ""), ("slide", "")])
def test_what_is_worth_showing(tmp_path: Path, kind: str, lifeless: str) -> None:
    assert seen(tmp_path, kind).lifeless == lifeless


@pytest.mark.slow
def test_a_black_picture_becomes_the_speakers_card_with_moving_bars(tmp_path: Path) -> None:
    import av

    path = upload(tmp_path, "black")
    reel, survey = reel_of(path)
    span = reel.clips[0].stretches
    look = pieces.Look(find("plain"), Brand(), "blur", False, False)
    environment = pieces.prepare(tmp_path, Brand())
    treatments = {span: pieces.Treatment(picture=False)}
    [plain] = pieces.plan(reel, survey.sources, look, tmp_path)
    [job] = pieces.plan(reel, survey.sources, look, tmp_path, treatments=treatments)
    assert job.target != plain.target and job.source and job.source.facts.picture is None
    pieces.make(job, environment)
    with av.open(str(job.target)) as box:
        frames = [frame.to_ndarray(format="gray") for frame in box.decode(box.streams.video[0])]
    assert len(frames) == 90 and frames[45].mean() > 60
    assert np.abs(frames[40].astype(int) - frames[60].astype(int)).max() > 40, "the bars move"
    told = clip_pictures.warning(reel, {span: clip_pictures.Seen("black", {})})
    assert told.startswith("1 clip shows the speaker's card") and "aaaaaa@0:00.5 (black)" in told


@pytest.mark.slow
def test_the_lower_third_leaves_what_is_written_on_a_screen(tmp_path: Path) -> None:
    found = seen(tmp_path, "slide with words below")
    assert found.lifeless == "" and found.place("bottom-left") == "top-left" and found.place("top-left") == "top-left"
    full = seen(tmp_path, "slide")
    assert full.place("bottom-left") == "bottom-left", "nowhere is it calmer"
    design = find("plain")
    look = pieces.Look(
        replace(design, lower_third=replace(design.lower_third, place="bottom-left")), Brand(), "blur", False, False
    )
    reel, survey = reel_of(tmp_path / "slide.mp4")
    span = reel.clips[0].stretches
    [below] = pieces.plan(reel, survey.sources, look, tmp_path)
    [above] = pieces.plan(reel, survey.sources, look, tmp_path, treatments={span: pieces.Treatment(label="top-left")})
    [same] = pieces.plan(reel, survey.sources, look, tmp_path, treatments={span: pieces.Treatment(label="bottom-left")})
    assert below.script != above.script and same.target == below.target != above.target


def test_beside_a_portrait_picture_the_label_covers_nothing() -> None:
    grey = np.zeros((384, 216))
    grey[:, ::2] = 200
    lines = clip_pictures._lines([grey], (1280, 720))
    # the picture is 405 of 1280 pixels wide and begins at 437: of 38 to 640 a third is picture
    assert lines["top-left"] == pytest.approx((640 - 437) / (640 - 38), abs=0.02)
