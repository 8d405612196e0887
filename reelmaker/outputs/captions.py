"""The reel's captions as reel.srt and reel.vtt."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from reelmaker.model import Cue
from reelmaker.outputs import Finished


def write(finished: Finished, folder: Path) -> list[Path]:
    """reel.srt and reel.vtt; both exist even where nobody speaks."""
    subrip, web = folder / "reel.srt", folder / "reel.vtt"
    subrip.write_text(srt(finished.cues), "utf-8", newline="\n")
    web.write_text(vtt(finished.cues), "utf-8", newline="\n")
    return [subrip, web]


def srt(cues: Sequence[Cue]) -> str:
    """SubRip text."""
    return "".join(
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n{_lines(cue)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )


def vtt(cues: Sequence[Cue]) -> str:
    """WebVTT text; what a customer said is never read as markup."""
    return "WEBVTT\n\n" + "".join(
        f"{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{html.escape(_lines(cue), quote=False)}\n\n"
        for cue in cues
    )


def soft(cues: Sequence[Cue]) -> str:
    """WebVTT for ffmpeg to put into the mp4; it would take braces for its own markup."""
    return vtt(cues).translate({ord("{"): "(", ord("}"): ")"})


def _lines(cue: Cue) -> str:
    """The English beneath; an empty line would end the caption, an arrow could begin another."""
    text = f"{cue.text}\n{cue.english}"
    return "\n".join(line.replace("-->", "→") for line in text.splitlines() if line.strip())


def _time(ms: int, mark: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"
