"""Decisions of a team about a small survey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reelmaker.project.config import open_project
from reelmaker.review import decisions, search


def names(folder: Path) -> dict[str, str]:
    """What is said -> the moment's name."""
    return {entry["text"]: entry["moment"] for entry in search.moments(folder).document["moments"]}


def decide(folder: Path, verdict: Any, *moments: str, **more: str) -> list[int]:
    made = decisions.decide(open_project(folder), verdict, moments, **more)
    return [decision.number for decision, _ in made]
