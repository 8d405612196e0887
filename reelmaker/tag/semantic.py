"""Meaning and words together: what resembles the problem, in its context, in the tone that is looked for.

`decision` settles in absolute terms whether a problem is raised at all, and which sentences are too far from it to be
sure. The order comes from four steps: each sentence alone (`features`, weighted by what was learned; `aspect` and
`short_answers` if it is a short answer or no tone is asked for), each sentence in its answer (`sequence_model`), each
compared with the team's decisions (`feedback`), each problem against the whole survey (`operating_point`). The learned
weights and their origin are in `learned.json`, made by `bench/tagging/train_tagger.py`.
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
# For a problem without a tone; where sentences touch several subjects at once, mentioning one is less rare
PLAIN_TOLD, PLAIN_PHRASING, PLAIN_SLOPE, PLAIN_ORDINARY, PLAIN_SEVERAL = 0.25, 0.3, 0.65, 4.7, 2.5
ALIKE = 0.7  # how much the likest answers count for an answer of one sentence
SUREST = 1e-9  # how near a chance comes to 0 or 1; small, so that the surest sentences still have an order
DIGITS = 9  # of a score, for the same reason
HEADS = ("complaint", "praise", "tone")


@dataclass(frozen=True, slots=True)
class Look:
    """Each sentence judged alone, arrays of shape (problems, sentences): the features, the log odds as part of a story
    (`told`) and as a short answer (`own`, with `about`; None if there is none), and both weighted (`alone`; `share`
    of the short answer, shape (sentences,)). `others` is what customers who say nearly the same add.
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
    """Weights by kind of problem and feature; three heads, shape (384,) and a bias each.

    `complaint` and `praise` recognise the tone of people who tell stories, `tone` (complaint against praise) that of
    short written sentences.
    """

    kinds: Mapping[str, Mapping[str, float]]
    habits: sequence_model.Habits
    complaint: np.ndarray
    praise: np.ndarray
    tone: np.ndarray


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything known about the sentences of a survey, arrays of shape (problems, sentences): log odds `in_answers`,
    the `chances` after the team's decisions, and `lessons`: (problem, sentence) -> the decision it resembles.
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
    judgement = judged(sentences, problems, model, remembered, decided)
    learned, evidence = judgement.learned, judgement.look.found
    scores = judgement.scores
    tone = tones(judgement.heard.whole)
    context_odds = judgement.in_answers - judgement.look.alone
    moments = []
    for position, sentence in enumerate(sentences):
        for number, problem in enumerate(problems):
            score = float(scores[number, position]) if sentence.scored else 0.0
            weights = learned.kinds[problem.kind]
            why = (
                (reasons.ASKED,)
                if sentence.asked
                else (
                    reasons.of(
                        evidence,
                        problems,
                        number,
                        position,
                        weights,
                        float(context_odds[number, position]),
                        score,
                        float(judgement.decided[number].toned[position]),
                    )
                )
            )
            if (number, position) in judgement.lessons and not sentence.asked:
                why = (judgement.lessons[number, position], *why[: reasons.MOST - 1])
            moments.append(Moment(problem.slug, (sentence,), score, why, float(tone[position])))
    return moments


def judged(
    sentences: Sequence[Sentence],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    decided: Decided = NOTHING,
) -> Judged:
    """Every sentence, alone and in its answer; same arguments as `tag`, neither sentences nor problems empty."""
    import numpy as np

    assert model is not None
    folder, learned = model, _learned()
    texts = [sentence.text for sentence in sentences]
    firsts = [True, *(a.response != b.response for a, b in pairwise(sentences))]

    def read(further_texts: Sequence[str]) -> embeddings.Read:
        return embeddings.read(further_texts, folder, remembered)

    sentence_vectors = read(texts)
    judged_alone = look(texts, firsts, sentence_vectors, problems, learned, read)
    odds = log_odds_of(in_answers(judged_alone.alone, firsts, problems, learned))
    lessons = feedback.lessons(sentences, sentence_vectors, problems, decided)
    lone = judged_alone.share == short_answers.ALONE[1]
    several = judged_alone.about.several if judged_alone.about is not None else 0.0
    after_lessons = feedback.taught(odds, sentence_vectors, problems, lessons, lone, several)
    chances = 1 / (1 + np.exp(-after_lessons.log_odds))
    settled = decide(texts, firsts, sentence_vectors, problems, learned, read)
    ranked = scale(chances, problems)
    scores = np.stack([
        decision.scores(verdict, ranked[number], known=number in lessons and lessons[number].trust > 0)
        for number, verdict in enumerate(settled)
    ])  # fmt: skip
    return Judged(
        judged_alone,
        odds,
        chances,
        after_lessons.why,
        sentence_vectors,
        learned,
        np.round(scores, DIGITS),
        tuple(settled),
    )


def decide(
    texts: Sequence[str],
    firsts: Sequence[bool],
    sentence_vectors: embeddings.Read,
    problems: Sequence[Problem],
    learned: Learned,
    read: Callable[[Sequence[str]], embeddings.Read],
) -> list[decision.Decided]:
    """Each problem by itself: which sentences are sure, which may be about it; see `decision`."""
    import numpy as np

    survey = absolute.Heard(texts, sentence_vectors, np.array(firsts), background.load())

    def heads(vectors: np.ndarray) -> np.ndarray:
        return np.stack([hear(head, vectors) for head in (learned.complaint, learned.praise, learned.tone)])

    kinds = [problem.kind for problem in problems]
    return [
        decision.decide(p, survey, read, decision.load(), heads, alone=p.kind == "pain" and kinds.count("pain") == 1)
        for p in problems
    ]


