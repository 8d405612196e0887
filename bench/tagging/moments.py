"""How well moments are found in labelled text of real customers: `make bench-moments DATA=folder`.

DATA holds `problems.toml` and one `NAME.jsonl` for each of its sections: a response a line, with its sentences and
their labels. Only the part `evaluation` is judged, with nothing but each problem's texts to go by. Beside the shipped
tagger stand three baselines: the regular expression that the data brings, BM25, and the cosine of `describe`. Then
follows how far the number of customers can be trusted (`counting.py`), and what a team's decisions teach (`decided.py`).
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE), str(HERE / "tagging"), str(HERE.parent / "tests")]

import ablation
import counting
import decided
from helpers.surveys.truth import average_precision, f1
from train_tagger import embedder

from reelmaker import model_files, tag
from reelmaker.model import Problem, Sentence, Transcript, Word
from reelmaker.tag import embeddings, lexical

SPEAKS, COMPLAINS = "speaks to it", "complains of it"
METHODS = ("keywords", "BM25", "cosine", "reelmaker")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set of responses with what is true of them, shape (problems, sentences) each."""

    name: str
    problems: tuple[Problem, ...]
    keywords: tuple[str, ...]
    transcripts: tuple[Transcript, ...]
    speaks: np.ndarray
    complains: np.ndarray | None

    @property
    def texts(self) -> list[str]:
        return [sentence.text for transcript in self.transcripts for sentence in transcript.sentences]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--part", default="evaluation", help="which part to judge (evaluation)")
    arguments.add_argument("--problems", action="store_true", help="a line for each problem too")
    arguments.add_argument("--ablate", action="store_true", help="what each part of the tagger is worth, on `examples`")
    asked = arguments.parse_args()
    if asked.ablate:
        ablation.show(lambda: {**shipped_ap(asked.data), **stories_ap()}, [SPEAKS, COMPLAINS])
        return
    model = model_files.find("minilm", "meaning")
    remembered: dict[str, bytes] = {}
    print(f"{'':<13}{'':<17}" + "".join(f"{name:>19}" for name in METHODS))
    print(f"{'data':<13}{'asked':<17}" + f"{'AP':>12}{'F1':>7}" * len(METHODS))
    lines: list[dict[str, tuple[float, float]]] = []
    sentences = seconds = 0.0
    for name, section in tomllib.loads((asked.data / "problems.toml").read_text("utf-8")).items():
        data = read(asked.data / f"{name}.jsonl", name, section, asked.part)
        began = time.perf_counter()
        embeddings.read(data.texts, model, remembered)
        seconds, sentences = seconds + time.perf_counter() - began, sentences + len(set(data.texts))
        for what, truth in ((SPEAKS, data.speaks), (COMPLAINS, data.complains)):
            if truth is None:
                continue
            scores = judged(data, what, model, remembered)
            figures = {method: (mean_ap(s, truth), mean_f1(s, truth, t)) for method, (s, t) in scores.items()}
            print(
                f"{name:<13}{what:<17}" + "".join(f"{a:>12.3f}{f:>7.3f}" for a, f in figures.values()),
                flush=True,
            )
            if asked.problems:
                for number, problem in enumerate(data.problems):
                    row = [
                        (average_precision(s[number], truth[number]), f1(s[number], truth[number], t))
                        for s, t in scores.values()
                    ]
                    print(f"  {problem.slug:<28}" + "".join(f"{a:>12.3f}{f:>7.3f}" for a, f in row))
            if what == SPEAKS:
                lines.append(figures)
    means = {method: tuple(mean(line[method][n] for line in lines) for n in (0, 1)) for method in METHODS}
    print(f"{'mean':<13}{SPEAKS:<17}" + "".join(f"{a:>12.3f}{f:>7.3f}" for a, f in means.values()))
    print(f"{sentences / seconds:.0f} sentences a second became vectors")
    if asked.part == "evaluation":
        counting.show(embedder(), counting.shipped(model, {}))
        with_decisions(asked.data, model, remembered)


@cache
def embedded() -> dict[str, bytes]:
    """Embeddings of this run."""
    return {}


