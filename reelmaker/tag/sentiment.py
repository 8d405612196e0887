"""How strongly something is said, and how concretely, from its words. Pure; the word lists are English.

Takes a text and its tone; returns numbers 0..1. In other languages only numbers, punctuation and tone count.

Intensity counts points on a curve: 1 - 2 ** (-points / 2), so that 0 points are 0, 2 are 0.5, 4 are 0.75.

    strong words ("ridiculous", "nightmare", "brilliant")          1.0 each, three at most
    what is at stake for the speaker ("my rent", "gave up")        1.0 each, two at most
    degree words and absolutes ("so", "never", "every single")     0.5 each, four at most
    numbers of times, hours, money ("three times", "45 minutes")   0.5 each, three at most
    exclamation marks                                              0.5 each, two at most
    tone, whatever its sign                                        up to 2.0
    hedges ("maybe", "a little", "fine")                          -0.5 each
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

VERSION = 1  # a new one computes all intensities again
COMPLAINS = (
    r"aw?ful|terribl[ey]|horribl[ey]|horrendous|dreadful|appalling|disgust(?:ed|ing)|ridiculous(?:ly)?|absurd|unacceptable|"
    r"nightmare|disaster|disgrace(?:ful)?|shock(?:ed|ing)|scary|scared|frighten(?:ed|ing)|furious|livid|angry|fuming|"
    r"humiliat(?:ed|ing)|insult(?:ed|ing)|rude|hopeless|useless|pathetic|stupid|infuriating|maddening|frustrat(?:ed|ing)|"
    r"hat(?:e|ed)|desperate|heartbroken|fraud|scam|trick(?:ed)?|cheated|ripped off|robbed|broken|ruined|soaked|wrecked|"
    r"worst|lied|lies|a joke|fed up|sick of"
)
PRAISES = (
    r"fantastic|brilliant|wonderful(?:ly)?|amazing(?:ly)?|excellent|superb|perfect(?:ly)?|outstanding|incredible|magic(?:al)?|"
    r"delight(?:ed|ful)?|lov(?:e|ed|ely)|ador(?:e|es|ed)|thrilled|blown away|over the moon|best|great|impressed|spotless|"
    r"kind(?! of)|friendly|helpful|patient|polite|easy|smooth(?:ly)?|effortless|a breeze|quick(?:ly)?|prompt(?:ly)?|happy|grateful|thank(?:s| you)"
)
MILD = r"great|kind(?! of)|friendly|helpful|patient|polite|easy|smooth(?:ly)?|quick(?:ly)?|prompt(?:ly)?|happy|thank(?:s| you)|broken|best|lovely"
STAKES = (
    r"my (?:\w+ )?(?:rent|money|savings|wages|job|wedding|mortgage|health|credit card|bank|deposit|holiday)|"
    r"(?:rent|own) money|gave up|give up|walked away|never again|not coming back|won't be coming back|took the day off|"
    r"(?:i|we) (?:cried|was in tears|were in tears|lost|begged|cancelled|quit|couldn't sleep)|in tears|"
    r"my (?:\w+ )?(?:mum|mom|mother|father|dad|son|daughter|child|children|kids|baby|wife|husband)|all over again|"
    r"from the beginning|to my face|in the rain"
)
DEGREE = (
    r"so (?!that\b|i\b|we\b|they\b|he\b|she\b|it\b|you\b|the\b|my\b|to\b|far\b)\w+|such an?|really|very|extremely|absolutely|"
    r"completely|totally|utterly|incredibly|far too|way too|never|nobody|no one|nothing|nowhere|always|every single|"
    r"constantly|forever|at all|ever again|not even|couldn't even|didn't even|not once|never once|still haven't|still waiting|kept \w+ing|every time|"
    r"each time|should(?:n't| not) have to|went (?:dead|blank|wrong)|for ages|hours on end"
)
HEDGES = (
    r"maybe|perhaps|a (?:little|bit|touch)|slightly|somewhat|kind of|sort of|i think|i guess|i suppose|fairly|quite|"
    r"fine|okay|ok|not too bad|all right|alright|could be better|a shame|nothing special|no big deal|mildly"
)
NUMBER = (
    r"\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"ninety|hundred|thousand|several|half an?|an?"
)
UNITS = (
    r"times|seconds?|minutes?|hours?|days?|weeks?|months?|years?|pounds?|euros?|dollars?|quid|emails?|calls?|letters?|pages|"
    r"parcels|people|miles|attempts|tries|clicks|vans|per ?cent"
)
QUANTITY = rf"(?:[£$€]\s?\d[\d,.]*)|(?:\d[\d,.]*\s?(?:%|[£$€]))|(?:\b(?:{NUMBER})(?: (?:\w+ )?)(?:{UNITS})\b)|\btwice\b|\bthree times\b"
SPEECH = r"[\"“”„«»]|\b(?:said|says|told (?:me|us|him|her)|asked (?:me|us|him|her)|kept saying|was like|replied|answered|shouted)\b"
STEPS = (
    r"\b(?:page|button|form|screen|code|card|password|email|phone|app|website|site|basket|account|invoice|label|box|door|van|"
    r"driver|courier|queue|chat|menu|link|receipt|refund|checkout|branch|desk|counter|appointment)s?\b"
)
DAYS = (
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|last (?:week|month|year)|this morning)\b"
)
NEGATION = r"(?:\b(?:not|no|never|nothing|without|hardly)\b|n't\b)"
CONTRAST = r"\b(?:but|though|although|however|except|yet|unfortunately|on the other hand)\b"
REACH = r"(?:\W+\w+){0,4}?\W+"  # how far a negation reaches


@lru_cache(maxsize=20_000)
def of(text: str, tone: float = 0.0) -> float:
    """How strongly it is said, 0..1, by the formula at the top of this file. `tone` is -1..1."""
    plain = _plain(text)
    strong = _many(rf"\b(?:{COMPLAINS}|{PRAISES})\b", plain) - 0.5 * _many(rf"\b(?:{MILD})\b", plain)
    points = (
        1.0 * min(3, strong)
        + 1.0 * min(2, _many(rf"\b(?:{STAKES})\b", plain))
        + 0.5 * min(4, _many(rf"\b(?:{DEGREE})\b", plain))
        + 0.5 * min(3, _many(QUANTITY, plain))
        + 0.5 * min(2, plain.count("!"))
        + 2.0 * min(1.0, abs(tone))
        - 0.5 * _many(rf"\b(?:{HEDGES})\b", plain)
    )
    return _bent(points)


@lru_cache(maxsize=20_000)
def specifics(text: str) -> float:
    """How concrete it is, 0..1: numbers, days, named steps and things, quoted words."""
    plain = _plain(text)
    points = (
        min(3, _many(QUANTITY, plain) + _many(DAYS, plain))
        + min(2, _many(SPEECH, plain))
        + 0.5 * min(4, _many(STEPS, plain))
    )
    return _bent(points)


def vivid(text: str, tone: float = 0.0) -> float:
    """Concrete and intense in equal parts, 0..1: what an audience remembers."""
    return round((of(text, tone) + specifics(text)) / 2, 4)


@lru_cache(maxsize=20_000)
def polarity(text: str) -> int:
    """1 if the words clearly praise and none of them complains, -1 the other way round, otherwise 0.

    A negation before a word reverses it: "never once made him feel stupid" praises. A text with a contrast ("but",
    "though") is neither.
    """
    plain = _plain(text)
    if re.search(CONTRAST, plain):
        return 0
    good, bad = (_signs(plain, words) for words in (PRAISES, COMPLAINS))
    praise = good.count(True) + bad.count(False)
    complaint = bad.count(True) + good.count(False)
    return 1 if praise and not complaint else -1 if complaint and not praise else 0


def _signs(plain: str, words: str) -> list[bool]:
    """For each of these words in the text: True as it is, False if it is negated."""
    return [match["no"] is None for match in re.finditer(rf"(?P<no>{NEGATION}{REACH})?\b(?:{words})\b", plain)]


def _bent(points: float) -> float:
    return round(1 - math.pow(2, -max(0.0, points) / 2), 4)


def _many(pattern: str, plain: str) -> int:
    return sum(1 for _ in re.finditer(pattern, plain))


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")
