"""The sample survey's truth beside what a build made of it. Used by tests and the bench."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.films import measure
from helpers.paths import SAMPLES

PAIN = ("checkout", "delivery", "returns", "support", "search")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the truth."""

    file: str
    labels: frozenset[str]  # pain problems it speaks to
    praise: bool
    text: str
    start_ms: int
    end_ms: int


def load() -> dict[str, list[Said]]:
    """The true sentences by file."""
    truth = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
    found = {}
    for response in truth["responses"]:
        found[response["file"]] = [
            Said(
                response["file"],
                frozenset(label for label in s["label"].split(",") if label in PAIN),
                s["label"].startswith("+"),
                s["text"],
                s["start_ms"],
                s["end_ms"],
            )
            for s in response["sentences"]
        ]
    return found


def people_with(problem: str) -> set[str]:
    """Files of the customers who truly complain of a problem."""
    return {file for file, said in load().items() if any(problem in s.labels for s in said)}


def overlap_ms(said: Said, start_ms: int, end_ms: int) -> int:
    return max(0, min(said.end_ms, end_ms) - max(said.start_ms, start_ms))


def shown(clip: Mapping[str, Any]) -> list[Said]:
    """True sentences that a clip shows, half of them or more."""
    start, end = clip["source_start_ms"], clip["source_end_ms"]
    return [said for said in load()[clip["file"]] if overlap_ms(said, start, end) > (said.end_ms - said.start_ms) / 2]


def label_errors(clips: Sequence[Mapping[str, Any]], problem: str) -> list[str]:
    """True sentences that a clip shows though they do not speak to the problem."""
    return [f"{clip['file']}: {said.text}" for clip in clips for said in shown(clip) if problem not in said.labels]


def edge_errors_ms(clips: Sequence[Mapping[str, Any]]) -> list[float]:
    """How far each clip's edges are from the true start and end of the sentences it shows."""
    errors = []
    for clip in clips:
        start, end = clip["source_start_ms"], clip["source_end_ms"]
        if said := shown(clip):
            errors += [abs(start - said[0].start_ms), abs(end - said[-1].end_ms)]
    return errors


def inside_words(clips: Sequence[Mapping[str, Any]]) -> list[str]:
    """Edges that fall inside a true sentence, away from both of its ends."""
    return [
        f"{clip['file']} at {edge} ms: {said.text}"
        for clip in clips
        for edge in (clip["source_start_ms"], clip["source_end_ms"])
        for said in load()[clip["file"]]
        if said.start_ms + 150 < edge < said.end_ms - 150
    ]


def word_error_rate(texts: Mapping[str, str]) -> float:
    """Word errors over all files, of the words that are truly said."""
    pairs = [measure.word_errors(" ".join(s.text for s in said), texts.get(file, "")) for file, said in load().items()]
    return sum(errors for errors, _ in pairs) / sum(total for _, total in pairs)


def judged(moments: Sequence[Mapping[str, Any]], problem: str) -> tuple[np.ndarray, np.ndarray]:
    """For each true sentence: the score of the heard sentence it overlaps most; and whether it is so.

    A true sentence heard in several parts gets the highest of their scores.
    """
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for moment in moments:
        by_file.setdefault(moment["file"], []).append(moment)
    scores, truths = [], []
    for file, sentences in load().items():
        for said in sentences:
            parts = [
                m["scores"][problem]
                for m in by_file.get(file, [])
                if overlap_ms(said, m["start_ms"], m["end_ms"])
                > min(said.end_ms - said.start_ms, m["end_ms"] - m["start_ms"]) / 2
            ]
            scores.append(max(parts, default=0.0))
            truths.append(problem in said.labels)
    return np.array(scores), np.array(truths)


def average_precision(scores: np.ndarray, truths: np.ndarray) -> float:
    """Mean of the precision at each true sentence, in the order of falling scores (ties in order of place)."""
    hits = truths[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def f1(scores: np.ndarray, truths: np.ndarray, threshold: float) -> float:
    found = scores >= threshold
    right = (found & truths).sum()
    return float(2 * right / max(1, found.sum() + truths.sum()))


def tagging(document: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """(average precision, F1 at the shipped threshold) of each pain problem, from `moments --json`."""
    thresholds = {problem["slug"]: problem["threshold"] for problem in document["problems"]}
    result = {}
    for problem in PAIN:
        scores, truths = judged(document["moments"], problem)
        result[problem] = average_precision(scores, truths), f1(scores, truths, thresholds[problem])
    return result


def means(result: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    return (sum(ap for ap, _ in result.values()) / len(result), sum(f for _, f in result.values()) / len(result))


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent))
