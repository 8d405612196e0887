"""What each part of the tagger is worth: the tables of `moments.py` with one part after the other taken out.

`python bench/tagging/moments.py DATA --ablate`. A part is taken out by putting in its place what does nothing, such as
chances that stay as they are. Judged on the part `examples`, and on the invented surveys in `bench/data/surveys` for what
only serves spoken stories, as parts are kept or deleted by these figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import mean
from typing import Any

import numpy as np

from reelmaker.tag import semantic, sequence_model, short_answers, smoothing
from reelmaker.tag.presence import decision

Figures = Callable[[], Mapping[tuple[str, str], float]]
WORTH = 0.005  # mean average precision from which a part stays


def _as_they_are(scores: np.ndarray) -> np.ndarray:
    result: np.ndarray = 1 / (1 + np.exp(-scores))
    return result


# part -> module, what is replaced there, and what stands in its place
PARTS: Mapping[str, tuple[Any, str, Callable[..., Any]]] = {
    "smoothing": (smoothing, "shared", lambda verdict, vectors, at, trust: verdict),
    "sequence_model": (sequence_model, "posterior", lambda alone, answers, habits: _as_they_are(alone)),
    "short_answers": (short_answers, "share_alone", lambda answers, many: np.zeros(many)),
    "presence": (decision, "scores", lambda decided, ranked, known: ranked),
}


@contextmanager
def without(part: str) -> Iterator[None]:
    """The tagger without one of its parts."""
    module, name, nothing = PARTS[part]
    kept = getattr(module, name)
    setattr(module, name, nothing)
    try:
        yield
    finally:
        setattr(module, name, kept)


def show(figures: Figures, said: Sequence[str]) -> None:
    """Print mean average precision with everything, and what each part adds to it.

    Args:
        figures: judges every set anew: (data, what is asked) -> average precision.
        said: what is asked that the mean is taken over.
    """
    assert semantic  # the parts are looked up in these modules at every call
    whole = figures()
    columns = list(whole)
    print(
        f"{'worth of':<16}" + "".join(f"{name[:10] + ', ' + what[:9]:>23}" for name, what in columns) + f"{'mean':>9}"
    )
    print(
        f"{'(everything)':<16}"
        + "".join(f"{whole[column]:>23.3f}" for column in columns)
        + f"{_mean(whole, said):>9.3f}"
    )
    for part in PARTS:
        with without(part):
            rest = figures()
        gain = {column: whole[column] - rest[column] for column in columns}
        verdict = "" if _mean(gain, said) >= WORTH else f"  under {WORTH}"
        print(
            f"{part:<16}"
            + "".join(f"{gain[column]:>+23.3f}" for column in columns)
            + f"{_mean(gain, said):>+9.3f}{verdict}",
            flush=True,
        )


def _mean(figures: Mapping[tuple[str, str], float], said: Sequence[str]) -> float:
    return mean(value for (_, what), value in figures.items() if what in said)
