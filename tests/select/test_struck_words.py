"""Struck words: what remains of a clip, where its parts begin and end, and what its captions say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from helpers.films.measure import talk
from helpers.words.candidates import answer, people
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Clip, Moment, Problem, Reel, Sentence, Span, Word
from reelmaker.model.decision import Decision
from reelmaker.model.stretches import inside, played_at, remaining, spoken_parts, whole_frames
from reelmaker.render.pieces import clip_cues
from reelmaker.select import joints
from reelmaker.select.candidates import EDGE_MS, Limits, windows
from reelmaker.select.decisions import strike_risks, strikes
from reelmaker.select.pick import pick
from reelmaker.text import caption_cues

R = "a" * 64


def span(start: int, end: int) -> Span:
    return Span(R, start, end)


def decided(start: int, end: int, number: int = 1, exact: bool = False, whole: Span | None = None) -> Decision:
    return Decision(
        number, whole or span(0, 100_000), "p", "strike", "", "2026-01-01", shown=span(start, end), exact=exact
    )


def said(*sentences: str, word_ms: int = 300, gap_ms: int = 200) -> Moment:
    """Words of equal length, one after the other, in sentences."""
    made, at = [], 0
    for index, text in enumerate(sentences):
        words = []
        for part in text.split():
            words.append(Word(part, at, at + word_ms))
            at += word_ms + gap_ms
        made.append(Sentence(R, index, tuple(words)))
    return Moment("p", tuple(made), 0.9, ("because",))


# ---- arithmetic by hand ----


def test_what_remains_of_a_stretch() -> None:
    assert remaining(span(1000, 5000), [span(1500, 2000), span(3000, 3500)]) == (
        span(1000, 1500),
        span(2000, 3000),
        span(3500, 5000),
    )
    assert remaining(span(1000, 5000), [span(900, 1500), span(4000, 6000)]) == (span(1500, 4000),)
    assert remaining(span(1000, 2000), [span(1000, 2000)]) == ()


def test_a_time_of_the_answer_is_played_where_the_parts_before_it_end() -> None:
    parts = [span(1000, 1500), span(2000, 3000), span(3500, 5000)]
    times = {
        900: 0,
        1000: 0,
        1499: 499,
        1500: 500,
        1800: 500,
        2000: 500,
        2600: 1100,
        3200: 1500,
        3600: 1600,
        9000: 3000,
    }
    assert {time: played_at(parts, time) for time in times} == times
    assert inside(parts, 1400, 2100) == [(1400, 1500), (2000, 2100)]


def test_parts_are_whole_frames_and_never_reach_into_the_next() -> None:
    # 517 ms are 15.5 frames: 16 frames last 533 ms; the last part keeps its length
    assert whole_frames([span(0, 517), span(900, 1411)], 30) == (span(0, 533), span(900, 1411))
    assert whole_frames([span(0, 517), span(525, 1000)], 30) == (span(0, 500), span(525, 1000))


def test_a_clip_with_holes_has_the_frames_of_its_parts() -> None:
    clip = Clip(said("one two three four"), span(0, 2000), holes=(span(500, 1000), span(1500, 1600)))
    assert clip.length_ms == 1400 and clip.frames(30) == (15, 15, 12)
    assert clip.jumps(30) == ((0, 15), (1000, 15), (1600, 12))
    [place] = Reel((Problem("p", "s", ("q",)),), (clip,)).places()
    assert place.frames == 42
    assert [
        (part.first_frame, part.frames, part.item.span) for part in place.parts() if isinstance(part.item, Clip)
    ] == [
        (0, 15, span(0, 500)),
        (15, 15, span(1000, 1500)),
        (30, 12, span(1600, 2000)),
    ]


# ---- what strikes leave ----


def test_struck_words_leave_parts_and_edges_are_no_holes() -> None:
    moment = said("um my card was um refused", "you know", "at the page um")
    whole = moment.span
    gone = [decided(0, 300), decided(2000, 2300), decided(3000, 3800), decided(5500, 6000)]
    rest = strikes.applied(moment, gone)
    assert rest
    assert caption_cues.quote(rest) == "… my card was … refused … at the page …"
    assert [hole.span for hole in rest.holes] == [span(2000, 2300), span(3000, 3800)]
    assert [sentence.index for sentence in rest.sentences] == [0, 2] and rest.whole == whole
    # from "my" at 0.5 s to the end of "page" at 5.3 s, without 0.3 and 0.8 s
    assert rest.length_ms == 4800 - 300 - 800
    assert strikes.applied(moment, [decided(9000, 9900)]) is moment
    assert strikes.applied(moment, [decided(0, 5300)]) is None


def test_two_strikes_side_by_side_are_one_cut() -> None:
    rest = strikes.applied(said("one two three four five"), [decided(500, 800), decided(1000, 1300, 2)])
    assert rest and [hole.span for hole in rest.holes] == [span(500, 1300)]
    assert caption_cues.quote(rest) == "one … four five"


def test_other_words_of_a_new_transcript_are_struck_by_their_time() -> None:
    gone = [decided(1000, 1800)]
    # the same sound in other words: "you know" at 1.0-1.8 s was "yew no" at 1.05-1.75 s
    words = (("my", 0, 300), ("card", 500, 900), ("yew", 1050, 1350), ("no", 1400, 1750), ("failed", 2000, 2600))
    moment = Moment("p", (Sentence(R, 0, tuple(Word(*word) for word in words)),), 0.9, ())
    rest = strikes.applied(moment, gone)
    assert rest and rest.text == "my card failed"


def test_a_struck_clip_keeps_its_sentences_and_counts_its_shorter_length() -> None:
    moments = answer("r", [0.9, 0.9, 0.1], 4000, 400)
    whole = moments[0].span.union(moments[1].span)
    struck = Span("r", 4400, 5733)  # the first of the three words of the second sentence
    strike = Decision(1, whole, "p", "strike", "", "2026-01-01", shown=struck)
    limits = Limits(60_000, 2_000, 16_000, 1, 0.5, trims=strikes.pins([strike], "p"), strikes=(strike,))
    [shown] = pick(moments, people("r"), limits)
    assert shown.whole == whole and shown.length_ms == 8399 - 1333 and len(shown.holes) == 1
    [window] = [w for w in windows(moments, limits) if w.moment.holes]
    assert window.cost_ms == 8399 - 1333 + EDGE_MS
    assert all("wordr1" not in w.moment.text for w in windows(moments, limits))


@pytest.mark.parametrize(
    ("sentences", "gone", "risk"),
    [
        (("It was not good.",), "not", "takes away"),
        (("It was um not good.",), "um", ""),
        (("It does not work at all.",), "work", "left without the words"),
        (("It works but it is slow.",), "but it is slow.", 'takes away a "but"'),
        (("It works fine but it is slow.",), "fine", 'a "but" is left'),
        (("It is um unhappy.",), "um", ""),
        (("Was it good?", "Yes it was."), "Yes it was.", "question"),
        (("Was it good?", "Yes it was."), "Was it good?", "question"),
        (("It was good.", "I liked it."), "I liked it.", ""),
    ],
)
def test_strikes_that_may_turn_a_quote_are_named(sentences: tuple[str, ...], gone: str, risk: str) -> None:
    moment = said(*sentences)
    texts = [word.text for word in moment.words]
    wanted = gone.split()
    first = next(n for n in range(len(texts)) if texts[n : n + len(wanted)] == wanted)
    after = (*moment.words[:first], *moment.words[first + len(wanted) :])
    risks = strike_risks.risks(moment.sentences, moment.words, after)
    assert (risk in " ".join(risks)) if risk else risks == []


# ---- edges in the sound ----


def test_the_edges_of_a_hole_are_in_the_pauses_beside_it() -> None:
    sound = talk([(500, 1500), (1900, 2400), (2800, 4000)], 5000)
    words = (Word("my", 500, 1500), Word("um", 1900, 2400), Word("card", 2800, 4000))
    moment = strikes.applied(Moment("p", (Sentence(R, 0, words),), 0.9, ()), [decided(1900, 2400)])
    assert moment
    first, second = joints.parts(sound, 0, moment, 0, 5000, 5000)
    assert 350 <= first.start_ms <= 500 and 1500 <= first.end_ms <= 1700
    assert 2650 <= second.start_ms <= 2800 and 4000 <= second.end_ms <= 4250


def test_without_pauses_the_parts_stay_apart_and_outside_the_struck_word() -> None:
    sound = talk([(0, 5000)], 5000)
    words = (Word("my", 0, 2000), Word("um", 2000, 2120), Word("card", 2120, 5000))
    moment = strikes.applied(Moment("p", (Sentence(R, 0, words),), 0.9, ()), [decided(2000, 2120)])
    assert moment
    first, second = joints.parts(sound, 0, moment, 0, 5000, 5000)
    assert 1950 <= first.end_ms <= 2015 and 2105 <= second.start_ms <= 2170
    exact = strikes.applied(Moment("p", (Sentence(R, 0, words),), 0.9, ()), [decided(2010, 2100, exact=True)])
    assert exact
    first, second = joints.parts(sound, 0, exact, 0, 5000, 5000)
    assert (first.end_ms, second.start_ms) == (2010, 2100)


# ---- for all ----

SPOKEN = st.lists(st.tuples(st.integers(60, 700), st.sampled_from([0, 0, 30, 200, 1500])), min_size=3, max_size=40)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(spoken=SPOKEN, data=st.data())
def test_for_any_strikes_captions_and_parts_follow_what_is_heard(
    spoken: list[tuple[int, int]], data: st.DataObject
) -> None:
    words, at = [], data.draw(st.integers(0, 3000))
    for number, (length, pause) in enumerate(spoken):
        words.append(Word(f"w{number}{data.draw(st.sampled_from(['', ',', '.']))}", at, at + length))
        at += length + pause
    cut = data.draw(st.integers(1, len(words) - 1))
    moment = Moment("p", (Sentence(R, 0, tuple(words[:cut])), Sentence(R, 1, tuple(words[cut:]))), 0.9, ())
    ranges = data.draw(st.lists(st.tuples(st.integers(0, len(words) - 1), st.integers(1, 5)), min_size=1, max_size=6))
    gone = [
        decided(words[first].start_ms, words[min(len(words), first + many) - 1].end_ms, number)
        for number, (first, many) in enumerate(ranges)
    ]
    struck = {word.text for first, many in ranges for word in words[first : first + many]}
    kept = [word.text for word in words if word.text not in struck]
    rest = strikes.applied(moment, gone)
    if rest is None:
        return
    assert [word.text for word in rest.words] == kept
    # edges in pauses that may be anywhere near the words
    spread = [data.draw(st.integers(-50, 200)) for _ in range(2 * len(rest.holes) + 2)]
    spans = []
    for number, part in enumerate(spoken_parts(rest.words, rest.holes)):
        start = max(0, part[0].start_ms - spread[2 * number])
        spans.append(span(start, max(start + 20, part[-1].end_ms + spread[2 * number + 1])))
    fps = data.draw(st.sampled_from([24, 25, 30, 60]))
    parts = whole_frames(joints.apart(spans, rest.holes), fps)
    assert all(first.end_ms <= second.start_ms for first, second in pairwise(parts))
    whole = parts[0].union(parts[-1])
    clip = Clip(rest, whole, holes=remaining(whole, parts))
    assert clip.length_ms == sum(part.length_ms for part in parts)
    assert all(
        abs(part.length_ms * fps / 1000 - round(part.length_ms * fps / 1000)) < 0.1
        for part in clip.stretches[:-1]
        if len(clip.stretches) == len(parts)
    )
    times = [clip.played_at(time) for time in range(whole.start_ms, whole.end_ms + 1, 37)]
    assert times == sorted(times) and clip.played_at(whole.end_ms) == clip.length_ms
    cues = clip_cues(clip, (1280, 720))
    assert all(0 <= cue.start_ms < cue.end_ms <= clip.length_ms for cue in cues)
    assert all(before.end_ms <= cue.start_ms for before, cue in pairwise(cues))
    shown = " ".join(cue.text.replace("\n", " ") for cue in cues).replace("…", " ").split()
    assert not struck & set(shown)
    assert [word for word in kept if word in shown] == shown
