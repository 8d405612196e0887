"""Invented surveys as people speak, with the sentence that states each complaint marked by hand.

spoken_surveys.json: trade, problems, answers of [sentence, mark]. A mark is "" (nothing), a problem's short name (about
it), the name with "!" (the sentence that states it), with "+" before (praise), or hi, me, bye (small talk).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from reelmaker.model import Problem, Response, Sentence, Transcript, Word

SMALL_TALK = {"hi": "greeting", "me": "introduction", "bye": "thanks"}


@dataclass(frozen=True)
class Spoken:
    """One survey: problems, transcripts, responses by id, and the marks of each answer's sentences."""

    trade: str
    problems: list[Problem]
    transcripts: list[Transcript]
    responses: dict[str, Response]
    marks: dict[str, list[str]]

    def points(self, response: str, slug: str) -> set[int]:
        """The sentences that state it, any of which is right; none where this customer does not speak of it."""
        return {at for at, mark in enumerate(self.marks[response]) if mark.strip("+") == f"{slug}!"}


def surveys() -> list[Spoken]:
    """All of them."""
    written = json.loads((Path(__file__).parent / "spoken_surveys.json").read_text("utf-8"))
    return [_survey(number, one) for number, one in enumerate(written)]


def transcript(response: str, texts: list[str], word_ms: int = 320, pause_ms: int = 500) -> Transcript:
    """An answer as captions give it: a word after the other, a pause after each sentence."""
    sentences, at = [], 500
    for index, text in enumerate(texts):
        words = []
        for word in text.split():
            words.append(Word(word, at, at + word_ms - 20))
            at += word_ms
        sentences.append(Sentence(response, index, tuple(words)))
        at += pause_ms
    return Transcript(response, "en", "captions vtt", tuple(sentences))


def _survey(number: int, written: dict) -> Spoken:  # type: ignore[type-arg]
    problems = [
        Problem(
            slug,
            problem["statement"],
            ("What now?",),
            "",
            problem["describe"],
            tuple(problem["phrases"]),
            tuple(problem["not"]),
            problem["kind"],
        )
        for slug, problem in written["problems"].items()
    ]
    names = [f"{number}{at}" * 16 for at in range(len(written["answers"]))]
    heard = [
        transcript(name, [text for text, _ in answer]) for name, answer in zip(names, written["answers"], strict=True)
    ]
    responses = {t.response: Response(t.response, f"{t.response[:2]}.mp4", 90_000) for t in heard}
    marks = {name: [mark for _, mark in answer] for name, answer in zip(names, written["answers"], strict=True)}
    return Spoken(written["trade"], problems, heard, responses, marks)
