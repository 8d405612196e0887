"""How the exports of survey platforms are laid out: a small TOML file each, data and no code.

In: a layout's name. Out: a `Layout`. `sure` says in each file where its facts come from.
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
    sure: str  # how sure all of this is
    header_rows: int
    skipped: str  # further header rows: what the first cell of such a row looks like; "" for none
    question_row: int  # the header row (from 1) that has the questions' texts
    question_ends: tuple[str, ...]  # what the platform puts after a question
    signs: tuple[str, ...]  # columns without which it is another file
    columns: Mapping[str, tuple[str, ...]]  # ours -> theirs, the first that is there and says something counts
    dates: tuple[str, ...]  # how it writes dates, where that is not ISO 8601
    videos: tuple[Videos, ...]
    hosts: tuple[str, ...]  # who may get the headers of `header_env`


@cache
def names() -> tuple[str, ...]:
    """The layouts that come along."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


@cache
def load(name: str) -> Layout:
    """The layout of that name, one of `names()`."""
    told = tomllib.loads(_folder().joinpath(f"{name}.toml").read_text("utf-8"))
    return Layout(
        name,
        told["title"],
        told["sure"],
        told["header_rows"],
        told.get("skipped", ""),
        told["question_row"],
        tuple(told.get("question_ends", ())),
        tuple(told["signs"]),
        {ours: tuple(theirs) for ours, theirs in told["columns"].items()},
        tuple(told.get("dates", ())),
        tuple(Videos(**one) for one in told["videos"]),
        tuple(told.get("hosts", ())),
    )


def _folder() -> resources.abc.Traversable:
    return resources.files("reelmaker.sources.platforms")
