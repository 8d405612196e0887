"""Meaning and words together: what is like the problem, said in its context, in the tone that is looked for.

In three looks: each sentence alone (`evidence`, weighed by what was learned), each sentence in its answer
(`chain`), each problem against the whole survey (`operating_point`). What was learned lies in `learned.json`,
with where it comes from; `bench/train_tagger.py` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.model import Moment, Problem, Transcript
from reelmaker.tag import chain, reasons, vectors
from reelmaker.tag.evidence import Evidence, gather

if TYPE_CHECKING:
    import numpy as np

LOWEST, HIGHEST = 0.15, 0.5  # between which the survey moves the operating point of a problem


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights by kind of problem and column of evidence; the two heads, shape (384,) and a bias each."""

    kinds: Mapping[str, Mapping[str, float]]
    habits: chain.Habits
    complaint: np.ndarray
    praise: np.ndarray


def tag(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Path | None,
    remembered: MutableMapping[str, bytes],
) -> list[Moment]:
    """Every sentence against every problem; see the contract in `reelmaker.tag`."""
    import numpy as np

    assert model is not None
    sentences = [sentence for transcript in transcripts for sentence in transcript.sentences]
    if not sentences or not problems:
        return []
    learned = _learned()
    texts = [sentence.text for sentence in sentences]
    heard = vectors.embed(texts, model, remembered)
    complaint, praise = (heard @ head[:-1] + head[-1] for head in (learned.complaint, learned.praise))
    firsts = [True, *(a.response != b.response for a, b in pairwise(sentences))]
    found = gather(
        texts,
        firsts,
        heard,
        problems,
        lambda some: vectors.embed(some, model, remembered),
        complaint,
        praise,
    )
    alone = log_odds(found, problems, learned)
    chances = in_answers(alone, firsts, problems, learned)
    scores = np.round(scale(chances, problems), 4)
    tone = np.round(1 / (1 + np.exp(-praise)) - 1 / (1 + np.exp(-complaint)), 4)
    lift = _log_odds(chances) - alone
    moments = []
    for at, sentence in enumerate(sentences):
        for number, problem in enumerate(problems):
            score = float(scores[number, at]) if sentence.quotable else 0.0
            weights = learned.kinds[problem.kind]
            why = (reasons.ASKED,) if sentence.asked else (
                reasons.of(found, problems, number, at, weights, float(lift[number, at]), score)
            )  # fmt: skip
            moments.append(Moment(problem.slug, (sentence,), score, why, float(tone[at])))
    return moments


def log_odds(found: Evidence, problems: Sequence[Problem], learned: Learned) -> np.ndarray:
    """Each sentence judged alone, shape (problems, sentences)."""
    import numpy as np

    rows = []
    for number, problem in enumerate(problems):
        weights = learned.kinds[problem.kind]
        terms = [
            weights[name] * column[number] for name, column in found.columns.items() if name in weights
        ]
        rows.append(np.sum(terms, axis=0) + weights["bias"])
    return np.stack(rows)


def in_answers(
    alone: np.ndarray, firsts: Sequence[bool], problems: Sequence[Problem], learned: Learned
) -> np.ndarray:
    """The chances, each sentence seen in its answer. A subject without a tone is judged sentence by sentence."""
    import numpy as np

    chances: np.ndarray = 1 / (1 + np.exp(-alone))
    told = [number for number, problem in enumerate(problems) if problem.kind != "any"]
    if told:
        starts = [at for at, first in enumerate(firsts) if first]
        answers = [slice(a, b) for a, b in pairwise([*starts, len(firsts)])]
        chances[told] = chain.posterior(alone[told], answers, learned.habits)
    return chances


def scale(chances: np.ndarray, problems: Sequence[Problem]) -> np.ndarray:
    """Scores: chances moved so that 0.5 is the point from which taking a sentence is worth it."""
    import numpy as np

    points = [
        0.5 if problem.kind == "any" else chain.operating_point(row, LOWEST, HIGHEST)
        for problem, row in zip(problems, chances, strict=True)
    ]
    moved = _log_odds(chances) - _log_odds(np.array(points))[:, None]
    scores: np.ndarray = 1 / (1 + np.exp(-moved))
    return scores


def _log_odds(chances: np.ndarray) -> np.ndarray:
    import numpy as np

    kept = np.clip(chances, 1e-4, 1 - 1e-4)
    odds: np.ndarray = np.log(kept / (1 - kept))
    return odds


@lru_cache(maxsize=1)
def _learned() -> Learned:
    return learned_of(json.loads((Path(__file__).parent / "learned.json").read_text("utf-8")))


def learned_of(document: Mapping[str, Any]) -> Learned:
    """What was learned, from its document."""
    import numpy as np

    heads = [np.array(document[name], np.float32) for name in ("complaint", "praise")]
    return Learned(document["kinds"], chain.Habits(**document["habits"]), heads[0], heads[1])
