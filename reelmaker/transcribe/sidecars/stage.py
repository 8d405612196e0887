"""Sidecars -> transcripts, cached in the library: none is read or compared with its sound twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker.checksums import checksum
from reelmaker.errors import ReelmakerError, TranscriptError
from reelmaker.model import Response, Transcript
from reelmaker.project.library import key_of
from reelmaker.project.session import Session
from reelmaker.transcribe.sidecars import coverage, reading

if TYPE_CHECKING:
    import numpy as np

INSTEAD = "The answer is transcribed from its sound instead."
WHY = {
    "empty": "holds no words although somebody speaks in the recording.",
    "elsewhere": "does not fit the recording: nobody speaks where its words are.",
}


@dataclass(frozen=True, slots=True)
class Captions:
    """The result for a sidecar: its transcript and what it leaves out, or that the answer has to be transcribed.

    `key` is that of the transcript in the library; `covered`: stretches in ms that are not transcribed if the rest is.
    """

    key: str
    transcript: Transcript | None = None
    refused: bool = False
    failure: str = ""  # what is wrong with the file, for the list of failures
    new: bool = False
    covered: tuple[coverage.Stretch, ...] = ()


def look(
    session: Session,
    response: Response,
    sidecar: Path,
    version: tuple[int, int],
    sound: Callable[[Response], np.ndarray | None],
) -> Captions:
    """The transcript of a response from its sidecar, if it can be used; otherwise a failure or a warning in each
    build.
    """
    try:
        key = key_of("captions", *version, response.id, checksum(sidecar))
    except OSError as problem:
        return Captions("", refused=True, failure=f"cannot be read ({problem.strerror}). {INSTEAD}")
    known = session.library.transcript(key)
    if known is not None:
        return Captions(key, known)
    refusal = session.library.result(key_of("captions refused", key))
    if refusal is None and session.known_only:
        return Captions(key)
    if refusal is None:
        try:
            outcome = _read(response, sidecar, sound)
        except TranscriptError as problem:
            outcome = ["failure", problem.message.removeprefix(f"{sidecar.name}: ")]
        if isinstance(outcome, Captions):
            return Captions(key, outcome.transcript, new=True, covered=outcome.covered)
        refusal = outcome
        session.store({key_of("captions refused", key): refusal})
    kind, reason = refusal
    if kind == "warning":
        session.warn(f"{response.file}: {reason} {INSTEAD}")
    return Captions(key, refused=True, failure=f"{reason} {INSTEAD}" if kind == "failure" else "")


def _read(response: Response, sidecar: Path, sound: Callable[[Response], np.ndarray | None]) -> Captions | list[str]:
    """The transcript and the stretches it covers, or why the sidecar is not used: "warning" or "quiet", and the reason.

    Raises:
        TranscriptError: the file cannot be read.
    """
    transcript = reading.read(sidecar, response)
    if transcript is None:
        return ["quiet", "no transcript"]
    if not response.sound or not coverage.worth_checking(transcript, response.duration_ms):
        return Captions("", transcript)
    try:
        samples = sound(response)
    except ReelmakerError:  # a sound that cannot be decoded says nothing against its captions
        return Captions("", transcript)
    fits = coverage.fit(transcript, samples) if samples is not None else "whole"
    if fits in WHY:
        return ["warning", f"{sidecar.name} {WHY[fits]}"]
    return Captions("", transcript, covered=tuple(coverage.covered(transcript)) if fits == "part" else ())
