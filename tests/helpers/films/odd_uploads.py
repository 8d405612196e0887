"""A piece rendered from any upload."""

from __future__ import annotations

from pathlib import Path

from reelmaker import media
from reelmaker.model import Brand, Clip, Moment, Reel, Sentence, Span, Word, survey
from reelmaker.render import pieces
from reelmaker.render.cards import find

WHO = "a" * 64
LOOK = pieces.Look(find("plain"), Brand(), "blur", False, False)


def piece(
    folder: Path,
    path: Path,
    start_ms: int = 500,
    end_ms: int = 1500,
    size: tuple[int, int] = (640, 360),
    side: str = "",
) -> Path:
    """A stretch of an upload as it stands in a reel, without captions or a label."""
    word = Word("word", start_ms, end_ms)
    clip = Clip(Moment("p", (Sentence(WHO, 0, (word,)),), 1.0, ("why",)), Span(WHO, start_ms, end_ms))
    source = survey.Source(path, media.probe(path), side)
    environment = pieces.prepare(folder, Brand())
    [job] = pieces.plan(Reel((), (clip,), {}, *size), {WHO: source}, LOOK, folder)
    pieces.make(job, environment)
    return job.target
