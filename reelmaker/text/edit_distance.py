"""Edit distance between two sequences. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def edits(first: Sequence[str], second: Sequence[str], *, swaps: bool = True) -> int:
    """The number of letters (or words) left out, added or exchanged.

    With `swaps`, swapped neighbours count as one edit (optimal string alignment; Damerau 1964); without, this is
    Levenshtein's distance.
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        above, before, row = before, row, [i]
        for j, b in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if swaps and i > 1 and j > 1 and a == second[j - 2] and b == first[i - 2]:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
