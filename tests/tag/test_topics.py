"""Topics that customers raise: planted ones are found, whatever the order; names that can be pasted."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmaker import model_files
from reelmaker.model import Moment, Problem, Sentence, Word
from reelmaker.project import config, toml_writer
from reelmaker.review import suggest
from reelmaker.tag import embeddings
from reelmaker.tag.topics import clustering, labels, noun_phrases, themes
from reelmaker.tag.topics.clustering import Said
from reelmaker.tag.topics.suggestions import Candidate, standing

PLANTED = {
    "parking": "The car park was full and the barrier stuck.",
    "invoice": "The invoice came with a wrong total.",
}


def planted(news: float = 1.0) -> tuple[list[Said], np.ndarray, dict[str, set[int]]]:
    """Twelve customers of four sentences: five speak of parking, four of an invoice, all of something of their own."""
    draw = np.random.default_rng(3)
    centre = {name: draw.normal(size=64) for name in PLANTED}
    said: list[Said] = []
    vectors: list[np.ndarray] = []
    truth: dict[str, set[int]] = {name: set() for name in PLANTED}
    for customer in range(12):
        for index in range(4):
            name = "parking" if customer < 5 and index == 1 else "invoice" if 3 < customer < 8 and index == 3 else ""
            if name:
                truth[name].add(len(said))
            vector = centre[name] + 0.3 * draw.normal(size=64) if name else draw.normal(size=64)
            text = f"{PLANTED[name]} Number {customer}." if name else f"Own matter{customer}x{index} here."
            said.append(Said(f"r{customer:02}", index, f"p{customer}", text, -0.6 if name else 0.0, news))
            vectors.append(vector / np.linalg.norm(vector))
    return said, np.array(vectors, np.float32), truth


def test_what_is_planted_is_found_and_nothing_else_before_it() -> None:
    said, vectors, truth = planted()
    found = clustering.topics(said, vectors)
    for name, places in truth.items():
        [topic] = [topic for topic in found[:2] if places <= set(topic.members)]
        customers = {said[at].person for at in topic.members}
        assert customers == {said[at].person for at in places}, name
        assert set(topic.members[: len(places)]) == places, "the most typical first, their neighbours after them"


def test_the_order_of_the_responses_changes_nothing() -> None:
    said, vectors, _ = planted()
    straight = [[said[at] for at in topic.members] for topic in clustering.topics(said, vectors)]
    for seed in range(3):
        order = list(range(len(said)))
        random.Random(seed).shuffle(order)
        mixed = [said[at] for at in order]
        again = clustering.topics(mixed, vectors[order])
        assert [[mixed[at] for at in topic.members] for topic in again] == straight


def test_customers_are_counted_not_sentences() -> None:
    """Two people who say a thing ten times are two people."""
    vector = np.eye(8, dtype=np.float32)
    said = [Said("a" if at % 2 else "b", at, "ab"[at % 2], "The car park was full.", -0.6, 1.0) for at in range(20)]
    others = [Said(f"c{at}", 0, f"c{at}", f"Own matter{at} here.", 0.0, 1.0) for at in range(7)]
    rows = np.concatenate([np.tile(vector[:1], (20, 1)), vector[1:]])
    assert clustering.topics([*said, *others], rows) == []


@pytest.mark.parametrize("change", ["covered", "filler"])
def test_what_a_problem_has_and_what_is_a_filler_makes_no_topic(change: str) -> None:
    said, vectors, _ = planted(0.0 if change == "covered" else 1.0)
    if change == "filler":
        said = [Said(s.response, s.index, s.person, s.text, s.tone, s.news, False) for s in said]
    assert clustering.topics(said, vectors) == []


def test_nobody_and_one_customer_have_no_topics() -> None:
    assert clustering.topics([], np.zeros((0, 8), np.float32)) == []
    said, vectors, _ = planted()
    assert clustering.topics(said[:4], vectors[:4]) == []


def named(said: list[Said]) -> list[tuple[noun_phrases.Phrase, ...]]:
    texts = [one.text for one in said]
    return noun_phrases.of(texts, noun_phrases.things(texts))


def test_a_topic_is_named_by_the_things_in_it() -> None:
    said, vectors, truth = planted()
    [first] = [topic for topic in clustering.topics(said, vectors) if truth["parking"] <= set(topic.members)]
    problem = labels.problem(said, first, named(said), "", ())
    assert problem is not None
    assert (problem.kind, problem.slug) == ("pain", "car-park")
    assert problem.statement == "Trouble with the car park and the barrier"
    assert len({said[at].person for at in truth["parking"] for p in problem.phrases if said[at].text == p}) == 4
    assert labels.kind_of(0.5) == "praise" and labels.kind_of(0.0) == "any"


def test_a_topic_of_a_known_theme_has_its_name_and_does_not_say_it_twice() -> None:
    said, vectors, truth = planted()
    [first] = [topic for topic in clustering.topics(said, vectors) if truth["parking"] <= set(topic.members)]
    themed = labels.problem(said, first, named(said), "parking", ())
    assert themed is not None and themed.slug == "parking"
    assert themed.statement.startswith("Trouble with parking: the barrier"), "the car park is parking already"


def test_what_has_no_name_is_no_topic() -> None:
    """Five people, five things, and nothing that a team would call it."""
    texts = ["The lid of it is odd.", "My aunt was glad.", "Then a bell rang.", "Our tent leaned.", "The moss grew."]
    said = [Said(f"r{n}", 0, f"p{n}", text, -0.6, 1.0) for n, text in enumerate(texts)]
    topic = clustering.Topic(tuple(range(5)), -0.6, 1.0)
    assert labels.problem(said, topic, named(said), "", ()) is None
    assert labels.problem(said, topic, named(said), "waiting times", ()) is not None


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("The pay button was hidden underneath your chat bubble, so I couldn't even press it.", ["pay button", "chat bubble"]),
        ("The parcel sat in your warehouse for nine days.", ["parcel", "warehouse"]),
        ("Um, so the driver carried the box upstairs, yeah.", ["driver", "box"]),
        ("I was waiting, waiting, and then I gave up.", []),
        ("The rent in Munich is eight hundred.", ["rent"]),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_sentence_names(text: str, things: list[str]) -> None:
    phrases = [phrase.text for phrase in noun_phrases.named(text)]
    assert [phrase for phrase in phrases if not any(phrase != p and p.endswith(phrase) for p in phrases)] == things


def test_a_deed_is_no_thing() -> None:
    texts = ["I type it and I type it again.", "You have to type the type.", "The refund came.", "My refund is late."]
    known = noun_phrases.things(texts)
    assert "refund" in known and "typ" not in known and "type" not in known


@pytest.fixture(scope="module")
def embed() -> Callable[[Sequence[str]], np.ndarray]:
    model = model_files.find("minilm", "meaning")
    known: dict[str, bytes] = {}
    return lambda texts: embeddings.embed(list(texts), model, known)


@pytest.mark.slow
def test_topics_are_given_the_names_that_teams_use(embed: Callable[[Sequence[str]], np.ndarray]) -> None:
    told = {
        "refunds": ["It's been two months and my money isn't back.", "They say the refund is coming, and it isn't."],
        "parking": ["I drove round and round and there was no space for the car.", "They gave us a fine in the car park."],
        "cleanliness": ["There was mould in the shower.", "The toilets were dirty, really dirty."],
        "": ["My uncle paints ships.", "I like the colour green.", "We went there on foot."],
    }  # fmt: skip
    everything = embed([text for texts in told.values() for text in texts])
    for theme, texts in told.items():
        assert themes.nearest(embed(texts), everything, embed) == theme


@given(st.lists(st.text(max_size=60), max_size=3), st.integers(0, 12))
def test_short_names_are_legal_and_not_taken(named: list[str], many: int) -> None:
    taken: list[str] = []
    for _ in range(many + 1):
        slug = labels.slug(named, taken)
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", slug) and slug != "all" and slug not in taken
        taken.append(slug)


def test_the_word_all_is_no_short_name() -> None:
    assert labels.slug(["all"], ()) == "topic-all" and labels.slug(["Größe"], ["grosse"]) == "groe"


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(lambda text: text.strip())


@given(WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=4), st.sampled_from(["pain", "praise", "any"]))
def test_what_is_pasted_is_read_as_the_same_problem(
    statement: str, describe: str, phrases: list[str], kind: str
) -> None:
    written = Problem("x-1", statement, ("What now?",), "", describe, tuple(phrases), (), kind)  # type: ignore[arg-type]
    table = tomllib.loads(toml_writer.section(written))["problems"]["x-1"]
    assert (table["statement"], table["describe"], table["kind"]) == (statement, describe, kind)
    assert table["phrases"] == (phrases if len(phrases) > 1 else phrases[0])


def test_quotes_backslashes_and_newlines_of_customers_can_be_pasted(tmp_path: Path) -> None:
    hard = ('He said "no" \\ twice', "one\ntwo\tthree", '"""', "\x7f\x00 \u2028 emoji 🙂", "# no comment")
    written = Problem("hard-ones", hard[0], ("Why?",), "", hard[1], hard, (), "pain")
    folder = tmp_path
    (folder / "reelmaker.toml").write_text('name = "x"\n' + toml_writer.section(written), "utf-8")
    read = config.open_project(folder).problem("hard-ones")
    cleaned = (*hard[:3], "emoji 🙂", hard[4])  # settings are cleaned of controls as they are read
    assert read == replace(written, phrases=cleaned)


