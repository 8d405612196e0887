"""transcripts -> moments: every sentence against every problem, remembered by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reelmaker import model_files, tag
from reelmaker.compute import Placed
from reelmaker.model import Moment, Problem, Transcript
from reelmaker.model.survey import Survey
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.tag import sentiment
from reelmaker.transcribe import translation_stage


def tag_sentences(
    session: Session, survey: Survey, problems: Sequence[Problem], taught: tag.Decided = tag.NOTHING
) -> list[Moment]:
    """Every sentence against every problem, with what the team's decisions taught the tagger.

    Empty if the result is not stored and must not be computed.
    """
    tagger = session.project.tagger
    transcripts = [survey.transcripts[response] for response in sorted(survey.transcripts)]
    project = session.project
    needs_model = tag.needs_model(tagger)
    key = key_of(
        "tag",
        tagger,
        tag.VERSION,
        sentiment.VERSION,
        [survey.keys[t.response] for t in transcripts],
        [[getattr(problem, name) for name in _TAGGED] for problem in problems],
        *([sorted([*place, speaks] for place, speaks in taught.items())] if taught else []),
        *(project.compute.network_facts if needs_model else ()),
    )

    def compute() -> list[Any]:
        session.progress.step("Finding moments", 1)
        vectors = session.library.vectors()
        model = Placed(model_files.find("minilm", "meaning"), session.project.compute) if needs_model else None
        moments = tag.load(tagger)(translation_stage.as_read(transcripts), problems, model, vectors, taught)
        if session.stores:
            vectors.flush()
        session.progress.advance()
        return _moment_lists([_as_said(moment, survey.transcripts) for moment in moments])

    return _moments(session.remember(key, compute) or [], survey.transcripts)


def _as_said(moment: Moment, transcripts: Mapping[str, Transcript]) -> Moment:
    felt = replace(moment, intensity=sentiment.of(moment.text, moment.tone))
    return translation_stage.as_said(felt, transcripts[moment.sentences[0].response])


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
