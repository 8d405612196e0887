"""What customers said and no problem covers -> problems that could be added, the weightiest first.

For each sentence, the score of the file's problems decides how far it is covered. A sentence far above the threshold
is covered; one just above it is not: a problem also attracts what is close to it as long as nothing else in the file
does.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

from reelmaker.model import Problem, Sentence
from reelmaker.tag import Model, embeddings, lexical, semantic
from reelmaker.tag.topics import clustering, labels, noun_phrases, themes

COVERED = 0.6  # of the way from the threshold to 1: from there on a problem has the sentence
NEWS_BELOW = 0.8  # of the threshold: whole news
FEWEST_WORDS = 3  # that carry meaning, of a sentence that may make a topic
LIKE_A_FILLER = 0.62
FILLERS = (
    "Hello, thank you for having me.",
    "Hi, my name is Anna.",
    "Good morning.",
    "I'm happy to do this.",
    "So, let me think.",
    "Okay, where do I start?",
    "That's it, really.",
    "That is all I wanted to say.",
    "I can't think of anything else.",
    "Thank you very much for your help.",
    "Thanks, bye.",
    "Have a nice day.",
    "No, thank you, that would be all.",
    "Yes, please.",
    "Okay, sure.",
    "I have a question.",
    "I need some help.",
    "Can you help me?",
    "I have been a customer for years.",
    "My account number is 1234.",
    "My phone number is 555 1234.",
    "My email address is anna@example.com.",
    "The date was the third of June.",
    "Anything else you want to know?",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic as a problem, and the sentences it is based on, the most typical first."""

    problem: Problem
    sentences: tuple[Sentence, ...]


def candidates(
    sentences: Sequence[Sentence],
    people: Mapping[str, str],
    sure: Sequence[float],
    taken: Sequence[str],
    model: Model,
    remembered: MutableMapping[str, bytes],
    most: int = 14,
) -> list[Candidate]:
    """The topics that several customers raise, at most `most`.

    Args:
        sentences: everything customers said that may be quoted, in any order.
        people: response -> customer.
        sure: for each sentence, the highest score of any problem over its threshold, -1 (score 0) .. 0 (the
            threshold) .. 1 (score 1).
        taken: short names of the existing problems.
        model, remembered: as for a tagger.
    """
    if not sentences:
        return []
    texts = [sentence.english or sentence.text for sentence in sentences]
    vectors = embeddings.embed(texts, model, remembered)
    filler = (vectors @ embeddings.embed(FILLERS, model, remembered).T).max(1) > LIKE_A_FILLER
    tones = semantic.tones(vectors)
    customer_sentences = [
        clustering.Said(
            sentence.response,
            sentence.index,
            people[sentence.response],
            text,
            float(tone),
            _news(score),
            not dull and len(_meaning(text)) >= FEWEST_WORDS,
        )
        for sentence, text, tone, score, dull in zip(sentences, texts, tones, sure, filler, strict=True)
    ]
    suggested: list[Candidate] = []
    named = noun_phrases.of(texts, noun_phrases.things(texts))
    known: set[str] = set()
    for topic in clustering.topics(customer_sentences, vectors):
        names = [*taken, *(candidate.problem.slug for candidate in suggested)]
        theme = themes.nearest(
            vectors[list(topic.members)], vectors, lambda theme_texts: embeddings.embed(theme_texts, model, remembered)
        )
        problem = labels.problem(customer_sentences, topic, named, "" if theme in known else theme, names)
        if problem is not None and len(suggested) < most:
            known.add(theme)
            suggested.append(Candidate(problem, tuple(sentences[index] for index in topic.members)))
    return suggested


def standing(score: float, threshold: float) -> float:
    """The position of a score relative to its threshold: -1 (score 0) .. 0 (the threshold) .. 1 (score 1)."""
    if score >= threshold:
        return (score - threshold) / max(1 - threshold, 1e-9) if threshold < 1 else 1.0
    return (score - threshold) / threshold


def _news(standing: float) -> float:
    """The share of a sentence that no problem covers, 0..1."""
    low, high = NEWS_BELOW - 1, COVERED
    return round(min(1.0, max(0.0, (high - standing) / (high - low))), 4)


def _meaning(text: str) -> list[str]:
    return [word for word in lexical.content(text) if not any(letter.isdigit() for letter in word)]
