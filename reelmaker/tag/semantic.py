"""Meaning and words together: what is like the problem, said in its context, in the tone that is looked for.

Whether a problem is there at all, and what is too far from it to be sure, is settled by `decision` in absolute terms.
The order comes of four looks: each sentence alone (`evidence`, weighed by what was learned; `subject` and `written` where it is a
short answer or no tone is asked for), each sentence in its answer (`chain`), each beside what the team decided
(`learning`), each problem against the whole survey (`operating_point`). What was learned lies in `learned.json`, with where it comes from; `bench/tagging/train_tagger.py`
makes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.model import Moment, Problem, Sentence, Transcript
from reelmaker.tag import (
    NOTHING,
    Decided,
    Model,
    aspect,
    embeddings,
    feedback,
    reasons,
    sequence_model,
    short_answers,
    smoothing,
)
from reelmaker.tag.features import Evidence, gather
from reelmaker.tag.presence import absolute, background, decision

if TYPE_CHECKING:
    import numpy as np

LOWEST, HIGHEST = 0.15, 0.5  # between which the survey moves the operating point of a problem
# Of a subject without a tone; where sentences touch several subjects at once, speaking of one is less rare
PLAIN_TOLD, PLAIN_PHRASING, PLAIN_SLOPE, PLAIN_ORDINARY, PLAIN_SEVERAL = 0.25, 0.3, 0.65, 4.7, 2.5
ALIKE = 0.7  # how much the likest answers count for an answer of one sentence
SUREST = 1e-9  # how near a chance comes to 0 or 1; small, so that the surest sentences still have an order
DIGITS = 9  # of a score, for the same reason
HEADS = ("complaint", "praise", "tone")


@dataclass(frozen=True, slots=True)
class Look:
    """Each sentence judged alone, arrays of shape (problems, sentences): what was found, log odds of it as part of a
    story (`told`) and as a short answer (`own`, with `about`; None where there is none), and both as far as each
    counts (`alone`; `share` of the short answer, shape (sentences,)). `others` is what those who say nearly the same
    add to it.
    """

    found: Evidence
    told: np.ndarray
    share: np.ndarray
    alone: np.ndarray
    about: aspect.Subject | None = None
    own: np.ndarray | None = None
    others: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights by kind of problem and column of evidence; three heads, shape (384,) and a bias each.

    `complaint` and `praise` hear people tell stories, `tone` (complaint against praise) short written sentences.
    """

    kinds: Mapping[str, Mapping[str, float]]
    habits: sequence_model.Habits
    complaint: np.ndarray
    praise: np.ndarray
    tone: np.ndarray


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything known of the sentences of a survey, arrays of shape (problems, sentences): log odds `in_answers`, the
    `chances` after what the team's decisions taught, and `lessons`: (problem, sentence) -> the decision it is like.
    """

    look: Look
    in_answers: np.ndarray
    chances: np.ndarray
    lessons: Mapping[tuple[int, int], str]
    heard: embeddings.Read
    learned: Learned
    scores: np.ndarray
    decided: tuple[decision.Decided, ...]


def tag(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    decided: Decided = NOTHING,
) -> list[Moment]:
    """Every sentence against every problem; see the contract in `reelmaker.tag`."""

    sentences = [sentence for transcript in transcripts for sentence in transcript.sentences]
    if not sentences or not problems:
        return []
    seen = judged(sentences, problems, model, remembered, decided)
    learned, found = seen.learned, seen.look.found
    scores = seen.scores
    tone = tones(seen.heard.whole)
    lift = seen.in_answers - seen.look.alone
    moments = []
    for at, sentence in enumerate(sentences):
        for number, problem in enumerate(problems):
            score = float(scores[number, at]) if sentence.scored else 0.0
            weights = learned.kinds[problem.kind]
            why = (
                (reasons.ASKED,)
                if sentence.asked
                else (
                    reasons.of(
                        found,
                        problems,
                        number,
                        at,
                        weights,
                        float(lift[number, at]),
                        score,
                        float(seen.decided[number].toned[at]),
                    )
                )
            )
            if (number, at) in seen.lessons and not sentence.asked:
                why = (seen.lessons[number, at], *why[: reasons.MOST - 1])
            moments.append(Moment(problem.slug, (sentence,), score, why, float(tone[at])))
    return moments


def judged(
    sentences: Sequence[Sentence],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    decided: Decided = NOTHING,
) -> Judged:
    """Every sentence, alone and in its answer; arguments as for `tag`, neither sentences nor problems empty."""
    import numpy as np

    assert model is not None
    folder, learned = model, _learned()
    texts = [sentence.text for sentence in sentences]
    firsts = [True, *(a.response != b.response for a, b in pairwise(sentences))]

    def read(some: Sequence[str]) -> embeddings.Read:
        return embeddings.read(some, folder, remembered)

    heard = read(texts)
    seen = look(texts, firsts, heard, problems, learned, read)
    odds = log_odds_of(in_answers(seen.alone, firsts, problems, learned))
    lessons = feedback.lessons(sentences, heard, problems, decided)
    lone = seen.share == short_answers.ALONE[1]
    several = seen.about.several if seen.about is not None else 0.0
    after = feedback.taught(odds, heard, problems, lessons, lone, several)
    chances = 1 / (1 + np.exp(-after.log_odds))
    settled = decide(texts, firsts, heard, problems, learned, read)
    ranked = scale(chances, problems)
    scores = np.stack([
        decision.scores(one, ranked[number], known=number in lessons and lessons[number].trust > 0)
        for number, one in enumerate(settled)
    ])  # fmt: skip
    return Judged(seen, odds, chances, after.why, heard, learned, np.round(scores, DIGITS), tuple(settled))


def decide(
    texts: Sequence[str],
    firsts: Sequence[bool],
    heard: embeddings.Read,
    problems: Sequence[Problem],
    learned: Learned,
    read: Callable[[Sequence[str]], embeddings.Read],
) -> list[decision.Decided]:
    """Each problem by itself: what is sure, what may be; see `decision`."""
    import numpy as np

    survey = absolute.Heard(texts, heard, np.array(firsts), background.load())

    def heads(some: np.ndarray) -> np.ndarray:
        return np.stack([hear(head, some) for head in (learned.complaint, learned.praise, learned.tone)])

    kinds = [problem.kind for problem in problems]
    return [
        decision.decide(p, survey, read, decision.load(), heads, alone=p.kind == "pain" and kinds.count("pain") == 1)
        for p in problems
    ]


def look(
    texts: Sequence[str],
    firsts: Sequence[bool],
    heard: embeddings.Read,
    problems: Sequence[Problem],
    learned: Learned,
    read: Callable[[Sequence[str]], embeddings.Read],
) -> Look:
    """Each sentence judged alone, with all that it was judged by."""
    import numpy as np

    complaint, praise = hear(learned.complaint, heard.whole), hear(learned.praise, heard.whole)
    found = gather(texts, firsts, heard.whole, problems, lambda some: read(some).whole, complaint, praise)
    told = log_odds(found, problems, learned)
    share = short_answers.share_alone(answers_of(firsts), len(texts))
    plain = np.array([[problem.kind == "any"] for problem in problems])
    if not plain.any() and not share.any():
        return Look(found, told, share, told)  # stories alone: nothing else is needed
    parts, words = found.columns["parts"], found.columns["words"]
    about = aspect.stand(heard, problems, found.whole, parts, words, learned.tone[:-1], read)
    own = short_answers.log_odds(
        texts,
        np.flatnonzero(share).tolist(),
        about,
        problems,
        hear(learned.tone, heard.whole),
        lambda some: hear(learned.tone, read(some).whole),
    )
    # Whole sentences tell little where each touches several subjects; there its words tell more
    once = 1 - about.several
    verdict = about.standing + PLAIN_TOLD * once * told + PLAIN_PHRASING * about.several * about.phrasing
    lone = np.flatnonzero(share == short_answers.ALONE[1])
    others = smoothing.shared(verdict, heard.whole, lone, ALIKE * once) - verdict
    subjects = PLAIN_SLOPE * (verdict + others - PLAIN_ORDINARY + PLAIN_SEVERAL * about.several)
    alone = np.where(plain, subjects, share * own + (1 - share) * told)
    return Look(found, told, share, alone, about, own, np.where(plain, PLAIN_SLOPE * others, 0.0))


def tones(heard: np.ndarray) -> np.ndarray:
    """How each vector sounds, -1 (complaint) .. 1 (praise), shape (vectors,)."""
    import numpy as np

    learned = _learned()
    praise, complaint = hear(learned.praise, heard), hear(learned.complaint, heard)
    result: np.ndarray = np.round(1 / (1 + np.exp(-praise)) - 1 / (1 + np.exp(-complaint)), 4)
    return result


def hear(head: np.ndarray, heard: np.ndarray) -> np.ndarray:
    """What a head makes of vectors, shape (vectors, 384): log odds, shape (vectors,)."""
    result: np.ndarray = heard @ head[:-1] + head[-1]
    return result


def log_odds(found: Evidence, problems: Sequence[Problem], learned: Learned) -> np.ndarray:
    """Each sentence of a story judged alone, shape (problems, sentences)."""
    import numpy as np

    rows = []
    for number, problem in enumerate(problems):
        weights = learned.kinds[problem.kind]
        terms = [weights[name] * column[number] for name, column in found.columns.items() if name in weights]
        rows.append(np.sum(terms, axis=0) + weights["bias"])
    return np.stack(rows)


def answers_of(firsts: Sequence[bool]) -> list[slice]:
    """Where each answer's sentences are."""
    starts = [at for at, first in enumerate(firsts) if first]
    return [slice(a, b) for a, b in pairwise([*starts, len(firsts)])]


