"""Whether `reelmaker suggest` finds a problem that somebody took out of the file: `python bench/tagging/topics.py [DATA]`.

For every labelled survey (`bench/data/surveys` and the truth of `samples/fernhill`, both invented; and the folder DATA as for
`bench/tagging/moments.py`) each problem is left out in turn, the others are judged, and topics are suggested. A line says how
well the best of the five suggestions agrees with the label that was left out: F1 of its sentences, the rank of that
suggestion, its purity (share of its sentences with the label), and F1 of its customers. `back` is how often one of the
first three has an F1 of sentences of 0.4 or more. Beside it k-means (eight groups, by customers) on the raw vectors of
the sentences under every threshold (what is "not assigned"), and the same on all sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE), str(HERE / "tagging"), str(HERE.parent / "tests")]

import moments as labelled

from reelmaker import model_files, tag
from reelmaker.model import Moment, Problem, Transcript
from reelmaker.project.config import open_project
from reelmaker.review import suggest
from reelmaker.tag import embeddings
from reelmaker.tag.topics.suggestions import candidates

SAMPLES = HERE.parent / "samples" / "fernhill"
THRESHOLD, COUNT, GROUPS, BACK = 0.5, 5, 8, 0.4
METHODS = ("suggest", "k-means, unassigned", "k-means, all")


@dataclass(frozen=True, slots=True)
class Survey:
    """A labelled survey: `labels` of each sentence are slugs of its problems."""

    group: str
    problems: tuple[Problem, ...]
    transcripts: tuple[Transcript, ...]
    labels: tuple[frozenset[str], ...]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path, nargs="?")
    arguments.add_argument("--problems", action="store_true", help="a line for each problem too")
    asked = arguments.parse_args()
    model = model_files.find("minilm", "meaning")
    remembered: dict[str, bytes] = {}
    figures: dict[str, dict[str, list[tuple[float, ...]]]] = {}
    slowest = (0.0, 0)
    for survey in [*invented(), *(given(asked.data) if asked.data else ())]:
        for problem in survey.problems:
            rest = [other for other in survey.problems if other is not problem]
            truth = np.array([problem.slug in labels for labels in survey.labels])
            found, seconds = methods(survey, rest, model, remembered)
            slowest = max(slowest, (seconds, len(truth)))
            for method, topics in found.items():
                row = agreement(topics, truth, owners(survey))
                figures.setdefault(survey.group, {}).setdefault(method, []).append(row)
                if asked.problems:
                    print(f"  {survey.group:<12}{problem.slug:<24}{method:<22}" + shown(row), flush=True)
    print(f"{'data':<14}{'method':<22}{'F1':>8}{'rank':>8}{'purity':>8}{'customers':>11}{'back':>7}{'of':>5}")
    for group, rows in figures.items():
        for method in METHODS:
            table = np.array(rows[method])
            hits = table[table[:, 1] > 0]
            rank = hits[:, 1].mean() if len(hits) else 0.0
            means = (table[:, 0].mean(), rank, table[:, 2].mean(), table[:, 3].mean())
            print(f"{group:<14}{method:<22}" + shown(means) + f"{table[:, 4].mean():>7.2f}{len(table):>5}")
    print(f"the slowest suggestion took {slowest[0]:.1f} s for {slowest[1]} sentences, vectors known")


def shown(row: Sequence[float]) -> str:
    return f"{row[0]:>8.3f}{row[1]:>8.2f}{row[2]:>8.3f}{row[3]:>11.3f}"


def invented() -> Iterator[Survey]:
    """The surveys that come along."""
    for path in sorted((HERE / "data" / "surveys").glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        problems = tuple(
            Problem(slug, p["statement"], ("",), "", p["describe"], tuple(p["phrases"]), tuple(p["not"]))
            for slug, p in document["problems"].items()
        )
        yield survey("surveys", problems, [answer["sentences"] for answer in document["responses"]])
    problems = tuple(p for p in open_project(SAMPLES).problems.values() if p.kind == "pain")
    truth = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
    answers = [
        [(said["text"], said["label"].split(",")) for said in response["sentences"]] for response in truth["responses"]
    ]
    yield survey("fernhill", problems, answers)


def survey(group: str, problems: tuple[Problem, ...], answers: Sequence[Sequence[tuple[str, Sequence[str]]]]) -> Survey:
    transcripts = tuple(
        labelled.transcript(number, {"sentences": [{"text": text} for text, _ in answer]})
        for number, answer in enumerate(answers)
    )
    return Survey(group, problems, transcripts, tuple(frozenset(said) for answer in answers for _, said in answer))


def given(folder: Path) -> Iterator[Survey]:
    """The data sets of DATA, their part `evaluation`."""
    for name, section in tomllib.loads((folder / "problems.toml").read_text("utf-8")).items():
        data = labelled.read(folder / f"{name}.jsonl", name, section, "evaluation")
        marks = [
            frozenset(p.slug for p, row in zip(data.problems, column, strict=True) if row) for column in data.speaks.T
        ]
        yield Survey(name, data.problems, data.transcripts, tuple(marks))


def owners(survey: Survey) -> np.ndarray:
    return np.array([n for n, heard in enumerate(survey.transcripts) for _ in heard.sentences])


def methods(
    survey: Survey, rest: Sequence[Problem], model: Path, remembered: dict[str, bytes]
) -> tuple[dict[str, list[np.ndarray]], float]:
    """Method -> topics, as positions of sentences, in the order of their rank; and the seconds of `suggest`."""
    tagger = tag.load("meaning")
    sentences = [sentence for heard in survey.transcripts for sentence in heard.sentences]
    places = {(s.response, s.index): at for at, s in enumerate(sentences)}
    judged = tagger(survey.transcripts, rest, model, remembered)
    people = {heard.response: heard.response for heard in survey.transcripts}
    sure = suggest.surest(sentences, judged, {p.slug: THRESHOLD for p in rest})

    def judge(new: Sequence[Problem]) -> list[Moment]:
        slugs = {problem.slug for problem in new}
        moments = tagger(survey.transcripts, [*rest, *new], model, remembered)
        return [moment for moment in moments if moment.problem in slugs]

    whole = embeddings.embed([sentence.text for sentence in sentences], model, remembered)
    began = time.perf_counter()
    found = candidates(sentences, people, sure, [p.slug for p in rest], model, remembered)
    told = suggest.chosen(found, judge, people, THRESHOLD, COUNT)
    seconds = time.perf_counter() - began
    topics = [
        np.array([places[m.sentences[0].response, m.sentences[0].index] for m in topic.moments]) for topic in told
    ]
    free = np.flatnonzero(np.array(sure) < 0)
    plain = {
        "k-means, unassigned": [free[group] for group in k_means(whole[free])],
        "k-means, all": k_means(whole),
    }
    ranked = {
        name: sorted(groups, key=lambda g: -len(set(owners(survey)[g])))[:COUNT] for name, groups in plain.items()
    }
    return {"suggest": topics, **ranked}, seconds


def k_means(whole: np.ndarray) -> list[np.ndarray]:
    """Spherical k-means with k-means++ starts from a fixed seed."""
    draw = np.random.default_rng(0)
    many = min(GROUPS, len(whole))
    centres = whole[draw.integers(len(whole))][None]
    for _ in range(many - 1):
        far = np.maximum(1 - (whole @ centres.T).max(1), 1e-9)
        centres = np.concatenate([centres, whole[draw.choice(len(whole), p=far / far.sum())][None]])
    for _ in range(30):
        nearest = (whole @ centres.T).argmax(1)
        sums = np.stack(
            [whole[nearest == k].sum(0) if (nearest == k).any() else centre for k, centre in enumerate(centres)]
        )
        centres = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return [np.flatnonzero(nearest == k) for k in range(many) if (nearest == k).any()]


def agreement(topics: Sequence[np.ndarray], truth: np.ndarray, who: np.ndarray) -> tuple[float, ...]:
    """Of the topic with the best F1 of sentences: that F1, its rank (0: none), purity, F1 of customers; and `back`."""
    wanted, customers = set(np.flatnonzero(truth).tolist()), set(who[truth].tolist())
    f1s = [f1(set(topic.tolist()), wanted) for topic in topics]
    if not f1s or not max(f1s):
        return 0.0, 0.0, 0.0, 0.0, 0.0
    at = int(np.argmax(f1s))
    people = f1(set(who[topics[at]].tolist()), customers)
    return f1s[at], at + 1.0, float(truth[topics[at]].mean()), people, float(max(f1s[:3]) >= BACK)


def f1(some: set[int], others: set[int]) -> float:
    return 2 * len(some & others) / max(1, len(some) + len(others))


if __name__ == "__main__":
    main()