def shipped_ap(folder: Path) -> dict[tuple[str, str], float]:
    """(data, what is asked) -> mean average precision of the shipped tagger on the part `examples`."""
    model, found = model_files.find("minilm", "meaning"), {}
    for name, section in tomllib.loads((folder / "problems.toml").read_text("utf-8")).items():
        data = read(folder / f"{name}.jsonl", name, section, "examples")
        for what, kind, truth in ((SPEAKS, "any", data.speaks), (COMPLAINS, "pain", data.complains)):
            if truth is not None:
                problems = [replace(problem, kind=kind) for problem in data.problems]  # type: ignore[arg-type]
                moments = tag.load("meaning")(data.transcripts, problems, model, embedded())
                scores = np.array([moment.score for moment in moments]).reshape(-1, len(problems)).T
                found[name, what] = mean_ap(scores, truth)
    return found


def stories_ap() -> dict[tuple[str, str], float]:
    """Mean average precision on the invented surveys, most of them spoken, each problem beside the others."""
    score, precisions = counting.shipped(model_files.find("minilm", "meaning"), embedded()), []
    for survey in counting.surveys("surveys", embedder()):
        scores = score(counting.transcripts(survey), survey.problems)
        for number, row in enumerate(scores):
            if (truth := counting.truth(survey, number)).any():
                precisions.append(average_precision(row, truth))
    return {("stories", COMPLAINS): mean(precisions)}


def with_decisions(folder: Path, model: Path, remembered: dict[str, bytes]) -> None:
    """The second table: the same with decisions of a team, drawn from `examples`."""
    found: dict[tuple[str, str], dict[tuple[str, int, int], tuple[float, float]]] = {}
    for name, section in tomllib.loads((folder / "problems.toml").read_text("utf-8")).items():
        data = read(folder / f"{name}.jsonl", name, section, "evaluation")
        examples = read(folder / f"{name}.jsonl", name, section, "examples")
        for what, kind, truth, told in (
            (SPEAKS, "any", data.speaks, examples.speaks),
            (COMPLAINS, "pain", data.complains, examples.complains),
        ):
            if truth is not None and told is not None:
                found[name, what] = decided.figures(data, examples, truth, told, kind, model, remembered)
    columns = list(found)
    print(f"\nWith decisions, mean of {decided.SEEDS} draws: average precision, then F1")
    print(f"{'dropped':<9}{'kept':>5}{'':>5}" + "".join(f"{name[:11]:>13}" for name, _ in columns) + f"{'mean':>13}")
    print(f"{'are':<9}{'':>5}{'':>5}" + "".join(f"{what[:10]:>13}" for _, what in columns) + f"{SPEAKS[:10]:>13}")
    for row in next(iter(found.values())):
        cells = [found[column][row] for column in columns]
        told = [cell for cell, (_, what) in zip(cells, columns, strict=True) if what == SPEAKS]
        cells.append((mean(a for a, _ in told), mean(f for _, f in told)))
        way, kept, dropped = row
        print(
            f"{way or '-':<9}{kept:>5}{dropped:>5}" + "".join(f"{a:>8.3f}{f:>5.2f}" for a, f in cells),
            flush=True,
        )


def read(path: Path, name: str, section: Mapping[str, Any], part: str) -> Labelled:
    """One data set. Words get even times: nothing is cut from it."""
    responses = [response for line in path.open(encoding="utf-8") if (response := json.loads(line))["part"] == part]
    told = {slug: problem for slug, problem in section.items() if slug != "tone"}
    problems = tuple(
        Problem(
            slug,
            p["statement"],
            ("",),
            "",
            p["describe"],
            tuple(p["phrases"]),
            tuple(p.get("not", ())),
            "any",
        )
        for slug, p in told.items()
    )
    said = [sentence["labels"] for response in responses for sentence in response["sentences"]]

    def marked(complaints: bool) -> np.ndarray:
        return np.array(
            [
                [
                    any(label in p["labels"] and (not complaints or how == "negative") for label, how in labels)
                    for labels in said
                ]
                for p in told.values()
            ]
        )

    return Labelled(
        name,
        problems,
        tuple(p["keywords"] for p in told.values()),
        tuple(transcript(number, response) for number, response in enumerate(responses)),
        marked(False),
        marked(True) if section.get("tone") else None,
    )


