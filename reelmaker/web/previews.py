"""What the player plays: the upload itself where every browser can and may, otherwise a small proxy of a stretch of it.

Proxies lie in `cache/previews/`, named by what is in them; `forget` erases the folder with the rest of the cache. An
answer with words that are redacted is bleeped, one whose faces must be blurred is blurred, as the reel would be. Where
that fails, its picture is not shown, as in the reel.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reelmaker import atomic, media, model_files
from reelmaker.errors import ReelmakerError, UnknownMoment
from reelmaker.model import Span
from reelmaker.model.survey import Source
from reelmaker.project.library import key_of
from reelmaker.redaction import faces
from reelmaker.redaction import stage as redaction_stage
from reelmaker.render import pieces
from reelmaker.web.workspace import Known

FOLDER = "previews"
SHORT_SIDE, FPS = 360, 25
LONGEST_MS = 10 * 60_000
MOST_FILES = 500  # the oldest go
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Preview:
    """How a stretch is played: `address` of the file, `offset_ms` of the answer at its beginning."""

    address: str
    offset_ms: int
    until_ms: int
    video: bool
    redacted: bool
    blurred: bool


class Previews:
    """The proxies of one window; a part of its workspace."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        self._making: dict[str, threading.Lock] = {}
        self._changing, self._running = threading.Lock(), threading.Semaphore(AT_ONCE)

    def of(self, known: Known, span: Span) -> Preview:
        """How the player plays this stretch."""
        source = source_of(known, span.response)
        redacted = any(secret.hidden for secret in known.survey.secrets.get(span.response, ()))
        video = source.facts.picture is not None
        blurred = video and source.faces
        if not redacted and not blurred and self.media_type(known, span.response):
            length = known.survey.responses[span.response].duration_ms
            return Preview(f"/media/{span.response}", 0, length, video, False, False)
        address = f"/media/{span.response}/{span.start_ms}-{span.end_ms}"
        return Preview(address, span.start_ms, span.end_ms, video, redacted, blurred)

    def media_type(self, known: Known, response: str) -> str:
        """The type under which browsers play an upload as it is; "" if some do not."""
        if response not in self._types:
            source = source_of(known, response)
            self._types[response] = media.playable(source.path, source.facts)
        return self._types[response]

    def whole(self, known: Known, response: str) -> tuple[Path, str]:
        """An upload itself, with its media type.

        Raises:
            UnknownMoment: it may not be played as it is.
        """
        span = Span(response, 0, 0)
        if self.of(known, span).address != f"/media/{response}":
            raise UnknownMoment("This answer is not played as it is.", "Reload the page.")
        return source_of(known, response).path, self.media_type(known, response)

    def stretch(self, known: Known, span: Span) -> Path:
        """The proxy of a stretch; made if it is not there.

        Raises:
            UnknownMoment: there is no such stretch.
            RenderError, DiskFull: it cannot be made.
        """
        response = known.survey.responses.get(span.response)
        if response is None or not 0 < span.length_ms <= LONGEST_MS or span.start_ms >= response.duration_ms:
            raise UnknownMoment("There is no such stretch of an answer.", "Reload the page.")
        source = source_of(known, span.response)
        bleeps = tuple((a - span.start_ms, b - span.start_ms) for a, b, _ in redaction_stage.bleeps(known.survey, span))
        key = key_of("preview", media.PROXY, media.ffmpeg_identity(), span.response, span.start_ms, span.end_ms, bleeps,
                     source.faces and [faces.VERSION, media.COVERED], source.facts.sound_track, source.side)[:40]  # fmt: skip
        target = known.project.cache / FOLDER / f"{key}.mp4"
        with self._changing:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            if not target.is_file():
                with self._running:
                    _make(known, source, span, bleeps, target)
                _tidy(target.parent)
        return target


def source_of(known: Known, response: str) -> Source:
    """An answer that may be used.

    Raises:
        UnknownMoment: there is none of this id, or it may not be used.
    """
    source = known.survey.sources.get(response)
    if source is None:
        raise UnknownMoment("There is no such answer, or it may not be used.", "Reload the page.")
    return source


def _make(known: Known, source: Source, span: Span, bleeps: tuple[tuple[int, int], ...], target: Path) -> None:
    frames = max(1, round(span.length_ms * FPS / 1000))
    size = _size(source.facts.picture)
    piece = pieces.picture_of(source, span.start_ms, frames)
    if source.faces and piece.picture:
        piece = replace(piece, cover=_areas(known, piece, size))
        if not piece.cover:
            piece = replace(piece, picture_track=-1, picture=None)
    piece = replace(piece, sound_track=source.facts.sound_track, centre=bool(source.side), bleeps=bleeps)
    atomic.folder(target.parent)
    encoding = media.Encoding(*size, FPS, 28, "ultrafast", 2)
    with atomic.staged(target, shared=True) as staging:
        media.proxy(piece, encoding, staging)


def _areas(known: Known, piece: media.Piece, size: tuple[int, int]) -> tuple[media.Area, ...]:
    """Where faces are; nothing where they cannot be found, and then no picture is shown."""
    try:
        weights = model_files.find(faces.MODEL, "faces")
        return faces.look(piece, FPS, size, weights, known.project.compute).areas
    except ReelmakerError:
        return ()


def _size(picture: tuple[int, int] | None) -> tuple[int, int]:
    width, height = picture or (16, 9)
    scale = min(1.0, SHORT_SIDE / min(width, height)) if picture else 40
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _tidy(folder: Path) -> None:
    """Delete the oldest proxies where there are too many."""
    with suppress(OSError):
        files = sorted(folder.glob("*.mp4"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in files[MOST_FILES:]:
            path.unlink(missing_ok=True)


def facts(preview: Preview) -> dict[str, Any]:
    """A preview as the player takes it."""
    return {
        "src": preview.address,
        "offset_ms": preview.offset_ms,
        "until_ms": preview.until_ms,
        "video": preview.video,
        "redacted": preview.redacted,
        "blurred": preview.blurred,
    }
