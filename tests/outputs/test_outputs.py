"""The files people take away: each output keeps its promise; the poster shows the intro."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.results.taken import build, finished_of, reel_of, text_of
from helpers.surveys.small_survey import with_every_output

from reelmaker import outputs
from reelmaker.errors import ProjectError
from reelmaker.outputs import Finished, poster


@pytest.mark.slow
@pytest.mark.parametrize("name", outputs.REGISTRY)
def test_an_output_writes_the_files_it_promises_and_nothing_else(name: str, finished: Finished, tmp_path: Path) -> None:
    folder = tmp_path / "it's a 100% %d [Übung] #1"
    folder.mkdir()
    before = {path: path.read_bytes() for path in finished.video.parent.iterdir()}
    written = outputs.load(name)(finished, folder)
    promised = outputs.REGISTRY[name].files
    single = [folder / file for file in promised if not file.endswith("/")]
    assert [path for path in written if path.parent == folder] == single
    assert {f"{path.parent.name}/" for path in written if path.parent != folder} == {
        file for file in promised if file.endswith("/")
    }
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(written)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert all(path.is_file() and path.stat().st_size for path in written)
    assert {path: path.read_bytes() for path in finished.video.parent.iterdir()} == before


@pytest.mark.slow
@pytest.mark.parametrize("name", outputs.REGISTRY)
def test_an_output_written_twice_is_the_same(name: str, finished: Finished, tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in outputs.load(name)(finished, tmp_path)}
    second = {path.name: path.read_bytes() for path in outputs.load(name)(finished, tmp_path)}
    assert first == second


@pytest.mark.parametrize("name", outputs.REGISTRY)
def test_an_output_comes_to_terms_with_a_reel_in_which_nobody_speaks(
    name: str, finished: Finished, tmp_path: Path
) -> None:
    silent = finished_of(reel_of(), finished.video)
    assert silent.cues == ()
    for path in outputs.load(name)(silent, tmp_path):
        assert path.is_file()
    if name == "captions":
        assert text_of(tmp_path / "reel.srt") == "" and text_of(tmp_path / "reel.vtt") == "WEBVTT\n\n"
    if name == "quotes":
        assert len(text_of(tmp_path / "quotes.csv").splitlines()) == 1


@pytest.mark.slow
def test_all_outputs_together_are_all_names_but_the_video_the_manifest_last(finished: Finished, tmp_path: Path) -> None:
    everything = outputs.names(list(outputs.REGISTRY))
    written = outputs.write_all(finished, tmp_path, outputs.chosen(list(outputs.REGISTRY)))
    assert len(set(everything)) == len(everything)
    tops = dict.fromkeys(outputs.relative(path, tmp_path).partition("/") for path in written)
    assert list(dict.fromkeys([outputs.VIDEO, *(top + slash for top, slash, _ in tops)])) == everything
    assert written[-1].name == "manifest.json"
    listed = json.loads(written[-1].read_text("utf-8"))["reel"]["files"]
    assert listed == sorted([outputs.VIDEO, *(outputs.relative(path, tmp_path) for path in written)])


def test_what_is_asked_for_is_made_and_the_manifest_always() -> None:
    assert outputs.chosen(["quotes", "captions"]) == ("captions", "quotes", "changes", "manifest")
    assert outputs.chosen([]) == tuple(name for name, output in outputs.REGISTRY.items() if not output.on_request)
    with pytest.raises(ProjectError, match='no output "poter"') as refused:
        outputs.chosen(["poter"])
    assert '"poster"' in refused.value.remedy


def test_the_poster_is_a_jpeg_of_the_reels_size_from_late_in_the_intro(finished: Finished, tmp_path: Path) -> None:
    from PIL import Image

    [path] = poster.write(finished, tmp_path)
    with Image.open(path) as image:
        assert image.format == "JPEG" and image.size == (320, 180) and image.mode == "RGB"
        red, _, blue = np.asarray(image).reshape(-1, 3).mean(0)
    assert red > 200 and blue < 60, "at three quarters of the two seconds the video is red"


@pytest.mark.slow
@pytest.mark.parametrize("size", ["9:16", "1:1"])
def test_the_poster_of_a_built_reel_shows_its_intro(small_survey: Path, size: str) -> None:
    from PIL import Image

    reel = build(with_every_output(small_survey), size=size, draft=True)
    assert reel.folder
    intro = next(reel.places())
    with Image.open(reel.folder / "poster.jpg") as image:
        assert image.format == "JPEG" and image.size == (reel.width, reel.height)
        shown = np.asarray(image.convert("RGB")).astype(int)
    there = measure.frame(reel.folder / "reel.mp4", intro.frames * 3 // 4).astype(int)
    assert abs(shown - there).mean() < 6
    assert shown.std() > 10, "with words on it"


@pytest.mark.slow
@pytest.mark.parametrize(("audience", "told"), [("internal", "internal use only"), ("external", "outside the company")])
def test_page_and_slides_say_for_whom_they_are(audience: str, told: str, finished: Finished, tmp_path: Path) -> None:
    from pptx import Presentation

    document = {**finished.document, "reel": {**finished.document["reel"], "audience": audience}}
    for name in ("page", "deck"):
        outputs.load(name)(replace(finished, document=document), tmp_path)
    assert told in (tmp_path / "index.html").read_text("utf-8")
    first = Presentation(str(tmp_path / "reel.pptx")).slides[0]
    assert any(told in shape.text_frame.text for shape in first.shapes if shape.has_text_frame)
