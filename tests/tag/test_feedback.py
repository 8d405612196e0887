"""What decisions teach: like sentences follow, drops alone teach nothing, nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from reelmaker import model_files, tag
from reelmaker.model import Problem, Sentence, Transcript, Word
from reelmaker.tag import feedback, multi_instance, score_breakdown, semantic
from reelmaker.tag.embeddings import Read

ARRIVING = Problem(
    "arriving", "Guests arrive in a bad mood", ("?",), "", "Getting to us is a trouble.", ("we came late",), (), "any"
)
ANSWERS = [
    "There was not one free space in the car park.",
    "I drove around the block for twenty minutes to park.",
    "The parking machine swallowed my coins.",
    "The garage under the building was closed.",
    "Parking cost more than our starters.",
    "The steak was overcooked and tasteless.",
    "Our waiter was charming.",
    "The soup was cold and so was the fish.",
    "Nobody took our order for forty minutes.",
    "My sister loves the terrace.",
    "The tram stops right at your door.",
    "We walked over from the station.",
    "The bus was late, so we were late.",
    "Lovely evening, thank you.",
]
KEPT, DROPPED = (0, 1, 2), (10, 11)
ELSEWHERE = (5, 6, 7, 9)


def said(at: int) -> tuple[str, str, int]:
    return ARRIVING.slug, f"{at:064x}", 0


def decisions(kept: tuple[int, ...] = KEPT, dropped: tuple[int, ...] = DROPPED) -> dict[tuple[str, str, int], bool]:
    return {said(at): True for at in kept} | {said(at): False for at in dropped}


def transcripts() -> list[Transcript]:
    found = []
    for number, text in enumerate(ANSWERS):
        words = tuple(Word(word, n * 300, n * 300 + 250) for n, word in enumerate(text.split()))
        found.append(Transcript(f"{number:064x}", "en", "t", (Sentence(f"{number:064x}", 0, words),)))
    return found


def judged(
    decided: Mapping[tuple[str, str, int], bool], problem: Problem = ARRIVING
) -> tuple[list[float], list[tuple[str, ...]]]:
    moments = tag.load("meaning")(transcripts(), [problem], model_files.find("minilm", "meaning"), {}, decided)
    return [moment.score for moment in moments], [moment.why for moment in moments]


def odds(scores: list[float]) -> np.ndarray:
    return np.log(np.array(scores) / (1 - np.array(scores)))


def test_what_is_like_a_kept_sentence_gains_and_what_is_like_a_dropped_one_does_not() -> None:
    before, _ = judged({})
    after, why = judged(decisions())
    gain = odds(after) - odds(before)
    assert min(gain[3], gain[4]) > 0.3, "parking, as were the kept ones"
    assert min(gain[3], gain[4]) > gain[[*ELSEWHERE, 12, 13]].max()
    assert any("like what the team kept" in reason for reason in why[4])
    assert all(1 <= len(reasons) <= 4 for reasons in why)


def test_a_decided_sentence_learns_nothing_from_itself() -> None:
    """`why` would else tell that it is like what the team kept: itself."""
    before, _ = judged({})
    after, why = judged(decisions())
    for at in (*KEPT, *DROPPED):
        assert after[at] == pytest.approx(before[at], abs=1e-6)
        assert not [reason for reason in why[at] if "the team" in reason]


def test_as_many_others_count_as_before_for_examples_do_not_say_how_many_there_are() -> None:
    random = np.random.default_rng(5)
    whole = random.normal(size=(200, 384)).astype(np.float32)
    heard = Read(whole / np.linalg.norm(whole, axis=1, keepdims=True), (np.zeros((0, 384), np.float32),) * 200)
    before = random.normal(size=(1, 200)) - 1
    lessons = {0: feedback.Lesson(Read(heard.whole[:8], ()), Read(heard.whole[8:24], ()), (), (), tuple(range(24)))}
    after = feedback.taught(before, heard, [ARRIVING], lessons, np.zeros(200, bool), 0.0).log_odds
    assert (after[0, 24:] > 0).sum() == (before[0, 24:] > 0).sum()
    assert not np.array_equal(after.argsort(), before.argsort())


def test_the_more_is_decided_the_more_it_counts() -> None:
    before, _ = judged({})
    one, _ = judged(decisions((0,), ()))
    three, _ = judged(decisions())
    assert before[4] < one[4] < three[4]


def test_drops_alone_teach_nothing_for_they_do_not_say_what_is_looked_for() -> None:
    assert judged(decisions((), DROPPED)) == judged({})


def test_a_decision_on_another_problem_or_on_a_sentence_that_is_gone_teaches_nothing() -> None:
    other = {
        ("other", f"{0:064x}", 0): True,
        (ARRIVING.slug, "f" * 64, 0): True,
        (ARRIVING.slug, f"{0:064x}", 7): True,
    }
    assert judged(other) == judged({})


@pytest.mark.slow
def test_the_same_decisions_in_any_order_teach_the_same() -> None:
    turned = dict(reversed(list(decisions().items())))
    assert judged(turned) == judged(decisions())


@pytest.mark.parametrize("name", tag.REGISTRY)
def test_every_tagger_takes_decisions_and_only_those_that_learn_use_them(name: str) -> None:
    model = model_files.find("minilm", "meaning") if tag.needs_model(name) else None
    plain = tag.load(name)(transcripts(), [ARRIVING], model, {})
    told = tag.load(name)(transcripts(), [ARRIVING], model, {}, decisions())
    assert (plain != told) == tag.learns(name)


def test_an_account_says_how_much_the_decisions_moved_and_still_adds_up() -> None:
    sentence = transcripts()[4].sentences[0]
    model = model_files.find("minilm", "meaning")
    [told] = score_breakdown.by_meaning(transcripts(), [ARRIVING], model, {}, [sentence], decisions())
    [part] = [part for part in told.parts if part.name == "decisions"]
    assert part.moved > 0 and "the team kept" in part.text
    score = 1 / (1 + np.exp(-(told.start + sum(part.moved for part in told.parts))))
    assert score == pytest.approx(told.score, abs=1e-3)
    [plain] = score_breakdown.by_meaning(transcripts(), [ARRIVING], model, {}, [sentence])
    assert "decisions" not in {part.name for part in plain.parts}


def test_sentences_of_several_subjects_are_told_by_their_words() -> None:
    """Each sentence holds one word of two subjects; only the kept ones share a word, among many others."""
    random = np.random.default_rng(7)
    subjects = random.normal(size=(6, 384)).astype(np.float32)
    mixed = [random.permutation(6)[:3] for _ in range(60)]
    bags = [subjects[some] + 0.3 * random.normal(size=(3, 384)).astype(np.float32) for some in mixed]
    whole = np.stack([bag.mean(0) for bag in bags])
    truth = np.array([0 in some for some in mixed])
    heard = Read(whole / np.linalg.norm(whole, axis=1, keepdims=True), tuple(bags))
    kept, dropped = np.flatnonzero(truth)[:6], np.flatnonzero(~truth)[:6]

    def part(at: np.ndarray) -> Read:
        return Read(heard.whole[at], tuple(bags[n] for n in at))

    flat = np.tile(random.normal(size=60) * 0.1 - 2, (1, 1))  # nothing known so far
    lessons = {0: feedback.Lesson(part(kept), part(dropped))}
    rest = np.setdiff1d(np.arange(60), [*kept, *dropped])

    def right(several: float) -> float:
        after = feedback.taught(flat, heard, [ARRIVING], lessons, np.zeros(60, bool), several).log_odds[0]
        return float((after[rest][truth[rest]][:, None] > after[rest][~truth[rest]][None]).mean())

    assert right(1.0) > 0.9 and right(1.0) > right(0.0)


def test_the_words_that_matter_are_found_without_being_marked() -> None:
    random = np.random.default_rng(3)
    word = np.eye(384, dtype=np.float32)
    bags = [word[random.integers(10, 40, 5)] for _ in range(40)]
    speaks = [n % 4 == 0 for n in range(40)]
    bags = [np.concatenate([bag, word[[3]]]) if yes else bag for bag, yes in zip(bags, speaks, strict=True)]
    decided = [(n, 0, speaks[n]) for n in range(20)]
    chances = np.full((1, 20), 0.1)
    odds = multi_instance.learn([*bags[20:], *bags[:20]], chances, [(20 + n, p, yes) for n, p, yes in decided])[0]
    unseen = np.array(speaks[20:])
    assert odds[:20][unseen].min() > odds[:20][~unseen].max()
    empty = multi_instance.learn(
        [np.zeros((0, 384), np.float32), *bags[:20]],
        np.full((1, 1), 0.1),
        [(1 + n, p, yes) for n, p, yes in decided],
    )
    assert np.isfinite(empty).all()


def test_a_survey_without_decisions_is_judged_as_before() -> None:
    sentences = [s for t in transcripts() for s in t.sentences]
    model = model_files.find("minilm", "meaning")
    seen = semantic.judged(sentences, [ARRIVING], model, {})
    assert seen.lessons == {} and np.allclose(semantic.log_odds_of(seen.chances), seen.in_answers)
