"""How far two texts are apart: single edits from one to the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def edits(one: Sequence[str], other: Sequence[str], *, swaps: bool = True) -> int:
    """Letters (or words) left out, added or exchanged, and with `swaps` also swapped with their neighbour, each counted
    once (optimal string alignment; Damerau 1964); without, Levenshtein's distance.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if swaps and i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
