"""More than two voices in an answer, or two of which it is unknown who asks. Pure.

Takes voiceprints of stretches of speech; returns which of them belong to one voice, and which sentences must not be
quoted while it is uncertain who asks: every question, and what another voice says after one.
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


def voices(voiceprints: np.ndarray) -> list[np.ndarray]:
    """The stretches of each voice, shape (stretches,) each, the most frequent voice first; some may belong to none.

    Groups are joined as long as their stretches are similar on average (average linkage).

    Args:
        voiceprints: of unit length, shape (stretches, 256).
    """
    import numpy as np

    count = len(voiceprints)
    if not 2 <= count <= MOST:
        return []
    between = voiceprints @ voiceprints.T
    np.fill_diagonal(between, -1.0)
    sizes, groups = np.ones(count), {index: [index] for index in range(count)}
    while len(groups) > 1:
        first, second = divmod(int(between.argmax()), count)
        if between[first, second] < ALIKE:
            break
        mean = (sizes[first] * between[first] + sizes[second] * between[second]) / (sizes[first] + sizes[second])
        between[first], between[:, first] = mean, mean
        between[first, first] = -1.0
        between[second], between[:, second] = -1.0, -1.0
        sizes[first] += sizes[second]
        groups[first] += groups.pop(second)
        gone = [index for index in range(count) if index not in groups]
        between[first, gone] = between[gone, first] = -1.0
    least = max(2, SHARE * count)
    large = sorted((group for group in groups.values() if len(group) >= least), key=lambda group: (-len(group), group))
    return [np.isin(np.arange(count), group) for group in large]


def questions_left(
    sentences: Sequence[Sentence], ear: turns.Ear, asks: Callable[[Sentence], bool], *, sure: bool
) -> tuple[tuple[Sentence, ...], int]:
    """The sentences, with `asked` on those that an asker may have said; and after how many of them the voice changes.

    Args:
        sure: the interviewer is known and marked. A question that another voice answers is still marked, because there
            may be a second one; its answer is the customer's.
    """
    pairs = [
        (index, index + 1)
        for index in range(len(sentences) - 1)
        if asks(sentences[index]) and not sentences[index].asked and not sentences[index + 1].asked
    ]
    most = OTHER_SURE if sure else OTHER
    changed = [pair for pair in pairs if _likeness(ear, sentences[pair[0]], sentences[pair[1]]) < most]
    marked = {index for index, _ in changed}
    if not sure:
        marked |= {index for index, sentence in enumerate(sentences) if asks(sentence)} | {
            after for _, after in changed
        }
    result = tuple(
        replace(sentence, asked=True) if number in marked else sentence for number, sentence in enumerate(sentences)
    )
    return result, len(changed)


def _likeness(ear: turns.Ear, question: Sentence, following: Sentence) -> float:
    """How similar the voice of a question is to that of the next sentence: the end of one against the start of the
    other.
    """
    end = turns.ends(question.span.start_ms, question.span.end_ms)[-1]
    start = turns.ends(following.span.start_ms, following.span.end_ms)[0]
    before, after = ear([end, start])
    return float(before @ after)
