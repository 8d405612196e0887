"""A line's letters -> their levels (even: left to right, odd: right to left) and the order they stand in. Pure.

The Unicode bidirectional algorithm (UAX #9) for one line without explicit marks: those are control characters,
and `typeset.clean` leaves them out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_PAIRS = "()[]{}⁅⁆⁽⁾₍₎⌈⌉⌊⌋〈〉❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟦⟧⟨⟩⟪⟫⦅⦆〈〉《》「」『』【】〔〕（）［］｛｝｟｠｢｣"
_CLOSES = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_CLOSING = set(_CLOSES.values())
_LETTERS = {"L": False, "R": True, "AL": True}
_IGNORED = {"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_NEUTRAL = {"ON", "WS", "S", "B"}


def right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    for character in text:
        found = _LETTERS.get(unicodedata.bidirectional(character))
        if found is not None:
            return found
    return False


def levels(line: str, rtl: bool) -> list[int]:
    """The level of each character of a line that runs right to left or left to right as a whole."""
    base = int(rtl)
    kinds = [unicodedata.bidirectional(character) or "L" for character in line]
    if not rtl and not any(kind in ("R", "AL", "AN") for kind in kinds):
        return [0] * len(line)
    seen = [at for at, kind in enumerate(kinds) if kind not in _IGNORED]
    first = [kinds[at] for at in seen]
    resolved = _neutrals(_brackets(_weak(first, base), first, [line[at] for at in seen], base), base)
    found = [-1] * len(line)
    for at, kind in zip(seen, resolved, strict=True):
        found[at] = _level(kind, base)
    for at in range(len(line)):
        if found[at] < 0:  # a joiner stands with what is before it
            found[at] = found[at - 1] if at else base
    for at in range(len(line) - 1, -1, -1):
        if kinds[at] not in ("WS", "S", "B") and kinds[at] not in _IGNORED:
            break
        found[at] = base
    return found


def order(values: Sequence[int]) -> list[int]:
    """Positions from left to right of pieces with these levels."""
    places = list(range(len(values)))
    if not values:
        return places
    for level in range(max(values), min((v for v in values if v % 2), default=max(values) + 1) - 1, -1):
        at = 0
        while at < len(places):
            end = at
            while end < len(places) and values[places[end]] >= level:
                end += 1
            places[at:end] = places[at:end][::-1]
            at = max(end, at + 1)
    return places


def _level(kind: str, base: int) -> int:
    if base % 2 == 0:
        return base + {"L": 0, "R": 1}.get(kind, 2)
    return base + (0 if kind == "R" else 1)


def _weak(first: Sequence[str], base: int) -> list[str]:
    """Rules W1 to W7: marks, numbers and what belongs to numbers."""
    kinds = list(first)
    start = "R" if base else "L"
    before, strong = start, start
    for at, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[at] = before
        elif kind in _LETTERS:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
        if kinds[at] in _LETTERS:
            strong = kinds[at]
        before = kinds[at]
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):
        left, right = kinds[at - 1], kinds[at + 1]
        if left == right and ((kinds[at] == "ES" and left == "EN") or (kinds[at] == "CS" and left in ("EN", "AN"))):
            kinds[at] = left
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > at and ((at and kinds[at - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")):
            kinds[at:end] = ["EN"] * (end - at)
        at = max(end, at + 1)
    strong = start
    for at, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[at] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"
    return kinds


def _brackets(kinds: list[str], first: Sequence[str], characters: Sequence[str], base: int) -> list[str]:
    """Rule N0: both brackets of a pair go with what they hold."""
    own, other = ("R", "L") if base else ("L", "R")
    for opened, closed in _pairs(kinds, characters):
        inside = {_strong(kind) for kind in kinds[opened + 1 : closed]}
        if own in inside:
            found = own
        elif other in inside:
            earlier = (strong for kind in reversed(kinds[:opened]) if (strong := _strong(kind)))
            found = other if next(earlier, own) == other else own
        else:
            continue
        for at in (opened, closed):
            kinds[at] = found
            after = at + 1
            while after < len(kinds) and first[after] == "NSM":
                kinds[after] = found
                after += 1
    return kinds


def _pairs(kinds: Sequence[str], characters: Sequence[str]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    found = []
    for at, character in enumerate(characters):
        if kinds[at] != "ON":
            continue
        if character in _CLOSES:
            stack.append((_CLOSES[character], at))
        elif character in _CLOSING:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == character:
                    found.append((stack[depth][1], at))
                    del stack[depth:]
                    break
    return sorted(found)


def _strong(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else ""


def _neutrals(kinds: list[str], base: int) -> list[str]:
    """Rules N1 and N2: what has no direction goes with its neighbours if they agree, else with the line."""
    own = "R" if base else "L"
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > at:
            left = _strong(kinds[at - 1]) if at else own
            right = _strong(kinds[end]) if end < len(kinds) else own
            kinds[at:end] = [left if left == right else own] * (end - at)
        at = max(end, at + 1)
    return kinds
