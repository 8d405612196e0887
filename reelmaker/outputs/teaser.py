"""teaser.mp4 and teaser.gif: up to 15 seconds of the reel for mail and chat, with burned-in captions.

It shows the problem that most customers spoke of and ends with its question. In between are whole quotes, never a
part of a sentence: as many of the better half of the clips by score as fit (at most three), the highest scores among
equally many, in the order of the reel. If none of those fits, any clip that does; if no whole clip fits, the
first sentences of the best one up to a point where a caption also ends; and if even one sentence is too long, the
intro with its count. A dissenting voice is shown only in the reel, in its context.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from reelmaker import media
from reelmaker.model import Card, Clip, Cue, Place, Reel
from reelmaker.outputs import Finished
from reelmaker.render import cards, overlay
from reelmaker.select import assemble
from reelmaker.text import layout

LONGEST_MS = 15_000
MOST_BYTES = 8_000_000
CLOSING_MS = (3500, 6000)  # shortest and longest time the question is on screen
MOST_QUOTES = 3
AFTER_MS = 300  # of silence after a sentence whose continuation is left out


@dataclass(frozen=True, slots=True)
class Shot:
    """The first `frames` frames of an item of the reel."""

    number: int  # among the items
    place: Place
    frames: int


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write teaser.mp4 and teaser.gif, at most 15 s and 8 MB each; nothing if nobody speaks."""
    shots = chosen(finished.reel, finished.cues)
    if not shots:
        return []
    reel = finished.reel
    size = (reel.width, reel.height)
    film, still = folder / "teaser.mp4", folder / "teaser.gif"
    stretches = [media.Stretch(finished.pieces[shot.number], shot.frames) for shot in shots]
    with tempfile.TemporaryDirectory(dir=folder) as room:
        script, environment = "", {}
        shown = [] if finished.burned else captions(shots, finished.cues)
        if shown:
            template = finished.template or cards.find("plain")
            faces = dict.fromkeys(
                face for cue in shown for face in layout.used(cue.text, layout.font_path(finished.brand))
            )
            environment = overlay.prepare(Path(room), finished.brand, faces)
            script = overlay.ass(shown, "", LONGEST_MS, template, finished.brand, size)
            (Path(room) / "captions.ass").write_text(script, "utf-8")
        media.film(
            stretches,
            film,
            size=size,
            fps=reel.fps,
            most_bytes=MOST_BYTES,
            overlay="captions.ass" if script else "",
            folder=Path(room),
            environment=environment,
        )
    media.moving_still(film, still, size=size, fps=reel.fps, most_bytes=MOST_BYTES)
    return [film, still]


def chosen(reel: Reel, cues: Sequence[Cue]) -> list[Shot]:
    """The shots of the teaser, in order; none for a reel without clips."""
    told = [problem.slug for problem in reel.problems if any(c.moment.problem == problem.slug for c in reel.clips)]
    if not told:
        return []
    about = max(told, key=lambda slug: reel.counts[slug].spoke if slug in reel.counts else 0)
    places = list(enumerate(reel.places()))
    number, place = next(
        (n, p) for n, p in places if isinstance(p.item, Card) and (p.item.kind, p.item.problem) == ("outro", about)
    )
    closing = Shot(number, place, _closing(place))
    left = LONGEST_MS * reel.fps // 1000 - closing.frames
    voices = [
        Shot(n, p, p.frames)
        for n, p in places
        if isinstance(p.item, Clip) and p.item.moment.problem == about and not p.item.moment.dissent
    ]
    quotes = _whole(voices, left) or _begun(voices, left, cues) or [_first(places, left)]
    return [*quotes, closing]


def captions(shots: Sequence[Shot], cues: Sequence[Cue]) -> list[Cue]:
    """The reel's captions of these shots, timed in the teaser."""
    found, at = [], 0
    for shot in shots:
        place = shot.place
        begin, start = round(at * 1000 / place.fps), place.start_ms
        end = start + round(shot.frames * 1000 / place.fps)
        found += [
            Cue(begin + cue.start_ms - start, begin + min(cue.end_ms, end) - start, cue.text)
            for cue in cues
            if start <= cue.start_ms < end - 1
        ]
        at += shot.frames
    return found


def _closing(place: Place) -> int:
    """How many frames the question is shown: as long as it takes to read the first question."""
    assert isinstance(place.item, Card)
    letters = len(dict(place.item.fields).get("question1", ""))
    shortest, longest = CLOSING_MS
    length = min(longest, max(shortest, 1000 + letters * 1000 // assemble.READING))
    return min(place.frames, length * place.fps // 1000)


def _whole(voices: Sequence[Shot], left: int) -> list[Shot]:
    """As many whole quotes as fit, from the better half; any that fit if none of those do."""
    scores = sorted((_score(shot) for shot in voices), reverse=True)
    for least in (scores[(len(scores) - 1) // 2] if scores else 0.0, 0.0):
        strong = [shot for shot in voices if _score(shot) >= least and shot.frames <= left]
        for many in range(min(MOST_QUOTES, len(strong)), 0, -1):
            fitting = [some for some in combinations(strong, many) if sum(s.frames for s in some) <= left]
            if fitting:
                return list(max(fitting, key=lambda some: (sum(map(_score, some)), -sum(s.frames for s in some))))
    return []


def _begun(voices: Sequence[Shot], left: int, cues: Sequence[Cue]) -> list[Shot]:
    """The first whole sentences of the best quote that fit."""
    for shot in sorted(voices, key=lambda shot: -_score(shot)):
        clip, place = shot.place.item, shot.place
        assert isinstance(clip, Clip)
        sentences = clip.moment.sentences
        for last in range(len(sentences) - 1, 0, -1):
            over, following = sentences[last - 1].span.end_ms, sentences[last].span.start_ms
            cut = min(over + AFTER_MS, (over + following) // 2 if following > over else over)
            frames = (cut - clip.span.start_ms) * place.fps // 1000
            shift = place.start_ms - clip.span.start_ms
            shared = any(c.start_ms < over + shift - 1 and c.end_ms > following + shift + 1 for c in cues)
            if 0 < frames <= left and not shared:
                return [Shot(shot.number, place, frames)]
    return []


def _first(places: Sequence[tuple[int, Place]], left: int) -> Shot:
    number, place = places[0]
    return Shot(number, place, min(place.frames, left))


def _score(shot: Shot) -> float:
    assert isinstance(shot.place.item, Clip)
    return shot.place.item.moment.score
