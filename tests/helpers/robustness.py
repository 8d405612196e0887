"""How much of the long runs is done: all of it (`make test-robustness`), or a share that is drawn by a seed.

`REELMAKER_ROBUSTNESS=full` does everything. Otherwise each run draws another share; its seed stands in the head of what
pytest prints and below what failed, and `REELMAKER_SEED=...` draws the same share again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("REELMAKER_ROBUSTNESS", "share") == "full"
# into the environment, so that every worker of xdist draws the same
SEED = int(os.environ.setdefault("REELMAKER_SEED", str(random.SystemRandom().randrange(1_000_000))))


def share(things: Sequence[T], part: float, of: object = "") -> list[T]:
    """So much of the things, in their order; all of them in a full run. `of` tells one draw of a run from another."""
    if FULL:
        return list(things)
    dice = random.Random(f"{SEED} {of}")
    return [things[at] for at in sorted(dice.sample(range(len(things)), max(1, round(part * len(things)))))]


def told() -> str:
    """What a run says of itself."""
    if FULL:
        return "robustness: in full"
    return f"robustness: a share, REELMAKER_SEED={SEED} draws it again; `make test-robustness` does it in full"
