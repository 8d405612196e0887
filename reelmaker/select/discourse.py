"""Which sentences depend on their neighbours: incomplete ones, contrasts, answers to a question, references back.
Pure.

Takes two consecutive sentences; returns how one needs the other. Works in English; in other languages only punctuation
and lower-case letters count, and without those nothing is recognised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

Lean = Literal["", "soft", "hard"]

FILLERS = r"^\W*(?:(?:well|oh|um+|uh+|erm?|hm+|okay|ok|you know|i mean|anyway)\b\W*)*"
SUBJECT = r"(?:i|i'm|i'd|i've|it|it's|we|you|they|he|she|the|this|that|there|my|your|our|their|people)\b"
# A sentence that begins like this contradicts what was said before it
CONTRAST = re.compile(
    FILLERS + r"(?P<turn>but|however|though|although|even though|even so|then again|mind you|on the other hand|"
    r"on the plus side|on the bright side|that said|having said that|that being said|to be fair|in fairness|in all fairness|"
    r"nevertheless|nonetheless|except|yet(?! again)|still(?=,| "
    + SUBJECT
    + r")|no(?=[,.])|not(?= \w+\W*$|\W*$)|actually|"
    r"or rather|apart from that|other than that|otherwise)\b",
    re.IGNORECASE,
)
# or says so within its first words: "It arrived early though", "The crew, on the other hand"
INSIDE = re.compile(
    r"^(?:\W*[\w'’-]+){1,5}?\W+(?P<turn>though|however|on the other hand|mind you|to be fair)\b(?! (?:i|we|it|they|the)\b)",
    re.IGNORECASE,
)
ANSWER = re.compile(
    FILLERS + r"(?:yes|yeah|yep|yup|no(?=[,.!]|$)|nope|not (?:really|at all|yet|quite|once|for me)|never[,.!]|"
    r"exactly|absolutely|definitely|of course|sometimes|sure[,.!]|nothing[,.!]|both[,.!]|neither)\b",
    re.IGNORECASE,
)
VERB = (
    r"(?:'s|'re|'d|'ll|'ve)|"
    r" (?:is|isn't|was|wasn't|were|weren't|are|aren't|has|hasn't|had|hadn't|have|haven't|would|wouldn't|will|won't|can|can't|"
    r"could|couldn't|did|didn't|does|doesn't|do|don't|should|shouldn't|made|means|meant|came|never|just|also|really|\w+ed|\w+s)\b"
)
# Refers back to something that only the sentence before names
POINTS = re.compile(
    FILLERS + r"(?:(?:and |so |then |because )?(?:(?:they|he|she)\b|(?:it|that|this|these|those)(?:" + VERB + r"))|"
    r"(?:one|two|some|both|all|most|none|half|neither|each|another) of (?:them|these|those)\b|"
    r"because\b|which\b|and so\b|or\b(?! rather)|same (?:here|with|for)\b|neither\b|so (?:it|that|they)\b)",
    re.IGNORECASE,
)
# "It took an hour", "it's been weeks", "it feels like" refer to nothing
IMPERSONAL = re.compile(
    FILLERS + r"(?:and |so |then )?it(?:'s| has| had|'d)? (?:been|took|takes|seems|seemed|feels|felt|looks like|rained|"
    r"(?:only |just |just only )?(?:took|takes))\b|"
    + FILLERS
    + r"it(?:'s| is| was) (?:like|as if|just that|only that)\b",
    re.IGNORECASE,
)
# Continues what was before, and is complete without it
GOES_ON = re.compile(
    FILLERS + r"(?:and|so|then|also|plus|besides|after that|in the end)\b",
    re.IGNORECASE,
)
# Says that what follows is minor compared with what was before
ONLY = re.compile(FILLERS + r"(?P<only>maybe|perhaps|the only (?:thing|problem|issue|downside)|only)\b", re.IGNORECASE)
END = re.compile(r"[.!?…。！？؟।]+[\"'”’»)\]]*$")
# A sentence does not end with one of these
OPEN_END = re.compile(
    r"(?:[,;:–-]|\b(?:not|n't|and|but|or|because|so|if|when|that|which|who|the|a|an|to|of|for|with|in|on|at|my|your|our|"
    r"their|than|is|was|were|are|very|no|never))[\"'”’»)\]]*$",
    re.IGNORECASE,
)
SHORT_ANSWER_WORDS = 8


@lru_cache(maxsize=50_000)
def ends(text: str) -> bool:
    """True if the text ends with the punctuation of a finished sentence."""
    return bool(END.search(text.strip()))


def punctuated(texts: Sequence[str]) -> bool:
    """True if an answer is written with sentence punctuation, so that missing punctuation means something."""
    return sum(ends(text) for text in texts) * 2 >= len(texts)


@lru_cache(maxsize=50_000)
def torn(before: str, after: str, marks: bool) -> bool:
    """True if the two are parts of one sentence.

    Args:
        marks: whether the answer is written with sentence punctuation.
    """
    before, after = before.strip(), after.strip()
    if ends(before) and not before.endswith(("...", "…")):
        return False
    small = after[:1].islower() and not re.match(r"i\b", after)
    if before.endswith((",", ";", ":")):
        return marks or small
    return marks and (small or bool(OPEN_END.search(before)))


def turns(text: str) -> str:
    """The word with which a sentence contradicts what was said before it, as it was said; "" for none."""
    match = CONTRAST.match(text.replace("’", "'"))
    return match["turn"] if match else ""


def turns_inside(text: str) -> str:
    """The word with which it contradicts a little later; such a sentence is usually about something else."""
    match = INSIDE.match(text.replace("’", "'"))
    return match["turn"] if match else ""


def only(text: str) -> str:
    """The words with which a sentence calls itself minor compared with what was said before; "" for none."""
    match = ONLY.match(text)
    return match["only"] if match else ""


@lru_cache(maxsize=50_000)
def leans(text: str, before: str) -> Lean:
    """How a sentence needs the one before: hard (it cannot be understood alone), soft (it continues it)."""
    plain = text.replace("’", "'")
    if answers(text, before):
        return "hard"
    if turns(text):
        return "soft"
    if POINTS.match(plain) and not IMPERSONAL.match(plain):
        return "hard"
    return "soft" if GOES_ON.match(plain) or turns_inside(text) or only(text) else ""


def asks(text: str) -> bool:
    """True for a question."""
    return text.strip().endswith(("?", "？", "؟"))


def answers(text: str, before: str) -> bool:
    """True for a short answer: to a question asked just before, or one that means nothing without what was before."""
    short = len(text.split()) <= SHORT_ANSWER_WORDS
    plain = text.replace("’", "'")
    if asks(before):
        return short or bool(ANSWER.match(plain))
    return bool(ANSWER.match(plain))
