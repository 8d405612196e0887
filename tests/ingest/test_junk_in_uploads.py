"""Files in uploads/ that are no answers: passed over quietly, or named as not downloaded yet; never a failure for ever."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from reelmaker.ingest import passed_over, uploads

QUIET = [
    "desktop.ini", "Thumbs.db", "ehthumbs.db", "Icon\r", ".DS_Store", "._anna.mp4", "anna.AAE", "IMG_1.HEIC", "IMG_1.jpg",
    "GOPR1.THM", "link.url", "anna.lnk", "site.webloc", "~$responses.xlsx", "anna.srt", "anna.ASS", "anna.ttml", "notes.rtf",
    "sheet.gsheet", "anna.xmp", "sum.md5", "__MACOSX/anna.mp4", "@eaDir/anna.mp4", "$RECYCLE.BIN/anna.mp4",
    "System Volume Information/x.mp4", ".Trash/anna.mp4",
]  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_files_of_other_programs_are_passed_over_quietly(tmp_path: Path, name: str) -> None:
    for file in ("anna.mp4", name):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(b"x")
    found, passed = uploads.files(tmp_path)
    assert [path.name for path, _ in found] == ["anna.mp4"] and not passed
    assert not passed_over.warnings(tmp_path)


NOT_DOWNLOADED = [
    "anna.mp4.part", "anna.mp4.crdownload", "anna.mp4.partial", "anna.mp4.download", "anna.MP4.PART", "anna.mp4.aria2",
    "anna.mp4.opdownload", "anna.mp4.!ut", ".anna.mp4.icloud", "anna.mp4.cloud", "sub/anna.mp4.part",
]  # fmt: skip


@pytest.mark.parametrize("name", NOT_DOWNLOADED)
def test_what_is_not_here_yet_is_named_and_no_failure(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"x")
    assert uploads.files(tmp_path) == ([], [])
    [warning] = passed_over.warnings(tmp_path)
    assert warning.startswith(name) and "not downloaded completely yet" in warning


def test_a_placeholder_of_a_cloud_folder_is_not_opened() -> None:
    on_mac = SimpleNamespace(st_flags=0x40000000)
    on_windows = SimpleNamespace(st_file_attributes=0x400000)
    here = SimpleNamespace(st_flags=0x40, st_file_attributes=0x20)
    assert passed_over.is_elsewhere(on_mac) and passed_over.is_elsewhere(on_windows)  # type: ignore[arg-type]
    assert not passed_over.is_elsewhere(here)  # type: ignore[arg-type]


def test_a_cameras_preview_is_passed_over_beside_its_recording_and_used_alone(tmp_path: Path) -> None:
    for name in ("GX010001.MP4", "GL010001.LRV", "GOPR0002.MP4", "GOPR0002.LRV", "GL010009.LRV"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path, _ in uploads.files(tmp_path)[0]] == ["GL010009.LRV", "GOPR0002.MP4", "GX010001.MP4"]


@pytest.mark.skipif(os.name != "posix", reason="names of bytes that are no text")
@pytest.mark.parametrize("name", [b"\xff\xfe.mp4", b"caf\xe9.mp4", b"\xed\xa0\x80.mp4"])
def test_a_name_that_is_no_text_belongs_to_that_file_alone(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "anna.mp4").write_bytes(b"x")
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    except OSError:
        pytest.skip("a file system that refuses such names")
    found, [refused] = uploads.files(tmp_path)
    assert [path.name for path, _ in found] == ["anna.mp4"]
    refused.file.encode("utf-8")
    assert "not readable text; rename the file" in refused.trouble


def test_what_belongs_to_an_upload_is_known_by_its_name(tmp_path: Path) -> None:
    names = (
        "anna.mp4 anna.srt anna.SRT anna.mp4.vtt anna.en.srt anna.wav.json anna.txt anna-2.srt annabel.srt anna.en.mp4"
    )
    for name in names.split():
        (tmp_path / name).write_bytes(b"x")
    upload, other = tmp_path / "anna.mp4", tmp_path / "anna.en.mp4"
    own = {path.name for path in uploads.companions(upload, [other])}
    assert own == {"anna.srt", "anna.SRT", "anna.mp4.vtt", "anna.wav.json", "anna.txt"}
    assert {path.name for path in uploads.companions(other, [upload])} == {"anna.en.srt"}
    assert "anna.en.srt" in {path.name for path in uploads.companions(upload, [])}
