"""A topic's sentences -> the problem a team could paste: a short name, a statement and phrases in customers' words.
Pure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Sequence

from reelmaker.model import Kind, Problem
from reelmaker.tag import lexical
from reelmaker.tag.topics.clustering import Said, Topic
from reelmaker.tag.topics.noun_phrases import Phrase

MANY_NAMES, MANY_PHRASES = 5, 4
LONGER = 1.3  # how much more telling a name of several words is
SHOWN_NAMES = 2  # of them that stand in the statement and the question
FEWEST_USERS = 2  # customers of the topic who use a name
COVERED, FEWEST_ALONE = 0.5, 3  # share of a topic's customers, and how many, who use a name that stands for the whole
EVERYWHERE = 0.25  # share of the other customers who name it too, over which it names nothing in particular
LOUD = 0.2  # mean tone from which a topic is a complaint or praise
LONGEST_SLUG = 40  # as reelmaker.toml has it
STATEMENTS = {
    "pain": "Trouble with {}",
    "praise": "Praise for {}",
    "any": "What customers say about {}",
}
QUESTIONS = {
    "pain": "What would have to change for nobody to have trouble with {} again?",
    "praise": "How do we give every customer a reason to praise {}?",
    "any": "What do customers want us to know about {}?",
}


def kind_of(tone: float) -> Kind:
    """The kind of problem that a topic of this mean tone describes."""
    return "pain" if tone <= -LOUD else "praise" if tone >= LOUD else "any"


def names(
    sentences: Sequence[Said], members: Sequence[int], named: Sequence[Sequence[Phrase]], *, alone: bool = True
) -> list[str]:
    """What a person would call the topic: things that its customers name and the others do not, most distinctive first.

    Args:
        named: for each sentence of the survey the things in it, from `noun_phrases.of`.

    Returns:
        The names; empty if too few of its customers share one, unless a theme names it (`alone` is False).
    """
    chosen = set(members)
    inside: dict[str, set[str]] = {}
    outside: dict[str, set[str]] = {}
    shown: dict[str, Counter[str]] = {}
    for index, sentence in enumerate(sentences):
        for phrase in named[index]:
            (inside if index in chosen else outside).setdefault(phrase.key, set()).add(sentence.person)
            if index in chosen:
                shown.setdefault(phrase.key, Counter())[phrase.text] += 1
    people = {sentences[index].person for index in members}
    everybody = {sentence.person for sentence in sentences}

    def telling(key: str) -> float:
        share = len(inside[key]) / len(people)
        elsewhere = (len(outside.get(key, set()) - people) + 0.5) / (len(everybody) + 1)
        return round(share * math.log(1 + share / elsewhere) * (LONGER if " " in key else 1.0), 6)

    able = [key for key in inside if len(inside[key]) >= FEWEST_USERS]
    picked: list[str] = []
    for key in sorted(able, key=lambda key: (-telling(key), key)):
        if not any(set(key.split()) & set(other.split()) for other in picked) and len(picked) < MANY_NAMES:
            picked.append(key)
    if alone:
        first = picked[0] if picked else ""
        others = len(outside.get(first, set()) - people)
        few = len(inside.get(first, ())) < max(FEWEST_ALONE, COVERED * len(people))
        if few or others > EVERYWHERE * len(everybody - people):
            return []
    return [min(shown[key], key=lambda text: (-shown[key][text], text)) for key in picked]


def slug(named: Sequence[str], taken: Container[str]) -> str:
    """A short name that reelmaker.toml accepts and that is not taken."""
    plain = unicodedata.normalize("NFKD", "-".join(named[:2])).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or "topic"
    if base == "all":
        base = "topic-all"
    candidate, number = base, 2
    while candidate in taken:
        end = f"-{number}"
        candidate, number = base[: LONGEST_SLUG - len(end)].rstrip("-") + end, number + 1
    return candidate


def phrases(sentences: Sequence[Said], members: Sequence[int], count: int = MANY_PHRASES) -> list[str]:
    """The most typical sentences, one from each customer as long as there are enough."""
    picked: list[str] = []
    often: Counter[str] = Counter()
    for turn in range(count):
        for index in members:
            sentence = sentences[index]
            if len(picked) < count and often[sentence.person] == turn and sentence.text not in picked:
                picked.append(sentence.text)
                often[sentence.person] += 1
    return picked


def problem(
    sentences: Sequence[Said], topic: Topic, named: Sequence[Sequence[Phrase]], theme: str, taken: Container[str]
) -> Problem | None:
    """The topic as a section of reelmaker.toml would describe it; None if a person would have no name for it.

    Args:
        named: as for `names`.
        theme: what teams call such a topic, from `themes.nearest`; "" for none.
    """
    own = set(lexical.content(theme))
    called = [
        name for name in names(sentences, topic.members, named, alone=not theme) if not own & set(lexical.content(name))
    ]
    if not called and not theme:
        return None
    kind = kind_of(topic.tone)
    things = " and ".join(f"the {name}" for name in called[:SHOWN_NAMES])
    shown = theme or things
    statement = STATEMENTS[kind].format(shown)
    return Problem(
        slug([theme or called[0]], taken),
        f"{statement}: {things}" if theme and called else statement,
        (QUESTIONS[kind].format(shown),),
        describe=", ".join(filter(None, [theme, *called])),
        phrases=tuple(phrases(sentences, topic.members)),
        kind=kind,
    )
