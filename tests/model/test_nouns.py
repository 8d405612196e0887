"""The nouns: spans, labels, places."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.model import Card, Clip, Moment, Reel, Response, Sentence, Span, Word

spans = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(lambda ab: Span("r", min(ab), max(ab)))


@given(spans, spans)
def test_union_holds_both_and_overlap_is_mutual(a: Span, b: Span) -> None:
    both = a.union(b)
    assert both.start_ms == min(a.start_ms, b.start_ms) and both.end_ms == max(a.end_ms, b.end_ms)
    assert a.overlaps(b) == b.overlaps(a)
    if a.overlaps(b):
        assert both.length_ms < a.length_ms + b.length_ms


@given(spans, st.integers(0, 9000), st.integers(0, 9000))
def test_clamp_stays_inside(span: Span, one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    inside = span.clamp(low, high)
    assert low <= inside.start_ms <= inside.end_ms <= high
    if low <= span.start_ms and span.end_ms <= high:
        assert inside == span


def test_spans_of_different_responses_never_meet() -> None:
    assert not Span("a", 0, 10).overlaps(Span("b", 0, 10))
    with pytest.raises(ValueError, match="different responses"):
        Span("a", 0, 10).union(Span("b", 0, 10))
    with pytest.raises(ValueError, match="ends before"):
        Span("a", 10, 9)


def test_half_open_spans_that_touch_do_not_overlap() -> None:
    assert not Span("a", 0, 10).overlaps(Span("a", 10, 20))
    assert Span("a", 5, 10).pad(7, 3) == Span("a", 0, 13)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"name": "Maya", "segment": "new", "show_name": True}, "Maya, new customer"),
        ({"name": "Maya", "segment": "new", "show_name": False}, "New customer"),
        ({"name": "Maya", "show_name": False}, "Customer"),
        ({"name": "Maya", "show_name": True}, "Maya"),
    ],
)
def test_a_name_is_shown_only_where_it_may_be(fields: dict[str, object], label: str) -> None:
    assert Response("id", "a.mp4", 1000, **fields).label == label  # type: ignore[arg-type]


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=30), st.sampled_from([24, 25, 30, 60]))
def test_places_follow_each_other_without_gap_and_do_not_drift(lengths: list[int], fps: int) -> None:
    sentence = Sentence("r", 0, (Word("Hello.", 0, 500),))
    items: list[Card | Clip] = [Card("intro", "plain", (), lengths[0])]
    items += [Clip(Moment("p", (sentence,), 1.0, ()), Span("r", 0, length)) for length in lengths[1:]]
    places = list(Reel((), tuple(items), fps=fps).places())
    for before, place in pairwise(places):
        assert place.first_frame == before.first_frame + before.frames
    for place, length in zip(places, lengths, strict=True):
        assert abs(place.frames / fps * 1000 - length) <= 500 / fps + 1 or place.frames == 1
