"""More than two voices in an answer, or two of which nobody knows who asks. Pure.

In: voiceprints of stretches of speech. Out: which of them are one voice's; and which sentences must not be quoted
while it is not sure who asks: every question, and what another voice says after one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reelmaker.model import Sentence
from reelmaker.transcribe.diarization import turns

if TYPE_CHECKING:
    import numpy as np

ALIKE = 0.70  # mean likeness of two groups from which they are one voice
MOST = 400  # stretches that are compared; a longer recording is left to the rule for questions
SHARE = 0.05  # of the stretches that a voice of its own has at least; fewer are noise, laughter, both at once
OTHER = 0.64  # likeness below which what follows a question is another voice: of one voice, 1 in 200 is less
OTHER_SURE = 0.70  # the same where the interviewer is known: a question more or less that is not quoted costs little
CHANGES = 2  # questions answered by another voice from which an answer has several voices


def voices(heard: np.ndarray) -> list[np.ndarray]:
    """The stretches of each voice, shape (stretches,) each, the one with most first; what belongs to none is in none.

    Groups are joined as long as their stretches are alike on average (average linkage).

    Args:
        heard: voiceprints of unit length, shape (stretches, 256).
    """
    import numpy as np

    many = len(heard)
    if not 2 <= many <= MOST:
        return []
    between = heard @ heard.T
    np.fill_diagonal(between, -1.0)
    sizes, groups = np.ones(many), {at: [at] for at in range(many)}
    while len(groups) > 1:
        one, other = divmod(int(between.argmax()), many)
        if between[one, other] < ALIKE:
            break
        mean = (sizes[one] * between[one] + sizes[other] * between[other]) / (sizes[one] + sizes[other])
        between[one], between[:, one] = mean, mean
        between[one, one] = -1.0
        between[other], between[:, other] = -1.0, -1.0
        sizes[one] += sizes[other]
        groups[one] += groups.pop(other)
        gone = [at for at in range(many) if at not in groups]
        between[one, gone] = between[gone, one] = -1.0
    least = max(2, SHARE * many)
    large = sorted((group for group in groups.values() if len(group) >= least), key=lambda group: (-len(group), group))
    return [np.isin(np.arange(many), group) for group in large]


def questions_left(
    sentences: Sequence[Sentence], ear: turns.Ear, asks: Callable[[Sentence], bool], *, sure: bool
) -> tuple[tuple[Sentence, ...], int]:
    """The sentences with those marked `asked` that may be somebody's who asks; and how many voices change after one.

    Args:
        sure: the interviewer is known and marked. Then a question that another voice answers is still marked, for there
            may be a second one; its answer is the customer's.
    """
    pairs = [
        (at, at + 1)
        for at in range(len(sentences) - 1)
        if asks(sentences[at]) and not sentences[at].asked and not sentences[at + 1].asked
    ]
    most = OTHER_SURE if sure else OTHER
    changed = [pair for pair in pairs if _likeness(ear, sentences[pair[0]], sentences[pair[1]]) < most]
    marked = {at for at, _ in changed}
    if not sure:
        marked |= {at for at, sentence in enumerate(sentences) if asks(sentence)} | {after for _, after in changed}
    told = tuple(
        replace(sentence, asked=True) if number in marked else sentence for number, sentence in enumerate(sentences)
    )
    return told, len(changed)


def _likeness(ear: turns.Ear, question: Sentence, following: Sentence) -> float:
    """How like the voice of a question is to that of what follows: its end beside the start of the other."""
    end = turns.ends(question.span.start_ms, question.span.end_ms)[-1]
    start = turns.ends(following.span.start_ms, following.span.end_ms)[0]
    before, after = ear([end, start])
    return float(before @ after)
