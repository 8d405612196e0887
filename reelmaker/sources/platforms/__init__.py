"""The layouts of survey platforms' exports: one small TOML file each, data without code.

`load` reads a `Layout` by its name. `sure` says in each file how its facts are known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Videos:
    """Which cells hold videos: by the column's name and by what the cell looks like, with wildcards."""

    column: str = "*"
    cell: str = "*"


@dataclass(frozen=True, slots=True)
class Layout:
    """An export's header rows, its columns and the cells that hold videos."""

    name: str
    title: str
    sure: str  # how its facts are known
    header_rows: int
    skipped: str  # further header rows: what the first cell of such a row looks like; "" for none
    question_row: int  # the header row (from 1) that has the questions' texts
    question_ends: tuple[str, ...]  # what the platform puts after a question
    signs: tuple[str, ...]  # columns that identify the platform's export
    columns: Mapping[str, tuple[str, ...]]  # ours -> theirs; the first one present and not empty counts
    dates: tuple[str, ...]  # its date formats, if not ISO 8601
    videos: tuple[Videos, ...]
    hosts: tuple[str, ...]  # hosts that may receive the headers of `header_env`


@cache
def names() -> tuple[str, ...]:
    """The built-in layouts."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


@cache
def load(name: str) -> Layout:
    """The layout of that name, one of `names()`."""
    table = tomllib.loads(_folder().joinpath(f"{name}.toml").read_text("utf-8"))
    return Layout(
        name,
        table["title"],
        table["sure"],
        table["header_rows"],
        table.get("skipped", ""),
        table["question_row"],
        tuple(table.get("question_ends", ())),
        tuple(table["signs"]),
        {ours: tuple(theirs) for ours, theirs in table["columns"].items()},
        tuple(table.get("dates", ())),
        tuple(Videos(**videos) for videos in table["videos"]),
        tuple(table.get("hosts", ())),
    )


def _folder() -> resources.abc.Traversable:
    return resources.files("reelmaker.sources.platforms")
