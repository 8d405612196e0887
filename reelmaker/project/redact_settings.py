"""`[redact]` of reelmaker.toml: which PII is removed from the words and the sound of reels."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker.model import KINDS


@dataclass(frozen=True, slots=True)
class Redaction:
    """`[redact]`."""

    words: tuple[str, ...] = ()  # kinds that are removed; empty: they are only reported
    names: tuple[str, ...] = ()  # in addition to each customer's own
    allow: tuple[str, ...] = ()  # texts that are not PII


def read(reader: Any, root: Path) -> Redaction:
    """Read the section; `reader` is the one that `config` opened and closes; `root` is the project folder."""
    words = reader.texts("words")
    for word in words:
        if word not in KINDS:
            raise reader.complain("redact", "words", f'words must be any of {", ".join(KINDS)}, not "{word}"')
    names = [*reader.texts("names"), *_names_in_file(reader, root)]
    return Redaction(tuple(kind for kind in KINDS if kind in words), tuple(dict.fromkeys(names)), reader.texts("allow"))


def _names_in_file(reader: Any, root: Path) -> list[str]:
    """The names in a file: one per line, or the first column of a table."""
    file = str(reader.get("names_file", str, ""))
    if not file:
        return []
    try:
        text = (root / file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise reader.complain(
            "redact",
            "names_file",
            f'names_file: "{file}" in the project folder cannot be read as UTF-8 text',
        ) from None
    rows = csv.reader(text.splitlines())
    return [row[0].strip() for row in rows if row and row[0].strip() and not row[0].startswith("#")]
