"""The team's corrections of misheard words: finds what is meant, records, reverses and lists them.

In: a moment's name or all answers, the words as they were transcribed, and as they were really said. Out: rows of the
library, and the current state of each correction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker import analysis
from reelmaker.errors import ProjectError, UnknownMoment
from reelmaker.model import Sentence, Span, Word, moment_ids
from reelmaker.model.correction import Correction
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.session import look_into
from reelmaker.redaction import stage as redaction_stage
from reelmaker.redaction import told_corrections
from reelmaker.review import reversal
from reelmaker.review.lookup import ResolvedMoment, resolve
from reelmaker.select.decisions import standing
from reelmaker.transcribe.corrections import matching, negation

LETTERS_A_SECOND, LETTERS_MORE = 40, 15  # more than these are said by nobody in the time of the old words
EDGES = re.compile(r"^[^\w]+|[^\w]+$")
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that is not recorded yet, with the moment it is in and what is said there."""

    correction: Correction
    moment: str
    sentence: str
    turns: bool  # it adds or removes a negation


@dataclass(frozen=True, slots=True)
class State:
    """A recorded correction as it stands today; the texts with marks where personal data is redacted."""

    correction: Correction
    moment: str
    heard: str
    text: str
    outcome: str  # "holds", "fulfilled", "overruled", "resting" or "withdrawn"
    reason: str = ""


def proposed(
    project: Project, name: str, heard: str, text: str, *, everywhere: bool = False, note: str = ""
) -> list[Proposal]:
    """Every place that would be corrected: one in the moment, or all of the survey. Nothing is recorded.

    Args:
        name: a moment such as `4f2a91@1:07.4` or `checkout/3`; "" with `everywhere`.
        heard: the words as they were transcribed; the same as `text` confirms them.
        text: what is really said.

    Raises:
        UnknownMoment: the name matches no moment, or several.
        ProjectError: nobody says these words there, or several times; or nobody can say so much in that time.
    """
    heard, text = " ".join(heard.split()), " ".join(text.split())
    if not matching.plain(text):
        raise ProjectError(
            "A correction says what was said, and it must have words.",
            "`reelmaker trim` leaves words out of a clip; `reelmaker hide` leaves the moment out.",
        )
    with look_into(project) as session:
        spoken = analysis.spoken(session)
        shown = redaction_stage.redact(session, spoken)
        if everywhere:
            stretches = [
                (response, first, stop)
                for response in sorted(spoken.transcripts)
                for first, stop in _places(_words(spoken, response), heard)
            ]
            if not stretches:
                raise ProjectError(f'Nobody says "{heard}".', "Write it as in the transcript: see `reelmaker moments`.")
        else:
            meant = resolve(project, shown, name)
            stretches = [(meant.span.response, *_only_place(_words(spoken, meant.span.response), heard, meant))]
        return [
            _proposal(spoken, shown, stretch, heard, text, " ".join(note.split()), clock_skew.now())
            for stretch in stretches
        ]


def record(project: Project, proposals: Sequence[Proposal]) -> list[Correction]:
    """Write the corrections down, in one transaction."""
    with look_into(project) as session:
        return session.library.corrections().store([proposal.correction for proposal in proposals])


def withdraw(project: Project, numbers: Sequence[int]) -> None:
    """Take corrections back; their rows stay.

    Raises:
        ProjectError: there is no such correction, or it is already reversed; then none is reversed.
    """
    with look_into(project) as session:
        rows = session.library.corrections()
        reversal.refuse({correction.number: correction for correction in rows.all()}, numbers, "correction")
        rows.withdraw(sorted(set(numbers)), clock_skew.now())


def listed(project: Project) -> list[State]:
    """Every correction of a project as it stands today; none if nothing has been transcribed yet."""
    if not project.library.exists():
        return []
    with look_into(project) as session:
        survey = analysis.known(session)
        return list(states(project, survey, session.library.corrections().all()))


