"""A project whose own files were damaged, replaced or are in the way: made again where that is possible, else one line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.surveys import building, departures
from helpers.surveys.growing_survey import edit, run

from reelmaker.errors import ReelmakerError
from reelmaker.project.config import open_project
from reelmaker.publish import archive, catalog, history
from reelmaker.status import look

pytestmark = pytest.mark.slow


def pieces(folder: Path) -> list[Path]:
    return sorted((folder / "cache" / "pieces").glob("*.mov"))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "x").write_text("x", "utf-8")


def another(path: Path) -> None:
    shutil.copy2(pieces(path.parents[2])[0], path)


def test_every_kind_of_damage_to_the_cache_is_mended_by_the_next_build(folder: Path) -> None:
    """All at once: one piece each."""
    damages: list[Callable[[Path], None]] = [cut_off, garbage, a_folder, another]
    found = pieces(folder)
    assert len(found) >= 4
    for path, damage in zip(found[:3] + found[3:4], damages, strict=True):
        damage(path)
    fonts = folder / "cache" / "pieces" / "fonts"
    next(fonts.glob("own.*")).write_bytes(b"x" * next(fonts.glob("own.*")).stat().st_size)
    next(fonts.parent.glob("fonts*.conf")).write_bytes(b"\xff\xfe")
    edit(folder, "Abandoned baskets", "Lost baskets")
    reel = building.build(folder)
    building.check(reel)
    assert reel.work.rendered == 4, "the four that were damaged, one of which is the new intro"
    edit(folder, "Lost baskets", "Abandoned baskets")
    again = building.build(folder)
    assert again.work.rendered <= 1, "what was mended is not made a second time"


@pytest.mark.parametrize("name", ["reels", "cache", "reels/checkout", "reels/.history"])
@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_a_file_where_a_folder_must_be_is_one_line_before_any_work(folder: Path, name: str, kind: str) -> None:
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    if kind == "file":
        path.write_text("x", "utf-8")
    else:
        path.symlink_to(folder / "nowhere" / "x")
    edit(folder, "Abandoned baskets", "Lost baskets")
    done = run(folder, "build", "--problem", "checkout")
    assert done.exit_code == 1 and done.stderr.count("Error") == 1 and f"{path}: this must be a folder" in done.stderr
    for words in (["status"], ["history"]):
        done = run(folder, *words)
        assert "nexpected" not in done.stderr and done.exit_code in (0, 1)


def test_folders_inside_the_cache_take_the_place_of_files(folder: Path) -> None:
    shutil.rmtree(folder / "cache" / "pieces")
    (folder / "cache" / "pieces").write_text("x", "utf-8")
    (folder / "cache" / "aside-checkout").write_text("x", "utf-8")
    edit(folder, "Abandoned baskets", "Lost baskets")
    building.check(building.build(folder))


def manifests() -> dict[str, Any]:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    return {
        "a list": [1, 2],
        "null": None,
        "text": "x",
        "a thousand deep": "[" * 1000 + "]" * 1000,
        "a hundred thousand deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
        "deep, but readable": {"reel": {"files": []}, "more": deep},
        "bytes": b"\xff\xfe\0",
        "empty": b"",
        "items a number": {"items": 5},
        "items of numbers": {"items": [1, 2]},
        "moments text": {"moments": "abc"},
        "moments null": {"moments": None},
        "reel a list": {"reel": []},
        "changes a number": {"changes": 7},
        "changes of nothing": {"changes": {"came_in": None, "went_out": 5, "counts": [5], "settings": 9}},
        "problems of numbers": {"problems": [1]},
        "an answer that is a list": {"items": [{"kind": "clip", "response": [1]}]},
        "times of text": {"items": [{"kind": "clip", "source_start_ms": "x", "source_end_ms": None}]},
        "a clip that ends before it starts": {
            "items": [{"kind": "clip", "problem": "p", "response": "r", "source_start_ms": 5, "source_end_ms": 1}]
        },
        "no number": '{"reel":{"files":[],"duration_ms":NaN}}',
        "without end": '{"reel":{"files":[],"duration_ms":1e400}}',
        "5,000 digits": '{"reel":{"files":[],"duration_ms":' + "9" * 5000 + "}}",
        "half a character": '{"reel":{"files":[]},"items":[{"kind":"clip","quote":"\\ud800"}]}',
    }


def test_a_manifest_of_another_shape_counts_as_none(lived: Path, tmp_path: Path) -> None:
    whole = json.loads((lived / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    folder = Path(shutil.copytree(lived, tmp_path / "survey"))
    path = folder / "reels" / "checkout" / "manifest.json"
    project = open_project(folder)
    assert archive.document(path.parent) is not None
    for kind, content in manifests().items():
        if isinstance(content, dict):
            content = json.dumps({**whole, **content})
        path.write_bytes(content if isinstance(content, bytes) else str(content).encode())
        assert archive.document(path.parent) is None, kind
        assert catalog.reels(project) == [], kind
        assert [state.name for state in look(project).reels] == ["checkout"], kind
        assert history.document(project, history.listed(project))["builds"] == [], kind


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
def test_a_manifest_that_is_a_pipe_or_leads_nowhere_counts_as_none(lived: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(lived, tmp_path / "survey"))
    path = folder / "reels" / "checkout" / "manifest.json"
    path.unlink()
    os.mkfifo(path)
    assert archive.document(path.parent) is None
    path.unlink()
    path.symlink_to(path)
    assert archive.document(path.parent) is None


def test_a_build_with_a_damaged_manifest_makes_the_reel_again(folder: Path) -> None:
    """Whether anything else changed or not; so do a damaged row of the archive and a damaged plan of a move."""
    manifest = folder / "reels" / "checkout" / "manifest.json"
    manifest.write_text("[" * 5000, "utf-8")
    (folder / "reels" / ".history" / "checkout" / "1").mkdir(parents=True)
    (folder / "reels" / ".history" / "checkout" / "1" / archive.ROW).write_text('{"shelved": 5, "row": []}', "utf-8")
    moving = folder / "cache" / "aside-checkout"
    moving.mkdir(parents=True)
    escape = {"name": "../../outside", "row": {"key": "", "files": {"../../x": 1}}, "keep": True, "back": 0, "gone": []}
    (moving / "replacing.json").write_text(json.dumps(escape), "utf-8")
    building.check(building.build(folder))
    assert archive.document(manifest.parent) and not moving.exists() and not (folder.parent / "outside").exists()
    edit(folder, "Abandoned baskets", "Lost baskets")
    (folder / "reels" / "checkout" / "poster.jpg").unlink(missing_ok=True)
    manifest.write_text('{"items": 5}', "utf-8")
    building.check(building.build(folder))


def test_a_person_in_a_reel_whose_manifest_is_damaged_is_forgotten_all_the_same(folder: Path) -> None:
    manifest = folder / "reels" / "checkout" / "manifest.json"
    manifest.write_text(json.dumps({"items": 5}), "utf-8")
    done = departures.run(folder, "forget", departures.RESPONDENT, "--yes")
    assert done.exit_code == 0, done.stderr
    assert not any(departures.MARKS["word"].encode() in p.read_bytes() for p in folder.rglob("*") if p.is_file())
    building.build(folder)
    assert departures.FILE not in departures.shown_files(folder)


def test_a_project_whose_name_no_list_of_files_could_hold_is_built(folder: Path) -> None:
    names = ["two\nlines", "quote's %d", "back\\slash"] if os.name == "posix" else ["quote's %d"]
    place = folder.rename(folder.with_name(names[0]))
    shutil.rmtree(place / "cache")
    edit(place, "Abandoned baskets", "Lost baskets")
    building.check(building.build(place))
    for name in names[1:]:
        place = place.rename(place.with_name(name))
        edit(place, "baskets", "baskets again")
        building.check(building.build(place))


def test_settings_that_change_during_a_build_count_for_the_next_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And reels/ that disappears meanwhile comes back with the whole reel."""
    from reelmaker.publish import publish

    check = publish.check
    edit(folder, "Abandoned baskets", "Lost baskets")

    def meanwhile(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(publish, "check", check)
        edit(folder, "Lost baskets", "Full baskets")
        shutil.rmtree(folder / "reels")
        return check(*arguments, **options)

    monkeypatch.setattr(publish, "check", meanwhile)
    building.check(building.build(folder))
    assert "Lost baskets" in (folder / "reels" / "checkout" / "manifest.json").read_text("utf-8")
    building.check(building.build(folder))
    assert "Full baskets" in (folder / "reels" / "checkout" / "manifest.json").read_text("utf-8")


def test_a_cache_that_disappears_during_a_build_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reelmaker.publish import publish

    edit(folder, "Abandoned baskets", "Lost baskets")
    check = publish.check

    def meanwhile(*arguments: Any, **options: Any) -> Any:
        shutil.rmtree(folder / "cache")
        return check(*arguments, **options)

    monkeypatch.setattr(publish, "check", meanwhile)
    with pytest.raises(ReelmakerError) as told:
        building.build(folder)
    assert "\n" not in str(told.value) and told.value.remedy
    monkeypatch.undo()
    building.check(building.build(folder))
