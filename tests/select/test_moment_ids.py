"""Names of moments and decisions: both find their sentences again when an answer is cut or timed otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.model import Moment, Sentence, Span, Verdict, Word, moment_ids
from reelmaker.model.decision import Decision
from reelmaker.select.decisions import verdicts

ANNA = "4f2a91" + "0" * 58
LIMITS = {"p": 0.5, "q": 0.5}


def sentence(start_ms: int, end_ms: int, index: int = 0, **more: bool) -> Sentence:
    return Sentence(ANNA, index, (Word("word", start_ms, end_ms),), **more)


def answer(*times: tuple[int, int]) -> list[Sentence]:
    return [sentence(start, end, index) for index, (start, end) in enumerate(times)]


def decision(span: Span, verdict: Verdict = "drop", number: int = 1, problem: str = "p", **more: str) -> Decision:
    return Decision(number, span, problem, verdict, more.get("note", ""), "2026-11-01", more.get("withdrawn", ""))


def judged(sentences: list[Sentence], *scores: float, problem: str = "p") -> list[Moment]:
    return [Moment(problem, (s,), score, ("because",)) for s, score in zip(sentences, scores, strict=True)]


@st.composite
def answers(draw: st.DrawFn) -> list[Sentence]:
    """Sentences of 1.5 to 12 seconds with pauses of at most two."""
    at, times = 0, []
    for _ in range(draw(st.integers(1, 9))):
        start = at + draw(st.integers(50, 2000))
        at = start + draw(st.integers(1500, 12_000))
        times.append((start, at))
    return answer(*times)


# names


@given(st.integers(0, 20_000_000), st.integers(0, 600_000), st.booleans())
def test_a_name_read_back_is_the_place_it_names(start: int, length: int, several: bool) -> None:
    read = moment_ids.read(moment_ids.of(Span(ANNA, start, start + length), several))
    assert isinstance(read, moment_ids.Named) and read.digits == "4f2a91"
    assert read.start_ms == start // 100 * 100
    assert read.end_ms == ((start + length) // 100 * 100 if several else None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4F2A91@1:07.4", moment_ids.Named("4f2a91", 67_400)),
        (" 4f2a@67 ", moment_ids.Named("4f2a", 67_000)),
        ("4f2a91@1:01:07,25", moment_ids.Named("4f2a91", 3_667_250)),
        ("4f2a91@1:07.4-1:15", moment_ids.Named("4f2a91", 67_400, 75_000)),
        ("4f2a91@1:07.4-1:01", moment_ids.Named("4f2a91", 67_400, 67_400)),
        ("checkout/3", moment_ids.Placed("checkout", 3)),
        ("all.draft/12", moment_ids.Placed("all.draft", 12)),
        ("checkout+delivery/1", moment_ids.Placed("checkout+delivery", 1)),
        ("3", None),
        ("", None),
        ("xyz@1:07", None),
        ("4f2@1:07", None),
        ("4f2a91@", None),
        ("checkout/", None),
        ("4f2a91@1:07.4.5", None),
        ("checkout/x", None),
    ],
)
def test_what_people_type_is_read(text: str, read: object) -> None:
    assert moment_ids.read(text) == read


def test_a_bare_number_counts_in_the_problem_that_is_named() -> None:
    assert moment_ids.read("3", "checkout") == moment_ids.Placed("checkout", 3)


@given(answers(), st.data())
def test_a_name_finds_its_sentence_again_where_times_moved_a_little(said: list[Sentence], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(said))
    moved = data.draw(st.integers(-400, 400))
    name = moment_ids.read(moment_ids.name(Moment("p", (one,), 0.5, ())))
    assert isinstance(name, moment_ids.Named)
    now = answer(*((max(0, s.span.start_ms + moved), s.span.end_ms + moved) for s in said))
    found = verdicts.at(now, name.start_ms)
    assert found and found.index == one.index


def test_a_time_in_the_middle_of_a_merged_sentence_names_that_sentence() -> None:
    said = answer((0, 20_000), (21_000, 25_000))
    assert verdicts.at(said, 10_000) == said[0] and verdicts.at(said, 20_300) == said[1]
    assert verdicts.at(said, 26_400) == said[1] and verdicts.at(said, 26_600) is None and verdicts.at([], 0) is None


# decisions find their sentences


@given(answers(), st.data())
def test_a_decision_finds_exactly_its_sentence_where_nothing_changed(said: list[Sentence], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(said))
    assert verdicts.within(said, one.span) == [one]


@given(answers(), st.data(), st.integers(-400, 400))
def test_a_shift_of_400_ms_loses_and_adds_no_sentence(said: list[Sentence], data: st.DataObject, by: int) -> None:
    one = data.draw(st.sampled_from(said))
    now = [sentence(max(0, s.span.start_ms + by), s.span.end_ms + by, s.index) for s in said]
    assert [s.index for s in verdicts.within(now, one.span)] == [one.index]


@given(answers(), st.data())
def test_both_halves_of_a_sentence_that_was_split_belong_to_its_decision(
    said: list[Sentence], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(said))
    cut = data.draw(st.integers(one.span.start_ms + 200, one.span.end_ms - 200))
    halves = [sentence(one.span.start_ms, cut), sentence(cut + 40, one.span.end_ms)]
    assert verdicts.within(halves, one.span) == halves


@given(answers(), st.data())
def test_a_sentence_merged_with_the_next_still_belongs(said: list[Sentence], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(said) - 1))
    union = said[at].span.union(said[min(at + 1, len(said) - 1)].span)
    merged = sentence(union.start_ms, union.end_ms)
    assert verdicts.within([merged], said[at].span) == [merged]


def test_other_answers_and_other_times_do_not_belong() -> None:
    assert not verdicts.belongs(Span("other", 0, 1000), Span(ANNA, 0, 1000))
    assert not verdicts.belongs(Span(ANNA, 0, 1000), Span(ANNA, 600, 2000))
    assert verdicts.belongs(Span(ANNA, 0, 1000), Span(ANNA, 500, 2000))


# what holds


def test_the_last_decision_holds_and_withdrawn_ones_do_not() -> None:
    said = answer((0, 2000), (3000, 5000))
    moments = judged(said, 0.9, 0.9)
    first, second = (decision(said[0].span, verdict, n) for n, verdict in ((1, "drop"), (2, "keep")))
    assert verdicts.rulings([second, first], moments, LIMITS) == {("p", ANNA, 0): second}
    taken_back = replace(second, withdrawn="2026-11-02")
    assert verdicts.rulings([first, taken_back], moments, LIMITS) == {("p", ANNA, 0): first}


def test_a_decision_without_a_problem_holds_for_all() -> None:
    said = answer((0, 2000))
    moments = [*judged(said, 0.9), *judged(said, 0.2, problem="q")]
    everywhere = decision(said[0].span, problem="")
    assert set(verdicts.rulings([everywhere], moments, LIMITS)) == {("p", ANNA, 0), ("q", ANNA, 0)}
    assert verdicts.rulings([decision(said[0].span, problem="gone")], moments, LIMITS) == {}


def test_a_verdict_of_a_later_version_is_left_alone() -> None:
    said = answer((0, 2000))
    assert verdicts.rulings([decision(said[0].span, "trim")], judged(said, 0.9), LIMITS) == {}  # type: ignore[arg-type]


def test_of_a_kept_clip_its_context_is_not_said_to_speak_of_the_problem() -> None:
    said = answer((0, 2000), (2500, 5000), (5500, 8000))
    clip = decision(Span(ANNA, 0, 8000), "keep")
    assert set(verdicts.rulings([clip], judged(said, 0.1, 0.8, 0.2), LIMITS)) == {("p", ANNA, 1)}
    assert len(verdicts.rulings([clip], judged(said, 0.1, 0.2, 0.2), LIMITS)) == 3
    assert len(verdicts.rulings([replace(clip, verdict="drop")], judged(said, 0.1, 0.8, 0.2), LIMITS)) == 3


def obey(moments: list[Moment], *decisions: Decision) -> list[Moment]:
    rulings = verdicts.rulings(decisions, moments, LIMITS)
    return verdicts.obeyed(moments, verdicts.labels(rulings, moments), rulings, LIMITS)


def test_what_each_verdict_does() -> None:
    said = answer((0, 2000), (3000, 5000), (6000, 8000), (9000, 11_000))
    moments = judged(said, 0.3, 0.9, 0.8, 0.7)
    keep, drop, hide = (
        decision(said[n].span, verdict, n + 1, note=f"n{n}") for n, verdict in enumerate(("keep", "drop", "hide"))
    )
    kept, dropped, hidden, left = obey(moments, keep, drop, hide)
    assert (kept.score, kept.verdict, kept.why) == (0.99, "keep", ("kept by the team: n0", "because"))
    assert (dropped.score, dropped.verdict) == (0.0, "drop") and dropped.why[0] == "dropped by the team (n1)"
    assert (hidden.score, hidden.verdict) == (0.8, "hide") and hidden.why[0] == "hidden by the team (n2)"
    assert left == moments[3]
    assert hidden.speaks(0.5) and not dropped.speaks(0.0)
    rulings = verdicts.rulings([keep, drop, hide], moments, LIMITS)
    assert verdicts.labels(rulings, moments) == {("p", ANNA, 0): True, ("p", ANNA, 1): False}


@pytest.mark.parametrize(
    ("how", "said"), [("asked", "the interviewer's words"), ("unreliable", "words that were not clearly recognised")]
)
def test_what_may_not_be_quoted_stays_so_and_nothing_is_learned_from_it(how: str, said: str) -> None:
    moments = judged([sentence(0, 2000, **{how: True})], 0.0)
    keep = decision(moments[0].span, "keep")
    [moment] = obey(moments, keep)
    assert moment.score == 0.0 and moment.verdict is None
    assert moment.why[0] == f"kept by the team, but never quoted: {said}"
    assert verdicts.labels(verdicts.rulings([keep], moments, LIMITS), moments) == {}
