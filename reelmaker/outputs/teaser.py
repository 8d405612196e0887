"""teaser.mp4 and teaser.gif: up to 15 seconds of the reel for mail and chat, with burned-in captions.

It shows the problem that most customers spoke of and ends with its question. In between are complete quotes, never a
part of a sentence: as many of the better half of the clips by score as fit (at most three), the highest scores among
equally many, in the order of the reel. If none of those fits, any clip that does; if no complete clip fits, the first
sentences of the best one up to a point where a caption also ends; and if even one sentence is too long, the intro with
its count. A dissenting voice is shown only in the reel, in its context.
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
AFTER_MS = 300  # of silence after a sentence whose continuation is omitted


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
    film, gif = folder / "teaser.mp4", folder / "teaser.gif"
    stretches = [media.Stretch(finished.pieces[shot.number], shot.frames) for shot in shots]
    with tempfile.TemporaryDirectory(dir=folder) as staging:
        script, environment = "", {}
        teaser_cues = [] if finished.burned else captions(shots, finished.cues)
        if teaser_cues:
            template = finished.template or cards.find("plain")
            faces = dict.fromkeys(
                face for cue in teaser_cues for face in layout.used(cue.text, layout.font_path(finished.brand))
            )
            environment = overlay.prepare(Path(staging), finished.brand, faces)
            script = overlay.ass(teaser_cues, "", LONGEST_MS, template, finished.brand, size)
            (Path(staging) / "captions.ass").write_text(script, "utf-8")
        media.film(
            stretches,
            film,
            size=size,
            fps=reel.fps,
            most_bytes=MOST_BYTES,
            overlay="captions.ass" if script else "",
            folder=Path(staging),
            environment=environment,
        )
    media.moving_still(film, gif, size=size, fps=reel.fps, most_bytes=MOST_BYTES)
    return [film, gif]


def chosen(reel: Reel, cues: Sequence[Cue]) -> list[Shot]:
    """The shots of the teaser, in order; none for a reel without clips."""
    shown_problems = [
        problem.slug for problem in reel.problems if any(c.moment.problem == problem.slug for c in reel.clips)
    ]
    if not shown_problems:
        return []
    main_problem = max(shown_problems, key=lambda slug: reel.counts[slug].spoke if slug in reel.counts else 0)
    places = list(enumerate(reel.places()))
    number, place = next(
        (n, p)
        for n, p in places
        if isinstance(p.item, Card) and (p.item.kind, p.item.problem) == ("outro", main_problem)
    )
    closing = Shot(number, place, _closing(place))
    frames_left = LONGEST_MS * reel.fps // 1000 - closing.frames
    voices = [
        Shot(n, p, p.frames)
        for n, p in places
        if isinstance(p.item, Clip) and p.item.moment.problem == main_problem and not p.item.moment.dissent
    ]
    quotes = (
        _complete_quotes(voices, frames_left)
        or _begin_of_quote(voices, frames_left, cues)
        or [_first(places, frames_left)]
    )
    return [*quotes, closing]


def captions(shots: Sequence[Shot], cues: Sequence[Cue]) -> list[Cue]:
    """The reel's captions of these shots, timed in the teaser."""
    teaser_cues, frames_before = [], 0
    for shot in shots:
        place = shot.place
        shot_start, reel_start = round(frames_before * 1000 / place.fps), place.start_ms
        reel_end = reel_start + round(shot.frames * 1000 / place.fps)
        teaser_cues += [
            Cue(shot_start + cue.start_ms - reel_start, shot_start + min(cue.end_ms, reel_end) - reel_start, cue.text)
            for cue in cues
            if reel_start <= cue.start_ms < reel_end - 1
        ]
        frames_before += shot.frames
    return teaser_cues


def _closing(place: Place) -> int:
    """How many frames the question is shown: as long as it takes to read the first question."""
    assert isinstance(place.item, Card)
    length = len(dict(place.item.fields).get("question1", ""))
    shortest, longest = CLOSING_MS
    duration_ms = min(longest, max(shortest, 1000 + length * 1000 // assemble.READING))
    return min(place.frames, duration_ms * place.fps // 1000)


def _complete_quotes(voices: Sequence[Shot], frames_left: int) -> list[Shot]:
    """As many complete quotes as fit, from the better half; any that fit if none of those do."""
    scores = sorted((_score(shot) for shot in voices), reverse=True)
    for lowest_score in (scores[(len(scores) - 1) // 2] if scores else 0.0, 0.0):
        candidates = [shot for shot in voices if _score(shot) >= lowest_score and shot.frames <= frames_left]
        for number in range(min(MOST_QUOTES, len(candidates)), 0, -1):
            fitting = [
                group for group in combinations(candidates, number) if sum(s.frames for s in group) <= frames_left
            ]
            if fitting:
                return list(max(fitting, key=lambda group: (sum(map(_score, group)), -sum(s.frames for s in group))))
    return []


def _begin_of_quote(voices: Sequence[Shot], frames_left: int, cues: Sequence[Cue]) -> list[Shot]:
    """The first complete sentences of the best quote that fit."""
    for shot in sorted(voices, key=lambda shot: -_score(shot)):
        clip, place = shot.place.item, shot.place
        assert isinstance(clip, Clip)
        sentences = clip.moment.sentences
        for last in range(len(sentences) - 1, 0, -1):
            sentence_end, next_start = sentences[last - 1].span.end_ms, sentences[last].span.start_ms
            cut_ms = min(
                sentence_end + AFTER_MS, (sentence_end + next_start) // 2 if next_start > sentence_end else sentence_end
            )
            frames = clip.played_at(cut_ms) * place.fps // 1000
            ends, begins = (place.start_ms + clip.played_at(time_ms) for time_ms in (sentence_end, next_start))
            within_cue = any(c.start_ms < ends - 1 and c.end_ms > begins + 1 for c in cues)
            if 0 < frames <= frames_left and not within_cue:
                return [Shot(shot.number, place, frames)]
    return []


def _first(places: Sequence[tuple[int, Place]], frames_left: int) -> Shot:
    number, place = places[0]
    return Shot(number, place, min(place.frames, frames_left))


def _score(shot: Shot) -> float:
    assert isinstance(shot.place.item, Clip)
    return shot.place.item.moment.score
