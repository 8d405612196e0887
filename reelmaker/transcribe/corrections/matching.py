"""Where some words occur in a transcript. Punctuation, case and spaces make no difference. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker.model import Word, joined
from reelmaker.text import line_breaks

Place = tuple[int, int]  # index of the first word, and after the last one


def plain(text: str) -> str:
    """Only letters and digits, in one case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def places(words: Sequence[Word], text: str) -> list[Place]:
    """Everywhere that whole words say the text, in order; none for a text without letters."""
    wanted = plain(text)
    if not wanted:
        return []
    letters = [plain(word.text) for word in words]
    return [(first, stop) for first in range(len(words)) if (stop := _reaches(letters, first, wanted))]


def _reaches(letters: Sequence[str], first: int, wanted: str) -> int:
    """The index after the last word if the words from `first` on say it; otherwise 0."""
    have = ""
    for index in range(first, len(letters)):
        if index == first and not letters[index]:
            return 0
        have += letters[index]
        if have == wanted:
            return index + 1
        if not wanted.startswith(have):
            return 0
    return 0


def parts(words: Sequence[Word], text: str) -> list[Place]:
    """The same in scripts without spaces, where a word of the transcript may be a whole phrase: the words that contain
    it.
    """
    wanted = plain(text)
    if not wanted or not any(map(line_breaks.spaceless, wanted)):
        return []
    owners, letters = list[int](), ""
    for number, word in enumerate(words):
        own = plain(word.text)
        owners += [number] * len(own)
        letters += own
    matches, offset = list[Place](), letters.find(wanted)
    while offset >= 0:
        matches.append((owners[offset], owners[offset + len(wanted) - 1] + 1))
        offset = letters.find(wanted, offset + len(wanted))
    return matches


def within(words: Sequence[Word], place: Place) -> str:
    """The words of a place as one text."""
    return joined(words[place[0] : place[1]])
