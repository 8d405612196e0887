"""A build request: the problems, and the caller's overrides of reelmaker.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.model import Problem
from reelmaker.model.consent import AUDIENCES, EXTERNAL, TOLD
from reelmaker.project.config import Project, open_project, shape


def ask(project: Project, problems: Iterable[str], all_problems: bool) -> list[Problem]:
    """The requested problems, each once, in the given order.

    Raises:
        ProjectError: none was asked for, or the file has none.
        UnknownProblem: one is not in the file.
    """
    slugs = list(project.problems) if all_problems else list(dict.fromkeys(problems))
    if not slugs:
        have = ", ".join(project.problems)
        raise ProjectError(
            f"{project.folder}: which problem should the reel be about?",
            f"Name one with --problem: {have}." if have else "Add one to reelmaker.toml.",
        )
    return [project.problem(slug) for slug in slugs]


def with_overrides(
    project: Project | str | Path,
    *,
    model: str | None = None,
    language: str | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    size: str | None = None,
    audience: str | None = None,
) -> Project:
    """The project with the caller's overrides of reelmaker.toml."""
    found = project if isinstance(project, Project) else open_project(project)
    reel = found.reel
    if where:
        reel = replace(reel, where={**reel.where, **{column: tuple(values) for column, values in where.items()}})
    if size:
        reel = replace(reel, size=shape(size))
    if audience:
        if audience not in AUDIENCES:
            raise ProjectError(f'There is no audience "{audience}".', "Use internal or external.")
        reel = replace(reel, audience=audience)
    return replace(
        found,
        reel=reel,
        model=model or found.model,
        language=found.language if language is None else "" if language == "auto" else language,
    )


def project_facts(project: Project) -> dict[str, Any]:
    """The project's part of the JSON document."""
    facts: dict[str, Any] = {"name": project.name, "language": project.language or "auto"}
    internal = project.reel.audience != EXTERNAL
    where = {c: list(values) for c, values in project.reel.where.items() if internal or c in TOLD}
    if where:
        facts["where"] = where
    return facts
