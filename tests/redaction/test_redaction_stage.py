"""Where transcripts lose their secrets: words, English, the stretches of sound, and what was made before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.surveys.small_survey import TOML

from reelmaker.model import Clip, Moment, Response, Sentence, Span, Transcript, Word
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project, open_project
from reelmaker.project.library import Library
from reelmaker.project.library import key_of as key
from reelmaker.project.session import Session
from reelmaker.publish import quality_check
from reelmaker.redaction import stage as redaction_stage

ID = "a" * 64
ON = '[redact]\nwords = ["email", "phone", "names"]\n'


def words_of(text: str, start_ms: int) -> tuple[Word, ...]:
    return tuple(Word(word, start_ms + 300 * at, start_ms + 300 * at + 300) for at, word in enumerate(text.split()))


def survey_of(*sentences: Sentence, source: str = "whisper base", language: str = "en", name: str = "") -> Survey:
    response = Response(ID, "a.mp4", 60_000, name=name)
    transcripts = {ID: Transcript(ID, language, source, sentences)}
    return Survey(responses={ID: response}, keys={ID: "heard"}, transcripts=transcripts)


def project_of(folder: Path, more: str = ON) -> Project:
    (folder / "reelmaker.toml").write_text(TOML + more, "utf-8")
    return open_project(folder)


def marked(tmp_path: Path, survey: Survey, more: str = ON) -> Survey:
    with Library(tmp_path / "library.db") as library:
        return redaction_stage.redact(Session(project_of(tmp_path, more), library), survey)


CALL = Sentence(ID, 0, words_of("Ring me on 07700 900417 after lunch please.", 1000))
REST = Sentence(ID, 1, words_of("It never came.", 5000))


def test_without_the_setting_secrets_are_known_and_nothing_is_changed(tmp_path: Path) -> None:
    survey = marked(tmp_path, survey_of(CALL, REST), "")
    assert survey.transcripts[ID].sentences == (CALL, REST) and survey.keys[ID] == "heard"
    assert redaction_stage.told(survey) == [("phone", "aaaaaa@0:01.0", False)]
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000)) == ()


def test_words_and_sound_go_where_the_setting_names_their_kind(tmp_path: Path) -> None:
    survey = marked(tmp_path, survey_of(CALL, REST))
    assert survey.transcripts[ID].sentences[0].text == "Ring me on [phone number] after lunch please."
    assert survey.transcripts[ID].sentences[0].span == CALL.span
    assert survey.transcripts[ID].sentences[1] == REST
    assert survey.keys[ID] != "heard"  # it is judged and shown anew
    # the number lasts from 1.9 to 2.5 s, and no pause parts it from its neighbours
    pad = redaction_stage.PAD_MS
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000)) == ((1900 - pad, 2500 + pad, "phone"),)
    # a clip of other words that reaches into it is bleeped there as well
    assert redaction_stage.bleeps(survey, Span(ID, 2600, 8000)) == ((2600, 2500 + pad, "phone"),)
    assert redaction_stage.bleeps(survey, Span(ID, 5000, 8000)) == ()


def test_a_pause_that_was_heard_ends_a_bleep_before_the_neighbour(tmp_path: Path) -> None:
    words = list(CALL.words)
    words[5:] = [replace(word, start_ms=word.start_ms + 400, end_ms=word.end_ms + 400) for word in words[5:]]
    survey = marked(tmp_path, survey_of(Sentence(ID, 0, tuple(words))))
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000))[0][1] == 2900
    words[5:] = [replace(word, start_ms=word.start_ms + 4000, end_ms=word.end_ms + 4000) for word in words[5:]]
    survey = marked(tmp_path, survey_of(Sentence(ID, 0, tuple(words))))
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000))[0][1] == 2500 + redaction_stage.FAR_MS


def test_a_long_time_without_words_is_not_believed_to_be_silent(tmp_path: Path) -> None:
    """Whisper wrote "is 4111…" with two seconds between both in which half of the number was said."""
    words = list(CALL.words)
    words[:3] = [replace(word, start_ms=word.start_ms - 1000, end_ms=word.end_ms - 1500 + 300) for word in words[:3]]
    survey = marked(tmp_path, survey_of(Sentence(ID, 0, tuple(words))))
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000))[0][0] == words[2].end_ms - redaction_stage.PAD_MS


def test_of_captions_the_whole_sentence_is_bleeped(tmp_path: Path) -> None:
    survey = marked(tmp_path, survey_of(CALL, REST, source="captions a.vtt"))
    pad = redaction_stage.PAD_MS
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000)) == ((1000 - pad, 3400 + pad, "phone"),)
    survey = marked(tmp_path, survey_of(CALL, REST, source="captions a.json"))
    assert redaction_stage.bleeps(survey, Span(ID, 0, 60_000))[0][0] == 1900 - pad


def test_a_number_over_two_sentences_leaves_both(tmp_path: Path) -> None:
    one = Sentence(ID, 0, words_of("My number is 0-7-7.", 0))
    two = Sentence(ID, 1, words_of("0-0-9 0-0-4 1-7, yes.", 1300))
    texts = [s.text for s in marked(tmp_path, survey_of(one, two)).transcripts[ID].sentences]
    assert texts == ["My number is [phone number].", "[phone number], yes."]


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("Call me at 07700 900417 after lunch.", "Call me at [phone number] after lunch."),
        ("Call me at the number after lunch.", ""),  # who knows what became of it
    ],
)
def test_english_beside_another_language_loses_it_too(tmp_path: Path, english: str, told: str) -> None:
    said = Sentence(ID, 0, words_of("Rufen Sie mich an unter 0171 3920014 bitte.", 0), english=english)
    shares = Sentence(ID, 1, words_of("Nach dem Essen.", 4000), english=english)
    sentences = marked(tmp_path, survey_of(said, shares, language="de")).transcripts[ID].sentences
    assert sentences[0].text == "Rufen Sie mich an unter [phone number] bitte."
    assert [one.english for one in sentences] == [told, told]


def test_the_customers_own_name_is_one_unless_it_may_be_shown(tmp_path: Path) -> None:
    said = Sentence(ID, 0, words_of("They called me Quibble again.", 0))
    assert "[name]" in marked(tmp_path, survey_of(said, name="Bertrand Quibble")).transcripts[ID].sentences[0].text
    survey = survey_of(said, name="Bertrand Quibble")
    survey.responses[ID] = replace(survey.responses[ID], show_name=True)
    assert marked(tmp_path, survey).transcripts[ID].sentences[0] == said


def manifest(**more: object) -> dict[str, object]:
    clip = {"kind": "clip", "response": ID, "source_start_ms": 1000, "source_end_ms": 3400}
    return {"items": [{"kind": "card"}, {**clip, **more}]}


def test_an_earlier_reel_says_what_its_bleeps_and_words_do_not_cover(tmp_path: Path) -> None:
    survey = marked(tmp_path, survey_of(CALL, REST))
    covered = [{"kind": "phone", "start_ms": 1800, "end_ms": 2600}]
    assert redaction_stage.shows(survey, manifest())
    assert not redaction_stage.shows(survey, manifest(redacted=covered))
    assert redaction_stage.shows(survey, manifest(redacted=[{"kind": "phone", "start_ms": 2000, "end_ms": 2600}]))
    assert not redaction_stage.shows(survey, manifest(source_start_ms=5000, source_end_ms=6000))
    moment = {"response": ID, "start_ms": 1000, "end_ms": 3400, "text": CALL.text}
    assert redaction_stage.shows(survey, {"moments": [moment]})
    assert not redaction_stage.shows(survey, {"moments": [{**moment, "text": "Ring me on [phone number] please."}]})
    gone = {"went_out": [{"response": ID, "quote": CALL.text}]}
    assert redaction_stage.shows(survey, {"changes": gone})
    assert not redaction_stage.shows(marked(tmp_path, survey_of(CALL), ""), manifest())


def test_pieces_that_say_it_leave_the_cache_and_others_stay(tmp_path: Path) -> None:
    survey = marked(tmp_path, survey_of(CALL, REST))
    pieces = {
        "old": [ID, 1000, 3400, []],
        "covered": [ID, 1000, 3400, [[1600, 2800, "phone"]]],
        "card": ["", 0, 0, []],
        "rest": [ID, 5000, 6000, []],
        "unknown": None,
        "kept": None,
    }
    for name in pieces:
        (tmp_path / f"{name}.mov").write_bytes(b"")
    (tmp_path / "old.damaged").write_text("1", "utf-8")
    with Library(tmp_path / "library.db") as library:
        library.store_results({key("piece", name): what for name, what in pieces.items() if what})
        assert redaction_stage.sweep(library, survey, tmp_path, {"kept"}) == 2
    assert {path.stem for path in tmp_path.glob("*.mov")} == {"covered", "card", "rest", "kept"}
    assert not (tmp_path / "old.damaged").exists()


def test_a_clip_that_the_team_cut_goes_out_with_other_words_but_never_with_a_secret() -> None:
    span = Span(ID, 1000, 3400)
    cut = Clip(Moment("checkout", (CALL,), 0.9, (), whole=span), span)
    verdict = [
        [True, "70% of its words are heard otherwise"],
        [True, f"{quality_check.LEAKED}: a name can still be heard"],
    ]
    assert [finding.serious for finding in quality_check.judged(0, cut, verdict)] == [False, True]
    whole = Clip(Moment("checkout", (CALL,), 0.9, ()), span)
    assert [finding.serious for finding in quality_check.judged(0, whole, verdict)] == [True, True]
