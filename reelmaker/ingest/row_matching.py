"""Rows that spell a file name differently: as a Windows path, without its ending, in other letters.

Takes the cells `file` of rows that match no file, and the files; returns which files each row means, and how
certainly. Pure.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from reelmaker.text.cleaning import folded

ALIKE = 0.85  # share of letters from which a name may be a typing error of another
SHORTEST = 3  # letters of a name
MOST_COMPARED = 2_000  # names that are searched for typing errors
ENDING = re.compile(r"\.[a-z0-9]{2,4}$")


@dataclass(frozen=True, slots=True)
class Meant:
    """A file that a row means. `sure`: the row describes it; otherwise only its consent counts, and a warning names
    both.
    """

    file: str
    sure: bool


def file_key(name: str) -> str:
    """A file name for comparisons between systems: composed letters, case folded, "/" between folders."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("uploads/")


class Names:
    """The names of the files in uploads/, findable by their spellings."""

    def __init__(self, files: Collection[str]) -> None:
        self.files = list(files)
        self.exact = {file_key(file) for file in files} | {file_key(_last(file)) for file in files}
        self._by: dict[tuple[str, str], list[str]] = defaultdict(list)
        for file in files:
            for kind, key in _spellings(file):
                self._by[kind, key].append(file)

    def meant(self, cell: str, described: Collection[str]) -> list[Meant]:
        """The files that a row means which spells none of them exactly; the surest way that fits any counts.

        `described`: files that have rows of their own.
        """
        name = _last(re.sub(r"[?#].*$", "", cell.strip().strip("\"'")) if "://" in cell else cell.strip().strip("\"'"))
        ended = bool(ENDING.search(name.casefold()))
        for kind, key in _spellings(name):
            if (kind in ("name", "letters") or not ended) and (files := self._by.get((kind, key))):
                return [Meant(file, True) for file in files]
        stem = folded(_stem(name)) if ended else folded(name)
        if files := self._by.get(("stem", stem)):  # the same name with another ending: probably converted
            return [Meant(file, len(files) == 1 and file not in described) for file in files]
        return [Meant(file, False) for file in self._nearly(stem, described)]

    def _nearly(self, stem: str, described: Collection[str]) -> list[str]:
        """Files without a row whose name is a typing error away; numbers must be the same."""
        free = [file for file in self.files if file not in described]
        if len(stem) < SHORTEST or len(free) > MOST_COMPARED:
            return []
        stems: dict[str, list[str]] = defaultdict(list)
        for file in free:
            key = folded(_stem(_last(file)))
            if re.findall(r"\d+", key) == re.findall(r"\d+", stem):
                stems[key].append(file)
        return [file for key in difflib.get_close_matches(stem, list(stems), 1, ALIKE) for file in stems[key]]


def _spellings(file: str) -> Sequence[tuple[str, str]]:
    """The ways in which a name is compared, the surest first."""
    name = folded(_last(file))
    stem = _stem(name)
    return (
        ("name", name),
        ("stem", stem if ENDING.search(name) else name),
        ("letters", _letters(name)),
        ("letters of stem", _letters(stem if ENDING.search(name) else name)),
    )


def _letters(text: str) -> str:
    """Letters and digits alone, without accents; "ß" and its like as people type them."""
    plain = text.replace("ä", "a").replace("ø", "o").replace("ß", "ss").replace("æ", "ae").replace("ł", "l")
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isalnum())
    return letters or text


def _last(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _stem(name: str) -> str:
    return PurePosixPath(name).stem if name not in ("", ".", "..") else name
