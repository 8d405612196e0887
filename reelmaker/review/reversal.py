"""Whether what somebody wants to take back, by its numbers, can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reelmaker.errors import ProjectError
from reelmaker.model.correction import Correction
from reelmaker.model.decision import Decision


def refuse(existing: Mapping[int, Decision | Correction], numbers: Sequence[int], kind: str) -> None:
    """Refuse numbers that do not exist, or that are reversed already.

    Args:
        existing: by number.
        kind: what they are, in the singular: "decision", "correction".

    Raises:
        ProjectError: names the first such number.
    """
    for number in numbers:
        if number not in existing:
            last = f"The last is {max(existing)}." if existing else "There is none yet."
            raise ProjectError(f"There is no {kind} {number}.", f"{last} See `reelmaker {kind}s`.")
        if existing[number].withdrawn:
            raise ProjectError(
                f"{kind.capitalize()} {number} was already reversed ({existing[number].withdrawn}).",
                "Nothing was changed.",
            )
