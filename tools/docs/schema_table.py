"""The fields of manifest.json and of everything that --json prints, made from the JSON schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

SCHEMA = resources.files("reelmaker.outputs").joinpath("schema.json")


def render() -> str:
    """A table of the top level, then one for each object below it."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    lines = [f"{schema['description']}", "", f"Version: `{schema['title']}`.", "", "## The document", ""]
    lines += _table(schema)
    for name, part in schema["properties"].items():
        _sections(f"`{name}`", part, lines)
    for name, part in schema["$defs"].items():
        if "properties" in part:
            lines += ["", f"## The object “{name}”", ""]
            lines += [part["description"], ""] if "description" in part else []
            lines += _table(part)
    return "\n".join(lines)


def _sections(path: str, part: Mapping[str, Any], lines: list[str]) -> None:
    inner = part.get("items", part)
    if "properties" not in inner:
        return
    lines += ["", f"## {path}", ""]
    lines += _table(inner)
    for name, below in inner["properties"].items():
        _sections(f"{path[:-1]}.{name}`", below, lines)


def _table(part: Mapping[str, Any]) -> list[str]:
    lines = ["| field | type | always there | meaning |", "|---|---|---|---|"]
    for name, field in part["properties"].items():
        needed = "yes" if name in part.get("required", ()) else ""
        lines.append(f"| `{name}` | {_kind(field)} | {needed} | {_meaning(field)} |")
    return lines


def _meaning(field: Mapping[str, Any]) -> str:
    inner = field.get("items", {})
    return str(field.get("description") or (inner.get("description") if isinstance(inner, dict) else "") or "")


def _kind(field: Mapping[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return f"object “{field['$ref'].rsplit('/', 1)[1]}”"
    for key in ("oneOf", "anyOf"):
        if key in field:
            return " or ".join(_kind(one) for one in field[key])
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}" if "items" in field else "list"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"object, each value {_kind(field['additionalProperties'])}"
    kind = field.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
