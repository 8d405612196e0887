"""Clips -> reel: the intro that names the problem, the clips, the question at the end. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reelmaker.model import DRAWN, NOT_TOLD, Card, Clip, Count, Problem, Reel
from reelmaker.select import headline

READING = 14  # characters per second that an audience reads from a slide
SHORTEST_MS, LONGEST_MS = 3500, 8000
EVIDENCE_MS = 4000
MOST_SEGMENTS = 4  # that an audience sees at a glance; a survey with more shows none


@dataclass(frozen=True, slots=True)
class Frame:
    """The look of the reel: card template, brand name, size in pixels, frame rate, whether counts have cards."""

    template: str
    brand: str
    width: int
    height: int
    fps: int
    evidence: bool = False


def arrange(
    problems: Sequence[Problem],
    clips: Mapping[str, Sequence[Clip]],
    counts: Mapping[str, Count],
    frame: Frame,
    dates: str = "",
) -> Reel:
    """The reel of these problems; those without clips are left out, but their counts are kept."""
    shown_problems = [problem for problem in problems if clips.get(problem.slug)]
    items: list[Card | Clip] = [_intro(shown_problems, counts, frame, dates)] if shown_problems else []
    for number, problem in enumerate(shown_problems, start=1):
        if len(shown_problems) > 1:
            items.append(_chapter(number, problem, counts[problem.slug], frame))
        if frame.evidence:
            items.append(_evidence(problem, counts[problem.slug], frame))
        items += clips[problem.slug]
        items.append(_outro(problem, frame))
    return Reel(tuple(problems), tuple(items), dict(counts), frame.width, frame.height, frame.fps)


def cards_ms(problems: Sequence[Problem], counts: Mapping[str, Count], frame: Frame, dates: str = "") -> int:
    """The total length of the cards of such a reel, in milliseconds."""
    cards = [_intro(problems, counts, frame, dates), *(_outro(problem, frame) for problem in problems)]
    if len(problems) > 1:
        cards += [_chapter(n, problem, counts[problem.slug], frame) for n, problem in enumerate(problems, 1)]
    if frame.evidence:
        cards += [_evidence(problem, counts[problem.slug], frame) for problem in problems]
    return sum(card.duration_ms for card in cards)


def single(kind: str, problem: Problem, count: Count, frame: Frame, dates: str = "") -> Card:
    """A single card of one problem, to look at."""
    if kind == "intro":
        return _intro([problem], {problem.slug: count}, frame, dates)
    if kind == "evidence":
        return _evidence(problem, count, frame)
    return _chapter(1, problem, count, frame) if kind == "chapter" else _outro(problem, frame)


def quote(text: str, label: str, frame: Frame, problem: str = "") -> Card:
    """A customer's words as a card, for slides or if the picture may not be shown; not part of normal reels."""
    return _card("quote", frame, {"quote": text, "label": label, "brand": frame.brand}, problem)


def period(dates: Sequence[str]) -> str:
    """When the answers were given, in words: `July to September 2026`. "" without dates."""
    months = sorted(match[0] for date in dates if (match := re.match(r"(\d{4})-(0[1-9]|1[0-2])", date)))
    if not months:
        return ""
    first, last = _month(months[0]), _month(months[-1])
    if first == last:
        return f"{first[0]} {first[1]}"
    return f"{first[0]}{f' {first[1]}' if first[1] != last[1] else ''} to {last[0]} {last[1]}"


def _month(text: str) -> tuple[str, str]:
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return names[int(text[5:7]) - 1], text[:4]


def _intro(problems: Sequence[Problem], counts: Mapping[str, Count], frame: Frame, dates: str) -> Card:
    if len(problems) == 1:
        problem = problems[0]
        fields = {**_problem_fields(problem, counts[problem.slug]), "date": dates, "brand": frame.brand}
        return _card("intro", frame, fields, problem.slug)
    fields = {
        "title": "What customers told us",
        "problems": "\n".join(problem.statement for problem in problems),
        "date": dates,
        "brand": frame.brand,
    }
    return _card("intro", frame, fields)


def _chapter(number: int, problem: Problem, count: Count, frame: Frame) -> Card:
    return _card("chapter", frame, {"number": str(number), **_problem_fields(problem, count)}, problem.slug)


def _evidence(problem: Problem, count: Count, frame: Frame) -> Card:
    fields = {
        **_problem_fields(problem, count),
        "figure": headline.title(headline.number(count)),
        "claim": headline.claim(count),
        "split": _split(count),
        "brand": frame.brand,
    }
    return replace(_card("evidence", frame, fields, problem.slug), duration_ms=EVIDENCE_MS)


def _split(count: Count) -> str:
    """A line for each segment, such as "4 7 New"; "" if no segment is known, there is one or too many, or they do not
    add up.
    """
    has_segments = any(part.value for part in count.by_segment)
    if not (count.agrees and has_segments and 2 <= len(count.by_segment) <= MOST_SEGMENTS):
        return ""
    named = [(part, part.value[:1].upper() + part.value[1:]) for part in count.by_segment]
    return "\n".join(f"{part.spoke} {part.of} {name or NOT_TOLD}" for part, name in named)


def _outro(problem: Problem, frame: Frame) -> Card:
    questions = {f"question{number}": text for number, text in enumerate(problem.question, start=1)}
    return _card("outro", frame, {**questions, "brand": frame.brand}, problem.slug)


def _problem_fields(problem: Problem, count: Count) -> dict[str, str]:
    return {
        "statement": problem.statement,
        "outcome": problem.outcome,
        "evidence": headline.title(headline.sentence(count)),
        "basis": headline.title(headline.basis(count)),
        "spoke": str(count.figure[0]),
        "of": str(count.figure[1]),
    }


def _card(kind: str, frame: Frame, fields: Mapping[str, str], problem: str = "") -> Card:
    shown = tuple((name, text) for name, text in fields.items() if text)
    letters = sum(len(text) for name, text in shown if name not in (*DRAWN, "basis", "brand", "date"))
    length = min(LONGEST_MS, max(SHORTEST_MS, 1500 + letters * 1000 // READING))
    # whole tenths of a second, so that a small change of words does not move every later frame
    return Card(kind, frame.template, shown, length // 100 * 100, problem)  # type: ignore[arg-type]
