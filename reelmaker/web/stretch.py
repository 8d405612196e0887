"""A stretch of an answer as the player takes it: how it is played, and the words around it with their times."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from reelmaker.model import Span
from reelmaker.web import previews
from reelmaker.web.screens.moments import said
from reelmaker.web.workspace import Known, Workspace

AROUND_MS = 15_000  # before and after it


def facts(workspace: Workspace, known: Known, span: Span, inside: Container[int]) -> dict[str, Any]:
    """What the player needs.

    Args:
        inside: the numbers of the sentences that belong to the stretch; the others are around it.
    """
    window = span.pad(AROUND_MS, AROUND_MS).clamp(0, known.survey.responses[span.response].duration_ms)
    sentences = known.survey.transcripts[span.response].sentences
    return {
        "response": span.response,
        "start_ms": span.start_ms,
        "end_ms": span.end_ms,
        "play": previews.facts(workspace.part(previews.Previews, previews.Previews).of(known, window)),
        "from_ms": window.start_ms,
        "until_ms": window.end_ms,
        "sentences": [said(s, s.index in inside) for s in sentences if s.span.overlaps(window)],
    }
