"""The data model of a template: what is where on each card, in which colours, and how it moves.

Every key of a template.toml is a field below; `templates/README.md` explains each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("intro", "evidence", "chapter", "quote", "outro", "speaker")
FIELDS = (
    "statement",
    "outcome",
    "spoke",
    "of",
    "figure",
    "evidence",
    "basis",
    "brand",
    "date",
    "title",
    "problems",
    "number",
    "question1",
    "question2",
    "closing",
    "label",
    "claim",
    "split",
    "quote",
)
SHAPES = ("tall", "square")
SAFE = 0.05  # of each side, kept free of words

Box = tuple[float, float, float, float]
Overrides = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A rectangle or a picture below the text."""

    box: Box
    kind: str = "rect"
    colour: str = "primary"
    radius: float = 0.0
    file: str = ""
    needs: str = ""
    motion: str = "none"
    delay_ms: int = 0
    tall: Overrides | None = None
    square: Overrides | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a stack: text, the drawn count or its split, a bar, a quotation mark or the logo."""

    kind: str = "text"
    text: str = ""
    size: float = 0.05
    weight: int = 400
    colour: str = "text"
    second: str = "faint"
    style: str = "dots"
    lines: int = 4
    leading: float = 1.2
    gap: float = 0.02
    width: float = 0.1
    capitals: bool = False
    motion: str = "rise"
    delay_ms: int = 0
    tall: Overrides | None = None
    square: Overrides | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """A box with items below one another; absent items leave no gap."""

    box: Box
    item: tuple[Item, ...] = ()
    align: str = "left"
    valign: str = "top"
    on: str = ""
    grows: bool = False
    tall: Overrides | None = None
    square: Overrides | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    """Where the moving waveform of an answer without a picture goes."""

    box: Box = (0.1, 0.4, 0.8, 0.2)
    colour: str = "primary"
    tall: Overrides | None = None
    square: Overrides | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """One kind of card."""

    ground: str = "background"
    layer: tuple[Layer, ...] = ()
    stack: tuple[Stack, ...] = ()
    wave: Wave = Wave()


@dataclass(frozen=True, slots=True)
class Caption:
    """The captions on a clip. `size` is a fraction of the frame's height."""

    size: float = 0.054
    weight: int = 600
    colour: str = "#ffffff"
    ground: str = "#000000"
    opacity: float = 0.75
    radius: float = 0.3
    bottom: float = 0.07


@dataclass(frozen=True, slots=True)
class LowerThird:
    """The speaker's name strip, shown at the start of a clip."""

    place: str = "top-left"
    size: float = 0.036
    weight: int = 600
    colour: str = "#ffffff"
    ground: str = "#000000"
    bar: str = "accent"
    opacity: float = 0.75
    radius: float = 0.2
    show_ms: int = 3500


@dataclass(frozen=True, slots=True)
class Motion:
    """How long a movement takes."""

    duration_ms: int = 450


@dataclass(frozen=True, slots=True)
class Template:
    """A design, checked. `digest` stands for everything in its folder."""

    name: str
    folder: Path
    digest: str
    about: str
    palette: Mapping[str, str]
    motion: Motion
    cards: Mapping[str, Design]
    caption: Caption
    lower_third: LowerThird
