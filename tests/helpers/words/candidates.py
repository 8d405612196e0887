"""Made-up customers among whom a reel is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from reelmaker.model import Moment, Response, Sentence, Verdict, Word
from reelmaker.select.pick import Limits


def answer(
    response: str,
    scores: list[float],
    length_ms: int = 4000,
    gap_ms: int = 400,
    texts: list[str] | None = None,
) -> list[Moment]:
    """An answer of sentences of equal length, judged."""
    moments = []
    for index, score in enumerate(scores):
        at = index * (length_ms + gap_ms)
        text = texts[index] if texts else f"word{response}{index} other{response}{index} third{response}{index}."
        parts = text.split()
        step = length_ms // len(parts)
        words = tuple(Word(part, at + n * step, at + (n + 1) * step) for n, part in enumerate(parts))
        moments.append(Moment("p", (Sentence(response, index, words),), score, ("because",)))
    return moments


def people(*names: str, **respondent: str) -> dict[str, Response]:
    return {name: Response(name, f"{name}.mp4", 60_000, respondent=respondent.get(name, "")) for name in names}


SAME = "The payment page refused my card again yesterday."


def decide(moment: Moment, verdict: Verdict) -> Moment:
    """The moment as it is judged once the team has said so."""
    score = {"keep": 0.99, "drop": 0.0, "hide": moment.score}[verdict]
    return replace(moment, score=score, verdict=verdict)


@dataclass(frozen=True)
class Survey:
    """Judged sentences of some customers, and what a reel of them may hold."""

    moments: list[Moment]
    names: list[str]
    limits: Limits
    groups: dict[str, str] | None


@st.composite
def surveys(draw: st.DrawFn, decided: bool = False) -> Survey:
    """Any survey of up to 20 customers; `decided`: the team has kept, dropped and hidden some of it."""
    names = [f"r{number:02}" for number in range(draw(st.integers(1, 20)))]
    scores = st.lists(st.integers(0, 1000).map(lambda part: part / 1000), min_size=1, max_size=7)
    verdicts: st.SearchStrategy[Verdict | None] = st.sampled_from([None, None, None, "keep", "drop", "hide"])
    moments: list[Moment] = []
    for name in names:
        judged = draw(scores)
        texts = [SAME] * len(judged) if draw(st.integers(0, 4)) == 4 else None
        said = answer(name, judged, draw(st.integers(900, 9000)), draw(st.integers(50, 3500)), texts)
        moments += [decide(m, v) if decided and (v := draw(verdicts)) else m for m in said]
    groups = {name: draw(st.sampled_from("xy")) for name in names} if draw(st.booleans()) else None
    limits = Limits(draw(st.integers(6_000, 120_000)), 2_000, 16_000, draw(st.integers(1, 3)), 0.5)
    return Survey(moments, names, limits, groups)
