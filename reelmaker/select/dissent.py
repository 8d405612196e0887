"""The dissenting voice: one customer who clearly praises what others complain about. Pure.

Takes the survey scored for a problem; returns a moment that praises by itself, or none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reelmaker.model import Moment, Problem, Response
from reelmaker.select.candidates import Limits, windows
from reelmaker.tag import sentiment

SURE_TONE = 0.2  # a tone from here on is praise whatever the words
OF_THE_SUBJECT = 0.1  # a complaint's score that praise of the same subject still reaches
AHEAD = 2.0  # times its score for every other problem of the file
STEM = 5  # letters at the beginning by which two words are taken for the same
SHARE = 0.4  # of the time for clips that it may take at most


def find(
    problem: Problem,
    judged: Sequence[Moment],
    rivals: Sequence[str],
    responses: Mapping[str, Response],
    limits: Limits,
) -> Moment | None:
    """The strongest moment in which a customer says the opposite of a pain problem; None if none is certain.

    Certain means: the customer does not mention the problem anywhere; the words clearly praise and the tone agrees,
    or the tone alone is clear; it shares a word with the problem; no other problem is nearly as close; none of its
    context is lost.

    Args:
        judged: every sentence against every problem of the file.
        rivals: the other problems of the same kind.
    """
    if problem.kind != "pain":
        return None
    scores: dict[tuple[str, int], dict[str, float]] = {}
    for moment in judged:
        place = (moment.sentences[0].response, moment.sentences[0].index)
        scores.setdefault(place, {})[moment.problem] = moment.score
    own = [moment for moment in judged if moment.problem == problem.slug]
    speakers = {responses[m.sentences[0].response].person for m in own if m.speaks(limits.threshold)}
    # the same stretches as for any clip, cut where the praise is
    praise = [replace(moment, score=float(_praises(moment) and moment.sentences[0].quotable)) for moment in own]
    subject = _stems(" ".join([problem.statement, problem.describe, *problem.phrases]))
    candidates = []
    alone = {(m.sentences[0].response, m.sentences[0].index): m for m in own}
    for window in windows(praise, limits):
        moment = window.moment
        places = [(sentence.response, sentence.index) for sentence in moment.sentences]
        each = [scores[place] for place in places if _praises(alone[place])]
        if not each:
            continue  # trimmed by the team to words that praise nothing
        nearest = max(each, key=lambda score: score[problem.slug])
        others = max((nearest.get(rival, 0.0) for rival in rivals), default=0.0)
        if (
            not window.marked
            and responses[moment.sentences[0].response].person not in speakers
            and _whole_praises(moment, alone)
            and nearest[problem.slug] >= max(OF_THE_SUBJECT, AHEAD * others)
            and _stems(moment.text) & subject
            and window.cost_ms <= limits.room_ms * SHARE
        ):
            candidates.append(replace(moment, score=nearest[problem.slug]))
    best = max(candidates, key=lambda m: (m.score + m.tone, m.sentences[0].response, -m.span.start_ms), default=None)
    if best is None:
        return None
    reason = "a dissenting voice: praises what others complain about; not counted among them"
    return replace(best, why=(reason,), dissent=True)


def _praises(moment: Moment) -> bool:
    sign = sentiment.polarity(moment.text)
    return (sign > 0 and moment.tone >= 0) or (sign == 0 and moment.tone >= SURE_TONE)


def _whole_praises(moment: Moment, alone: Mapping[tuple[str, int], Moment]) -> bool:
    """Its words praise and no added context contradicts them, or every sentence of it praises."""
    if sentiment.polarity(moment.text) > 0:
        return True
    return all(_praises(alone[sentence.response, sentence.index]) for sentence in moment.sentences)


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"\w+", text.lower()) if len(word) >= STEM}
