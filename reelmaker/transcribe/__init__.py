"""Responses -> transcripts: the registry of sources, and what they share.

Contract: a source is opened with `load(name, folder, workers=…, language=…, name=…)` and has
`transcribe(jobs)`, which takes pairs of a response and a function that gives its sound (int16 or float32,
mono, 16 kHz, shape (samples,), or None where there is none), and yields each response with its transcript
or the exception it met, as soon as it is done. Captions beside an upload are read with `read_sidecar`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reelmaker.model import Response, Transcript
from reelmaker.transcribe.sidecars import beside
from reelmaker.transcribe.sidecars import read as read_sidecar
from reelmaker.transcribe.translation import VERSION as ENGLISH
from reelmaker.transcribe.translation import English, english_only

if TYPE_CHECKING:
    import numpy as np

VERSION = 3  # of all sources together; a new one transcribes everything again
CAPTIONS = 2  # of what reads captions alone; those are read again
REGISTRY = {"whisper": "reelmaker.transcribe.whisper:Whisper"}

__all__ = [
    "CAPTIONS", "ENGLISH", "REGISTRY", "VERSION", "English", "Source", "beside", "english_only", "load", "read_sidecar",
]  # fmt: skip


class Source(Protocol):
    """Listens to responses."""

    def transcribe(
        self,
        jobs: Iterable[tuple[Response, Callable[[], np.ndarray | None]]],
        progress: Callable[[str, float], None] | None = None,
    ) -> Iterator[tuple[Response, Transcript | Exception]]:
        """Each response with its transcript, or the exception it met, in the order they finish.

        `progress` is told now and then, in this thread, how much of a response (its id, 0..1) is heard.
        """

    def speaking(self, language: str) -> Source:
        """The same for another language, without loading anything again."""

    def english(
        self, jobs: Iterable[tuple[Response, Transcript, Callable[[], np.ndarray | None]]]
    ) -> Iterator[tuple[Response, English | Exception]]:
        """Each response with what its transcript says in English, or the exception it met."""


def load(source: str, folder: Path, *, workers: int, language: str, name: str) -> Source:
    """Open a source: its model lies in `folder` and is called `name`.

    Args:
        workers: processors it may use at once.
        language: ISO 639-1, or "" to recognise it in each response.
    """
    module, member = REGISTRY[source].split(":")
    opened: Source = getattr(import_module(module), member)(folder, workers=workers, language=language, name=name)
    return opened
