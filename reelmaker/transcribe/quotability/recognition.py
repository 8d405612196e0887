"""Words that were not clearly recognised: a whole answer, or single sentences of it. Pure.

Takes a transcript; returns which of its sentences are not fit to quote because their words are not reliable. Captions
state no confidence, so only marks such as "[inaudible]" count in them. How the limits were chosen: invented customers
were transcribed by the base model with noise and with other voices in the background. Of 60 sentences under
`NONSENSE`, 50 had fewer than half of their words right, and one had more than three quarters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reelmaker.model import Sentence

NONSENSE = 0.6  # mean confidence of a sentence's words under which it makes no sense as it was recognised
LOW = 0.65  # mean confidence under which a sentence counts as doubtful for its answer
ALMOST_ALL = 0.75  # share of an answer's words in doubtful sentences from which the whole answer is doubtful
NOT_HEARD = re.compile(
    r"[\[(<](?:\W*)(?:inaudible|unintelligible|unclear|indistinct|crosstalk|noise|unverständlich|inaudible|incompréhensible|"
    r"ininteligible|incomprensibile)[^\])>]*[\])>]|\?{3,}|_{3,}",
    re.IGNORECASE,
)
MOST_NOT_HEARD = 0.25  # of a sentence's words


def doubtful_answer(sentences: Sequence[Sentence]) -> bool:
    """Whether almost everything the customer says was recognised with low confidence."""
    own = [sentence for sentence in sentences if not sentence.asked]
    words = sum(len(sentence.words) for sentence in own)
    low = sum(len(s.words) for s in own if s.unreliable or s.confidence < LOW or _holes(s))
    return bool(words) and low >= ALMOST_ALL * words


def nonsense(sentence: Sentence) -> bool:
    """Whether a sentence makes no sense as it was recognised."""
    return sentence.confidence < NONSENSE or _holes(sentence)


def _holes(sentence: Sentence) -> bool:
    text = sentence.text
    gaps = len(NOT_HEARD.findall(text))
    word_count = len(NOT_HEARD.sub(" ", text).split())
    return bool(gaps) and gaps >= MOST_NOT_HEARD * (gaps + word_count)
