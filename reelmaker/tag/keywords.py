"""Tagging by words alone, for machines without the sentence model and for people who want a search they can verify.

One rare word of the problem, or two common ones, make a sentence count; a complete phrase counts as one more word.
This engine ignores tone and meaning: it does not recognise "I typed it in three times".
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import replace

from reelmaker.model import Moment, Problem, Sentence, Transcript
from reelmaker.tag import NOTHING, Decided, Model, lexical, reasons


def tag(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    decided: Decided = NOTHING,
) -> list[Moment]:
    """Every sentence against every problem; see the contract in `reelmaker.tag`."""
    sentences = [sentence for transcript in transcripts for sentence in transcript.sentences]
    texts = [sentence.text for sentence in sentences]
    shared_words = lexical.shared(texts, problems)
    ruled_out = lexical.shared(texts, [_near_misses(problem) for problem in problems])
    moments = []
    for position, sentence in enumerate(sentences):
        stems = set(lexical.content(sentence.text))
        for number, problem in enumerate(problems):
            phrases = [phrase for phrase in problem.phrases if _whole(phrase, stems)]
            against = [miss for miss in problem.near_misses if _whole(miss, stems)]
            shared = shared_words[number][position]
            weight = shared.weight + len(phrases[:1]) - (ruled_out[number][position].weight if against else 0)
            score = round(1 - 2 ** -max(0.0, weight), 4) if sentence.scored else 0.0
            why = [f'says "{phrases[0]}"'] if phrases else []
            why += [f"shares the words {', '.join(shared.words[:4])}"] if shared.words else []
            why += [f'close to a phrase under `not`: "{against[0]}"'] if against else []
            why = [reasons.ASKED] if sentence.asked else why or ["shares no word with it"]
            moments.append(Moment(problem.slug, (sentence,), score, tuple(why)))
    return moments


def ruled_out(sentences: Sequence[Sentence], problems: Sequence[Problem], number: int, position: int) -> float:
    """The weight that is subtracted because a sentence contains a complete near miss; 0.0 for none."""
    stems = set(lexical.content(sentences[position].text))
    if not any(_whole(miss, stems) for miss in problems[number].near_misses):
        return 0.0
    return lexical.shared([s.text for s in sentences], [_near_misses(p) for p in problems])[number][position].weight


def _near_misses(problem: Problem) -> Problem:
    return replace(problem, statement="", describe="", phrases=problem.near_misses)


def _whole(phrase: str, stems: set[str]) -> bool:
    words = set(lexical.content(phrase))
    return bool(words) and words <= stems
