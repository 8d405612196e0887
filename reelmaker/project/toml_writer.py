"""Writes a problem as lines of reelmaker.toml, with any text escaped. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from reelmaker.model import Problem


def section(problem: Problem) -> str:
    """`[problems.NAME]` with its keys, ending with a newline; `config.py` reads the same problem from it."""
    lines = [
        f"[problems.{problem.slug}]",
        f"statement = {quoted(problem.statement)}",
        f"question = {_several(problem.question)}",
        *([f"outcome = {quoted(problem.outcome)}"] if problem.outcome else []),
        f"describe = {quoted(problem.describe)}",
        f"phrases = {_several(problem.phrases)}",
        f"kind = {quoted(problem.kind)}",
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are valid TOML, except for one character that JSON leaves unescaped."""
    valid_text = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(valid_text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _several(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return quoted(texts[0])
    return "[\n" + "".join(f"  {quoted(text)},\n" for text in texts) + "]"
