"""Trims and orders, given by times, words or clip numbers; recorded as decisions, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Span, Word, joined, moment_ids
from reelmaker.model.decision import ENDS, Decision
from reelmaker.model.survey import Survey
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import look_into
from reelmaker.review.lookup import ResolvedMoment, resolve
from reelmaker.select.decisions import trims as select_trims
from reelmaker.select.decisions import verdicts
from reelmaker.transcribe.corrections import matching

TIME = re.compile(rf"(?P<sign>[+-])?(?P<clock>{moment_ids.CLOCK})")


@dataclass(frozen=True, slots=True)
class Edge:
    """The new start or end of a clip: spoken words, a time of the answer, or a shift."""

    words: str = ""
    time: str = ""  # "0:04.2", "+0.8", "-1.2"; "" without words: unchanged


def trim(
    project: Project,
    name: str,
    begin: Edge,
    end: Edge,
    problem: str = "",
    note: str = "",
    exactly: bool = False,
) -> tuple[Decision, ResolvedMoment, str]:
    """Record a new start or end of a moment's clip.

    Args:
        exactly: to the millisecond, even inside a word; otherwise whole words with the pauses around them.

    Returns:
        The decision, the moment and the words it shows.

    Raises:
        UnknownMoment: the name matches no moment, or several.
        ProjectError: an edge is invalid, or nothing that may be shown is left in between.
    """
    if problem:
        project.problem(problem)
    with look_into(project) as session:
        library, survey = session.library, analysis.known(session)
        resolved = resolve(project, survey, name, problem)
        decision, text = proposed(library, survey, resolved, problem or resolved.problem, begin, end, note, exactly)
        return library.store_decisions([decision])[0], resolved, text


def proposed(
    library: Library,
    survey: Survey,
    resolved: ResolvedMoment,
    problem: str,
    begin: Edge,
    end: Edge,
    note: str = "",
    exactly: bool = False,
) -> tuple[Decision, str]:
    """The decision of a trim that is not recorded yet, and the words it shows.

    Raises:
        ProjectError: an edge is invalid, or nothing that may be shown is left in between.
    """
    sentences = survey.transcripts[resolved.span.response].sentences
    current = resolved.shown or trimmed(library, resolved, problem) or resolved.span
    spoken = [word for sentence in sentences for word in sentence.words]
    start = _place(begin, current, resolved, spoken, 0)
    stop = _place(end, current, resolved, spoken, 1, start)
    length = survey.responses[resolved.span.response].duration_ms
    if not 0 <= start < stop or start >= length:
        raise ProjectError(
            f"{resolved.name}: there is nothing between {moment_ids.clock(max(0, start))} and {moment_ids.clock(max(0, stop))}.",
            f"Its clip is {moment_ids.clock(current.start_ms)}-{moment_ids.clock(current.end_ms)} in an answer of {moment_ids.clock(length)}.",
        )
    stretch = Span(resolved.span.response, start, min(stop, length))
    words_inside = select_trims.within(spoken, stretch)
    if words_inside and not exactly:
        stretch = Span(stretch.response, words_inside[0].start_ms, words_inside[-1].end_ms)
    reason, made = " ".join(note.split()), clock_skew.now()
    decision = Decision(0, resolved.span, problem, "trim", reason, made, shown=stretch, exact=exactly)
    cut = select_trims.cut(decision, sentences)
    if isinstance(cut, str):
        remedy = "Choose another start or end; `reelmaker why` shows the sentences around it with their times."
        raise ProjectError(
            f"{resolved.name}, {moment_ids.clock(start)}-{moment_ids.clock(stop)}: {REFUSED[cut]}.", remedy
        )
    return decision, joined([word for sentence in cut.sentences for word in sentence.words])


REFUSED = {
    select_trims.SILENT: "there is no speech there",
    select_trims.OTHERS: "that is outside the moment; the clip must include part of it",
    select_trims.TOO_LITTLE: "that leaves less than half a second of speech",
    **{reason: f"{reason}, which are never quoted" for reason in select_trims.HOLDS_UNQUOTABLE.values()},
}


def trimmed(library: Library, resolved: ResolvedMoment, problem: str) -> Span | None:
    """The moment's current trim."""
    trims = select_trims.of_problem(library.decisions(), problem)
    return next((d.shown for d in trims if verdicts.belongs(d.span, resolved.span)), None)


