"""Taggers: what every one of them promises, and what the one by meaning hears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from helpers.words.judging import PARCELS, PAYING, SAID, STAFF, judge, transcripts

from reelmaker import model_files, tag
from reelmaker.model import Moment, Problem, Transcript
from reelmaker.tag import embeddings, lexical, sequence_model


def scores(moments: Sequence[Moment], problem: str) -> dict[str, float]:
    return {moment.text: moment.score for moment in moments if moment.problem == problem}


@pytest.mark.parametrize("name", tag.REGISTRY)
def test_a_moment_for_each_sentence_and_problem_in_order(name: str) -> None:
    said, problems = transcripts(), [PAYING, PARCELS, STAFF]
    moments = judge(name, said, problems)
    expected = [(s.response, s.index, p.slug) for t in said for s in t.sentences for p in problems]
    assert [(m.sentences[0].response, m.sentences[0].index, m.problem) for m in moments] == expected
    for moment in moments:
        assert 0 <= moment.score <= 1 and -1 <= moment.tone <= 1
        assert 1 <= len(moment.why) <= 4 and all(moment.why)
        assert isinstance(moment.score, float) and moment.score == round(moment.score, 9)


@pytest.mark.slow
@pytest.mark.parametrize("name", tag.REGISTRY)
def test_the_same_input_gives_the_same_moments_whatever_is_remembered(name: str) -> None:
    known: dict[str, bytes] = {}
    first = judge(name, transcripts(), [PAYING, PARCELS], known)
    assert judge(name, transcripts(), [PAYING, PARCELS], known) == first
    judge(name, transcripts({"c" * 64: ["Something else entirely was said here."]}), [STAFF], known)
    assert judge(name, transcripts(), [PAYING, PARCELS], known) == first
    assert judge(name, transcripts(), [PAYING, PARCELS]) == first


@pytest.mark.parametrize("name", tag.REGISTRY)
def test_an_unreliable_sentence_is_never_quoted(name: str) -> None:
    [first, second] = transcripts()
    marked = replace(first, sentences=tuple(replace(s, unreliable=True) for s in first.sentences))
    assert all(m.score == 0 for m in judge(name, [marked, second], [PAYING]) if m.span.response == first.response)


@pytest.mark.parametrize("name", tag.REGISTRY)
@pytest.mark.parametrize("said", [[], [Transcript("a" * 64, "", "test")], transcripts({"a" * 64: ["No."]})])
def test_next_to_nothing_said_is_no_trouble(name: str, said: list[Transcript]) -> None:
    assert len(judge(name, said, [PAYING, PARCELS])) == 2 * sum(len(t.sentences) for t in said)


@pytest.mark.parametrize("name", tag.REGISTRY)
def test_a_problem_of_three_lines_is_enough(name: str) -> None:
    bare = Problem("card", "Cards are refused", ("Why?",))
    found = scores(judge(name, transcripts(), [bare]), "card")
    assert max(found, key=lambda text: found[text]) == SAID["a" * 64][1]


@pytest.mark.slow
@pytest.mark.parametrize("name", tag.REGISTRY)
@pytest.mark.parametrize("text", ["¿Dónde está mi tarjeta?", "我的卡被拒绝了。", "😀 …", "a " * 900])
def test_any_text_can_be_judged(name: str, text: str) -> None:
    moments = judge(name, transcripts({"a" * 64: [text]}), [PAYING, PARCELS])
    assert all(np.isfinite(moment.score) for moment in moments)


def test_complaints_count_and_praise_and_chatter_do_not() -> None:
    moments = judge("meaning", transcripts(), [PAYING, PARCELS, STAFF])
    paying, parcels, staff = (scores(moments, slug) for slug in ("paying", "parcels", "staff"))
    refused, late, kind = SAID["a" * 64][1], SAID["b" * 64][0], SAID["b" * 64][1]
    assert paying[refused] >= 0.5 and parcels[late] >= 0.5 and staff[kind] >= 0.5
    assert max(paying, key=lambda text: paying[text]) == refused
    assert max(staff, key=lambda text: staff[text]) == kind
    assert paying["Paying was quick and easy, I loved it."] < 0.5
    assert paying["We have two dogs and a garden."] < 0.2 and parcels["We have two dogs and a garden."] < 0.2


@pytest.mark.slow
def test_what_is_said_next_belongs_to_it_though_no_word_does() -> None:
    alone = transcripts({"c" * 64: ["Each time everything I had typed was gone again."]})
    told = scores(judge("meaning", transcripts(), [PAYING, PARCELS]), "paying")
    bare = scores(judge("meaning", [*transcripts({"b" * 64: SAID["b" * 64]}), *alone], [PAYING, PARCELS]), "paying")
    text = SAID["a" * 64][2]
    assert told[text] > bare[text]


def test_the_tone_of_praise_is_above_that_of_complaint() -> None:
    tone = {moment.text: moment.tone for moment in judge("meaning", transcripts(), [PAYING])}
    worst = max(tone[SAID["a" * 64][1]], tone[SAID["b" * 64][0]])
    assert worst < -0.2 and min(tone[SAID["b" * 64][1]], tone["The lamp itself is lovely."]) > worst + 0.2


def test_reasons_name_the_phrase_and_the_words() -> None:
    [moment] = [
        m
        for m in judge("meaning", transcripts(), [PAYING, PARCELS])
        if m.text == SAID["a" * 64][1] and m.problem == "paying"
    ]
    together = "; ".join(moment.why)
    assert '"' in together and "complaint" in together


def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    model = model_files.find("minilm", "meaning")
    texts = ["Short.", "A sentence of some more words than the first one has.", "x " * 200, "Short."]
    together = embeddings.embed(texts, model, {})
    alone = np.concatenate([embeddings.embed([text], model, {}) for text in texts])
    assert np.array_equal(together, alone) and np.array_equal(together[0], together[3])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)


def test_only_new_texts_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    model, known = model_files.find("minilm", "meaning"), {}  # type: ignore[var-annotated]
    embeddings.embed(["one thing", "another"], model, known)
    monkeypatch.setattr(embeddings, "_open", lambda _: pytest.fail("computed again"))
    assert embeddings.embed(["another", "one thing"], model, known).shape == (2, embeddings.LENGTH)


def test_the_posterior_is_that_of_all_walks_counted_out() -> None:
    """Against brute force over every sequence of states."""
    import itertools

    odds = np.random.default_rng(4).normal(-1, 2, (2, 4))
    habits = sequence_model.Habits(0.3, 0.6, 0.7, 1.5)
    found = sequence_model.posterior(odds, [slice(0, 4)], habits)
    steps = np.array([[0.7, 0.15, 0.15], [0.28, 0.6, 0.12], [0.28, 0.12, 0.6]])
    total, mass = 0.0, np.zeros((2, 4))
    for walk in itertools.product(range(3), repeat=4):
        chance = (0.7 if walk[0] == 0 else 0.15) * np.prod([steps[a, b] for a, b in itertools.pairwise(walk)])
        chance *= np.prod([np.exp(odds[state - 1, at] + 1.5) for at, state in enumerate(walk) if state])
        total += chance
        for at, state in enumerate(walk):
            if state:
                mass[state - 1, at] += chance
    assert np.allclose(found, mass / total)


def test_the_operating_point_is_half_the_best_f1_to_be_expected() -> None:
    assert sequence_model.operating_point(np.array([1.0, 1.0, 0.0, 0.0]), 0.1, 0.6) == pytest.approx(0.5)
    assert sequence_model.operating_point(np.array([0.02, 0.01]), 0.15, 0.5) == 0.15


def test_words_meet_by_their_stems_and_common_ones_do_not_count() -> None:
    assert lexical.stem("charges") == lexical.stem("charged") == lexical.stem("charging")
    assert lexical.stem("delivery") == lexical.stem("deliveries")
    assert list(lexical.content("And then it was just the very same thing with them")) == []
