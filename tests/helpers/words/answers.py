"""Answers of made-up sentences, judged: what the tests of picking, context and fairness share."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker.model import Moment, Response, Sentence, Word


def spoken(
    response: str,
    said: Sequence[tuple[str, float]],
    *,
    tones: Sequence[float] = (),
    gap_ms: int = 400,
    word_ms: int = 350,
    problem: str = "p",
) -> list[Moment]:
    """One moment for each (text, score); words of equal length, a pause after each sentence."""
    moments, at = [], 1000
    for index, (text, score) in enumerate(said):
        words = []
        for part in text.split():
            words.append(Word(part, at, at + word_ms))
            at += word_ms
        at += gap_ms
        tone = tones[index] if tones else -0.4
        moments.append(Moment(problem, (Sentence(response, index, tuple(words)),), score, ("because",), tone))
    return moments


def people(*names: str, **respondent: str) -> dict[str, Response]:
    """A response for each name; `respondent` says whose it is."""
    return {name: Response(name, f"{name}.mp4", 60_000, respondent=respondent.get(name, "")) for name in names}


def indexes(moment: Moment) -> list[int]:
    """Places of its sentences in the answer."""
    return [sentence.index for sentence in moment.sentences]
