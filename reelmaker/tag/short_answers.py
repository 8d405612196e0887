"""Short answers, as people write them: each sentence is judged by its own words, each clause by its own tone.

"The pasta was superb, but we waited an hour" praises one thing and complains about another: the tone towards a problem
is that of the clause with the problem's words. Takes what each sentence is about; returns log odds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from reelmaker.model import Problem
from reelmaker.tag import lexical
from reelmaker.tag.aspect import Subject

if TYPE_CHECKING:
    import numpy as np

# Sentences in an answer -> how far they are judged alone; a longer one is a story, judged in its context
ALONE = {1: 1.0, 2: 0.7, 3: 0.4}
PHRASING, TONE, SLOPE, ORDINARY = 0.5, 1.6, 0.52, 5.7
LOUDEST = 3.0  # log odds of a tone at which it says no more
TYPICAL_TONE = (0.2, 0.6)  # mean and deviation of a clause's tone, -1..1
FOCUS = 6.0  # how much more the clause counts in which the problem's own words stand
SHORTEST = 3  # words of a clause
BREAKS = re.compile(
    r"[,;:.!?()—–]|\s-+\s|\b(?:but|and|although|though|while|however|because|so|which|except|yet|or)\b",
    re.IGNORECASE,
)


def share_alone(answers: Sequence[slice], sentence_count: int) -> np.ndarray:
    """How far each sentence is judged by itself, 0..1, shape (sentences,)."""
    import numpy as np

    share = np.zeros(sentence_count)
    for answer in answers:
        share[answer] = ALONE.get(answer.stop - answer.start, 0.0)
    return share


def clauses(text: str) -> list[tuple[int, int]]:
    """The spans of the clauses of a sentence: first character and one past the last. A short one joins its neighbour."""
    cuts = [0]
    for match in BREAKS.finditer(text):
        cut = match.start() if match[0][0].isalpha() else match.end()
        if len(text[cuts[-1] : cut].split()) >= SHORTEST:
            cuts.append(cut)
    if len(cuts) > 1 and len(text[cuts[-1] :].split()) < SHORTEST:
        cuts.pop()
    return list(pairwise([*cuts, len(text)]))


def log_odds(
    texts: Sequence[str],
    positions: Sequence[int],
    subject: Subject,
    problems: Sequence[Problem],
    sentence_tones: np.ndarray,
    complaint: Callable[[Sequence[str]], np.ndarray],
) -> np.ndarray:
    """Log odds that each sentence complains of (or praises) each problem, shape (problems, sentences).

    Args:
        positions: of the sentences whose clauses are judged one by one; the others have one tone.
        sentence_tones: how much each sounds like a complaint rather than praise, in log odds, shape (sentences,).
        complaint: the same for any texts.
    """
    import numpy as np

    tone = np.tile(np.tanh(sentence_tones / LOUDEST), (len(problems), 1))
    cut = {number: clauses(texts[number]) for number in positions}
    parts = [texts[number][a:b].strip() for number, spans in cut.items() for a, b in spans]
    loud = np.tanh(complaint(parts) / LOUDEST) if parts else np.zeros(0)
    begin = 0
    for number, spans in cut.items():
        own = loud[begin : begin + len(spans)]
        begin += len(spans)
        words = lexical.places(texts[number])
        for row in range(len(problems)):
            tone[row, number] = _heard(own, spans, words, subject.own_words[row][number])
    sign = np.where([[problem.kind == "praise"] for problem in problems], -1.0, 1.0)
    tone_odds = sign * (tone - TYPICAL_TONE[0]) / TYPICAL_TONE[1]
    result: np.ndarray = SLOPE * (subject.standing + PHRASING * subject.phrasing + TONE * tone_odds - ORDINARY)
    return result


def _heard(
    loud: np.ndarray, spans: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]], own: np.ndarray
) -> float:
    """The tone of a sentence's clauses, weighted towards those with the problem's own words."""
    import numpy as np

    near = [
        max(
            (float(sure) for (a, b), sure in zip(words, own, strict=False) if start <= a and b <= end),
            default=0.0,
        )
        for start, end in spans
    ]
    weight = np.exp(FOCUS * np.array(near))
    return float(weight @ loud / weight.sum())
