"""clips/: each clip of the reel as a film of its own, named so that a person finds it.

A clip is its piece of the reel, joined with nothing: the same pictures, sound and captions, to the frame.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from reelmaker import media
from reelmaker.model import Clip, Cue, Place
from reelmaker.outputs import Finished, captions

FOLDER = "clips"
LONGEST = 80  # bytes of a name without its number and ending: enough to find it, far from any limit
KEPT = " -',"  # beside letters, marks and digits: what no system and no address trips over


def write(finished: Finished, folder: Path) -> list[Path]:
    """An mp4 a clip in `clips/`, in the order of the reel; nothing where nobody speaks."""
    titles = {problem.slug: problem.statement for problem in finished.reel.problems}
    places = list(finished.reel.places())
    spoken = [number for number, place in enumerate(places) if isinstance(place.item, Clip)]
    digits = max(2, len(str(len(spoken))))
    written = []
    for number, at in enumerate(spoken, start=1):
        clip = places[at].item
        assert isinstance(clip, Clip)
        target = folder / FOLDER / f"{number:0{digits}} {name(clip)}.mp4"
        target.parent.mkdir(exist_ok=True)
        _write(finished, places[at], finished.pieces[at], target, titles.get(clip.moment.problem, ""))
        written.append(target)
    return written


def name(clip: Clip) -> str:
    """Problem, whom the reel shows, and the quote's first sentence; cut between words, at most `LONGEST` bytes."""
    parts = [plain(part) for part in (clip.moment.problem, clip.label, clip.moment.sentences[0].text)]
    words = " - ".join(part for part in parts if part).split(" ")
    shown = ""
    for word in words:
        if len(f"{shown} {word}".encode()) > LONGEST:
            break
        shown = f"{shown} {word}".strip()
    if not shown:  # a script without spaces
        shown = words[0].encode()[:LONGEST].decode("utf-8", "ignore")
    return shown.rstrip(KEPT)


def plain(text: str) -> str:
    """Small letters, digits and a few signs: what every system takes in a file's name."""
    flat = unicodedata.normalize("NFC", text.replace("’", "'").replace("_", " ")).lower()
    kept = "".join(sign if sign in KEPT or unicodedata.category(sign)[0] in "LMN" else " " for sign in flat)
    return " ".join(kept.split()).strip(KEPT).replace(" ,", ",")


def _write(finished: Finished, place: Place, piece: Path, target: Path, title: str) -> None:
    own = [
        Cue(cue.start_ms - place.start_ms, min(cue.end_ms, place.end_ms) - place.start_ms, cue.text)
        for cue in finished.cues
        if place.start_ms <= cue.start_ms < place.end_ms
    ]
    soft = target.with_suffix(".vtt")
    try:
        if own:
            soft.write_text(captions.soft(own), "utf-8", newline="\n")
        media.join(
            [piece], target, captions=soft if own else None, chapters=[], title=title, language=finished.language
        )
    finally:
        soft.unlink(missing_ok=True)
