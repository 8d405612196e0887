"""A script that several people read aloud is shown once, said so, and counts for each of them."""

from __future__ import annotations

from dataclasses import replace

from helpers.words.answers import people, spoken

from reelmaker.model import Moment, Transcript
from reelmaker.select import rejections
from reelmaker.select.clips import alike
from reelmaker.select.pick import Limits, pick
from reelmaker.select.prevalence import count

LIMITS = Limits(60_000, 2_000, 16_000, 1, 0.5)
SCRIPT = [
    ("I am a customer of this shop for several years now.", 0.1),
    ("The checkout refused my card and emptied the whole basket again.", 0.9),
    ("I would like the shop to repair its payment page.", 0.7),
]
OWN = [("They billed me twice for one lamp, and nobody called me back.", 0.8)]


def read_by(name: str, *changes: tuple[str, str], word_ms: int = 350) -> list[Moment]:
    said = []
    for text, score in SCRIPT:
        for old, new in changes:
            text = text.replace(old, new)
        said.append((text, score))
    return spoken(name, said, word_ms=word_ms)


def test_a_script_is_shown_once_and_counts_for_each_who_reads_it() -> None:
    moments = [*read_by("a"), *read_by("b", ("whole basket", "hole bassett"), word_ms=420), *spoken("c", OWN)]
    everybody = people("a", "b", "c")
    chosen = pick(moments, everybody, LIMITS)
    assert sorted(clip.span.response for clip in chosen) == ["a", "c"]
    heard = [Transcript(n, "en", "x", tuple(m.sentences[0] for m in moments if m.span.response == n)) for n in "abc"]
    assert count(moments, heard, everybody, 0.5).spoke == 3
    [(shown, others)] = rejections.said_again(moments, everybody, LIMITS, chosen)
    assert shown.span.response == "a" and [moment.span.response for moment in others] == ["b"]


def test_of_a_recording_uploaded_twice_one_upload_is_shown_and_its_customer_counts_once() -> None:
    moments = [*read_by("a"), *read_by("b")]
    everybody = people("a", "b")
    everybody["a"] = replace(everybody["a"], same_as="b")
    heard = [Transcript(n, "en", "x", tuple(m.sentences[0] for m in moments if m.span.response == n)) for n in "ab"]
    assert (count(moments, heard, everybody, 0.5).spoke, count(moments, heard, everybody, 0.5).of) == (1, 1)
    assert [clip.span.response for clip in pick(moments, everybody, LIMITS)] == ["b"]


def test_not_even_another_part_of_it_is_shown() -> None:
    moments = [*read_by("a"), *read_by("b")]
    short = Limits(60_000, 2_000, 4_200, 1, 0.5)
    assert len(pick(moments, people("a", "b"), short)) == 1


def test_what_the_team_keeps_is_shown_all_the_same() -> None:
    kept = [moment for name in "ab" for moment in read_by(name)]
    kept = [m if m.sentences[0].index != 1 else Moment(*_kept(m)) for m in kept]
    assert len(pick(kept, people("a", "b"), LIMITS)) == 2


def _kept(m: Moment) -> tuple[object, ...]:
    return m.problem, m.sentences, 0.99, m.why, m.tone, m.intensity, False, False, False, "keep"


def test_texts_that_share_a_sentence_are_no_script() -> None:
    same = ("The checkout refused my card and emptied the whole basket again.", 0.9)
    moments = [
        m
        for name, story in (
            ("a", "I bought a lamp for my aunt in May."),
            ("b", "We run a cafe with twelve green tables."),
        )
        for m in spoken(name, [(story, 0.1), same, (f"So much for {name}, and the weather was fine all along.", 0.1)])
    ]
    assert alike.scripts(moments) == {}
    assert len(pick(moments, people("a", "b"), LIMITS)) == 1, "but the sentence itself is shown once"


def test_scripts_are_grouped_whatever_the_order() -> None:
    moments = [*read_by("c"), *read_by("a"), *spoken("d", OWN), *read_by("b")]
    assert alike.scripts(moments) == dict.fromkeys("abc", "a") == alike.scripts(moments[::-1])