def transcript(number: int, response: Mapping[str, Any]) -> Transcript:
    identity = f"{number:064x}"
    sentences = []
    for at, sentence in enumerate(response["sentences"]):
        words = [
            Word(word, at * 60_000 + n * 300, at * 60_000 + n * 300 + 250)
            for n, word in enumerate(sentence["text"].split() or ["-"])
        ]
        sentences.append(Sentence(identity, at, tuple(words)))
    return Transcript(identity, "en", "labelled text", tuple(sentences))


def judged(data: Labelled, what: str, model: Path, remembered: dict[str, bytes]) -> dict[str, tuple[np.ndarray, float]]:
    """Method -> scores, shape (problems, sentences), and the threshold from which a sentence counts.

    The baselines have no threshold of their own: theirs is the one that fits the share of sentences which is true,
    so their F1 is better than a user would get.
    """
    kind = "any" if what == SPEAKS else "pain"
    problems = [replace(problem, kind=kind) for problem in data.problems]  # type: ignore[arg-type]
    moments = tag.load("meaning")(data.transcripts, problems, model, remembered)
    shipped = np.array([moment.score for moment in moments]).reshape(-1, len(problems)).T
    described = embeddings.embed([problem.describe for problem in problems], model, remembered)
    cosine = described @ embeddings.embed(data.texts, model, remembered).T
    truth = data.speaks if what == SPEAKS else data.complains
    assert truth is not None
    plain = {"keywords": keywords(data), "BM25": bm25(data.texts, problems), "cosine": cosine}
    return {
        **{name: (ranked(scores, truth) if name != "keywords" else scores, 0.5) for name, scores in plain.items()},
        "reelmaker": (shipped, 0.5),
    }


def ranked(scores: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Scores 0..1 by rank, with 0.5 where as many sentences are above as are true."""
    places = scores.argsort(1, kind="stable").argsort(1)
    above = scores.shape[1] - truth.sum(1, keepdims=True)
    return np.where(places >= above, 0.5 + 0.5 * places / scores.shape[1], 0.5 * places / scores.shape[1])


def keywords(data: Labelled) -> np.ndarray:
    return np.array(
        [
            [
                float(
                    bool(
                        re.search(
                            rf"(?<!\w)(?:{pattern})(?!\w)" if "$" not in pattern else pattern,
                            text,
                            re.IGNORECASE,
                        )
                    )
                )
                for text in data.texts
            ]
            for pattern in data.keywords
        ]
    )


def bm25(texts: Sequence[str], problems: Sequence[Problem], k1: float = 1.2, b: float = 0.75) -> np.ndarray:
    """Okapi BM25 (Robertson & Zaragoza 2009) of each text for all words of each problem."""
    said = [list(lexical.content(text)) for text in texts]
    often: dict[str, int] = {}
    for words in said:
        for word in words:
            often[word] = often.get(word, 0) + 1
    length = mean(len(words) for words in said)
    rows = []
    for problem in problems:
        wanted = set(lexical.content(" ".join([problem.statement, problem.describe, *problem.phrases])))
        rows.append(
            [
                sum(
                    math.log(1 + (len(texts) - often[word] + 0.5) / (often[word] + 0.5))
                    * (k1 + 1)
                    / (1 + k1 * (1 - b + b * len(words) / length))
                    for word in words
                    if word in wanted
                )
                for words in said
            ]
        )
    return np.array(rows)


def mean_ap(scores: np.ndarray, truth: np.ndarray) -> float:
    return mean(average_precision(s, t) for s, t in zip(scores, truth, strict=True))


def mean_f1(scores: np.ndarray, truth: np.ndarray, threshold: float) -> float:
    return mean(f1(s, t, threshold) for s, t in zip(scores, truth, strict=True))


if __name__ == "__main__":
    main()
