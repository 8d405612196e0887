"""clips/: each clip of the reel as its own video, with a descriptive file name.

A clip is exactly its piece of the reel: the same pictures, sound and captions, to the frame.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from reelmaker import media
from reelmaker.model import Clip, Cue, Place
from reelmaker.outputs import Finished, captions

FOLDER = "clips"
LONGEST = 80  # bytes of a name without number and extension: descriptive, and far below any limit
KEPT = " -',"  # allowed besides letters, marks and digits: safe in every file system and address


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write one mp4 per clip into `clips/`, in the order of the reel; nothing if nobody speaks."""
    titles = {problem.slug: problem.statement for problem in finished.reel.problems}
    places = list(finished.reel.places())
    spoken = [number for number, place in enumerate(places) if isinstance(place.item, Clip)]
    digits = max(2, len(str(len(spoken))))
    written = []
    for number, index in enumerate(spoken, start=1):
        clip = places[index].item
        assert isinstance(clip, Clip)
        target = folder / FOLDER / f"{number:0{digits}} {name(clip)}.mp4"
        target.parent.mkdir(exist_ok=True)
        _write(finished, places[index], finished.pieces[index], target, titles.get(clip.moment.problem, ""))
        written.append(target)
    return written


def name(clip: Clip) -> str:
    """Problem, speaker label and the quote's first sentence; cut between words, at most `LONGEST` bytes."""
    parts = [plain(part) for part in (clip.moment.problem, clip.label, clip.moment.sentences[0].text)]
    words = " - ".join(part for part in parts if part).split(" ")
    file_name = ""
    for word in words:
        if len(f"{file_name} {word}".encode()) > LONGEST:
            break
        file_name = f"{file_name} {word}".strip()
    if not file_name:  # a script without spaces
        file_name = words[0].encode()[:LONGEST].decode("utf-8", "ignore")
    return file_name.rstrip(KEPT)


def plain(text: str) -> str:
    """Lower-case letters, digits and a few characters that every system accepts in a file name."""
    flat = unicodedata.normalize("NFC", text.replace("’", "'").replace("_", " ")).lower()
    allowed = "".join(c if c in KEPT or unicodedata.category(c)[0] in "LMN" else " " for c in flat)
    return " ".join(allowed.split()).strip(KEPT).replace(" ,", ",")


def _write(finished: Finished, place: Place, piece: Path, target: Path, title: str) -> None:
    clip_cues = [
        Cue(cue.start_ms - place.start_ms, min(cue.end_ms, place.end_ms) - place.start_ms, cue.text)
        for cue in finished.cues
        if place.start_ms <= cue.start_ms < place.end_ms
    ]
    soft = target.with_suffix(".vtt")
    try:
        if clip_cues:
            soft.write_text(captions.soft(clip_cues), "utf-8", newline="\n")
        media.join(
            [piece],
            target,
            captions=soft if clip_cues else None,
            chapters=[],
            title=title,
            language=finished.language,
        )
    finally:
        soft.unlink(missing_ok=True)