def states(project: Project, survey: Survey, corrections: Sequence[Correction]) -> Iterator[State]:
    """How each of these corrections stands in a survey that they were laid over, in their order."""
    outcomes = {one.correction.number: one for one in survey.corrections}
    for correction in corrections:
        heard, text = told_corrections.texts(project, survey, correction)
        moment = _moment(survey, correction.span)
        outcome = outcomes.get(correction.number)
        if correction.withdrawn:
            yield State(correction, moment, heard, text, WITHDRAWN, correction.withdrawn)
        elif correction.span.response not in survey.responses:
            yield State(correction, moment, heard, text, "resting", standing.unused(survey, correction.span.response))
        elif outcome is None:
            yield State(correction, moment, heard, text, "resting", "the answer is not transcribed")
        else:
            yield State(correction, moment, heard, text, outcome.outcome, outcome.reason)


def entry(state: State) -> dict[str, Any]:
    """A correction for a document."""
    correction = state.correction
    return {
        "number": correction.number,
        "moment": state.moment,
        "response": correction.span.response,
        "start_ms": correction.span.start_ms,
        "end_ms": correction.span.end_ms,
        "heard": state.heard,
        "text": state.text,
        "note": correction.note,
        "made": correction.made,
        "withdrawn": correction.withdrawn,
        "state": state.outcome,
        "reason": state.reason,
    }


def document(project: Project, listed: Sequence[State]) -> dict[str, Any]:
    """The document of `corrections --json`."""
    facts = {"name": project.name, "language": project.language or "auto"}
    told = [entry(state) for state in listed]
    return manifest.document("corrections", facts, [], {}, {}, thresholds={}, corrections=told)


def _words(survey: Survey, response: str) -> list[Word]:
    return [word for sentence in survey.transcripts[response].sentences for word in sentence.words]


def _places(words: Sequence[Word], heard: str) -> list[matching.Place]:
    return matching.places(words, heard) or matching.parts(words, heard)


def _only_place(words: Sequence[Word], heard: str, meant: ResolvedMoment) -> matching.Place:
    found = [
        place
        for place in _places(words, heard)
        if meant.span.start_ms <= words[place[0]].start_ms and words[place[1] - 1].end_ms <= meant.span.end_ms
    ]
    if len(found) == 1:
        return found[0]
    if found:
        times = ", ".join(moment_ids.clock(words[first].start_ms) for first, _ in found[:4])
        raise ProjectError(
            f'{meant.name}: "{heard}" is said {len(found)} times, at {times}.', "Add a neighbouring word to both texts."
        )
    raise UnknownMoment(
        f'{meant.name}: nobody says "{heard}" there.', f'Write it as in the transcript: "{meant.text}".'
    )


def _proposal(
    spoken: Survey, shown: Survey, stretch: tuple[str, int, int], heard: str, text: str, note: str, made: str
) -> Proposal:
    response, first, stop = stretch
    words = _words(spoken, response)
    old = EDGES.sub("", matching.within(words, (first, stop)))
    confirms = heard == text
    new = old if confirms else old.replace(heard, text) if _is_part(old, heard) else text
    span = Span(response, words[first].start_ms, words[stop - 1].end_ms)
    moment = _moment(shown, span)
    if len(matching.plain(new)) > LETTERS_MORE + LETTERS_A_SECOND * span.length_ms / 1000:
        raise ProjectError(
            f'{moment}: nobody can say "{new}" in {span.length_ms / 1000:.1f} seconds.',
            "Correct only words that are said there; name more of the misheard words if the new ones replace them.",
        )
    before = words[first - 1].text if first else ""
    after = words[stop].text if stop < len(words) else ""
    correction = Correction(0, span, old, new, before, after, note, made)
    sentence = _sentence(shown, span)
    return Proposal(correction, moment, sentence.text if sentence else "", negation.turned(old, new))


def _is_part(old: str, heard: str) -> bool:
    """Whether the words hold more than what is corrected, as in scripts without spaces."""
    return matching.plain(old) != matching.plain(heard) and heard in old


def _sentence(survey: Survey, span: Span) -> Sentence | None:
    """The sentence in which it begins; None where nothing is transcribed there."""
    transcript = survey.transcripts.get(span.response)
    sentences = transcript.sentences if transcript else ()
    return next((s for s in sentences if s.span.start_ms <= span.start_ms < s.span.end_ms), None)


def _moment(survey: Survey, span: Span) -> str:
    """The name of the sentence in which it begins; by its own time where nothing is transcribed."""
    sentence = _sentence(survey, span)
    return moment_ids.of(sentence.span if sentence else span)
