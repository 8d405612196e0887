"""Which faces a reel must blur: `[redact] blur` of reelmaker.toml and the column `blur` of responses.csv. Pure.

An unknown word counts as yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NONE, FACES, EXTERNAL = "none", "faces", "external"
YES = {FACES, "face", "yes", "y", "true", "1", "x", "ja", "oui", "si", "sí"}
NO = {NONE, "no", "n", "false", "0", "nein", "non"}


def read(reader: Any) -> str:
    """`blur` in `[redact]`: "none", "faces", or "external" for faces in external reels only."""
    return str(reader.choice("blur", NONE, (NONE, FACES, EXTERNAL)))


def wanted(word: str, project_default: str, external: bool) -> bool:
    """Whether the faces of an answer are blurred.

    Args:
        word: the row's value, "" for none.
        project_default: the project's setting.
        external: the reel is external.
    """
    value = plain(word) or plain(project_default)
    return external if value == EXTERNAL else value == FACES


def plain(word: str) -> str:
    """A row's value normalised: faces, no, external, or "" for the project's setting."""
    value = word.strip().casefold()
    if value in NO:
        return "no"
    return value if value in ("", EXTERNAL) else FACES


def unclear(row: Mapping[str, str]) -> list[str]:
    """A warning about an unknown value and its consequence."""
    word = row.get("blur", "")
    if not word or word.strip().casefold() in YES | NO | {EXTERNAL}:
        return []
    return [f'blur is "{word}" instead of faces, no or external; the faces of this answer are blurred.']


def stricter(first: str, second: str) -> str:
    """The stricter of two values, because two rows may belong to one video."""
    return min(first, second, key=lambda word: (FACES, EXTERNAL, "", "no").index(plain(word)))
