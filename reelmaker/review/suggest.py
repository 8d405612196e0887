"""Suggests topics that many customers raise and no problem in reelmaker.toml covers, as problems to paste.

A topic is reported exactly as it would work once pasted: scored together with the problems of the file by the
project's tagger, and counted in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker import model_files
from reelmaker.analysis import analyse
from reelmaker.compute import Placed
from reelmaker.ingest import stage as ingest_stage
from reelmaker.model import Count, Failure, Moment, Problem, Sentence
from reelmaker.model.survey import Survey
from reelmaker.outputs import manifest
from reelmaker.progress import Progress, Silent
from reelmaker.project import request, toml_writer
from reelmaker.project.config import Project, open_project
from reelmaker.project.session import look_into
from reelmaker.select import prevalence
from reelmaker.select.decisions import stage as decisions_stage
from reelmaker.tag.topics.suggestions import Candidate, candidates, standing

FEWEST_HEARD = 5  # customers with speech; with fewer, topics are chance
FEWEST = 3  # customers who raise a topic
KEPT = 0.5  # of the topic's customers that the pasted problem must find
MOST_FOUND = 3  # times as many customers as the topic has, over which the pasted problem is about something else
ALIKE = 0.5  # share of common sentences from which two topics are the same
TRIED = (2, 4)  # candidates judged: for each requested topic, and in addition
QUOTES = 3

FEW = 3  # with fewer problems in the file, topics are judged together: a single one would attract every complaint

Judge = Callable[[Sequence[Problem]], Sequence[Moment]]  # judges these problems together with those of the file


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A problem that could be added, what it would find, and quotes of different customers."""

    problem: Problem
    moments: tuple[Moment, ...]  # at or above the threshold
    quotes: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggestions with the document that `--json` prints, and the failures."""

    suggestions: tuple[Suggestion, ...]
    counts: Mapping[str, Count]
    document: Mapping[str, Any]
    failures: tuple[Failure, ...]


def suggest(project: Project | str | Path, count: int = 5, *, report: Progress | None = None) -> Suggested:
    """Up to `count` topics, the most important first.

    Raises:
        ReelmakerError: as for `find`; ModelError if the sentence model is missing.
    """
    progress = report or Silent()
    opened = project if isinstance(project, Project) else open_project(project)
    problems = list(opened.problems.values())
    analysis = analyse(opened, problems, progress)
    survey, judged, notes = analysis.survey, analysis.moments, list(analysis.warnings)
    people = {response.id: response.person for response in survey.responses.values()}
    people_heard = {people[t.response] for t in survey.transcripts.values() if t.heard}
    suggestions: list[Suggestion] = []
    if len(people_heard) < FEWEST_HEARD:
        note = (
            f"Only {len(people_heard)} customers have a usable answer; topics can be suggested from {FEWEST_HEARD} on."
        )
        progress.warn(note)
        notes.append(note)
    else:
        model = Placed(model_files.find("minilm", "meaning"), opened.compute)
        with look_into(opened) as session:
            vectors = session.library.vectors()
            sentences = quotable(survey)
            best_scores = surest(sentences, judged, {p.slug: opened.threshold_of(p) for p in problems})
            most_candidates = TRIED[0] * count + TRIED[1]
            topic_candidates = candidates(
                sentences, people, best_scores, list(opened.problems), model, vectors, most_candidates
            )
            progress.step("Finding topics", 1)

            def judge(new: Sequence[Problem]) -> list[Moment]:
                slugs = {problem.slug for problem in new}
                moments = decisions_stage.judge(session, survey, [*problems, *new])
                return [moment for moment in moments if moment.problem in slugs]

            suggestions = chosen(topic_candidates, judge, people, opened.threshold, count, together=len(problems) < FEW)
            progress.advance()
    return _suggested(opened, survey, suggestions, notes)


def quotable(survey: Survey) -> list[Sentence]:
    """Everything that customers said and may be quoted, in the order of the responses."""
    return [
        sentence
        for response in sorted(survey.transcripts)
        for sentence in survey.transcripts[response].sentences
        if sentence.quotable
    ]


def surest(sentences: Sequence[Sentence], moments: Sequence[Moment], thresholds: Mapping[str, float]) -> list[float]:
    """For each sentence, how far its best problem is above its threshold; -1 if there is none."""
    best: dict[tuple[str, int], float] = {}
    for moment in moments:
        sentence = moment.sentences[0]
        place = (sentence.response, sentence.index)
        best[place] = max(best.get(place, -1.0), standing(moment.score, thresholds[moment.problem]))
    return [best.get((sentence.response, sentence.index), -1.0) for sentence in sentences]


def chosen(
    topics: Sequence[Candidate],
    judge: Judge,
    people: Mapping[str, str],
    threshold: float,
    count: int,
    *,
    together: bool = False,
) -> list[Suggestion]:
    """The candidates that, once pasted, find most of the customers they come from, without duplicates.

    `together`: judge as if all were pasted; otherwise each by itself.
    """
    suggestions: list[Suggestion] = []
    judged_topics = topics[: count + 1 if together else TRIED[0] * count + TRIED[1]]
    moments_of_all = judge([candidate.problem for candidate in judged_topics]) if together and judged_topics else []
    for candidate in judged_topics:
        if len(suggestions) == count:
            break
        judged = moments_of_all if together else judge([candidate.problem])
        moments = [m for m in judged if m.problem == candidate.problem.slug and m.score >= threshold]
        speakers = {people[moment.sentences[0].response] for moment in moments}
        raised = {people[sentence.response] for sentence in candidate.sentences}
        if not FEWEST <= len(speakers) <= MOST_FOUND * len(raised) or len(speakers & raised) < KEPT * len(raised):
            continue
        if any(_same(moments, earlier.moments) for earlier in suggestions):
            continue
        suggestions.append(Suggestion(candidate.problem, tuple(moments), _quotes(candidate, moments, people)))
    return suggestions


def _same(moments: Sequence[Moment], other_moments: Sequence[Moment]) -> bool:
    places, other_places = ({m.sentences[0].span for m in group} for group in (moments, other_moments))
    return len(places & other_places) > ALIKE * min(len(places), len(other_places))


def _quotes(candidate: Candidate, moments: Sequence[Moment], people: Mapping[str, str]) -> tuple[Moment, ...]:
    """The most typical moments of different customers: first those from which the topic comes, then the highest
    scores.
    """
    rank_in_topic = {(s.response, s.index): number for number, s in enumerate(candidate.sentences)}
    ranked = sorted(
        moments,
        key=lambda m: (
            rank_in_topic.get((m.sentences[0].response, m.sentences[0].index), len(rank_in_topic)),
            -m.score,
            m.span,
        ),
    )
    picked: dict[str, Moment] = {}
    for moment in ranked:
        picked.setdefault(people[moment.sentences[0].response], moment)
    return tuple(picked.values())[:QUOTES]


def _suggested(project: Project, survey: Survey, suggestions: Sequence[Suggestion], warnings: list[str]) -> Suggested:
    problems = [suggestion.problem for suggestion in suggestions]
    counts = {
        suggestion.problem.slug: prevalence.count(
            suggestion.moments,
            list(survey.transcripts.values()),
            survey.responses,
            project.threshold,
            ingest_stage.left_out(survey),
        )
        for suggestion in suggestions
    }
    document = manifest.document(
        "suggest",
        request.project_facts(project),
        problems,
        counts,
        survey.responses,
        moments=[moment for suggestion in suggestions for moment in suggestion.moments],
        thresholds={problem.slug: project.threshold for problem in problems},
        suggestions=[
            manifest.suggestion(s.problem, s.quotes, survey.responses, toml_writer.section(s.problem))
            for s in suggestions
        ],
        failures=[{"file": f.file, "step": f.step, "reason": f.reason} for f in survey.failures],
        warnings=warnings,
    )
    return Suggested(tuple(suggestions), counts, document, tuple(survey.failures))
