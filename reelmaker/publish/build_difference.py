"""How two builds of a reel differ: the clips that only one of them has, and the counts. From their manifests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.project.config import Project
from reelmaker.publish import archive
from reelmaker.publish.history import WORDLESS, Build, may_quote


@dataclass(frozen=True, slots=True)
class Shown:
    """A clip of one of the builds, with its number in it."""

    number: int
    problem: str
    response: str
    start_ms: int
    end_ms: int
    quote: str
    label: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A problem's count in both builds; None where it has none."""

    statement: str
    first: tuple[int, int] | None
    second: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Clips of the first build alone, of the second alone, of both (as the second shows them), and all counts."""

    first: tuple[Shown, ...]
    second: tuple[Shown, ...]
    both: tuple[Shown, ...]
    counts: tuple[Counted, ...]


def between(project: Project, first: Build, second: Build) -> Difference:
    """How the second build differs from the first.

    Raises:
        ProjectError: one of them cannot be read.
    """
    documents = [_document(build) for build in (first, second)]
    clips = [_clips(document, project.redact.words) for document in documents]
    both = [clip for clip in clips[1] if any(_same(clip, other) for other in clips[0])]
    return Difference(
        tuple(clip for clip in clips[0] if not any(_same(clip, other) for other in clips[1])),
        tuple(clip for clip in clips[1] if clip not in both),
        tuple(both),
        tuple(_counts(*documents)),
    )


def _document(build: Build) -> Mapping[str, Any]:
    document = archive.document(build.folder)
    if document is None:
        raise ProjectError(f"{build.folder}: the manifest of this build cannot be read.", "Choose another build.")
    return document


def _clips(document: Mapping[str, Any], words: Sequence[str]) -> list[Shown]:
    """The clips of a build; without words if it was made without redacting what is redacted now."""
    told = may_quote(document, words)
    items = [item for item in document.get("items", ()) if item.get("kind") == "clip"]
    return [
        Shown(
            number,
            item.get("problem", ""),
            item.get("response", ""),
            item.get("source_start_ms", 0),
            item.get("source_end_ms", 0),
            item.get("quote", "") if told else WORDLESS,
            item.get("label", ""),
        )
        for number, item in enumerate(items, 1)
    ]


def _same(clip: Shown, other: Shown) -> bool:
    """Whether both show a part of the same stretch for the same problem."""
    return (clip.problem, clip.response) == (other.problem, other.response) and min(clip.end_ms, other.end_ms) > max(
        clip.start_ms, other.start_ms
    )


def _counts(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Counted]:
    tables = [{problem["slug"]: problem for problem in document.get("problems", ())} for document in (first, second)]
    names = dict.fromkeys([*tables[1], *tables[0]])
    return [
        Counted(
            str({**tables[0].get(name, {}), **tables[1].get(name, {})}.get("statement", name)),
            _count(tables[0].get(name)),
            _count(tables[1].get(name)),
        )
        for name in names
    ]


def _count(problem: Mapping[str, Any] | None) -> tuple[int, int] | None:
    spoke, total = (problem.get("spoke"), problem.get("of")) if problem else (None, None)
    return (spoke, total) if isinstance(spoke, int) and isinstance(total, int) else None
