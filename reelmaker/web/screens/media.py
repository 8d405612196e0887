"""Picture and sound by the answer's id, never by a path; and the wave of a stretch."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import FileResponse, Response

from reelmaker import media
from reelmaker.model import Span
from reelmaker.web.endpoint import Asked, Malformed, get
from reelmaker.web.previews import Previews, source_of
from reelmaker.web.workspace import Workspace

STRETCH = re.compile(r"(\d{1,9})-(\d{1,9})")
MOST_PARTS = 2000  # of a wave


def whole(workspace: Workspace, asked: Asked) -> Response:
    """An upload as it is, in the parts that the player asks for."""
    path, media_type = workspace.part(Previews, Previews).whole(workspace.lately(), asked.path["response"])
    return FileResponse(path, media_type=media_type)


def stretch(workspace: Workspace, asked: Asked) -> Response:
    """A proxy of a stretch; the first time it has to be made."""
    path = workspace.part(Previews, Previews).stretch(workspace.lately(), _span(asked))
    return FileResponse(path, media_type="video/mp4")


def wave(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """How loud a stretch is, in `parts` numbers from 0 to 1."""
    span, parts = _span(asked), asked.number("parts", 200, MOST_PARTS)
    known = workspace.lately()
    source = source_of(known, span.response)
    inside = span.clamp(0, known.survey.responses[span.response].duration_ms)
    levels = media.levels(
        source.path, source.facts.sound_track, inside.start_ms, inside.end_ms, max(1, parts), source.side
    )
    return {"from_ms": inside.start_ms, "until_ms": inside.end_ms, "levels": levels}


def _span(asked: Asked) -> Span:
    times = STRETCH.fullmatch(asked.path["times"])
    if not times or int(times[1]) >= int(times[2]):
        raise Malformed("times")
    return Span(asked.path["response"], int(times[1]), int(times[2]))


ROUTES = [
    get("/media/{response}", whole),
    get("/media/{response}/{times}", stretch),
    get("/api/wave/{response}/{times}", wave),
]
