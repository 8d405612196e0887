"""Responses -> transcripts: the registry of transcribers and their contract.

Contract: a transcriber is opened with `load(engine, folder, workers=…, language=…, name=…, compute=…, names=…)` and has
`transcribe(jobs)`, which takes pairs of a response and a function that gives its sound (int16 or float32,
mono, 16 kHz, shape (samples,), or None if there is none), and yields each response with its transcript
or the exception that was raised, as soon as it is done. Captions next to an upload are read with `read_sidecar`.
The fact `model` is the kind of model files it needs (of `model_files`); a transcriber without it
finds what it needs by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reelmaker import registry
from reelmaker.compute import CPU, Compute
from reelmaker.model import Response, Transcript
from reelmaker.registry import Entry
from reelmaker.transcribe.sidecars import beside
from reelmaker.transcribe.sidecars import read as read_sidecar
from reelmaker.transcribe.translation import VERSION as ENGLISH
from reelmaker.transcribe.translation import English, english_only

if TYPE_CHECKING:
    import numpy as np

VERSION = 4  # of all transcribers together; a new one transcribes everything again
CAPTIONS = 3  # of what reads captions alone; those are read again
REGISTRY = {"whisper": Entry("reelmaker.transcribe.whisper:Whisper", model="speech")}

__all__ = [
    "CAPTIONS",
    "ENGLISH",
    "REGISTRY",
    "VERSION",
    "English",
    "Source",
    "beside",
    "english_only",
    "load",
    "read_sidecar",
]


class Source(Protocol):
    """Listens to responses."""

    def transcribe(
        self,
        jobs: Iterable[tuple[Response, Callable[[], np.ndarray | None]]],
        progress: Callable[[str, float], None] | None = None,
    ) -> Iterator[tuple[Response, Transcript | Exception]]:
        """Each response with its transcript, or the exception that was raised, in the order they finish.

        `progress` is called now and then, in this thread, with a response's id and how much of it is transcribed,
        0..1.
        """

    def speaking(self, language: str) -> Source:
        """The same for another language, without loading anything again."""

    def english(
        self, jobs: Iterable[tuple[Response, Transcript, Callable[[], np.ndarray | None]]]
    ) -> Iterator[tuple[Response, English | Exception]]:
        """Each response with the English of its transcript, or the exception that was raised."""


def load(
    engine: str,
    folder: Path | None,
    *,
    workers: int,
    language: str,
    name: str,
    compute: Compute = CPU,
    names: Sequence[str] = (),
) -> Source:
    """Open a transcriber; its model is in `folder` and is called `name`.

    Args:
        folder: None for one that needs no model files.
        workers: processors it may use at once.
        language: ISO 639-1, or "" to recognise it in each response.
        compute: where its network runs.
        names: to recognise in every answer, in addition to the customer's own.
    """
    opened: Source = registry.load(REGISTRY[engine])(
        folder, workers=workers, language=language, name=name, compute=compute, names=names
    )
    return opened
