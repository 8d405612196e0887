"""What the picture of each clip is worth: whether there is anything to see, and where the lower third covers least.

In: a reel, where its answers lie. Out: for each clip with a picture a `Seen`; what was seen once is not looked at again.
A black picture, and one in which nothing moves, is a switched-off camera, an avatar or a frozen call: the speaker's card
stands instead. A shared screen does not move either, but is full of fine lines; it stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from reelmaker import media, parallel
from reelmaker.model import Clip, Place, Reel, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.progress import Progress
from reelmaker.project.library import Library, key_of
from reelmaker.render import pieces

if TYPE_CHECKING:
    import numpy as np

VERSION = 1
LONGER = 384  # pixels of the longer side of what is looked at
LOOKS = 12  # pictures of a clip
FEWEST = 4  # with less nobody can say that nothing moves
BLACK = 34  # of 255: brighter than all but a hundredth of it
BLOCK, MOVED = 12, 3.0  # pixels a side; a block's mean change from which something moves
LINE, FLAT = 24, 1  # differences of neighbours, of 255
SCREEN_LINES, SCREEN_FLAT = 0.03, 0.55  # shares of the picture: a screen has both,
FULL_LINES = 0.12  # or so many lines that it is full of text
BUSY, CALMER = 0.05, 0.4  # share of lines where a label covers something; of it that another place may have
# where a lower third stands: left, top, right, bottom, in shares of the frame
PLACES = {"top-left": (0.03, 0.03, 0.5, 0.2), "bottom-left": (0.03, 0.58, 0.5, 0.82)}


@dataclass(frozen=True, slots=True)
class Seen:
    """`lifeless`: "black", "frozen", or "" for a picture worth showing. `lines`: how much fine detail is where."""

    lifeless: str
    lines: Mapping[str, float]

    def place(self, usual: str) -> str:
        """Where the lower third stands: the design's place, unless it covers something there and not elsewhere."""
        other = next(place for place in PLACES if place != usual)
        moves = self.lines.get(usual, 0.0) >= BUSY and self.lines.get(other, 1.0) <= CALMER * self.lines[usual]
        return other if moves else usual


def look(reel: Reel, survey: Survey, library: Library, report: Progress) -> dict[pieces.Stretches, Seen]:
    """What is to be seen in each clip that has a picture; a clip that cannot be read is shown as it is."""
    places = {_key(place, reel, survey): place for place in _with_picture(reel, survey)}
    known: dict[str, Any] = {key: library.result(key) for key in places}
    new = [key for key, body in known.items() if body is None]
    if new:
        report.step("Looking at pictures", len(new))

    def one(key: str) -> list[Any]:
        seen = _look(places[key], reel, survey)
        return [seen.lifeless, dict(seen.lines)]

    for key, body in parallel.do(one, new, stop=media.stop_all):
        report.advance()
        if not isinstance(body, Exception):  # the rendering says what is wrong with it
            library.store_results({key: body})
            known[key] = body
    return {_clip(place).stretches: Seen(*known[key]) for key, place in places.items() if known[key]}


def warning(reel: Reel, seen: Mapping[pieces.Stretches, Seen]) -> str:
    """That clips show a card although there is a picture; "" where none does."""
    found = [
        (moment_ids.name(clip.moment), seen[clip.stretches].lifeless) for clip in reel.clips if clip.stretches in seen
    ]
    names = [f"{name} ({lifeless})" for name, lifeless in found if lifeless]
    if not names:
        return ""
    many = "1 clip shows" if len(names) == 1 else f"{len(names)} clips show"
    return f"{many} the speaker's card, because nothing moves in the picture: {', '.join(names)}."


def _with_picture(reel: Reel, survey: Survey) -> Iterable[Place]:
    for place in reel.places():
        if isinstance(place.item, Clip):
            source = survey.sources[place.item.span.response]
            if source.facts.sound_track >= 0 and pieces.moving_frames(source, place.item, place):
                yield place


def _key(place: Place, reel: Reel, survey: Survey) -> str:
    clip = _clip(place)
    facts = survey.sources[clip.span.response].facts
    return key_of(
        "seen",
        VERSION,
        clip.span.response,
        clip.span.start_ms,
        place.frames,
        place.fps,
        [reel.width, reel.height],
        [facts.picture_track, facts.interlaced, facts.bars],
        *([["jumps", *clip.jumps(place.fps)]] if clip.holes else []),
    )


def _clip(place: Place) -> Clip:
    assert isinstance(place.item, Clip)
    return place.item


def _look(place: Place, reel: Reel, survey: Survey) -> Seen:
    source = survey.sources[_clip(place).span.response]
    assert source.facts.picture is not None
    piece = pieces.picture_of_clip(source, _clip(place), place)
    scale = LONGER / max(source.facts.picture)
    width, height = (max(2, round(side * scale / 2) * 2) for side in source.facts.picture)
    greys: list[np.ndarray] = []
    media.pictures(
        piece,
        place.fps,
        max(1, piece.frames // LOOKS),
        (width, height),
        lambda picture: greys.append(picture.astype("int16").mean(2)),
    )
    return Seen(_lifeless(greys), _lines(greys, (reel.width, reel.height)))


def _lifeless(greys: list[np.ndarray]) -> str:
    import numpy as np

    if len(greys) < FEWEST:
        return ""
    if all(np.percentile(grey, 99) < BLACK for grey in greys):
        return "black"
    changes = [_most_moved(before, after) for before, after in pairwise(greys)]
    return "frozen" if max(changes) < MOVED and not _screen(greys[0]) else ""


def _most_moved(before: np.ndarray, after: np.ndarray) -> float:
    """The mean change of the block that changed most: a mouth that moves is a small part of a picture."""
    height, width = (side // BLOCK * BLOCK for side in before.shape)
    change = abs(after - before)[:height, :width]
    if not change.size:
        return float(abs(after - before).mean())
    blocks = change.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).mean((1, 3))
    return float(blocks.max())


def _screen(grey: np.ndarray) -> bool:
    """Whether it is a screen or a slide: even surfaces with many sharp lines."""
    steps = abs(grey[:, 1:] - grey[:, :-1])
    lines, flat = (steps > LINE).mean(), (steps <= FLAT).mean()
    return bool(lines >= FULL_LINES or (lines >= SCREEN_LINES and flat >= SCREEN_FLAT))


def _lines(greys: list[np.ndarray], frame: tuple[int, int]) -> dict[str, float]:
    """For each place of a lower third the share of sharp lines in it, on average; borders beside the picture have none."""
    import numpy as np

    if not greys:
        return {}
    steps = np.mean([abs(grey[:, 1:] - grey[:, :-1]) > LINE for grey in greys], axis=0)
    height, width = greys[0].shape
    scale = min(frame[0] / width, frame[1] / height)
    wide, high = width * scale / frame[0], height * scale / frame[1]  # of the frame, the picture in its middle
    found = {}
    for name, (left, top, right, bottom) in PLACES.items():
        across = [round(((x - 0.5) / wide + 0.5) * width) for x in (left, right)]
        down = [round(((y - 0.5) / high + 0.5) * height) for y in (top, bottom)]
        inside = steps[max(0, down[0]) : max(0, down[1]), max(0, across[0]) : max(0, across[1])]
        whole = max(1, (across[1] - across[0]) * (down[1] - down[0]))
        found[name] = round(float(inside.sum()) / whole, 4)
    return found
