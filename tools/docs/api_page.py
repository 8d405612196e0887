"""The public API, made from the docstrings and signatures of what `reelmaker` exports."""

from __future__ import annotations

import dataclasses
import inspect
import re

import reelmaker


def names() -> list[str]:
    """What `import reelmaker` offers, functions first."""
    found = [name for name in reelmaker.__all__ if not name.startswith("__")]
    return sorted(found, key=lambda name: (inspect.isclass(getattr(reelmaker, name)), name))


def render() -> str:
    """A section for each name: signature, docstring, fields."""
    lines: list[str] = []
    for name in names():
        thing = getattr(reelmaker, name)
        lines += ["", f"## `reelmaker.{name}`", ""]
        if not inspect.isclass(thing):
            lines += ["```python", f"{name}{_wrapped(inspect.signature(thing))}", "```", ""]
        lines += [_docstring(thing)]
        if dataclasses.is_dataclass(thing):
            lines += ["", "| field | type |", "|---|---|"]
            lines += [
                f"| `{field.name}` | `{field.type}` |".replace(" | None", " or None")
                for field in dataclasses.fields(thing)
            ]
    return "\n".join(lines)


def _wrapped(signature: inspect.Signature) -> str:
    parameters = [re.sub(r"\s*=\s*<.*", " = …", str(one)).replace("'", "") for one in signature.parameters.values()]
    star = next(
        (n for n, one in enumerate(signature.parameters.values()) if one.kind is one.KEYWORD_ONLY),
        len(parameters),
    )
    parameters[star:star] = ["*"] if star < len(parameters) else []
    given = str(signature.return_annotation).replace("'", "")
    return "(\n" + "".join(f"    {one},\n" for one in parameters) + f") -> {given}"


def _docstring(thing: object) -> str:
    """Google-style sections as bold lines and lists."""
    text = inspect.getdoc(thing) or ""
    text = re.sub(r"^(Args|Raises|Returns):$", r"\n**\1:**\n", text, flags=re.MULTILINE)
    text = re.sub(r"\n {6,}(\S)", r" \1", text)
    text = re.sub(r"^ {4}(\w+(?:, \w+)*): ", r"- `\1`: ", text, flags=re.MULTILINE)
    return re.sub(r"^ {4}", "", text, flags=re.MULTILINE)  # else Markdown takes it for code
