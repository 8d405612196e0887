"""Reads and checks a template folder; errors name the file, the key and the fault.

Templates are data: no key runs code or names a file outside the template's own folder.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from reelmaker.errors import TemplateError
from reelmaker.render.cards.colours import GIVEN, ROLES
from reelmaker.render.cards.template import (
    FIELDS,
    KINDS,
    SAFE,
    SHAPES,
    Box,
    Caption,
    Design,
    Item,
    Layer,
    LowerThird,
    Motion,
    Stack,
    Template,
    Wave,
)

FILE = "template.toml"
SLOWEST_MS = 1500
MOST_BYTES = 5_000_000  # of template.toml
HEX = r"#[0-9a-fA-F]{6}"
CHOICES: dict[tuple[type, str], tuple[str, ...]] = {
    (Layer, "kind"): ("rect", "picture"),
    (Layer, "motion"): ("none", "fade", "grow"),
    (Item, "kind"): ("text", "list", "count", "split", "bar", "mark", "logo"),
    (Item, "style"): ("dots", "squares", "people", "ring", "bar"),
    (Item, "motion"): ("none", "fade", "rise", "slide", "grow"),
    (Stack, "align"): ("left", "center", "right"),
    (Stack, "valign"): ("top", "middle", "bottom"),
    (LowerThird, "place"): ("top-left", "bottom-left"),
}
COLOURS = {"colour", "second", "on", "ground", "bar"}
RANGES: dict[str, tuple[float, float]] = {
    "size": (0.003, 0.5),
    "weight": (100, 900),
    "lines": (1, 12),
    "leading": (0.9, 2.0),
    "gap": (0, 0.5),
    "width": (0.005, 1),
    "radius": (0, 0.5),
    "opacity": (0, 1),
    "bottom": (SAFE, 0.4),
    "show_ms": (0, 60_000),
    "delay_ms": (0, SLOWEST_MS),
    "duration_ms": (0, SLOWEST_MS),
}
T = TypeVar("T")


def read(folder: Path, spare: Path | None = None) -> Template:
    """Read and check a template folder; cards that it lacks come from the folder `spare`.

    Raises:
        TemplateError: with the file and the key that is wrong.
    """
    file = folder / FILE
    try:
        if file.stat().st_size > MOST_BYTES:
            raise TemplateError(f"{file}: larger than {MOST_BYTES // 1_000_000} MB.", "Shorten it.")
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise TemplateError(f"{file}: cannot be read ({problem}).", "Check the template's folder.") from None
    except tomllib.TOMLDecodeError as problem:
        raise TemplateError(f"{file}: {' '.join(str(problem).split())[:200]}.", "Correct that line.") from None
    except (RecursionError, ValueError):  # numbers of thousands of digits
        raise TemplateError(f"{file}: nested too deeply, or a number is too long.", "Correct it.") from None
    reader = _Reader(file)
    tables = {
        name: _table(reader, content.pop(name, {}), name) for name in ("palette", "motion", "caption", "lower_third")
    }
    about = str(content.pop("about", ""))
    own_kinds = [kind for kind in KINDS if kind in content]
    cards = {kind: reader.build(Design, _table(reader, content.pop(kind), kind), kind) for kind in own_kinds}
    reader.refuse(content, ("about", "palette", "motion", *KINDS, "caption", "lower_third"), "")
    palette = tables["palette"]
    reader.refuse(palette, GIVEN, "palette")
    for role in GIVEN:
        if not re.fullmatch(HEX, str(palette.get(role, ""))):
            raise reader.wrong(f"palette.{role}", 'must be a colour such as "#0b6e4f"')
    digest = _digest(folder)
    if len(own_kinds) < len(KINDS):
        spare_template = read(spare) if spare else None
        cards = {
            kind: cards.get(kind) or (spare_template.cards[kind] if spare_template else Design()) for kind in KINDS
        }
        digest = hashlib.sha256(f"{digest}{spare_template.digest if spare_template else ''}".encode()).hexdigest()[:32]
    return Template(
        folder.name,
        folder,
        digest,
        about,
        dict(palette),
        reader.build(Motion, tables["motion"], "motion"),
        cards,
        reader.build(Caption, tables["caption"], "caption"),
        reader.build(LowerThird, tables["lower_third"], "lower_third"),
    )


def keys() -> set[str]:
    """Every key a template.toml may hold."""
    tables = (Layer, Item, Stack, Wave, Design, Caption, LowerThird, Motion)
    return {field.name for table in tables for field in fields(table)} | {
        "about",
        "palette",
        "motion",
        *KINDS,
        "caption",
        "lower_third",
        *GIVEN,
    }


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
    """Turns tables into dataclasses; errors say which key of which file is wrong."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def wrong(self, key_path: str, fault: str) -> TemplateError:
        message = " ".join(f"{key_path} {fault}".split())
        return TemplateError(f"{self.file}: {message[:400]}.", "templates/README.md lists every key.")

    def refuse(self, table: Mapping[str, Any], known_keys: Sequence[str], key_path: str) -> None:
        for key in table:
            if key not in known_keys:
                similar = difflib.get_close_matches(key, known_keys, 1)
                hint = f' (did you mean "{similar[0]}"?)' if similar else ""
                raise self.wrong(f"{key_path}.{key}".strip("."), f"is not a known key{hint}")

    def build(self, table: type[T], raw: Mapping[str, Any], key_path: str) -> T:
        known_fields = {field.name: field for field in fields(table)}  # type: ignore[arg-type]
        self.refuse(raw, tuple(known_fields), key_path)
        values: dict[str, Any] = {}
        for key, value in raw.items():
            values[key] = self.value(table, key, value, f"{key_path}.{key}")
        for name, field in known_fields.items():
            if field.default is MISSING and name not in values:
                raise self.wrong(key_path, f'needs the key "{name}"')
        if table is Stack:
            self.safe([values["box"], *(v["box"] for s in SHAPES if (v := values.get(s)) and "box" in v)], key_path)
        return table(**values)

    def value(self, table: type, key: str, value: Any, key_path: str) -> Any:
        if key in ("layer", "stack", "item"):
            inner: type = {"layer": Layer, "stack": Stack, "item": Item}[key]
            if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
                raise self.wrong(key_path, f"must be written as [[{key_path}]]")
            return tuple(self.build(inner, entry, f"{key_path}[{n}]") for n, entry in enumerate(value, 1))
        if key == "wave":
            return self.build(Wave, _table(self, value, key_path), key_path)
        if key in SHAPES:
            self.refuse(
                _table(self, value, key_path),
                [f.name for f in fields(table) if f.name not in (*SHAPES, "item")],
                key_path,
            )
            return {inner: self.value(table, inner, entry, f"{key_path}.{inner}") for inner, entry in value.items()}
        if key == "box":
            return self.box(value, key_path)
        return self.plain(table, key, value, key_path)

    def plain(self, table: type, key: str, value: Any, key_path: str) -> Any:
        default: Any = next(field.default for field in fields(table) if field.name == key)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if key in RANGES:
            low, high = RANGES[key]
            if not is_number or not low <= value <= high or (isinstance(default, int) and not isinstance(value, int)):
                raise self.wrong(key_path, f"must be a number from {low:g} to {high:g}, not {value!r}")
            return value
        if not isinstance(value, type(default)):
            raise self.wrong(
                key_path, f"must be {'true or false' if isinstance(default, bool) else 'text'}, not {value!r}"
            )
        choices = CHOICES.get((table, key))
        if choices and value not in choices:
            raise self.wrong(key_path, f'must be one of {", ".join(choices)}, not "{value}"')
        if key in COLOURS and (value or key != "on") and value not in ROLES and not re.fullmatch(HEX, str(value)):
            raise self.wrong(key_path, f'must be #rrggbb or one of {", ".join(ROLES)}, not "{value}"')
        if key == "text":
            self.pattern(str(value), key_path)
        if key == "needs" and value not in FIELDS:
            raise self.wrong(key_path, f'must be one of {", ".join(FIELDS)}, not "{value}"')
        if key == "file":
            self.picture(str(value), key_path)
        return value

    def box(self, value: Any, key_path: str) -> Box:
        is_box = isinstance(value, list) and len(value) == 4 and all(isinstance(v, (int, float)) for v in value)
        if not is_box or min(value) < 0 or value[0] + value[2] > 1.0001 or value[1] + value[3] > 1.0001:
            raise self.wrong(key_path, "must be [x, y, width, height], fractions inside the frame")
        return float(value[0]), float(value[1]), float(value[2]), float(value[3])

    def safe(self, boxes: Sequence[Box], key_path: str) -> None:
        for x, y, width, height in boxes:
            if min(x, y) < SAFE - 1e-6 or max(x + width, y + height) > 1 - SAFE + 1e-6:
                raise self.wrong(f"{key_path}.box", f"must keep {SAFE:g} away from every side of the frame")

    def pattern(self, value: str, key_path: str) -> None:
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(value) if name is not None]
        except ValueError:
            raise self.wrong(key_path, f"has a brace too many or too few: {value!r}") from None
        for name in names:
            if name not in FIELDS:
                similar = difflib.get_close_matches(name, FIELDS, 1)
                hint = f' (did you mean "{{{similar[0]}}}"?)' if similar else ""
                raise self.wrong(key_path, f'uses an unknown field: "{{{name}}}"{hint}')

    def picture(self, value: str, key_path: str) -> None:
        path = (self.file.parent / value).resolve()
        if not path.is_relative_to(self.file.parent.resolve()) or path.suffix.lower() not in (
            ".png",
            ".jpg",
            ".jpeg",
        ):
            raise self.wrong(key_path, "must name a PNG or JPEG in the template's own folder")
        if not path.is_file():
            raise self.wrong(key_path, f'names a file that does not exist: "{value}"')
