"""Whether other words reverse what is said: one "not" more or less. Pure.

The words of several languages together: a question too many costs a moment, a reversed quote costs trust.
"""

from __future__ import annotations

import re
from collections import Counter

WORDS = frozenset(
    # English, German, Dutch, French, Spanish, Portuguese, Italian, Scandinavian, Polish
    "not no never none nobody nothing nowhere neither nor cannot without hardly barely"
    " nicht kein keine keinen keinem keiner keines nie niemals nichts niemand nirgends ohne kaum"
    " niet geen nooit niets niemand nergens zonder"
    " ne pas jamais rien personne aucun aucune sans ni"
    " nunca nada nadie ningún ninguno ninguna jamás tampoco sin não ninguém nenhum nenhuma sem"
    " non mai niente nulla nessuno nessuna senza né"
    " inte ikke aldrig ingen inget intet ingenting utan uden"
    " nie nigdy nikt nic żaden żadna bez".split()
)
SHORTENED = re.compile(r"n['’]t$|^(do|does|did|ca|wo|is|are|was|were|would|could|should|have|has|had)nt$|^n['’]")
PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def turned(original: str, text: str) -> bool:
    """Whether one text has a negation that the other lacks: a word, an "n't", a prefix such as "un", "less" for "ful"."""
    before, after = ([word.lower() for word in WORD.findall(phrase)] for phrase in (original, text))
    if Counter(filter(_denies, before)).total() != Counter(filter(_denies, after)).total():
        return True
    gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return any(_opposite(removed, added) for removed in gone for added in new)


def _denies(word: str) -> bool:
    return word in WORDS or bool(SHORTENED.search(word))


def _opposite(first: str, second: str) -> bool:
    """Whether two words differ by a denying prefix or ending only."""
    short, long = sorted((first, second), key=len)
    if any(long == prefix + short for prefix in PREFIXES) and len(short) > 2:
        return True
    ends = {first[-4:], first[-3:]} | {second[-4:], second[-3:]}
    return {"less", "ful"} <= ends and first.removesuffix("less").removesuffix("ful") == second.removesuffix(
        "less"
    ).removesuffix("ful")
