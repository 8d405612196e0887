"""Why a sentence got its score, in words: what weighed most for it and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reelmaker.model import Problem
from reelmaker.tag.features import Evidence

MOST = 4
ASKED = "the interviewer's words"
TELLING = 0.25  # log odds that a reason has to move before it is told
# What each column weighs at a sentence that says nothing in particular
ORDINARY = {
    "near_miss": 0.12,
    "words": 0.0,
    "rival": 0.30,
    "behind_rival": -0.06,
    "whole": 0.0,
    "parts": 0.0,
    "context": 0.18,
    "tone": -0.4,
    "tone_against": -0.7,
}
LIKENESS = ("whole", "parts", "context")
TONE = ("tone", "tone_against")
RIVAL = ("rival", "behind_rival")
ONE_PHRASE = 0.4  # cosine from which a single phrase is worth naming


def of(
    found: Evidence,
    problems: Sequence[Problem],
    number: int,
    at: int,
    weights: Mapping[str, float],
    lift: float,
    score: float,
    toned: float,
) -> tuple[str, ...]:
    """Up to four reasons, most telling first; those that fit the verdict come before those that do not.

    Args:
        number, at: positions of the problem and the sentence.
        lift: log odds that the rest of the answer added.
        toned: log odds of the tone that is looked for.
    """
    problem = problems[number]

    def moved(*names: str) -> float:
        return moved_by(found, number, at, weights, names)

    likeness, words, tone, rival = moved(*LIKENESS), moved("words"), moved(*TONE), moved(*RIVAL)
    told = [
        (likeness, likeness_text(found, number, at, likeness)),
        (words, words_text(found, number, at)),
        (tone, tone_text(problem, tone)),
        (rival if rival < 0 else 0.0, rival_text(found, problems, number, at)),
        (moved("near_miss"), "close to what `not` rules out"),
        (lift, "what is said around it speaks of the same" if lift > 0 else "stands alone in its answer"),
    ]
    telling = [(weight, text) for weight, text in told if text and abs(weight) >= TELLING]
    verdict = 1 if score >= 0.5 else -1
    if verdict > 0:  # what contradicts the verdict is no reason for it
        telling = [(weight, text) for weight, text in telling if weight > 0]
    if verdict < 0 and problem.kind != "any" and toned < 0:
        plain = [(weight, text) for weight, text in telling if text != tone_text(problem, 1.0)]
        against = tone_text(problem, -1.0)
        telling = plain if any(text == against for _, text in plain) else [*plain, (toned, against)]
    telling.sort(key=lambda reason: (reason[0] * verdict < 0, -abs(reason[0]), reason[1]))
    return tuple(text for _, text in telling[:MOST]) or (
        "like what the problem describes" if verdict > 0 else "says nothing of it",
    )


def moved_by(found: Evidence, number: int, at: int, weights: Mapping[str, float], names: Sequence[str]) -> float:
    """Log odds that these columns move a sentence, beside one that says nothing in particular."""
    return sum(
        weights[name] * (float(found.columns[name][number, at]) - ORDINARY[name]) for name in names if name in weights
    )


def likeness_text(found: Evidence, number: int, at: int, weight: float) -> str:
    """What its meaning says for it or against it."""
    if weight <= 0:
        return "means something else"
    text = found.part_texts[number][int(found.nearest_part[number, at])]
    if float(found.part_likeness[number, at]) >= ONE_PHRASE:
        return f'means much the same as "{text}"'
    return f'is near in meaning to "{text}"'


def words_text(found: Evidence, number: int, at: int) -> str:
    """The words it shares with the problem; "" for none."""
    words = found.shared[number][at].words[:4]
    return f"shares the words {', '.join(words)}" if words else ""


def tone_text(problem: Problem, weight: float) -> str:
    """What its tone says for it or against it."""
    wanted = "praise" if problem.kind == "praise" else "a complaint"
    return f"sounds like {wanted}" if weight > 0 else f"does not sound like {wanted}"


def rival_text(found: Evidence, problems: Sequence[Problem], number: int, at: int) -> str:
    """The other problem that is nearest; "" for none."""
    rival = int(found.rival[number, at])
    return f'speaks rather of "{problems[rival].slug}"' if rival >= 0 else ""
