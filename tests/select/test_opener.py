"""The clip that opens a reel shows somebody, where another strong one does."""

from __future__ import annotations

from dataclasses import replace

from helpers.words.answers import spoken

from reelmaker.model import Clip
from reelmaker.select.clips import opener


def clips(**scores: float) -> list[Clip]:
    """One clip of each person, in this order."""
    moments = [spoken(name, [("They charged me two times.", score)])[0] for name, score in scores.items()]
    return [Clip(moment, moment.span) for moment in moments]


def opened(some: list[Clip], **begins: str) -> str:
    """The people whose clips are shown, in order."""
    shown = opener.opened(some, "pain", lambda clip: begins.get(clip.span.response, ""), lambda c: c.span.response[0])
    assert sorted(clip.span for clip in shown) == sorted(clip.span for clip in some)
    return " ".join(clip.span.response for clip in shown)


def test_a_strong_clip_with_a_picture_opens_where_the_strongest_has_none() -> None:
    some = clips(a=0.95, b=0.7, c=0.9)
    assert opened(some) == "a b c"
    assert opened(some, a="black") == "c a b", "the strongest of the others"
    assert opened(some, a="frozen", c="bare") == "b a c"
    assert opened(some, a="black", b="black", c="black") == "a b c", "nobody has one"
    [first, *_] = opener.opened(some, "pain", lambda clip: "bare" if clip is some[0] else "", lambda c: c.span.response)
    assert first.moment.why[-1] == "opens the reel, since the picture of a@0:01.0 shows a bare screen at its start"


def test_a_weak_clip_does_not_open_for_its_picture() -> None:
    assert opened(clips(a=0.95, b=0.5), a="black") == "a b"


def test_what_the_team_placed_and_who_says_the_opposite_stay_where_they_are() -> None:
    a, b, c = clips(a=0.95, b=0.9, c=0.9)
    assert opened([replace(a, placed="first"), b, c], a="black") == "a b c"
    assert opened([a, b, replace(c, placed="last")], a="black", b="black") == "a b c"
    assert opened([a, b, replace(c, moment=replace(c.moment, dissent=True))], a="black", b="black") == "a b c"


def test_what_one_customer_says_stays_in_its_order() -> None:
    assert opened(clips(a1=0.9, b=0.6, a2=0.95), a1="black") == "b a1 a2"
