"""A topic's sentences -> the problem a team could paste: a short name, a statement and phrases in customers' words. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import pairwise

from reelmaker.model import Kind, Problem
from reelmaker.tag import lexical
from reelmaker.tag.topics.clustering import Said, Topic

MANY_WORDS, MANY_PHRASES = 5, 4
LOUD = 0.2  # mean tone from which a topic is a complaint or praise
LONGEST_SLUG = 40  # as reelmaker.toml has it
STATEMENTS = {
    "pain": "Customers complain of: {}",
    "praise": "Customers praise: {}",
    "any": "Customers speak of: {}",
}
QUESTIONS = {
    "pain": "What would have to change for nobody to complain of {} again?",
    "praise": "How do we give every customer a reason to praise {}?",
    "any": "What do customers want us to know about {}?",
}
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


def kind_of(tone: float) -> Kind:
    """What a topic of this mean tone looks for."""
    return "pain" if tone <= -LOUD else "praise" if tone >= LOUD else "any"


def words(said: Sequence[Said], members: Sequence[int], many: int = MANY_WORDS) -> list[str]:
    """The words, and pairs of words, that its customers use and the others do not, the most telling first."""
    inside = {said[at].person for at in members}
    others = {one.person for one in said} - inside
    chosen = set(members)
    used: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    seen: set[tuple[str, bool, str]] = set()
    for at, one in enumerate(said):
        mine = at in chosen
        for key, spoken in _terms(one.text):
            if mine:
                shown.setdefault(key, Counter())[spoken] += 1
            if (one.person, mine, key) not in seen:
                seen.add((one.person, mine, key))
                (used if mine else elsewhere)[key] += 1

    def telling(key: str) -> float:
        share = used[key] / len(inside)
        outside = (elsewhere[key] + 0.5) / (len(others) + len(inside) + 1)
        alone = 0.4 if used[key] == 1 and len(inside) > 1 else 1.0  # one customer's word names nobody else's topic
        pair = 1.3 if " " in key and used[key] > 1 else 0.5 if " " in key else 1.0
        return round(alone * pair * share * math.log(1 + share / outside), 6)

    picked: list[str] = []
    parts: set[str] = set()
    for key in sorted(shown, key=lambda key: (-telling(key), key)):
        if parts & set(key.split()):
            continue
        parts |= set(key.split())
        picked.append(min(shown[key], key=lambda spoken: (-shown[key][spoken], spoken)))
        if len(picked) == many:
            break
    return picked


@lru_cache(maxsize=20_000)
def _terms(text: str) -> tuple[tuple[str, str], ...]:
    """(stems, as it was said) of each naming word and of each pair that stands together."""
    places = [(start, end) for start, end in lexical.places(text) if _names(text[start:end].lower().replace("’", "'"))]
    found = [(start, end, lexical.stem(text[start:end].lower().split("'")[0])) for start, end in places]
    single = [(key, text[start:end].lower()) for start, end, key in found]
    pairs = [
        (f"{a[2]} {b[2]}", f"{text[a[0] : a[1]]} {text[b[0] : b[1]]}".lower())
        for a, b in pairwise(found)
        if text[a[1] : b[0]].isspace() and a[2] != b[2]
    ]
    return (*single, *pairs)


def _names(word: str) -> bool:
    bare = word.split("'")[0]
    return len(bare) > 2 and bare not in EMPTY and not any(letter.isdigit() for letter in bare)


def slug(named: Sequence[str], taken: Container[str]) -> str:
    """A short name that reelmaker.toml accepts and that is not taken."""
    plain = unicodedata.normalize("NFKD", "-".join(named[:2])).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or "topic"
    if base == "all":
        base = "topic-all"
    found, number = base, 2
    while found in taken:
        end = f"-{number}"
        found, number = base[: LONGEST_SLUG - len(end)].rstrip("-") + end, number + 1
    return found


def phrases(said: Sequence[Said], members: Sequence[int], many: int = MANY_PHRASES) -> list[str]:
    """The most typical sentences, one of each customer as far as there are enough."""
    picked: list[str] = []
    often: Counter[str] = Counter()
    for turn in range(many):
        for at in members:
            one = said[at]
            if len(picked) < many and often[one.person] == turn and one.text not in picked:
                picked.append(one.text)
                often[one.person] += 1
    return picked


def problem(said: Sequence[Said], topic: Topic, taken: Container[str]) -> Problem:
    """The topic as a section of reelmaker.toml would describe it."""
    named = words(said, topic.members)
    kind = kind_of(topic.tone)
    spoken = phrases(said, topic.members)
    shown = " and ".join(named[:2]) or "this"
    return Problem(
        slug(named, taken),
        STATEMENTS[kind].format(", ".join(named[:3]) or spoken[0]),
        (QUESTIONS[kind].format(shown),),
        describe=", ".join(named) or spoken[0],
        phrases=tuple(spoken),
        kind=kind,
    )
