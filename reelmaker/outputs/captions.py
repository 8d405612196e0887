"""The reel's captions as reel.srt and reel.vtt (with speakers), and its chapters as chapters.vtt."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from reelmaker import media
from reelmaker.model import Card, Clip, Cue, Reel
from reelmaker.outputs import Finished


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write reel.srt, reel.vtt and chapters.vtt, even if nobody speaks."""
    marks = [Cue(mark.start_ms, mark.end_ms, mark.title) for mark in chapters(finished.reel)]
    texts = {
        "reel.srt": srt(finished.cues),
        "reel.vtt": vtt(finished.cues, voices(finished.reel, finished.cues)),
        "chapters.vtt": vtt(marks),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    return [folder / name for name in texts]


def chapters(reel: Reel) -> list[media.Chapter]:
    """A chapter for each card and each speaker."""
    titles = {problem.slug: problem.statement for problem in reel.problems}
    marks = []
    for place in reel.places():
        item = place.item
        if isinstance(item, Card):
            words = {"intro": "Introduction", "evidence": "How many spoke of it", "outro": "What now?"}
            title = words.get(item.kind, titles.get(item.problem, ""))
        else:
            title = item.label
        marks.append(media.Chapter(place.start_ms, place.end_ms, title))
    return marks


def voices(reel: Reel, cues: Sequence[Cue]) -> list[str]:
    """The label of the speaker of each cue; "" if there is none."""
    clips = [place for place in reel.places() if isinstance(place.item, Clip)]
    return [
        next((p.item.label for p in clips if isinstance(p.item, Clip) and p.start_ms <= cue.start_ms < p.end_ms), "")
        for cue in cues
    ]


def srt(cues: Sequence[Cue]) -> str:
    """SubRip text."""
    return "".join(
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n{caption_text(cue)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )


def vtt(cues: Sequence[Cue], speakers: Sequence[str] = ()) -> str:
    """WebVTT text, with the speaker of each cue if given; words are never read as markup."""
    named = [*speakers, *[""] * (len(cues) - len(speakers))]
    return "WEBVTT\n\n" + "".join(
        f"{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{_voice(name)}{html.escape(caption_text(cue), quote=False)}\n\n"
        for cue, name in zip(cues, named, strict=True)
    )


def _voice(name: str) -> str:
    """The voice tag of a cue; it holds to the end of the cue."""
    label = " ".join(name.replace("-->", "→").split())
    return f"<v {html.escape(label, quote=False)}>" if label else ""


def soft(cues: Sequence[Cue]) -> str:
    """WebVTT for ffmpeg to embed in the mp4; ffmpeg would read braces as markup."""
    return vtt(cues).translate({ord("{"): "(", ord("}"): ")"})


def caption_text(cue: Cue) -> str:
    """The words with their English translation below, without empty lines and arrows, which have a meaning in captions."""
    text = f"{cue.text}\n{cue.english}"
    return "\n".join(line.replace("-->", "→") for line in text.splitlines() if line.strip())


def _time(ms: int, mark: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"
