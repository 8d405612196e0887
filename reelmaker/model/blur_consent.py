"""Which faces a reel must blur: `[redact] blur` of reelmaker.toml and the column `blur` of responses.csv. Pure.

In: a section, a row. Out: yes or no; an unknown word counts as yes.
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


def wanted(word: str, commonly: str, outside: bool) -> bool:
    """Whether the faces of an answer are blurred.

    Args:
        word: the row's value, "" for none.
        commonly: the project's setting.
        outside: the reel is external.
    """
    said = plain(word) or plain(commonly)
    return outside if said == EXTERNAL else said == FACES


def plain(word: str) -> str:
    """A row's value normalised: faces, no, external, or "" for the project's setting."""
    said = word.strip().casefold()
    if said in NO:
        return "no"
    return said if said in ("", EXTERNAL) else FACES


def unclear(row: Mapping[str, str]) -> list[str]:
    """A warning about an unknown value and its consequence."""
    word = row.get("blur", "")
    if not word or word.strip().casefold() in YES | NO | {EXTERNAL}:
        return []
    return [f'blur is "{word}" instead of faces, no or external; the faces of this answer are blurred.']


def stricter(one: str, other: str) -> str:
    """The stricter of two values, as two rows may belong to one video."""
    return min(one, other, key=lambda word: (FACES, EXTERNAL, "", "no").index(plain(word)))
