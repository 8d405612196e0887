"""Finds files that still contain certain texts: in all bytes, and in the members of zip files (slides, documents)."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO

from reelmaker.project.library import Library
from reelmaker.transcribe.corrections import replacing

BLOCK = 4 << 20
ENCODINGS = ("utf-8", "utf-16-le", "latin-1")


def containing(files: Iterable[Path], texts: Collection[str]) -> list[Path]:
    """The files that contain one of the texts, in any of the usual encodings; unreadable files are skipped."""
    needles = {needle for text in texts for needle in _encoded(text)}
    return [path for path in files if needles and _contains(path, needles)]


def _encoded(text: str) -> Iterator[bytes]:
    for encoding in ENCODINGS:
        try:
            yield text.encode(encoding)
        except UnicodeEncodeError:
            continue


def _contains(path: Path, needles: Collection[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            if _any_in(file, needles):
                return True
        if path.suffix.lower() == ".mp4" or not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                with packed.open(name) as member:
                    if _any_in(member, needles):
                        return True
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        pass
    return False


def _any_in(file: IO[bytes], needles: Collection[bytes]) -> bool:
    overlap = max(map(len, needles)) - 1
    tail = b""
    while block := file.read(BLOCK):
        chunk = tail + block
        if any(needle in chunk for needle in needles):
            return True
        tail = chunk[-overlap:] if overlap else b""
    return False


def corrected_sentences(library: Library, answers: Iterable[str]) -> set[str]:
    """The sentences of every transcript of these answers as the team corrected them: reels show them so."""
    corrections = library.corrections().all()
    texts: set[str] = set()
    for answer in answers:
        own = [correction for correction in corrections if correction.span.response == answer]
        for transcript in library.transcripts_of(answer) if own else ():
            texts |= {sentence.text for sentence in replacing.corrected(transcript, own)[0].sentences}
    return texts
