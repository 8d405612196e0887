"""How a reel compares with the whole survey: who is in it, their scores, the tone. Pure.

Takes the moments that are shown and everything that was judged; returns a `Sample`, lines about it, and a warning if
the reel sounds worse than everything customers said about the problem.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, pstdev

from reelmaker.model import NOT_TOLD, Group, Moment, Response, Sample

CLEARLY = 0.1  # of tone (-1..1): less is not worth a warning


def compare(
    problem: str,
    shown: Sequence[Moment],
    judged: Sequence[Moment],
    responses: Mapping[str, Response],
    threshold: float,
    column: str,
    value_of: Callable[[Response], str],
    contrary: bool | None = None,
) -> Sample:
    """The reel, the speakers and the survey side by side.

    A customer's tone is the mean of the sentences: those shown, those about the problem, or all. A group's
    tone is the mean of its customers, so that nobody counts more for talking longer.

    Args:
        shown: the clips of this problem, without a dissenting voice.
        judged: every sentence of all customers with speech, judged against this problem.
        contrary: whether a dissenting voice was found; None if none was requested.
    """
    judged = [moment for moment in judged if not moment.sentences[0].asked]  # an interviewer is no customer
    in_reel = {(sentence.response, sentence.index) for moment in shown for sentence in moment.sentences}
    visible = [m for m in judged if (m.sentences[0].response, m.sentences[0].index) in in_reel]
    speaking = [m for m in judged if m.speaks(threshold)]
    reel, speakers, survey = (
        _group(group_moments, responses, value_of) for group_moments in (visible, speaking, judged)
    )
    return Sample(problem, column, reel, speakers, survey, _harsher(visible, speaking, responses), contrary)


def _group(moments: Sequence[Moment], responses: Mapping[str, Response], value_of: Callable[[Response], str]) -> Group:
    first: dict[str, Response] = {}
    scores: dict[str, list[float]] = {}
    for moment in sorted(moments, key=lambda moment: responses[moment.sentences[0].response].file):
        response = responses[moment.sentences[0].response]
        first.setdefault(response.person, response)
    for spoken in sorted({moment.sentences[0].response for moment in moments}):
        score = responses[spoken].score
        if score is not None:
            scores.setdefault(responses[spoken].person, []).append(score)
    parts = Counter(value_of(response) for response in first.values())
    return Group(
        len(first),
        tuple(sorted(parts.items())),
        round(fmean(fmean(own_scores) for own_scores in scores.values()), 2) if scores else None,
        round(fmean(_tones(moments, responses)), 4) if moments else None,
    )


def _tones(moments: Sequence[Moment], responses: Mapping[str, Response]) -> list[float]:
    own: dict[str, list[float]] = {}
    for moment in moments:
        own.setdefault(responses[moment.sentences[0].response].person, []).append(moment.tone)
    return [fmean(tones) for _, tones in sorted(own.items())]


def _harsher(visible: Sequence[Moment], speaking: Sequence[Moment], responses: Mapping[str, Response]) -> bool:
    """Below the speakers' mean by `CLEARLY`, and by more than the chance of drawing so few of them explains."""
    if not visible or not speaking:
        return False
    shown, all_tones = _tones(visible, responses), _tones(speaking, responses)
    luck = 2 * pstdev(all_tones) / math.sqrt(len(shown)) if len(shown) < len(all_tones) else 0.0
    return fmean(shown) < fmean(all_tones) - max(CLEARLY, luck)


def lines(sample: Sample) -> list[str]:
    """The comparison in words."""
    reel, survey = sample.reel, sample.survey
    comparisons = [
        f"In the reel: {_who(reel, survey)}; in the survey: {_who(survey, survey)}",
        *(
            [
                f"tone {_signed(reel.tone)} in the reel, {_signed(sample.speakers.tone)} in everything said about this, "
                f"{_signed(survey.tone)} in the whole survey"
            ]
            if reel.tone is not None and sample.speakers.tone is not None and survey.tone is not None
            else []
        ),
    ]
    texts = [f"{sample.problem}: {'; '.join(comparisons)}."]
    if sample.contrary is not None:
        texts.append(
            f"{sample.problem}: a dissenting voice is shown before the question."
            if sample.contrary
            else f"{sample.problem}: nobody clearly says the opposite, so no dissenting voice is shown."
        )
    return texts


def warning(sample: Sample) -> str:
    """The warning if the reel is harsher than the answers it represents; "" if not."""
    if not sample.harsher or sample.reel.tone is None or sample.speakers.tone is None:
        return ""
    return (
        f"{sample.problem}: the reel sounds more negative than everything customers said about this "
        f"(tone {_signed(sample.reel.tone)} compared with {_signed(sample.speakers.tone)}). "
        "A longer reel or more customers make it more representative."
    )


def _who(group: Group, survey: Group) -> str:
    known = [value for value, _ in survey.parts if value]
    have = dict(group.parts)
    named = [f"{have.get(value, 0)} {value}" for value in known[:6]]
    unknown = have.get("", 0)
    rest = group.customers - unknown - sum(have.get(value, 0) for value in known[:6])
    if named:
        named += [f"{number} {label}" for number, label in ((rest, "other"), (unknown, NOT_TOLD.lower())) if number]
    people = f"{group.customers} customer{'' if group.customers == 1 else 's'}"
    parts = f" ({', '.join(named)})" if named else ""
    score = f", mean score {group.score:.1f}" if group.score is not None else ""
    return f"{people}{parts}{score}"


def _signed(tone: float | None) -> str:
    return "unknown" if tone is None else f"{tone:+.1f}".replace("-", "−")