def _place(
    edge: Edge, current: Span, resolved: ResolvedMoment, spoken: Sequence[Word], side: int, after_ms: int = -1
) -> int:
    """The time of an edge, in ms. `side`: 0 for the start, 1 for the end; words before `after_ms` are not searched."""
    if edge.words:
        words = _find_words(edge.words, resolved, spoken, after_ms)
        return words[0].start_ms if side == 0 else words[-1].end_ms
    base = current.end_ms if side else current.start_ms
    if not edge.time:
        return base
    parsed = TIME.fullmatch(edge.time.strip())
    if not parsed:
        raise ProjectError(
            f'"{edge.time}" is not a time.',
            "Write a time of the answer such as 0:04.2, or +0.8 and -1.2 for seconds later and earlier.",
        )
    ms = moment_ids.ms_of(parsed["clock"])
    return base + ms if parsed["sign"] == "+" else max(0, base - ms) if parsed["sign"] else ms


def _find_words(text: str, resolved: ResolvedMoment, spoken: Sequence[Word], after_ms: int) -> Sequence[Word]:
    """The named words: in the moment, or else their only occurrence in the answer."""
    occurrences = [
        spoken[first:stop] for first, stop in matching.places(spoken, text) if spoken[first].end_ms > after_ms
    ]
    inside_moment = [
        words for words in occurrences if resolved.span.start_ms <= words[0].start_ms < resolved.span.end_ms
    ]
    if len(inside_moment or occurrences) == 1:
        return (inside_moment or occurrences)[0]
    if occurrences:
        times = ", ".join(moment_ids.clock(words[0].start_ms) for words in (inside_moment or occurrences)[:4])
        raise ProjectError(
            f'{resolved.name}: "{text}" is said {len(inside_moment or occurrences)} times, at {times}.',
            "Add a neighbouring word, or give the time with --start or --end.",
        )
    raise ProjectError(
        f'{resolved.name}: nobody says "{text}" {"there" if after_ms < 0 else "after the start"}.',
        f"Write it as in the transcript: {_short(resolved.text)}",
    )


def _short(text: str) -> str:
    return f'"{text if len(text) <= 120 else f"{text[:119]}…"}".'


def order(
    project: Project, reel: str, first: Sequence[str], last: Sequence[str] = (), note: str = ""
) -> list[tuple[Decision, ResolvedMoment]]:
    """Record which clips open a reel and which close it, in the given order.

    Args:
        reel: such as `checkout`; bare numbers count in it.
        first, last: numbers of clips, or names of moments.

    Raises:
        UnknownMoment: a name matches no moment.
        ProjectError: a clip is named twice, or none is.
    """
    with look_into(project) as session:
        library, survey = session.library, analysis.known(session)
        problem_slug = project.problem(reel).slug if reel in project.problems else ""
        if not first and not last:
            raise ProjectError(f"{reel}: name at least one clip.", f"For example: reelmaker order {reel} 3 1")
        decisions: list[Decision] = []
        resolved_moments: list[ResolvedMoment] = []
        made_at, text = clock_skew.now(), " ".join(note.split())
        for end, names in zip(ENDS, (first, last), strict=True):
            for rank, name in enumerate(names):
                resolved = resolve(project, survey, name, reel)
                slug = resolved.problem or problem_slug
                if not slug:
                    raise ProjectError(
                        f'"{name}": it is not clear which problem this belongs to.',
                        f"Name one of: {', '.join(project.problems)}.",
                    )
                if any(
                    earlier.span == resolved.span and d.problem == slug
                    for earlier, d in zip(resolved_moments, decisions, strict=True)
                ):
                    raise ProjectError(f"{resolved.name} is named twice.", "A clip can only have one position.")
                resolved_moments.append(resolved)
                decisions.append(Decision(0, resolved.span, slug, end, text, made_at, rank=rank))
        return list(zip(library.store_decisions(decisions), resolved_moments, strict=True))


def clear(project: Project, reel: str) -> list[int]:
    """Reverse all orders of a problem (or of each problem of a reel); returns the numbers."""
    with look_into(project) as session:
        library = session.library
        slugs = [project.problem(slug).slug for slug in reel.split("+")] if reel != "all" else list(project.problems)
        numbers = [
            d.number for d in library.decisions() if d.verdict in ENDS and not d.withdrawn and d.problem in slugs
        ]
        if not numbers:
            raise ProjectError(f"{reel}: this reel has no order to clear.", "Its clips are in the automatic order.")
        library.withdraw(numbers, clock_skew.now())
        return numbers
