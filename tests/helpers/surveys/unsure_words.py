"""Captions with confidences, so that words of a small survey are recognised unsurely without any model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from reelmaker.review import search


def recognise(folder: Path, name: str, sayings: Sequence[str], unsure: Mapping[str, float]) -> None:
    """Take an answer in again: said at the times of `captions`, these words with this confidence.

    Args:
        unsure: word, with its punctuation -> confidence.
    """
    segments = []
    for at, text in enumerate(sayings):
        words = text.split()
        step = 1.6 / len(words)
        timed = [
            {
                "word": f" {word}",
                "start": round(2 * at + step * number, 3),
                "end": round(2 * at + step * (number + 1), 3),
                "probability": unsure.get(word, 0.95),
            }
            for number, word in enumerate(words)
        ]
        segments.append({"start": 2.0 * at, "end": 2 * at + 1.6, "text": text, "words": timed})
    (folder / "uploads" / f"{name}.vtt").unlink(missing_ok=True)
    (folder / "uploads" / f"{name}.json").write_text(json.dumps({"segments": segments}), "utf-8")
    search.moments(folder)
