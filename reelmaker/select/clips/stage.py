"""clips -> clips: another one first if the first begins without a picture; the detection is cached."""

from __future__ import annotations

from collections.abc import Sequence

from reelmaker import media
from reelmaker.model import Clip, Problem
from reelmaker.model.survey import Survey
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.select.clips import opener


def opened(session: Session, survey: Survey, problem: Problem, clips: Sequence[Clip]) -> list[Clip]:
    """The clips of a problem, beginning with one that has something to see."""

    def begins(clip: Clip) -> str:
        source = survey.sources[clip.span.response]
        shown = source.facts.picture_ms or source.facts.duration_ms
        if source.facts.picture is None or clip.span.start_ms >= shown:
            return ""  # the speaker's card is shown
        key = key_of("opening", media.OPENING, clip.span.response, source.facts.picture_track, clip.span.start_ms)
        return str(
            session.remember(key, lambda: media.opening(source.path, source.facts.picture_track, clip.span.start_ms))
            or ""
        )

    return opener.opened(clips, problem.kind, begins, lambda clip: survey.responses[clip.span.response].person)
