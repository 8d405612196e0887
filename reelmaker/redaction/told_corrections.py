"""The corrections inside a clip, as its manifest may contain them: both texts, with marks in place of personal data."""

from __future__ import annotations

from reelmaker.model import MARKS, Span
from reelmaker.model.correction import Correction, Shown
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project
from reelmaker.redaction import pii
from reelmaker.redaction import stage as redaction_stage


def inside(project: Project, survey: Survey, span: Span) -> tuple[Shown, ...]:
    """The corrections that changed words of the stretch, in the order of their times."""
    shown_corrections = []
    for corrected in survey.corrections:
        if corrected.outcome != "holds" or corrected.correction.confirms or not corrected.span.overlaps(span):
            continue
        transcribed, text = _both(project, survey, corrected.span, corrected.heard, corrected.text)
        shown_corrections.append(
            Shown(corrected.correction.number, corrected.span.start_ms, corrected.span.end_ms, transcribed, text)
        )
    return tuple(sorted(shown_corrections, key=lambda shown: (shown.start_ms, shown.number)))


def texts(project: Project, survey: Survey, correction: Correction) -> tuple[str, str]:
    """What was transcribed and what is said instead, as it was recorded."""
    return _both(project, survey, correction.span, correction.heard, correction.text)


def _both(project: Project, survey: Survey, span: Span, transcribed: str, text: str) -> tuple[str, str]:
    hidden = [secret for secret in redaction_stage.inside(survey, span) if secret.hidden]
    if hidden:
        return MARKS[hidden[0].kind], MARKS[hidden[0].kind]
    return _marked(project, survey, span.response, transcribed), _marked(project, survey, span.response, text)


def _marked(project: Project, survey: Survey, response: str, text: str) -> str:
    settings = project.redact
    transcript, answer = survey.transcripts.get(response), survey.responses.get(response)
    language = (transcript.language if transcript else "") or project.language
    named = redaction_stage.names_of(settings, answer) if answer else settings.names
    return pii.marked_text(text, settings.words, named, redaction_stage.allowed_words(settings), language)[0]