def in_answers(alone: np.ndarray, firsts: Sequence[bool], problems: Sequence[Problem], learned: Learned) -> np.ndarray:
    """The chances, each sentence seen in its answer. A subject without a tone is judged sentence by sentence,
    and so is an answer of one sentence, which may speak of several problems at once.
    """
    import numpy as np

    chances: np.ndarray = 1 / (1 + np.exp(-alone.astype(np.float64)))
    told = [number for number, problem in enumerate(problems) if problem.kind != "any"]
    if told:
        answers = [answer for answer in answers_of(firsts) if answer.stop - answer.start > 1]
        inside = np.array([at for answer in answers for at in range(answer.start, answer.stop)], int)
        seen = sequence_model.posterior(alone[told], answers, learned.habits)
        chances[np.array(told)[:, None], inside] = seen[:, inside]
    return chances


def scale(chances: np.ndarray, problems: Sequence[Problem]) -> np.ndarray:
    """Scores: chances moved so that 0.5 is the point from which taking a sentence is worth it."""
    import numpy as np

    moved = moved_odds(chances, problems)
    scores: np.ndarray = 1 / (1 + np.exp(-moved))
    return scores


def moved_odds(chances: np.ndarray, problems: Sequence[Problem]) -> np.ndarray:
    """The log odds of the scores, shape (problems, sentences)."""
    import numpy as np

    points = [
        0.5 if problem.kind == "any" else sequence_model.operating_point(row, LOWEST, HIGHEST)
        for problem, row in zip(problems, chances, strict=True)
    ]
    odds: np.ndarray = log_odds_of(chances) - log_odds_of(np.array(points))[:, None]
    return odds


def log_odds_of(chances: np.ndarray) -> np.ndarray:
    """Log odds of chances, those of surely true and surely false kept finite."""
    import numpy as np

    kept = np.clip(chances, SUREST, 1 - SUREST)
    odds: np.ndarray = np.log(kept / (1 - kept))
    return odds


@lru_cache(maxsize=1)
def _learned() -> Learned:
    return learned_of(json.loads((Path(__file__).parent / "learned.json").read_text("utf-8")))


def learned_of(document: Mapping[str, Any]) -> Learned:
    """What was learned, from its document."""
    import numpy as np

    complaint, praise, tone = (np.array(document[name], np.float32) for name in HEADS)
    return Learned(document["kinds"], sequence_model.Habits(**document["habits"]), complaint, praise, tone)
