"""Short written answers and plain subjects: each clause its own tone, each sentence its own words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reelmaker import model_files, tag
from reelmaker.model import Problem, Sentence, Transcript, Word
from reelmaker.tag import aspect, embeddings, lexical, short_answers

WAITING = Problem(
    "waiting",
    "Guests wait too long",
    ("?",),
    "",
    "Slow service: long waits for a table, for the food or for the bill.",
    ("we waited an hour for our food", "the service was terribly slow"),
)
FOOD = Problem(
    "food",
    "The food disappoints",
    ("?",),
    "",
    "Food quality: cold, tasteless, overcooked or small dishes.",
    ("the food was cold", "the steak was overcooked"),
)
ANSWERS = [
    "The pasta was superb, but we waited an hour for a table.",
    "Service was quick and friendly, but the steak was overcooked and tasteless.",
    "We came by train because parking is a nightmare.",
    "My sister loves the terrace.",
    "The soup was cold and so was the fish.",
    "Nobody took our order for forty minutes.",
    "Lovely evening, thank you.",
    "The waiter brought the bill at once.",
]


def judged(kind: str, answers: list[str] = ANSWERS) -> dict[tuple[str, str], float]:
    transcripts = []
    for number, text in enumerate(answers):
        words = tuple(Word(word, n * 300, n * 300 + 250) for n, word in enumerate(text.split()))
        transcripts.append(Transcript(f"{number:064x}", "en", "t", (Sentence(f"{number:064x}", 0, words),)))
    problems = [replace(WAITING, kind=kind), replace(FOOD, kind=kind)]  # type: ignore[arg-type]
    moments = tag.load("meaning")(transcripts, problems, model_files.find("minilm", "meaning"), {})
    return {(moment.text, moment.problem): moment.score for moment in moments}


def test_a_sentence_of_two_minds_complains_of_one_thing_and_not_of_the_other() -> None:
    score = judged("pain")
    assert score[ANSWERS[0], "waiting"] > score[ANSWERS[0], "food"]
    assert score[ANSWERS[1], "food"] > score[ANSWERS[1], "waiting"]
    assert score[ANSWERS[0], "waiting"] > score[ANSWERS[1], "waiting"]
    assert score[ANSWERS[1], "food"] > score[ANSWERS[0], "food"]


def test_a_plain_subject_takes_praise_and_complaint_alike_and_nothing_else() -> None:
    praise = "The food was delicious and the dishes were generous."
    answers = [*ANSWERS, praise]
    score = judged("any", answers)
    speaking = {text: score[text, "food"] for text in answers}
    about_food = {praise, ANSWERS[1], ANSWERS[4]}  # and the pasta, which none of the problem's words name
    assert set(sorted(speaking, key=lambda text: -speaking[text])[:3]) == about_food


@pytest.mark.slow
def test_the_same_text_has_the_same_score_however_often_it_is_asked() -> None:
    assert judged("any") == judged("any")
    assert judged("pain") == judged("pain")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The pasta was superb, but we waited an hour", ["The pasta was superb,", "but we waited an hour"]),
        ("Nice, really nice place", ["Nice, really nice place"]),
        ("I liked it", ["I liked it"]),
        ("", [""]),
        (
            "We came late because the bus was full; nobody minded.",
            ["We came late", "because the bus was full;", "nobody minded."],
        ),
    ],
)
def test_clauses_hold_the_whole_sentence_and_none_is_a_scrap(text: str, parts: list[str]) -> None:
    spans = short_answers.clauses(text)
    assert "".join(text[a:b] for a, b in spans) == text
    found = [text[a:b].strip() for a, b in spans]
    assert found == parts or (
        len(parts[-1].split()) < short_answers.SHORTEST and found == [*parts[:-2], " ".join(parts[-2:])]
    )


def test_long_answers_are_stories_and_short_ones_stand_alone() -> None:
    share = short_answers.share_alone([slice(0, 1), slice(1, 3), slice(3, 9)], 9)
    assert share[0] == 1 and 0 < share[1] == share[2] < 1 and set(share[3:]) == {0.0}


def test_words_are_those_that_carry_meaning_each_with_a_vector() -> None:
    text = "We waited for the waitress’s bill, and waited."
    found = [text[a:b] for a, b in lexical.places(text)]
    assert found == ["waited", "waitress’s", "bill", "waited"]
    known: dict[str, bytes] = {}
    model = model_files.find("minilm", "meaning")
    read = embeddings.read([text, "of the and"], model, known)
    assert read.words[0].shape == (4, embeddings.LENGTH) and read.words[1].shape == (0, embeddings.LENGTH)
    assert np.allclose(np.linalg.norm(read.words[0], axis=1), 1, atol=1e-5)
    again = embeddings.read([text, "of the and"], model, dict(known))
    assert (again.words[0] == read.words[0]).all() and (again.whole == read.whole).all()
    assert len(known) == 4  # a text and its words are remembered, once each


def test_one_sentence_and_one_problem_are_enough() -> None:
    score = judged("any", ["The soup was cold."])
    assert all(0 <= value <= 1 and np.isfinite(value) for value in score.values())
    model = model_files.find("minilm", "meaning")

    def read(texts: object) -> embeddings.Read:
        return embeddings.read(list(texts), model, {})  # type: ignore[call-overload]

    heard = read(["of the"])
    alone = aspect.stand(
        heard,
        [FOOD],
        read(["food"]).whole,
        np.zeros((1, 1)),
        np.zeros((1, 1)),
        heard.whole[0],
        read,
    )
    assert np.isfinite(alone.standing).all() and np.isfinite(alone.phrasing).all()
