"""Whose face a reel must not show: `[redact] blur` of reelmaker.toml and the column `blur` of responses.csv. Pure.

In: a section, a row. Out: yes or no; what cannot be understood is a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NONE, FACES, EXTERNAL = "none", "faces", "external"
YES = {FACES, "face", "yes", "y", "true", "1", "x", "ja", "oui", "si", "sí"}
NO = {NONE, "no", "n", "false", "0", "nein", "non"}


def read(reader: Any) -> str:
    """`blur` in `[redact]`: "none", "faces", or "external" for faces in reels for outsiders only."""
    return str(reader.choice("blur", NONE, (NONE, FACES, EXTERNAL)))


def wanted(word: str, commonly: str, outside: bool) -> bool:
    """Whether the faces of an answer are blurred.

    Args:
        word: what its row says, "" for nothing.
        commonly: what the project says.
        outside: the reel is for outsiders.
    """
    said = plain(word) or plain(commonly)
    return outside if said == EXTERNAL else said == FACES


def plain(word: str) -> str:
    """What a row says as one of our own words: faces, no, external, or "" for what the project says."""
    said = word.strip().casefold()
    if said in NO:
        return "no"
    return said if said in ("", EXTERNAL) else FACES


def unclear(row: Mapping[str, str]) -> list[str]:
    """What a row says of it that cannot be understood, and what follows from that."""
    word = row.get("blur", "")
    if not word or word.strip().casefold() in YES | NO | {EXTERNAL}:
        return []
    return [f'blur is "{word}" instead of faces, no or external; the faces of this answer are blurred.']


def stricter(one: str, other: str) -> str:
    """The word that shows less, as two rows may speak of one video."""
    return min(one, other, key=lambda word: (FACES, EXTERNAL, "", "no").index(plain(word)))
