"""What striking words may do to the meaning of a quote: a "not" or a "but" that goes, one half of a question. Pure.

Takes the sentences of a clip and the words that remain of them before and after; returns reasons to listen again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from reelmaker.model import Sentence, Word, joined
from reelmaker.select import discourse
from reelmaker.transcribe.corrections import negation

# A contrast inside a sentence; several languages together, as for negations
CONTRASTS = frozenset(
    "but however although though except unless aber sondern obwohl trotzdem maar hoewel mais cependant pero aunque"
    " sino mas porém embora ma però tuttavia men ale jednak".split()
)
FILLERS = re.compile(discourse.FILLERS, re.IGNORECASE)

Run = tuple[Word | None, list[Word], Word | None]


def risks(sentences: Sequence[Sentence], before: Sequence[Word], after: Sequence[Word]) -> list[str]:
    """Why somebody should listen before these words are struck, in plain words; none for harmless strikes.

    Args:
        sentences: those of the clip, complete.
        before, after: the words that the clip shows without and with the new strikes.
    """
    remaining, gone = set(after), [word for word in before if word not in set(after)]
    if not gone:
        return []
    found, runs = list[str](), _runs(before, remaining)
    if negation.turned(joined(before), joined(after)):
        found.append('it takes away a "not" or "never"')
    elif _hangs(runs, lambda word: negation.turned(word.text, ""), after_only=True):
        found.append('a "not" or "never" is left without the words it was about')
    if any(_plain(word) in CONTRASTS for word in gone):
        found.append('it takes away a "but"')
    elif _hangs(runs, lambda word: _plain(word) in CONTRASTS, after_only=False):
        found.append('a "but" is left without what it contrasts with')
    if _halves_question(sentences, remaining, set(gone)):
        found.append("it parts a question from its answer")
    return found


def _hangs(runs: Sequence[Run], is_such: Callable[[Word], bool], *, after_only: bool) -> bool:
    """Whether such a word stays next to words that go, other than fillers.

    Args:
        after_only: it is about the words after it; otherwise also about those before.
    """
    for first, words, last in runs:
        if FILLERS.fullmatch(joined(words)):
            continue
        if (first and is_such(first)) or (last and not after_only and is_such(last)):
            return True
    return False


def _runs(before: Sequence[Word], remaining: set[Word]) -> list[Run]:
    """Words that go together, with the words that stay on both sides."""
    runs, last = list[Run](), None
    for goes, group in groupby(before, key=lambda word: word not in remaining):
        words = list(group)
        if goes:
            runs.append((last, words, None))
        elif runs and runs[-1][2] is None:
            runs[-1] = (runs[-1][0], runs[-1][1], words[0])
        last = words[-1]
    return runs


def _halves_question(sentences: Sequence[Sentence], remaining: set[Word], gone: set[Word]) -> bool:
    """Whether a question loses words and stays, or it or the words after it go while the other stays."""
    for number, sentence in enumerate(sentences):
        if not discourse.asks(sentence.text):
            continue
        following = sentences[number + 1].words if number + 1 < len(sentences) else ()
        stays, loses = (bool(words & set(sentence.words)) for words in (remaining, gone))
        answer_stays, answer_loses = (bool(words & set(following)) for words in (remaining, gone))
        if (loses and (stays or answer_stays)) or (stays and answer_loses and not answer_stays):
            return True
    return False


def _plain(word: Word) -> str:
    return "".join(character for character in word.text.lower() if character.isalpha())
