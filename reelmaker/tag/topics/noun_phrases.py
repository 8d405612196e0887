"""The things that people name when they talk: noun phrases, recognised by the small words around them. Pure; English.

Takes sentences; returns phrases such as "return label". There is no grammar here: a phrase begins after an article, a
possessive or a preposition and ends before the next small word. Whether a word is a thing at all is decided from
everything that was said: nouns follow "the" and "my", verbs follow "I" and "to".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from reelmaker.tag import lexical

LONGEST = 3  # words of a phrase
THING = 0.5  # share of a word's telling places from which it is a thing
BEFORE_THINGS = frozenset(
    "the a an my your our their his her its this that these those no any every each some another which whose "
    "of with at in on for by from about through into onto under over behind without near two three four five six "
    "seven eight nine ten many several few both all same own whole first second third last next only".split()
)
BEFORE_DEEDS = frozenset(
    "i you he she we they it who to don't didn't doesn't can can't could couldn't will won't would wouldn't should "
    "shouldn't must might may not never always just also really then nobody somebody everybody people "
    "i'll you'll he'll she'll we'll they'll it'll i'd you'd we'd they'd let's please".split()
)
# Deeds and states that may stand right after a thing: "the parcel sat", "the driver left"
DEEDS = frozenset(
    "sat stood broke fell lost rang sent wrote hung threw blew ran drove paid cost hurt cut hit met bit ate drank held "
    "spoke slept spent stuck shut rose grew knew saw heard brought bought sold caught taught felt meant dealt built "
    "burnt learnt won led fed bled read set put let quit spread split burst began begun drank rang sang sank swam went "
    "gone done seen said told got came left kept found gave took made says goes comes takes gives looks works means "
    "makes keeps wants needs gets has does is was were are be been had have did".split()
)
NO_HEADS = frozenset(
    "lot bit thing things way time times day days week weeks month months year years hour hours minute minutes moment "
    "kind sort part end start side point reason idea case fact place something anything nothing everything one ones "
    "others rest middle front back top bottom half number people person man woman guy lady someone anybody "
    "everybody nobody name morning evening night afternoon monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december today tomorrow yesterday "
    "spring summer autumn winter life world home husband wife mum mom mother dad father son daughter sister brother "
    "friend friends boy boys girl girls kid kids child children family neighbour neighbours neighbor cat dog "
    "shame fault course example question answer experience problem problems story situation euros pounds pound euro "
    "dollars quid everyone anyone left right same other old new good bad big small little nice great next last first "
    "second third own such much more most less whole only "
    "upstairs downstairs either outside inside away there here again later nearby abroad together alone twice once "
    "instead though maybe okay honest general total fact detail details past full future present word words".split()
)
# Words of the spoken language that carry a sentence along and name nothing
EMPTY = frozenset(
    re.split(
        r"\s+",
        "actually already always anybody anyone anything anyway basically before after bit both call called day days "
        "else end ended everybody everyone everything feel feeling felt few first found getting gave give given going "
        "good great had happy hello help honestly hour hours keep kept kind know last least left let like liked little "
        "long look looked looking love loved made making maybe mean mind minute minutes month months morning must need "
        "needed new next nice nobody nothing now off often okay old once people perhaps please point put quick rather "
        "ready right said same saw say says second see seem seemed seen since sit somebody someone something sometimes "
        "soon sort start started stop stopped such sure take taken taking talk tell thank thanks think thought three "
        "time times today told took tried try trying turn turned two under use used using usually wait waiting want "
        "wanted week weeks well without work worked working year years yes yesterday yet four five six seven eight nine "
        "ten hundred thousand twice half may june july monday tuesday wednesday thursday friday saturday sunday evening "
        "night afternoon whole through though although instead however",
    )
)
NUMBERS = frozenset("hundred thousand million dozen couple pair zero first-year per cent percent".split())
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A thing that was named: the stems of its words, its wording, and the stem of its last word."""

    key: str
    text: str
    head: str


@lru_cache(maxsize=20_000)
def named(text: str) -> tuple[Phrase, ...]:
    """The things that a sentence names, judged by its small words; also every shorter ending of a longer phrase."""
    words = WORD.findall(text.replace("’", "'"))
    # a capital inside a sentence begins a name, of a person or a place
    small = [
        word.lower() if not number or word.isupper() or word.islower() else "." for number, word in enumerate(words)
    ]
    phrases: list[Phrase] = []
    position = 0
    while position < len(words):
        begin = position
        while position < len(words) and _may_be_part(small[position], position - begin):
            position += 1
        own = words[begin:position][-LONGEST:]
        while own and own[-1].lower() in NO_HEADS:
            own = own[:-1]
        if own and begin and small[begin - 1] in BEFORE_THINGS:
            for start in range(len(own)):
                part = own[start:]
                stems = [lexical.stem(word.lower().split("'")[0]) for word in part]
                phrases.append(Phrase(" ".join(stems), " ".join(part).lower(), stems[-1]))
        position = max(position, begin + 1)
    return tuple(phrases)


def _may_be_part(word: str, number: int) -> bool:
    if len(word) < 3 or not word[0].isalpha() or "'" in word or word in lexical.COMMON or word in BEFORE_THINGS:
        return False
    if word in BEFORE_DEEDS or word in DEEDS or word in EMPTY or word in NUMBERS or word.endswith("ly"):
        return False
    return number == 0 or not word.endswith(("ed", "ing"))


def things(texts: Iterable[str]) -> frozenset[str]:
    """The stems that follow noun markers more often than verb markers."""
    thing: Counter[str] = Counter()
    deed: Counter[str] = Counter()
    for text in texts:
        for phrase in named(text):
            thing[phrase.head] += 1
        small = [word.lower() for word in WORD.findall(text.replace("’", "'"))]
        for before, word in pairwise(small):
            if before in BEFORE_DEEDS and word[0].isalpha():
                deed[lexical.stem(word.split("'")[0])] += 1
    return frozenset(stem for stem, count in thing.items() if count >= THING * (count + deed[stem]) and count > 0)


def of(texts: Sequence[str], known: frozenset[str]) -> list[tuple[Phrase, ...]]:
    """For each text the things it names: phrases whose last word is one of the known things."""
    return [tuple(phrase for phrase in named(text) if phrase.head in known) for text in texts]
