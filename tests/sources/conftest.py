"""What the tests of sources share: a server, a partial file, films, a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.films.videos import make_video
from helpers.surveys.fetched import project

from reelmaker.sources.download import PartialFile


@pytest.fixture
def aside(tmp_path: Path) -> PartialFile:
    """The partial file of a download."""
    return PartialFile(tmp_path / "aside", "0123")


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """A project with a source and nothing in it."""
    return project(tmp_path / "survey")


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Three short films, each of its own content."""
    folder = tmp_path_factory.mktemp("films")
    return [make_video(folder / f"{n}.mp4", 1, "160x90", "10", 300 + 100 * n).read_bytes() for n in range(3)]


@pytest.fixture
def memory() -> Iterator[Any]:
    """A store in memory, as fsspec has it, empty."""
    import fsspec

    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()