def look(
    texts: Sequence[str],
    firsts: Sequence[bool],
    sentence_vectors: embeddings.Read,
    problems: Sequence[Problem],
    learned: Learned,
    read: Callable[[Sequence[str]], embeddings.Read],
) -> Look:
    """Each sentence judged alone, with everything it was judged by."""
    import numpy as np

    complaint, praise = hear(learned.complaint, sentence_vectors.whole), hear(learned.praise, sentence_vectors.whole)
    evidence = gather(
        texts, firsts, sentence_vectors.whole, problems, lambda part_texts: read(part_texts).whole, complaint, praise
    )
    story_odds = log_odds(evidence, problems, learned)
    share = short_answers.share_alone(answers_of(firsts), len(texts))
    plain = np.array([[problem.kind == "any"] for problem in problems])
    if not plain.any() and not share.any():
        return Look(evidence, story_odds, share, story_odds)  # stories alone: nothing else is needed
    parts, words = evidence.columns["parts"], evidence.columns["words"]
    about = aspect.stand(sentence_vectors, problems, evidence.whole, parts, words, learned.tone[:-1], read)
    own = short_answers.log_odds(
        texts,
        np.flatnonzero(share).tolist(),
        about,
        problems,
        hear(learned.tone, sentence_vectors.whole),
        lambda part_texts: hear(learned.tone, read(part_texts).whole),
    )
    # Whole sentences tell little where each touches several subjects; there its words tell more
    once = 1 - about.several
    verdict = about.standing + PLAIN_TOLD * once * story_odds + PLAIN_PHRASING * about.several * about.phrasing
    lone = np.flatnonzero(share == short_answers.ALONE[1])
    others = smoothing.shared(verdict, sentence_vectors.whole, lone, ALIKE * once) - verdict
    subjects = PLAIN_SLOPE * (verdict + others - PLAIN_ORDINARY + PLAIN_SEVERAL * about.several)
    alone = np.where(plain, subjects, share * own + (1 - share) * story_odds)
    return Look(evidence, story_odds, share, alone, about, own, np.where(plain, PLAIN_SLOPE * others, 0.0))


def tones(vectors: np.ndarray) -> np.ndarray:
    """The tone of each vector, -1 (complaint) .. 1 (praise), shape (vectors,)."""
    import numpy as np

    learned = _learned()
    praise, complaint = hear(learned.praise, vectors), hear(learned.complaint, vectors)
    result: np.ndarray = np.round(1 / (1 + np.exp(-praise)) - 1 / (1 + np.exp(-complaint)), 4)
    return result


def hear(head: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The output of a head for vectors of shape (vectors, 384): log odds, shape (vectors,)."""
    result: np.ndarray = vectors @ head[:-1] + head[-1]
    return result


def log_odds(evidence: Evidence, problems: Sequence[Problem], learned: Learned) -> np.ndarray:
    """Each sentence of a story judged alone, shape (problems, sentences)."""
    import numpy as np

    rows = []
    for number, problem in enumerate(problems):
        weights = learned.kinds[problem.kind]
        terms = [weights[name] * column[number] for name, column in evidence.columns.items() if name in weights]
        rows.append(np.sum(terms, axis=0) + weights["bias"])
    return np.stack(rows)


def answers_of(firsts: Sequence[bool]) -> list[slice]:
    """Where each answer's sentences are."""
    starts = [number for number, first in enumerate(firsts) if first]
    return [slice(a, b) for a, b in pairwise([*starts, len(firsts)])]


def in_answers(alone: np.ndarray, firsts: Sequence[bool], problems: Sequence[Problem], learned: Learned) -> np.ndarray:
    """The chances, each sentence judged within its answer. A problem without a tone is judged sentence by sentence,
    and so is an answer of one sentence, which may be about several problems at once.
    """
    import numpy as np

    chances: np.ndarray = 1 / (1 + np.exp(-alone.astype(np.float64)))
    with_tone = [number for number, problem in enumerate(problems) if problem.kind != "any"]
    if with_tone:
        answers = [answer for answer in answers_of(firsts) if answer.stop - answer.start > 1]
        inside = np.array([sentence for answer in answers for sentence in range(answer.start, answer.stop)], int)
        posterior = sequence_model.posterior(alone[with_tone], answers, learned.habits)
        chances[np.array(with_tone)[:, None], inside] = posterior[:, inside]
    return chances


def scale(chances: np.ndarray, problems: Sequence[Problem]) -> np.ndarray:
    """Scores: chances shifted so that 0.5 is the point from which using a sentence is worth it."""
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
    """Log odds of chances; those near 0 and 1 are kept finite."""
    import numpy as np

    clipped = np.clip(chances, SUREST, 1 - SUREST)
    odds: np.ndarray = np.log(clipped / (1 - clipped))
    return odds


@lru_cache(maxsize=1)
def _learned() -> Learned:
    return learned_of(json.loads((Path(__file__).parent / "learned.json").read_text("utf-8")))


def learned_of(document: Mapping[str, Any]) -> Learned:
    """The learned weights, from their JSON document."""
    import numpy as np

    complaint, praise, tone = (np.array(document[name], np.float32) for name in HEADS)
    return Learned(document["kinds"], sequence_model.Habits(**document["habits"]), complaint, praise, tone)
