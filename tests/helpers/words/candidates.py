"""Made-up customers among whom a reel is chosen."""

from __future__ import annotations

from reelmaker.model import Moment, Response, Sentence, Word


def answer(
    response: str,
    scores: list[float],
    length_ms: int = 4000,
    gap_ms: int = 400,
    texts: list[str] | None = None,
) -> list[Moment]:
    """An answer of sentences of equal length, judged."""
    moments = []
    for index, score in enumerate(scores):
        at = index * (length_ms + gap_ms)
        text = texts[index] if texts else f"word{response}{index} other{response}{index} third{response}{index}."
        parts = text.split()
        step = length_ms // len(parts)
        words = tuple(Word(part, at + n * step, at + (n + 1) * step) for n, part in enumerate(parts))
        moments.append(Moment("p", (Sentence(response, index, words),), score, ("because",)))
    return moments


def people(*names: str, **respondent: str) -> dict[str, Response]:
    return {name: Response(name, f"{name}.mp4", 60_000, respondent=respondent.get(name, "")) for name in names}
