"""A template folder -> a checked `Template`: what stands where on each card, in which colours, how it moves.

Every key is a field of a dataclass below; `templates/README.md` tells what each means. No key runs code.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from reelmaker.cards.colours import GIVEN, ROLES
from reelmaker.errors import TemplateError

FILE = "template.toml"
KINDS = ("intro", "chapter", "outro", "speaker")
FIELDS = (
    "statement", "outcome", "spoke", "of", "evidence", "brand", "date", "title", "problems", "number", "question1",
    "question2", "closing", "label",
)  # fmt: skip
SHAPES = ("tall", "square")
SAFE = 0.05  # of each side, kept free of words
SLOWEST_MS = 1500

Box = tuple[float, float, float, float]
Overrides = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A rectangle or a picture under the words."""

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
    """One thing in a stack: words, the drawn count, a bar or the logo."""

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
    """A box in which items stand one under the other; what is absent leaves no hole."""

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
    """Who speaks, shown at the start of a clip."""

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


CHOICES: dict[tuple[type, str], tuple[str, ...]] = {
    (Layer, "kind"): ("rect", "picture"),
    (Layer, "motion"): ("none", "fade", "grow"),
    (Item, "kind"): ("text", "list", "count", "bar", "logo"),
    (Item, "style"): ("dots", "squares", "bar"),
    (Item, "motion"): ("none", "fade", "rise", "slide", "grow"),
    (Stack, "align"): ("left", "center", "right"),
    (Stack, "valign"): ("top", "middle", "bottom"),
    (LowerThird, "place"): ("top-left", "bottom-left"),
}
COLOURS = {"colour", "second", "on", "ground", "bar"}
RANGES: dict[str, tuple[float, float]] = {
    "size": (0.003, 0.5), "weight": (100, 900), "lines": (1, 12), "leading": (0.9, 2.0), "gap": (0, 0.5), "width": (0.005, 1),
    "radius": (0, 0.5), "opacity": (0, 1), "bottom": (SAFE, 0.4), "show_ms": (0, 60_000), "delay_ms": (0, SLOWEST_MS),
    "duration_ms": (0, SLOWEST_MS),
}  # fmt: skip
T = TypeVar("T")


def read(folder: Path) -> Template:
    """Read and check a template folder.

    Raises:
        TemplateError: with the file and the key that is wrong.
    """
    file = folder / FILE
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise TemplateError(f"{file}: cannot be read ({problem}).", "Check the template's folder.") from None
    except tomllib.TOMLDecodeError as problem:
        raise TemplateError(f"{file}: {problem}.", "Correct that line.") from None
    reader = _Reader(file)
    tables = {name: _table(reader, found.pop(name, {}), name) for name in ("palette", "motion", "caption", "lower_third")}
    about = str(found.pop("about", ""))
    cards = {kind: reader.build(Design, _table(reader, found.pop(kind, {}), kind), kind) for kind in KINDS}
    reader.refuse(found, ("about", "palette", "motion", *KINDS, "caption", "lower_third"), "")
    palette = tables["palette"]
    reader.refuse(palette, GIVEN, "palette")
    for role in GIVEN:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(palette.get(role, ""))):
            raise reader.wrong(f"palette.{role}", 'must be a colour such as "#0b6e4f"')
    return Template(
        folder.name, folder, _digest(folder), about, dict(palette), reader.build(Motion, tables["motion"], "motion"), cards,
        reader.build(Caption, tables["caption"], "caption"), reader.build(LowerThird, tables["lower_third"], "lower_third"),
    )  # fmt: skip


def keys() -> set[str]:
    """Every key a template.toml may hold."""
    tables = (Layer, Item, Stack, Wave, Design, Caption, LowerThird, Motion)
    return {field.name for table in tables for field in fields(table)} | {
        "about", "palette", "motion", *KINDS, "caption", "lower_third", *GIVEN,
    }  # fmt: skip