def test_where_a_score_stands() -> None:
    assert [standing(score, 0.5) for score in (0, 0.25, 0.5, 0.75, 1)] == [-1, -0.5, 0, 0.5, 1]
    assert standing(1.0, 1.0) == 1.0 and standing(0.0, 0.0) == 0.0


def sentence(response: str, index: int = 0) -> Sentence:
    return Sentence(response, index, (Word("Parking.", 1000 * index, 1000 * index + 500),))


def test_only_topics_that_find_their_customers_when_pasted_are_told_and_each_once() -> None:
    people = {name: name for name in "abcdefghijkl"}
    found = [
        Candidate(Problem(slug, slug, ("?",)), tuple(sentence(name) for name in names))
        for slug, names in (
            ("lost", "abcd"),
            ("good", "abcd"),
            ("again", "abce"),
            ("few", "fg"),
            ("other", "efg"),
            ("wide", "jkl"),
        )
    ]
    finds = {"lost": "a", "good": "abcdh", "again": "abcd", "few": "fg", "other": "efg", "wide": "abcdefghijkl"}

    asked: list[int] = []

    def judge(new: Sequence[Problem]) -> list[Moment]:
        asked.append(len(new))
        return [
            Moment(problem.slug, (sentence(name),), 0.9 if name in finds[problem.slug] else 0.1, ())
            for name in people
            for problem in new
        ]

    told = suggest.chosen(found, judge, people, 0.5, 5)
    assert [one.problem.slug for one in told] == ["good", "other"]
    assert len(told[0].moments) == 5 and [q.sentences[0].response for q in told[0].quotes] == [
        "a",
        "b",
        "c",
    ]
    assert [one.problem.slug for one in suggest.chosen(found, judge, people, 0.5, 1)] == ["good"]
    asked.clear()
    at_once = suggest.chosen(found, judge, people, 0.5, 5, together=True)
    assert [one.problem.slug for one in at_once] == ["good", "other"] and asked == [6]
