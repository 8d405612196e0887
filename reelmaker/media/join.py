"""Pieces -> one mp4 that plays everywhere, with captions as a soft track and chapter marks; stills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reelmaker.media import guard


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter mark of the reel: times in milliseconds."""

    start_ms: int
    end_ms: int
    title: str


def join(
    pieces: Sequence[Path],
    target: Path,
    *,
    captions: Path | None,
    chapters: Sequence[Chapter],
    title: str,
    language: str,
) -> None:
    """Join pieces of one encoding (all in one folder) into `target`; only the sound is encoded here.

    Raises:
        RenderError, DiskFull: as `guard.run`.
    """
    folder = pieces[0].parent
    order = target.with_suffix(".concat.txt")
    notes = target.with_suffix(".ffmeta.txt")
    order.write_text("".join(f"file '{_quoted(folder / piece.name)}'\n" for piece in pieces), "utf-8")
    notes.write_text(_ffmetadata(title, chapters), "utf-8")
    try:
        soft = ["-i", f"file:{captions}"] if captions else []
        extra = ["-map", "2:0", "-c:s", "mov_text", "-metadata:s:s:0", f"language={_three(language)}",
                 "-disposition:s:0", "0"] if captions else []  # fmt: skip
        guard.run(
            [
                "-f", "concat", "-safe", "0", "-i", f"file:{order}", "-f", "ffmetadata", "-i", f"file:{notes}", *soft,
                "-map", "0:v", "-map", "0:a", *extra, "-map_metadata", "1", "-map_chapters", "1",
                "-c:v", "copy", "-c:a", "aac", "-b:a", "160k", "-metadata:s:a:0", f"language={_three(language)}",
                "-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "mp4", f"file:{target}",
            ],
            what="the reel",
        )  # fmt: skip
    finally:
        order.unlink(missing_ok=True)
        notes.unlink(missing_ok=True)


def poster(reel: Path, at_ms: int, target: Path) -> None:
    """The reel's picture at `at_ms` as a JPEG."""
    guard.run(
        ["-ss", f"{at_ms / 1000:.3f}", "-i", f"file:{reel}", "-frames:v", "1", "-q:v", "3", "-update", "1",
         "-fflags", "+bitexact", "-f", "image2", f"file:{target}"],
        what=reel.name,
    )  # fmt: skip


def _quoted(path: Path) -> str:
    return str(path).replace("'", "'\\''")


def _ffmetadata(title: str, chapters: Sequence[Chapter]) -> str:
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    for chapter in chapters:
        lines += [
            "[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start_ms}", f"END={chapter.end_ms}",
            f"title={_escaped(chapter.title)}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    flat = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "=;#\\" else letter for letter in flat)


def _three(language: str) -> str:
    """The three-letter code that mp4 wants."""
    known = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pt": "por", "pl": "pol",
             "sv": "swe", "da": "dan", "fi": "fin", "nb": "nob", "no": "nor", "cs": "ces", "tr": "tur", "ar": "ara",
             "he": "heb", "ja": "jpn", "zh": "zho", "ko": "kor", "hi": "hin", "ru": "rus", "uk": "ukr"}  # fmt: skip
    return known.get(language, language if len(language) == 3 else "und")
