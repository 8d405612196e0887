"""Which sentence is the point of a clip: the one that states the complaint, not the one that sets the scene. Pure.

"We went to the checkout" is as close to a problem with the checkout as "and it emptied my basket", and often closer.
The tone of the single sentence separates them: a sentence that sets the scene sounds neutral, and so does a denial
such as "nobody came" or "not one of them worked". The constants were chosen on invented spoken surveys
(tests/helpers/words).
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from reelmaker.model import Kind, Moment
from reelmaker.tag import sentiment

NEUTRAL = -0.2  # the tone of a sentence that only says what happened
TONE = 1.2  # of the tone beside the score
DENIED, MOST_DENIED = 0.07, 2  # for each word that denies, and how many of them count
NEAR = 0.1  # so little behind the best sentence, another states it as well
FAR = 0.4  # so far behind the best sentence, another is only its setting
SCENE = 0.15  # a sentence that the next one leans on and outdoes is worth so much less
STATED = 0.25  # of tone beyond neutral: from there on a sentence takes a side
CRITICAL = 0.15  # of tone below neutral: from there on a sentence is critical
PLAIN_WORDS = 0.25  # of tone that plainly critical or praising words count for
DENIES = re.compile(
    r"\b(?:not|no|never|nothing|nobody|none|without|only|still|too|nowhere|neither)\b|n['’]t\b", re.IGNORECASE
)


def stance(moment: Moment) -> float:
    """The tone of a sentence relative to a neutral one: negative is critical, positive praising."""
    return moment.tone - NEUTRAL


def stated(moment: Moment, kind: Kind) -> float:
    """How clearly a sentence states what a problem of this kind looks for; about 0 for a neutral sentence."""
    side = stance(moment)
    return abs(side) if kind == "any" else side if kind == "praise" else -side


def point(moment: Moment, kind: Kind, score: float | None = None) -> float:
    """How well the sentence serves as the point of a clip; `score` replaces its own score."""
    denied = DENIED * min(MOST_DENIED, len(DENIES.findall(moment.text))) if kind != "praise" else 0.0
    return (moment.score if score is None else score) + TONE * stated(moment, kind) + denied


def critical(moment: Moment) -> bool:
    """Whether a sentence is clearly critical."""
    return stance(moment) + PLAIN_WORDS * sentiment.polarity(moment.text) <= -CRITICAL


def strongest_critic(moments: Sequence[Moment], places: Container[tuple[str, int]]) -> tuple[str, int] | None:
    """The position of the strongest critical sentence: (response, index); None if there is none.

    Args:
        moments: one for each sentence, of one problem, those that count.
        places: the sentences that a clip can show.
    """
    able = [m for m in moments if critical(m) and (m.sentences[0].response, m.sentences[0].index) in places]
    best = max(able, key=lambda m: (point(m, "pain"), m.sentences[0].response, -m.span.start_ms), default=None)
    return (best.sentences[0].response, best.sentences[0].index) if best else None
