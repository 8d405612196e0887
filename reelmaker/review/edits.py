"""Trims and orders, given by times, words or clip numbers: recorded as decisions.

In: a moment's name with the new edges, or clips of a reel in the order wanted. Out: rows of the library, in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reelmaker import analysis
from reelmaker.errors import ProjectError
from reelmaker.model import Span, Word, joined, moment_ids
from reelmaker.model.decision import ENDS, Decision
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.library import Library
from reelmaker.project.session import look_into
from reelmaker.review.lookup import Meant, resolve
from reelmaker.select.decisions import trims as select_trims
from reelmaker.select.decisions import verdicts

TIME = re.compile(rf"(?P<sign>[+-])?(?P<clock>{moment_ids.CLOCK})")


@dataclass(frozen=True, slots=True)
class Edge:
    """The new start or end of a clip: spoken words, a time of the answer, or a shift."""

    words: str = ""
    time: str = ""  # "0:04.2", "+0.8", "-1.2"; "" with no words: as it is now


def trim(
    project: Project,
    name: str,
    begin: Edge,
    end: Edge,
    problem: str = "",
    note: str = "",
    exactly: bool = False,
) -> tuple[Decision, Meant, str]:
    """Record what the clip of a moment shows.

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
        meant = resolve(project, survey, name, problem)
        slug = problem or meant.problem
        sentences = survey.transcripts[meant.span.response].sentences
        now = meant.shown or _trimmed(library, meant, slug) or meant.span
        said = [word for sentence in sentences for word in sentence.words]
        start = _place(begin, now, meant, said, 0)
        stop = _place(end, now, meant, said, 1, start)
        length = survey.responses[meant.span.response].duration_ms
        if not 0 <= start < stop or start >= length:
            raise ProjectError(
                f"{meant.name}: there is nothing between {moment_ids.clock(max(0, start))} and {moment_ids.clock(max(0, stop))}.",
                f"Its clip is {moment_ids.clock(now.start_ms)}-{moment_ids.clock(now.end_ms)} in an answer of {moment_ids.clock(length)}.",
            )
        stretch = Span(meant.span.response, start, min(stop, length))
        inside = select_trims.within(said, stretch)
        if inside and not exactly:
            stretch = Span(stretch.response, inside[0].start_ms, inside[-1].end_ms)
        new = Decision(
            0,
            meant.span,
            slug,
            "trim",
            " ".join(note.split()),
            clock_skew.now(),
            shown=stretch,
            exact=exactly,
        )
        cut = select_trims.cut(new, sentences)
        if isinstance(cut, str):
            remedy = "Choose another start or end; `reelmaker why` shows the sentences around it with their times."
            raise ProjectError(
                f"{meant.name}, {moment_ids.clock(start)}-{moment_ids.clock(stop)}: {REFUSED[cut]}.", remedy
            )
        text = joined([word for sentence in cut.sentences for word in sentence.words])
        return library.store_decisions([new])[0], meant, text


REFUSED = {
    select_trims.SILENT: "there is no speech there",
    select_trims.OTHERS: "that is outside the moment; the clip must include part of it",
    select_trims.TOO_LITTLE: "that leaves less than half a second of speech",
    **{reason: f"{reason}, which are never quoted" for reason in select_trims.HOLDS_UNQUOTABLE.values()},
}


def _trimmed(library: Library, meant: Meant, problem: str) -> Span | None:
    """The moment's current trim."""
    trims = select_trims.of_problem(library.decisions(), problem)
    return next((d.shown for d in trims if verdicts.belongs(d.span, meant.span)), None)


def _place(edge: Edge, now: Span, meant: Meant, said: Sequence[Word], side: int, after_ms: int = -1) -> int:
    """The time of an edge, in ms. `side`: 0 the beginning, 1 the end; `after_ms`: words said later come first."""
    if edge.words:
        found = _spoken(edge.words, meant, said, after_ms)
        return found[0].start_ms if side == 0 else found[-1].end_ms
    base = now.end_ms if side else now.start_ms
    if not edge.time:
        return base
    read = TIME.fullmatch(edge.time.strip())
    if not read:
        raise ProjectError(
            f'"{edge.time}" is not a time.',
            "Write a time of the answer such as 0:04.2, or +0.8 and -1.2 for seconds later and earlier.",
        )
    by = moment_ids.ms_of(read["clock"])
    return base + by if read["sign"] == "+" else max(0, base - by) if read["sign"] else by


def _spoken(text: str, meant: Meant, said: Sequence[Word], after_ms: int) -> Sequence[Word]:
    """The named words: in the moment, or else their only occurrence in the answer."""
    wanted = _plain(text)
    found = (
        []
        if not wanted
        else [
            said[first:stop]
            for first in range(len(said))
            if (stop := _reaches(said, first, wanted)) and said[first].end_ms > after_ms
        ]
    )
    within = [words for words in found if meant.span.start_ms <= words[0].start_ms < meant.span.end_ms]
    if len(within or found) == 1:
        return (within or found)[0]
    if found:
        times = ", ".join(moment_ids.clock(words[0].start_ms) for words in (within or found)[:4])
        raise ProjectError(
            f'{meant.name}: "{text}" is said {len(within or found)} times, at {times}.',
            "Add a neighbouring word, or give the time with --start or --end.",
        )
    raise ProjectError(
        f'{meant.name}: nobody says "{text}" {"there" if after_ms < 0 else "after the start"}.',
        f"Write it as in the transcript: {_short(meant.text)}",
    )


def _reaches(said: Sequence[Word], first: int, wanted: str) -> int:
    """The index after the last word if the words from `first` on match; otherwise 0."""
    have = ""
    for at in range(first, len(said)):
        part = _plain(said[at].text)
        if at == first and not part:
            return 0
        have += part
        if have == wanted:
            return at + 1
        if not wanted.startswith(have):
            return 0
    return 0


def _plain(text: str) -> str:
    """Only letters and digits, so that punctuation, case and spaces make no difference."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _short(text: str) -> str:
    return f'"{text if len(text) <= 120 else f"{text[:119]}…"}".'


def order(
    project: Project, reel: str, first: Sequence[str], last: Sequence[str] = (), note: str = ""
) -> list[tuple[Decision, Meant]]:
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
        told = project.problem(reel).slug if reel in project.problems else ""
        if not first and not last:
            raise ProjectError(f"{reel}: name at least one clip.", f"For example: reelmaker order {reel} 3 1")
        new: list[Decision] = []
        meant: list[Meant] = []
        made, text = clock_skew.now(), " ".join(note.split())
        for end, names in zip(ENDS, (first, last), strict=True):
            for rank, name in enumerate(names):
                found = resolve(project, survey, name, reel)
                slug = found.problem or told
                if not slug:
                    raise ProjectError(
                        f'"{name}": it is not clear which problem this belongs to.',
                        f"Name one of: {', '.join(project.problems)}.",
                    )
                if any(other.span == found.span and d.problem == slug for other, d in zip(meant, new, strict=True)):
                    raise ProjectError(f"{found.name} is named twice.", "A clip can only have one position.")
                meant.append(found)
                new.append(Decision(0, found.span, slug, end, text, made, rank=rank))
        return list(zip(library.store_decisions(new), meant, strict=True))


def clear(project: Project, reel: str) -> list[int]:
    """Take back every order of a problem (or of each problem of a reel); gives back the numbers."""
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
