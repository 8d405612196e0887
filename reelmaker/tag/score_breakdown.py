"""The breakdown of a sentence's score: what counts for it and against it, and how much each part moves the score.

Contract: a breakdown is called with the transcripts and problems that the tagger received and some sentences, and
returns one `Account` for each sentence and problem, in this order. Its parts and its start add up to the score, in the
unit it names. It is more detailed than the reasons stored with every score, and made only on request.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from reelmaker.model import Problem, Sentence, Transcript
from reelmaker.tag import (
    NOTHING,
    Decided,
    Model,
    Tagger,
    embeddings,
    keywords,
    lexical,
    reasons,
    semantic,
    short_answers,
)
from reelmaker.tag.features import view

if TYPE_CHECKING:
    import numpy as np

# 0 is a score of 0.5, +2.2 one of 0.9; for words alone, each point halves the distance to 1
LOG_ODDS, HALVINGS, NO_UNIT = "log odds", "halvings", ""
MOST = 3  # number of a problem's closest texts that are listed


@dataclass(frozen=True, slots=True)
class Near:
    """A text of the problem that is close to the sentence: a phrase, a part of its description, or a near miss."""

    kind: str  # "phrase", "description" or "not"
    text: str
    likeness: float  # cosine, -1..1; for words alone the share of its words in the sentence


@dataclass(frozen=True, slots=True)
class Part:
    """Something that counts for the sentence (`moved` above 0) or against it."""

    name: str
    moved: float
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """The score of one sentence for one problem, as the tagger gave it, and its parts."""

    problem: str
    score: float
    start: float  # where every sentence starts: few of them are about any problem
    parts: tuple[Part, ...]  # largest first
    near: tuple[Near, ...]
    unit: str


def by_meaning(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    wanted: Sequence[Sentence],
    decided: Decided = NOTHING,
) -> list[Account]:
    """The breakdown for the engine `meaning`."""
    sentences = [s for transcript in transcripts for s in transcript.sentences]
    judged = semantic.judged(sentences, problems, model, remembered, decided)
    moved_odds = semantic.moved_odds(judged.chances, problems)
    scores = judged.scores
    total = semantic.log_odds_of(scores)
    accounts = []
    for position, (number, problem) in product(map(sentences.index, wanted), enumerate(problems)):
        parts = _parts(judged, problems, number, position)
        start = float(moved_odds[number, position]) - sum(part.moved for part in parts)
        near = _near(problem, judged.heard.whole[position], model, remembered)
        absolute_odds = float(total[number, position] - moved_odds[number, position])
        text = "close enough to the problem" if absolute_odds >= -1e-6 else "not clearly about the problem"
        parts.append(Part("absolute", absolute_odds, f"{text}, compared with everything that customers say"))
        parts = [_named(part, near) for part in parts]
        accounts.append(_account(problem, float(scores[number, position]), start, parts, near, LOG_ODDS))
    return accounts


def by_keywords(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    wanted: Sequence[Sentence],
    decided: Decided = NOTHING,
) -> list[Account]:
    """The breakdown for the engine `keywords`."""
    sentences = [s for transcript in transcripts for s in transcript.sentences]
    judged = keywords.tag(transcripts, problems, model, remembered)
    shared_words = lexical.shared([s.text for s in sentences], problems)
    accounts = []
    for position, (number, problem) in product(map(sentences.index, wanted), enumerate(problems)):
        sentence_words, shared, near = (
            set(lexical.content(sentences[position].text)),
            shared_words[number][position],
            [],
        )
        for kind, texts in (("phrase", problem.phrases), ("not", problem.near_misses)):
            for text in texts:
                words = set(lexical.content(text))
                near.append(Near(kind, text, round(len(words & sentence_words) / max(1, len(words)), 2)))
        complete_phrases = [neighbour for neighbour in near if neighbour.likeness == 1 and neighbour.kind == "phrase"][
            :1
        ]
        parts = (
            [Part("words", shared.weight, f"shares the words {', '.join(shared.words[:4])}")] if shared.words else []
        )
        parts += [Part("phrase", 1.0, f'says "{neighbour.text}"') for neighbour in complete_phrases]
        against = keywords.ruled_out(sentences, problems, number, position)
        if against:
            near_miss = next(neighbour for neighbour in near if neighbour.kind == "not" and neighbour.likeness == 1)
            parts.append(Part("near miss", -against, f'close to a phrase under `not`: "{near_miss.text}"'))
        score = judged[position * len(problems) + number].score
        near = sorted(
            (neighbour for neighbour in near if neighbour.likeness > 0), key=lambda neighbour: -neighbour.likeness
        )[:MOST]
        accounts.append(_account(problem, score, 0.0, parts, near, HALVINGS))
    return accounts


def by_score(
    tagger: Tagger,
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    wanted: Sequence[Sentence],
    decided: Decided = NOTHING,
) -> list[Account]:
    """The breakdown for a tagger without one: only the scores."""
    judged = tagger(transcripts, problems, model, remembered, decided)
    scores = {(moment.sentences[0], moment.problem): moment.score for moment in judged}
    return [
        Account(problem.slug, scores[sentence, problem.slug], 0.0, (), (), NO_UNIT)
        for sentence, problem in product(wanted, problems)
    ]


def _account(
    problem: Problem, score: float, start: float, parts: Sequence[Part], near: Sequence[Near], unit: str
) -> Account:
    ranked = sorted(parts, key=lambda part: (-abs(part.moved), part.name))
    return Account(problem.slug, score, start, tuple(ranked), tuple(near), unit)


def _parts(judged: semantic.Judged, problems: Sequence[Problem], number: int, position: int) -> list[Part]:
    """Everything that moves a sentence, in log odds: as part of a story, as a short answer, or as a plain subject."""
    problem, scored = problems[number], judged.look
    evidence, weights = scored.found, judged.learned.kinds[problem.kind]
    share = float(scored.share[position])
    plain_share = scored.about.several if scored.about is not None else 0.0
    plain_weight = semantic.PLAIN_SLOPE * semantic.PLAIN_TOLD * (1 - plain_share)
    weight = plain_weight if problem.kind == "any" else 1 - share

    def moved_by(*names: str) -> float:
        return weight * reasons.moved_by(evidence, number, position, weights, names)

    likeness, words, tone = moved_by(*reasons.LIKENESS), moved_by("words"), moved_by(*reasons.TONE)
    rival, near_miss = moved_by(*reasons.RIVAL), moved_by("near_miss")
    no_rival = int(evidence.rival[number, position]) < 0
    if no_rival:  # without another problem it tells how close this one is
        likeness += rival
    if scored.about is not None:
        standing = float(scored.about.standing[number, position])
        if problem.kind == "any":
            likeness += semantic.PLAIN_SLOPE * standing
            phrasing = float(scored.about.phrasing[number, position])
            words += semantic.PLAIN_SLOPE * semantic.PLAIN_PHRASING * plain_share * phrasing
        elif share and scored.own is not None:
            phrasing = short_answers.PHRASING * float(scored.about.phrasing[number, position])
            own_score = float(scored.own[number, position]) / short_answers.SLOPE + short_answers.ORDINARY
            likeness += share * short_answers.SLOPE * standing
            words += share * short_answers.SLOPE * phrasing
            tone += share * short_answers.SLOPE * (own_score - standing - phrasing)
    context_odds = float(judged.in_answers[number, position] - scored.alone[number, position])
    parts = [
        Part("meaning", likeness, reasons.likeness_text(evidence, number, position, likeness)),
        Part("words", words, reasons.words_text(evidence, number, position) or "shares no rare word with the problem"),
        Part("tone", tone, reasons.tone_text(problem, tone)),
        Part("around", context_odds, reasons.around_text(context_odds)),
    ]
    if scored.others is not None and scored.others[number, position]:
        others_odds = float(scored.others[number, position])
        text = "similar sentences of other customers are " + ("also" if others_odds > 0 else "less") + " about it"
        parts.append(Part("others", others_odds, text))
    if (number, position) in judged.lessons:
        lesson_odds = float(
            semantic.log_odds_of(judged.chances[number, position]) - judged.in_answers[number, position]
        )
        parts.append(Part("decisions", lesson_odds, judged.lessons[number, position]))
    if not no_rival:
        rival_words = reasons.rival_text(evidence, problems, number, position)
        parts.append(Part("other problem", rival, rival_words if rival < 0 else "no other problem is closer"))
    if problem.near_misses:
        text = "close to a phrase under `not`" if near_miss < 0 else "far from the phrases under `not`"
        parts.append(Part("near miss", near_miss, text))
    return parts


def _near(
    problem: Problem, vector: np.ndarray, model: Model | None, remembered: MutableMapping[str, bytes]
) -> list[Near]:
    """The problem's own texts that are closest, then the closest of its near misses."""
    assert model is not None
    folder = model
    problem_view = view(problem, lambda texts: embeddings.embed(texts, folder, remembered))
    kinds = ["phrase"] * len(problem.phrases) + ["description"] * (len(problem_view.part_texts) - len(problem.phrases))
    neighbours = [
        Near(kind, text, round(float(likeness), 2))
        for kind, text, likeness in zip(kinds, problem_view.part_texts, problem_view.parts @ vector, strict=True)
    ]
    neighbours = sorted(neighbours, key=lambda neighbour: -neighbour.likeness)[:MOST]
    if len(problem_view.near):
        miss_likeness = problem_view.near @ vector
        best = int(miss_likeness.argmax())
        neighbours.append(Near("not", problem.near_misses[best], round(float(miss_likeness[best]), 2)))
    return neighbours


def _named(part: Part, near: Sequence[Near]) -> Part:
    """The part; a near miss that counted is quoted."""
    misses = [neighbour for neighbour in near if neighbour.kind == "not"]
    if part.name == "near miss" and part.moved < 0 and misses:
        return Part(part.name, part.moved, f'{part.text}: "{misses[0].text}"')
    return part
