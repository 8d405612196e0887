"""Learn what `reelmaker/tag/learned.json` holds: `python bench/tagging/train_tagger.py DATA`.

DATA is a folder with `tone.jsonl` (Kotzias et al. 2015, Sentiment Labelled Sentences, CC-BY-4.0: lines of
`{"text", "positive"}`). The surveys in `bench/data/surveys` are invented and labelled for this purpose. Nothing of
`samples/fernhill` is learned from: it stays the test. Prints how well each survey is tagged by what was learned
from the others, then writes the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE.parent / "tests")]

from helpers.surveys.truth import average_precision, f1

from reelmaker import model_files
from reelmaker.model import Problem
from reelmaker.tag import embeddings, semantic, sequence_model
from reelmaker.tag.features import Evidence, gather

TARGET = HERE.parent / "reelmaker" / "tag" / "learned.json"
COLUMNS = {
    "pain": ("near_miss", "words", "rival", "behind_rival", "whole", "parts", "context", "tone", "tone_against"),
    "praise": ("near_miss", "words", "rival", "behind_rival", "whole", "parts", "context", "tone", "tone_against"),
    "any": ("near_miss", "words", "rival", "whole", "parts", "context"),
}
HEAD_STIFFNESS, STIFFNESS, REVIEW_WEIGHT = 4.0, 1.0, 0.1
WRITTEN_WEIGHT = 3.0  # of the reviews where short written sentences are learned from
# Chosen by the mean log loss over the surveys, each left out in turn, and rounded
HABITS = sequence_model.Habits(enter=0.41, stay=0.29, leave=0.69, offset=2.3)
_REMEMBERED: dict[str, bytes] = {}
ABOUT = (
    "Made by bench/tagging/train_tagger.py. Heads: logistic regression on sentence vectors of all-MiniLM-L6-v2 (int8), learned "
    "from the invented surveys in bench/data/surveys and from Sentiment Labelled Sentences (Kotzias et al. 2015, CC-BY-4.0). "
    "Weights: logistic regression on the evidence, learned from the surveys."
)


@dataclass(eq=False)
class Survey:
    """A labelled survey: its sentences, and what is true of them, shape (problems, sentences)."""

    name: str
    problems: list[Problem]
    texts: list[str]
    firsts: list[bool]
    vectors: np.ndarray
    complains: np.ndarray
    praises: np.ndarray


def main(data: Path) -> None:
    embed = embedder()
    surveys = [read(path, embed) for path in sorted((HERE / "data" / "surveys").glob("*.json"))]
    reviews = [json.loads(line) for line in (data / "tone.jsonl").open(encoding="utf-8")]
    school = School(
        embed([row["text"] for row in reviews]),
        np.array([row["positive"] for row in reviews], float),
        embed,
    )
    print(f"{'left out':<12}{'complains: AP':>15}{'F1':>7}{'speaks: AP':>13}{'F1':>7}")
    figures = []
    for survey in surveys:
        learned = semantic.learned_of(school.learn([other for other in surveys if other is not survey]))
        figures.append((*judge(survey, learned, "pain"), *judge(survey, learned, "any")))
        print(_line(survey.name, figures[-1]))
    print(_line("mean", [mean(column) for column in zip(*figures, strict=True)]))
    TARGET.write_text(json.dumps(school.learn(surveys), indent=0) + "\n", "utf-8")


def _line(name: str, figures: Sequence[float]) -> str:
    return f"{name:<12}{figures[0]:>15.3f}{figures[1]:>7.3f}{figures[2]:>13.3f}{figures[3]:>7.3f}"


def embedder() -> Any:
    """Texts -> vectors by the model that the extra `offline` installs."""
    model = model_files.find("minilm", "meaning")
    return lambda texts: embeddings.embed(list(texts), model, _REMEMBERED)


def read(path: Path, embed: Any) -> Survey:
    document = json.loads(path.read_text("utf-8"))
    problems = [
        Problem(slug, p["statement"], ("",), "", p["describe"], tuple(p["phrases"]), tuple(p["not"]))
        for slug, p in document["problems"].items()
    ]
    said = [
        (text, labels, not at)
        for answer in document["responses"]
        for at, (text, labels) in enumerate(answer["sentences"])
    ]
    texts = [text for text, _, _ in said]
    marks = [[[prefix + p.slug in labels for _, labels, _ in said] for p in problems] for prefix in ("", "+")]
    return Survey(
        path.stem,
        problems,
        texts,
        [first for _, _, first in said],
        embed(texts),
        np.array(marks[0]),
        np.array(marks[1]),
    )


class School:
    """Learns from surveys, with the reviews beside them."""

    def __init__(self, reviews: np.ndarray, positive: np.ndarray, embed: Any) -> None:
        self._reviews, self._positive, self._embed = reviews, positive, embed
        self.heads = lru_cache(maxsize=None)(self._heads)
        self.tone = lru_cache(maxsize=None)(self._tone)

    def learn(self, surveys: Sequence[Survey]) -> dict[str, Any]:
        """The document of learned.json."""
        kinds = {}
        for kind, columns in COLUMNS.items():
            rows, truth = [], []
            for survey in surveys:
                heads = self.heads(tuple(other for other in surveys if other is not survey))
                found = evidence(survey, heads, kind, self._embed)
                rows.append(np.stack([found.columns[name] for name in columns], -1).reshape(-1, len(columns)))
                true = {
                    "pain": survey.complains,
                    "praise": survey.praises,
                    "any": survey.complains | survey.praises,
                }[kind]
                truth.append(true.reshape(-1))
            fitted = logistic(np.concatenate(rows), np.concatenate(truth).astype(float), STIFFNESS)
            kinds[kind] = dict(zip((*columns, "bias"), (round(float(x), 4) for x in fitted), strict=True))
        heads = dict(zip(semantic.HEADS, (*self.heads(tuple(surveys)), self.tone(tuple(surveys))), strict=True))
        rounded = {name: [round(float(x), 4) for x in head] for name, head in heads.items()}
        habits = {name: getattr(HABITS, name) for name in ("enter", "stay", "leave", "offset")}
        return {"about": ABOUT, "kinds": kinds, "habits": habits, **rounded}

    def _tone(self, surveys: tuple[Survey, ...]) -> np.ndarray:
        """Complaint against praise, as short written sentences have it."""
        complaint, praise = self._heads(surveys, WRITTEN_WEIGHT)
        return complaint - praise

    def _heads(
        self, surveys: tuple[Survey, ...], review_weight: float = REVIEW_WEIGHT
    ) -> tuple[np.ndarray, np.ndarray]:
        heard = np.concatenate([*(survey.vectors for survey in surveys), self._reviews])
        ours = len(heard) - len(self._reviews)
        weight = np.where(np.arange(len(heard)) < ours, 1.0, review_weight)
        source = (np.arange(len(heard)) >= ours).astype(float)[:, None]  # reviews have their own bias
        heads = []
        for marks, reviews in (("complains", 1 - self._positive), ("praises", self._positive)):
            truth = np.concatenate([*(getattr(s, marks).any(0).astype(float) for s in surveys), reviews])
            fitted = logistic(np.c_[heard, source], truth, HEAD_STIFFNESS, weight, free=1)
            heads.append(np.r_[fitted[: heard.shape[1]], fitted[-1]])
        return heads[0], heads[1]


def evidence(survey: Survey, heads: tuple[np.ndarray, np.ndarray], kind: str, embed: Any) -> Evidence:
    problems = [replace(problem, kind=kind) for problem in survey.problems]  # type: ignore[arg-type]
    complaint, praise = (survey.vectors @ head[:-1] + head[-1] for head in heads)
    return gather(survey.texts, survey.firsts, survey.vectors, problems, embed, complaint, praise)


def judge(survey: Survey, learned: semantic.Learned, kind: str) -> tuple[float, float]:
    """Mean average precision, and mean F1 at score 0.5, over the problems taken as pain, or as plain subjects."""
    model, remembered = model_files.find("minilm", "meaning"), _REMEMBERED

    def look(texts: Sequence[str]) -> embeddings.Read:
        return embeddings.read(list(texts), model, remembered)

    problems = [replace(problem, kind=kind) for problem in survey.problems]  # type: ignore[arg-type]
    alone = semantic.look(survey.texts, survey.firsts, look(survey.texts), problems, learned, look).alone
    scores = semantic.scale(semantic.in_answers(alone, survey.firsts, problems, learned), problems)
    truth = survey.complains if kind == "pain" else survey.complains | survey.praises
    pairs = [(s, t) for s, t in zip(scores, truth, strict=True) if t.any()]
    return mean(average_precision(s, t) for s, t in pairs), mean(f1(s, t, 0.5) for s, t in pairs)


def logistic(
    rows: np.ndarray, truth: np.ndarray, stiffness: float, weight: np.ndarray | None = None, free: int = 0
) -> np.ndarray:
    """Weights and, last, the bias, by Newton's method; the last `free` columns are not held back."""
    rows = np.c_[rows, np.ones(len(rows))]
    weight = np.ones(len(rows)) if weight is None else weight
    held = np.full(rows.shape[1], stiffness)
    held[-1 - free :] = 1e-6
    fitted = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ fitted))
        slope = rows.T @ (weight * (chance - truth)) + held * fitted
        bend = (rows.T * (weight * chance * (1 - chance))) @ rows + np.diag(held)
        step = np.linalg.solve(bend, slope)
        fitted -= step
        if np.abs(step).max() < 1e-7:
            break
    return fitted


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
