"""The result of every reader of captions and transcripts: phrases with their times. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reelmaker.errors import TranscriptError
from reelmaker.model import Word
from reelmaker.transcribe import unspaced_scripts

MOST_PHRASES = 100_000
MOST_WORDS_A_SECOND, ALWAYS_WORDS = 8, 1000  # nobody speaks faster; so many are never too many
LONGEST_TEXT = 20_000  # characters of one phrase
LONGEST_WORD = 100  # characters; what is longer was never said
LATEST_MS = 7 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a caption without markup.

    `voice`: who speaks according to a tag. `segments`: (start in ms or None, text) where words have times of their own.
    """

    text: str
    voice: str = ""
    segments: tuple[tuple[int | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption as written: its times in ms, its lines, the word that is marked in it."""

    start_ms: int
    end_ms: int
    lines: tuple[Line, ...]
    marked: str = ""

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one speaker says without a break: `speaker` as the file names them ("" unknown), `turn` counts changes."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    turn: int = 0
    words: tuple[Word, ...] = field(default=())  # with times of their own; else they are spread over the phrase

    def timed(self) -> Sequence[Word]:
        """Its words with their times."""
        return self.words or spread(self.text, self.start_ms, self.end_ms)


def spread(spoken: str, start_ms: int, end_ms: int) -> list[Word]:
    """The words of a text inside a stretch, each as long as its share of the letters."""
    pieces = unspaced_scripts.pieces(spoken)
    total = sum(len(text) + 1 for text, _ in pieces)
    words: list[Word] = []
    letters = 0
    for text, glued in pieces:
        begin = start_ms + (end_ms - start_ms) * letters // max(1, total)
        letters += len(text) + 1
        end = start_ms + (end_ms - start_ms) * letters // max(1, total)
        if len(text) <= LONGEST_WORD:
            words.append(Word(text, begin, end, glued=glued and bool(words)))
    return words


def refuse(name: str, what: str, remedy: str = "") -> TranscriptError:
    """The error for a sidecar that cannot be used."""
    return TranscriptError(f"{name}: {what}.", remedy or "Remove the file to use speech recognition instead.")
