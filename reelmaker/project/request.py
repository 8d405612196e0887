"""Combines a build request with reelmaker.toml: the requested problems, and the project with its overrides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.model import Problem
from reelmaker.model.consent import AUDIENCES, EXTERNAL, TOLD
from reelmaker.model.request import BuildRequest
from reelmaker.project.config import Project, shape


def ask(project: Project, problems: Iterable[str], all_problems: bool) -> list[Problem]:
    """The requested problems, each once, in the given order.

    Raises:
        ProjectError: none was requested, or the file has none.
        UnknownProblem: one is not in the file.
    """
    slugs = list(project.problems) if all_problems else list(dict.fromkeys(problems))
    if not slugs:
        available = ", ".join(project.problems)
        raise ProjectError(
            f"{project.folder}: which problem should the reel be about?",
            f"Name one with --problem: {available}." if available else "Add one to reelmaker.toml.",
        )
    return [project.problem(slug) for slug in slugs]


def with_overrides(project: Project, request: BuildRequest) -> Project:
    """The project with the request's settings in place of those in reelmaker.toml."""
    reel = project.reel
    if request.where:
        where = {column: tuple(values) for column, values in request.where.items()}
        reel = replace(reel, where={**reel.where, **where})
    if request.size:
        reel = replace(reel, size=shape(request.size))
    if request.audience:
        if request.audience not in AUDIENCES:
            raise ProjectError(f'There is no audience "{request.audience}".', "Use internal or external.")
        reel = replace(reel, audience=request.audience)
    language = project.language if request.language is None else request.language
    return replace(
        project,
        reel=reel,
        model=request.model or project.model,
        language="" if language == "auto" else language,
    )


def project_facts(project: Project) -> dict[str, Any]:
    """The project's part of the JSON document."""
    facts: dict[str, Any] = {"name": project.name, "language": project.language or "auto"}
    internal = project.reel.audience != EXTERNAL
    where = {c: list(values) for c, values in project.reel.where.items() if internal or c in TOLD}
    if where:
        facts["where"] = where
    return facts
