"""transcripts -> moments: every sentence against every problem, remembered by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelmaker import model_files, tag
from reelmaker.compute import Placed
from reelmaker.model import Moment, Problem, Transcript
from reelmaker.model.survey import Survey
from reelmaker.progress import Report
from reelmaker.project.config import Project
from reelmaker.project.library import Library, key_of
from reelmaker.tag import sentiment
from reelmaker.transcribe import translation_stage


def _tagged(
    project: Project, library: Library, survey: Survey, problems: Sequence[Problem], report: Report, remember: bool,
    taught: tag.Decided = tag.NOTHING, *, only_known: bool = False,
) -> list[Moment]:  # fmt: skip
    """What the tagger makes of every sentence and problem, with what the team's decisions taught it."""
    heard = [survey.transcripts[response] for response in sorted(survey.transcripts)]
    needs_model = tag.needs_model(project.tagger)
    key = key_of(
        "tag", project.tagger, tag.VERSION, sentiment.VERSION, [survey.keys[t.response] for t in heard],
        [[getattr(problem, name) for name in _TAGGED] for problem in problems],
        *([sorted([*place, speaks] for place, speaks in taught.items())] if taught else []),
        *(project.compute.network_facts if needs_model else ()),
    )  # fmt: skip
    known = library.result(key)
    if known is not None:
        return _moments(known, survey.transcripts)
    if only_known:
        return []
    report.step("Finding moments", 1)
    vectors = library.vectors()
    tagger = tag.load(project.tagger)
    model = Placed(model_files.find("minilm", "meaning"), project.compute) if needs_model else None
    moments = [
        translation_stage.as_said(
            replace(moment, intensity=sentiment.of(moment.text, moment.tone)),
            survey.transcripts[moment.sentences[0].response],
        )
        for moment in tagger(translation_stage.as_read(heard), problems, model, vectors, taught)
    ]
    if remember:
        vectors.flush()
        library.store_results({key: _moment_lists(moments)})
    report.advance()
    return moments


# What of a problem the tagger reads; a new question or outcome does not change a score
_TAGGED = ("slug", "statement", "describe", "phrases", "near_misses", "kind", "outcome")


def _moment_lists(moments: Sequence[Moment]) -> list[Any]:
    return [
        [m.problem, m.sentences[0].response, m.sentences[0].index, m.score, m.tone, m.why, m.intensity] for m in moments
    ]


def _moments(lists: Sequence[Any], transcripts: Mapping[str, Transcript]) -> list[Moment]:
    return [
        Moment(problem, (transcripts[response].sentences[index],), score, tuple(why), tone, felt)
        for problem, response, index, score, tone, why, felt in lists
    ]