def _table(reader: _Reader, value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise reader.wrong(name, "must be a table")
    return dict(value)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


class _Reader:
    """Turns tables into dataclasses and says which key of which file is wrong."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def wrong(self, where: str, what: str) -> TemplateError:
        return TemplateError(f"{self.file}: {where} {what}.", "templates/README.md lists every key.")

    def refuse(self, table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f' (did you mean "{near[0]}"?)' if near else ""
                raise self.wrong(f"{where}.{key}".strip("."), f"is not a key I know{hint}")

    def build(self, table: type[T], given: Mapping[str, Any], where: str) -> T:
        known = {field.name: field for field in fields(table)}  # type: ignore[arg-type]
        self.refuse(given, tuple(known), where)
        values: dict[str, Any] = {}
        for key, value in given.items():
            values[key] = self.value(table, key, value, f"{where}.{key}")
        for name, field in known.items():
            if field.default is MISSING and name not in values:
                raise self.wrong(where, f'needs the key "{name}"')
        if table is Stack:
            self.safe([values["box"], *(v["box"] for s in SHAPES if (v := values.get(s)) and "box" in v)], where)
        return table(**values)

    def value(self, table: type, key: str, value: Any, where: str) -> Any:
        if key in ("layer", "stack", "item"):
            inner: type = {"layer": Layer, "stack": Stack, "item": Item}[key]
            if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
                raise self.wrong(where, f"must be written as [[{where}]]")
            return tuple(self.build(inner, entry, f"{where}[{n}]") for n, entry in enumerate(value, 1))
        if key == "wave":
            return self.build(Wave, _table(self, value, where), where)
        if key in SHAPES:
            self.refuse(_table(self, value, where), [f.name for f in fields(table) if f.name not in (*SHAPES, "item")], where)
            return {inner: self.value(table, inner, entry, f"{where}.{inner}") for inner, entry in value.items()}
        if key == "box":
            return self.box(value, where)
        return self.plain(table, key, value, where)

    def plain(self, table: type, key: str, value: Any, where: str) -> Any:
        default = next(field.default for field in fields(table) if field.name == key)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if key in RANGES:
            low, high = RANGES[key]
            if not number or not low <= value <= high or (isinstance(default, int) and not isinstance(value, int)):
                raise self.wrong(where, f"must be a number from {low:g} to {high:g}, not {value!r}")
            return value
        if not isinstance(value, type(default)):
            raise self.wrong(where, f"must be {'true or false' if isinstance(default, bool) else 'text'}, not {value!r}")
        choices = CHOICES.get((table, key))
        if choices and value not in choices:
            raise self.wrong(where, f'must be one of {", ".join(choices)}, not "{value}"')
        if key in COLOURS and (value or key != "on") and value not in ROLES and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise self.wrong(where, f'must be #rrggbb or one of {", ".join(ROLES)}, not "{value}"')
        if key == "text":
            self.pattern(value, where)
        if key == "needs" and value not in FIELDS:
            raise self.wrong(where, f'must be one of {", ".join(FIELDS)}, not "{value}"')
        if key == "file":
            self.picture(value, where)
        return value

    def box(self, value: Any, where: str) -> Box:
        numbers = isinstance(value, list) and len(value) == 4 and all(isinstance(v, (int, float)) for v in value)
        if not numbers or min(value) < 0 or value[0] + value[2] > 1.0001 or value[1] + value[3] > 1.0001:
            raise self.wrong(where, "must be [x, y, width, height], fractions inside the frame")
        return float(value[0]), float(value[1]), float(value[2]), float(value[3])

    def safe(self, boxes: Sequence[Box], where: str) -> None:
        for x, y, width, height in boxes:
            if min(x, y) < SAFE - 1e-6 or max(x + width, y + height) > 1 - SAFE + 1e-6:
                raise self.wrong(f"{where}.box", f"must keep {SAFE:g} away from every side of the frame")

    def pattern(self, value: str, where: str) -> None:
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(value) if name is not None]
        except ValueError:
            raise self.wrong(where, f"has a brace too many or too few: {value!r}") from None
        for name in names:
            if name not in FIELDS:
                near = difflib.get_close_matches(name, FIELDS, 1)
                hint = f' (did you mean "{{{near[0]}}}"?)' if near else ""
                raise self.wrong(where, f'uses a field I do not know: "{{{name}}}"{hint}')

    def picture(self, value: str, where: str) -> None:
        path = (self.file.parent / value).resolve()
        if not path.is_relative_to(self.file.parent.resolve()) or path.suffix.lower() not in (".png", ".jpg", ".jpeg"):
            raise self.wrong(where, "must name a PNG or JPEG in the template's own folder")
        if not path.is_file():
            raise self.wrong(where, f'names a file that is not there: "{value}"')
