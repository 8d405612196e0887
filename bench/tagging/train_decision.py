"""Learn what `reelmaker/tag/presence/background.npz` and `decision.json` hold: `python bench/tagging/train_decision.py DATA`.

DATA is a folder with `tone.jsonl` (Kotzias et al. 2015, CC-BY-4.0). Roles of the data: LEARNED from are the invented
surveys in `bench/data/surveys` (the background from `tone.jsonl` too): every problem beside its own survey, and beside two
surveys of other trades that hold nothing like it, where no sentence is on it; each with its texts whole, without phrases,
and as a bare statement. CHOSEN on the same, in four groups each judged by what the others taught, and on the part
`examples` of the labelled data, are the marks in `decision` (FLOOR, FLOOR_ALONE, OTHER_TONE). `strong` was lowered from
-0.3 to -1.0 after a look at `samples/fernhill`, which is therefore no untouched judge of it. Prints average precision.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean

import numpy as np

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE), str(HERE / "tagging"), str(HERE.parent / "tests")]

from helpers.surveys.truth import average_precision
from train_tagger import Survey, embedder
from train_tagger import read as read_survey

from reelmaker import model_files
from reelmaker.model import Problem
from reelmaker.tag import embeddings, lexical, semantic
from reelmaker.tag.presence import absolute, background, decision

TAG = HERE.parent / "reelmaker" / "tag" / "presence"
GROUPS, OTHERS, ALIKE, STIFFNESS, STRONG = 4, 2, 0.45, 1.0, -1.0
# These taught the heads: the tone is learned from the others
HEADS_HEARD = frozenset(
    [
        "airline",
        "appliances",
        "bank",
        "carhire",
        "clinic",
        "courses",
        "energy",
        "garage",
        "groceries",
        "gym",
        "hotel",
        "insurance",
        "railway",
        "software",
        "telecom",
        "tickets",
    ]
)
_KNOWN: dict[str, bytes] = {}


@dataclass(eq=False)
class Pair:
    """A problem beside a survey: what is measured, what is true."""

    survey: Survey
    problem: Problem
    heard: absolute.Heard
    columns: np.ndarray
    about: np.ndarray
    complains: np.ndarray
    own: bool
    group: int
    odds: np.ndarray = field(default_factory=lambda: np.zeros(0))


def read(texts: object) -> embeddings.Read:
    return embeddings.read(list(texts), model_files.find("minilm", "meaning"), _KNOWN)  # type: ignore[call-overload]


def main(data: Path) -> None:
    surveys = [read_survey(path, embedder()) for path in sorted((HERE / "data" / "surveys").glob("*.json"))]
    reviews = [json.loads(line)["text"] for line in (data / "tone.jsonl").open(encoding="utf-8")]
    pairs = [pair for group in range(GROUPS) for pair in pairs_of(group, surveys, reviews)]
    for group in range(GROUPS):
        fitted = fit([pair.columns for pair in pairs if pair.group != group], [p for p in pairs if p.group != group])
        for pair in pairs:
            if pair.group == group:
                pair.odds = pair.columns @ fitted[:-1] + fitted[-1]
    around = [decision.around(pair.odds, pair.heard) for pair in pairs]
    seen = fit(around, pairs)
    figures = [
        average_precision(a @ seen[:-1] + seen[-1], p.about)
        for a, p in zip(around, pairs, strict=True)
        if p.about.any() and p.problem.phrases
    ]
    print(f"{len(pairs)} pairs; average precision of what is measured alone {mean(figures):.3f}")
    document = {
        "about": "Made by bench/tagging/train_decision.py from the invented surveys in bench/data/surveys.",
        "alone": rounded(fit([pair.columns for pair in pairs], pairs)),
        "around": rounded(seen),
        "tone": rounded(tone(pairs)),
        "strong": STRONG,
    }
    (TAG / "decision.json").write_text(json.dumps(document, indent=0) + "\n", "utf-8")
    background.save(ground(surveys, reviews), TAG / "background.npz")


def ground(surveys: list[Survey], reviews: list[str]) -> background.Background:
    texts = [*reviews, *(text for survey in surveys for text in survey.texts)]
    seen = read(texts)
    return background.learned(seen.whole, seen.words, [lexical.content(text) for text in texts])


def pairs_of(group: int, surveys: list[Survey], reviews: list[str]) -> list[Pair]:
    """The pairs of one group, measured against a background that holds none of its surveys."""
    mine = surveys[group::GROUPS]
    around = ground([survey for survey in surveys if survey not in mine], reviews)
    heard = {s.name: absolute.Heard(s.texts, read(s.texts), np.array(s.firsts), around) for s in mine}
    order, found = random.Random(group), []
    for survey in mine:
        for number, problem in enumerate(survey.problems):
            others = [other for other in mine if other is not survey and not holds(other, problem)]
            for text in (problem, replace(problem, phrases=(), near_misses=()),
                         replace(problem, phrases=(), near_misses=(), describe="")):  # fmt: skip
                own = absolute.aim(text, read, around)
                for other in [survey, *order.sample(others, min(OTHERS, len(others)))]:
                    columns, none = (
                        absolute.columns(text, heard[other.name], own),
                        np.zeros(len(other.texts), bool),
                    )
                    is_own = other is survey
                    complains = survey.complains[number] if is_own else none
                    about = complains | survey.praises[number] if is_own else none
                    found.append(Pair(other, text, heard[other.name], columns, about, complains, is_own, group))
    return found


def holds(survey: Survey, problem: Problem) -> bool:
    """True where a survey of another trade has a problem much like this one."""
    theirs = read([other.describe or other.statement for other in survey.problems]).whole
    return float((theirs @ read([problem.describe or problem.statement]).whole[0]).max()) >= ALIKE


def tone(pairs: list[Pair]) -> np.ndarray:
    """Complaint against praise, of sentences that are about a problem; of surveys that the heads never heard."""
    learned = semantic._learned()
    heads = (learned.complaint, learned.praise, learned.tone)
    rows, truth = [], []
    for pair in pairs:
        if pair.own and pair.problem.phrases and pair.survey.name not in HEADS_HEARD:
            own = absolute.aim(pair.problem, read, pair.heard.background)
            found = decision.tones(
                pair.heard,
                own,
                pair.about,
                read,
                lambda some: np.stack([semantic.hear(h, some) for h in heads]),
            )
            rows.append(found[pair.about])
            truth.append(pair.complains[pair.about])
    return logistic(np.concatenate(rows), np.concatenate(truth).astype(float))


def fit(rows: list[np.ndarray], pairs: list[Pair]) -> np.ndarray:
    return logistic(np.concatenate(rows), np.concatenate([pair.about for pair in pairs]).astype(float))


def logistic(rows: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Weights and, last, the bias, by Newton's method on evened columns."""
    middle, width = rows.mean(0), rows.std(0) + 1e-6
    even = np.c_[(rows - middle) / width, np.ones(len(rows))]
    held = np.r_[np.full(rows.shape[1], STIFFNESS), 1e-6]
    fitted = np.zeros(even.shape[1])
    for _ in range(15):
        chance = 1 / (1 + np.exp(-even @ fitted))
        slope = even.T @ (chance - truth) + held * fitted
        fitted -= np.linalg.solve((even * (chance * (1 - chance))[:, None]).T @ even + np.diag(held), slope)
    return np.r_[fitted[:-1] / width, fitted[-1] - (fitted[:-1] * middle / width).sum()]


def rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 5) for value in values]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
