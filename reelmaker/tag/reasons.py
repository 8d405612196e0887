"""The reasons for a sentence's score, in words: what counts most for it and against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reelmaker.model import Problem
from reelmaker.tag.features import Evidence

MOST = 4
ASKED = "the interviewer's words"
TELLING = 0.25  # log odds that a reason must move to be given
# The value of each column for an ordinary sentence, which is about nothing in particular
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
AGAINST = re.compile(
    r"means something else|does not sound like |speaks rather of |close to what `not` rules out|stands alone in its answer"
    r"|says nothing of it|others who say nearly the same speak of it less|like what the team dropped"
)
ONE_PHRASE = 0.4  # cosine from which a single phrase is worth naming


def of(
    evidence: Evidence,
    problems: Sequence[Problem],
    number: int,
    position: int,
    weights: Mapping[str, float],
    context_odds: float,
    score: float,
    tone_odds: float,
) -> tuple[str, ...]:
    """Up to four reasons, the most important first; those that agree with the verdict come before the others.

    Args:
        number, position: indexes of the problem and the sentence.
        context_odds: log odds that the rest of the answer added.
        tone_odds: log odds of the tone that the problem asks for.
    """
    problem = problems[number]

    def moved(*names: str) -> float:
        return moved_by(evidence, number, position, weights, names)

    likeness, words, tone, rival = moved(*LIKENESS), moved("words"), moved(*TONE), moved(*RIVAL)
    reasons = [
        (likeness, likeness_text(evidence, number, position, likeness)),
        (words, words_text(evidence, number, position)),
        (tone, tone_text(problem, tone)),
        (rival if rival < 0 else 0.0, rival_text(evidence, problems, number, position)),
        (moved("near_miss"), "close to a phrase under `not`"),
        (context_odds, around_text(context_odds)),
    ]
    relevant = [(weight, text) for weight, text in reasons if text and abs(weight) >= TELLING]
    verdict = 1 if score >= 0.5 else -1
    if verdict > 0:  # a contradicting reason does not explain the verdict
        relevant = [(weight, text) for weight, text in relevant if weight > 0]
    if verdict < 0 and problem.kind != "any" and tone_odds < 0:
        without_tone = [(weight, text) for weight, text in relevant if text != tone_text(problem, 1.0)]
        against = tone_text(problem, -1.0)
        relevant = (
            without_tone if any(text == against for _, text in without_tone) else [*without_tone, (tone_odds, against)]
        )
    relevant.sort(key=lambda reason: (reason[0] * verdict < 0, -abs(reason[0]), reason[1]))
    return tuple(text for _, text in relevant[:MOST]) or (
        "resembles the problem's description" if verdict > 0 else "does not mention the problem",
    )


def in_favour(why: Sequence[str]) -> tuple[str, ...]:
    """The reasons that may be shown next to a quote: none that argues against it, as with a kept or narrowly chosen
    quote.
    """
    return tuple(reason for reason in why if not AGAINST.match(reason))


def moved_by(
    evidence: Evidence, number: int, position: int, weights: Mapping[str, float], names: Sequence[str]
) -> float:
    """Log odds by which these columns move a sentence, compared with an ordinary one."""
    return sum(
        weights[name] * (float(evidence.columns[name][number, position]) - ORDINARY[name])
        for name in names
        if name in weights
    )


def likeness_text(evidence: Evidence, number: int, position: int, weight: float) -> str:
    """How close its meaning is to the problem."""
    if weight <= 0:
        return "means something else"
    text = evidence.part_texts[number][int(evidence.nearest_part[number, position])]
    if float(evidence.part_likeness[number, position]) >= ONE_PHRASE:
        return f'means nearly the same as "{text}"'
    return f'is close in meaning to "{text}"'


def words_text(evidence: Evidence, number: int, position: int) -> str:
    """The words it shares with the problem; "" if there are none."""
    words = evidence.shared[number][position].words[:4]
    return f"shares the words {', '.join(words)}" if words else ""


def tone_text(problem: Problem, weight: float) -> str:
    """How its tone agrees with the problem."""
    expected = "praise" if problem.kind == "praise" else "a complaint"
    return f"sounds like {expected}" if weight > 0 else f"does not sound like {expected}"


def around_text(weight: float) -> str:
    """How the sentences around it agree with the problem."""
    return "the sentences around it are about the same" if weight > 0 else "no sentence around it is about the same"


def rival_text(evidence: Evidence, problems: Sequence[Problem], number: int, position: int) -> str:
    """The other problem that is closest; "" if there is none."""
    rival = int(evidence.rival[number, position])
    return f'is rather about "{problems[rival].slug}"' if rival >= 0 else ""
