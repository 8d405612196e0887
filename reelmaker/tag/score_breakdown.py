"""What a sentence's score is made of: what spoke for it and what against it, and how much each moved the score.

Contract: an account is called with the transcripts and problems that the tagger was given and some sentences, and gives
back one `Account` for each sentence and problem, in this order. Its parts and its start add up to the score, in the
unit it names. It says more than the reasons that are kept with every score, and is made only for what somebody asks
about.
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

# 0 is a score of 0.5, +2.2 one of 0.9; and, for words alone, each point halves what is missing to 1
LOG_ODDS, HALVINGS, NO_UNIT = "log odds", "halvings", ""
MOST = 3  # texts of a problem that are named as near


@dataclass(frozen=True, slots=True)
class Near:
    """A text of the problem that the sentence is near to: a phrase, a part of its description, or a near-miss."""

    kind: str  # "phrase", "description" or "not"
    text: str
    likeness: float  # cosine, -1..1; for words alone the share of its words that are said


@dataclass(frozen=True, slots=True)
class Part:
    """Something that spoke for the sentence (`moved` over 0) or against it."""

    name: str
    moved: float
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """The score of one sentence for one problem, as the tagger gave it, and what it is made of."""

    problem: str
    score: float
    start: float  # what every sentence starts with: few of them speak of any problem
    parts: tuple[Part, ...]  # most telling first
    near: tuple[Near, ...]
    unit: str


def by_meaning(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    asked: Sequence[Sentence],
    decided: Decided = NOTHING,
) -> list[Account]:
    """The accounts of `meaning`."""
    sentences = [s for transcript in transcripts for s in transcript.sentences]
    seen = semantic.judged(sentences, problems, model, remembered, decided)
    moved = semantic.moved_odds(seen.chances, problems)
    scores = seen.scores
    total = semantic.log_odds_of(scores)
    accounts = []
    for at, (number, problem) in product(map(sentences.index, asked), enumerate(problems)):
        parts = _parts(seen, problems, number, at)
        start = float(moved[number, at]) - sum(part.moved for part in parts)
        near = _near(problem, seen.heard.whole[at], model, remembered)
        settled = float(total[number, at] - moved[number, at])
        text = "near enough to it" if settled >= -1e-6 else "not surely about it"
        parts.append(Part("absolute", settled, f"{text}, beside all that customers say"))
        parts = [_named(part, near) for part in parts]
        accounts.append(_account(problem, float(scores[number, at]), start, parts, near, LOG_ODDS))
    return accounts


def by_keywords(
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    asked: Sequence[Sentence],
    decided: Decided = NOTHING,
) -> list[Account]:
    """The accounts of `keywords`."""
    sentences = [s for transcript in transcripts for s in transcript.sentences]
    judged = keywords.tag(transcripts, problems, model, remembered)
    found = lexical.shared([s.text for s in sentences], problems)
    accounts = []
    for at, (number, problem) in product(map(sentences.index, asked), enumerate(problems)):
        said, shared, near = set(lexical.content(sentences[at].text)), found[number][at], []
        for kind, texts in (("phrase", problem.phrases), ("not", problem.near_misses)):
            for text in texts:
                words = set(lexical.content(text))
                near.append(Near(kind, text, round(len(words & said) / max(1, len(words)), 2)))
        whole = [one for one in near if one.likeness == 1 and one.kind == "phrase"][:1]
        parts = (
            [Part("words", shared.weight, f"shares the words {', '.join(shared.words[:4])}")] if shared.words else []
        )
        parts += [Part("phrase", 1.0, f'says "{one.text}"') for one in whole]
        against = keywords.ruled_out(sentences, problems, number, at)
        if against:
            miss = next(one for one in near if one.kind == "not" and one.likeness == 1)
            parts.append(Part("near miss", -against, f'close to what `not` rules out: "{miss.text}"'))
        score = judged[at * len(problems) + number].score
        near = sorted((one for one in near if one.likeness > 0), key=lambda one: -one.likeness)[:MOST]
        accounts.append(_account(problem, score, 0.0, parts, near, HALVINGS))
    return accounts


def by_score(
    tagger: Tagger,
    transcripts: Sequence[Transcript],
    problems: Sequence[Problem],
    model: Model | None,
    remembered: MutableMapping[str, bytes],
    asked: Sequence[Sentence],
    decided: Decided = NOTHING,
) -> list[Account]:
    """Of a tagger that gives no account: the scores alone."""
    judged = tagger(transcripts, problems, model, remembered, decided)
    scores = {(moment.sentences[0], moment.problem): moment.score for moment in judged}
    return [
        Account(problem.slug, scores[sentence, problem.slug], 0.0, (), (), NO_UNIT)
        for sentence, problem in product(asked, problems)
    ]


def _account(
    problem: Problem, score: float, start: float, parts: Sequence[Part], near: Sequence[Near], unit: str
) -> Account:
    ranked = sorted(parts, key=lambda part: (-abs(part.moved), part.name))
    return Account(problem.slug, score, start, tuple(ranked), tuple(near), unit)


def _parts(seen: semantic.Judged, problems: Sequence[Problem], number: int, at: int) -> list[Part]:
    """Everything that moves a sentence, in log odds: as part of a story, as a short answer, or as a plain subject."""
    problem, look = problems[number], seen.look
    found, weights = look.found, seen.learned.kinds[problem.kind]
    share = float(look.share[at])
    several = look.about.several if look.about is not None else 0.0
    plain = semantic.PLAIN_SLOPE * semantic.PLAIN_TOLD * (1 - several)
    story = plain if problem.kind == "any" else 1 - share

    def told(*names: str) -> float:
        return story * reasons.moved_by(found, number, at, weights, names)

    likeness, words, tone = told(*reasons.LIKENESS), told("words"), told(*reasons.TONE)
    rival, miss = told(*reasons.RIVAL), told("near_miss")
    alone = int(found.rival[number, at]) < 0
    if alone:  # beside no other problem it says how near this one is
        likeness += rival
    if look.about is not None:
        standing = float(look.about.standing[number, at])
        if problem.kind == "any":
            likeness += semantic.PLAIN_SLOPE * standing
            phrasing = float(look.about.phrasing[number, at])
            words += semantic.PLAIN_SLOPE * semantic.PLAIN_PHRASING * several * phrasing
        elif share and look.own is not None:
            phrasing = short_answers.PHRASING * float(look.about.phrasing[number, at])
            own = float(look.own[number, at]) / short_answers.SLOPE + short_answers.ORDINARY
            likeness += share * short_answers.SLOPE * standing
            words += share * short_answers.SLOPE * phrasing
            tone += share * short_answers.SLOPE * (own - standing - phrasing)
    lift = float(seen.in_answers[number, at] - look.alone[number, at])
    parts = [
        Part("meaning", likeness, reasons.likeness_text(found, number, at, likeness)),
        Part("words", words, reasons.words_text(found, number, at) or "shares no rare word with it"),
        Part("tone", tone, reasons.tone_text(problem, tone)),
        Part("around", lift, "what is said around it speaks of the same" if lift > 0 else "stands alone in its answer"),
    ]
    if look.others is not None and look.others[number, at]:
        others = float(look.others[number, at])
        text = "others who say nearly the same speak of it" + ("" if others > 0 else " less")
        parts.append(Part("others", others, text))
    if (number, at) in seen.lessons:
        lesson = float(semantic.log_odds_of(seen.chances[number, at]) - seen.in_answers[number, at])
        parts.append(Part("decisions", lesson, seen.lessons[number, at]))
    if not alone:
        other = reasons.rival_text(found, problems, number, at)
        parts.append(Part("other problem", rival, other if rival < 0 else "no other problem is nearer"))
    if problem.near_misses:
        text = "close to what `not` rules out" if miss < 0 else "far from what `not` rules out"
        parts.append(Part("near miss", miss, text))
    return parts


def _near(
    problem: Problem, vector: np.ndarray, model: Model | None, remembered: MutableMapping[str, bytes]
) -> list[Near]:
    """The problem's own texts that are nearest, then the nearest of its near-misses."""
    assert model is not None
    folder = model
    own = view(problem, lambda texts: embeddings.embed(texts, folder, remembered))
    kinds = ["phrase"] * len(problem.phrases) + ["description"] * (len(own.part_texts) - len(problem.phrases))
    found = [
        Near(kind, text, round(float(likeness), 2))
        for kind, text, likeness in zip(kinds, own.part_texts, own.parts @ vector, strict=True)
    ]
    found = sorted(found, key=lambda one: -one.likeness)[:MOST]
    if len(own.near):
        against = own.near @ vector
        best = int(against.argmax())
        found.append(Near("not", problem.near_misses[best], round(float(against[best]), 2)))
    return found


def _named(part: Part, near: Sequence[Near]) -> Part:
    """A near-miss that counted is named."""
    misses = [one for one in near if one.kind == "not"]
    if part.name == "near miss" and part.moved < 0 and misses:
        return Part(part.name, part.moved, f'{part.text}: "{misses[0].text}"')
    return part
