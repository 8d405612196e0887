"""Captions in two languages: the English beneath the original in the same caption, within the size rules, read right."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from helpers.messages import one_line
from helpers.words.drawn_words import extent
from helpers.words.other_scripts import SIZE, burn, dark, found_at, light
from helpers.words.saying import said
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.errors import ProjectError
from reelmaker.model import Brand, Cue, Moment, Sentence
from reelmaker.outputs import captions
from reelmaker.project.config import open_project
from reelmaker.render import overlay
from reelmaker.text import bilingual_cues, caption_cues, line_breaks

GERMAN = "Aber beim Bezahlen wurde meine Kreditkarte dreimal abgelehnt und dann hing die Seite noch einmal."
ENGLISH = "But while paying my credit card was refused three times and then the page hung once more."


def moment(*pairs: tuple[str, str], gap: int = 400) -> Moment:
    """Sentences one after the other, each with its English."""
    at, sentences = 1000, []
    for index, (text, english) in enumerate(pairs):
        words = said(text, at, length_ms=300)
        sentences.append(Sentence("r", index, tuple(words), english=english))
        at = words[-1].end_ms + gap
    return Moment("checkout", tuple(sentences), 0.9, ("why",))


def test_each_sentence_stands_over_its_own_english() -> None:
    told = moment(("Guten Tag.", "Good day."), ("Meine Karte ging nicht.", "My card did not work."))
    shown = bilingual_cues.cues_for(told, 900, 6000, 40, 2, "both")
    assert [(cue.text, cue.english) for cue in shown] == [
        ("Guten Tag.", "Good day."),
        ("Meine Karte ging nicht.", "My card did not work."),
    ]
    first = told.sentences[0].span
    assert shown[0].start_ms == first.start_ms - 900, "timed from the stretch"
    plain = bilingual_cues.cues_for(told, 900, 6000, 40, 2)
    assert plain == caption_cues.cues_for(caption_cues.quoted(told), 900, 6000, 40, 2) and not any(
        cue.english for cue in plain
    )
    only = bilingual_cues.cues_for(told, 900, 6000, 40, 2, "english")
    assert " ".join(cue.text for cue in only).split() == bilingual_cues.english(told).split()
    assert not any(cue.english for cue in only)


def test_what_is_long_is_parted_in_both_languages_alike() -> None:
    told = moment((GERMAN, ENGLISH))
    shown = bilingual_cues.cues_for(told, 0, 12_000, 26, 2, "both")
    assert len(shown) > 1 and all(cue.english for cue in shown)
    assert " ".join(" ".join(cue.english for cue in shown).split()) == ENGLISH
    assert " ".join(" ".join(cue.text for cue in shown).split()) == GERMAN


def test_english_of_two_sentences_together_is_shown_once() -> None:
    told = moment(("Die Seite hing,", "The page hung twice."), ("und zwar zweimal.", "The page hung twice."))
    assert bilingual_cues.english(told) == "The page hung twice."
    shown = bilingual_cues.cues_for(told, 0, 9000, 40, 2, "both")
    assert " ".join(" ".join(cue.english for cue in shown).split()) == "The page hung twice."


def test_what_has_no_english_stays_as_it_was_said() -> None:
    assert bilingual_cues.english(moment(("It broke.", ""))) == ""
    for language in ("english", "both"):
        [cue] = bilingual_cues.cues_for(moment(("It broke.", "")), 0, 4000, 40, 2, language)
        assert (cue.text, cue.english) == ("It broke.", "")
    half = moment(("Guten Tag.", "Good day."), ("OK Leute.", ""))
    assert bilingual_cues.english(half) == "Good day. OK Leute."
    assert [cue.english for cue in bilingual_cues.cues_for(half, 0, 9000, 40, 2, "both")] == ["Good day.", ""]


TEXT = st.lists(st.sampled_from(["ja", "Zahlungsseite", "nein,", "gut.", "Rechnung"]), min_size=1, max_size=40)


@settings(deadline=None)
@given(
    st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4),
    st.sampled_from([(40, 2), (26, 2), (20, 3)]),
    st.sampled_from(["english", "both"]),
    st.sampled_from([0, 300, 2500]),
)
def test_captions_keep_to_their_size_and_time_whatever_is_said(
    pairs: list[tuple[list[str], list[str]]], size: tuple[int, int], language: str, gap: int
) -> None:
    told = moment(*((" ".join(text), " ".join(english)) for text, english in pairs), gap=gap)
    start, end = told.span.start_ms - 100, told.span.end_ms + 100
    shown = bilingual_cues.cues_for(told, start, end, *size, language)
    assert all(0 <= cue.start_ms < cue.end_ms <= end - start for cue in shown)
    assert all(one.end_ms <= two.start_ms for one, two in itertools.pairwise(shown))
    spoken = " ".join(cue.text for cue in shown).split()
    below = " ".join(cue.english for cue in shown).split()
    assert (below if language == "both" else spoken) == bilingual_cues.english(told).split()
    if language == "both":
        assert spoken == told.text.split()
    for cue in shown:
        for text in filter(None, (cue.text, cue.english)):
            lines = text.split("\n")
            assert all(line_breaks.columns(line) <= size[0] for line in lines)
            # English much longer than what was said cannot keep to its lines; nothing is lost all the same
            if all(len(s.english) < 1.5 * len(s.text) for s in told.sentences):
                assert len(lines) <= size[1], cue


def test_files_hold_the_english_beneath() -> None:
    shown = [Cue(0, 1000, "Zu spät --> weg", "Too late <b>"), Cue(1000, 2000, "OK")]
    assert captions.srt(shown).split("\n\n")[0].splitlines()[2:] == ["Zu spät → weg", "Too late <b>"]
    assert "Zu spät → weg\nToo late &lt;b&gt;\n\n" in captions.vtt(shown)
    assert captions.srt(shown).endswith("\nOK\n\n")


@pytest.mark.slow
def test_english_beneath_hebrew_is_read_from_the_left(tmp_path: Path) -> None:
    """Each line drawn alone is found in the picture: Hebrew from the right, under it English from the left."""
    [frame] = burn(tmp_path, [Cue(0, 400, "שלום abc 123", "card 42 refused")], "", dark(), SIZE)
    picture = light(frame)
    rows = picture.any(axis=1).nonzero()[0]
    gap = int(np.argmax(np.diff(rows)))
    middle = (rows[gap] + rows[gap + 1]) // 2
    above, below = picture[:middle], picture[middle:]
    assert found_at("abc 123", False, above) < found_at("שלום", True, above)
    places = [found_at(part, False, below) for part in ("card", "42", "refused")]
    assert places == sorted(set(places))
    for half in (above, below):
        left, _, right, _ = extent(half)
        assert abs((left + right) / 2 - SIZE[0] / 2) <= 4, "both in the middle"


@pytest.mark.parametrize("size", [(1280, 720), (540, 960), (480, 480)])
def test_the_name_stands_clear_of_captions_in_two_languages(size: tuple[int, int]) -> None:
    """However long both are, their box ends below the speaker's name, or the name stands at the top."""
    line, lines = caption_cues.line_length(*size), 2 if size[0] >= size[1] else 3
    full = "\n".join(["W" * (line * 2 // 3)] * lines)
    script = overlay.ass([Cue(0, 2000, full, full)], "Anna", 2000, dark(), Brand(), size)
    tops = {
        style: [
            float(row.split("\\pos(")[1].split(")")[0].split(",")[1])
            for row in script.splitlines()
            if f",{style}," in row and "\\pos(" in row and "Dialogue: 2" in row
        ]
        for style in ("caption", "name")
    }
    assert len(tops["caption"]) == 2 * lines
    px = dark().caption.size * size[1]
    assert max(tops["name"]) < min(tops["caption"]) - 0.8 * px or min(tops["name"]) > max(tops["caption"])
    assert min(tops["caption"]) - px > 0 and max(tops["caption"]) < size[1]


def test_english_captions_need_the_translation(tmp_path: Path) -> None:
    toml = tmp_path / "reelmaker.toml"
    toml.write_text('[reel]\ncaption_language = "both"\n', "utf-8")
    with pytest.raises(ProjectError, match=r"line 2.*needs translate = true under \[transcribe\]") as found:
        open_project(tmp_path)
    assert one_line(found.value)
    toml.write_text('[reel]\ncaption_language = "both"\n[transcribe]\ntranslate = true\n', "utf-8")
    opened = open_project(tmp_path)
    assert opened.translate and opened.reel.caption_language == "both"
