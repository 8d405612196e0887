"""What a piece is remembered by: all that can be seen or heard of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.films.pieces import CARD, CLIP, HEARD, LOOK, OTHER, RESPONSE, SEEN, clip_of, made, source_of

from reelmaker.model import Brand, Card, Clip, Reel, Span, survey
from reelmaker.render import cards, pieces


def key(
    item: Card | Clip = CLIP,
    look: pieces.Look = LOOK,
    source: survey.Source = SEEN,
    size: tuple[int, int] = (320, 180),
    fps: int = 30,
    threads: int = 1,
) -> str:
    reel = Reel((), (item,), {}, *size, fps)
    [job] = pieces.plan(reel, {RESPONSE: source, OTHER: source}, look, Path("cache"), threads)
    assert job.target.parent == Path("cache", "pieces")
    return job.target.stem


SPAN = CLIP.span
PICTURE: dict[str, Callable[[], str]] = {
    "start": lambda: key(replace(CLIP, span=Span(RESPONSE, 2001, 5001))),
    "length": lambda: key(replace(CLIP, span=Span(RESPONSE, 2000, 5040))),
    "upload": lambda: key(clip_of(2000, 5000, response=OTHER)),
    "fade": lambda: key(replace(CLIP, fade_ms=0)),
    "caption words": lambda: key(clip_of(2000, 5000, "My card was accepted again")),
    "label": lambda: key(replace(CLIP, label="Loyal customer")),
    "label of a voice": lambda: key(replace(CLIP, label="Loyal customer"), source=HEARD),
    "voice only": lambda: key(source=HEARD),
    "sound track": lambda: key(source=replace(SEEN, facts=replace(SEEN.facts, sound_track=2))),
    "template": lambda: key(look=replace(LOOK, template=cards.find("dark"))),
    "fill": lambda: key(look=replace(LOOK, fill="brand")),
    "captions beside": lambda: key(look=replace(LOOK, burn=False)),
    "draft": lambda: key(look=replace(LOOK, draft=True)),
    "brand primary": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", primary="#aa0000"))),
    "brand accent": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", accent="#aa0000"))),
    "brand background": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", background="#aa0000"))),
    "brand text": lambda: key(look=replace(LOOK, brand=Brand("Fernhill", text="#aa0000"))),
    "width": lambda: key(size=(322, 180)),
    "height": lambda: key(size=(320, 182)),
    "shape": lambda: key(size=(180, 320)),
    "frame rate": lambda: key(fps=25),
}
CARDS: dict[str, Callable[[], str]] = {
    "words": lambda: key(replace(CARD, fields=(("statement", "Paying is easy"), *CARD.fields[1:]))),
    "count": lambda: key(replace(CARD, fields=(*CARD.fields[:2], ("spoke", "1")))),
    "kind": lambda: key(replace(CARD, kind="chapter")),
    "length": lambda: key(replace(CARD, duration_ms=1100)),
    "template": lambda: key(CARD, replace(LOOK, template=cards.find("bold"))),
    "brand colour": lambda: key(CARD, replace(LOOK, brand=Brand("Fernhill", primary="#aa0000"))),
    "draft": lambda: key(CARD, replace(LOOK, draft=True)),
    "size": lambda: key(CARD, size=(180, 320)),
}
NO_PICTURE: dict[str, Callable[[], str]] = {
    "score": lambda: key(replace(CLIP, moment=replace(CLIP.moment, score=0.1))),
    "why": lambda: key(replace(CLIP, moment=replace(CLIP.moment, why=("another reason",)))),
    "tone": lambda: key(replace(CLIP, moment=replace(CLIP.moment, tone=-1.0))),
    "problem": lambda: key(replace(CLIP, moment=replace(CLIP.moment, problem="delivery"))),
    "name of the upload": lambda: key(source=replace(SEEN, path=Path("renamed.mov"))),
    "notes": lambda: key(source=replace(SEEN, facts=replace(SEEN.facts, notes=("damaged",)))),
    "threads": lambda: key(threads=4),
}


@pytest.mark.parametrize("what", PICTURE)
def test_what_changes_the_picture_or_sound_of_a_clip_changes_its_key(what: str) -> None:
    assert PICTURE[what]() != key()


@pytest.mark.parametrize("what", CARDS)
def test_what_changes_a_card_changes_its_key(what: str) -> None:
    assert CARDS[what]() != key(CARD)


@pytest.mark.parametrize("what", NO_PICTURE)
def test_what_is_not_seen_or_heard_leaves_the_key_alone(what: str) -> None:
    assert NO_PICTURE[what]() == key()


def test_no_two_of_these_changes_give_the_same_key() -> None:
    keys = [key(), key(CARD), *(change() for change in (*PICTURE.values(), *CARDS.values()))]
    assert len(set(keys)) == len(keys)


def test_the_label_of_a_voice_without_picture_is_in_its_key_even_where_no_lower_third_is_shown() -> None:
    plain = cards.find("plain")
    quiet = replace(LOOK, template=replace(plain, lower_third=replace(plain.lower_third, show_ms=0)), burn=False)
    other = replace(CLIP, label="Loyal customer")
    assert key(other, quiet, HEARD) != key(CLIP, quiet, HEARD)
    assert key(other, quiet, SEEN) == key(CLIP, quiet, SEEN), "nowhere to be seen"


def test_words_that_are_not_burnt_in_leave_the_key_alone() -> None:
    beside = replace(LOOK, burn=False)
    assert key(clip_of(2000, 5000, "Quite other words"), beside) == key(CLIP, beside)


def test_the_problem_of_a_card_leaves_its_key_alone() -> None:
    assert key(replace(CARD, problem="delivery")) == key(CARD)


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_the_place_in_the_reel_leaves_the_key_alone(fps: int) -> None:
    moved = [replace(CLIP, span=Span(RESPONSE, 2000, 2000 + length)) for length in range(600, 5000, 131)]
    for clip in moved:
        keys = set()
        for before_ms in (0, 33, 67, 100, 121, 1000, 61_033):
            first = [replace(CARD, duration_ms=before_ms)] if before_ms else []
            reel = Reel((), (*first, clip), {}, 320, 180, fps)
            keys.add(pieces.plan(reel, {RESPONSE: SEEN}, LOOK, Path("cache"))[-1].target.stem)
        assert len(keys) == 1, clip.span


def test_a_new_logo_under_the_old_name_changes_the_keys(tmp_path: Path) -> None:
    from PIL import Image

    logo = tmp_path / "logo.png"
    look = replace(LOOK, brand=Brand("Fernhill", logo=str(logo)))
    Image.new("RGB", (40, 20), "#aa0000").save(logo)
    before = key(CARD, look)
    Image.new("RGB", (60, 20), "#00aa00").save(logo)
    assert key(CARD, look) != before != key(CARD)


@pytest.mark.slow
def test_equal_keys_are_equal_files(tmp_path: Path, video: Path) -> None:
    copy = tmp_path / "renamed.mp4"
    copy.write_bytes(video.read_bytes())
    other = replace(CLIP, moment=replace(CLIP.moment, score=0.2, why=("another reason",)))
    one = made(tmp_path / "one", {RESPONSE: source_of(video)}, CARD, CLIP)
    two = made(tmp_path / "two", {RESPONSE: source_of(copy)}, other, CARD)
    assert [job.target.name for job in one] == [job.target.name for job in reversed(two)]
    for a, b in zip(one, reversed(two), strict=True):
        assert a.target.read_bytes() == b.target.read_bytes(), a.place.item
