"""Joins pieces into one mp4 that plays everywhere, with a soft caption track and chapter marks; stills."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reelmaker.media import ffmpeg


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
        RenderError, DiskFull: as `ffmpeg.run`.
    """
    folder = pieces[0].parent
    order = target.with_suffix(".concat.txt")
    notes = target.with_suffix(".ffmeta.txt")
    names = (_quoted(_listed(folder / piece.name, order.parent)) for piece in pieces)
    order.write_text("".join(f"file '{name}'\n" for name in names), "utf-8")
    notes.write_text(_ffmetadata(title, chapters), "utf-8")
    try:
        soft = ["-i", f"file:{captions}"] if captions else []
        extra = (
            [
                *"-map 2:0 -c:s mov_text -metadata:s:s:0".split(),
                f"language={_three(language)}",
                "-disposition:s:0",
                "0",
            ]
            if captions
            else []
        )
        ffmpeg.run(
            [
                *"-f concat -safe 0 -i".split(),
                f"file:{order}",
                "-f",
                "ffmetadata",
                "-i",
                f"file:{notes}",
                *soft,
                *"-map 0:v -map 0:a".split(),
                *extra,
                *"-map_metadata 1 -map_chapters 1 -c:v copy -c:a aac -aac_coder fast -b:a 160k".split(),
                *"-metadata:s:a:0".split(),
                f"language={_three(language)}",
                *"-fflags +bitexact -flags:a +bitexact -movflags +faststart -f mp4".split(),
                f"file:{target}",
            ],
            what="the reel",
        )
        if captions:
            _hide_captions(target)
    finally:
        order.unlink(missing_ok=True)
        notes.unlink(missing_ok=True)


def _hide_captions(reel: Path) -> None:
    """Mark the caption track as off by default.

    ffmpeg's mp4 writer always enables the first track of each kind. The flag is the lowest bit of a track
    header (ISO/IEC 14496-12, 8.3.2).
    """
    with reel.open("r+b") as file:
        for track in _boxes(file, [b"moov", b"trak"]):
            kinds = list(_boxes(file, [b"mdia", b"hdlr"], track))
            headers = list(_boxes(file, [b"tkhd"], track))
            file.seek(kinds[0][0] + 8)
            if file.read(4) in (b"sbtl", b"text"):
                file.seek(headers[0][0] + 3)
                flags = file.read(1)[0]
                file.seek(-1, 1)
                file.write(bytes([flags & ~1]))


def _boxes(file: BinaryIO, path: Sequence[bytes], within: tuple[int, int] | None = None) -> Iterator[tuple[int, int]]:
    """Start and end of the content of each box at this path of an mp4."""
    position, end = within or (0, file.seek(0, 2))
    while position + 8 <= end:
        file.seek(position)
        size, name = struct.unpack(">I4s", file.read(8))
        header_size = 8
        if size == 1:
            size, header_size = struct.unpack(">Q", file.read(8))[0], 16
        box_end = end if size == 0 else position + size
        if name == path[0]:
            if len(path) == 1:
                yield position + header_size, box_end
            else:
                yield from _boxes(file, path[1:], (position + header_size, box_end))
        position = max(box_end, position + 8)


def poster(reel: Path, at_ms: int, target: Path) -> None:
    """The reel's picture at `at_ms` as a JPEG."""
    ffmpeg.run(
        [
            "-ss",
            f"{at_ms / 1000:.3f}",
            "-i",
            f"file:{reel}",
            *"-frames:v 1 -q:v 3 -update 1 -fflags +bitexact -f image2".split(),
            f"file:{target}",
        ],
        what=reel.name,
    )


def _listed(piece: Path, folder: Path) -> str:
    """A piece as the list names it: absolute, since ffmpeg takes "#" and "?" of a folder for parts of an address where
    names are relative; relative where the project's folder has a line break, which ends a line of the list.
    """
    whole_path = str(piece)
    return os.path.relpath(piece, folder) if {"\n", "\r"} & set(whole_path) else whole_path


def _quoted(path: str) -> str:
    return path.replace("'", "'\\''")


def _ffmetadata(title: str, chapters: Sequence[Chapter]) -> str:
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    for chapter in chapters:
        lines += [
            "[CHAPTER]",
            "TIMEBASE=1/1000",
            f"START={chapter.start_ms}",
            f"END={chapter.end_ms}",
            f"title={_escaped(chapter.title)}",
        ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    flat = " ".join(text.split()).rstrip("\\")  # ffmpeg reads one at the end as a line continuation
    return "".join(f"\\{letter}" if letter in "=;#\\" else letter for letter in flat)


def _three(language: str) -> str:
    """The three-letter language code that mp4 requires."""
    codes = {
        "en": "eng",
        "de": "deu",
        "fr": "fra",
        "es": "spa",
        "it": "ita",
        "nl": "nld",
        "pt": "por",
        "pl": "pol",
        "sv": "swe",
        "da": "dan",
        "fi": "fin",
        "nb": "nob",
        "no": "nor",
        "cs": "ces",
        "tr": "tur",
        "ar": "ara",
        "he": "heb",
        "ja": "jpn",
        "zh": "zho",
        "ko": "kor",
        "hi": "hin",
        "ru": "rus",
        "uk": "ukr",
    }
    return codes.get(language, language if len(language) == 3 else "und")
