"""Uploads: told apart by content, odd ones named with a reason, responses.csv joined to them."""

from __future__ import annotations

import os
import shutil
import socket
import unicodedata
from pathlib import Path

import pytest
from helpers.films.videos import make_video

from reelmaker.checksums import checksum
from reelmaker.errors import ProjectError
from reelmaker.ingest import responses_csv
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Facts, Response, Upload


def look_all(uploads: Path) -> dict[str, Upload]:
    found, passed = ingest_uploads.files(uploads)
    looked = [ingest_uploads.look(uploads, path) for path, _ in found]
    return {upload.file: upload for upload in [*looked, *passed]}


def table(folder: Path, text: str | bytes) -> responses_csv.Table:
    (folder / "responses.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return responses_csv.read_table(folder)


def good(file: str, response: str = "") -> Upload:
    return Upload(file, 1, 1, response or f"id of {file}", Facts(1000, (2, 2), 0, 1))


@pytest.mark.slow
def test_the_same_video_twice_is_one_response(tmp_path: Path) -> None:
    make_video(tmp_path / "a.mp4", 1)
    shutil.copy(tmp_path / "a.mp4", tmp_path / "b copy.mp4")
    (tmp_path / "sub").mkdir()
    make_video(tmp_path / "sub" / "c.mp4", 2)
    uploads = look_all(tmp_path)
    responses, _ = ingest_uploads.responses(list(uploads.values()), responses_csv.Table({}))
    assert [response.file for response in responses] == ["a.mp4", "sub/c.mp4"]
    assert responses[0].notes == ("the same video as b copy.mp4",)
    assert responses[0].id == checksum(tmp_path / "a.mp4") and responses[0].picture == (320, 180)
    assert abs(responses[1].duration_ms - 2000) < 50


def test_files_that_are_no_video_are_named_with_a_reason(tmp_path: Path) -> None:
    make_video(tmp_path / "good.mp4", 1)
    whole = (tmp_path / "good.mp4").read_bytes()
    bad = {
        "empty.mp4": b"",
        "text.mp4": b"hello, I am a text\n" * 50,
        "noise.webm": os.urandom(5000),
        "cut.mp4": whole[:400],
        "playlist.mp4": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "concat.mp4": b"ffconcat version 1.0\nfile good.mp4\n",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    uploads = look_all(tmp_path)
    assert uploads["good.mp4"].response and not uploads["good.mp4"].trouble
    for name in bad:
        trouble = uploads[name].trouble
        assert trouble and not uploads[name].response and "\n" not in trouble and "Traceback" not in trouble, name


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX knows them")
def test_links_pipes_and_sockets_are_passed_over_without_opening(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    make_video(outside / "secret.mp4", 1)
    (tmp_path / "link.mp4").symlink_to(outside / "secret.mp4")
    (tmp_path / "folder").symlink_to(outside)
    os.mkfifo(tmp_path / "pipe.mp4")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.mp4")
    uploads = look_all(tmp_path)
    server.close()
    assert set(uploads) == {"link.mp4", "folder", "pipe.mp4", "socket.mp4"}
    assert all(upload.trouble and not upload.response for upload in uploads.values())


HOSTILE = [
    "-i.mp4",
    "%03d.mp4",
    'a\'b "c".mp4',
    "naïve 😀.mp4",
    "new\nline.mp4",
    "semi;colon&.mp4",
    "concat:x.mp4",
]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="names that Windows forbids")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_names(tmp_path: Path, name: str, small_videos: Path) -> None:
    shutil.copy(small_videos / "anna.mp4", tmp_path / name)
    upload = look_all(tmp_path)[name]
    assert upload.response and not upload.trouble
    sound = ingest_uploads.media.pcm(tmp_path / name, upload.facts.sound_track)  # type: ignore[union-attr]
    assert len(sound) > 16_000 * 5


def test_no_uploads_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="this folder does not exist"):
        ingest_uploads.files(tmp_path / "uploads")


def test_a_row_describes_its_file_whatever_the_spelling_of_the_name(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Réponse.MP4")
    found = table(tmp_path, "﻿File;Name;Show Name;Score;Country\nréponse.mp4;Zoë;yes;8,5;UK\n")
    [response], warnings = ingest_uploads.responses([good(name)], found)
    assert (response.name, response.show_name, response.score, response.extra) == (
        "Zoë",
        True,
        8.5,
        (("country", "UK"),),
    )
    assert not warnings


def test_rows_without_file_and_files_without_row(tmp_path: Path) -> None:
    found = table(tmp_path, "file,name,score\na.mp4,Ann,x\ngone.mp4,Bob,3\n,Nobody,1\na.mp4,Again,2\n\n")
    responses, warnings = ingest_uploads.responses([good("a.mp4"), good("b.mp4")], found)
    assert [response.name for response in responses] == ["Ann", ""]
    text = " ".join(warnings)
    assert (
        '"gone.mp4", which is not' in text and "line 4" in text and "line 5" in text and '"x" is not a number' in text
    )
    assert len(warnings) == 4


@pytest.mark.parametrize("raw", ["file,name\na.mp4,Zoë\n".encode("cp1252"), "file\tname\r\na.mp4\tZoë\r\n".encode()])
def test_tables_of_spreadsheet_programs(tmp_path: Path, raw: bytes) -> None:
    [response], _ = ingest_uploads.responses([good("a.mp4")], table(tmp_path, raw))
    assert response.name == "Zoë"


def test_a_table_without_a_file_column(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match='no column "file"'):
        table(tmp_path, "name,score\nAnn,3\n")


def test_consent_and_filters() -> None:
    everybody = [
        Response("1", "a", 1, segment="new", extra=(("country", "UK"),)),
        Response("2", "b", 1, segment="loyal"),
        Response("3", "c", 1, segment="new", consent="Withdrawn"),
        Response("4", "d", 1, segment="New", score=3.0),
    ]
    warned: list[str] = []
    assert [r.id for r in responses_csv.select(everybody, {}, warned.append, {"3"})] == ["1", "2", "4"]
    assert [r.id for r in responses_csv.select(everybody, {"segment": ["NEW"]}, warned.append, {"3"})] == [
        "1",
        "4",
    ]
    assert [r.id for r in responses_csv.select(everybody, {"country": ["UK", "FR"]}, warned.append, {"3"})] == ["1"]
    assert [r.id for r in responses_csv.select(everybody, {"score": ["3"]}, warned.append, {"3"})] == ["4"]
    assert not warned
    assert responses_csv.select(everybody, {"contry": ["UK"]}, warned.append, {"3"}) == [] and "contry" in warned[0]
