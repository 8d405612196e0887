"""The index of risks: what can go wrong, and the tests that show that it does not. Made from the index in tests/."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def index() -> dict[str, list[str]]:
    """Each risk, as "part: name", and the names of its tests."""
    [path] = list((ROOT / "tests").rglob("rows.py"))
    spec = importlib.util.spec_from_file_location("index_of_risks", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.TRAPS)


def render() -> str:
    """A table a part of the index."""
    lines: list[str] = []
    part = ""
    for risk, tests in index().items():
        where, name = risk.split(": ", 1)
        if where != part:
            part = where
            lines += ["", f"### {part.capitalize()}", "", "| risk | held by |", "|---|---|"]
        lines.append(f"| {name} | {'<br>'.join(f'`{test}`' for test in tests)} |")
    return "\n".join(lines)
