"""Every kind of card in every design, side by side in one labelled PNG, so that a team can choose a design."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.model import Brand
from reelmaker.project.config import Project, open_project
from reelmaker.render import cards, preview
from reelmaker.text import layout

if TYPE_CHECKING:
    from PIL.Image import Image

SHAPES = ("16:9", "9:16", "1:1")  # of `--size all`
HIGH = {"16:9": 270, "1:1": 300}  # of a cell, in pixels; other shapes are 400 high
GAP, NAMES, HEAD = 16, 130, 56  # space between cells, for the kinds' names, for a design's name
PAPER, INK, QUIET = "#e4e5e8", "#16191f", "#555b66"
TITLES = {"clip": "captions and\nlower third"}


def draw(
    project: Project | str | Path,
    problem: str | None,
    template: str | None,
    size: str | None,
    out: Path,
    known: preview.Known = preview.NOTHING,
) -> Path:
    """A row for each kind, a column for each design (or only the named one), in the project's own words.

    `size` "all" shows the shapes side by side.
    """
    import numpy as np

    opened = project if isinstance(project, Project) else open_project(project)
    designs = [template] if template else cards.names([opened.templates])
    shapes = SHAPES if size == "all" else (size or opened.reel.size,)
    return preview.save(np.asarray(sheet(opened, problem, designs, shapes, known)), out)


def sheet(
    project: Project,
    problem: str | None,
    designs: Sequence[str],
    shapes: Sequence[str],
    known: preview.Known = preview.NOTHING,
) -> Image:
    """The same as a Pillow picture."""
    from PIL import Image

    columns = []
    for design in designs:
        for shape in shapes:
            request = preview.wanted(project, problem, design, shape, known)
            reel_width, reel_height = request.size
            cell = round(HIGH.get(shape, 400) * reel_width / reel_height), HIGH.get(shape, 400)
            pictures = [
                Image.fromarray(preview.stamped(kind, request)).resize(cell, Image.Resampling.LANCZOS)
                for kind in preview.KINDS
            ]
            columns.append((f"{design} {shape}" if len(shapes) > 1 else design, pictures))
    high = max(pictures[0].height for _, pictures in columns)
    width = NAMES + sum(pictures[0].width + GAP for _, pictures in columns)
    canvas = Image.new("RGB", (width, HEAD + len(preview.KINDS) * (high + GAP)), PAPER)
    x = NAMES
    for title, pictures in columns:
        _write(canvas, (x, 14), title, 26, INK)
        for row, picture in enumerate(pictures):
            canvas.paste(picture, (x, HEAD + row * (high + GAP)))
        x += pictures[0].width + GAP
    for row, kind in enumerate(preview.KINDS):
        _write(canvas, (GAP, HEAD + row * (high + GAP)), TITLES.get(kind, kind), 17, QUIET)
    return canvas


def _write(canvas: Image, position: tuple[int, int], text: str, px: int, colour: str) -> None:
    from PIL import ImageDraw

    font = layout.font(layout.font_path(Brand()), px, 600)
    ImageDraw.Draw(canvas).text(position, text, fill=colour, font=font)
