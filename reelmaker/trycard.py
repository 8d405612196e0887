"""One card as a PNG, to try a template without building a reel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reelmaker import arrange, cards
from reelmaker.errors import ProjectError
from reelmaker.model import Card, Count
from reelmaker.project import Project, open_project

EXAMPLE = Count(9, 16)


def draw(
    project: Project | str | Path,
    kind: str,
    problem: str | None,
    template: str | None,
    size: str | None,
    out: Path,
) -> Path:
    """Draw a card of the project's own words with an example count, once its motion has settled."""
    from PIL import Image

    opened = project if isinstance(project, Project) else open_project(project)
    if not opened.problems:
        raise ProjectError(
            f"{opened.folder}: no problem to draw a card of.", "Write one into reelmaker.toml."
        )
    told = opened.problem(problem) if problem else next(iter(opened.problems.values()))
    settings = replace(
        opened.reel, size=size or opened.reel.size, template=template or opened.reel.template
    )
    width, height = settings.pixels()
    frame = arrange.Frame(settings.template, opened.brand.name, width, height, settings.fps)
    card = arrange.example(kind, told, EXAMPLE, frame)
    assert isinstance(card, Card)
    picture = cards.still(
        card, cards.find(settings.template, [opened.templates]), opened.brand, (width, height)
    )
    try:
        Image.fromarray(picture).save(out, "PNG")
    except OSError as trouble:
        raise ProjectError(
            f"{out}: cannot be written ({trouble.strerror}).", "Name another place with --out."
        ) from None
    return out
