"""The tables of every setting, made by running the real readers of reelmaker.toml and noting what they ask for.

In: the readers, and `meanings.toml` for what each key does. Out: Markdown, a table a section.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meanings import MEANINGS

from reelmaker.project.config import open_project
from reelmaker.project.toml_reader import Reader
from reelmaker.sources.settings import read as read_sources

NAMES = {str: "text", bool: "true or false", int: "number", float: "number", list: "list", dict: "table"}
PROJECT = """
[problems.NAME]
statement = "x"
question = "x"
threshold = 0.5
"""
SOURCE = {"name": "x", "export": "x.csv"}
# How a section is written in the file, in the order of the page
SECTIONS = {
    "": "Top of the file",
    "problems": "[problems.NAME]",
    "reel": "[reel]",
    "brand": "[brand]",
    "transcribe": "[transcribe]",
    "tag": "[tag]",
    "privacy": "[privacy]",
    "redact": "[redact]",
    "source": "[[source]]",
    "notify": "[notify]",
    "limits": "[limits]",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key as its reader asks for it."""

    section: str
    key: str
    kind: str
    default: str


def settings() -> list[Setting]:
    """Every key of every section, in the order in which it is read."""
    found: dict[tuple[str, str], Setting] = {}
    with _recording(found), tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "the folder's name"
        root.mkdir()
        text = PROJECT.replace("NAME", "name")
        (root / "reelmaker.toml").write_text(text, "utf-8")
        open_project(root)
        read_sources([dict(SOURCE)], lambda section, key, what: ValueError(what))  # type: ignore[arg-type,return-value]
    return list(found.values())


def render() -> str:
    """A heading and a table for each section."""
    by_section: dict[str, list[Setting]] = {}
    for setting in settings():
        by_section.setdefault(setting.section, []).append(setting)
    order = [
        *SECTIONS,
        *(name for name in by_section if name not in SECTIONS),
    ]  # a new section is never lost
    parts = []
    for section in order:
        if section not in by_section:
            continue
        title = SECTIONS.get(section, f"[{section}]")
        parts.append(f"## {f'`{title}`' if title.startswith('[') else title}\n")
        if text := MEANINGS["sections"].get(section or "top"):
            parts.append(f"{text}\n")
        parts.append("| key | value | default | meaning |\n|---|---|---|---|")
        for one in by_section[section]:
            parts.append(f"| `{one.key}` | {one.kind} | {one.default} | {meaning(one.section, one.key)} |")
        parts.append("")
    return "\n".join(parts)


def meaning(section: str, key: str) -> str:
    """What the key does, in words; a key that nobody described is named by the test of the docs."""
    return str(MEANINGS["settings"].get(section or "top", {}).get(key, "")).strip()


@contextmanager
def _recording(found: dict[tuple[str, str], Setting]) -> Iterator[None]:
    """The readers' methods, but each call is noted first."""
    originals = {name: getattr(Reader, name) for name in ("get", "number", "choice", "texts")}

    def note(reader: Any, key: str, kind: str, default: str) -> None:
        section = str(reader.where).partition(".")[0].partition(" ")[0]
        found.setdefault((section, key), Setting(section, key, kind, default))

    def get(self: Any, key: str, kind: Any, default: Any, what: str = "") -> Any:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        opens_sections = not self.where and kinds[0] in (dict, list)
        if not opens_sections:
            note(self, key, NAMES[kinds[0]], shown(default))
        return originals["get"](self, key, kind, default, what)

    def number(self: Any, key: str, default: float, low: float, high: float) -> float:
        note(self, key, f"number, {figure(low)} to {figure(high)}", shown(default) if default >= low else "–")
        return float(originals["number"](self, key, default, low, high))

    def choice(self: Any, key: str, default: str, allowed: tuple[str, ...]) -> str:
        values = ", ".join(f'`"{value}"`' for value in allowed if value)
        note(self, key, values, shown(default))
        return str(originals["choice"](self, key, default, allowed))

    def texts(self: Any, key: str) -> tuple[str, ...]:
        note(self, key, "text, or list of texts", "–")
        return tuple(originals["texts"](self, key))

    try:
        for name, method in (("get", get), ("number", number), ("choice", choice), ("texts", texts)):
            setattr(Reader, name, method)
        yield
    finally:
        for name, method in originals.items():
            setattr(Reader, name, method)


def figure(number: float) -> str:
    """A bound, readable: 0.5, 1,000,000."""
    return f"{int(number):,}" if number == int(number) else f"{number:g}"


def shown(default: Any) -> str:
    """A default as the file would have it."""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, (int, float)):
        return f"`{default:g}`"
    if default == "the folder's name":
        return str(default)
    return f'`"{default}"`' if default else "–"
