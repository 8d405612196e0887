"""Films in shared folders and stores."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.downloading import BODY, INSIDE, PAGES

from reelmaker.errors import ProjectError
from reelmaker.sources.download import Found, PartialFile, Share, Unfetched


def test_films_below_an_address_are_listed_and_nothing_else(memory: Any) -> None:
    for name in ("a.mp4", "deep/er/b.WEBM", "note.txt", "responses.csv", ".hidden.mp4", ".trash/c.mp4"):
        memory.pipe(f"/box/{name}", BODY)
    share = Share("memory://box", {})
    assert [one.path for one in share.files()] == ["a.mp4", "deep/er/b.WEBM"]
    assert share.table() == BODY


def test_a_film_of_a_share_comes_whole_and_goes_on_where_it_broke(
    memory: Any, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelmaker.sources.download.remote_storage.BLOCK", 50_000)
    memory.pipe("/box/a.mp4", BODY)
    share = Share("memory://box", {})
    [found] = share.files()
    real, read = share._files.open, []

    class Breaking:
        def __init__(self, file: Any, after: int) -> None:
            self.file, self.left = file, after

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None: ...

        def seek(self, to: int) -> None:
            self.file.seek(to)

        def read(self, size: int) -> bytes:
            if self.left <= 0:
                raise TimeoutError("key=s3cret")
            self.left -= size
            block: bytes = self.file.read(size)
            read.append(len(block))
            return block

    monkeypatch.setattr(share._files, "open", lambda *_: Breaking(real("/box/a.mp4"), 100_000), raising=False)
    with pytest.raises(Unfetched) as told:
        share.fetch(found, aside, INSIDE)
    assert told.value.passing and "s3cret" not in told.value.reason
    monkeypatch.setattr(share._files, "open", lambda *_: Breaking(real("/box/a.mp4"), 10**9), raising=False)
    share.fetch(found, aside, INSIDE)
    assert aside.path.read_bytes() == BODY and sum(read) == len(BODY)


def test_a_film_that_is_still_being_written_is_left_for_later(tmp_path: Path, aside: PartialFile) -> None:
    (tmp_path / "box").mkdir()
    path = tmp_path / "box" / "a film.mp4"
    path.write_bytes(BODY)
    share = Share(f"file://{tmp_path}/box", {})
    [found] = share.files()
    path.write_bytes(BODY + b"more")
    with pytest.raises(Unfetched, match="still being written") as told:
        share.fetch(found, aside, INSIDE)
    assert told.value.passing and not aside.path.exists()
    [found] = share.files()
    share.fetch(found, aside, INSIDE)
    assert aside.path.read_bytes() == BODY + b"more"


def test_a_film_that_is_overwritten_while_it_is_read_is_left_for_later(
    tmp_path: Path, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "box").mkdir()
    path = tmp_path / "box" / "a.mp4"
    path.write_bytes(BODY)
    share = Share(f"file://{tmp_path}/box", {})
    [found] = share.files()
    real = share._open

    def overwritten(*words: Any) -> Any:
        file = real(*words)
        path.write_bytes(BODY[::-1])
        os.utime(path, (1, 1))
        return file

    monkeypatch.setattr(share, "_open", overwritten)
    with pytest.raises(Unfetched, match="still being written"):
        share.fetch(found, aside, INSIDE)
    assert not aside.path.exists()


def test_links_of_a_shared_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.mp4").write_bytes(BODY)
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "a.mp4").symlink_to(tmp_path / "secret" / "x.mp4")
    (tmp_path / "box" / "folder").symlink_to(tmp_path / "secret")
    assert Share(f"file://{tmp_path}/box", {}).files() == []


@pytest.mark.parametrize("scheme", ["s3", "sftp"])
def test_a_back_end_that_is_not_installed_is_one_line_with_the_remedy(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for package in ("s3fs", "paramiko"):
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    with pytest.raises(ProjectError) as told:
        Share(f"{scheme}://bucket/folder", {})
    assert f'pip install "reelmaker[{scheme}]"' == told.value.remedy and "\n" not in str(told.value)


@pytest.mark.parametrize("where", ["memory://none", "file:///no/such/folder", "nosuch://x", "simplecache::memory://x"])
def test_an_address_that_leads_nowhere_is_one_line(where: str, memory: Any) -> None:
    with pytest.raises(ProjectError) as told:
        Share(where, {}).files()
    assert told.value.remedy and "\n" not in str(told.value)


def test_a_page_in_a_share_is_no_film(memory: Any, aside: PartialFile) -> None:
    memory.pipe("/box/a.mp4", PAGES[0])
    share = Share("memory://box", {})
    with pytest.raises(Unfetched, match="web page"):
        share.fetch(share.files()[0], aside, INSIDE)


def test_too_large_a_film_of_a_share_is_not_begun(aside: PartialFile, memory: Any) -> None:
    memory.pipe("/box/a.mp4", BODY)
    with pytest.raises(Unfetched, match="max_mb"):
        Share("memory://box", {}).fetch(Found("a.mp4", 10**9, "1"), aside, INSIDE)
    assert not aside.path.exists()
