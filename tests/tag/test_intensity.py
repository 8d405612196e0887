"""Intensity: strong sentences above weak ones of the same matter, whatever the sign; concrete above vague."""

from __future__ import annotations

import json
from statistics import fmean

import pytest
from helpers.paths import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.tag import sentiment

TRUTH = SAMPLES / "truth.json"
PAIRS = [  # (weak, strong)
    ("The form was a bit slow.", "The form was ridiculous, it took me forty minutes!"),
    ("I had to wait a little.", "I waited two hours on hold and nobody ever answered."),
    ("The delivery was okay.", "The delivery was an absolute nightmare from start to finish."),
    ("Maybe the price could be better.", "That price is an absolute disgrace."),
    ("My card did not work at first.", "My card was refused three times and it was so humiliating."),
    ("I think the staff were fine.", "The staff were absolutely brilliant, I was so impressed!"),
    ("The sofa is quite nice.", "I love this sofa, it is the most wonderful thing."),
    ("The refund took some time.", "It's been five weeks and I still haven't seen my money."),
    ("I was slightly annoyed.", "I was furious, I have never been so angry."),
    ("We asked for another day.", "I took the day off work and nobody came at all."),
    ("The page is kind of hard to read.", "The page is totally useless, it broke every single time."),
    ("I may look elsewhere.", "I gave up, never again, I won't be coming back."),
    ("The parcel came a day late.", "My daughter was in tears because nothing came."),
    ("It asked for a password.", "It kept asking for a password every single time, over and over!"),
    ("The driver could be friendlier.", "The driver was so rude to my mother, it was disgusting."),
    ("It cost a little more.", "I lost my deposit, that is my rent money."),
]


@pytest.mark.parametrize(("weak", "strong"), PAIRS, ids=lambda text: text[:30])
def test_the_strong_one_is_above_the_weak_one(weak: str, strong: str) -> None:
    assert sentiment.of(strong) >= sentiment.of(weak) + 0.2, (sentiment.of(weak), sentiment.of(strong))


def test_praise_and_complaint_of_the_same_strength_are_alike() -> None:
    praise, complaint = sentiment.of("It was brilliant.", 0.5), sentiment.of("It was horrible.", -0.5)
    assert praise == complaint > sentiment.of("It was there.", 0.0)


def test_the_formula_is_the_documented_one() -> None:
    assert sentiment.of("It was there.") == 0
    assert sentiment.of("It was there.", -1.0) == 0.5, "tone gives up to two points"
    assert sentiment.of("It was horrible.") == round(1 - 2**-0.5, 4), "a strong word is one point"
    assert sentiment.of("It was horrible, maybe.") == round(1 - 2**-0.25, 4), "a hedge takes half a point"
    assert sentiment.of("horrible " * 50) == round(1 - 2**-1.5, 4), "three strong words at most"


@pytest.mark.parametrize(
    ("vague", "concrete"),
    [
        ("It was not good at all.", "I typed the same card number three times and the page went blank."),
        ("They were late.", "They came on Friday instead of Tuesday, nine days late."),
        ("Nobody helps you.", 'The man on the phone told me "that is not my job".'),
        ("It was expensive.", "Shipping was £60 for a chair that cost £90."),
    ],
)
def test_the_concrete_one_is_above_the_vague_one(vague: str, concrete: str) -> None:
    assert sentiment.specifics(concrete) > sentiment.specifics(vague) + 0.2
    assert sentiment.vivid(concrete) > sentiment.vivid(vague)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("The new payment is fantastic.", 1),
        ("She never once made him feel stupid.", 1),
        ("The page is not easy.", -1),
        ("The page is broken.", -1),
        ("It isn't terrible.", 1),
        ("We bought a lamp.", 0),
        ("Die Seite ist kaputt.", 0),
        ("The staff were kind but the page is broken.", 0),
        ("I love the lamp, but it came late.", 0),
        ("It was a kind of box.", 0),
    ],
)
def test_words_plainly_praise_or_complain_or_neither(text: str, sign: int) -> None:
    assert sentiment.polarity(text) == sign


def test_on_the_sample_survey_what_matters_is_above_what_does_not() -> None:
    said = [s for response in json.loads(TRUTH.read_text("utf-8"))["responses"] for s in response["sentences"]]
    neutral = [s["text"] for s in said if s["label"] == "-"]
    telling = [s["text"] for s in said if s["label"] != "-"]
    assert fmean(map(sentiment.of, telling)) > 1.5 * fmean(map(sentiment.of, neutral))
    assert fmean(map(sentiment.specifics, telling)) > 1.5 * fmean(map(sentiment.specifics, neutral))


@given(st.text(max_size=300), st.floats(-1, 1))
def test_every_text_has_an_intensity(text: str, tone: float) -> None:
    assert 0 <= sentiment.of(text, tone) <= 1 and 0 <= sentiment.specifics(text) < 1
    assert 0 <= sentiment.vivid(text, tone) <= 1 and sentiment.polarity(text) in (-1, 0, 1)
    assert sentiment.of(text, tone) == sentiment.of(text, -tone)
