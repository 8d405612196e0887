"""Text that Whisper may have made up: endless repetitions, and mere guesses. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

from reelmaker.model import Sentence

LOOPING = 2.4  # compression ratio over which a text repeats itself
GUESS = 0.2  # mean confidence below which a sentence is a guess


def mark_loops(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences, marked unreliable if they repeat themselves or each other over and over, or are mere guesses."""
    texts = [" ".join(sentence.text.lower().split()) for sentence in sentences]
    marked = []
    for number, sentence in enumerate(sentences):
        near = texts[max(0, number - 2) : number + 3]
        looping = near.count(texts[number]) >= 3 or repeats(sentence.text)
        marked.append(replace(sentence, unreliable=looping or sentence.confidence < GUESS))
    return tuple(marked)


def repeats(text: str) -> bool:
    """Whether a text repeats itself over and over: it compresses too well, or one phrase fills it."""
    raw = text.encode()
    if len(raw) > 60 and len(raw) / len(zlib.compress(raw)) > LOOPING:
        return True
    words = text.lower().split()
    for size in (1, 2, 3, 4):
        run = 1
        for index in range(size, len(words) - size + 1, size):
            run = run + 1 if words[index : index + size] == words[index - size : index] else 1
            if run * size >= 6 and run >= 4:
                return True
    return False
