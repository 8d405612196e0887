"""Unicode bidirectional algorithm: the level of each character of a line, and its visual order. Pure.

Even levels run left to right, odd ones right to left (UAX #9, one line, without explicit marks: these are control
characters, which `layout.clean` removes).
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
        is_rtl = _LETTERS.get(unicodedata.bidirectional(character))
        if is_rtl is not None:
            return is_rtl
    return False


def levels(line: str, rtl: bool) -> list[int]:
    """The level of each character of a line whose base direction is right to left (`rtl`) or left to right."""
    base = int(rtl)
    kinds = [unicodedata.bidirectional(character) or "L" for character in line]
    if not rtl and not any(kind in ("R", "AL", "AN") for kind in kinds):
        return [0] * len(line)
    positions = [index for index, kind in enumerate(kinds) if kind not in _IGNORED]
    first = [kinds[index] for index in positions]
    resolved = _neutrals(_brackets(_weak(first, base), first, [line[index] for index in positions], base), base)
    line_levels = [-1] * len(line)
    for index, kind in zip(positions, resolved, strict=True):
        line_levels[index] = _level(kind, base)
    for index in range(len(line)):
        if line_levels[index] < 0:  # a joiner has the level of what precedes it
            line_levels[index] = line_levels[index - 1] if index else base
    for index in range(len(line) - 1, -1, -1):
        if kinds[index] not in ("WS", "S", "B") and kinds[index] not in _IGNORED:
            break
        line_levels[index] = base
    return line_levels


def order(values: Sequence[int]) -> list[int]:
    """The positions of pieces with these levels, from left to right."""
    positions = list(range(len(values)))
    if not values:
        return positions
    for level in range(max(values), min((v for v in values if v % 2), default=max(values) + 1) - 1, -1):
        start = 0
        while start < len(positions):
            end = start
            while end < len(positions) and values[positions[end]] >= level:
                end += 1
            positions[start:end] = positions[start:end][::-1]
            start = max(end, start + 1)
    return positions


def _level(kind: str, base: int) -> int:
    if base % 2 == 0:
        return base + {"L": 0, "R": 1}.get(kind, 2)
    return base + (0 if kind == "R" else 1)


def _weak(first: Sequence[str], base: int) -> list[str]:
    """Rules W1 to W7: marks, numbers and the characters that belong to numbers."""
    kinds = list(first)
    start = "R" if base else "L"
    before, strong = start, start
    for index, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[index] = before
        elif kind in _LETTERS:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[index] = "AN"
        if kinds[index] in _LETTERS:
            strong = kinds[index]
        before = kinds[index]
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):
        left, right = kinds[index - 1], kinds[index + 1]
        if left == right and (
            (kinds[index] == "ES" and left == "EN") or (kinds[index] == "CS" and left in ("EN", "AN"))
        ):
            kinds[index] = left
    run_start = 0
    while run_start < len(kinds):
        run_end = run_start
        while run_end < len(kinds) and kinds[run_end] == "ET":
            run_end += 1
        if run_end > run_start and (
            (run_start and kinds[run_start - 1] == "EN") or (run_end < len(kinds) and kinds[run_end] == "EN")
        ):
            kinds[run_start:run_end] = ["EN"] * (run_end - run_start)
        run_start = max(run_end, run_start + 1)
    strong = start
    for index, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):
            kinds[index] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
    return kinds


def _brackets(kinds: list[str], first: Sequence[str], characters: Sequence[str], base: int) -> list[str]:
    """Rule N0: both brackets of a pair take the direction of their content."""
    embedding, opposite = ("R", "L") if base else ("L", "R")
    for opened, closed in _pairs(kinds, characters):
        inside = {_strong(kind) for kind in kinds[opened + 1 : closed]}
        if embedding in inside:
            direction = embedding
        elif opposite in inside:
            earlier = (strong for kind in reversed(kinds[:opened]) if (strong := _strong(kind)))
            direction = opposite if next(earlier, embedding) == opposite else embedding
        else:
            continue
        for bracket in (opened, closed):
            kinds[bracket] = direction
            after = bracket + 1
            while after < len(kinds) and first[after] == "NSM":
                kinds[after] = direction
                after += 1
    return kinds


def _pairs(kinds: Sequence[str], characters: Sequence[str]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    pairs = []
    for index, character in enumerate(characters):
        if kinds[index] != "ON":
            continue
        if character in _CLOSES:
            stack.append((_CLOSES[character], index))
        elif character in _CLOSING:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == character:
                    pairs.append((stack[depth][1], index))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _strong(kind: str) -> str:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else ""


def _neutrals(kinds: list[str], base: int) -> list[str]:
    """Rules N1 and N2: characters without a direction follow their neighbours if these agree, else the line."""
    embedding = "R" if base else "L"
    run_start = 0
    while run_start < len(kinds):
        run_end = run_start
        while run_end < len(kinds) and kinds[run_end] in _NEUTRAL:
            run_end += 1
        if run_end > run_start:
            left = _strong(kinds[run_start - 1]) if run_start else embedding
            right = _strong(kinds[run_end]) if run_end < len(kinds) else embedding
            kinds[run_start:run_end] = [left if left == right else embedding] * (run_end - run_start)
        run_start = max(run_end, run_start + 1)
    return kinds
