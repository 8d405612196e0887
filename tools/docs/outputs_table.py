"""The table of the files in a reel's folder, made from the registry of outputs."""

from __future__ import annotations

from meanings import MEANINGS

from reelmaker.outputs import REGISTRY, VIDEO


def files() -> list[str]:
    """Every file that a reel's folder can have."""
    return [VIDEO, *(file for output in REGISTRY.values() for file in output.files)]


def render() -> str:
    """A line a file: its output, when it is made, what it is."""
    rows = [("always", VIDEO, "–")]
    for name, output in REGISTRY.items():
        when = "always" if output.always else "by default" if output.unasked else "on request"
        if output.if_any:
            when = "if there is anything to write"
        rows += [(when, file, f"`{name}`") for file in output.files]
    lines = ["| file | output | made | what it is |", "|---|---|---|---|"]
    lines += [f"| `{file}` | {name} | {when} | {MEANINGS['files'].get(file, '')} |" for when, file, name in rows]
    return "\n".join(lines)
