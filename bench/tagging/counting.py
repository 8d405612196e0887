"""How far the number of customers can be trusted: part of `make bench-moments`, on invented surveys.

Judged on `bench/data/judging`: twelve surveys, and 44 problems that none of them holds; nothing is learned
there. Each row counts customers with a sure sentence, as a reel's headline does, and sets them beside the truth:

    absent            a problem that the survey does not hold, alone in the file and beside the survey's own
    alone             each real problem as a newcomer writes it: the only one in the file, no phrases, no near-misses
    together          each real problem as the survey has it, beside the others
    rare              surveys thinned so that one to three customers raise the problem
    common            problems that 40 to 80 % of the customers raise
    steady            the count of a problem alone against that beside the others, by at most one customer in twenty
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import mean

import numpy as np

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "tagging"), str(HERE.parent / "tests")]

from helpers.words.judging import transcripts as transcripts_of
from train_tagger import Survey
from train_tagger import read as read_survey

from reelmaker import tag
from reelmaker.model import Problem, Transcript

DATA = HERE / "data"
SURE = 0.5
FEW, SEEDS, KEPT = 3, 2, 20  # customers of a thinned survey that raise the problem, draws, customers kept
COMMON = (0.4, 0.8)
BESIDE = 3  # absent problems tried beside each survey's own

Scores = Callable[[Sequence[Transcript], Sequence[Problem]], np.ndarray]  # (problems, sentences)


@dataclass(frozen=True, slots=True)
class Counted:
    """Who was counted for a problem, and who truly raised it, shape (customers,) each."""

    counted: np.ndarray
    true: np.ndarray

    @property
    def close(self) -> bool:
        """Within one customer, or a tenth of the truth."""
        return bool(abs(self.counted.sum() - self.true.sum()) <= max(1, 0.1 * self.true.sum()))


def surveys(folder: str, embed: Callable[[Sequence[str]], np.ndarray]) -> list[Survey]:
    """The surveys of `bench/data/FOLDER`."""
    found = []
    for path in sorted((DATA / folder).glob("*.json")):
        if path.stem != "absent":
            survey = read_survey(path, embed)
            kinds = {slug: text["kind"] for slug, text in json.loads(path.read_text("utf-8"))["problems"].items()}
            found.append(replace(survey, problems=[replace(p, kind=kinds[p.slug]) for p in survey.problems]))
    return found


def absent_problems() -> list[Problem]:
    """Problems that no survey of `judging` holds, as a newcomer writes them."""
    document = json.loads((DATA / "judging" / "absent.json").read_text("utf-8"))
    return [
        Problem(slug, text["statement"], ("",), "", text["describe"], (), (), "pain")
        for slug, text in document["problems"].items()
    ]


def plain(problem: Problem) -> Problem:
    """As a newcomer writes it."""
    return replace(problem, phrases=(), near_misses=())


def show(embed: Callable[[Sequence[str]], np.ndarray], score: Scores) -> None:
    """Print the table."""
    judging, absent = surveys("judging", embed), absent_problems()
    print(f"\n{'how many customers':<58}{'asked':>8}{'here':>8}")
    none = [counts(survey, [problem], score)[0] for survey in judging for problem in absent]
    line("absent, alone in the file: nobody counted", "97 %", mean(not bool(c.counted.any()) for c in none))
    line("  pairs with more than 2 % of the customers", "0", float(sum(c.counted.mean() > 0.02 for c in none)), "")
    beside = [
        counts(survey, [*survey.problems, problem], score)[-1]
        for survey in judging
        for problem in random.Random(survey.name).sample(absent, BESIDE)
    ]
    line("absent, beside the survey's own: nobody counted", "97 %", mean(not c.counted.any() for c in beside))
    alone, together = [], []
    for survey in judging:
        both = counts(survey, survey.problems, score)
        for number, problem in enumerate(survey.problems):
            if both[number].true.any():
                alone.append(counts(survey, [plain(problem)], score, [number])[0])
                together.append(both[number])
    for name, some in (("alone, no phrases", alone), ("together", together)):
        line(f"real problem {name}: within 1 or 10 %", "90 %", mean(c.close for c in some))
        line("  problems that nobody is counted for", "-", mean(not c.counted.any() for c in some))
        line("  precision of customers", "-", share(some, "counted"))
        line("  recall of customers", "-", share(some, "true"))
    rare = [c for survey in judging for c in thinned(survey, score)]
    line("rare (1 to 3 customers): precision of customers", "80 %", share(rare, "counted"))
    line("  recall of customers", "60 %", share(rare, "true"))
    common = [c for c in together if COMMON[0] <= c.true.mean() <= COMMON[1]]
    if common:
        line(f"common (40 to 80 %, {len(common)} problems): within 10 %", "90 %", mean(c.close for c in common))
    written = alone_as_written(judging, score)
    steady = [bool(abs(a.counted.mean() - b.counted.mean()) <= 0.05) for a, b in zip(written, together, strict=True)]
    line("steady: alone against together within 1 in 20", "100 %", mean(steady))


def alone_as_written(judging: Sequence[Survey], score: Scores) -> Iterator[Counted]:
    """Each real problem alone in the file, with all its texts."""
    for survey in judging:
        for number, problem in enumerate(survey.problems):
            counted = counts(survey, [problem], score, [number])[0]
            if counted.true.any():
                yield counted


def line(what: str, asked: str, figure: float, unit: str = "%") -> None:
    here = f"{100 * figure:.0f} %" if unit else f"{figure:.0f}"
    print(f"{what:<58}{asked:>8}{here:>8}", flush=True)


def share(counted: Sequence[Counted], of: str) -> float:
    """Of all customers that were counted (or that are true), how many are both."""
    both = sum((c.counted & c.true).sum() for c in counted)
    return float(both / max(1, sum(getattr(c, of).sum() for c in counted)))


def thinned(survey: Survey, score: Scores) -> Iterator[Counted]:
    """The survey with at most `FEW` of the customers who raise a problem, for each problem."""
    starts = [*np.flatnonzero(survey.firsts).tolist(), len(survey.texts)]
    answers = [range(a, b) for a, b in pairwise(starts)]
    for number in range(len(survey.problems)):
        raises = [bool(truth(survey, number)[list(answer)].any()) for answer in answers]
        if not any(raises):
            continue
        for seed in range(SEEDS):
            order = random.Random(f"{survey.name} {number} {seed}")
            few = order.sample(
                [n for n, yes in enumerate(raises) if yes], min(FEW, 1 + order.randrange(FEW), sum(raises))
            )
            others = [n for n, yes in enumerate(raises) if not yes]
            kept = sorted([*few, *order.sample(others, min(KEPT, len(others)))])
            yield counts(part(survey, [answers[n] for n in kept]), survey.problems, score)[number]


def part(survey: Survey, answers: Sequence[range]) -> Survey:
    """A survey of some of the answers."""
    places = [n for answer in answers for n in answer]
    return replace(
        survey,
        texts=[survey.texts[n] for n in places],
        firsts=[survey.firsts[n] for n in places],
        vectors=survey.vectors[places],
        complains=survey.complains[:, places],
        praises=survey.praises[:, places],
    )


def truth(survey: Survey, number: int) -> np.ndarray:
    """Which sentences are what a problem of this kind looks for."""
    kind = survey.problems[number].kind
    if kind == "praise":
        return survey.praises[number]
    return survey.complains[number] if kind == "pain" else survey.complains[number] | survey.praises[number]


def counts(
    survey: Survey, problems: Sequence[Problem], score: Scores, numbers: Sequence[int] | None = None
) -> list[Counted]:
    """Who is counted for each problem.

    Args:
        numbers: which of the survey's problems these are; by default the first ones, and those beyond are absent.
    """
    scores = score(transcripts(survey), problems)
    customer = np.cumsum(survey.firsts) - 1
    found = []
    for row, number in enumerate(numbers if numbers is not None else range(len(problems))):
        known = number < len(survey.problems) and problems[row].slug == survey.problems[number].slug
        true = truth(survey, number) if known else np.zeros(len(survey.texts), bool)
        sure = scores[row] >= SURE
        people = range(int(customer[-1]) + 1)
        found.append(Counted(
            np.array([sure[customer == c].any() for c in people]), np.array([true[customer == c].any() for c in people])
        ))  # fmt: skip
    return found


def transcripts(survey: Survey) -> list[Transcript]:
    """The answers as transcripts, words at even times."""
    starts = [*np.flatnonzero(survey.firsts).tolist(), len(survey.texts)]
    answers = enumerate(pairwise(starts))
    return transcripts_of({f"{number:064x}": survey.texts[start:end] for number, (start, end) in answers})


def shipped(model: Path, remembered: dict[str, bytes]) -> Scores:
    """The tagger of the package."""

    def score(transcripts: Sequence[Transcript], problems: Sequence[Problem]) -> np.ndarray:
        moments = tag.load("meaning")(transcripts, problems, model, remembered)
        return np.array([moment.score for moment in moments]).reshape(-1, len(problems)).T

    return score


if __name__ == "__main__":
    from train_tagger import embedder

    from reelmaker import model_files

    show(embedder(), shipped(model_files.find("minilm", "meaning"), {}))
